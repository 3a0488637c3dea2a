"""estimate: one comparison from any CSV with a header; missing cells are counted, never guessed (M16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vitalreel.errors import BadInput
from vitalreel.measurement.bounce import before_after
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.matched.cohort import compare_cohort
from vitalreel.measurement.ranking import Ranking, ranked
from vitalreel.measurement.sample import Bools, Covariates, Earlier, Floats, Sample, by_unit
from vitalreel.measurement.trial import compare_arms
from vitalreel.steps.columns import arms, cells, number, numbers, present

Design = Literal["randomised", "matched"]
_MOST_WORDS = 20  # different words of one covariate; more is a name or an id


@dataclass(frozen=True, slots=True)
class Asked:
    """What `vitalreel estimate` was told: the columns and how the arms came about."""

    treatment: str
    outcome: str
    covariates: tuple[str, ...] = ()
    placebo: str | None = None
    before: str | None = None
    unit: str | None = None
    block: str | None = None
    by: str | None = None
    design: Design | None = None
    kind: Literal["binary", "continuous"] | None = None
    share: float | None = None
    looks: tuple[float, ...] = ()
    days: str | None = None
    cause: str | None = None
    horizon: float | None = None
    lost: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        named = (self.treatment, self.outcome, *self.known, self.placebo, self.unit, self.block, self.by)
        return tuple(dict.fromkeys(c for c in named if c))

    @property
    def known(self) -> tuple[str, ...]:
        """What is adjusted for: the covariates, the outcome's own value before, and in cohorts the outcome from before."""
        further = (self.before, self.placebo if self.matched else None)
        return tuple(dict.fromkeys((*self.covariates, *(c for c in further if c))))

    @property
    def matched(self) -> bool:
        """Whether the arms are to be made comparable: as said, or where something is adjusted for and nobody said that they were drawn."""
        return self.design == "matched" or (self.design is None and bool(self.covariates or self.before))


def estimate(path: Path, asked: Asked) -> Estimate | Refusal:
    """The effect the file can carry, or why it carries none. Raises BadInput naming file and column.

    Where nobody said how the arms came about, covariates mean that they are to be made comparable, and none that they are described.
    """
    sample = read_sample(path, asked)
    if not sample.n[1]:
        return before_after(sample)
    if asked.matched:
        if not sample.covariates.names:
            raise BadInput("--covariates", "there are none that vary", "name what was known of the accounts before")
        if asked.looks:
            raise BadInput("--looks", "they are planned in a test drawn by lot", "say --design randomised")
        return compare_cohort(sample)
    try:
        return compare_arms(sample, asked.share, asked.design == "randomised", asked.looks)
    except ValueError as why:
        raise BadInput("--looks", str(why), "such as 0.25,0.5 at the second look, with half of the accounts") from why


def ranking(path: Path, asked: Asked) -> Ranking:
    """Every word of the column asked for compared by itself, corrected for having looked at all. Raises BadInput as `estimate` does."""
    if asked.design != "randomised":
        raise BadInput("--by", "only arms drawn by lot are compared side by side", "say --design randomised")
    for option, value in (
        ("--block", asked.block),
        ("--unit", asked.unit),
        ("--looks", asked.looks),
        ("--covariates", asked.known),
    ):
        if value:
            raise BadInput("--by", f"{option} has no meaning beside it", "leave one of them out")
    sample = read_sample(path, asked)
    if not sample.binary:
        raise BadInput(
            f"{path}: {asked.outcome}", "only outcomes of 0 and 1 are compared side by side", "name such a column"
        )
    return ranked(sample.groups(), asked.share)


def document(answer: Estimate | Refusal) -> Mapping[str, Any]:
    """The answer for machines: the same keys of an Estimate and of a Refusal, null where one has nothing to say."""
    nothing = dict.fromkeys(("value", "low", "high", "method", "unit", "reason", "would_help", "earliest"))
    return {**nothing, **asdict(answer), "grade": answer.grade, "direction": answer.direction}


# -- the file ------------------------------------------------------------------------------------------------------------


