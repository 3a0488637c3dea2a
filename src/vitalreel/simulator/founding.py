"""The company on its first day: accounts with their contracts, habits and hidden health, all drawn by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalreel.simulator.draws import Floats, Ints, logistic, normal, pick, uniform
from vitalreel.simulator.plan import INDUSTRIES, RATES, SEGMENTS, TERMS, WEEKEND_INDUSTRIES, Plan


@dataclass(frozen=True, slots=True)
class Founding:
    """One array element an account. Days count from the first simulated day; `start` may be negative."""

    ids: Ints
    segment: Ints  # index into SEGMENTS
    region: Ints
    industry: Ints
    works_weekends: Ints  # 0 or 1
    arr: Floats  # whole currency units a year
    seats: Ints
    start: Ints
    term: Ints  # days
    auto_renew: NDArray[np.bool_]
    notice: Ints  # days before the renewal
    rise: Floats  # price rise at each renewal, 0.05 is 5%
    health: Floats  # mean level of latent health
    ramp_days: Floats  # time constant of onboarding
    level: Floats  # log-odds of a seat being in use
    rate: Floats  # key actions for one active person and day
    ticket_rate: Floats  # a day
    idle: Floats
    leave: Floats
    expand: Floats
    finance: Floats  # how slowly it pays, in standard deviations


def found(plan: Plan) -> Founding:
    """Draw the accounts of a plan."""
    n, seed = plan.accounts, plan.seed
    ids: Ints = np.arange(n)

    def u(stream: str) -> Floats:
        return uniform(seed, stream, ids)

    segment = pick(u("segment"), [RATES[s].share for s in SEGMENTS])

    def by(name: str) -> Floats:
        return np.array([getattr(RATES[s], name) for s in SEGMENTS], float)[segment]

    arr = np.round(by("arr_median") * np.exp(by("arr_log_sd") * normal(seed, "arr", n)), -1).clip(600)
    seats = np.rint(arr / (by("seat_price") * np.exp(0.35 * normal(seed, "price", n)))).clip(2).astype(np.int64)
    start = _starts(plan, ids)
    term = np.array(TERMS)[pick(u("term"), np.array([RATES[s].terms for s in SEGMENTS])[segment])]
    industry = pick(u("industry"), (0.22, 0.15, 0.12, 0.15, 0.08, 0.07, 0.13, 0.08))
    weekend = np.array([name in WEEKEND_INDUSTRIES for name in INDUSTRIES], np.int64)
    fit = normal(seed, "fit", n)
    slow = u("onboarding") < logistic(-1.1 - 0.8 * fit)
    return Founding(
        ids=ids,
        segment=segment,
        region=pick(u("region"), (0.42, 0.42, 0.11, 0.05)),
        industry=industry,
        works_weekends=weekend[industry],
        arr=arr,
        seats=seats,
        start=start,
        term=term.astype(np.int64),
        auto_renew=u("auto") < by("auto_renew"),
        notice=np.where(term == 30, 5, by("notice_days")).astype(np.int64),
        rise=np.where(u("rises") < 0.6, 0.02 + 0.07 * u("rise"), 0.0),
        health=by("health") + 0.70 * fit,
        ramp_days=np.where(slow, 75.0, 22.0),
        level=0.35 + 0.60 * normal(seed, "level", n),
        rate=9 * np.exp(0.5 * normal(seed, "rate", n)),
        ticket_rate=by("tickets") * seats**0.6 * np.exp(0.5 * normal(seed, "tickets", n)),
        idle=by("idle"),
        leave=by("leave"),
        expand=by("expand"),
        finance=normal(seed, "finance", n),
    )


def _starts(plan: Plan, ids: Ints) -> Ints:
    """First day of each account: most long ago, 18% a year while we watch, a third of deals near a quarter's end."""

    def u(stream: str) -> Floats:
        return uniform(plan.seed, stream, ids)

    new = u("is_new") < 0.18 * plan.days / 365
    start = np.where(new, u("start") * plan.days, 900 * np.log(u("start")) - 1).clip(-3650)
    quarter = np.rint(np.rint((start + 6) / 91.25) * 91.25 - 9 + 6 * u("quarter_day"))
    old = (u("at_quarter") < 0.33) & (start < -45)
    return np.where(old, quarter, start).astype(np.int64)
