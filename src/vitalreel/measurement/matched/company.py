"""Accounts of a loaded company as one comparison: what was known of each on the day before its own first day, and what came of it (M3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from vitalreel.measurement.sample import Covariates, Earlier, Floats, Sample

KNOWN_OF = 0.8
"""The share of each arm's accounts of which something must be known for it to be compared by; below, the column is left out."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One account on its first day: that of its opening, or one to begin counting from."""

    account: str
    treated: bool
    index: date
    hit: bool  # the outcome came in the window
    known: Mapping[str, float | None]  # from the day before `index` or earlier; the same names for every account
    earlier: float | None = None  # the outcome that nothing done later can have changed
    source: str = ""  # what says that the outcome came


def sample_of(question: str, seen: Sequence[Seen], earlier: str) -> Sample:
    """The accounts with a value in every column that is compared by; the others counted as missing.

    earlier: the name of what `Seen.earlier` holds. Columns that are known of too few or that do not vary are left out.
    """
    treated = np.array([s.treated for s in seen], bool)
    columns = {name: _column([s.known[name] for s in seen]) for name in (seen[0].known if seen else ())}
    kept = {name: c for name, c in columns.items() if _enough(c, treated) and np.nanmin(c) < np.nanmax(c)}
    before = _column([s.earlier for s in seen])
    needed = [*kept.values(), *([before] if (placebo := _enough(before, treated)) else [])]
    whole = np.logical_and.reduce([np.isfinite(c) for c in needed]) if needed else np.ones(len(seen), bool)
    missing = {name: int((~np.isfinite(c)).sum()) for name, c in kept.items() if not np.isfinite(c).all()}
    values = np.column_stack([np.empty((int(whole.sum()), 0)), *(c[whole] for c in kept.values())])
    names = tuple(kept)
    return Sample(
        question,
        treated[whole],
        np.array([float(s.hit) for s in seen])[whole],
        True,
        Covariates(values, names, names),
        placebo=Earlier(earlier, before[whole]) if placebo else None,
        assigned=(int(treated.sum()), int((~treated).sum())),
        missing=missing,
    )


def _column(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in values], float)


def _enough(column: Floats, treated: np.ndarray) -> bool:
    there = np.isfinite(column)
    return all(arm.any() and there[arm].mean() >= KNOWN_OF for arm in (treated, ~treated))
