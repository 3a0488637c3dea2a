"""Builders: a sound film of two scenes that passes every check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from vitalreel.briefs.fact import Fact, Origin
from vitalreel.identity import AccountId, ContactId
from vitalreel.review.preflight import Film, Heard, SceneSeen, TextBox
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.storyboard import Caption, CaptionWord, Scene, Spoken, Storyboard
from vitalreel.storyboard.text import Text

TODAY = date(2026, 3, 2)


def fact(**changes: Any) -> Fact:
    origin = Origin("usage", "count over the week", ("usage.csv:2",), 1, "d")
    usual = Fact(
        "wau_now", "people last week", 412, "count:person|people", "412", "just over four hundred", TODAY, 8, origin
    )
    return replace(usual, **changes)


def scene(name: str, frames: int = 300) -> Scene:
    words = (CaptionWord("Hello", 1.0, 1.5), CaptionWord("there.", 1.5, 2.0))
    picture = StatementPicture((Text("Hello"),))
    return Scene(
        name, "statement", frames, Text("Hello"), picture, (Caption(1.0, 3.0, (words,)),), Text(""), Text("Acme")
    )


def _spoken(i: int, at: float) -> Spoken:
    words = (("Hello", at + 1.0, at + 1.5), ("there.", at + 1.5, at + 2.0))
    return Spoken(i, at + 1, "Hello there.", "Hello there.", (), words)


def board(*scenes: Scene) -> Storyboard:
    spoken = tuple(_spoken(i, 10.0 * i) for i in range(len(scenes)))
    return Storyboard(
        1, Text("A film"), AccountId("acme"), ContactId("ana"), "m", 1, TODAY, "en", 1920, 1080, 30, "b", "light", "v", "calm",
        scenes, spoken, "Synthetic voice.",
    )  # fmt: skip


def seen(name: str, **changes: Any) -> SceneSeen:
    return replace(SceneSeen(name, 300, 300, (200.0,) * 300, (250, 40), 0), **changes)


def film(**changes: Any) -> Film:
    usual = Film(
        board(scene("one"), scene("two")), {"wau_now": fact()}, (), (), (15.0, 25.0), (seen("one"), seen("two")),
        (TextBox("one", "Hello", 96, 100, 400, 180), TextBox("two", "Hello", 96, 100, 400, 180)),
        Heard(20.0, -16.1, -1.4, (18.0, 1.5)), {"usage": True},
    )  # fmt: skip
    return replace(usual, **changes)
