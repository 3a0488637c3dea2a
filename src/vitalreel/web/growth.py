"""The console's pages on growth: who is ready to expand and what is open, who might speak for us, and their answers written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vitalreel.health.advocacy import ANSWERS
from vitalreel.identity import AccountId
from vitalreel.ports import Now
from vitalreel.steps import advocacy, screens
from vitalreel.steps.advocacy import Advocates
from vitalreel.steps.doors import Doors
from vitalreel.steps.openings import Found, growth_on, newest
from vitalreel.steps.screens.overview import published
from vitalreel.triggers.window import zone_of
from vitalreel.web.pages import check_form

PAGE = 50
Page = Callable[..., Response]


class GrowthPages:
    """The pages over one workspace."""

    def __init__(self, doors: Doors, now: Now, page: Page) -> None:
        self._doors, self._now, self._page = doors, now, page
        self._seen: tuple[object, Found] | None = None
        self._asked: tuple[object, Advocates] | None = None

    def _today(self) -> date:
        """The programme's own day."""
        return self._now().astimezone(zone_of(self._doors.programme.zone)).date()

    def add_to(self, router: APIRouter) -> None:
        """Their routes."""
        router.add_api_route("/growth", self.growth, methods=["GET"])
        router.add_api_route("/advocates", self.advocates, methods=["GET"])
        router.add_api_route("/advocates", self.answered, methods=["POST"])

    def growth(self, request: Request, show: str = "ready", page: int = 1) -> Response:
        """Accounts by points. show: ready, or all."""
        day = newest(self._doors, self._today())
        found = self._found(day) if day else None
        rows = [r for r in found.rows if r.ready or show == "all"] if found else []
        pages = max(1, -(-len(rows) // PAGE))
        at = min(max(page, 1), pages)

        def link(**changes: Any) -> str:
            wanted = {
                k: v
                for k, v in {"show": show, "page": at, **changes}.items()
                if (k, v) not in (("show", "ready"), ("page", 1))
            }
            return "/growth?" + urlencode(wanted) if wanted else "/growth"

        return self._page(
            request, "/growth", "growth.html", found=found, rows=rows[PAGE * (at - 1) : PAGE * at], many=len(rows), show=show, page=at,
            pages=pages, link=link,
        )  # fmt: skip

    def advocates(self, request: Request) -> Response:
        known = screens.tally(self._doors).accounts
        found = replace(self._advocates(), requests=advocacy.requests_of(self._doors)) if known else None
        rules = advocacy.rules_of(self._doors)
        labels = {c.name: c.label for c in rules.criteria}
        return self._page(
            request, "/advocates", "advocates.html", found=found, kinds=rules.kinds, labels=labels, said=ANSWERS
        )

    def answered(
        self, request: Request, csrf: Annotated[str, Form()] = "", account: Annotated[str, Form()] = "", kind: Annotated[str, Form()] = "",
        said: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "", comment: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """Write down what an account answered. who: who heard it."""
        check_form(request, csrf)
        by = " ".join(who.split())[:80] or "somebody at the console"
        advocacy.answer(
            self._doors,
            AccountId(account[:200]),
            kind,
            said,
            by,
            self._today(),
            self._now(),
            comment=" ".join(comment.split())[:500],
        )
        return RedirectResponse("/advocates", 303)

    def _advocates(self) -> Advocates:
        """Who might be asked, by the last day that was looked at; read again only when something was published."""
        key = (self._today(), *published(self._doors))
        if self._asked is None or self._asked[0] != key:
            self._asked = (
                key,
                advocacy.advocates(
                    self._doors, newest(self._doors, self._today()) or self._today(), today=self._today()
                ),
            )
        return self._asked[1]

    def _found(self, day: date) -> Found:
        """The day's accounts, read again only when something was published."""
        key = (day, *published(self._doors))
        if self._seen is None or self._seen[0] != key:
            self._seen = key, growth_on(self._doors, day)
        return self._seen[1]
