"""Values of an account as they were recorded: from the canonical tables to fact rows, signal by signal.

Each source also gives the single rows behind a signal, for what is derived over a window of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _

from vitalreel.signals.agreements import agreement_facts
from vitalreel.signals.alive import alive
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.days import FACT, facts, local_days, number
from vitalreel.signals.master import OURS, Master
from vitalreel.signals.moment import Moment
from vitalreel.signals.rolling import running

Lake = Mapping[str, ibis.Table]
SEVERE = ("high", "urgent")
PROMOTER, PASSIVE = 9, 7
"""Answers of 0 to 10 from which a respondent counts as promoter (+100) or passive (0); below, detractor (-100)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What every source needs besides the lake."""

    catalogue: Catalogue
    moment: Moment
    starts: ibis.Table  # (account_id, start): first day an account is a customer

    @property
    def today(self) -> Any:
        """The as-of day as an int64 expression."""
        return self.moment.today


def recorded(lake: Lake, scope: Scope) -> ibis.Table:
    """All fact rows that are not derived, one an account, signal and day (several readings of a day: their mean)."""
    found = [make(lake, scope) for table, make in _MAKES.items() if table in lake]
    found += [_ratings_by_day(rows, signal) for signal, rows in ratings(lake).items()]
    if not found:
        return _nothing(scope)
    every = ibis.union(*found) if len(found) > 1 else found[0]
    return every.filter(_.signal.isin(sorted(scope.catalogue.signals)))


def ratings(lake: Lake) -> dict[str, ibis.Table]:
    """Signals of which several readings may fall on a day: signal -> (account_id, day, num, arg, known_on), a row a reading."""
    found: dict[str, ibis.Table] = {}
    if "ticket" in lake:
        found |= _ticket_ratings(lake)
    if "survey" in lake:
        found |= _survey_ratings(lake)
    if "conversation" in lake:
        spoken = local_days(lake["conversation"], lake.get("account"), day="at")
        found["conversation.sentiment"] = _ratings(spoken, _.sentiment)
    if "content_view" in lake and "rating" in lake["content_view"].columns:
        found["video.rating"] = _ratings(local_days(lake["content_view"], lake.get("account"), day="at"), _.rating)
    tones = [found[name] for name in ("support.sentiment", "conversation.sentiment") if name in found]
    if tones:
        found["tone.reading"] = ibis.union(*tones) if len(tones) > 1 else tones[0]
    return found


# -- one source each


def usage_facts(lake: Lake, scope: Scope) -> ibis.Table:
    """Fact rows `usage.<metric>` of every metric there is, without those of a dead feed."""
    return alive(lake["usage"]).select(
        "account_id",
        signal="usage." + _.metric,
        day=number(_.day),
        num=_.value.cast("float64"),
        word=ibis.null("string"),
        known_on=number(_.known_on),
    )


def _account(lake: Lake, scope: Scope) -> ibis.Table:
    """What describes an account stands from its first day on: a correction is no change."""
    rows = lake["account"].mutate(known_on=number(_.known_on))
    rows = rows.mutate(day=ibis.least(number(_.since).fill_null(_.known_on), _.known_on))
    described = facts(
        rows, {"tier": _.tier}, {"segment": _.segment, "plan": _.plan, "industry": _.industry, "products": _.products}
    )
    return ibis.union(described, _planning(rows.filter(_.planning_months.notnull()), scope))


def _planning(rows: ibis.Table, scope: Scope) -> ibis.Table:
    """planning.window: whether the as-of day lies in a month in which the customer plans, 1 to 12."""
    month = ibis.literal("|") + scope.moment.date.month().cast("string") + "|"
    window = ibis.ifelse((ibis.literal("|") + rows.planning_months + "|").contains(month), "open", "closed")
    today = rows.mutate(day=scope.today, known_on=scope.today, window=window)
    return facts(today, {}, {"planning.window": _.window})


def _outside(lake: Lake, scope: Scope) -> ibis.Table:
    """PLATFORM.score and PLATFORM.band, as another platform keeps them: a level is of the day it was read."""
    rows = lake["outside_score"].mutate(day=number(_.day), known_on=number(_.known_on))
    named = rows.select("account_id", "day", "known_on", "platform", "score", "band")
    scores = named.filter(_.score.notnull()).select(
        "account_id", signal=_.platform + ".score", day=_.day, num=_.score.cast("float64"), word=ibis.null("string"), known_on=_.known_on,
    )  # fmt: skip
    bands = named.filter(_.band.notnull()).select(
        "account_id", signal=_.platform + ".band", day=_.day, num=ibis.null("float64"), word=_.band, known_on=_.known_on,
    )  # fmt: skip
    found = ibis.union(scores, bands)
    return found if scope.catalogue.master is None else ibis.union(found, _mastered(named, scope.catalogue.master))


def _mastered(rows: ibis.Table, master: Master) -> ibis.Table:
    """health.score and band as the master platform keeps them, on our scale and in our words."""
    mine = rows.filter(_.platform == master.platform)
    points = ibis.greatest(ibis.least(100.0 * _.score.cast("float64") / master.out_of, 100.0), 0.0)
    word = ibis.cases(*((_.band.strip().lower() == theirs, ours) for theirs, ours in master.bands), else_=None)
    return facts(mine, {"health.score": points}, {"band": word}).filter(_.num.notnull() | _.word.notnull())


def _contract(lake: Lake, scope: Scope) -> ibis.Table:
    arr = scope.catalogue.find("contract.arr")
    return agreement_facts(lake["contract"], arr.currency if arr else "", scope.today)


def _ticket(lake: Lake, scope: Scope) -> ibis.Table:
    """tickets.open and tickets.severe: a row on each day their number changes, 0 from the account's first day on."""
    rows = local_days(lake["ticket"], lake.get("account"), opened_day="opened", closed_day="closed")
    rows = rows.mutate(known_on=number(_.known_on))
    all_open = running(_open_and_close(rows), scope.starts, scope.today)
    severe = running(_open_and_close(rows.filter(_.severity.isin(SEVERE))), scope.starts, scope.today)
    return ibis.union(_named(all_open, "tickets.open"), _named(severe, "tickets.severe"))


