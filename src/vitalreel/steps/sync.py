"""Sync: customer data from its sources into the lake and the app database, a whole load at once or not at all.

Read, map, check and compare happen outside any transaction; the files of a load are written, and then one transaction
publishes them together with accounts, contacts, quarantine, findings and the load's own row. A load killed anywhere leaves
nothing that counts; run again, it does the same work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, select

from vitalreel.errors import BadConfiguration, NotFound, Unavailable
from vitalreel.identity import fingerprint
from vitalreel.sources import promises
from vitalreel.sources.amounts import STORED, turned
from vitalreel.sources.check import KEYS, Checked, check
from vitalreel.sources.contract import Contract, empty_contract, read_contract
from vitalreel.sources.findings import Finding, refusals, unread_files
from vitalreel.sources.mapping import Mapping as TableMapping
from vitalreel.sources.mapping import read_mapping
from vitalreel.sources.rows import Mapped, map_rows
from vitalreel.sources.versions import KNOWN, ZONES, Fresh, Load, fresh
from vitalreel.steps.annotate import annotated
from vitalreel.steps.arrivals import By, save
from vitalreel.steps.arriving import read_files
from vitalreel.steps.doors import Doors
from vitalreel.steps.erased import forget
from vitalreel.steps.fetching import fetch
from vitalreel.steps.talks import with_talks
from vitalreel.store.database import reading
from vitalreel.store.tables import account, contact, csm, load


@dataclass(frozen=True, slots=True)
class Counts:
    """Source rows of one canonical table: read = accepted + duplicate + quarantined."""

    read: int
    accepted: int  # new in this run
    duplicate: int  # there already, or an id repeated within the files
    quarantined: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load of one source did."""

    source: str
    load: str
    tables: Mapping[str, Counts]
    findings: tuple[Finding, ...]
    released: int  # rows held before that are no longer refused

    @property
    def look(self) -> bool:
        """Whether a person should look: rows in quarantine, a stale or a shrunken table."""
        return any(c.quarantined for c in self.tables.values()) or any(f.look for f in self.findings)


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as the workspace describes it."""

    mapping: TableMapping
    contract: Contract


def origins(doors: Doors, names: Sequence[str] = ()) -> tuple[Origin, ...]:
    """The workspace's sources, by mapping file, all or those named.

    Raises NotFound for a name there is no mapping of, BadConfiguration where a file is wrong.
    """
    folder = doors.workspace.root / "mappings"
    found = [_origin(doors.workspace.root, file) for file in sorted(folder.glob("*.yaml"))]
    known = {o.mapping.source: o for o in found}
    if len(known) < len(found):
        raise BadConfiguration("mappings", "two files name the same source", "give each its own `source`")
    for name in names:
        if name not in known:
            raise NotFound("source", name, f"mappings/ describes {', '.join(known) or 'none'}")
    if not known:
        raise BadConfiguration(
            "mappings", "no source is described", "add mappings/NAME.yaml; see docs/how-to/ravenstack.md"
        )
    return tuple(known[n] for n in names) if names else tuple(found)


def _origin(root: Path, file: Path) -> Origin:
    mapping = read_mapping(_text(file, f"mappings/{file.name}"), f"mappings/{file.name}")
    contract_file = root / "contracts" / f"{mapping.source}.yaml"
    where = f"contracts/{contract_file.name}"
    if not contract_file.is_file():
        return Origin(mapping, empty_contract(mapping.source))
    contract = read_contract(_text(contract_file, where), where)
    promises.check_promises(mapping, contract)
    return Origin(mapping, contract)


def _text(file: Path, where: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        raise BadConfiguration(where, "is not UTF-8 text", "save it as UTF-8") from e


def sync(doors: Doors, origin: Origin, data: Path, now: datetime, by: By = "hand") -> Loaded:
    """Load one source: fetch what is new where it is another system's, then read all there is.

    data: the folder its files lie in. now: aware UTC. A file that is missing or cannot be read is a finding, and the others are
    loaded. Raises BadInput where no table can be filled, BadConfiguration where the mapping does not fit the files, and what a
    Feed raises; nothing but the landing is changed then.
    """
    mapping, contract = origin.mapping, origin.contract
    failed = fetch(doors, mapping, now)
    last = _last_load(doors, mapping.source)
    arriving = read_files(doors, mapping, data, failed=failed)
    arrived, filled = arriving.rows, replace(origin, mapping=arriving.mapping)
    mapped, checked = examine(doors, filled, arrived, now)
    accepted, unread = annotated(doors, checked.accepted, now)
    checked = replace(checked, accepted=accepted)
    this = Load(f"{mapping.source}-{fingerprint(mapping, contract, arriving.prints, now)[:24]}"[-40:], now)
    new = _compare(doors, filled.mapping, checked, this)
    counts = {name: _count(name, mapped, checked, new[name]) for name in new}
    whole = last.read.keys() - {b.table for b in mapping.blocks if b not in filled.mapping.blocks}
    found = (
        *refusals(filled.mapping, checked),
        *unread_files(mapping, {f: str(e) for f, e in arriving.unread.items()}),
        *promises.flagged(filled.mapping, contract, arrived),
        *promises.stale(filled.mapping, contract, arrived, now.date()),
        *promises.shrunk(contract, mapped.read, {table: last.read[table] for table in sorted(whole)}),
        *unread,
    )
    staged = doors.lake.stage(this.id, {name: f.rows for name, f in new.items()})
    with doors.engine.begin() as connection:
        if _last_load(doors, mapping.source, connection).id != last.id:
            raise Unavailable(
                f"the source {mapping.source}", "another load of it ended meanwhile", "run `vitalreel load` again"
            )
        released = save(connection, mapping, filled.mapping, this, by, arrived, checked.refused, new, found, counts)
        doors.lake.publish(connection, staged, now)
    return Loaded(mapping.source, this.id, counts, found, released)


def examine(doors: Doors, origin: Origin, arrived: Mapping[str, pa.Table], now: datetime) -> tuple[Mapped, Checked]:
    """Every row mapped and checked; nothing is written."""
    mapped = with_talks(doors, forget(doors, map_rows(origin.mapping, arrived)))
    impossible = [promises.impossible(origin.mapping, origin.contract, arrived)]
    if "contract" in mapped.tables and not origin.contract.amounts_believed:
        impossible.append(turned(mapped.tables["contract"], _stored_amounts(doors, origin.mapping.source)))
    return mapped, check(mapped, pa.concat_tables(impossible), _known_keys(doors), now)


def _stored_amounts(doors: Doors, source: str) -> pa.Table:
    """The source's contracts as last known."""
    with doors.lake.session() as session:
        if "contract" not in session.names:
            return STORED.empty_table()
        versions = session.versions("contract").filter(lambda t: t.source == source)
        last = versions.group_by("row_key").aggregate(
            contract_id=versions.contract_id.argmax(versions.learnt), arr=versions.arr.argmax(versions.learnt)
        )
        return last.select(*STORED.names).to_pyarrow().cast(STORED)


