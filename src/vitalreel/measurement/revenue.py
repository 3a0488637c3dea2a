"""What revenue stayed: NRR and GRR of a cohort to the cent with intervals, and what the programme's draw says it added (M6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import scipy

from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal, direction_of
from vitalreel.measurement.shares import Floats, ratio_of_shares, wilson

Answer = Estimate | Refusal
Move = Literal["lost", "shrank", "stayed", "grew"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One account of a cohort: its ARR when the time began, > 0, and when it ended, 0 where it is lost; integer cents a year."""

    account: AccountId
    before: int
    after: int
    arm: Literal["served", "held_out"] | None = None  # of the programme's draw; None: not drawn
    stratum: str = ""
    planned: float = 0.0  # its chance to be held out
    contracts: tuple[tuple[str, int, int], ...] = ()  # id, cents before, cents after: they sum to the account's

    @property
    def move(self) -> Move:
        if self.after == 0:
            return "lost"
        return "shrank" if self.after < self.before else "grew" if self.after > self.before else "stayed"


@dataclass(frozen=True, slots=True)
class Sums:
    """A cohort's revenue in integer cents: before - lost - shrunk + grown = after. Accounts that joined later are in none of them."""

    accounts: int
    before: int
    lost: int
    shrunk: int
    grown: int
    after: int


@dataclass(frozen=True, slots=True)
class Least:
    """What revenue must rest on. Effective accounts: (sum of ARR)^2 / sum of ARR^2, what unequal accounts are worth."""

    told: float = 10.0  # effective accounts, for an interval of NRR or GRR
    claimed: float = 30.0  # in each arm, for a contribution
    largest: float = 0.2  # share of an arm's ARR that one account may have


LEAST = Least()
DRAWS, SEED = 4000, 6  # of the randomisation test


def sums(cohort: Sequence[Kept]) -> Sums:
    """The cohort's revenue bridge."""
    by = {move: [k for k in cohort if k.move == move] for move in ("lost", "shrank", "grew")}
    return Sums(
        len(cohort),
        sum(k.before for k in cohort),
        sum(k.before for k in by["lost"]),
        sum(k.before - k.after for k in by["shrank"]),
        sum(k.after - k.before for k in by["grew"]),
        sum(k.after for k in cohort),
    )


def nrr(cohort: Sequence[Kept], named: str, least: Least = LEAST) -> Answer:
    """Net revenue retention: revenue after of those who were there before, as a share of theirs before.

    A description (grade C): it says what was, not why. named: the time and currency, for the question. What was kept and what was
    added have score intervals, put together by the squares of their sides (MOVER, Zou and Donner 2008, Stat. in Medicine 27:1693).
    """
    question = f"net revenue retention, {named}"
    if refused := _too_few(question, cohort, least):
        return refused
    (kept, kept_low, kept_high), (grown, low, high) = _kept(cohort), _grown(cohort)
    value = kept + grown
    below = sqrt((kept - kept_low) ** 2 + (grown - low) ** 2)
    above = sqrt((kept_high - kept) ** 2 + (high - grown) ** 2)
    return _told(
        question, cohort, (value, value - below, value + above), "score intervals of kept and added, joined (MOVER)"
    )


def grr(cohort: Sequence[Kept], named: str, least: Least = LEAST) -> Answer:
    """Gross revenue retention: as `nrr`, no account counting for more than it had. Never above 1.

    Wilson's interval with effective accounts for n: what an account keeps lies in 0..1, so it varies at most as a yes or no does.
    """
    question = f"gross revenue retention, {named}"
    return _too_few(question, cohort, least) or _told(question, cohort, _kept(cohort), "Wilson's interval")


def _too_few(question: str, cohort: Sequence[Kept], least: Least) -> Refusal | None:
    n, events = (len(cohort), 0), (sum(k.after == 0 for k in cohort), 0)
    if not cohort:
        return Refusal(
            question, "no account had paid revenue when the time began", "contracts with amounts", None, n, events
        )
    worth = effective(_before(cohort))
    if worth >= least.told:
        return None
    reason = (
        f"{len(cohort)} accounts of unequal revenue are worth {worth:.1f} equal ones; an interval needs {least.told:g}"
    )
    return Refusal(question, reason, "more accounts, or a look at each of them", None, n, events)


