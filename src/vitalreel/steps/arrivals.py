"""What a load writes into the app database, in the caller's transaction: people, quarantine, findings, and its own row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select, update

from vitalreel.identity import fingerprint, plain
from vitalreel.sources.findings import Finding
from vitalreel.sources.mapping import Mapping as TableMapping
from vitalreel.sources.model import TABLES
from vitalreel.sources.versions import Fresh, Load
from vitalreel.store.database import insert_new, upsert
from vitalreel.store.tables import account, consent, contact, csm, finding, load, quarantine

By = Literal["hand", "schedule"]


def save(
    connection: Connection,
    mapping: TableMapping,
    filled: TableMapping,
    this: Load,
    by: By,
    arrived: Mapping[str, pa.Table],
    refused: pa.Table,
    new: Mapping[str, Fresh],
    findings: Sequence[Finding],
    counts: Mapping[str, Any],
) -> int:
    """Everything but the lake. filled: of the mapping, what could be read. Answers how many rows held before are no longer refused."""
    _load_row(connection, mapping, this, by, counts)
    current = {name: _last_versions(name, f.rows) for name, f in new.items() if name in _PEOPLE}
    for name in _PEOPLE:  # accounts before their contacts
        if current.get(name):
            _PEOPLE[name](connection, current[name], this)
    _findings(connection, this, findings)
    return _quarantine(connection, mapping, filled, this, arrived, refused)


def _load_row(connection: Connection, mapping: TableMapping, this: Load, by: By, counts: Mapping[str, Any]) -> None:
    row = {
        "id": this.id, "source": mapping.source, "started": this.now, "finished": this.now, "state": "done",
        "counts": plain(counts), "mapping": fingerprint(mapping), "by": by,
    }  # fmt: skip
    upsert(connection, load, [row])


def _last_versions(name: str, rows: pa.Table) -> list[dict[str, Any]]:
    """Per key the version that stands now, canonical columns only."""
    columns = [c.name for c in TABLES[name].columns]
    ordered = rows.sort_by([("row_key", "ascending"), ("learnt", "ascending")]).select([*columns, "row_key"])
    last = {row.pop("row_key"): row for row in ordered.to_pylist()}
    return list(last.values())


def _accounts(connection: Connection, rows: list[dict[str, Any]], this: Load) -> None:
    upsert(connection, account, [
        {"id": r["account_id"], "name": r["name"], "segment": r["segment"], "tier": r["tier"], "zone": r["zone"],
         "language": r["language"], "csm": r["csm"], "row": plain(r), "updated": this.now}
        for r in rows
    ])  # fmt: skip


def _contacts(connection: Connection, rows: list[dict[str, Any]], this: Load) -> None:
    upsert(connection, contact, [
        {"id": r["contact_id"], "account": r["account_id"], "name": r["name"], "email": r["email"], "role": r["role"],
         "active": r["active"] is not False, "row": plain(r), "updated": this.now}
        for r in rows
    ])  # fmt: skip
    said = [
        {"contact": r["contact_id"], "channel": channel, "allowed": r[column], "source": "mapping", "at": this.now}
        for r in rows for channel, column in _CONSENTS.items() if r[column] is not None
    ]  # fmt: skip
    insert_new(connection, consent, said)
    for row in said:  # what the person said since, by unsubscribing or to a CSM, stands
        same = (consent.c.contact == row["contact"], consent.c.channel == row["channel"], consent.c.source == "mapping")
        connection.execute(
            update(consent)
            .where(*same, consent.c.allowed != row["allowed"])
            .values(allowed=row["allowed"], at=this.now)
        )


_CONSENTS = {"email": "consent_email", "in_app": "consent_in_app"}
"""Channel -> the column of a contact that says whether they agreed to it. A CS platform mails them, by their consent to mail."""


def _csms(connection: Connection, rows: list[dict[str, Any]], this: Load) -> None:
    upsert(
        connection, csm, [{"id": r["csm_id"], "name": r["name"], "row": plain(r), "updated": this.now} for r in rows]
    )


_PEOPLE = {"account": _accounts, "csm": _csms, "contact": _contacts}


def _findings(connection: Connection, this: Load, findings: Sequence[Finding]) -> None:
    insert_new(connection, finding, [
        {"load": this.id, "code": f.code, "table": f.table, "count": f.count, "what": f.what, "example": f.example, "did": f.did}
        for f in findings
    ])  # fmt: skip


def _quarantine(
    connection: Connection,
    mapping: TableMapping,
    filled: TableMapping,
    this: Load,
    arrived: Mapping[str, pa.Table],
    refused: pa.Table,
) -> int:
    """Hold every refused row once; let go of those that are refused no more. Of what was not read this time nothing is known."""
    originals = {file: _originals(arrived[file], refused, file) for file in set(refused["file"].to_pylist())}
    rows = [_held(mapping, this, originals[r["file"]][r["line"]], r) for r in refused.to_pylist()]
    insert_new(connection, quarantine, rows)
    held = {r["id"]: r for r in rows}
    columns = (quarantine.c.id, quarantine.c.state, quarantine.c.table, quarantine.c.location)
    query = select(*columns).where(quarantine.c.source == mapping.source)
    unread = {(b.table, mapping.files[b.file].path) for b in mapping.blocks if b not in filled.blocks}
    stored = {r.id: r.state for r in connection.execute(query) if (r.table, r.location) not in unread}
    free = [i for i, state in stored.items() if state == "held" and i not in held]
    again = [i for i, state in stored.items() if state != "held" and i in held]
    for ids, state in ((free, "replayed"), (again, "held")):
        for one in ids:
            connection.execute(update(quarantine).where(quarantine.c.id == one).values(state=state))
    return len(free)


def _originals(rows: pa.Table, refused: pa.Table, file: str) -> dict[int, dict[str, Any]]:
    """line -> the row as it arrived, for the refused lines of one file."""
    lines = refused.filter(pc.equal(refused["file"], file))["line"]
    found = rows.filter(pc.is_in(rows["_line"], value_set=lines.combine_chunks())).drop_columns(["_problem"])
    return {row.pop("_line"): row for row in found.to_pylist()}


def _held(mapping: TableMapping, this: Load, original: Mapping[str, Any], refused: Mapping[str, Any]) -> dict[str, Any]:
    path = mapping.files[refused["file"]].path
    return {
        "id": fingerprint(mapping.source, refused["table"], path, original), "load": this.id, "source": mapping.source,
        "table": refused["table"], "location": path, "line": refused["line"], "code": refused["code"],
        "reason": refused["reason"], "row": original, "state": "held", "at": this.now,
    }  # fmt: skip
