"""A contract's promises held against the vendor's rows: which rows break one, how many, and one of them in full."""

# ruff: noqa: S608 - SQL over tables in memory; every name and text passes through quoted() and literal()

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from vitalreel.errors import BadConfiguration
from vitalreel.sources.contract import Contract, Partner, Promise
from vitalreel.sources.expression import select_list
from vitalreel.sources.findings import Finding
from vitalreel.sources.mapping import Mapping as TableMapping
from vitalreel.sources.model import Type
from vitalreel.sources.outline import suggestion
from vitalreel.sources.reading import typed
from vitalreel.sources.relations import Relations, literal, quoted
from vitalreel.sources.rows import REFUSED


def check_promises(mapping: TableMapping, contract: Contract) -> None:
    """Raise BadConfiguration where the contract names a file the mapping does not have."""
    named = [("tables", file) for file in contract.files]
    named += [(p.code, file) for p in (*contract.cannot, *contract.flags) for file in p.files.values()]
    for code, file in named:
        if file not in mapping.files:
            raise BadConfiguration(
                contract.where, f"{code} speaks of the file {file!r}", suggestion(file, mapping.files)
            )


def impossible(mapping: TableMapping, contract: Contract, arrived: Mapping[str, pa.Table]) -> pa.Table:
    """Rows the contract says cannot be true by themselves, one REFUSED row per canonical table made from the file."""
    found = [REFUSED.empty_table()]
    with _typed_views(mapping, contract, arrived, contract.cannot) as db:
        for promise in contract.cannot:
            if promise.file in arrived:
                found += _refused(db, mapping, promise.file, _meant(promise), promise.code, promise.what)
        for file, column in _required(mapping, contract, arrived):
            missing = f"SELECT * FROM {quoted('file:' + file)} WHERE nullif(trim({quoted(column)}), '') IS NULL"
            found += _refused(db, mapping, file, missing, "missing_value", f"{column} is empty")
    return pa.concat_tables(found)


def _refused(db: Relations, mapping: TableMapping, file: str, rows: str, code: str, why: str) -> list[pa.Table]:
    return [
        db.table(f"""SELECT {literal(table)} AS "table", {literal(file)} AS file, _line AS line, {literal(code)} AS code,
                     {literal(why)} AS reason FROM ({rows})""").cast(REFUSED)
        for table in sorted({b.table for b in mapping.blocks if b.file == file})
    ]


def _required(mapping: TableMapping, contract: Contract, arrived: Mapping[str, pa.Table]) -> list[tuple[str, str]]:
    """(file, column) the contract requires. Raises BadConfiguration where the file has no such column."""
    needed = [(file, c) for file, vendor in contract.files.items() if file in arrived for c in vendor.required]
    for file, column in needed:
        has = arrived[file].column_names
        if column not in has:
            what = f"{mapping.files[file].path} has no column {column!r}, which is required"
            raise BadConfiguration(contract.where, what, suggestion(column, has))
    return needed


def flagged(mapping: TableMapping, contract: Contract, arrived: Mapping[str, pa.Table]) -> list[Finding]:
    """What disagrees: one finding per flag that any row breaks. Flags of files that did not arrive are not asked."""
    found = []
    with _typed_views(mapping, contract, arrived, contract.flags) as db:
        for flag in contract.flags:
            if all(file in arrived for file in flag.files.values()):
                count = db.number(f"SELECT count(*) FROM ({_meant(flag)})")
                if count:
                    example = _example(db, flag, mapping)
                    found.append(Finding(flag.code, flag.table, count, flag.what, example, flag.did, False))
    return found


def stale(mapping: TableMapping, contract: Contract, arrived: Mapping[str, pa.Table], today: date) -> list[Finding]:
    """Files whose newest date is older than promised."""
    found = []
    for file, vendor in contract.files.items():
        if vendor.fresh_by is None or vendor.fresh_days is None or file not in arrived:
            continue
        newest = _newest(arrived[file], vendor.fresh_by, vendor.types[vendor.fresh_by], mapping)
        age = (today - newest).days if newest else None
        if age is None or age > vendor.fresh_days:
            path = mapping.files[file].path
            what = f"the newest {vendor.fresh_by} is more than {vendor.fresh_days} days old"
            example = f"{path}: newest {newest}, {age} days ago" if newest else f"{path}: no date at all"
            table = next(b.table for b in mapping.blocks if b.file == file)
            did = "kept; what needs fresh data waits"
            found.append(Finding("stale_table", table, arrived[file].num_rows, what, example, did, True))
    return found


