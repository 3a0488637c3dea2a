"""From the lake's canonical tables to the seven long signal tables of `tables.py`: what was so on a day, as known on the as-of day.

Decisions on what a row means:
- A usage metric is recorded on the days that have a row; how long a value keeps is the catalogue's `fresh`.
- Counts of things (open tickets, overdue invoices, sums and counts over a window) start at 0 on the account's first day, once
  their table exists: there, no row means nothing happened. Without the table they are unknown.
- A feed counts as loaded on each day on which it brought a row (for history: the rows' own days), and on each day a load of it
  ended well (the optional table `load`: table, day). Our own tables cannot be dead: `video` and `health` are loaded on every
  day from their first row on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
from ibis import _
from ibis.formats.pyarrow import PyArrowType

from vitalreel.signals.catalogue import DECLINES, Catalogue
from vitalreel.signals.days import FACT, number
from vitalreel.signals.detected import detected
from vitalreel.signals.happened import EVENT, Lake, happenings
from vitalreel.signals.kinds import IN_TIME, WATCHED
from vitalreel.signals.moment import Moment
from vitalreel.signals.recorded import Scope, ratings, recorded, usage_facts
from vitalreel.signals.rolling import rolling
from vitalreel.signals.tables import SHAPES
from vitalreel.signals.weekly import Keep

FEEDS: Mapping[str, tuple[str, ...]] = {
    "usage": ("usage", "contact_usage", "feature_usage"),
    "support": ("ticket", "conversation", "remark"),
    "crm": (
        "account",
        "contact",
        "contract",
        "csm",
        "milestone",
        "calendar_item",
        "sponsor_change",
        "outcome",
        "goal_reading",
    ),
    "survey": ("survey",),
    "billing": ("invoice",),
    "engagement": ("engagement",),
    "market": ("third_party_signal",),
    "platform": ("outside_score",),
    "video": ("content_view", "content_offer"),
    "health": ("score", "churn_probability", "opportunity"),
}
"""Canonical tables that a feed brings."""
OUR_OWN = ("video", "health")


def as_it_is(_name: str, table: ibis.Table) -> ibis.Table:
    """Keeps nothing: for engines that are asked once."""
    return table


def signal_tables(lake: Lake, catalogue: Catalogue, moment: Moment, keep: Keep = as_it_is) -> dict[str, ibis.Table]:
    """The long tables by name (see SHAPES), and `unprompted_events`: events without views that a play's own film brought.

    lake: canonical tables (ibis) by name, one version a row as known at the end of the moment's day, with PROVENANCE; missing tables
    absent; `account` is required. Besides them `load` (table, day) and `holiday` (country, day). Lazy: nothing runs but
    what `keep` computes, which is called with what is read several times.
    """
    today = moment.today
    accounts = _accounts(lake)
    scope = Scope(catalogue, moment, accounts.select("account_id", start=_.since).filter(_.start <= today))
    facts = recorded(lake, scope)
    happened = happenings(lake, catalogue)
    derived = [*_derived(lake, scope, facts, happened), *detected(lake, scope, keep)]
    tables = {
        "accounts": accounts,
        "facts": ibis.union(facts, *derived) if derived else facts,
        "events": _events(lake, happened, scope),
        "unprompted_events": _events(lake, happenings(lake, catalogue, prompted=False), scope),
        "contacts": _contacts(lake),
        "features": _features(lake),
        "milestones": _milestones(lake, today),
        "feeds": feeds(lake, moment),
    }
    return {name: table for name, table in tables.items() if table is not None}


def _accounts(lake: Lake) -> ibis.Table:
    rows = lake["account"]
    return rows.select("account_id", since=number(_.since).fill_null(number(_.known_on)))


def _derived(lake: Lake, scope: Scope, facts: ibis.Table, happened: Mapping[str, ibis.Table]) -> list[ibis.Table]:
    """Fact rows of each signal the catalogue derives from another over a window."""
    found = []
    for signal in scope.catalogue.signals.values():
        if signal.window is None or signal.window.how in DECLINES:
            continue
        rows = _base(signal.window.of, lake, scope, facts, happened)
        if rows is None:
            continue
        values = rolling(rows, _starts(rows, scope), signal.window.days, signal.window.how, scope.today)
        found.append(values.mutate(signal=ibis.literal(signal.name), word=ibis.null("string")).select(*FACT))
    return found


def _base(
    base: str, lake: Lake, scope: Scope, facts: ibis.Table, happened: Mapping[str, ibis.Table]
) -> ibis.Table | None:
    """The single rows a derived signal is computed from, or None where the table they come from is missing."""
    if base in happened:
        return happened[base].select("account_id", "day", "arg", "known_on", num=ibis.literal(1.0))
    read = ratings(lake)
    if base in read:
        return read[base]
    if base.startswith("usage."):
        # straight from its own table: the union of all facts inside each derived signal would cost more than the sums
        return _of(usage_facts(lake, scope), base) if "usage" in lake else None
    return _of(facts, base)


def _of(facts: ibis.Table, signal: str) -> ibis.Table:
    return facts.filter(_.signal == signal).mutate(arg=ibis.null("string"))


def _starts(rows: ibis.Table, scope: Scope) -> ibis.Table:
    """(account_id, start): the first day from which no row means that nothing happened.

    That is the account's first day, or an earlier one on which the source already spoke of it, but never before the source's
    own first row.
    """
    source = rows.aggregate(first_ever=_.day.min()).filter(_.first_ever.notnull())
    own = rows.group_by("account_id").aggregate(first_own=_.day.min())
    both = scope.starts.left_join(own, "account_id").drop("account_id_right").cross_join(source)
    covered = ibis.least(_.start, _.first_own.fill_null(_.start))
    return both.select("account_id", start=ibis.greatest(covered, _.first_ever))


def _events(lake: Lake, happened: Mapping[str, ibis.Table], scope: Scope) -> ibis.Table:
    """Every event the catalogue names, up to the as-of day."""
    named = {*scope.catalogue.signals, *((IN_TIME,) if WATCHED in scope.catalogue.signals else ())}
    found = [rows for name, rows in happened.items() if name in named]
    if not found:
        return _empty("events", lake)
    every = ibis.union(*found) if len(found) > 1 else found[0]
    return every.filter(_.day <= scope.today).select(*EVENT)


def _contacts(lake: Lake) -> ibis.Table:
    if "contact" not in lake:
        return _empty("contacts", lake)
    return _seen(lake).select(
        "account_id",
        "role",
        "seniority",
        contact=_.contact_id,
        active=_.active.fill_null(True) & _.left_on.isnull(),
        last_seen=_.seen.cast("float64"),
        known_on=number(_.known_on),
    )


def _seen(lake: Lake) -> ibis.Table:
    """Contacts with `seen`, the day number they were last there: as their source says, or of their own use."""
    rows = lake["contact"].mutate(seen=number(_.last_seen))
    if "contact_usage" not in lake:
        return rows
    used = (
        lake["contact_usage"]
        .filter(_.value > 0)
        .mutate(n=number(_.day))
        .group_by("contact_id")
        .aggregate(used=_.n.max())
    )
    both = rows.left_join(used, "contact_id").drop("contact_id_right")
    return both.mutate(seen=ibis.greatest(_.seen.fill_null(_.used), _.used.fill_null(_.seen)))


def _features(lake: Lake) -> ibis.Table:
    """Features an account has used; whether they are licensed is not in the canonical model, so it is unknown."""
    if "feature_usage" not in lake:
        return _empty("features", lake)
    used = lake["feature_usage"].filter(_.value > 0).group_by(["account_id", "feature"])
    return used.aggregate(last=number(_.day.max()), known_on=number(_.known_on.max())).select(
        "account_id", "feature", "known_on", licensed=ibis.null("string"), last_used=_.last.cast("float64")
    )


def _milestones(lake: Lake, today: Any) -> ibis.Table:
    """due and done as day numbers; what is marked done on a later day is not done yet."""
    if "milestone" not in lake:
        return _empty("milestones", lake)
    done = number(_.done)
    return lake["milestone"].select(
        "account_id",
        "milestone",
        due=number(_.due).cast("float64"),
        done=ibis.cases((done <= today, done.cast("float64"))),
        known_on=number(_.known_on),
    )


def feeds(lake: Lake, moment: Moment) -> ibis.Table:
    """(feed, day): the days on which each feed counts as loaded (see the module's docstring)."""
    today = moment.today
    found = [_loaded(lake, feed, tables, today) for feed, tables in FEEDS.items() if any(t in lake for t in tables)]
    if "load" in lake:
        of_table = {table: feed for feed, tables in FEEDS.items() for table in tables}
        loads = lake["load"].mutate(feed=_.table.cases(*of_table.items(), else_="other"))
        found.append(loads.select("feed", day=number(_.day)).filter(_.day <= today).distinct())
    return ibis.union(*found) if found else _empty("feeds", lake)


def _loaded(lake: Lake, feed: str, tables: tuple[str, ...], today: Any) -> ibis.Table:
    learnt = [lake[t].select(day=number(_.known_on)) for t in tables if t in lake]
    days = (ibis.union(*learnt) if len(learnt) > 1 else learnt[0]).filter(_.day <= today)
    if feed in OUR_OWN:
        first = days.aggregate(first_ever=_.day.min()).filter(_.first_ever.notnull())
        days = first.select(day=ibis.range(first.first_ever, today + 1).unnest().cast("int64"))
    return days.distinct().select(feed=ibis.literal(feed), day=_.day)


def _empty(name: str, lake: Lake) -> ibis.Table:
    """A long table of the right shape without rows."""
    columns = {field.name: ibis.null(PyArrowType.to_ibis(field.type)) for field in SHAPES[name]}
    return lake["account"].limit(0).select(**columns)
