"""The meaning of a condition, one account and one day at a time, straight from the text: slow, no code shared with the compiler."""

from __future__ import annotations

import datetime as dt
from functools import singledispatchmethod
from itertools import pairwise

from tests.conditions.beside import Row, Rows
from vitalreel.conditions import tree as t
from vitalreel.signals.catalogue import Catalogue

EPS = 5e-7
EPOCH = dt.date(1970, 1, 1).toordinal()


class Oracle:
    """answer(tree, account) -> True, False or None (unknown), as of day number `day`."""

    def __init__(self, rows: Rows, catalogue: Catalogue, day: int, holidays: frozenset[dt.date] = frozenset()) -> None:
        self.day, self.catalogue, self.holidays = day, catalogue, holidays
        self.history: dict[tuple, dict[int, tuple]] = {}
        for r in rows["facts"]:
            if r["known_on"] <= day and r["day"] <= day:
                by_day = self.history.setdefault((r["account_id"], r["signal"]), {})
                if r["day"] not in by_day or by_day[r["day"]][0] < r["known_on"]:
                    by_day[r["day"]] = (r["known_on"], r["num"] if r["num"] is not None else r["word"])
        self.events = [r for r in rows["events"] if r["known_on"] <= day and r["day"] <= day]
        self.people = {
            "contact": self._last(rows["contacts"], "contact"),
            "feature": self._last(rows["features"], "feature"),
        }
        self.milestones = self._last(rows["milestones"], "milestone")
        self.accounts = {r["account_id"]: r["since"] for r in rows["accounts"] if r["since"] <= day}
        self.loads = {(r["feed"], r["day"]) for r in rows["feeds"]}

    def _last(self, rows: list[Row], key: str) -> list[Row]:
        best: dict[tuple, Row] = {}
        for r in sorted((r for r in rows if r["known_on"] <= self.day), key=lambda r: r["known_on"]):
            best[r["account_id"], r[key]] = r
        return list(best.values())

    # -- days

    def fresh(self, feed: str) -> bool:
        return any((feed, self.day - k) in self.loads for k in range(self.catalogue.feeds[feed]))

    def window(self, time: t.Time) -> set[int]:
        days, day, left = set(), self.day, time.n * {"day": 1, "week": 7, "quarter": 91, "year": 364}.get(time.unit, 1)
        while left:
            days.add(day)
            date = dt.date.fromordinal(day + EPOCH)
            left -= time.unit != "business day" or (date.isoweekday() <= 5 and date not in self.holidays)
            day -= 1
        return days

    # -- values

    def on(self, account: str, signal: str, day: int) -> object:
        """The value an account had on a day: the last recorded that still counts."""
        by_day = self.history.get((account, signal), {})
        last = max((d for d in by_day if d <= day), default=None)
        keep = self.catalogue.signals[signal].fresh
        return None if last is None or (keep is not None and day - last >= keep) else by_day[last][1]

    def today(self, account: str, signal: str) -> object:
        spec = self.catalogue.signals[signal]
        return None if spec.fresh and not self.fresh(spec.feed) else self.on(account, signal, self.day)

    def value(self, v: t.Value, account: str, row: Row | None) -> object:
        match v:
            case t.Ratio(top, bottom):
                x, y = self.value(top, account, row), self.value(bottom, account, row)
                return None if x is None or not y else x / y
            case t.DaysFrom(way, date):
                day = self.value(date, account, row)
                return None if day is None else (day - self.day if way == "to" else self.day - day)
            case t.Ref(name):
                return row[name] if row is not None else self.today(account, name)

    @staticmethod
    def said(x: t.Literal) -> object:
        if x.kind == "date":
            return dt.date.fromisoformat(x.value).toordinal() - EPOCH
        return x.value / 100 if x.kind == "percent" else x.value

    def bar(self, x: t.Bound, account: str, signal: str | None, lag: int) -> object:
        if isinstance(x, t.Literal):
            return self.said(x)
        days = [self.on(account, signal, self.day - lag - k) for k in range(1, x.days + 1)]
        known = [d for d in days if d is not None]
        return x.times * (sum(known) / len(known)) if len(known) * 2 >= len(days) else None

    @staticmethod
    def holds(x: object, op: str, y: object) -> bool | None:
        if x is None or y is None:
            return None
        if isinstance(x, str):
            return (x == y) == (op in ("=", "is"))
        same = abs(x - y) <= EPS
        return {"=": same, "is": same, "is not": not same, "<": x < y and not same, ">": x > y and not same,
                "<=": x < y or same, ">=": x > y or same, "before": x < y, "after": x > y}[op]  # fmt: skip

    # -- answers

    def answer(self, tree: t.Tree, account: str, row: Row | None = None) -> bool | None:
        return self._answer(tree, account, row)

    @singledispatchmethod
    def _answer(self, tree: t.Tree, account: str, row: Row | None) -> bool | None:
        raise TypeError(tree)

    @_answer.register
    def _(self, tree: t.All, account, row):
        xs = [self.answer(p, account, row) for p in tree.parts]
        return False if False in xs else None if None in xs else True

    @_answer.register
    def _(self, tree: t.Any, account, row):
        xs = [self.answer(p, account, row) for p in tree.parts]
        return True if True in xs else None if None in xs else False

    @_answer.register
    def _(self, tree: t.Not, account, row):
        x = self.answer(tree.part, account, row)
        return None if x is None else not x

    @_answer.register
    def _(self, test: t.Fresh, account, row):
        return self.fresh(test.feed) == test.yes

    @_answer.register
    def _(self, test: t.Known, account, row):
        return (self.value(test.value, account, row) is not None) == test.yes

    @_answer.register
    def _(self, test: t.Compare, account, row):
        x, op = self.value(test.value, account, row), test.op
        if x is None:
            return None
        if op == "contains":
            return test.to[0].value in x.split("|")
        bars = [self.bar(b, account, getattr(test.value, "name", None), 0) for b in test.to]
        if op == "between":
            return self.holds(x, ">=", bars[0]) and self.holds(x, "<=", bars[1])
        if op.endswith("one of"):
            return any(self.holds(x, "=", b) for b in bars) == (op == "is one of")
        return self.holds(x, op, bars[0])

    @_answer.register
    def _(self, test: t.Change, account, row):
        signal, up = test.value.name, test.way == "up"
        now, then = self.today(account, signal), self.on(account, signal, self.day - len(self.window(test.over)))
        if now is None or then is None or (test.by.kind == "percent" and then == 0):
            return None
        if test.by.kind == "percent":
            return self.holds(now, ">=" if up else "<=", then * (1 + test.by.value / 100 * (1 if up else -1)))
        size = test.by.value / 100 if self.catalogue.signals[signal].type == "percent" else test.by.value
        return self.holds(now - then if up else then - now, ">=", size)

    @_answer.register
    def _(self, test: t.Changed, account, row):
        by_day = self.history.get((account, test.value.name), {})
        order = [d for d in sorted(by_day) if by_day[d][1] is not None]
        for last, day in pairwise(order):
            x, y = by_day[last][1], by_day[day][1]
            sides = ((test.before, x), (test.after, y))
            here = day in self.window(test.within) and self.holds(x, "is not", y)
            if here and all(s is None or self.holds(z, "=", self.said(s)) for s, z in sides):
                return True
        return False if self.today(account, test.value.name) is not None else None

    @_answer.register
    def _(self, test: t.Cross, account, row):
        signal, lag, up = test.value.name, len(self.window(test.within)) if test.within else 1, test.way == "rose above"
        x = self.holds(self.today(account, signal), ">" if up else "<", self.bar(test.to, account, signal, 0))
        then = self.on(account, signal, self.day - lag)
        y = self.holds(then, "<=" if up else ">=", self.bar(test.to, account, signal, lag))
        return False if False in (x, y) else None if None in (x, y) else True

    @_answer.register
    def _(self, test: t.Was, account, row):
        xs = [self.on(account, test.value.name, self.day - k) for k in range(test.of)]
        hits = [self.holds(x, test.op, self.said(test.to)) for x in xs]
        yes, unknown = hits.count(True), hits.count(None)
        return True if yes >= test.days else None if yes + unknown >= test.days else False

    def count(self, event: t.Ref, account: str, days: set[int]) -> int:
        return sum(
            r["account_id"] == account
            and r["event"] == event.name
            and event.arg in (None, r["arg"])
            and r["day"] in days
            for r in self.events
        )

    @_answer.register
    def _(self, test: t.Happened, account, row):
        if self.count(test.event, account, self.window(test.within)) >= test.count:
            return True
        return False if self.fresh(self.catalogue.signals[test.event.name].feed) else None

    @_answer.register
    def _(self, test: t.Silent, account, row):
        days = self.window(test.span)
        if self.count(test.event, account, days):
            return False
        sure = self.fresh(self.catalogue.signals[test.event.name].feed) and self.accounts[account] <= min(days)
        return True if sure else None

    @_answer.register
    def _(self, test: t.Overdue, account, row):
        mine = [r for r in self.milestones if (r["account_id"], r["milestone"]) == (account, test.milestone.arg)]
        if mine and mine[0]["done"] is not None:
            return False
        return None if not mine or mine[0]["due"] is None else mine[0]["due"] < min(self.window(test.by))

    @_answer.register
    def _(self, test: t.People, account, row):
        answers, examined = [], 0
        for r in self.people[test.grain]:
            if r["account_id"] != account or r.get("active") is False:
                continue
            w = self.answer(test.where, account, r) if test.where else True
            examined += w is True
            h = self.watched(test.has, account, r["contact"]) if test.has else True
            h = (None if h is None else not h) if test.who == "every" else h
            answers.append(False if False in (w, h) else None if None in (w, h) else True)
        yes, unknown, n = answers.count(True), answers.count(None), test.n or 1
        if test.who == "every":
            return False if yes else None if unknown or not examined else True
        hit = True if yes >= n else None if yes + unknown >= n else False
        return hit if test.who != "no" or hit is None else not hit

    def watched(self, has: t.Watched, account: str, contact: str) -> bool | None:
        views = [
            r["share"]
            for r in self.events
            if (r["account_id"], r["contact"], r["event"], r["arg"]) == (account, contact, "video.watched", has.module)
            and (has.within is None or r["day"] in self.window(has.within))
        ]
        if views if has.share is None else any(s is not None and s >= has.share.value / 100 - EPS for s in views):
            return True
        return False if self.fresh("video") and (has.share is None or None not in views) else None
