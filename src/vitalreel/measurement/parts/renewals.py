"""What renewal plays did to renewals, tier by tier, in basis points: served against held out, and against others made alike (M5)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.ends import End
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.parts.part import Answer, Event, Part, Row, refused, share
from vitalreel.measurement.report.finding import basis_points

WINDOW_DAYS = 182
TITLE = "Renewals by tier"
METHOD = (
    "Accounts for which a renewal play opened, by the arm drawn then. Renewed: within {days} days of the opening a renewal was decided and neither lost nor "
    "smaller came first. The lift is the share that renewed, served less held out, in basis points (hundredths of a point), for each tier and for all of them "
    "compared inside tiers. Matched: served accounts against accounts without such an opening, weighted to resemble them by what was known before; consistent "
    "with an effect at best, and refused where a gate fails. Tiers are looked at one by one: of several, one may look good by luck."
)
_HEAD = ("Account", "Tier", "Arm", "Opened", "Window over", "Became", "On")


@dataclass(frozen=True, slots=True)
class Renewal:
    """One account of a renewal play."""

    followed: Followed  # outcome_on: the day it renewed, where that came first
    tier: int  # 1..4
    end: End | None  # what came first after the opening, inside the window
    run: str  # the opening's id


def renewals_by_tier(
    found: Sequence[Renewal],
    planned: float,
    today: date,
    floors: Floors,
    matched: Mapping[int, Answer],
    further: Sequence[Row] = (),
) -> Part:
    """planned: the held-out share of accounts the log says nothing of. matched: tier -> the served against others, 0 for all tiers.

    further: the rows behind `matched`.
    """
    rows = tuple(_row(r, today) for r in sorted(found, key=lambda r: (r.tier, r.followed.account)))
    tiers = sorted({r.tier for r in found})
    figures = [
        share(f"renewed_{arm}_{n}", f"tier {n}, {arm.replace('_', ' ')}: renewed", rows, f"over_{arm}_{n}")
        for n in tiers
        for arm in ("served", "held_out")
    ]
    answers: list[tuple[str, Answer]] = []
    for n in (0, *tiers) if len(tiers) != 1 else tiers:
        mine = [r.followed if n else _in_tier(r) for r in found if n in (0, r.tier)]
        told = compare(_question(n), mine, WINDOW_DAYS, planned, today, floors)
        answers.append((f"{_named(n)}, served less held out", in_basis_points(told)))
        if n in matched:
            answers.append((f"{_named(n)}, served less others made alike", in_basis_points(matched[n])))
    method = METHOD.format(days=WINDOW_DAYS)
    return Part("renewals", TITLE, _said(answers), tuple(figures), method, _HEAD, (*rows, *further), tuple(answers))


def in_basis_points(answer: Answer) -> Answer:
    """The same answer, to be told in basis points."""
    return replace(answer, unit="basis points") if isinstance(answer, Estimate) else answer


def _in_tier(r: Renewal) -> Followed:
    return replace(r.followed, stratum=f"{r.followed.stratum}, tier {r.tier}")


def _named(tier: int) -> str:
    return f"Tier {tier}" if tier else "All tiers"


def _question(tier: int) -> str:
    where = f"accounts in tier {tier}" if tier else "accounts, compared inside tiers,"
    return (
        f"share of {where} that renewed within {WINDOW_DAYS} days of the renewal play's opening, served less held out"
    )


def _row(r: Renewal, today: date) -> Row:
    f = r.followed
    ends = f.since + timedelta(days=WINDOW_DAYS)
    counts = [f"over_{f.arm}_{r.tier}"] if ends <= today else []
    if counts and f.outcome_on is not None:
        counts.append(f"renewed_{f.arm}_{r.tier}")
    became = (r.end.kind, str(r.end.day)) if r.end else ("", "")
    events = (Event("opening", r.run, f.since), *((Event("end", r.end.source, r.end.day),) if r.end else ()))
    return Row(
        f.account, (str(r.tier), f.arm.replace("_", " "), str(f.since), str(ends), *became), tuple(counts), 0.0, events
    )


def _said(answers: Sequence[tuple[str, Answer]]) -> str:
    lots = [(title, a) for title, a in answers if title.endswith("held out")]
    told = [f"{title.split(',')[0]}: {basis_points(a.value)} basis points (95% interval {basis_points(a.low)} to {basis_points(a.high)})"
            + ("" if a.direction else ", which chance alone can make")
            for title, a in lots if isinstance(a, Estimate)]  # fmt: skip
    if told:
        return f"Renewal rate, served less held out. {'. '.join(told)}."
    if not lots:
        return refused("no renewal play has opened for any account yet", "a renewal play, and renewals")
    first = lots[0][1]
    return refused(first.reason, first.would_help)  # type: ignore[union-attr]
