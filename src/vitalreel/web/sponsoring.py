"""The console's word on sponsors: on an account's page a person says who left and who follows, or that nothing changed (H20)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vitalreel.errors import BadInput
from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.sponsors import confirm, dismiss
from vitalreel.web.pages import check_form


def add_sponsor_form(router: APIRouter, doors: Doors, now: Now, today: Callable[[], date]) -> None:
    """The route of the form on an account's page."""

    def say(
        request: Request, account: str, csrf: Annotated[str, Form()] = "", what: Annotated[str, Form()] = "",
        departed: Annotated[str, Form()] = "", successor: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        check_form(request, csrf)
        name = " ".join(who.split())[:80]
        if not name:
            raise BadInput("the sponsor", "nobody says who says so", "write your name")
        if what == "changed":
            confirm(doors, account, departed, successor, name, note, today(), now())
        elif what == "same":
            dismiss(doors, account, name, note, today(), now())
        else:
            raise BadInput("the sponsor", "nobody said whether it has changed", "choose one of the two buttons")
        return RedirectResponse(f"/accounts/{quote(account, safe='')}#sponsor", 303)

    router.add_api_route("/sponsors/{account:path}", say, methods=["POST"])
