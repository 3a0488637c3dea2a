"""What kind of company is simulated: its size, dates, and the rates of every process (model: docs/concepts/simulator.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEGMENTS = ("long_tail", "mid_market", "enterprise")
REGIONS = ("NA", "EMEA", "APAC", "LATAM")
INDUSTRIES = ("logistics", "finance", "health", "manufacturing", "education", "public", "retail", "hospitality")
WEEKEND_INDUSTRIES = frozenset({"retail", "hospitality", "health"})
FEATURES = (
    "shift_swaps", "open_shift_offers", "leave_planning", "skills_matching", "fatigue_limits", "auto_fill", "rota_templates", "rest_rules",
)  # fmt: skip
"""In the order in which accounts take them up."""

MILESTONES = ("kick-off", "team invited", "go live", "first report")
METRICS = ("active_users", "weekly_users", "key_actions", "minutes")


@dataclass(frozen=True, slots=True)
class Segment:
    """Rates of one segment."""

    share: float  # of accounts
    arr_median: float  # whole currency units a year
    arr_log_sd: float
    seat_price: float  # a year
    health: float  # mean of latent health, in its standard deviations
    leave: float  # log-odds of not renewing at average health
    expand: float  # log-odds of expanding at renewal
    auto_renew: float  # share
    notice_days: int
    tickets: float  # a day, for one seat
    idle: float  # share of idle days
    terms: tuple[float, float, float, float]  # shares of 30, 365, 730 and 1095 days


RATES: dict[str, Segment] = {
    "long_tail": Segment(0.70, 6e3, 0.80, 540, -0.10, -2.66, -0.35, 0.75, 30, 0.0035, 0.030, (0.25, 0.73, 0.02, 0.0)),
    "mid_market": Segment(0.24, 36e3, 0.70, 480, 0.05, -2.92, 0.12, 0.50, 45, 0.0045, 0.010, (0.03, 0.80, 0.12, 0.05)),
    "enterprise": Segment(0.06, 180e3, 0.80, 360, 0.15, -3.10, 0.42, 0.35, 60, 0.0050, 0.002, (0.0, 0.55, 0.17, 0.28)),
}
TERMS = (30, 365, 730, 1095)


@dataclass(frozen=True, slots=True)
class Plan:
    """One company. The last simulated day is `end`; equal plans give equal companies, byte for byte."""

    accounts: int
    days: int
    seed: int
    end: date

    def __post_init__(self) -> None:
        if not 1 <= self.accounts <= 1_000_000:
            raise ValueError(f"{self.accounts} accounts: give 1 to 1,000,000")
        if not 30 <= self.days <= 3650:
            raise ValueError(f"{self.days} days: give 30 to 3,650")
