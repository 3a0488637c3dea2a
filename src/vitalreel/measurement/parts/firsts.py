"""How soon a new customer has value: days from the start of the contract to the milestone that is called so (M10)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.parts.part import LEAST, Part, Row, counted, middle, refused, share
from vitalreel.measurement.report.finding import points

TITLE = "Time to first value"
_HEAD = ("Account", "Began", "First value", "Days", "Arm")


@dataclass(frozen=True, slots=True)
class New:
    """One account that began inside the year before the report's day."""

    account: str
    began: date
    reached: date | None  # the milestone done, known by the report's day


def first_value(
    new: Sequence[New],
    milestone: str,
    within_days: int,
    drawn: Sequence[Followed],
    planned: float,
    today: date,
    floors: Floors,
) -> Part:
    """drawn: accounts the onboarding play opened for, their outcome the milestone. planned: held-out share where the log says nothing."""
    rows = tuple(
        _row(n, within_days, today, {str(f.account): f.arm for f in drawn})
        for n in sorted(new, key=lambda n: n.account)
    )
    question = f"share of accounts with first value ({milestone}) within {within_days} days of the opening of the onboarding play"
    answer = compare(question, drawn, within_days, planned, today, floors)
    figures = (
        counted("began", "Accounts that began in the last year", rows),
        share("in_time", f"of those {within_days} days old had first value in time", rows, "old"),
        middle("reached", "days to first value, of those that have it", rows),
    )
    method = (
        f"First value is the milestone {milestone!r} done (report.first_value). Accounts count from the start of their first contract; those "
        f"younger than {within_days} days wait. The onboarding play is compared by the arms drawn when it opened."
    )
    return Part("first-value", TITLE, _said(rows, within_days, answer), figures, method, _HEAD, rows, (("Onboarding play, served minus held out", answer),))  # fmt: skip


def _row(n: New, within: int, today: date, arms: dict[str, str]) -> Row:
    days = (n.reached - n.began).days if n.reached else None
    old = n.began + timedelta(days=within) <= today
    counts = ["began", *(["reached"] if days is not None else []), *(["old"] if old else [])]
    if old and days is not None and days <= within:
        counts.append("in_time")
    cells = (
        str(n.began),
        str(n.reached or ""),
        "" if days is None else str(days),
        arms.get(n.account, "").replace("_", " "),
    )
    return Row(n.account, cells, tuple(counts), float(days or 0))


def _said(rows: Sequence[Row], within: int, answer: object) -> str:
    old = [r for r in rows if "old" in r.counts]
    if len(old) < LEAST:
        return refused(
            f"{len(old)} accounts that began in the last year are {within} days old; {LEAST} are needed", "time"
        )
    yes = sum("in_time" in r.counts for r in old)
    said = f"{yes} of {len(old)} new accounts had first value within {within} days."
    if isinstance(answer, Estimate):
        chance = "" if answer.direction else ", which chance alone can make"
        return f"{said} The onboarding play moved that share by {points(answer.value)} points ({points(answer.low)} to {points(answer.high)}){chance}."
    return f"{said} Whether the onboarding play moved that cannot be said yet."
