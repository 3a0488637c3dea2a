"""Snapshots: what was known of every account on a day, beside whether it churned within the horizon that followed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from vitalreel.health.predict.logistic import Floats


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing known of an account. sign: -1 more of it never raises the chance of churn, 1 never lowers it, 0 either."""

    name: str
    label: str  # in words, as the subject of "lowers the chance"
    sign: int


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Rows (account, day). Arrays of one element a row; x: (rows, features), NaN where unknown."""

    features: tuple[Feature, ...]
    accounts: NDArray[np.str_]
    days: NDArray[np.int64]  # date.toordinal()
    x: Floats
    y: Floats  # 1 churned within the horizon, 0 did not, NaN not known yet
    gone: NDArray[np.int64]  # day of that churn, 0 where there is none
    weights: Floats  # 0: not to be learnt from; above 1: stands for others that are not

    def rows(self, keep: NDArray[np.bool_]) -> Snapshots:
        return Snapshots(
            self.features,
            self.accounts[keep],
            self.days[keep],
            self.x[keep],
            self.y[keep],
            self.gone[keep],
            self.weights[keep],
        )

    @property
    def events(self) -> int:
        """Churns, each counted once however many snapshots it follows."""
        gone = self.y == 1
        return len(set(zip(self.accounts[gone].tolist(), self.gone[gone].tolist(), strict=True)))

    def folds(self, n: int) -> NDArray[np.int64]:
        """Each row's part of n: all snapshots of an account in the same one, the same on every machine."""
        return np.array([zlib.crc32(a.encode()) % n for a in self.accounts.tolist()], np.int64)


@dataclass(frozen=True, slots=True)
class Served:
    """An account's first assignment to films or to the holdout. share: of accounts that were held out."""

    day: date
    held_out: bool
    share: float


def known_then(learn_on: date, horizon_days: int, step_days: int, first: date, most: int = 60) -> tuple[date, ...]:
    """Days to take snapshots on, oldest first: every step back from the last day whose horizon has passed by `learn_on`."""
    last = learn_on - timedelta(days=horizon_days)
    steps = max(-1, (last - first).days // step_days)
    return tuple(last - timedelta(days=step_days * n) for n in range(min(steps + 1, most) - 1, -1, -1))


def labelled(
    accounts: Sequence[str],
    days: Sequence[int],
    churns: Mapping[str, Sequence[int]],
    horizon_days: int,
    learn_on: date,
) -> tuple[Floats, NDArray[np.int64]]:
    """(y, gone) of each row: the first churn in (day, day + horizon], as known on `learn_on`; NaN while that lies ahead.

    churns: account -> days of its churns, rising.
    """
    y, gone = np.zeros(len(days)), np.zeros(len(days), np.int64)
    for i, (account, day) in enumerate(zip(accounts, days, strict=True)):
        hit = next((c for c in churns.get(account, ()) if day < c <= day + horizon_days), 0)
        y[i], gone[i] = (1.0, hit) if hit else (0.0 if day + horizon_days <= learn_on.toordinal() else np.nan, 0)
    return y, gone


def learnable(
    accounts: Sequence[str], days: Sequence[int], served: Mapping[str, Served], horizon_days: int, most: float = 20.0
) -> Floats:
    """Weight of each row: films change what happens, so nothing is learnt of an account once it may get them.

    1 before its first assignment; after it 0 for the served, and for the held out one over their share, because each of
    them stands for the others that were eligible too. At most `most`.
    """
    found = np.ones(len(days))
    for i, (account, day) in enumerate(zip(accounts, days, strict=True)):
        arm = served.get(account)
        if arm is not None and day + horizon_days > arm.day.toordinal():
            found[i] = min(most, 1 / arm.share) if arm.held_out and arm.share > 0 else 0.0
    return found