def shrunk(contract: Contract, read: Mapping[str, int], before: Mapping[str, int]) -> list[Finding]:
    """Tables that lost a large share of their rows since the last load (D4)."""
    what = f"the table lost {contract.lost:.0%} of its rows or more since the last load"
    did = "loaded what is there; nothing was deleted"
    found = []
    for table, was in before.items():
        now = read.get(table, 0)
        if was and now <= was * (1 - contract.lost):
            example = f"{now:,} rows read, {was:,} the time before"
            found.append(Finding("volume_fell", table, was - now, what, example, did, True))
    return found


def _newest(rows: pa.Table, column: str, type_: Type, mapping: TableMapping) -> date | None:
    with Relations({"here": rows}) as db:
        value = typed(type_, quoted(column), mapping.reads)
        newest: date | None = db.table(f"SELECT CAST(max({value}) AS DATE) FROM here").column(0)[0].as_py()
    return newest


def _typed_views(
    mapping: TableMapping, contract: Contract, arrived: Mapping[str, pa.Table], promises: tuple[Promise, ...]
) -> Relations:
    """The vendor's files with the columns that conditions mention, typed as the contract says."""
    db = Relations({f"file:{name}": rows for name, rows in arrived.items()})
    needed: dict[str, set[str]] = {}
    for promise in promises:
        for condition in promise.conditions:
            for alias, column in condition.columns:
                file = promise.files[alias]
                if file in arrived and column not in arrived[file].column_names:
                    hint = suggestion(column, arrived[file].column_names)
                    raise BadConfiguration(
                        contract.where, f"{promise.code}: {mapping.files[file].path} has no column {column!r}", hint
                    )
                needed.setdefault(file, set()).add(column)
    for file, columns in needed.items():
        if file in arrived:
            types = contract.types(file)
            select = [
                f"{typed(types.get(c, 'text'), quoted(c), mapping.reads)} AS {quoted(c)}" for c in sorted(columns)
            ]
            db.keep(file, f"SELECT _line, {', '.join(select)} FROM {quoted('file:' + file)}")
    return db


def _meant(promise: Promise) -> str:
    """SQL: the rows of the promise's file that break it."""
    here = quoted(promise.alias)
    terms = [promise.where.sql] if promise.where else []
    terms += [_exists(p, "") for p in (promise.some,) if p]
    terms += [_exists(p, "NOT ") for p in (promise.without,) if p]
    return f"SELECT {here}.* FROM {quoted(promise.file)} AS {here} WHERE {' AND '.join(f'({t})' for t in terms)}"


def _exists(partner: Partner, negated: str) -> str:
    return f"{negated}EXISTS (SELECT 1 FROM {_listed(partner.members)} WHERE {partner.on.sql})"


def _listed(members: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{quoted(file)} AS {quoted(alias)}" for alias, file in members)


def _example(db: Relations, flag: Promise, mapping: TableMapping) -> str:
    """The first row by line, with the values the conditions look at, and its first partners where there are any."""
    line = db.number(f"SELECT min(_line) FROM ({_meant(flag)})")
    members = ((flag.alias, flag.file), *(flag.some.members if flag.some else ()))
    columns = tuple(dict.fromkeys(c for k in flag.conditions for c in k.columns))
    shown = tuple(c for c in columns if c[0] in dict(members))
    lines = ", ".join(f"{quoted(a)}._line AS {quoted(f'{a}:line')}" for a, _ in members)
    where = f"{quoted(flag.alias)}._line = {line}" + (f" AND ({flag.some.on.sql})" if flag.some else "")
    order = ", ".join(f"{quoted(a)}._line" for a, _ in members)
    row = db.rows(
        f"SELECT {lines}, {select_list(shown)} FROM {_listed(members)} WHERE {where} ORDER BY {order} LIMIT 1"
    )[0]
    return "; ".join(
        f"{mapping.files[file].path}:{row[f'{alias}:line']} "
        + ", ".join(f"{c} {'empty' if row[f'{a}.{c}'] is None else row[f'{a}.{c}']}" for a, c in shown if a == alias)
        for alias, file in members
    )
