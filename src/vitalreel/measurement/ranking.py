"""Many modules compared at once: which may be claimed when all were looked at, and what each is worth once luck is taken off (M18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vitalreel.measurement.estimate import Refusal
from vitalreel.measurement.sample import Sample
from vitalreel.measurement.shares import Floats, score_interval, score_p
from vitalreel.measurement.trial import why_none

Q = 0.1
"""Of what is claimed, the share that is wrong, at most, over many such comparisons."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One module's difference in the outcome's share, served minus held out."""

    name: str
    value: float  # shrunk towards all modules: what to expect of it next time
    seen: float  # as it came out
    low: float  # of an interval for `seen`: 95%, of claimed ones wider for having been picked
    high: float
    p: float  # two-sided, of the score test
    claimed: bool
    n: tuple[int, int]
    events: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ranking:
    judged: tuple[Ranked, ...]  # by value, rising
    refused: Mapping[str, Refusal]  # by name
    mean: float  # of the modules' effects
    spread: float  # standard deviation of their true effects, 0: no more than chance


def ranked(groups: Mapping[str, Sample], share: float | None, q: float = Q) -> Ranking:
    """Every module with enough accounts and outcomes, drawn by lot, binary outcome; the others with why not.

    Claims by Benjamini and Hochberg 1995 (JRSS B 57:289); intervals of claimed ones at 1 - q · claims / modules (Benjamini and
    Yekutieli 2005, JASA 100:71). Values by normal empirical Bayes with the between-module variance of Paule and Mandel 1982.
    """
    refused = {}
    for name, sample in groups.items():
        if (why := why_none(sample, share)) is not None:
            refused[name] = Refusal(sample.question, *why, None, sample.n, sample.events)
    names = [name for name in groups if name not in refused]
    if not names:
        return Ranking((), refused, 0.0, 0.0)
    tables = [(_events(groups[name]), groups[name].n) for name in names]
    p = np.array([score_p(*table) for table in tables])
    claimed = discoveries(p, q)
    events, n = (np.array(column, float)[:, None, :] for column in zip(*tables, strict=True))
    seen, low, high = score_interval(events, n)
    errors = (high - low) / (2 * 1.959964)  # a standard error that is not zero where an arm has no outcome
    mean, spread = between(seen, errors)
    values = shrunk(seen, errors, mean, spread)
    level = max(
        1 - q * claimed.sum() / len(names), 0.95
    )  # of an interval for what was picked; never narrower than its own
    _, lower, higher = score_interval(events, n, level)
    limits = np.stack([np.where(claimed, lower, low), np.where(claimed, higher, high)], -1)
    judged = [
        Ranked(
            name, float(values[i]), float(seen[i]), float(limits[i, 0]), float(limits[i, 1]), float(p[i]), bool(claimed[i]),
            tables[i][1], tables[i][0],
        )
        for i, name in enumerate(names)
    ]  # fmt: skip
    return Ranking(tuple(sorted(judged, key=lambda r: (r.value, r.seen))), refused, mean, spread)


def _events(sample: Sample) -> tuple[int, int]:
    assert sample.events is not None
    return sample.events


def discoveries(p: Floats, q: float = Q) -> np.ndarray:
    """Which of m p-values (m,) to call discoveries so that at most a share q of them is false: the step-up of Benjamini and Hochberg."""
    order = np.argsort(p)
    below = np.flatnonzero(p[order] <= q * np.arange(1, len(p) + 1) / len(p))
    found = np.zeros(len(p), bool)
    if len(below):
        found[order[: below[-1] + 1]] = True
    return found


def between(seen: Floats, errors: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the true effects behind what was seen (m,) with standard errors (m,), by bisection.

    The deviation at which the weighted squares around the mean sum to m - 1; 0 where they never exceed it.
    """

    def at(spread: float) -> tuple[float, float]:
        w = 1 / (errors**2 + spread**2)
        mean = float(w @ seen / w.sum())
        return mean, float(w @ (seen - mean) ** 2)

    low, high = 0.0, float(np.ptp(seen))
    if len(seen) < 2 or at(0.0)[1] <= len(seen) - 1:
        return at(0.0)[0], 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle)[1] > len(seen) - 1 else (low, middle)
    return at(high)[0], high


def shrunk(seen: Floats, errors: Floats, mean: float, spread: float) -> Floats:
    """What was seen, drawn towards the mean by the share of its variance that is chance."""
    trust = spread**2 / (spread**2 + errors**2)
    found: Floats = mean + trust * (seen - mean)
    return found
