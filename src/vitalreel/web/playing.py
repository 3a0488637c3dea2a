"""The console's pages of plays: what fires, at how many accounts, and a play's file changed by a form that keeps its comments (T3 T12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from vitalreel.errors import BadConfiguration, BadInput, VitalreelError
from vitalreel.ports import Now
from vitalreel.steps import playfiles
from vitalreel.steps.doors import Doors
from vitalreel.store.workspace import parse_yaml
from vitalreel.web.pages import HEADERS, check_form
from vitalreel.web.playform import composed, fields_of

SCRIPTED: Mapping[str, str] = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'self'; connect-src 'self'"
}


async def _posted(request: Request) -> dict[str, list[str]]:
    """Every field of the form, as often as it is there."""
    form = await request.form()
    return {key: [v for v in form.getlist(key) if isinstance(v, str)] for key in form}


Posted = Annotated[dict[str, list[str]], Depends(_posted)]


class PlayPages:
    """The pages over one workspace."""

    def __init__(self, doors: Doors, now: Now, today: Callable[[], date], page: Callable[..., Response]) -> None:
        self._doors, self._now, self._today, self._page = doors, now, today, page

    def add_to(self, router: APIRouter) -> None:
        """Their routes."""
        router.add_api_route("/plays", self.listed, methods=["GET"])
        router.add_api_route("/plays/check", self.check, methods=["POST"])
        router.add_api_route("/plays/{name}", self.opened, methods=["GET"])
        router.add_api_route("/plays/{name}", self.changed, methods=["POST"])

    def listed(self, request: Request) -> Response:
        """All plays."""
        return self._page(request, "/plays", "plays.html", plays=playfiles.listed(self._doors, self._today()))

    def check(self, condition: Annotated[str, Form()] = "", when: Annotated[str, Form()] = "") -> Response:
        """What is wrong with a condition, while it is written: the places are of its characters."""
        form, mistakes = playfiles.condition(self._doors, condition[:4000], when[:4000])
        errors = [
            {"code": m.code, "at": m.at, "message": m.message, "suggestions": _offered(m.suggestion)} for m in mistakes
        ]
        return JSONResponse({"ok": not mistakes, "canonical": form, "errors": errors})

    def opened(self, request: Request, name: str) -> Response:
        """One play, to change."""
        text = playfiles.text_of(self._doors, name)
        return self._shown(request, name, text, playfiles.version_of(text))

    def changed(self, request: Request, name: str, posted: Posted) -> Response:
        """Try a change on today, write it, or take up what stood there before."""
        one = {key: values[0] if values else "" for key, values in posted.items()}
        check_form(request, one.get("csrf", ""))
        what, base = one.get("what", ""), one.get("base", "")
        if what == "save":
            text = _lines(one.get("text", ""))
            if one.get("tried") != playfiles.version_of(text):
                raise BadInput(f"play {name}", "this change was not tried", "try it on today first, then save it")
            playfiles.save(self._doors, name, text, base, one.get("who", ""), one.get("note", ""), self._now())
            return RedirectResponse(f"/plays/{quote(name, safe='')}", 303)
        draft = _lines(one.get("draft", ""))
        try:
            text = self._wanted(name, what, one, posted, draft)
            trial = playfiles.trial(self._doors, name, text, self._today(), self._now())
        except (BadConfiguration, BadInput) as e:
            text = draft if isinstance(e, BadInput) else self._as_typed(name, what, one, posted, draft)
            return self._shown(request, name, text, base, wrong=f"{e}.", status=422)
        return self._shown(request, name, text, base, trial=trial)

    def _wanted(self, name: str, what: str, one: Mapping[str, str], posted: Mapping[str, list[str]], draft: str) -> str:
        if what == "file":
            return _lines(one.get("file", ""))
        if what.startswith("former:") and what[7:].isdigit():
            return playfiles.former(self._doors, name, int(what[7:]))
        if what != "form":
            raise BadInput(f"play {name}", "nobody said what to do with the change", "choose one of the buttons")
        return composed(draft, posted, f"plays/{name}.yaml")

    def _as_typed(
        self, name: str, what: str, one: Mapping[str, str], posted: Mapping[str, list[str]], draft: str
    ) -> str:
        """What was written, right or wrong, so that nobody writes it again."""
        try:
            return self._wanted(name, what, one, posted, draft)
        except VitalreelError:
            return draft

    def _shown(
        self, request: Request, name: str, text: str, base: str, wrong: str = "", trial: playfiles.Trial | None = None, status: int = 200
    ) -> Response:  # fmt: skip
        try:
            fields = fields_of(parse_yaml(text, f"plays/{name}.yaml"))
        except VitalreelError as e:
            fields, wrong = None, wrong or f"{e}."
        return self._page(
            request, "/plays", "play.html", status, headers=SCRIPTED, name=name, text=text, base=base, fields=fields, wrong=wrong,
            trial=trial, tried=playfiles.version_of(text), edits=playfiles.edits(self._doors, name),
        )  # fmt: skip


def _lines(text: str) -> str:
    """Text of a form's field as a file has it."""
    plain = text.replace("\r\n", "\n")
    return plain if plain.endswith("\n") or not plain else plain + "\n"


def _offered(suggestion: str | tuple[str, ...] | None) -> list[str]:
    if suggestion is None:
        return []
    return [suggestion] if isinstance(suggestion, str) else list(suggestion)
