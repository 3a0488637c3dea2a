"""What a load found, kind by kind: a code, a count, an example, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

import pyarrow.compute as pc

from vitalreel.sources.check import Checked
from vitalreel.sources.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing found in one table."""

    code: str
    table: str  # canonical
    count: int  # rows concerned; of `file_unread` files
    what: str
    example: str  # one of them: file:line and its values
    did: str
    look: bool  # a person should look before relying on the load


def refusals(mapping: Mapping, checked: Checked) -> list[Finding]:
    """Repeated ids, and one finding per table and kind of refusal; the example is the first by file and line."""
    return [*_repeated(mapping, checked), *_refused(mapping, checked)]


def unread_files(mapping: Mapping, why: MappingOf[str, str]) -> list[Finding]:
    """One finding per table that files which could not be read would fill. why: the mapping's name of a file -> what is wrong."""
    told: dict[str, list[str]] = {}
    for file, reason in why.items():
        for table in sorted({b.table for b in mapping.blocks if file in b.files}):
            told.setdefault(table, []).append(reason)
    what, did = "a file could not be read", "the others were loaded; of this one stays what was known"
    return [
        Finding("file_unread", table, len(reasons), what, "; ".join(reasons), did, True)
        for table, reasons in told.items()
    ]


def _repeated(mapping: Mapping, checked: Checked) -> list[Finding]:
    found = []
    rows = checked.repeated.sort_by([("file", "ascending"), ("line", "ascending")])
    for name in mapping.tables:
        mine = rows.filter(pc.equal(rows["table"], name))
        if mine.num_rows:
            first = mine.slice(0, 1).to_pylist()[0]
            example = f"{mapping.files[first['file']].path}:{first['line']} repeats the id {first['id']} of line {first['first']}"
            what = "an id stands on more than one row"
            found.append(
                Finding("duplicate_id", name, mine.num_rows, what, example, "kept the first row of each", False)
            )
    return found


def _refused(mapping: Mapping, checked: Checked) -> list[Finding]:
    kinds: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in checked.refused.to_pylist():
        kinds.setdefault((row["table"], row["code"]), []).append(row)
    found = []
    for (name, code), rows in kinds.items():
        first = rows[0]
        example = f"{mapping.files[str(first['file'])].path}:{first['line']} {first['reason']}"
        what = f"the row cannot be used: {code.replace('_', ' ')}"
        found.append(Finding(code, name, len(rows), what, example, "put into quarantine", True))
    return found
