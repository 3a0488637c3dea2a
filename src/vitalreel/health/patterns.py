"""What came before churn: for each question with a threshold, the threshold that tells churners from others, judged on accounts it was not
chosen on (H21).

A threshold is chosen by Youden's J (1950, "Index for rating diagnostic tests"): the share of days before a churn on which the answer
is yes, less that of other days. Accounts are split in two halves; each half's answers are judged at the threshold chosen on the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vitalreel.errors import BadConfiguration
from vitalreel.health.predict.logistic import Floats
from vitalreel.health.predict.rolling import FLOOR
from vitalreel.health.predict.snapshots import Snapshots

FEWEST = 10
"""Churns a combination must have come before."""
SURER = 1.64
"""Standard errors, an account counted once, by which a combination must be followed by churn more often than its parts: 5% by luck."""
SHOWN = 3
"""Combinations told at most."""


@dataclass(frozen=True, slots=True)
class Question:
    """A condition with a threshold to be found. texts: the condition at each threshold, from loose to strict."""

    name: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One question, or several together, at the chosen thresholds. Rates are of accounts the thresholds were not chosen on."""

    names: tuple[str, ...]
    conditions: tuple[str, ...]  # at the thresholds chosen on all accounts
    churns: int  # of which an answer was known within the horizon before
    hits: int  # of them, with yes on at least one day looked at
    false: float  # share of yes on days no churn followed
    false_error: float  # its standard error, by account
    precise: float  # share of churn within the horizon after a yes
    accounts: int  # with a yes
    lead_days: int | None  # median days from the first yes within the horizon to the churn; None: no hits

    @property
    def hit(self) -> float:
        return self.hits / self.churns if self.churns else 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The patterns of one group of accounts. base: share of days followed by churn within the horizon."""

    group: str
    churns: int
    base: float
    single: tuple[Pattern, ...]  # best first
    together: tuple[Pattern, ...]  # of two or three, more often followed by churn than each of their parts


def read_questions(raw: object, where: str) -> tuple[Question, ...]:
    """From patterns.yaml: `patterns: {name: {label, when: condition with X, x: [thresholds]}}`. Raises BadConfiguration with the place."""
    entries = raw.get("patterns") if isinstance(raw, Mapping) else None
    if not isinstance(entries, Mapping) or not entries:
        raise BadConfiguration(
            where, "no patterns are named", "write patterns: {name: {label: ..., when: ..., x: [...]}}"
        )
    return tuple(_question(str(name), entry, f"{where}: patterns.{name}") for name, entry in entries.items())


def _question(name: str, entry: object, where: str) -> Question:
    if not isinstance(entry, Mapping) or set(entry) != {"label", "when", "x"}:
        raise BadConfiguration(
            where, "a pattern has label, when and x", "write {label: Use fell, when: ... X ..., x: [10, 20]}"
        )
    steps, when = entry["x"], str(entry["when"])
    if not isinstance(steps, list) or len(steps) < 2 or when.count("X") != 1:
        raise BadConfiguration(
            where, "`when` holds X once, and x at least two thresholds", "order them from loose to strict"
        )
    return Question(name, str(entry["label"]), tuple(when.replace("X", f"{step:g}") for step in steps))


def patterns(questions: Sequence[Question], rows: Snapshots, group: str) -> Found | None:
    """The patterns of a group's snapshots; None where fewer than FLOOR churns are known.

    rows.x: a column for each text of each question in order: 1 yes, 0 no, NaN unknown. Rows not to be learnt from are left out.
    """
    kept = rows.rows((rows.weights > 0) & ~np.isnan(rows.y))
    if kept.events < FLOOR:
        return None
    halves, first = kept.folds(2), 0
    on: dict[str, Floats] = {}
    chosen: dict[str, str] = {}
    for q in questions:
        x = kept.x[:, first : first + len(q.texts)]
        first += len(q.texts)
        if np.isnan(x).all():
            continue
        by_half = [_best(x[halves != h], kept.y[halves != h]) for h in (0, 1)]
        on[q.name] = np.where(halves == 0, x[:, by_half[0]], x[:, by_half[1]])
        chosen[q.name] = q.texts[_best(x, kept.y)]
    single = {name: _judged(kept, answers, (name,), (chosen[name],)) for name, answers in on.items()}
    told = sorted((p for p in single.values() if p.churns), key=lambda p: p.false - p.hit)
    return Found(group, kept.events, float(kept.y.mean()), tuple(told), _together(kept, on, chosen, single))


def _best(x: Floats, y: Floats) -> int:
    """The column with the largest J; of equal ones the strictest, which is the last."""
    gaps = [_share(x[y == 1, k]) - _share(x[y == 0, k]) for k in range(x.shape[1])]
    return len(gaps) - 1 - int(np.argmax(gaps[::-1]))


def _share(answers: Floats) -> float:
    known = answers[~np.isnan(answers)]
    return float(known.mean()) if len(known) else 0.0


def _together(
    rows: Snapshots, on: Mapping[str, Floats], chosen: Mapping[str, str], single: Mapping[str, Pattern]
) -> tuple[Pattern, ...]:
    """Combinations of two and three that are followed by churn more often than every combination of fewer of their parts."""
    found: dict[tuple[str, ...], Pattern] = {(name,): p for name, p in single.items()}
    better = []
    for size in (2, 3):
        for names in combinations(sorted(on), size):
            pattern = _judged(rows, _all([on[n] for n in names]), names, tuple(chosen[n] for n in names))
            found[names] = pattern
            parts = [found[p].precise for p in combinations(names, size - 1)]
            if pattern.hits >= FEWEST and _surer(pattern, max(parts)):
                better.append(pattern)
    return tuple(sorted(better, key=lambda p: -p.precise)[:SHOWN])


def _surer(pattern: Pattern, part: float) -> bool:
    """Whether churn follows more often than `part` by more than luck among as many accounts."""
    return pattern.precise > part + SURER * float(np.sqrt(part * (1 - part) / pattern.accounts))


def _all(answers: Sequence[Floats]) -> Floats:
    """Yes where all are, no where one is, else unknown."""
    stacked = np.stack(answers)
    known = np.where((stacked == 0).any(axis=0), 0.0, np.nan)
    return np.where((stacked == 1).all(axis=0), 1.0, known)


def _judged(rows: Snapshots, on: Floats, names: tuple[str, ...], conditions: tuple[str, ...]) -> Pattern:
    known = ~np.isnan(on)
    before, yes = known & (rows.y == 1), on == 1
    firsts: dict[tuple[str, int], int] = {}
    for account, gone, day, hit in zip(
        rows.accounts[before].tolist(), rows.gone[before].tolist(), rows.days[before].tolist(), yes[before].tolist(), strict=True
    ):  # fmt: skip
        lead = gone - day if hit else 0
        firsts[account, gone] = max(firsts.get((account, gone), 0), lead)
    leads = [lead for lead in firsts.values() if lead]
    false, error = _by_account(rows.accounts[known & (rows.y == 0)], yes[known & (rows.y == 0)])
    after, accounts = rows.y[known & yes], len(set(rows.accounts[known & yes].tolist()))
    return Pattern(
        names, conditions, len(firsts), len(leads), false, error, float(after.mean()) if len(after) else 0.0, accounts,
        int(np.median(leads)) if leads else None,
    )  # fmt: skip


def _by_account(accounts: NDArray[np.str_], yes: NDArray[np.bool_]) -> tuple[float, float]:
    """A share and its standard error as a ratio of sums over accounts (Cochran 1977, section 2.11): an account's days are alike."""
    if not len(accounts):
        return 0.0, 0.0
    _names, who = np.unique(accounts, return_inverse=True)
    days, ons = np.bincount(who), np.bincount(who, yes)
    share = float(ons.sum() / days.sum())
    return share, float(np.sqrt(((ons - share * days) ** 2).sum()) / days.sum())
