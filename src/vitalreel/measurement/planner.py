"""Before a test: the smallest effect that so many accounts would show, how many an effect needs, and until when (M13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.measurement.shares import binomial

Way = Literal["fall", "rise"]
ALPHA, POWER = 0.05, 0.8
_MOST = 2_000_000  # accounts; no programme has more
_DAYS_A_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Plan:
    """A test before it begins. Effects are absolute differences of shares, towards `way`."""

    base: float  # share of accounts with the outcome if nothing is done, 0..1
    holdout: float  # share of the accounts held out, 0..1
    way: Way  # which way the outcome is hoped to move

    @property
    def room(self) -> float:
        """The largest effect there could be: nobody left, or everybody."""
        return self.base if self.way == "fall" else 1 - self.base

    def arms(self, accounts: int) -> tuple[int, int]:
        """Served and held out; one of each at least."""
        held = min(max(round(accounts * self.holdout), 1), accounts - 1)
        return accounts - held, held


def power(plan: Plan, accounts: int, effect: float) -> float:
    """The chance that the test says so when the outcome moves by `effect`: exact, over all tables that can come out.

    The test is the one behind Miettinen and Nurminen's interval at no difference: two-sided at 5%, pooled variance times N/(N - 1).
    effect: 0..plan.room. accounts: 2 or more.
    """
    return _power(plan, accounts, _last_rejected(*plan.arms(accounts)), effect)


def smallest_effect(plan: Plan, accounts: int) -> float | None:
    """The smallest effect seen with 80% chance; None where even the largest one is not."""
    rejected = _last_rejected(*plan.arms(accounts))
    low, high = 0.0, plan.room
    if _power(plan, accounts, rejected, high) < POWER:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if _power(plan, accounts, rejected, middle) >= POWER else (middle, high)
    return high


def accounts_needed(plan: Plan, effect: float) -> int | None:
    """About how many accounts, both arms together, show `effect` with 80% chance; None above two million.

    Exact power rises in small teeth: a few accounts fewer may do as well. effect: above 0, at most plan.room.
    """
    high = 8
    while power(plan, high, effect) < POWER:
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(plan, middle, effect) >= POWER else (middle, high)
    return high


def first_answer(needed: int, at_hand: int, per_month: float | None, window_days: int, today: date) -> date | None:
    """The day on which `needed` accounts have their window behind them; None where they never come or nobody said how fast.

    at_hand: accounts that can begin today. per_month: further ones.
    """
    if needed <= at_hand:
        return today + timedelta(days=window_days)
    if not per_month:
        return None
    days = ceil((needed - at_hand) / per_month * _DAYS_A_MONTH) + window_days
    return today + timedelta(days=days) if days < (date.max - today).days else None


def _power(plan: Plan, accounts: int, rejected: NDArray[np.int64], effect: float) -> float:
    served, held = plan.arms(accounts)
    base = plan.base if plan.way == "fall" else 1 - plan.base  # a rise is a fall of those without the outcome
    up_to = scipy.special.bdtr(np.maximum(rejected, 0), served, max(base - effect, 0.0))
    return float(binomial(held, base) @ np.where(rejected < 0, 0.0, up_to))


def _last_rejected(served: int, held: int) -> NDArray[np.int64]:
    """By events among the held out (0..held): the most events among the served that the test still calls a fall; -1 for none."""
    there = np.arange(held + 1)
    z2 = float(scipy.special.ndtri(1 - ALPHA / 2)) ** 2
    n = served + held
    spread = z2 * (1 / served + 1 / held) * n / (n - 1)

    def falls(events: NDArray[np.int64]) -> NDArray[np.bool_]:
        pooled = (events + there) / n
        fall = there / held - events / served
        found: NDArray[np.bool_] = (fall > 0) & (fall**2 > spread * pooled * (1 - pooled))
        return found

    low, high = np.full(held + 1, -1), np.full(held + 1, served)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        said = falls(middle)
        low, high = np.where(said & (middle > low), middle, low), np.where(said | (middle <= low), high, middle)
    return low


# -- advice ---------------------------------------------------------------------------------------------------------------

SIZES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_AS_GOOD = 1.1  # times the smallest effect of the best size: not worth holding out more for
_FEW = 400  # accounts below which the draw is in blocks (design: permuted blocks within strata)


@dataclass(frozen=True, slots=True)
class Size:
    """One size of holdout and the smallest effect it would show; None: none."""

    holdout: float
    effect: float | None


@dataclass(frozen=True, slots=True)
class Advice:
    sizes: tuple[Size, ...]
    holdout: float | None  # None: no size shows anything with these accounts
    reason: str


def advise(plan: Plan, accounts: int, effect: float) -> Advice:
    """The smallest holdout that shows `effect`; where none does, the smallest that is nearly as sharp as the sharpest."""
    sizes = tuple(Size(h, smallest_effect(Plan(plan.base, h, plan.way), accounts)) for h in SIZES if accounts * h >= 1)
    seen = [(s.holdout, s.effect) for s in sizes if s.effect is not None]
    blocks = f"; under {_FEW} accounts draw in blocks" if accounts < _FEW else ""
    if not seen:
        return Advice(sizes, None, f"with {accounts} accounts not even the largest {plan.way} would show{blocks}")
    enough = [h for h, smallest in seen if smallest <= effect]
    if enough:
        return Advice(
            sizes, enough[0], f"the smallest holdout that shows a {plan.way} of {100 * effect:.1f} points{blocks}"
        )
    best = min(smallest for _, smallest in seen)
    near, smallest = next((h, s) for h, s in seen if s <= _AS_GOOD * best)
    reason = f"no size shows {100 * effect:.1f} points; this one shows {100 * smallest:.1f}, and more held out little less{blocks}"
    return Advice(sizes, near, reason)


# -- what others say ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim:
    """What vendors of such programmes claim, shown as theirs: never a default, never a prior (M22)."""

    said: str
    points: tuple[float, float] | None  # as absolute differences of a share; None: not of that kind
    label: str = "claimed by vendors, not measured here"


CLAIMS = (
    Claim("200 to 600 basis points more renewals", (0.02, 0.06)),
    Claim("30 to 80% more expansion", None),
    Claim("3 to 8 points of net revenue retention", None),
    Claim("87% accuracy of churn prediction", None),
)