def read_sample(path: Path, asked: Asked) -> Sample:
    """The file's rows with a value in every column asked for, one an account."""
    for column in asked.known:
        if column in (asked.treatment, asked.outcome):
            raise BadInput(
                f"{path}: {column}", "it is what is compared, not what was known before", "leave it out of them"
            )
    columns = cells(path, asked.columns)
    there = {name: present(written) for name, written in columns.items()}
    assigned_rows = there[asked.treatment]
    whole = np.logical_and.reduce(list(there.values()))
    missing = {name: int((~known).sum()) for name, known in there.items() if not known.all()}
    if not whole.any():
        raise BadInput(str(path), f"no row has a value in all of {', '.join(asked.columns)}", "name fewer columns")

    def of(name: str) -> list[str]:
        return [cell for cell, keep in zip(columns[name], whole, strict=True) if keep]

    named = [c for c, keep in zip(columns[asked.treatment], assigned_rows, strict=True) if keep]
    assigned = arms(named, path, asked.treatment)
    treated = assigned[whole[assigned_rows]]
    outcome = numbers(of(asked.outcome), path, asked.outcome)
    placebo, start = (None if c is None else Earlier(c, numbers(of(c), path, c)) for c in (asked.placebo, asked.before))
    names, codes = _blocks(of, asked)
    sample = Sample(
        f"difference in {asked.outcome} between {asked.treatment} 1 and {asked.treatment} 0",
        treated, outcome, _binary(outcome, path, asked), _covariates(of, path, asked),
        codes, placebo, start, _assigned(columns, assigned_rows, assigned, asked), missing, names,
    )  # fmt: skip
    if not all(sample.n) and (asked.before is None or not sample.n[0]):
        raise BadInput(f"{path}: {asked.treatment}", "all accounts are in one arm", "a comparison needs 0 and 1")
    if sample.binary and asked.before is not None:
        raise BadInput("--before", "the outcome is 0 or 1, which does not rebound", "name it among --covariates")
    return sample if asked.unit is None else by_unit(sample, of(asked.unit), f"{path}: {asked.unit}")


def _blocks(of: Callable[[str], list[str]], asked: Asked) -> tuple[tuple[str, ...], NDArray[np.int64] | None]:
    """Names of the blocks, or of what is compared by, and each row's."""
    column = asked.by or asked.block
    if column is None:
        return (), None
    names, codes = np.unique(of(column), return_inverse=True)
    return tuple(str(name) for name in names), codes.astype(np.int64)


def _binary(outcome: Floats, path: Path, asked: Asked) -> bool:
    """As said, else whether the outcome is 0 or 1 throughout."""
    zero_one = bool(np.isin(outcome, (0.0, 1.0)).all())
    if asked.kind == "binary" and not zero_one:
        odd = outcome[~np.isin(outcome, (0.0, 1.0))][0]
        raise BadInput(f"{path}: {asked.outcome}", f"{odd:g} is neither 0 nor 1", "write 0 and 1, or --kind continuous")
    return zero_one if asked.kind is None else asked.kind == "binary"


def _assigned(columns: Mapping[str, Sequence[str]], rows: Bools, own: Bools, asked: Asked) -> tuple[int, int]:
    """Accounts of each arm, those with missing cells among them."""
    if asked.unit is None:
        return int(own.sum()), int((~own).sum())
    units = [u for u, keep in zip(columns[asked.unit], rows, strict=True) if keep]
    pairs = set(zip(units, own.tolist(), strict=True))
    return sum(arm for _, arm in pairs), sum(not arm for _, arm in pairs)


def _covariates(of: Callable[[str], list[str]], path: Path, asked: Asked) -> Covariates:
    """Numbers as they are; of words one column a word, without the most frequent; constants left out."""
    columns: list[Floats] = []
    names: list[str] = []
    sources: list[str] = []
    for name in asked.known:
        for label, values in _encoded(name, of(name), path):
            if values.min() < values.max():
                columns.append(values)
                names.append(label)
                sources.append(name)
    rows = len(of(asked.outcome))
    return Covariates(np.column_stack([np.empty((rows, 0)), *columns]), tuple(names), tuple(sources))


def _encoded(name: str, written: Sequence[str], path: Path) -> list[tuple[str, Floats]]:
    values = np.array([number(cell) for cell in written])
    if np.isfinite(values).all():
        return [(name, values)]
    words = Counter(written)
    if len(words) > _MOST_WORDS:
        what = f"{len(words)} different words"
        raise BadInput(f"{path}: {name}", what, f"a covariate is a number or one of at most {_MOST_WORDS} words")
    usual = min(words, key=lambda word: (-words[word], word))
    held = np.array(written)
    return [(f"{name} {word}", (held == word).astype(float)) for word in sorted(words) if word != usual]
