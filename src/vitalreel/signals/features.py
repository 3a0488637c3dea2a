"""Named features as of one day: registered by whoever needs them, then all computed together in one grouped pass a table.

A feature is asked for by a method and answered by a deferred column (`ibis._[...]`); the same feature asked for twice is
computed once. `wide(tables)` makes the one row an account on which those columns resolve:

    features = Features(catalogue, Moment(as_of), freshness(tables["feeds"].to_pyarrow().to_pylist(), catalogue, as_of))
    people = features.at("usage.active_users")
    before = features.at("usage.active_users", lag_days=91)
    row = features.wide(tables).select("account_id", ratio=people / before.nullif(0))

Only rows that were known on the as-of day and are not about later days count, in the version known last. NULL is unknown.
Numbers are float64, percents are fractions, dates are day numbers (days since 1970-01-01), flags are the words true and false.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.signals.catalogue import WORDS, Catalogue, Signal
from vitalreel.signals.kinds import WATCHED, known_as
from vitalreel.signals.moment import Moment
from vitalreel.signals.spans import followed
from vitalreel.signals.tables import day_number

EPSILON = 5e-7
"""Numbers this close are equal: sums of decimals in binary differ by less, figures people write by more."""
FOREVER = 10**6
"""A day number past all days (the year 4707)."""
FILMS = "video."
"""How the names of events begin whose name in parentheses is a film's, or a kind's."""

Op = Literal["=", "<", "<=", ">", ">="]
Hit = Literal["=", "<", "<=", ">", ">=", "is", "is not"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of an account's people (or features) pass: deferred float64 columns, 0 where there is nobody."""

    yes: Deferred
    unknown: Deferred
    asked: Deferred  # those the `where` is surely true of


@dataclass(frozen=True, slots=True)
class Viewing:
    """What a contact is asked to have watched."""

    module: str
    share: float | None  # 0..1 of the film in one view; None: any view
    first_day: int | None  # day number; None: ever


@dataclass(frozen=True, slots=True)
class _Group:
    """A tally to be made: of whom, which of them, and what they have (or, `lacking`, have not) watched."""

    grain: Literal["contact", "feature"]
    where: Deferred | None
    viewing: Viewing | None
    lacking: bool


def against(left: Deferred, op: Op, right: Deferred | float) -> Deferred:
    """`left op right` with numbers within EPSILON taken as equal; NULL where either is."""
    gap = left - right
    if op == "=":
        return gap.abs() <= EPSILON
    if op in (">=", ">"):
        return gap >= -EPSILON if op == ">=" else gap > EPSILON
    return gap <= EPSILON if op == "<=" else gap < -EPSILON


def freshness(feeds: Iterable[Mapping[str, object]], catalogue: Catalogue, as_of: dt.date) -> dict[str, bool]:
    """Whether each feed of the catalogue had a good load within its last n days, the as-of day included.

    feeds: rows of the `feeds` table, {feed, day: day number}.
    """
    today = day_number(as_of)
    newest: dict[str, int] = {}
    for row in feeds:
        feed, day = str(row["feed"]), int(str(row["day"]))
        if day <= today:
            newest[feed] = max(day, newest.get(feed, day))
    return {feed: feed in newest and newest[feed] > today - days for feed, days in catalogue.feeds.items()}


