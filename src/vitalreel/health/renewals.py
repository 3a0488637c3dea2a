"""What renews: contracts that come up, with each account's chance of leaving; expected amounts with intervals out (H13).

A chance is the churn model's where one stands and the renewal lies within its horizon, else the share of decided renewals
that were lost: of contracts as short or long as its own, of its segment where enough were decided there, else of all. An
interval is of what will be seen, not of an average: it has the draw of each account, one by one with its own amount, and the
doubt about the rate or the model, which accounts share. Amounts are those of today: growth and cuts at the renewal are no
part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.errors import BadConfiguration
from vitalreel.health.renewed import LEVEL, Decided, Rate, rates, refusal

DRAWS = 4000
SEED = 13
CHUNK = 2000
AT_RISK = ("orange", "red")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Looking:
    """`renewals:` of vitalreel.yaml."""

    look_back_days: int = 730  # renewals decided within so many days make the rates
    months: int = 12  # a forecast's length unless asked otherwise


@dataclass(frozen=True, slots=True)
class Due:
    """A contract that comes up. `segment` is "" where none is known; `chance`: of leaving, by the model; None: no model reaches it."""

    account: str
    segment: str
    tier: int | None
    ends: date
    arr: int | None  # integer cents a year; None: no amount is known in the forecast's currency
    band: str | None
    chance: float | None
    short: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far a model's log-odds may be off for all accounts together: standard deviations of a shift and of a factor around 1."""

    shift: float
    slope: float


@dataclass(frozen=True, slots=True)
class Line:
    """Contracts of one month, segment or tier, or of all. Money in integer cents of the forecast's currency."""

    name: str
    accounts: int
    due: int
    expected: int | None  # None: for an account among them no chance is claimed
    low: int | None  # 95% of outcomes lie between low and high
    high: int | None  # the best case
    at_risk: int  # with accounts in the orange or the red band
    at_risk_accounts: int
    unpriced: int  # accounts whose contract names no amount
    unclaimed: int  # accounts for which no chance is claimed

    @property
    def loss(self) -> int | None:
        """What is expected to be lost."""
        return None if self.expected is None else self.due - self.expected

    @property
    def loss_limits(self) -> tuple[int, int] | None:
        """95% of losses lie between these."""
        return None if self.low is None or self.high is None else (self.due - self.high, self.due - self.low)


@dataclass(frozen=True, slots=True)
class Forecast:
    day: date
    until: date
    currency: str
    total: Line
    months: tuple[Line, ...]  # named YYYY-MM
    segments: tuple[Line, ...]
    tiers: tuple[Line, ...]
    rates: tuple[Rate, ...]  # of all renewals first, then of each segment that has enough
    by_model: int  # accounts whose chance is the model's
    by_rate: int
    refused: str  # why chances are not claimed for the rest, "rules only: ..."; empty: they are for all
    seed: int
    draws: int


def doubt_of(figures: Mapping[str, object]) -> Doubt:
    """From a model's kept figures (health/predict/figures.py): how far it was off, and how surely that was measured."""
    events, base = float(str(figures["events"])), float(str(figures["base_rate"]))
    low, high = figures["calibration_slope_interval"]  # type: ignore[misc]  # two numbers
    measured = 1 / np.sqrt(max(events * (1 - base), 1.0))
    spread = (float(high) - float(low)) / (2 * 1.959964)  # type: ignore[has-type]
    off = float(str(figures["calibration_intercept"])), float(str(figures["calibration_slope"])) - 1
    return Doubt(float(np.hypot(measured, off[0])), float(np.hypot(spread, off[1])))


def forecast(
    due: Sequence[Due], decided: Sequence[Decided], doubt: Doubt | None, day: date, until: date, currency: str,
    seed: int = SEED, draws: int = DRAWS,
) -> Forecast:  # fmt: skip
    """Contracts that come up after `day` and by `until`, in one currency. doubt: of the model that gave the chances.

    The same input and seed give the same answer.
    """
    known = rates(decided)
    rows = sorted((d for d in due if day < d.ends <= until), key=lambda d: (d.ends, d.account))
    groups = _groups(rows)
    sums, expected = _drawn(rows, known, doubt or Doubt(0.0, 0.0), groups, seed, draws)

    def line(name: str, column: int) -> Line:
        mine = [rows[i] for i in np.flatnonzero(groups.member[:, column])]
        risk = [d for d in mine if d.band in AT_RISK]
        unclaimed = sum(_rate(d, known) is None and d.chance is None for d in mine)
        low, high = _limits(sums[:, column])
        claimed = unclaimed == 0
        return Line(
            name, len(mine), sum(d.arr or 0 for d in mine), round(expected[column]) if claimed else None, low if claimed else None,
            high if claimed else None, sum(d.arr or 0 for d in risk), len(risk), sum(d.arr is None for d in mine), unclaimed,
        )  # fmt: skip

    lines = {kind: tuple(line(n, c) for n, c in columns) for kind, columns in groups.columns.items()}
    total = line("", 0)
    return Forecast(
        day, until, currency, total, lines["month"], lines["segment"], lines["tier"], known,
        sum(d.chance is not None for d in rows), sum(d.chance is None and _rate(d, known) is not None for d in rows),
        _refused(rows, decided, known), seed, draws,
    )  # fmt: skip


