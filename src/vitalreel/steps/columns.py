"""The columns of a CSV with a header, as cells, numbers and arms; what cannot be read is said with file and column."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from vitalreel.errors import BadInput
from vitalreel.measurement.sample import Bools, Floats

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})


def cells(path: Path, wanted: Sequence[str]) -> dict[str, list[str]]:
    """The columns wanted, as written, without spaces around. Raises BadInput naming file and column."""
    if not path.is_file():
        raise BadInput(str(path), "there is no such file", "name a CSV with a header")
    try:
        header = csv.open_csv(path).schema.names
        for name in wanted:
            if header.count(name) != 1:
                close = next(iter(difflib.get_close_matches(name, header, 1)), None)
                what = "there is no such column" if name not in header else "there are two columns of that name"
                raise BadInput(
                    f"{path}: {name}", what, f"did you mean {close}?" if close else f"there are {', '.join(header)}"
                )
        table = csv.read_csv(
            path,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                include_columns=list(wanted), column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        raise BadInput(str(path), "this is no CSV with a header", " ".join(str(error).split())) from error
    return {name: [cell.strip() for cell in table[name].to_pylist()] for name in wanted}


def present(written: Sequence[str]) -> Bools:
    """Which cells hold a value."""
    return np.array([cell.lower() not in _MISSING for cell in written], bool)


def numbers(written: Sequence[str], path: Path, column: str) -> Floats:
    """Raises BadInput naming the first cell that is no finite number."""
    values = np.empty(len(written))
    for i, cell in enumerate(written):
        values[i] = value = number(cell)
        if not math.isfinite(value):
            raise BadInput(f"{path}: {column}", f"{cell!r} is no number", "write finite numbers with a decimal point")
    return values


def number(cell: str) -> float:
    """NaN where it is none."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def arms(written: Sequence[str], path: Path, column: str) -> Bools:
    """Which rows are treated. Raises BadInput where a cell is neither 0 nor 1."""
    values = numbers(written, path, column)
    odd = next((c for c, v in zip(written, values, strict=True) if v not in (0, 1)), None)
    if odd is not None:
        raise BadInput(f"{path}: {column}", f"{odd!r} is neither 0 nor 1", "write 1 for treated and 0 for not")
    found: Bools = values == 1
    return found
