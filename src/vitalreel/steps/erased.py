"""Whoever was erased stays erased: what a source sends of them again arrives blank (D10).

Kept of an erased person are keyed fingerprints of their ids and addresses, by which they are known again and from which they
cannot be read.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from vitalreel.accounts.person import NOBODY, blank_contacts, blank_vendor_rows
from vitalreel.sources.mapping import Block, Field
from vitalreel.sources.mapping import Mapping as SourceMapping
from vitalreel.sources.rows import Mapped
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import reading

SECRET = "erased"  # noqa: S105 - its name, not itself


def mark(key: bytes, word: str) -> str:
    """The keyed fingerprint of an id or an address."""
    return hmac.digest(key, word.strip().casefold().encode(), "sha256").hex()[:40]


def forget(doors: Doors, mapped: Mapped) -> Mapped:
    """The mapped rows, those of erased people blank. Of others' words nothing can be told any more."""
    if "contact" not in mapped.tables:
        return mapped
    with reading(doors.engine).connect() as c:
        marks = _marks(c)
        key = c.execute(select(t.secret.c.value).where(t.secret.c.name == SECRET)).scalar_one_or_none()
    if not marks or key is None:
        return mapped
    rows = mapped.tables["contact"]
    who = pc.or_(_known(key, marks, rows["contact_id"]), _known(key, marks, rows["email"]))
    tables: Mapping[str, pa.Table] = {**mapped.tables, "contact": blank_contacts(rows, who)}
    return replace(mapped, tables=tables)


def _marks(c: Connection) -> frozenset[str]:
    return frozenset(c.execute(select(t.erased.c.mark)).scalars())


def _known(key: bytes, marks: Iterable[str], words: pa.ChunkedArray) -> pa.Array:
    known = frozenset(marks)
    return pa.array([w is not None and mark(key, w) in known for w in words.to_pylist()], pa.bool_())


def forget_vendor_rows(doors: Doors, mapping: SourceMapping, table: str, rows: pa.Table) -> pa.Table:
    """A vendor's rows before they land: those of erased people blank but for what names row and account."""
    for block in mapping.blocks_of("contact"):
        named = {n: v.column for n, v in block.values.items() if isinstance(v, Field) and v.through is None}
        if block.file != table or named.get("contact_id") not in rows.column_names:
            continue
        with reading(doors.engine).connect() as c:
            marks = _marks(c)
            key = c.execute(select(t.secret.c.value).where(t.secret.c.name == SECRET)).scalar_one_or_none()
        if not marks or key is None:
            continue
        ids = [i and f"{mapping.source}:{i}" if mapping.own_ids else i for i in rows[named["contact_id"]].to_pylist()]
        who = _known(key, marks, pa.chunked_array([pa.array(ids, pa.string())]))
        if named.get("email") in rows.column_names:
            who = pc.or_(who, _known(key, marks, rows[named["email"]]))
        asked = mapping.files[table].ask
        keep = {named["contact_id"], named.get("account_id"), *(asked.key if asked else ()), "_problem"}
        if asked and asked.watermark:
            keep.add(asked.watermark)
        rows = blank_vendor_rows(rows, who, {k for k in keep if k}, stands_for(mapping, block))
    return rows


def stands_for(mapping: SourceMapping, block: Block) -> dict[str, str]:
    """What stands in a blank contact of a vendor's table: nobody's name, and that they left."""
    found = {}
    for name, word in (("name", NOBODY), ("active", mapping.reads.booleans[1])):
        value = block.values.get(name)
        if isinstance(value, Field) and value.through is None and not value.choices:
            found[value.column] = word
    return found
