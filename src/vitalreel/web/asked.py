"""The console's page of questions: one is chosen, and its answer stands there with every fact's rows (H11)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from vitalreel.errors import BadInput, NotFound
from vitalreel.ports import Now
from vitalreel.steps.answers.ask import QUESTIONS, ask
from vitalreel.steps.doors import Doors
from vitalreel.triggers.window import zone_of
from vitalreel.web.reviewing import Page

LONGEST = 300


class AskPages:
    """One page, rendered by the console's own means. page: (request, section, template, status, values) -> the answer."""

    def __init__(self, doors: Doors, now: Now, page: Page) -> None:
        self._doors, self._now, self._page = doors, now, page

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/ask", self.ask, methods=["GET"])

    def ask(self, request: Request, question: str = "", account: str = "", day: str = "") -> Response:
        """The questions there are, and the answer to the one that is asked."""
        named, on = (
            account.strip()[:LONGEST],
            _day(day) or self._now().astimezone(zone_of(self._doors.programme.zone)).date(),
        )
        answer, trouble, asked = None, "", QUESTIONS.get(question)
        if asked is not None:
            try:
                answer = ask(self._doors, question, named if asked.account != "none" else None, on)
            except (NotFound, BadInput) as e:
                trouble = f"{e}."
        return self._page(
            request, "/ask", "ask.html", questions=tuple(QUESTIONS.values()), question=question, account=named, day=on, answer=answer,
            trouble=trouble,
        )  # fmt: skip


def _day(text: str) -> date | None:
    """A day of a query string; None where it is none."""
    with suppress(ValueError):
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    return None
