"""Day after day: hidden health, use, tickets, surveys, payments, sponsors, renewals. Writes what a company's systems would record.

The model is docs/concepts/simulator.md's: health reverts to a level with a half-life of 45 days, is pushed by slow erosion,
sponsor changes and open issues, and drives everything that can be observed; at the notice date the account decides. Films that were
watched (films.py) lift the level, the odds of staying and those of expanding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitalreel.simulator.draws import Floats, Ints, gauss, logistic, normal, uniform
from vitalreel.simulator.films import no_lift
from vitalreel.simulator.founding import Founding
from vitalreel.simulator.plan import Plan
from vitalreel.simulator.seasons import activity
from vitalreel.simulator.trail import Trail

HALF_LIFE = 45.0
PULL = np.log(2) / HALF_LIFE
SPREAD = 0.60  # stationary standard deviation of health around its level
STEP = SPREAD * np.sqrt(2 * PULL)
MEMORY = np.log(2) / 30  # what a buyer remembers of health
BURST_HALF_LIFE = 12.0
WEEK = 7
ADOPTION = np.array((0, 0.016, 0.008, 0.004, 0.0025, 0.0015, 0.0010, 0.0007, 0))
"""Chance a day of taking up the next feature, by features in use."""


class Life:
    """The state of all accounts on one day. `step` moves it to the next and notes what was seen in a Trail."""

    def __init__(self, plan: Plan, founding: Founding, trail: Trail) -> None:
        self.plan, self.who, self.trail = plan, founding, trail
        n, seed = plan.accounts, plan.seed
        self.busy = activity(trail.start, plan.days)
        self.erosion = np.where(
            uniform(seed, "eroding_at_start", founding.ids) < 0.09, -1.6 * uniform(seed, "eroded", founding.ids), 0.0
        )
        self.eroding = self.erosion < 0
        self.sponsor_risk = np.zeros(n)
        self.issue = np.zeros(n, bool)  # an open issue: five times the tickets for about two weeks
        self.burst_sd = 0.60 * founding.seats**-0.22
        self.burst = self.burst_sd * normal(seed, "burst", n)
        self.health = founding.health + self.erosion + SPREAD * normal(seed, "health0", n)
        self.remembered = self.health.copy()
        self.wind_down = np.ones(n)
        self.ramp = np.zeros(n)
        self.target = founding.health.copy()
        self.alive = np.ones(n, bool)
        self.leaving = np.zeros(n, bool)
        self.arr = founding.arr.copy()
        self.seats = founding.seats.astype(float)
        self.renewal = founding.start + founding.term * np.maximum(
            1, np.ceil((1 - founding.start) / founding.term)
        ).astype(np.int64)
        self.adopted = np.minimum(
            8, 1 + 7 * logistic(founding.health - 0.2) * (1 - np.exp(np.minimum(founding.start, 0) / 300))
        ).astype(np.int64)
        self.busy_share = 0.75 * logistic(founding.level)
        self.lift = no_lift(n)  # what watched films add today
        self.week = np.zeros((WEEK, n))  # daily active users of the last seven days, by day modulo 7

    def step(self, t: int) -> None:
        """Live through day `t` (0 is the first)."""
        self._weekly(t)
        level = self.target + self.lift.health
        self.health += PULL * (level - self.health) + STEP * normal(self.plan.seed, "health", self.plan.accounts, t)
        self.remembered += MEMORY * (self.health - self.remembered)
        self._use(t)
        self._tickets(t)
        self._voices(t)
        self._contracts(t)

    # -- slow processes, each account on its own weekday --------------------------------------------------------------

    def _weekly(self, t: int) -> None:
        who, seed = self.who, self.plan.seed
        i = np.flatnonzero((who.ids + t) % WEEK == 0)
        x = uniform(seed, "erosion", i, t)
        self.eroding[i] = np.where(self.eroding[i], x > WEEK / 150, x < 0.25 * WEEK / 365)
        self.erosion[i] = np.where(self.eroding[i], np.maximum(self.erosion[i] - 0.055, -2.2), self.erosion[i] * 0.92)
        x = uniform(seed, "issue", i, t)
        self.issue[i] = np.where(self.issue[i], x > 0.5, x < 0.8 * WEEK / 365)
        self._sponsors(i, t)
        tenure = (t - who.start[i]).clip(0)
        self.ramp[i] = 1 - np.exp(-(tenure + 2) / who.ramp_days[i])
        level = who.health[i] + self.erosion[i] - 0.45 * self.sponsor_risk[i] - 0.4 * self.issue[i]
        self.target[i] = level - 0.5 * np.exp(-tenure / 60.0)
        x, size = uniform(seed, "shock", i, t), -np.log(uniform(seed, "shock_size", i, t))
        self.health[i] += np.where(x < 0.6 * WEEK / 365, -0.7 * size, np.where(x > 1 - 0.3 * WEEK / 365, 0.5 * size, 0))
        self.wind_down[i] = np.where(self.leaving[i], self.wind_down[i] * 0.90, 1)
        self._adopt(i, t)

    def _sponsors(self, i: Ints, t: int) -> None:
        seed = self.plan.seed
        gone = uniform(seed, "sponsor_leaves", i, t) < 0.18 * WEEK / 365
        self.sponsor_risk[i] = np.where(gone, 1.0, self.sponsor_risk[i] * 0.5 ** (WEEK / 120))
        left = i[gone & self._live(t)[i]]
        never = uniform(seed, "crm_never", left, t) < 0.15
        lag = np.rint(-45 * np.log(uniform(seed, "crm_lag", left, t))).astype(np.int64)
        self.trail.sponsor_changes(left[~never], t, t + lag[~never])

    def _adopt(self, i: Ints, t: int) -> None:
        speed = ADOPTION[self.adopted[i]] * np.exp(0.6 * self.health[i])
        took = (uniform(self.plan.seed, "adopt", i, t) < 1 - np.exp(-WEEK * speed)) & self._live(t)[i]
        self.adopted[i] += took

    def _live(self, t: int) -> NDArray[np.bool_]:
        return self.alive & (t >= self.who.start)

    # -- what is seen every day -----------------------------------------------------------------------------------------

    def _use(self, t: int) -> None:
        who, seed, n = self.who, self.plan.seed, self.plan.accounts
        busy = self.busy[who.region, who.works_weekends, t]
        keep = 0.5 ** (1 / BURST_HALF_LIFE)
        self.burst = keep * self.burst + self.burst_sd * np.sqrt(1 - keep**2) * normal(seed, "bursts", n, t)
        share = 0.75 * busy * self.ramp * self.wind_down * logistic(who.level + self.burst + 0.55 * self.health)
        mean = self.seats * share
        active = np.rint(mean + np.sqrt(mean * (1 - share)) * normal(seed, "active", n, t)).clip(0, self.seats)
        active *= uniform(seed, "idle", who.ids, t) > who.idle * np.exp(-0.4 * self.health)
        workday = busy > 0.5
        seen = np.where(workday, active / (self.seats * busy.clip(0.3)), self.busy_share)
        self.busy_share += 0.05 * (seen - self.busy_share)
        pace = np.exp(0.15 * self.health + 0.30 * normal(seed, "pace", n, t))
        live = np.flatnonzero(self._live(t))
        actions, minutes = np.rint(active * who.rate * pace), np.rint(active * 24 * np.sqrt(pace))
        self.week[t % WEEK] = active
        self.trail.usage(live, t, active[live], self._weekly_users()[live], actions[live], minutes[live])
        self._feature_use(live, t, active)

    def _weekly_users(self) -> Floats:
        """Distinct people in the seven days that end today: the busiest day's, and a share of the rest who came on other days.

        Of the people not there on the busiest day, as many turn up on another as the second busiest day has of all seats,
        halved because regulars are regulars.
        """
        ordered = np.sort(self.week, axis=0)
        most, second = ordered[-1], ordered[-2]
        found: Floats = np.rint(most + (self.seats - most).clip(0) * 0.5 * second / self.seats)
        return found

    def _feature_use(self, live: Ints, t: int, active: Floats) -> None:
        """Once a week: people who used each feature taken up, fewer for later ones."""
        i = live[(live + t) % WEEK == 0]
        for rank in range(8):
            users = i[self.adopted[i] > rank]
            share = np.exp(-0.35 * rank) * (0.7 + 0.6 * uniform(self.plan.seed, f"feature{rank}", users, t))
            self.trail.feature_use(users, t, rank, np.rint(active[users] * share.clip(0, 1)))

    def _tickets(self, t: int) -> None:
        who, seed = self.who, self.plan.seed
        busy = self.busy[who.region, who.works_weekends, t]
        rate = (
            who.ticket_rate * (0.15 + 0.85 * busy) * np.exp(-0.45 * self.health) * (1 + 4 * self.issue) * self._live(t)
        )
        u = uniform(seed, "ticket", who.ids, t)
        for k, chance in enumerate((rate, 0.5 * rate * rate)):
            i = np.flatnonzero(u < chance)
            x, tone = uniform(seed, "severity", i, 3 * t + k), uniform(seed, "tone", i, 3 * t + k)
            rank = (
                1 + (x > 0.04 * np.exp(-0.4 * self.health[i])) + (x > 0.20 * np.exp(-0.3 * self.health[i])) + (x > 0.65)
            )
            mood = (0.10 + 0.22 * self.health[i] + 0.12 * (rank - 3) + 0.23 * np.log(tone / (1 - tone))).clip(-1, 1)
            self.trail.tickets(i, t, rank, mood, uniform(seed, "handling", i, 3 * t + k), k)

    def _voices(self, t: int) -> None:
        """Surveys, the CSM's pulse and invoices, each account on its own day of the quarter or month."""
        seed, ids = self.plan.seed, self.who.ids
        live = self._live(t)
        i = np.flatnonzero(((ids * 7919 + t) % 91 == 0) & live)
        i = i[uniform(seed, "nps_answers", i, t) < logistic(-0.95 + 0.35 * self.health[i])]
        angry = 5 * (uniform(seed, "angry", i, t) < 0.05)
        self.trail.surveys(
            i, t, "nps", (8.55 + 1.05 * self.health[i] + 1.65 * gauss(seed, "nps", i, t) - angry).round().clip(0, 10)
        )
        i = np.flatnonzero(((ids * 6151 + t) % 30 == 0) & live)
        self.trail.surveys(
            i, t, "pulse", (3.3 + 0.7 * self.remembered[i] + 0.8 * gauss(seed, "pulse", i, t)).round().clip(1, 5)
        )
        i = np.flatnonzero(((ids * 4099 + t) % 91 == 0) & live)
        slow = np.exp(1.3 - 0.25 * self.health[i] + 0.48 * self.who.finance[i] + 0.7 * gauss(seed, "pays", i, t)) - 4
        self.trail.invoices(i, t, np.rint(self.arr[i] / 4), np.rint(slow).clip(0, 120).astype(np.int64))

    # -- contracts ------------------------------------------------------------------------------------------------------

    def _contracts(self, t: int) -> None:
        i = self._deciding(t)
        self.leaving[i] = uniform(self.plan.seed, "decides", i, t) < self.leave_chance(i, t)
        due = np.flatnonzero((self.renewal == t) & self._live(t))
        gone, kept = due[self.leaving[due]], due[~self.leaving[due]]
        self.alive[gone] = False
        self.trail.ended(gone, t, self.arr[gone], self.remembered[gone])
        self._renew(kept, t)

    def _deciding(self, t: int) -> Ints:
        return np.flatnonzero((self.renewal - self.who.notice == t) & self._live(t) & ~self.leaving)

    def leave_chance(self, i: Ints, t: int) -> Floats:
        """Chance that accounts whose notice date is day `t` decide to leave at the end of their term."""
        who, monthly = self.who, self.who.term[i] == 30
        odds = (
            who.leave[i] - 1.50 * self.remembered[i] + 1.00 * self.sponsor_risk[i] - 0.35 * who.auto_renew[i]
            + 5.0 * (who.rise[i] - 0.03).clip(0) + 0.30 * (t - who.start[i] < 400) - 2.20 * monthly
            - self.lift.stay[i]
        )  # fmt: skip
        return logistic(odds)

    def _renew(self, i: Ints, t: int) -> None:
        who, seed = self.who, self.plan.seed
        long = who.term[i] > 30
        cut = long & (
            uniform(seed, "cut", i, t) < logistic(-2.65 - 0.75 * self.remembered[i] - 1.2 * (self.busy_share[i] - 0.45))
        )
        odds = who.expand[i] + 0.55 * self.remembered[i] + 2.2 * (self.busy_share[i] - 0.45) + self.lift.expand[i]
        grow = long & ~cut & (uniform(seed, "expand", i, t) < logistic(odds))
        size = uniform(seed, "deal_size", i, t)
        factor = np.where(cut, 0.90 - 0.35 * size, np.where(grow, 1.05 + 0.20 * (-np.log(size)).clip(0, 4), 1.0))
        before = self.arr[i].copy()
        self.seats[i] = np.rint(self.seats[i] * factor).clip(2)
        self.arr[i] = np.rint(before * factor * np.where(long, 1 + who.rise[i], 1))
        self.renewal[i] += who.term[i]
        self.trail.renewed(i, t, before, self.arr[i], self.seats[i], cut, grow)