def _told(question: str, cohort: Sequence[Kept], found: tuple[float, float, float], method: str) -> Estimate:
    x = _before(cohort)
    checks = {
        "effective accounts": f"{effective(x):.1f} of {len(cohort)}",
        "largest account": f"{x.max() / x.sum():.0%} of the revenue",
    }
    said = f"ratio of sums, {method} by effective accounts; what was, not why"
    return Estimate(question, *found, "C", said, (len(cohort), 0), (sum(k.after == 0 for k in cohort), 0), checks)


def _kept(cohort: Sequence[Kept]) -> tuple[float, float, float]:
    """The share kept, with its limits."""
    x = _before(cohort)
    share = sum(min(k.after, k.before) for k in cohort) / sum(k.before for k in cohort)
    worth = effective(x)
    return (share, *wilson(share * worth, worth))


def _grown(cohort: Sequence[Kept]) -> tuple[float, float, float]:
    """What was added as a share of what was there, with its limits: as a share of the largest growth seen, 0..1 as well."""
    share = sum(max(0, k.after - k.before) for k in cohort) / sum(k.before for k in cohort)
    largest, worth = max(max(0.0, k.after / k.before - 1) for k in cohort), effective(_before(cohort))
    if largest == 0:
        return 0.0, 0.0, 0.0
    low, high = wilson(share / largest * worth, worth)
    return share, largest * low, largest * high


def _before(cohort: Sequence[Kept]) -> Floats:
    return np.array([k.before for k in cohort], float)


def effective(amounts: Floats) -> float:
    """How many equal accounts these are worth (Kish 1965, section 11.7)."""
    return float(amounts.sum() ** 2 / (amounts**2).sum())


def _ratio(x: Floats, y: Floats) -> tuple[float, float]:
    """sum(y) / sum(x) and its standard error by leaving out each account in turn (Tukey 1958). At least two accounts."""
    n = len(x)
    without = (y.sum() - y) / (x.sum() - x)
    return float(y.sum() / x.sum()), sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))


# -- what the programme added --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contribution:
    """The served accounts' NRR minus the held-out ones', and that share of the served accounts' revenue in cents."""

    answer: Answer
    served: Sums
    held_out: Sums
    cents: tuple[int, int, int] | None  # value, low, high; None where the answer is a refusal

    @property
    def touched(self) -> int:
        """Revenue of served accounts at the end, in cents: touched, never caused (M18)."""
        return self.served.after


def contribution(cohort: Sequence[Kept], named: str, floors: Floors, least: Least = LEAST) -> Contribution:
    """What the programme's holdout says it added to NRR, in the cohort of accounts it was drawn for, each counted once (M6).

    Welch's interval of two ratios; a side of zero is told only where permuting the arms inside strata agrees at 5%, which holds its
    level where a few large accounts decide. Refused below the floors, where the split is broken, or where one account weighs too much.
    """
    arms = {arm: [k for k in cohort if k.arm == arm] for arm in ("served", "held_out")}
    served, held = arms["served"], arms["held_out"]
    question = f"NRR of served accounts minus NRR of those held out from the whole programme, {named}"
    answer = added(question, served, held, floors, least)
    cents = None
    total = sum(k.before for k in served)
    if isinstance(answer, Estimate):
        cents = (round(answer.value * total), round(answer.low * total), round(answer.high * total))
    return Contribution(answer, sums(served), sums(held), cents)


