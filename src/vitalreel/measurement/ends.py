"""What became of an account, day by day: lost, smaller, or renewed, by outcomes that were handed over and by its contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from vitalreel.accounts.revenue import Contract
from vitalreel.health.renewed import NEAR, Term, at_renewal

Ending = Literal["churned", "downgraded", "renewed"]
ENDINGS: tuple[Ending, ...] = ("churned", "downgraded", "renewed")
"""Where two come on one day, the first of them is what happened."""
_DAY = timedelta(days=1)
_OUTCOMES: Mapping[str, Ending] = {"churned": "churned", "contracted": "downgraded", "renewed": "renewed"}


@dataclass(frozen=True, slots=True)
class End:
    """One thing that became of an account, and the row that says so."""

    day: date
    kind: Ending
    source: str  # "outcome o1", "contract c1"
    at_renewal: bool  # decided a renewal


def ends_of(outcomes: Iterable[Mapping[str, Any]], held: Sequence[Contract], until: date) -> tuple[End, ...]:
    """All that became of one account by the end of `until`, in order of days; of equal days the gravest first.

    outcomes: its rows of that table (outcome_id, day, kind). An amount that grew is a renewal where its day is that of one. Contracts
    speak for themselves too: revenue that falls to nothing and stays there for NEAR is a loss, a fall is a downgrade, and one that ends
    while another begins within NEAR, with no less in all, a renewal.
    """
    terms = [Term(c.start, c.end) for c in held]
    found = [e for row in outcomes if row["day"] <= until and (e := _told(row, terms)) is not None]
    found += [e for e in _read(held, terms, until) if not _said_already(e, found)]
    return tuple(sorted(found, key=lambda e: (e.day, ENDINGS.index(e.kind), e.source)))


def first_end(ends: Sequence[End], since: date) -> End | None:
    """The first of `since` or a later day: it rules the others out."""
    return next((e for e in ends if e.day >= since), None)


def _told(row: Mapping[str, Any], terms: Sequence[Term]) -> End | None:
    near = at_renewal(row["day"], terms)
    kind = _OUTCOMES.get(row["kind"]) or ("renewed" if row["kind"] == "expanded" and near else None)
    if kind is None:
        return None
    return End(row["day"], kind, f"outcome {row['outcome_id']}", near or kind != "downgraded")


def _said_already(end: End, found: Sequence[End]) -> bool:
    """Whether an outcome that was handed over tells of the same within NEAR."""
    return any(e.kind == end.kind and abs(e.day - end.day) <= NEAR for e in found)


def _read(held: Sequence[Contract], terms: Sequence[Term], until: date) -> list[End]:
    """What the account's contracts say by themselves."""
    found = []
    for day in sorted(
        {d for c in held for d in (c.start, c.end, *(known for known, _ in c.amounts)) if d and d <= until}
    ):
        before = sum(c.on(day - _DAY) for c in held)
        if not before:
            continue
        over = [c for c in held if c.end == day and c.on(day - _DAY)]
        later = max((sum(c.on(day + timedelta(days=n)) for c in held) for n in range(NEAR.days + 1)), default=0)
        source = f"contract {(over or [c for c in held if c.on(day - _DAY)])[0].id}"
        if not later:
            found.append(End(day, "churned", source, True))
        elif later < before:
            found.append(End(day, "downgraded", source, bool(over) or at_renewal(day, terms)))
        elif over:
            found.append(End(day, "renewed", source, True))
    return found
