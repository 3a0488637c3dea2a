"""The console's word on a film that must not be seen: taken back, another put in its place, or one person's link withdrawn (R9 R7)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vitalreel.errors import BadInput
from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.recall import recall, replace
from vitalreel.web.pages import check_form


def add_recall_forms(router: APIRouter, doors: Doors, now: Now) -> None:
    """The route of the forms on a film's page."""

    def say(
        request: Request, video: str, csrf: Annotated[str, Form()] = "", what: Annotated[str, Form()] = "",
        who: Annotated[str, Form()] = "", why: Annotated[str, Form()] = "", other: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        check_form(request, csrf)
        if what == "recall":
            recall(doors, video, who[:80], why, now())
        elif what == "replace":
            replace(doors, video, other, who[:80], now())
        else:
            raise BadInput(f"film {video}", "nobody said what to do with it", "choose one of the buttons")
        return RedirectResponse(f"/videos/{video}#recall", 303)

    router.add_api_route("/videos/{video}/recall", say, methods=["POST"])
