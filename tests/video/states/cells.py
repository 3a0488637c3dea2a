"""What a cell of the table of states holds: a scene that stands, one that is refused and why, or why there is no such state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.video.odd_figures import LONG
from tests.video.states.languages import ARABIC, JAPANESE, spoken_in, texts
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text

STATES = ("none", "one", "zero", "missing", "negative", "huge", "long", "right to left", "cjk", "emoji")


@dataclass(frozen=True, slots=True)
class Stands:
    """Drawn on every page but those it is refused on."""

    scene: Scene
    language: str = "en"
    refused: Mapping[str, str] = field(default_factory=dict)  # size -> what the reason says


@dataclass(frozen=True, slots=True)
class RefusedState:
    """Drawn on no page."""

    scene: Scene
    why: str  # what the reason says


@dataclass(frozen=True, slots=True)
class Meaningless:
    """A state this kind cannot be in."""

    why: str


Cell = Stands | RefusedState | Meaningless
Cells = Mapping[str, Cell]


def but(one: Scene, headline: str | None = None, /, **changes: Any) -> Scene:
    """The scene with another picture: `changes` to its record; texts may be given as they are shown."""
    plain = {
        name: Text(v) if isinstance(v, str) and name not in ("portrait", "clip", "qr") else v
        for name, v in changes.items()
    }
    said = one.headline if headline is None else Text(headline)
    return replace(one, headline=said, picture=replace(one.picture, **plain), captions=())


def abroad(one: Scene) -> dict[str, Cell]:
    """The whole scene in Arabic and in Japanese, and with emoji in every text of it."""
    return {
        "right to left": Stands(spoken_in(one, ARABIC), ARABIC),
        "cjk": Stands(spoken_in(one, JAPANESE), JAPANESE),
        "emoji": Stands(with_emoji(one)),
    }


def with_emoji(one: Scene) -> Scene:
    """Before, within and after every text: a rocket, a face of several code points and a flag."""

    def changed(shown: str) -> str:
        first, _, rest = shown.partition(" ")
        if "@" in shown or ".example" in shown.casefold():
            return shown
        if not shown[0].isalpha():  # a figure with its unit
            return f"{shown} 🇩🇪"
        return f"🚀 {first} 👩🏽‍💻 {rest} 🇩🇪" if rest else f"🚀{first}🎉"

    return texts(one, changed)  # type: ignore[no-any-return]


def of_long_account(one: Scene) -> Scene:
    return replace(one, chrome=Text(LONG), captions=())


NARROW = {"square": "shorten", "tall": "shorten"}
"""Names that stand on the wide page, and are refused by name where there is half the width."""
