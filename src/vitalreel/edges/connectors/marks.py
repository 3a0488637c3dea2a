"""Watermarks: the largest value of a column so far, and how far before it to ask again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from vitalreel.errors import BadConfiguration
from vitalreel.ports import Mark

OVERLAP_S = 600.0
"""Rows are stamped when they are written and seen when they are committed; a long transaction commits behind others."""
AHEAD = timedelta(days=1)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def furthest(column: pa.ChunkedArray, mark: Mark | None, now: datetime, where: str) -> Mark | None:
    """The largest watermark of a page and of what came before it, as it was written.

    One that lies more than a day ahead is not believed: it would keep all later rows out. Raises BadConfiguration naming
    `where` for one that is neither a number nor a time.
    """
    latest, largest = mark, None if mark is None else _order(str(mark), where)
    for text in _texts(column):
        order = _order(text, where)
        if isinstance(order, datetime) and order > now + AHEAD:
            continue
        if largest is not None and type(order) is not type(largest):
            raise BadConfiguration(where, f"the watermark {text!r} is of another kind than {latest!r}", "name another")
        if largest is None or order > largest:  # type: ignore[operator]
            latest, largest = text, order
    return latest


def _texts(column: pa.ChunkedArray) -> Iterable[str]:
    return (t for t in column.unique().to_pylist() if t is not None)


def _order(text: str, where: str) -> float | datetime:
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as e:
        raise BadConfiguration(
            where, f"the watermark {text!r} is neither a number nor an ISO time", "name a column that is"
        ) from e
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def before(mark: Mark, overlap_s: float) -> str:
    """The watermark to ask from, written as the system writes it. Numbers that stand for no time have no overlap."""
    text = str(mark)
    if _NUMBER.fullmatch(text):
        seconds = float(text)
        unit = 1 if 1e8 < seconds < 1e11 else 1000 if 1e11 < seconds < 1e14 else 0
        return str(int(seconds - overlap_s * unit)) if unit else text
    moment = datetime.fromisoformat(text) - timedelta(seconds=overlap_s)
    if len(text) == 10:
        return moment.date().isoformat()
    digits = re.search(r"\.(\d+)", text)
    spec = "seconds" if digits is None else "milliseconds" if len(digits[1]) <= 3 else "microseconds"
    told = moment.isoformat(text[10], spec)
    return told.replace("+00:00", "Z") if text.endswith("Z") else told
