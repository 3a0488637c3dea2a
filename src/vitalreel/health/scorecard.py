"""A scorecard: what is measured for the accounts it applies to, how readings become levels, and what each measure is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vitalreel.identity import fingerprint

TENTHS = 10
"""A score is counted in whole tenths of a point, as it is shown: what is printed adds up wherever it is printed."""
FULL = 100 * TENTHS
"""What all measures of a scorecard are worth together."""
MISSING, CLIP, PROMPTED = "missing", "clip", "prompted"
"""Names of parts that no measure may take: missing data, the clip to 0..100, and the suffix of a prompted view's points."""
PROBABILITY = "churn.probability"
"""The signal that no scorecard may read: score and probability are two numbers, never mixed (H17)."""

Band = Literal["red", "orange", "yellow", "green"]
BANDS: tuple[Band, ...] = ("red", "orange", "yellow", "green")
Missing = Literal["shrink_to_segment", "share_out"]
Role = Literal["sponsor", "champion", "admin", "user"]
ROLES: tuple[Role, ...] = ("sponsor", "champion", "admin", "user")


@dataclass(frozen=True, slots=True)
class Scale:
    """Straight lines between (reading, points) corners, flat beyond the ends."""

    corners: tuple[tuple[float, float], ...]  # readings strictly rising, two at least; points 0..100

    def level(self, reading: float) -> float:
        """0..1 for a reading; the plain form of what `score` compiles."""
        first, last = self.corners[0], self.corners[-1]
        if reading <= first[0]:
            return first[1] / 100
        for (x0, y0), (x1, y1) in zip(self.corners, self.corners[1:], strict=False):
            if reading <= x1:
                return (y0 + (reading - x0) * (y1 - y0) / (x1 - x0)) / 100
        return last[1] / 100


@dataclass(frozen=True, slots=True)
class Change:
    """A reading relative to the account's own past: 0.1 is 10% more."""

    days: int
    against: Literal["mean", "then"]  # the mean of the days before the window, or the reading so many days ago


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    group: str
    label: str  # in words, as the subject of "took 9.8"
    signal: str
    over: str | None  # divides the signal where there is one
    window_days: int | None  # mean over the days that end with the as-of day; None: the value on it
    change: Change | None
    scale: Scale
    by_tenure: tuple[tuple[int, Scale], ...]  # (below so many days as a customer, scale), shortest first
    worth: int  # tenths of a point at level 1; a scorecard's measures are worth 1000 together

    def scale_for(self, tenure_days: int) -> Scale:
        """The scale of an account that has been a customer for so many days (H19)."""
        return next((scale for below, scale in self.by_tenure if tenure_days < below), self.scale)


@dataclass(frozen=True, slots=True)
class Rule:
    """Points added or taken while a condition holds, after the weighted mean (H3)."""

    name: str
    label: str
    when: str
    points: int  # tenths, signed; with roles: those of the role that counts most
    by_role: tuple[tuple[Role, int], ...] = ()  # the best viewer's role counts, never their sum (H18)


@dataclass(frozen=True, slots=True)
class Bands:
    """Lower edges: green is [green, 100], yellow [yellow, green), orange [orange, yellow), red below."""

    green: int = 80 * TENTHS
    yellow: int = 60 * TENTHS
    orange: int = 40 * TENTHS

    def natural(self, tenths: int) -> Band:
        """The band of a score by its points alone."""
        edges: tuple[tuple[int, Band], ...] = ((self.green, "green"), (self.yellow, "yellow"), (self.orange, "orange"))
        return next((band for edge, band in edges if tenths >= edge), "red")

    def span(self, band: Band) -> tuple[int, int]:
        """[low, high) of a band in tenths; green includes 1000."""
        return {
            "red": (0, self.orange),
            "orange": (self.orange, self.yellow),
            "yellow": (self.yellow, self.green),
            "green": (self.green, FULL + 1),
        }[band]


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """A band is left only when the score has stood `points` beyond its edge on `days` days running."""

    points: int = 3 * TENTHS
    days: int = 2


@dataclass(frozen=True, slots=True)
class Scorecard:
    name: str
    applies_to: Mapping[str, tuple[str, ...]]  # signal -> values, all must hold; empty: everyone
    measures: tuple[Measure, ...]
    rules: tuple[Rule, ...]
    bands: Bands = Bands()
    hysteresis: Hysteresis = Hysteresis()
    missing: Missing = "shrink_to_segment"
    rules_limit: int = FULL  # tenths all rules together can give or take; what is beyond goes to the part `clip` (H18)

    @property
    def config(self) -> str:
        """Fingerprint of everything that decides a score: written beside it."""
        return fingerprint(self)

    @property
    def labels(self) -> Mapping[str, str]:
        """Part name -> words for it."""
        return {m.name: m.label for m in self.measures} | {r.name: r.label for r in self.rules}


def worths(weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Weights as whole tenths of a point that make exactly 100 points, by largest remainder, earlier ones first on ties.

    Raises ValueError if a weight is not positive.
    """
    if not weights or min(weights) <= 0:
        raise ValueError("weights are positive")
    exact = [w * FULL / sum(weights) for w in weights]
    whole = [int(e) for e in exact]
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: FULL - sum(whole)]:
        whole[i] += 1
    return tuple(whole)


def config_of(scorecards: Iterable[Scorecard]) -> str:
    """Fingerprint of all scorecards in their order."""
    return fingerprint([s.config for s in scorecards])
