"""What is fixed before anybody is exposed, so that nothing is chosen with results in sight: the analysis plan and its hash (M17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from vitalreel.identity import fingerprint
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.incidence import DRAWS as DEALT
from vitalreel.measurement.incidence import SEED as DEAL
from vitalreel.measurement.looks import ALPHA, Schedule
from vitalreel.measurement.revenue import DRAWS, SEED, Least

PROGRAMME, ENDS = "*", "* ends"
"""What the programme as a whole adds to revenue, and what became of its accounts."""
ARMS = "as the account was drawn when it became eligible, by the append-only assignment log, each with its own planned share, inside strata"
PLAY_ESTIMATOR = (
    "difference of shares in strata, Miettinen and Nurminen's score interval; exact sample-ratio test before it"
)
ENDS_ESTIMATOR = (
    "Aalen and Johansen's cumulative incidence, joined score intervals; a side of zero only where arms dealt anew agree"
)
REVENUE_ESTIMATOR = "difference of two ratios of sums, jackknife over accounts, Welch's t; a side of zero only where permuted arms agree"


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """Everything by which one figure is computed that somebody could otherwise choose after seeing it."""

    play: str  # "*": the programme as a whole
    estimand: str
    outcome: str
    window_days: int  # after an opening, or after an account's draw
    arms: str
    unit: str
    estimator: str
    error: float  # two-sided, of all looks together
    least: Mapping[str, float]  # below which nothing is told
    looks: Mapping[str, str | int]
    seed: int | None  # of what is drawn by the estimator; None: nothing is

    @property
    def hash(self) -> str:
        """32 hex digits: equal plans, equal hash."""
        return fingerprint("analysis plan", self)


def play_plan(
    play: str, metric: str, way: str, share: float, within_days: int, looks: Schedule, floors: Floors
) -> AnalysisPlan:  # fmt: skip
    """The plan of one play. metric moves `way` (up or down) by `share` within the window: that is the outcome."""
    return AnalysisPlan(
        play,
        "difference in the share of accounts with the outcome, served minus held out, of all accounts the play opened for",
        f"{metric} moved {way} by {share:.6g} of its value at the opening",
        within_days, ARMS, "account, by its first opening", PLAY_ESTIMATOR, ALPHA, _least(floors), _looks(looks), None,
    )  # fmt: skip


def programme_plan(followed_days: int, looks: Schedule, floors: Floors, least: Least) -> AnalysisPlan:
    """The plan of what the whole programme adds to net revenue retention."""
    own = {"told": least.told, "claimed": least.claimed, "largest": least.largest, "draws": float(DRAWS)}
    return AnalysisPlan(
        PROGRAMME,
        "net revenue retention of the served minus that of those held out from the whole programme",
        "revenue at the end of the window as a share of revenue on the day before the draw",
        followed_days, ARMS, "account", REVENUE_ESTIMATOR, ALPHA, {**_least(floors), **own}, _looks(looks), SEED,
    )  # fmt: skip


def ends_plan(horizon: int, looks: Schedule, floors: Floors) -> AnalysisPlan:
    """The plan of what becomes of the programme's accounts."""
    return AnalysisPlan(
        ENDS,
        "difference in the share of accounts that came first to each end (churned, downgraded, renewed), and in the days lost to churn, "
        "served minus held out from the whole programme",
        "the first of the three from the day of the draw on, by outcomes and contracts",
        horizon, ARMS, "account", ENDS_ESTIMATOR, ALPHA, {**_least(floors), "dealt": float(DEALT)}, {"every": "once"}, DEAL,
    )  # fmt: skip


def _least(floors: Floors) -> dict[str, float]:
    return {"per arm": floors.per_arm, "outcomes": floors.outcomes, "sample ratio p": floors.sample_ratio_p}


def _looks(looks: Schedule) -> dict[str, str | int]:
    return {"every": looks.every, "planned": looks.planned}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the plan by which a figure is computed stands to the accounts it is computed from."""

    plan: AnalysisPlan
    fixed: date | None  # the first day decided with exactly this plan; None: none was
    exposed: date | None  # the first of the accounts' openings or draws; None: none yet
    other: str = ""  # the hash of the plan that stood when the first account was exposed, where it was another

    @property
    def kept(self) -> bool:
        """Whether it was fixed by the day of the first exposure: a day's plan is saved with the openings it decides."""
        return self.exposed is None or (self.fixed is not None and self.fixed <= self.exposed)

    @property
    def told(self) -> str:
        """One sentence without its stop."""
        short = self.plan.hash[:12]
        if self.exposed is None:
            return f"{short}, " + (
                f"fixed on {self.fixed}; nobody has been exposed yet"
                if self.fixed
                else "to be fixed by the first decision"
            )
        if self.kept:
            return f"{short}, fixed on {self.fixed}, the first account exposed on {self.exposed}"
        was = f"; until then it was {self.other[:12]}" if self.other else ""
        fixed = f"fixed only on {self.fixed}" if self.fixed else "never fixed by a decision"
        return f"exploratory: {short} was {fixed}, after the first account was exposed on {self.exposed}{was}"


def by_plan(answer: Estimate | Refusal, standing: Standing) -> Estimate | Refusal:
    """The answer with its plan among the checks; an Estimate by a plan that came after the exposure is exploratory, grade C."""
    checks = {**answer.checks, "analysis plan": standing.told}
    if isinstance(answer, Estimate) and not standing.kept:
        return replace(answer, grade="C", checks=checks)
    return replace(answer, checks=checks)
