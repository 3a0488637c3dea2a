"""Rows of the ledger as bars, before and now."""

from __future__ import annotations

from typing import cast

from vitalreel.briefs.fact import Fact, Ledger
from vitalreel.storyboard.depict.scene import NOTHING, Scene, number_of, quoted
from vitalreel.storyboard.pictures.bars import Bar, BarsPicture
from vitalreel.storyboard.text import Text

BARS_STAGE_S = 2.2
"""This quarter's bars come in when last quarter's have been read."""


def picture(scene: Scene) -> tuple[BarsPicture, float]:
    family = scene.fact("bars")
    stems = [f"{family.name}.{n}" for n in range(1, int(cast("int", family.value)) + 1)]
    falls = {s: number_of(scene.ledger[f"{s}.now"]) - number_of(scene.ledger[f"{s}.before"]) for s in stems}
    worst = min(falls, key=lambda s: falls[s])
    bars = tuple(_bar(s, scene.ledger, s == worst and falls[s] < 0) for s in stems)
    picture = BarsPicture(bars, scene.text("before_unit"), scene.text("now_unit"), BARS_STAGE_S)
    return picture, BARS_STAGE_S + 1.6


def _bar(stem: str, ledger: Ledger, worst: bool) -> Bar:
    now, before = ledger[f"{stem}.now"], ledger[f"{stem}.before"]
    change = ledger.get(f"{stem}.change")
    return Bar(
        label=quoted(ledger[f"{stem}.name"]),
        before=number_of(before),
        now=number_of(now),
        before_text=quoted(before),
        now_text=quoted(now),
        change_text=_signed(change) if change else NOTHING,
        exception=worst,
    )


def _signed(change: Fact) -> Text:
    """A change with its sign; the ledger shows its size only."""
    value = number_of(change)
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return Text(f"{sign}{change.shown}", (change.name,))
