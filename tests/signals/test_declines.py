"""Declines: a real one is told, and noise, holidays, seasons and dead feeds are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from benchmarks import declines
from benchmarks.declines import Company, alarms, company, told, watched

from vitalreel.signals.declines import gradual, sudden

END = declines.END
DAYS = 7 * 40
PEOPLE = 60
SMALL = 150


@cache
def shift(n: int, seed: int = 5) -> np.ndarray:
    """Use of PEOPLE on workdays by `n` accounts over DAYS, with nothing but chance in it."""
    start = END - dt.timedelta(days=DAYS - 1)
    level = np.array([0.05 if (start + dt.timedelta(days=t)).weekday() > 4 else 1.0 for t in range(DAYS)])
    return np.random.default_rng(seed).poisson(PEOPLE * level, (n, DAYS)).astype(float)


def made(use: np.ndarray, country: str = "DE", region: str = "EMEA") -> Company:
    """A company with this use (accounts, days); NaN where no row came."""
    n, days = use.shape
    names = np.array([f"a{i:02d}" for i in range(n)])
    first = np.datetime64(END) - np.timedelta64(days - 1, "D")
    i, t = np.nonzero(np.isfinite(use))
    usage = pa.table(
        {
            "account_id": names[i],
            "day": pa.array(first + t.astype("timedelta64[D]"), pa.date32()),
            "metric": pa.repeat("active_users", len(i)),
            "value": use[i, t],
            "source": pa.repeat("s", len(i)),
        }
    )
    accounts = pa.table({"account_id": names, "country": [country] * n, "region": [region] * n})
    kind = np.zeros(n, np.int64)
    return Company(kind, kind, np.full(n, float(PEOPLE)), accounts, usage, END - dt.timedelta(days=days - 1))


def values(use: np.ndarray, holidays: pa.Table | None = None) -> dict[str, list[float | None]]:
    """signal -> its value on END by account; None where unknown or not there."""
    rows = next(iter(told(made(use), [END], holidays))).to_pylist()
    found = {(r["signal"], r["account_id"]): r["num"] for r in rows}
    return {s: [found.get((s, f"a{i:02d}")) for i in range(len(use))] for s in declines.SIGNALS}


def changed(use: np.ndarray, change: Callable[[np.ndarray], None]) -> np.ndarray:
    copy = use.copy()
    change(copy)
    return copy


def quiet(found: Mapping[str, list[float | None]], but: int | None = None) -> bool:
    """Whether no account but one has any alarm."""
    return not any(v for values in found.values() for i, v in enumerate(values) if i != but)


def test_each_kind_of_decline_is_told_by_its_own_signal() -> None:
    """H6: a drop overnight, 2 % a week, and silence; the amounts are about right, and steady accounts stay quiet."""
    use = shift(40)
    weeks = np.arange(DAYS) - (DAYS - 7 * 11)
    use = changed(use, lambda u: u.__setitem__((0, slice(-7, None)), np.floor(u[0, -7:] * 0.6)))
    use = changed(use, lambda u: u.__setitem__(1, np.floor(u[1] * 0.98 ** (weeks.clip(0) / 7))))
    use = changed(use, lambda u: u.__setitem__((2, slice(-9, None)), 0.0))
    found = values(use)

    assert found["usage.sudden_drop"][0] == pytest.approx(0.4, abs=0.08)
    assert found["usage.erosion"][1] == pytest.approx(1 - 0.98**9, abs=0.06)
    assert 9.0 == found["usage.silence"][2]
    assert [0.0] * 37 == found["usage.sudden_drop"][3:] == found["usage.erosion"][3:] == found["usage.silence"][3:]


def test_a_dead_feed_is_no_decline_however_it_dies() -> None:
    """H17: rows that stop, and rows of zeros for everybody, fire nothing; an account alone that stops does."""
    use = shift(40)
    stopped = changed(use, lambda u: u.__setitem__((slice(None), slice(-8, None)), np.nan))
    zeros = changed(use, lambda u: u.__setitem__((slice(None), slice(-8, None)), 0.0))
    alone = changed(use, lambda u: u.__setitem__((7, slice(-8, None)), np.nan))

    assert (True, True) == (quiet(values(stopped)), quiet(values(zeros)))
    assert (8.0, True) == (values(alone)["usage.silence"][7], quiet(values(alone), but=7))


def test_what_everybody_does_is_a_season_and_a_holiday_no_drop() -> None:
    """H6: half the use for three weeks in all accounts, and five days of holidays that only the calendar knows."""
    use = shift(40)
    august = changed(use, lambda u: u.__setitem__((slice(None), slice(-21, None)), np.floor(u[:, -21:] * 0.5)))
    few = shift(4)
    off = changed(few, lambda u: u.__setitem__((slice(None), slice(-6, None)), 0.0))
    days = [END - dt.timedelta(days=k) for k in range(6)]
    calendar = pa.table({"country": ["DE"] * 6, "day": pa.array(days, pa.date32())})

    assert quiet(values(august))
    assert not quiet(values(off))
    assert quiet(values(off, calendar))


def test_too_little_history_is_unknown_and_not_zero() -> None:
    """H17: five weeks say neither yes nor no."""
    found = values(shift(12)[:, -35:])

    assert [None] * 12 == found["usage.sudden_drop"] == found["usage.erosion"]


def test_the_bound_rises_with_the_caution_asked_for() -> None:
    """H6: one false alarm in a hundred years needs 3.8 standard deviations a month, 4.0 a week."""
    assert (3.8, 4.0) == (round(gradual(182).bound(0.01), 1), round(sudden(56).bound(0.01), 1))
    assert gradual(182).bound(0.001) > gradual(182).bound(0.01) > gradual(182).bound(1.0)


def test_steady_simulated_accounts_are_left_alone_and_stops_are_told() -> None:
    """H6: the small version of `python -m benchmarks.declines`: simulated weekdays, holidays, Augusts, bursts and idle days."""
    small = company(SMALL, bursts=True, seed=3)
    found = watched(small, step=90)
    steady = small.kind == 0
    years = sum(np.isfinite(v[steady]).mean() for v in found.values()) * steady.sum() / 3
    false = sum(int(alarms(v[steady], 90).sum()) for v in found.values())
    stopped = (small.kind == 3) & (small.people >= 5)

    assert years > 60
    assert false <= 2
    assert all((found["usage.silence"][stopped, -1] > 60) | np.isnan(found["usage.silence"][stopped, -1]))