class Features:
    """The features of one as-of day. Ask for columns first, then call `wide` once; not for sharing between threads."""

    def __init__(self, catalogue: Catalogue, moment: Moment, fresh: Mapping[str, bool]) -> None:
        """fresh: feed -> whether it is fresh on the as-of day (see `freshness`)."""
        self.catalogue, self.moment, self.fresh = catalogue, moment, fresh
        self._names: dict[tuple[object, ...], str] = {}
        self._parts: dict[str, dict[str, Deferred]] = {}
        self._used: dict[str, set[str]] = {"facts": set(), "changes": set()}
        self._groups: dict[str, _Group] = {}

    # -- days

    @property
    def as_of(self) -> int:
        """The as-of day's day number."""
        return self.moment.number

    def days_to(self, day: Deferred) -> Deferred:
        """Days from the as-of day to a float64 day number."""
        return day - self.moment.today.cast("float64")

    def days_since(self, day: Deferred) -> Deferred:
        """Days from a float64 day number to the as-of day."""
        return -day + self.moment.today.cast("float64")

    # -- the account

    def here(self) -> Deferred:
        """True for every account there is."""
        return _["here"]

    def since(self) -> Deferred:
        """Day number of the account's first day as a customer."""
        return _["since"]

    # -- recorded values

    def at(self, signal: str, lag_days: int = 0) -> Deferred:
        """The value on the day `lag_days` before: the last recorded on or before it, NULL once older than it keeps.

        Today's value (lag 0) of a signal that keeps only some days is also NULL while its feed is not fresh.
        """
        spec = self._signal(signal)
        if lag_days == 0 and spec.fresh is not None and not self.fresh[spec.feed or ""]:
            return _["no_word" if spec.type in WORDS else "no_num"]
        day = self._ago(lag_days)
        hit = (_.signal == spec.name) & (_.day <= day) & (_.stop > day)
        return self._column(("at", spec.name, lag_days), "facts", _value(spec).max(where=hit), spec)

    def mean(self, signal: str, lag_days: int, days: int) -> Deferred:
        """Mean over the `days` days before the day `lag_days` ago; NULL unless at least half of them have a value."""
        spec = self._signal(signal)
        covered = _overlap(self._ago(lag_days + days), self._ago(lag_days))
        mine = (_.signal == spec.name) & _.num.notnull()
        known = covered.sum(where=mine)
        mean = ibis.cases((known * 2 >= days, (_.num * covered).sum(where=mine) / known.nullif(0)))
        return self._column(("mean", spec.name, lag_days, days), "facts", mean, spec)

    def total(self, signal: str, days: int, lag_days: int = 0) -> Deferred:
        """Sum of the values recorded on the `days` days that end `lag_days` ago; NULL where none was recorded."""
        spec = self._signal(signal)
        total = _.num.sum(where=self._recorded(spec, days, lag_days))
        return self._column(("total", spec.name, days, lag_days), "facts", total, spec)

    def count_days(self, signal: str, days: int, lag_days: int = 0) -> Deferred:
        """On how many of the `days` days that end `lag_days` ago a value was recorded."""
        spec = self._signal(signal)
        count = _.count(where=self._recorded(spec, days, lag_days)).cast("float64")
        return self._column(("count", spec.name, days, lag_days), "facts", count, spec).fill_null(0.0)

    def days_known(self, signal: str, days: int) -> Deferred:
        """On how many of the last `days` days (0 to days) the signal had a value, recorded that day or still holding."""
        spec = self._signal(signal)
        held = _overlap(self._ago(days - 1), self._ago(-1)).sum(where=(_.signal == spec.name) & _value(spec).notnull())
        return self._column(("known", spec.name, days), "facts", held.cast("float64"), spec).fill_null(0.0)

    def days_where(self, signal: str, op: Hit, value: float | str, days: int) -> Deferred:
        """On how many of the last `days` days the signal had a value that compares so; words take `is` and `is not`."""
        spec = self._signal(signal)
        held = _value(spec)
        match op:
            case "is" | "is not":
                hit = held == value if op == "is" else held != value
            case _:
                hit = against(held, op, float(value))
        count = _overlap(self._ago(days - 1), self._ago(-1)).sum(where=(_.signal == spec.name) & hit)
        return self._column(("where", spec.name, op, value, days), "facts", count.cast("float64"), spec).fill_null(0.0)

    def age(self, signal: str) -> Deferred:
        """Days since the newest value was for (0: today); NULL where there never was one."""
        spec = self._signal(signal)
        newest = _.day.max(where=(_.signal == spec.name) & _value(spec).notnull())
        return self._column(("age", spec.name), "facts", self.days_since(newest.cast("float64")), spec)

    def changed(
        self, signal: str, first_day: int, before: float | str | None = None, after: float | str | None = None
    ) -> Deferred:
        """Whether on a day from `first_day` on a value differs from the one recorded before it (from `before`, to `after`).

        True or False, never NULL: whether a False is sure is for the caller to say. A first value is no change.
        """
        spec = self._signal(signal)
        held, previous = _value(spec), _.prev_word if spec.type in WORDS else _.prev_num
        hit = (_.signal == spec.name) & (_.day >= self.moment.on(first_day)) & _differ(spec, held, previous)
        for side, wanted in ((previous, before), (held, after)):
            if wanted is not None:
                hit = hit & (side == wanted if spec.type in WORDS else against(side, "=", float(wanted)))
        self._used["changes"].add(spec.name)
        key = ("changed", spec.name, first_day, before, after)
        return self._register(key, "changes", _.count(where=hit) > 0).fill_null(False)

    # -- events, milestones, openings

    def events(self, name: str, arg: str | None, first_day: int) -> Deferred:
        """How many such events there were from `first_day` on; 0 where none was seen."""
        count = _.count(where=self._event(name, arg) & (_.day >= self.moment.on(first_day))).cast("float64")
        return self._register(("events", name, arg, first_day), "events", count).fill_null(0.0)

    def last_event_day(self, name: str, arg: str | None = None) -> Deferred:
        """Day number of the newest such event; NULL where none was ever seen."""
        return self._register(("last", name, arg), "events", _.day.max(where=self._event(name, arg)).cast("float64"))

    def due(self, milestone: str) -> Deferred:
        """Day number a milestone is due; NULL where none is planned."""
        return self._register(("due", milestone), "milestones", _.due.max(where=_.milestone == milestone))

    def done(self, milestone: str) -> Deferred:
        """Day number a milestone was reached; NULL where it was not."""
        return self._register(("done", milestone), "milestones", _.done.max(where=_.milestone == milestone))

    def opened(self, condition: str, signal: str) -> Deferred:
        """The older value of `signal` that opened the episode of `condition`, from the optional table `openings`.

        openings: (account_id, condition, signal, value float64), one row each; NULL where there is none.
        """
        hit = (_.condition == condition) & (_.signal == signal)
        return self._register(("opened", condition, signal), "openings", _.value.max(where=hit))

    def tally(
        self,
        key: str,
        grain: Literal["contact", "feature"],
        where: Deferred | None,
        viewing: Viewing | None = None,
        lacking: bool = False,
    ) -> Tally:
        """Of an account's contacts or features, how many pass `where` (over their columns) and have watched `viewing`.

        key: the question in words; the same key is the same tally. lacking: count those who have *not* watched it. People
        who left (active false) are nobody.
        """
        name = self._names.setdefault(("tally", key), f"g{len(self._groups)}")
        self._groups.setdefault(name, _Group(grain, where, viewing, lacking))
        return Tally(*(_[f"{name}_{part}"].fill_null(0.0) for part in ("yes", "unknown", "asked")))

    # -- all of them at once

    def wide(self, tables: Mapping[str, ibis.Table]) -> ibis.Table:
        """One row an account with every feature asked for.

        tables: the long tables of signals/tables.py by name; those no feature stands on may be missing. `spans` (spans.py: one row
        a series and day), where there is one, is read in place of `facts`. Lazy: nothing runs.
        """
        accounts = tables["accounts"].filter(_.since <= self.moment.today)
        out = accounts.select(
            "account_id",
            since=_.since.cast("float64"),
            here=ibis.literal(True),
            no_num=ibis.null("float64"),
            no_word=ibis.null("string"),
        )
        for part, columns in self._parts.items():
            out = _join(out, self._source(part, tables).group_by("account_id").aggregate(**columns))
        for name, group in self._groups.items():
            out = _join(out, self._tallied(name, group, tables))
        return out

    def _source(self, part: str, tables: Mapping[str, ibis.Table]) -> ibis.Table:
        """The rows the features of one part are grouped from."""
        match part:
            case "facts":
                return self._spans(tables)
            case "changes":
                return _with_previous(self._facts(tables, "changes"))
            case "openings":
                return tables["openings"]
            case "milestones":
                return _latest(self._known(tables["milestones"]), "milestone")
            case _:
                return self._known(tables[part])

    def _facts(self, tables: Mapping[str, ibis.Table], part: str) -> ibis.Table:
        """The asked signals' values, one row a day, in the version known last."""
        kept = tables.get("spans")
        rows = self._known(tables["facts"] if kept is None else kept.drop("next"))
        mine = rows.filter(_.signal.isin(sorted(self._used[part])))
        return _latest(mine, "signal", "day") if kept is None else mine

    def _followed(self, tables: Mapping[str, ibis.Table]) -> ibis.Table:
        """Those values with `next`, the day of the one after it: as they are kept, or found."""
        if "spans" not in tables:
            return followed(self._facts(tables, "facts"))
        rows = self._known(tables["spans"]).filter(_.signal.isin(sorted(self._used["facts"])))
        # a row about a day to come does not end what stands today
        return rows.mutate(next=ibis.cases((_.next <= self.moment.today, _.next)))

    def _known(self, rows: ibis.Table) -> ibis.Table:
        """Without what was learnt after the as-of day or is about a later one."""
        rows = rows.filter(_.known_on <= self.moment.today)
        return rows.filter(_.day <= self.moment.today) if "day" in rows.columns else rows

    def _spans(self, tables: Mapping[str, ibis.Table]) -> ibis.Table:
        """Each value with `stop`, the first day it no longer stands for: replaced, or older than it keeps."""
        keeps = [(name, self.catalogue.signals[name].fresh) for name in sorted(self._used["facts"])]
        branches = [(_.signal == name, days) for name, days in keeps if days is not None]
        keep = ibis.cases(*branches, else_=FOREVER) if branches else ibis.literal(FOREVER)
        return self._followed(tables).mutate(stop=ibis.least(_.next.fill_null(FOREVER), _.day + keep)).drop("next")

    def _tallied(self, name: str, group: _Group, tables: Mapping[str, ibis.Table]) -> ibis.Table:
        """(account_id, name_yes, name_unknown, name_asked), only accounts that have anybody."""
        rows = _latest(self._known(tables[f"{group.grain}s"]), group.grain)
        if group.grain == "contact":
            rows = rows.filter(_.active.fill_null(True))
        if group.viewing is not None:
            rows = rows.left_join(self._views(group.viewing, tables["events"]), ["account_id", "contact"])
        rows = rows.mutate(asked=group.where if group.where is not None else ibis.literal(True))
        passed = _.asked if group.viewing is None else _.asked & self._seen(group.viewing, group.lacking)
        rows = rows.mutate(passed=passed)
        counts = {
            "yes": _.count(where=_.passed),
            "unknown": _.count(where=_.passed.isnull()),
            "asked": _.count(where=_.asked),
        }
        return rows.group_by("account_id").aggregate(**{f"{name}_{k}": v.cast("float64") for k, v in counts.items()})

    def _views(self, viewing: Viewing, events: ibis.Table) -> ibis.Table:
        """(account_id, contact, best share, number of views without one) of a film, per contact that saw it."""
        event, names = known_as(self.catalogue.kinds, viewing.module)
        rows = self._known(events).filter((_.event == event) & _.arg.isin(names))
        if viewing.first_day is not None:
            rows = rows.filter(_.day >= self.moment.on(viewing.first_day))
        return rows.group_by(["account_id", "contact"]).aggregate(
            best=_.share.max(), views=_.count(), unmeasured=_.count(where=_.share.isnull())
        )

    def _seen(self, viewing: Viewing, lacking: bool) -> Deferred:
        """Whether a contact's views answer: seen is yes; not seen is no only if the feed is fresh and every view measured."""
        sure = ibis.literal(self.fresh[self._signal(WATCHED).feed or ""])
        if viewing.share is None:
            seen = _.views.notnull()
        else:
            seen = against(_.best.fill_null(-1.0), ">=", viewing.share)
            sure = sure & (_.unmeasured.fill_null(0) == 0)
        answer = seen | ~sure.nullif(False)
        return ~answer if lacking else answer

    # -- registering

    def _ago(self, days: int) -> Any:
        """The day number `days` before the as-of day, as an expression."""
        return self.moment.on(self.as_of - days)

    def _signal(self, name: str) -> Signal:
        """Raises KeyError where the catalogue does not know the name: callers check names against it first."""
        found = self.catalogue.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def _column(self, key: tuple[object, ...], part: str, value: Deferred, spec: Signal) -> Deferred:
        self._used[part].add(spec.name)
        return self._register(key, part, value)

    def _register(self, key: tuple[object, ...], part: str, value: Deferred) -> Deferred:
        if key not in self._names:
            self._names[key] = f"f{len(self._names)}"
            self._parts.setdefault(part, {})[self._names[key]] = value
        return _[self._names[key]]

    def _recorded(self, spec: Signal, days: int, lag_days: int) -> Deferred:
        first, last = self._ago(lag_days + days - 1), self._ago(lag_days)
        return (_.signal == spec.name) & (_.day >= first) & (_.day <= last) & _value(spec).notnull()

    def _event(self, name: str, arg: str | None) -> Deferred:
        if arg is None:
            return _.event == name
        names = known_as(self.catalogue.kinds, arg)[1] if name.startswith(FILMS) else (arg,)
        return (_.event == name) & _.arg.isin(names)