def _open_and_close(rows: ibis.Table) -> ibis.Table:
    opened = rows.select("account_id", day=_.opened_day, step=ibis.literal(1.0), known_on=_.known_on)
    closed = rows.filter(_.closed_day.notnull() & (_.closed_day >= _.opened_day))
    return ibis.union(
        opened, closed.select("account_id", day=_.closed_day, step=ibis.literal(-1.0), known_on=_.known_on)
    )


def _invoice(lake: Lake, scope: Scope) -> ibis.Table:
    """invoices.overdue: unpaid from the day after it is due until it is paid."""
    rows = lake["invoice"].mutate(due=number(_.due) + 1, paid=number(_.paid), known_on=number(_.known_on))
    late = rows.filter(_.paid.isnull() | (_.paid >= _.due))
    steps = ibis.union(
        late.select("account_id", day=_.due, step=ibis.literal(1.0), known_on=_.known_on),
        late.filter(_.paid.notnull()).select("account_id", day=_.paid, step=ibis.literal(-1.0), known_on=_.known_on),
    )
    return _named(running(steps, scope.starts, scope.today), "invoices.overdue")


def _sponsor(lake: Lake, scope: Scope) -> ibis.Table:
    """sponsor: who it was until the day before a change, and who it is from that day on (unnamed: NULL is no value)."""
    rows = lake["sponsor_change"].mutate(day=number(_.day), known_on=number(_.known_on))
    before = rows.mutate(day=_.day - 1).select("account_id", "day", "known_on", who=_.left_contact.fill_null("unnamed"))
    after = rows.select("account_id", "day", "known_on", who=_.new_contact.fill_null("nobody"))
    newest = ibis.window(group_by=["account_id", "day"], order_by=[ibis.desc("known_on"), "who"])
    both = (
        ibis.union(before, after).mutate(version=ibis.row_number().over(newest)).filter(_.version == 0).drop("version")
    )
    return facts(both, {}, {"sponsor": _.who})


def _calendar(lake: Lake, scope: Scope) -> ibis.Table:
    """qbr.next: the next planned review, as it is known on the as-of day."""
    items = lake["calendar_item"]
    standing = items.filter(_.state.fill_null("") != "cancelled") if "state" in items.columns else items
    ahead = standing.filter((_.kind == "qbr") & (_.day >= scope.moment.date))
    nearest = ahead.group_by("account_id").aggregate(next=number(_.day.min()))
    return facts(nearest.mutate(day=scope.today, known_on=scope.today), {"qbr.next": _.next})


def _milestone(lake: Lake, scope: Scope) -> ibis.Table:
    """onboarding.late: days by which the agreed step furthest behind is past its day, as it is known on the as-of day; 0 where none is."""
    rows = lake["milestone"].filter(_.due.notnull()).mutate(due=number(_.due), done=number(_.done))
    open_ = _.done.isnull() | (_.done > scope.today)
    behind = rows.mutate(late=ibis.ifelse(open_, ibis.greatest((_.due - scope.today) * -1, 0), 0))
    worst = behind.group_by("account_id").aggregate(late=_.late.max())
    return facts(worst.mutate(day=scope.today, known_on=scope.today), {"onboarding.late": _.late})