def added(
    question: str, served: Sequence[Kept], held: Sequence[Kept], floors: Floors, least: Least = LEAST
) -> Answer:  # fmt: skip
    """What served accounts have after, as a share of before, minus the same of held-out ones; refused as `contribution` says."""
    n, events = (len(served), len(held)), (sum(k.after == 0 for k in served), sum(k.after == 0 for k in held))

    def refused(reason: str, help_: str) -> Refusal:
        return Refusal(question, reason, help_, None, n, events)

    planned: dict[float, int] = {}
    for k in (*served, *held):
        planned[k.planned] = planned.get(k.planned, 0) + 1
    p = ratio_of_shares(len(held), planned)
    if p < floors.sample_ratio_p:
        reason = (
            f"sample ratio: the arms came out {n[0]} to {n[1]}, which the assignment cannot explain (exact p = {p:.2g})"
        )
        return refused(reason, "find out where accounts were lost between assignment and report")
    if min(n) < floors.per_arm:
        reason = f"{n[0]} served and {n[1]} held-out accounts with revenue are old enough; a figure needs {floors.per_arm} in each arm"
        return refused(reason, "more accounts in the programme's draw, or more time since it")
    amounts = [np.array([k.before for k in arm], float) for arm in (served, held)]
    worth = [effective(a) for a in amounts]
    heaviest = max(float(a.max() / a.sum()) for a in amounts)
    if min(worth) < least.claimed or heaviest > least.largest:
        reason = (
            f"the arms are worth {worth[0]:.0f} and {worth[1]:.0f} equal accounts, and one account has {heaviest:.0%} of its arm's "
            f"revenue; a figure needs {least.claimed:g} in each and at most {least.largest:.0%}"
        )
        return refused(reason, "more held-out accounts of like size")
    (one, se1), (two, se2) = (
        _ratio(a, np.array([k.after for k in arm], float)) for a, arm in zip(amounts, (served, held), strict=True)
    )
    if se1 + se2 == 0:
        return refused("no account's revenue moved", "a longer time")
    df = (se1**2 + se2**2) ** 2 / (se1**4 / (worth[0] - 1) + se2**4 / (worth[1] - 1))
    half = float(scipy.special.stdtrit(df, 0.975)) * sqrt(se1**2 + se2**2)
    chance = permuted(served, held)
    low, high = one - two - half, one - two + half
    way = direction_of(low, high) if chance < 0.05 else None
    checks = {
        "sample ratio": f"exact p = {p:.3f}",
        "effective accounts": f"{worth[0]:.0f} served and {worth[1]:.0f} held out",
        "arms permuted in strata": f"p = {chance:.3f}" + ("" if way else ": no side of zero is told"),
    }
    method = "difference of two ratios of sums, jackknife over accounts, Welch's t by effective accounts"
    return Estimate(question, one - two, low, high, "A", method, n, events, checks, way)


def permuted(served: Sequence[Kept], held: Sequence[Kept], draws: int = DRAWS, seed: int = SEED) -> float:
    """Two-sided p-value of the difference in NRR when arms are dealt anew inside strata. Equal inputs, equal p."""
    cohort = sorted((*served, *held), key=lambda k: (k.stratum, k.planned, k.account))
    x, y = (np.array([getattr(k, what) for k in cohort], float) for what in ("before", "after"))
    arm = np.array([k.arm == "served" for k in cohort])
    strata: dict[tuple[str, float], list[int]] = {}
    for i, k in enumerate(cohort):
        strata.setdefault((k.stratum, k.planned), []).append(i)
    random = np.random.default_rng(seed)
    dealt = np.empty((draws, len(arm)), bool)
    for places in strata.values():
        dealt[:, places] = random.permuted(np.tile(arm[places], (draws, 1)), axis=1)
    apart = _apart(dealt, x, y)
    seen = _apart(arm[None, :], x, y)[0]
    return float((1 + (np.abs(apart) >= abs(seen) - 1e-12).sum()) / (1 + draws))


def _apart(served: np.ndarray, x: Floats, y: Floats) -> Floats:
    """NRR of the served minus of the others, for each row of (draws, accounts)."""
    ours_x, ours_y = served @ x, served @ y
    found: Floats = ours_y / ours_x - (y.sum() - ours_y) / (x.sum() - ours_x)
    return found