def _value(spec: Signal) -> Deferred:
    return _.word if spec.type in WORDS else _.num


def _differ(spec: Signal, a: Deferred, b: Deferred) -> Deferred:
    return a != b if spec.type in WORDS else (a - b).abs() > EPSILON


def _overlap(first: Any, stop: Any) -> Deferred:
    """How many days of [first, stop) a span [day, stop) covers."""
    return ibis.greatest(ibis.least(_.stop, stop) - ibis.greatest(_.day, first), 0)


def _latest(rows: ibis.Table, *keys: str) -> ibis.Table:
    """The version known last of each thing; of two learnt on the same day, the same one in every run."""
    rest = [ibis.asc(c) for c in rows.columns if c not in ("account_id", "known_on", *keys)]
    versions = ibis.window(group_by=["account_id", *keys], order_by=[ibis.desc("known_on"), *rest])
    return rows.mutate(version=ibis.row_number().over(versions)).filter(_.version == 0).drop("version")


def _with_previous(facts: ibis.Table) -> ibis.Table:
    """Each value beside the one recorded before it; days on which nothing was known are passed over."""
    order = ibis.window(group_by=["account_id", "signal"], order_by="day")
    values = facts.filter(_.num.notnull() | _.word.notnull())
    return values.mutate(prev_num=_.num.lag().over(order), prev_word=_.word.lag().over(order))


def _join(left: ibis.Table, right: ibis.Table) -> ibis.Table:
    return left.left_join(right, "account_id").drop("account_id_right")
