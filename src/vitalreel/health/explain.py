"""Why a score is what it is, and what moved it between two days: parts that sum exactly, and a sentence in words (H5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from vitalreel.health.scorecard import CLIP, MISSING, TENTHS

Cause = Literal["data", "missing data", "configuration", "limit"]
CAUSES: tuple[Cause, ...] = ("data", "missing data", "configuration", "limit")
NAMED = 3
"""Movers a sentence names on each side; the rest is said as one sum."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row of `score_part`, points in whole tenths."""

    name: str
    label: str
    tenths: int
    value: float | None  # the reading
    level: float | None  # 0..1
    weight: float  # points at level 1; 0 for rules, missing and clip
    state: str  # score.PartState


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's score on a day. tenths is None where no score was claimed."""

    day: date
    tenths: int | None
    band: str | None
    coverage: float
    state: str
    scorecard: str
    config: str
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part | None:
        return next((p for p in self.parts if p.name == name), None)


def standing_of(score: Mapping[str, Any], parts: Iterable[Mapping[str, Any]]) -> Standing:
    """A row of `score` with its rows of `score_part`, points of a hundred with one decimal; parts by name."""
    return Standing(
        day=score["day"],
        tenths=None if score["points"] is None else round(score["points"] * TENTHS),
        band=score["band"],
        coverage=score["coverage"],
        state=score["state"],
        scorecard=score["scorecard"],
        config=score["config"],
        parts=tuple(
            Part(p["part"], p["label"], round(p["points"] * TENTHS), p["value"], p["level"], p["weight"], p["state"])
            for p in sorted(parts, key=lambda p: p["part"])
        ),
    )


@dataclass(frozen=True, slots=True)
class Move:
    """What one part did to the score, by why it did."""

    name: str
    label: str
    tenths: int  # signed change
    causes: Mapping[Cause, int]  # sums to tenths
    before: Part | None
    after: Part | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """moves: every part that changed, largest first; they sum to `tenths`, which is None where a side has no score."""

    before: Standing
    after: Standing
    tenths: int | None
    moves: tuple[Move, ...]
    sentence: str

    def because(self, cause: Cause) -> int:
        """Tenths of the change that one cause explains, over all parts."""
        return sum(move.causes.get(cause, 0) for move in self.moves)


def explain(before: Standing, after: Standing) -> Explanation:
    """The change from one standing to a later one, part by part.

    Where the scorecard changed in between, a measure's change is split: what its reading did is counted by the weight it had
    before, the remainder is the configuration's; a measure whose reading did not move changed by configuration alone.
    """
    for silent in (before, after):
        if silent.tenths is None:
            return Explanation(before, after, None, (), _untold(silent))
    names = list(dict.fromkeys(p.name for p in (*before.parts, *after.parts)))
    moves = [_move(before, after, name) for name in names]
    moves = sorted((m for m in moves if m.tenths or any(m.causes.values())), key=lambda m: (-abs(m.tenths), m.name))
    change = (after.tenths or 0) - (before.tenths or 0)
    return Explanation(before, after, change, tuple(moves), _told(before, after, change, moves))


def _move(before: Standing, after: Standing, name: str) -> Move:
    old, new = before.part(name), after.part(name)
    shown = new or old
    if shown is None:
        raise ValueError(f"{name} is a part of neither standing")
    change = (new.tenths if new else 0) - (old.tenths if old else 0)
    causes = _causes(name, old, new, change, same=before.config == after.config)
    return Move(name, shown.label, change, {c: t for c, t in causes.items() if t}, old, new)


def _causes(name: str, old: Part | None, new: Part | None, change: int, same: bool) -> Mapping[Cause, int]:
    """What a part's change is due to."""
    if name in (MISSING, CLIP):
        return {"missing data" if name == MISSING else "limit": change}
    if old is None or new is None:
        # a rule has a row only while it gives something; a measure always has one unless the card dropped or gained it
        measure = old or new
        return {"configuration" if measure and measure.weight and not same else "data": change}
    if "missing" in (old.state, new.state) and old.state != new.state:
        return {"missing data": change}
    if same:
        return {"data": change}
    if old.level is None or new.level is None or old.value == new.value:
        return {"configuration": change}
    moved = round(old.weight * TENTHS * (new.level - old.level))
    return {"data": moved, "configuration": change - moved}


# -- in words


def points(tenths: int, signed: bool = False) -> str:
    """Tenths as they are shown: "9.8", signed "+9.8" or "−9.8"."""
    size = f"{abs(tenths) // TENTHS}.{abs(tenths) % TENTHS}"
    if not signed:
        return size if tenths >= 0 else f"−{size}"
    return f"{'−' if tenths < 0 else '+'}{size}"


def _untold(silent: Standing) -> str:
    if silent.state == "no_scorecard":
        return f"No change can be told: no scorecard applied on {silent.day.isoformat()}."
    return (
        f"No change can be told: on {silent.day.isoformat()} only {silent.coverage:.0%} of the score's weight had fresh data, "
        "and a score needs half of it."
    )


def _told(before: Standing, after: Standing, change: int, moves: Sequence[Move]) -> str:
    first = (
        f"{'Up' if change > 0 else 'Down'} {points(abs(change))} points, from {points(before.tenths or 0)} to {points(after.tenths or 0)}."
        if change
        else f"Unchanged at {points(after.tenths or 0)}."
    )
    took = _listed([m for m in moves if m.tenths < 0], "took")
    gave = _listed([m for m in moves if m.tenths > 0], "gave")
    told = [first, *([took, gave] if change < 0 else [gave, took])]
    if before.config != after.config:
        told.append("The scorecard changed in between.")
    return " ".join(t for t in told if t)


def _listed(moves: Sequence[Move], verb: str) -> str:
    """ "Weekly use took 9.8, Ratings of support 4.1 and 2 others 1.2." """
    if not moves:
        return ""
    named = [(m.label, abs(m.tenths)) for m in moves[:NAMED]]
    rest = moves[NAMED:]
    if len(rest) == 1:
        named.append((rest[0].label, abs(rest[0].tenths)))
    elif rest:
        named.append((f"{len(rest)} others", sum(abs(m.tenths) for m in rest)))
    said = [f"{label} {verb} {points(t)}" if i == 0 else f"{label} {points(t)}" for i, (label, t) in enumerate(named)]
    return (said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}") + "."
