"""The accounts of one comparison as arrays: which arm, what came out, what was known before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from vitalreel.errors import BadInput

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_SPIKE = 0.1  # share of zeros from which an amount also counts as a yes or no


@dataclass(frozen=True, slots=True)
class Covariates:
    """What was known of each account before: (n, k) finite numbers, each column with its name and the column it was made from."""

    values: Floats
    names: tuple[str, ...]
    sources: tuple[str, ...]

    def without(self, source: str, also: Floats | None = None) -> Covariates:
        """All but what was made from `source`, and but what only says whether `also` (n,) is zero."""
        zero = None if also is None else (also == 0).astype(float)
        kept = [
            i
            for i, made_from in enumerate(self.sources)
            if made_from != source and not (zero is not None and _same_split(self.values[:, i], zero))
        ]
        return Covariates(
            self.values[:, kept], tuple(self.names[i] for i in kept), tuple(self.sources[i] for i in kept)
        )

    def with_zeros(self) -> Covariates:
        """Also whether an amount is zero, where that is so for at least a tenth: nothing earned differs in kind from little."""
        spikes = [
            i
            for i in range(len(self.names))
            if np.mean(self.values[:, i] == 0) >= _SPIKE and len(np.unique(self.values[:, i])) > 2
        ]
        added = (self.values[:, spikes] == 0).astype(float)
        return Covariates(
            np.hstack([self.values, added]),
            self.names + tuple(f"{self.names[i]} is 0" for i in spikes),
            self.sources + tuple(self.sources[i] for i in spikes),
        )


def _same_split(column: Floats, zero: Floats) -> bool:
    """Whether a column of two values divides the accounts as `zero` does."""
    return (
        len(np.unique(column)) == 2 and abs(float(np.corrcoef(column, zero)[0, 1])) > 1 - 1e-9 if zero.std() else False
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something measured before: nothing done later can have changed it."""

    name: str
    values: Floats  # (n,)


@dataclass(frozen=True, slots=True)
class Sample:
    """n accounts of two arms, none of its cells missing."""

    question: str
    treated: Bools  # (n,)
    outcome: Floats  # (n,)
    binary: bool
    covariates: Covariates
    blocks: NDArray[np.int64] | None = None  # (n,): the block of a blocked assignment, or the group
    placebo: Earlier | None = None  # an outcome from before, in which the arms should not differ
    start: Earlier | None = None  # the outcome's own value before
    assigned: tuple[int, int] = (0, 0)  # accounts of each arm before any were left out for missing cells
    missing: dict[str, int] = field(default_factory=dict)  # column -> rows without a value
    names: tuple[str, ...] = ()  # of the blocks

    @property
    def n(self) -> tuple[int, int]:
        """Treated, not treated."""
        return int(self.treated.sum()), int((~self.treated).sum())

    @property
    def events(self) -> tuple[int, int] | None:
        """Accounts of each arm with the outcome; None where the outcome is an amount."""
        if not self.binary:
            return None
        return int(self.outcome[self.treated].sum()), int(self.outcome[~self.treated].sum())

    @property
    def lost(self) -> tuple[float, float]:
        """The share of each arm's accounts that was left out for missing cells."""
        one, other = (1 - have / max(had, 1) for have, had in zip(self.n, self.assigned, strict=True))
        return one, other

    def groups(self) -> dict[str, Sample]:
        """The accounts of each block by its name, without covariates; counted as assigned where they have all their values."""
        assert self.blocks is not None
        found = {}
        for code, name in enumerate(self.names):
            rows = self.blocks == code
            arms = int(self.treated[rows].sum()), int((~self.treated[rows]).sum())
            none = Covariates(np.empty((int(rows.sum()), 0)), (), ())
            found[name] = Sample(
                f"{self.question}, {name}", self.treated[rows], self.outcome[rows], self.binary, none, assigned=arms
            )
        return found

    def before(self) -> Sample:
        """The same comparison of the placebo outcome. It, and what only says whether it is zero, are no covariates then."""
        assert self.placebo is not None
        covariates = self.covariates.without(self.placebo.name, self.placebo.values)
        binary = bool(np.isin(self.placebo.values, (0.0, 1.0)).all())
        return replace(
            self, outcome=self.placebo.values, binary=binary, covariates=covariates, placebo=None, start=None
        )


def by_unit(sample: Sample, units: Sequence[str], column: str) -> Sample:
    """One row an account: means over its rows. An outcome that happened in some rows only is a share from then on.

    units: the account of each row. Raises BadInput where an account is in both arms or in two blocks.
    """
    names, first, of = np.unique(np.asarray(units), return_index=True, return_inverse=True)
    if len(names) == len(of):
        return sample
    rows = np.bincount(of).astype(float)

    def mean(values: Floats) -> Floats:
        found: Floats = np.bincount(of, weights=values) / rows
        return found

    for what, values in (("arms", sample.treated), ("blocks", sample.blocks)):
        if values is not None and np.any(mixed := values != values[first][of]):
            who = names[of[np.argmax(mixed)]]
            raise BadInput(
                column, f"{who} is in two {what}", "an account is assigned once, and counted where it was assigned"
            )
    columns = sample.covariates.values
    outcome = mean(sample.outcome)
    return replace(
        sample,
        treated=sample.treated[first],
        outcome=outcome,
        binary=sample.binary and bool(np.isin(outcome, (0.0, 1.0)).all()),
        covariates=replace(
            sample.covariates, values=np.column_stack([np.empty((len(names), 0)), *(mean(c) for c in columns.T)])
        ),
        blocks=None if sample.blocks is None else sample.blocks[first],
        placebo=None if sample.placebo is None else replace(sample.placebo, values=mean(sample.placebo.values)),
        start=None if sample.start is None else replace(sample.start, values=mean(sample.start.values)),
    )
