"""The console's page of tasks: what people of ours are to do, by whom and by when, and what came of what was done (T10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.handed import draft_of, drafts
from vitalreel.steps.tasks import Task, done, moved, tasks
from vitalreel.web.pages import check_form

MOST = 200
RECENT = timedelta(days=90)
"""How far back tasks that are done are shown."""


class TaskPages:
    """The page over one workspace."""

    def __init__(self, doors: Doors, now: Now, today: Callable[[], date], page: Callable[..., Response]) -> None:
        self._doors, self._now, self._today, self._page = doors, now, today, page

    def add_to(self, router: APIRouter) -> None:
        """Its routes."""
        router.add_api_route("/tasks", self.listed, methods=["GET"])
        router.add_api_route("/tasks/{key}", self.said, methods=["POST"])
        router.add_api_route("/tasks/{key}/draft.eml", self.draft, methods=["GET"])

    def listed(self, request: Request, owner: str = "", show: str = "open") -> Response:
        """Open tasks, or those that were done of late. owner: a person's id; empty: everybody."""
        every = tasks(self._doors, every=True)
        owners = sorted({(x.owner, x.owner_name) for x in every if x.state == "open"}, key=lambda o: o[1])
        mine = [x for x in every if not owner or x.owner == owner]
        found = self._done(mine) if show == "done" else [x for x in mine if x.state == "open"]

        def link(**changes: str) -> str:
            wanted = {
                k: v for k, v in {"owner": owner, "show": show, **changes}.items() if v and (k, v) != ("show", "open")
            }
            return "/tasks?" + urlencode(wanted) if wanted else "/tasks"

        values: dict[str, Any] = {
            "tasks": found[:MOST],
            "many": len(found),
            "owner": owner,
            "owners": owners,
            "show": show,
            "link": link,
        }
        points = moved(self._doors, found[:MOST]) if show == "done" else {}
        late = sum(x.due < self._today() for x in found) if show != "done" else 0
        return self._page(
            request, "/tasks", "tasks.html", **values, late=late, points=points, outcomes=self._doors.programme.tasks.outcomes,
            ready={p.stem for p in drafts(self._doors).glob("*.eml")},
        )  # fmt: skip

    def _done(self, found: list[Task]) -> list[Task]:
        since = self._now() - RECENT
        ended = [x for x in found if x.state == "done" and x.done_at is not None and x.done_at >= since]
        return sorted(ended, key=lambda x: (x.done_at or x.due, x.id), reverse=True)

    def draft(self, key: str) -> Response:
        """The mail that is ready to send, for the owner's mail program."""
        headers = {
            "Content-Disposition": f'attachment; filename="{key[:40]}.eml"',
            "Cache-Control": "private, no-store",
        }
        return Response(draft_of(self._doors, key), media_type="message/rfc822", headers=headers)

    def said(
        self, request: Request, key: str, csrf: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "",
        outcome: Annotated[str, Form()] = "", note: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """A task is done. back: the owner whose list was shown."""
        check_form(request, csrf)
        done(self._doors, key, who, self._now(), outcome, note)
        return RedirectResponse(f"/tasks?owner={quote(back[:80], safe='')}" if back else "/tasks", 303)
