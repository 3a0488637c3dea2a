"""Fact rows of the declines a catalogue looks for: from usage rows through comparable weeks to sudden drops, erosion and silence.

A row stands on the as-of day, and for drops and erosion on the same weekday of the four weeks before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import ibis
from ibis import _

from vitalreel.signals.catalogue import DECLINES, Signal
from vitalreel.signals.days import FACT, number
from vitalreel.signals.declines import falls, gradual, sudden
from vitalreel.signals.recorded import Scope
from vitalreel.signals.silences import silences
from vitalreel.signals.weekly import WEEKS, Keep, by_day, usable_days, weekly

TOLD_WEEKS = 4
"""Weeks before the as-of day for which a fall is told too."""


def detected(lake: Mapping[str, ibis.Table], scope: Scope, keep: Keep) -> list[ibis.Table]:
    """Fact rows of each signal whose `how` is a decline; empty without usage."""
    if "usage" not in lake:
        return []
    wanted: dict[str, list[Signal]] = {}
    for signal in scope.catalogue.signals.values():
        if signal.window and signal.window.how in DECLINES:
            wanted.setdefault(signal.window.of, []).append(signal)
    return [facts for base, signals in wanted.items() for facts in _of(base, signals, lake, scope, keep)]


def _of(
    base: str, signals: list[Signal], lake: Mapping[str, ibis.Table], scope: Scope, keep: Keep
) -> Iterator[ibis.Table]:
    metric = base.removeprefix("usage.")
    rows = _rows(metric, lake, scope)
    days = keep(f"{metric}_days", usable_days(keep(f"{metric}_daily", by_day(rows))))
    weeks = keep(f"{metric}_weeks", weekly(rows, days, scope.today))
    for signal in signals:
        if (window := signal.window) is None:
            continue
        kept = partial(_prefixed, keep, signal.name.replace(".", "_"))
        if window.how == "silence":
            found = silences(rows, days, window.days, window.alarms, scope.today, kept)
            told = found.mutate(day=scope.today)
        else:
            contrast = (sudden if window.how == "sudden" else gradual)(window.days)
            found = falls(weeks, contrast, window.alarms, kept).filter(_.k <= TOLD_WEEKS)
            told = found.mutate(day=-7 * _.k + scope.today)
        yield told.mutate(signal=ibis.literal(signal.name), word=ibis.null("string"), known_on=_.day).select(*FACT)


def _prefixed(keep: Keep, prefix: str, name: str, table: ibis.Table) -> ibis.Table:
    return keep(f"{prefix}_{name}", table)


def _rows(metric: str, lake: Mapping[str, ibis.Table], scope: Scope) -> ibis.Table:
    """(account_id, source, country, region, day, num, holiday) of a metric over the weeks looked back on."""
    accounts = lake["account"].select("account_id", country=_.country.fill_null(""), region=_.region.fill_null(""))
    used = lake["usage"].filter(_.metric == metric)
    used = used.select("account_id", "source", day=number(_.day), num=_.value.cast("float64"))
    recent = used.filter((_.day > scope.today - 7 * WEEKS) & (_.day <= scope.today)).join(accounts, "account_id")
    if "holiday" not in lake:
        return recent.mutate(holiday=ibis.literal(False))
    off = lake["holiday"].select("country", day=number(_.day), off=ibis.literal(True))
    both = recent.left_join(off, ["country", "day"]).drop("country_right", "day_right")
    return both.mutate(holiday=_.off.fill_null(False)).drop("off")
