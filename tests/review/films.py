"""Builders: a sound film of two scenes that passes every check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from vitalreel.briefs.fact import Fact, Origin
from vitalreel.briefs.script import Brief, Line, Run, Script, ScriptScene
from vitalreel.identity import AccountId, ContactId
from vitalreel.review.preflight import FileSeen, Film, Heard, LineSeen, SceneSeen, SpeakerSeen, StreamSeen
from vitalreel.sound.heard import Hearing
from vitalreel.sound.placed import Placed
from vitalreel.storyboard.captions import webvtt
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.storyboard import Caption, CaptionWord, Scene, Spoken, Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.video.element import Box, Standing
from vitalreel.video.likeness import Face, Likeness

TODAY = date(2026, 3, 2)
ORIGIN = Origin("usage", "count over the week", ("usage.csv:2",), 1, "d")
SAID = "Halden Health had four hundred and twelve people."


def fact(**changes: Any) -> Fact:
    usual = Fact(
        "wau_now", "people last week", 412, "count:person|people", "412", "four hundred and twelve", TODAY, 8, ORIGIN
    )
    return replace(usual, **changes)


def name(value: str = "Halden Health", **changes: Any) -> Fact:
    return replace(
        Fact("account.name", "the account's name", value, "name", value, value, TODAY, None, ORIGIN), **changes
    )


def ledger(*facts: Fact) -> dict[str, Fact]:
    return {f.name: f for f in (fact(), name(), *facts)}


def script(length_s: tuple[float, float] = (15.0, 25.0), facts: dict[str, Fact] | None = None, **parts: Any) -> Script:
    """parts: part -> (its scene, shortest, longest)."""
    brief = Brief(
        AccountId("halden"), "Halden Health", ContactId("ana"), "Ana", "m", 1, None, None, "enterprise", 2, "en", length_s,
        TODAY, "Ask", "https://larkspur.test", "Sam", "", "sam@larkspur.test", ledger() if facts is None else facts,
        {part: (low, high) for part, (_, low, high) in parts.items()},
    )  # fmt: skip
    line = Line((Run("Hello", "Hello"),))
    mine = {scene: part for part, (scene, _, _) in parts.items()}
    scenes = tuple(ScriptScene(n, "statement", line, (line,), line, {}, part=mine.get(n, "")) for n in ("one", "two"))
    return Script(brief, line, scenes, "template")


def caption(start_s: float = 1.0, word_s: float = 0.5, *words: str) -> Caption:
    """One line of words, one after the other."""
    said = words or ("Halden", "Health", "had", "412", "people.")
    timed = tuple(CaptionWord(w, start_s + word_s * i, start_s + word_s * (i + 1)) for i, w in enumerate(said))
    return Caption(start_s, timed[-1].end_s + 0.5, (timed,))


def scene(name: str, frames: int = 300, headline: str = "412 people") -> Scene:
    picture = StatementPicture((Text("Hello"),))
    return Scene(
        name, "statement", frames, Text(headline, ("wau_now",)), picture, (caption(),), Text(""), Text("Halden Health")
    )


def _spoken(i: int, at: float) -> Spoken:
    words = (("Halden", 1.0), ("Health", 1.5), ("had", 2.0), ("four", 2.5), ("hundred", 2.6), ("people", 3.0))
    timed = tuple((word, at + start, at + start + 0.4) for word, start in words)
    return Spoken(i, at + 1, SAID, "Halden Health had 412 people.", ("account.name", "wau_now"), timed)


def board(*scenes: Scene) -> Storyboard:
    spoken = tuple(_spoken(i, 10.0 * i) for i in range(len(scenes)))
    return Storyboard(
        1, Text("A film"), AccountId("halden"), ContactId("ana"), "m", 1, TODAY, "en", 1920, 1080, 30, "b", "light", "v", "calm",
        scenes, spoken, "Synthetic voice.",
    )  # fmt: skip


def text(words: str, **changes: Any) -> Standing:
    usual = Standing(words, 96, 100, 400, 180, 60, "#1B1D2A", "#FFFFFF", 1.0, 9.0)
    return replace(usual, **changes)


TEXTS = (
    text("412 people"),
    text("Halden Health", left=1500, right=1800),
    text("Halden Health had 412 people.", top=950, bottom=1000, from_s=1.0, to_s=4.0),
    text("Hello", top=700, bottom=740),
)


def seen(name: str, **changes: Any) -> SceneSeen:
    return replace(SceneSeen(name, 300, 300, (200.0,) * 300, ((250, 40),), 0, TEXTS), **changes)


def line(late_s: float = 0.0, over_db: float = 20.0, heard: Hearing | None = None) -> LineSeen:
    return LineSeen(Placed(late_s, over_db), heard or Hearing("Halden Health had 412 people.", "", 0.05))


def speaker() -> Likeness:
    """Four seconds of somebody who sits still."""
    return Likeness(0.2, 16 / 9, ((Face(0.4, 0.2, 0.6, 0.7, 0.93),),) * 20, (None,) * 7 + (0.97,) * 7 + (None,) * 6)


def mapped(webvtt: str, ticks: int = 0, local: str = "00:00:00.000") -> str:
    """The same file as HLS gives it out."""
    first, _, rest = webvtt.partition("\n")
    return f"{first}\nX-TIMESTAMP-MAP=MPEGTS:{ticks},LOCAL:{local}\n{rest}"


def film(**changes: Any) -> Film:
    whole = webvtt(board(scene("one"), scene("two")))
    usual = Film(
        board(scene("one"), scene("two")), script(), TODAY, (), (), (seen("one"), seen("two")), FileSeen(600, ()), StreamSeen(12, ()),
        {"captions.vtt": whole, "s.vtt": mapped(whole)},
        Heard(20.0, -16.1, -1.4, (18.0, 1.5)), (line(), line()), "", {"transcript.txt": True}, {"usage": True},
        (SpeakerSeen("one", speaker(), Box(0, 0, 1, 1)),),
    )  # fmt: skip
    return replace(usual, **changes)
