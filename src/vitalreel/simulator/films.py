"""What films do to accounts: who opens one, how much is watched, and the planted effect until it wears off; all drawn by name.

A film works only by being watched, so who was sent one and nobody watched is as if nothing was sent. Draws depend on seed, play,
account and day alone: the same film sent on the same day is met by the same luck in every world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vitalreel.simulator.draws import Floats, logistic, normal, uniform
from vitalreel.simulator.plan import Plan

REACHED = 0.87
"""Share of sent films that land in front of somebody: mailboxes change, and filters err."""
OPENS = {"sponsor": -0.75, "champion": 0.05, "admin": 0.15, "user": 0.05}
"""Log-odds that a role opens a film, at average health."""
WAITS_DAYS, MOST_DAYS = 1.2, 6
"""How long a film lies before it is opened: on average, and at most."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one whole watching of a play's film does, before it wears off by half every `half_life_days`."""

    half_life_days: float
    health: float = 0.0  # added to the level that hidden health reverts to, in its standard deviations
    stay: float = 0.0  # log-odds of staying, at the notice date
    expand: float = 0.0  # log-odds of expanding, at the renewal


EFFECTS: Mapping[str, Effect] = {
    "onboarding_stall": Effect(60, health=0.60, stay=0.10),
    "usage_drop": Effect(45, health=0.60, stay=0.40),
    "sponsor_change": Effect(120, health=0.15, stay=0.90),
    "support_shift": Effect(45),
    "seats_nearly_full": Effect(90, expand=0.80),
    "renewal_window": Effect(90, health=0.10, stay=0.90, expand=0.30),
}
"""By the names of the shipped plays; support_shift does nothing, and nothing must be found of it."""


@dataclass(frozen=True, slots=True)
class Planted:
    """The truth about a programme."""

    scale: float = 1.0  # of every effect; 0: every film is a placebo
    spread: float = 0.5  # log-sd of what an account makes of a film; the mean is 1
    effects: Mapping[str, Effect] = field(default_factory=lambda: EFFECTS, hash=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A film that left for somebody at an account on a simulated day (0 is the first)."""

    day: int
    account: int
    play: str
    role: str
    length_s: float
    name: str = ""  # the sender's own name for it; nothing depends on it


@dataclass(frozen=True, slots=True)
class Watched:
    """A film that somebody opened on a day, from its beginning for a share (0..1) of its length."""

    sent: Sent
    day: int
    share: float


@dataclass(frozen=True, slots=True)
class Lift:
    """What all films watched so far add to each account today."""

    health: Floats
    stay: Floats
    expand: Floats


def no_lift(accounts: int) -> Lift:
    """Nobody has watched anything."""
    return Lift(np.zeros(accounts), np.zeros(accounts), np.zeros(accounts))


class Films:
    """The films of one world: those on their way, and what watched ones still do."""

    def __init__(self, plan: Plan, planted: Planted) -> None:
        self._plan, self._planted = plan, planted
        spread = planted.spread
        self._taste = np.exp(spread * normal(plan.seed, "films/taste", plan.accounts) - spread**2 / 2)
        self._dose = {play: np.zeros(plan.accounts) for play in planted.effects}
        self._coming: dict[int, list[Watched]] = {}
        self.sent = 0  # films so far

    def send(self, sent: Sequence[Sent], health: Floats) -> None:
        """Films leave today. health: of every account, today: the well open more and watch longer."""
        self.sent += len(sent)
        for film in sent:
            watched = self._watched(film, float(health[film.account]))
            if watched is not None:
                self._coming.setdefault(watched.day, []).append(watched)

    def day(self, t: int) -> tuple[Watched, ...]:
        """What is watched on day `t`; it works from that day on. To be called for every day, in order."""
        for play, effect in self._planted.effects.items():
            self._dose[play] *= 0.5 ** (1 / effect.half_life_days)
        opened = tuple(self._coming.pop(t, ()))
        for one in opened:
            if one.sent.play in self._dose:
                self._dose[one.sent.play][one.sent.account] += one.share
        return opened

    def lift(self) -> Lift:
        """What is added today."""
        scale, doses = self._planted.scale, [(self._planted.effects[p], d) for p, d in self._dose.items()]

        def total(name: str) -> Floats:
            summed: Any = sum(getattr(effect, name) * dose for effect, dose in doses)
            found: Floats = scale * self._taste * summed
            return found

        return Lift(total("health"), total("stay"), total("expand"))

    def _watched(self, film: Sent, health: float) -> Watched | None:
        def draw(what: str) -> float:
            return float(uniform(self._plan.seed, f"films/{film.play}/{what}", [film.account], film.day)[0])

        opens = float(logistic(OPENS.get(film.role, OPENS["user"]) + 0.55 * health))
        if draw("reach") >= REACHED or draw("open") >= opens:
            return None
        keen, v = draw("keen") < float(logistic(1.7 - film.length_s / 240 + 0.35 * health)), draw("watch")
        share = min(1.0, 0.45 + 0.78 * v**0.6) if keen else 0.02 + 0.70 * v**1.8
        waits = min(MOST_DAYS, int(-WAITS_DAYS * np.log(draw("wait"))))
        return Watched(film, film.day + waits, share)