def _known_keys(doors: Doors) -> dict[str, pa.Table]:
    found = {}
    with reading(doors.engine).connect() as connection:
        for name, table in (("account", account), ("contact", contact), ("csm", csm)):
            found[name] = pa.table({"key": list(connection.execute(select(table.c.id)).scalars())}, schema=KEYS)
    return found


def _compare(doors: Doors, mapping: TableMapping, checked: Checked, this: Load) -> dict[str, Fresh]:
    """Per canonical table, the versions the lake does not have."""
    zones = _zones(doors, checked.accepted.get("account"))
    with doors.lake.session() as session:
        known = {n: _known(session.versions(n), mapping.source) for n in checked.accepted if n in session.names}
    return {
        name: fresh(mapping, name, rows, known.get(name, KNOWN.empty_table()), zones, this)
        for name, rows in checked.accepted.items()
    }


def _known(versions: object, source: str) -> pa.Table:
    table = versions.filter(versions.source == source).select(*KNOWN.names)  # type: ignore[attr-defined]
    return table.to_pyarrow().cast(KNOWN)


def _zones(doors: Doors, arriving: pa.Table | None) -> pa.Table:
    """Time zone of every account: as it arrives now, else as stored."""
    with reading(doors.engine).connect() as connection:
        zones = {row.id: row.zone for row in connection.execute(select(account.c.id, account.c.zone))}
    if arriving is not None:
        zones |= dict(zip(arriving["account_id"].to_pylist(), arriving["zone"].to_pylist(), strict=True))
    return pa.table({"account_id": list(zones), "zone": list(zones.values())}, schema=ZONES)


def _count(name: str, mapped: Mapped, checked: Checked, new: Fresh) -> Counts:
    quarantined = sum(1 for t in checked.refused["table"].to_pylist() if t == name)
    repeated = mapped.read[name] - quarantined - new.new - new.same
    return Counts(mapped.read[name], new.new, new.same + repeated, quarantined)


@dataclass(frozen=True, slots=True)
class _Last:
    """The source's last finished load."""

    id: str | None
    read: Mapping[str, int]  # canonical table -> source rows


def _last_load(doors: Doors, source: str, connection: Connection | None = None) -> _Last:
    query = select(load.c.id, load.c.counts).where(load.c.source == source, load.c.state == "done")
    query = query.order_by(load.c.finished.desc(), load.c.id).limit(1)
    if connection is None:
        with reading(doors.engine).connect() as opened:
            row = opened.execute(query).first()
    else:
        row = connection.execute(query).first()
    return _Last(row.id, {t: int(c["read"]) for t, c in row.counts.items()}) if row else _Last(None, {})
