"""Parts about money and value: expansion (M4), costs (M8), time to first value and the metrics chosen at the start (M10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import func, select

from vitalreel.accounts.revenue import Contract
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Followed
from vitalreel.measurement.parts.costs import Spent, money, rounded
from vitalreel.measurement.parts.expansion import WINDOW_DAYS, Bought, expansion
from vitalreel.measurement.parts.firsts import New, first_value
from vitalreel.measurement.parts.part import Part
from vitalreel.measurement.parts.primary import Chosen, primary
from vitalreel.measurement.parts.terms import REVENUE
from vitalreel.steps.findings import drawn, planned_share
from vitalreel.steps.happened import once, until
from vitalreel.steps.parts.asked import FLOORS, Asked
from vitalreel.steps.versions import chosen_version
from vitalreel.store import tables as t
from vitalreel.triggers.matrix import Play

EXPANSION, ONBOARDING = "expansion", "onboarding_stall"
_WINDOW = timedelta(days=WINDOW_DAYS)
YEAR = timedelta(days=365)
Contracts = Sequence[Contract]


def expansion_parts(asked: Asked) -> tuple[Part, ...]:
    """One part for each expansion play that has opened."""
    plays = [p for p in asked.of_category(EXPANSION) if asked.happened.runs.get(p.name)]
    touched = {r["account"] for p in plays for r in asked.happened.runs[p.name]}
    others = {str(a): _bought_more(c, asked.day - _WINDOW, asked.day) is not None for a, c in asked.held.items()
              if a not in touched and _worth(c, asked.day - _WINDOW - timedelta(days=1))}  # fmt: skip
    return tuple(
        expansion(p.name, _bought(asked, p), others, planned_share(p, asked.programme.holdout), asked.day, FLOORS)
        for p in plays
    )


def _bought(asked: Asked, play: Play) -> list[Bought]:
    found = []
    for r in once(until(asked.happened.runs[play.name], asked.period)):
        mine, since = asked.held.get(r["account"], ()), r["opened_on"]
        stratum, planned = drawn(play, r["account"], asked.happened.log)
        on = _bought_more(mine, since, min(since + _WINDOW, asked.day + timedelta(days=1)))
        followed = Followed(AccountId(r["account"]), r["arm"], since, on, stratum, planned)
        ends = min(since + _WINDOW - timedelta(days=1), asked.day)
        found.append(Bought(followed, _worth(mine, since - timedelta(days=1)), _worth(mine, ends)))
    return found


def _worth(held: Contracts, day: date) -> int:
    return sum(c.on(day) for c in held)


def _bought_more(held: Contracts, since: date, until: date) -> date | None:
    """The first day of [since, until) on which they are worth more a year than on the day before `since`."""
    before = _worth(held, since - timedelta(days=1))
    days = {since} | {d for c in held for d in (c.start, *(known for known, _ in c.amounts))}
    return next((d for d in sorted(days) if since <= d < until and _worth(held, d) > before), None)


# -- costs --------------------------------------------------------------------------------------------------------------


def costs_part(asked: Asked) -> Part:
    """What the quarter's films and modules cost, by the unit costs set."""
    sent = (
        select(t.video.c.module, t.video.c.tier)
        .join(t.outbox, t.outbox.c.video == t.video.c.id)
        .where(t.outbox.c.state == "sent", t.outbox.c.changed >= asked.first, t.outbox.c.changed < asked.end)
    )
    films: dict[int, int] = {}
    modules = set()
    for r in asked.connection.execute(sent):
        films[r.tier] = films.get(r.tier, 0) + 1
        modules.add(r.module)
    made = select(t.video.c.cost).where(t.video.c.at >= asked.first, t.video.c.at < asked.end)
    prices = [Fraction(str(cost.get("price", 0))) for cost in asked.connection.execute(made).scalars()]
    days = (asked.period.until - asked.period.quarter.start).days
    spent = Spent(films, tuple(sorted(modules)), rounded(100 * sum(prices, Fraction(0))), days)
    return money(spent, asked.terms.costs, asked.revenue.added if asked.revenue else None, asked.programme.currency)


# -- first value --------------------------------------------------------------------------------------------------------


def first_value_part(asked: Asked) -> Part:
    """New accounts of the last year, and what the onboarding play changed."""
    done = {
        r["account_id"]: r["done"]
        for r in asked.rows("milestone", "account_id", "milestone", "done")
        if r["milestone"] == asked.terms.milestone and r["done"] is not None and r["done"] <= asked.day
    }
    new = [
        New(r["account_id"], r["since"], done.get(r["account_id"]))
        for r in asked.rows("account", "account_id", "since")
        if r["since"] is not None and asked.day - YEAR < r["since"] <= asked.day
    ]
    plays = asked.of_category(ONBOARDING)
    followed = [f for p in plays[:1] for f in _waiting(asked, p, done)]
    share = planned_share(plays[0], asked.programme.holdout) if plays else 0.0
    return first_value(new, asked.terms.milestone, asked.terms.first_value_days, followed, share, asked.day, FLOORS)


def _waiting(asked: Asked, play: Play, done: dict[str, date]) -> list[Followed]:
    """Accounts without first value when the onboarding play opened for them, and when they had it."""
    found = []
    for r in once(until(asked.happened.runs.get(play.name, ()), asked.period)):
        reached = done.get(r["account"])
        if reached is None or reached > r["opened_on"]:
            stratum, planned = drawn(play, r["account"], asked.happened.log)
            found.append(Followed(AccountId(r["account"]), r["arm"], r["opened_on"], reached, stratum, planned))
    return found


# -- what was chosen at the start -----------------------------------------------------------------------------------------


def primary_part(asked: Asked) -> Part:
    """The metrics named in vitalreel.yaml, since when, and what they say."""
    names = asked.terms.primary
    at = select(t.play_version.c.at).where(t.play_version.c.config == chosen_version(names))
    since = asked.connection.execute(at).scalar_one_or_none()
    first = asked.connection.execute(
        select(func.min(t.outbox.c.changed)).where(t.outbox.c.state == "sent")
    ).scalar_one()
    on = asked.date_of(since) if since is not None and since < asked.known else None
    chosen = []
    for name in names:
        finding = asked.findings.get(name)
        answer = finding.so_far if finding else None
        if name == REVENUE and asked.revenue is not None:
            answer = asked.revenue.added.answer
        chosen.append(Chosen(name, on, answer))
    return primary(chosen, asked.date_of(first) if first is not None and first < asked.known else None)