def _score(lake: Lake, scope: Scope) -> ibis.Table:
    """health.score, health.unprompted_score and band, of the days before as well as today's if it is there.

    Where another platform's score is the master, ours are vitalreel.score and vitalreel.band.
    """
    rows = lake["score"].filter(_.state == "scored").mutate(day=number(_.day), known_on=number(_.known_on))
    points, band = ("health.score", "band") if scope.catalogue.master is None else (f"{OURS}.score", f"{OURS}.band")
    return facts(rows, {points: _.points, "health.unprompted_score": _.unprompted}, {band: _.band})


def _churn(lake: Lake, scope: Scope) -> ibis.Table:
    """churn.probability, a fraction, where its model tells churners from others at all."""
    rows = lake["churn_probability"].filter(_.tells_apart).mutate(day=number(_.day), known_on=number(_.known_on))
    return facts(rows, {"churn.probability": _.probability}, {})


def _opportunity(lake: Lake, scope: Scope) -> ibis.Table:
    """expansion.score and expansion.ready, of the days before as well as today's if it is there; seats and features that are open."""
    rows = lake["opportunity"].mutate(day=number(_.day), known_on=number(_.known_on))
    free = ibis.greatest(_.seats - _.used, 0)
    numbers = {"expansion.score": _.points, "whitespace.seats": free, "whitespace.features": _.features_open}
    return facts(rows, numbers, {"expansion.ready": _.ready.cast("string")})


_MAKES: Mapping[str, Callable[[Lake, Scope], ibis.Table]] = {
    "usage": usage_facts,
    "account": _account,
    "outside_score": _outside,
    "contract": _contract,
    "ticket": _ticket,
    "invoice": _invoice,
    "sponsor_change": _sponsor,
    "calendar_item": _calendar,
    "milestone": _milestone,
    "score": _score,
    "churn_probability": _churn,
    "opportunity": _opportunity,
}


# -- readings


def _ticket_ratings(lake: Lake) -> dict[str, ibis.Table]:
    """A satisfaction is given when a ticket closes; tone and first response belong to the day it was opened."""
    rows = local_days(lake["ticket"], lake.get("account"), opened_day="opened", closed_day="closed")
    rated = rows.mutate(day=_.closed_day.fill_null(_.opened_day))
    opened = rows.mutate(day=_.opened_day)
    return {
        "support.csat": _ratings(rated, _.csat),
        "support.sentiment": _ratings(opened, _.sentiment),
        "support.first_response_minutes": _ratings(opened, _.first_response_minutes),
    }


def _survey_ratings(lake: Lake) -> dict[str, ibis.Table]:
    rows = lake["survey"].mutate(day=number(_.day))
    vote = ibis.cases((_.score >= PROMOTER, 100.0), (_.score >= PASSIVE, 0.0), else_=-100.0)
    return {
        "survey.nps_vote": _ratings(rows.filter((_.kind == "nps") & _.score.notnull()), vote),
        "survey.csat": _ratings(rows.filter(_.kind == "csat"), _.score),
        "survey.pulse": _ratings(rows.filter(_.kind == "pulse"), _.score),
    }


def _ratings(rows: ibis.Table, value: object) -> ibis.Table:
    """Readings from rows with `day` as a number and `known_on` as a date; rows without a value are left out."""
    picked = rows.select("account_id", "day", num=value, arg=ibis.null("string"), known_on=number(_.known_on))
    return picked.mutate(num=_.num.cast("float64"), known_on=ibis.greatest(_.known_on, _.day)).filter(_.num.notnull())


def _ratings_by_day(rows: ibis.Table, signal: str) -> ibis.Table:
    daily = rows.group_by(["account_id", "day"]).aggregate(num=_.num.mean().round(6), known_on=_.known_on.max())
    return _named(daily, signal)


def _named(rows: ibis.Table, signal: str) -> ibis.Table:
    """Fact rows of one numeric signal."""
    return rows.mutate(signal=ibis.literal(signal), word=ibis.null("string")).select(*FACT)


def _nothing(scope: Scope) -> ibis.Table:
    """A facts table without rows."""
    empty = scope.starts.select("account_id", day=_.start, known_on=_.start).filter(ibis.literal(False))
    return facts(empty, {"nothing": ibis.literal(0.0)})
