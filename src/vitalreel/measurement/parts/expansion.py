"""Whether an expansion film sold anything: who bought more within 90 days, served against held out, and by how much (M4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.parts.part import Answer, Figure, Part, Row, counted, refused, share
from vitalreel.measurement.report.finding import points
from vitalreel.measurement.revenue import Kept, added

WINDOW_DAYS = 90
METHOD = (
    "Attached: the account's paid contracts together are worth more a year on some day of the {days} after the play first opened for it "
    "than on the day before. Arms as drawn, whoever was sent or watched anything. The expansion rate is what was added as a share of what "
    "was there; no account counts for less than it had. Baseline: accounts with revenue for which no expansion play has opened, over "
    "the {days} days before the report; they were not drawn, and differ from the others for that very reason."
)
_HEAD = ("Account", "Arm", "Opened", "Window over", "Attached", "Before", "After")


@dataclass(frozen=True, slots=True)
class Bought:
    """One account of an expansion play: its draw, and its revenue in integer cents a year."""

    followed: Followed  # outcome_on: the first day in the window on which it paid more
    before: int  # on the day before the opening
    after: int  # at the window's end, or on the report's day


def expansion(
    play: str, bought: Sequence[Bought], others: Mapping[str, bool], planned: float, today: date, floors: Floors
) -> Part:
    """others: accounts of the baseline, and whether they bought more. planned: the held-out share of accounts the log says nothing of."""
    rows = tuple(_row(b, today) for b in bought) + tuple(_other(a, yes) for a, yes in sorted(others.items()))
    attach = compare(
        f"share of accounts that bought more within {WINDOW_DAYS} days of {play.replace('_', ' ')}",
        [b.followed for b in bought], WINDOW_DAYS, planned, today, floors,
    )  # fmt: skip
    rate = _rate(play, [b for b in bought if _over(b, today) and b.before], planned, floors)
    figures = (
        counted("opened", "Accounts the play opened for", rows),
        share("attached_served", "of the served bought more in time", rows, "over_served"),
        share("attached_held_out", "of the held out bought more in time", rows, "over_held_out"),
        share(
            "baseline_bought", "of accounts without an expansion play bought more in as long a time", rows, "baseline"
        ),
        *(_grown(arm, bought, today) for arm in ("served", "held_out")),
    )
    answers = (("Attach rate, served minus held out", attach), ("Expansion rate, served minus held out", rate))
    title = f"Expansion: {play.replace('_', ' ')}"
    return Part(
        f"expansion-{play}", title, _said(attach), figures, METHOD.format(days=WINDOW_DAYS), _HEAD, rows, answers
    )


def _over(b: Bought, today: date) -> bool:
    return b.followed.since + timedelta(days=WINDOW_DAYS) <= today


def _row(b: Bought, today: date) -> Row:
    f, over = b.followed, _over(b, today)
    counts = ["opened", *([f"over_{f.arm}"] if over else [])]
    if over and f.outcome_on is not None:
        counts.append(f"attached_{f.arm}")
    ends = f.since + timedelta(days=WINDOW_DAYS)
    cells = (f.arm.replace("_", " "), str(f.since), str(ends), str(f.outcome_on or ""), cents(b.before), cents(b.after))
    return Row(f.account, cells, tuple(counts), b.after - b.before)


def _other(account: str, yes: bool) -> Row:
    cells = ("no play", "", "", "yes" if yes else "", "", "")
    return Row(account, cells, ("baseline", "baseline_bought") if yes else ("baseline",))


def cents(value: int) -> str:
    """Integer cents as 1,234.56."""
    return f"{value // 100:,}.{value % 100:02d}"


def _grown(arm: str, bought: Sequence[Bought], today: date) -> Figure:
    """What one arm's accounts added, as a share of what they had."""
    mine = [b for b in bought if b.followed.arm == arm and _over(b, today)]
    before, grown = sum(b.before for b in mine), sum(max(0, b.after - b.before) for b in mine)
    name = f"added by the {arm.replace('_', ' ')}, of what they paid"
    rests = f"{cents(grown)} of {cents(before)}"
    why = "" if before else "no account with revenue has its window over"
    return Figure(f"over_{arm}", name, grown / before if before else None, "share", rests, why_none=why)


def _rate(play: str, bought: Sequence[Bought], planned: float, floors: Floors) -> Answer:
    question = f"revenue added within {WINDOW_DAYS} days of {play.replace('_', ' ')}, as a share of what was there, served minus held out"
    kept = [
        Kept(f.account, b.before, max(b.before, b.after), f.arm, f.stratum, planned if f.planned is None else f.planned)
        for b in bought
        for f in (b.followed,)
    ]
    arms = {arm: [k for k in kept if k.arm == arm] for arm in ("served", "held_out")}
    told = added(question, arms["served"], arms["held_out"], floors)
    return replace(told, question=question)


def _said(attach: Answer) -> str:
    if not isinstance(attach, Estimate):
        return refused(attach.reason, attach.would_help)
    chance = "" if attach.direction else ", which chance alone can make"
    return (
        f"Of the served {attach.events[0] if attach.events else 0} of {attach.n[0]} bought more within {WINDOW_DAYS} days, of the held out "
        f"{attach.events[1] if attach.events else 0} of {attach.n[1]}: {points(attach.value)} points (95% interval "
        f"{points(attach.low)} to {points(attach.high)}){chance}."
    )
