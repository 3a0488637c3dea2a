"""Every text and every drawn value of a storyboard traced to the ledger: the last look before anything is rendered."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date

from vitalreel.briefs.fact import Fact, Ledger
from vitalreel.briefs.plainwords import strange_words
from vitalreel.briefs.trace import Trace, Untraced, check_fact
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.compose import disclosed
from vitalreel.storyboard.drawn import drawn
from vitalreel.storyboard.storyboard import Scene, Spoken, Storyboard
from vitalreel.storyboard.text import Text

TICK_ROOM = 1.5
"""A scale may reach this far beyond the highest value it was made for."""
_HOLE = "\x00"
"""Stands where a fact was: neither letter nor digit nor space."""


def trace_board(board: Storyboard, ledger: Ledger) -> Trace:
    """What of the storyboard is untraced; empty: it may be rendered."""
    texts = list(_board_texts(board))
    used = tuple(dict.fromkeys(f for _, text in texts for f in text.facts))
    wrong = [u for where, text in texts for u in check_text(text, ledger, where)]
    wrong += [u for scene in board.scenes for u in drawn(scene, ledger)]
    wrong += [u for number, line in enumerate(board.narration) for u in _narrated(line, number, ledger)]
    wrong += [u for n, scene in enumerate(board.scenes) for u in _captioned(scene, n, board)]
    wrong += [u for name in used if name in ledger for u in check_fact(ledger[name])]
    return Trace(used, tuple(wrong))


def _board_texts(board: Storyboard) -> Iterator[tuple[str, Text]]:
    yield "title", board.title
    yield "disclosure", disclosed(board.disclosure)
    for scene in board.scenes:
        yield from _texts(scene, f"scene {scene.name}")


def _texts(value: object, where: str) -> Iterator[tuple[str, Text]]:
    """All Text records below a record, with the path to each. Captions are held to the narration instead."""
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _texts(item, f"{where}[{number}]")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for f in dataclasses.fields(value):
            if f.name != "captions":
                yield from _texts(getattr(value, f.name), f"{where}.{f.name}")


def check_text(text: Text, ledger: Ledger, where: str) -> Iterator[Untraced]:
    """A text without its facts may hold no figure and no name, and every fact it claims must be in it as the ledger has it."""
    rest = text.shown
    for name in text.facts:
        fact = ledger.get(name)
        if fact is None:
            yield Untraced(where, name, "is not in the ledger")
            return
        if fact.unit == "series":
            rest = "" if _of_scale(rest, fact) else rest
        elif name == "asks.url":
            rest = rest.replace(fact.shown.split("://", 1)[-1], _HOLE)
        elif fact.shown in rest:
            rest = _cut_out(rest, fact)
        else:
            yield Untraced(where, text.shown, f"{name} is shown as {fact.shown!r} in the ledger")
    if grown := re.search(rf"[^\W_]{_HOLE}|{_HOLE}[^\W_]", rest):
        yield Untraced(where, grown[0].replace(_HOLE, "..."), "words grown onto a fact")
    for what, why in strange_words(rest.replace(_HOLE, "x"), ""):
        yield Untraced(where, what, why)


def _cut_out(text: str, fact: Fact) -> str:
    """The text with a hole for one mention of the fact; a percentage may carry the sign of its value.

    One mention, one hole: two facts may read the same, and a figure said once too often is not covered by the first.
    """
    shown = re.escape(fact.shown)
    if fact.unit.startswith("percent") and isinstance(fact.value, int | float) and fact.value:
        shown = f"[{'−' if fact.value < 0 else '+'}]?{shown}"
    alone = rf"(?<![^\W_])(?<!\d[.,]){shown}(?![^\W_])(?![.,]\d)"
    cut, found = re.subn(alone, _HOLE, text, count=1)
    return cut if found else text.replace(fact.shown, _HOLE, 1)


def _of_scale(shown: str, series: Fact) -> bool:
    """Whether a label belongs to the axes of a series: a round number within reach of it, or a month it covers."""
    values = [v for v in read_values(str(series.value)) if v is not None]
    if re.fullmatch(r"[A-Z][a-z]{2}( \d{4})?", shown):
        return shown[:3] in {f"{date(2000, month, 1):%b}" for month in range(1, 13)}
    found = re.fullmatch(r"−?([\d,]+(?:\.\d+)?)(%?)", shown)
    if not found:
        return False
    label, reach = float(found[1].replace(",", "")), max([*map(abs, values), 0.04 if found[2] else 4.0])
    return label <= TICK_ROOM * reach * 2 * (100 if found[2] else 1)


# What is heard


def _narrated(line: Spoken, number: int, ledger: Ledger) -> Iterator[Untraced]:
    yield from check_text(Text(line.shown, tuple(dict.fromkeys(line.facts))), ledger, f"narration {number + 1}")


def _captioned(scene: Scene, number: int, board: Storyboard) -> Iterator[Untraced]:
    """Captions are the narration word for word."""
    said = " ".join(s.shown for s in board.narration if s.scene == number).split()
    captioned = " ".join(c.text for c in scene.captions).split()
    if said != captioned:
        yield Untraced(f"scene {scene.name}, captions", " ".join(captioned), "is not what the voice says")