def _refused(rows: Sequence[Due], decided: Sequence[Decided], known: Sequence[Rate]) -> str:
    """Why chances are not claimed for some of the rows, or for none at all; empty where they are for each."""
    lacking = {d.short for d in rows if d.chance is None and _rate(d, known) is None}
    if not lacking:
        return refusal(len(decided)) if not rows and not known else ""
    return refusal(sum(d.short in lacking for d in decided))


@dataclass(frozen=True, slots=True)
class _Groups:
    """Which rows are in which sums: column 0 is the total."""

    member: NDArray[np.bool_]  # (rows, columns)
    columns: Mapping[str, tuple[tuple[str, int], ...]]  # month | segment | tier -> (name, column)


def _groups(rows: Sequence[Due]) -> _Groups:
    keys: Mapping[str, Callable[[Due], str]] = {
        "month": lambda d: f"{d.ends:%Y-%m}",
        "segment": lambda d: d.segment,
        "tier": lambda d: "" if d.tier is None else str(d.tier),
    }
    columns: dict[str, tuple[tuple[str, int], ...]] = {}
    member = [np.ones(len(rows), bool)]
    for kind, of in keys.items():
        names = [of(d) for d in rows]
        listed = sorted(set(names))
        columns[kind] = tuple((name, len(member) + i) for i, name in enumerate(listed))
        member += [np.array([n == name for n in names], bool) for name in listed]
    return _Groups(np.stack(member, axis=1) if rows else np.zeros((0, len(member)), bool), columns)


def _rate(row: Due, known: Sequence[Rate]) -> Rate | None:
    """The rate of contracts as long as the account's: of its segment, else of all; None where none is claimed."""
    mine = [r for r in known if r.short is row.short]
    return next((r for r in mine if r.segment and r.segment == row.segment), mine[0]) if mine else None


def _drawn(
    rows: Sequence[Due], known: Sequence[Rate], doubt: Doubt, groups: _Groups, seed: int, draws: int
) -> tuple[Floats, Floats]:
    """Renewed amounts of each group: (draws, columns), and expected: (columns,)."""
    random = np.random.default_rng(seed)
    lost = {r: 1 - random.beta(r.renewed + 0.5, r.decided - r.renewed + 0.5, draws) for r in known}
    shift = random.normal(0, doubt.shift, draws)
    slope = np.maximum(random.normal(1, doubt.slope, draws), 0)
    sums, expected = np.zeros((draws, groups.member.shape[1])), np.zeros(groups.member.shape[1])
    for start in range(0, len(rows), CHUNK):
        some, member = rows[start : start + CHUNK], groups.member[start : start + CHUNK].astype(float)
        amounts = np.array([d.arr or 0 for d in some], float)
        leaving = np.stack([_leaving(d, _rate(d, known), lost, shift, slope, draws) for d in some], axis=1)
        stays = random.random(leaving.shape) >= leaving
        sums += (stays * amounts) @ member
        expected += (amounts * np.array([_stays(d, _rate(d, known)) for d in some])) @ member
    return sums, expected


def _stays(row: Due, rate: Rate | None) -> float:
    if row.chance is not None:
        return 1 - row.chance
    return rate.share if rate is not None else 0.0


def _leaving(
    row: Due, rate: Rate | None, lost: Mapping[Rate, Floats], shift: Floats, slope: Floats, draws: int
) -> Floats:
    """The account's chance of leaving in each draw; 1 where none is claimed, whose line tells no amount."""
    if row.chance is not None:
        odds = float(scipy.special.logit(np.clip(row.chance, 1e-9, 1 - 1e-9)))
        found: Floats = scipy.special.expit(shift + slope * odds)
        return found
    return lost[rate] if rate is not None else np.ones(draws)


def _limits(sums: Floats) -> tuple[int, int]:
    """Of what is drawn, the amounts between which LEVEL of it lies, outward where the limits fall between two."""
    tail = (1 - LEVEL) / 2
    low = np.quantile(sums, tail, method="lower")
    high = np.quantile(sums, 1 - tail, method="higher")
    return round(float(low)), round(float(high))


# -- settings ---------------------------------------------------------------------------------------------------------


def read_looking(raw: object, where: str) -> Looking:
    """`renewals:` of vitalreel.yaml. Raises BadConfiguration naming the key and what to write."""
    if raw is None:
        return Looking()
    if not isinstance(raw, Mapping) or set(raw) - {"look_back_days", "months"}:
        raise BadConfiguration(where, "cannot be read", "it may say look_back_days and months, each a whole number")
    values = {"look_back_days": 730, "months": 12, **raw}
    for key, most in (("look_back_days", 3650), ("months", 36)):
        if isinstance(values[key], bool) or not isinstance(values[key], int) or not 1 <= values[key] <= most:
            raise BadConfiguration(
                f"{where}.{key}", f"{values[key]!r} cannot be used", f"write a number from 1 to {most}"
            )
    return Looking(values["look_back_days"], values["months"])
