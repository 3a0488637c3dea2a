"""What the page around a film says: the storyboard and the brief in, chapters, transcript, button and person out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from vitalreel.briefs.script import Brief
from vitalreel.errors import BadInput
from vitalreel.storyboard.storyboard import Storyboard

SAFE_SCHEMES = ("https", "http", "mailto", "tel")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words and the second of the film at which they begin: a chapter's title, or a sentence of the transcript."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class FilmPage:
    """Everything the viewer's page shows beside the picture itself."""

    title: str
    account_name: str
    contact_name: str
    length_s: float
    as_of: date
    language: str
    chapters: tuple[Passage, ...]
    transcript: tuple[Passage, ...]
    disclosure: str
    button_text: str  # empty: no button
    button_url: str
    human_name: str
    human_role: str
    human_email: str


def page_of(board: Storyboard, brief: Brief) -> FilmPage:
    """The page of a film. `identity.plain` writes it as JSON, `read_page` reads it back."""
    starts = [sum(s.frames for s in board.scenes[:n]) / board.fps for n in range(len(board.scenes))]
    chapters = tuple(
        Passage(at, s.headline.shown) for at, s in zip(starts, board.scenes, strict=True) if s.headline.shown
    )
    return FilmPage(
        title=board.title.shown,
        account_name=brief.account_name,
        contact_name=brief.contact_name,
        length_s=board.length_s,
        as_of=board.as_of,
        language=board.language,
        chapters=chapters,
        transcript=tuple(Passage(s.start_s, s.shown) for s in board.narration),
        disclosure=board.disclosure,
        button_text=brief.button_text,
        button_url=brief.button_url,
        human_name=brief.human_name,
        human_role=brief.human_role,
        human_email=brief.human_email,
    )


def read_page(data: Mapping[str, Any], where: str) -> FilmPage:
    """A page from its JSON. Raises BadInput where a key is missing or the button leads somewhere a browser must not go."""
    try:
        values = {**data, "as_of": date.fromisoformat(data["as_of"])}
        for name in ("chapters", "transcript"):
            values[name] = tuple(Passage(float(p["at_s"]), str(p["text"])) for p in data[name])
        page = FilmPage(**values)
    except (KeyError, TypeError, ValueError) as e:
        raise BadInput(where, f"is not a film's page: {e}", "make the film again") from e
    if page.button_text and urlsplit(page.button_url).scheme not in SAFE_SCHEMES:
        raise BadInput(where, f"the button leads to {page.button_url!r}", f"use one of {', '.join(SAFE_SCHEMES)}")
    return page
