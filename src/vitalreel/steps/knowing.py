"""What was known at the end of a day: the lake's tables with every account's tier filled in, and the signals read from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from sqlalchemy import select

from vitalreel.accounts.contract import CONTRACT, current_contracts
from vitalreel.accounts.segments import assign_tiers, read_tiers
from vitalreel.errors import BadInput
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.signals.daily import feeds, signal_tables
from vitalreel.signals.features import freshness
from vitalreel.steps.doors import Doors
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.store.tables import load
from vitalreel.store.workspace import Programme

_LOADS = pa.schema([("table", pa.string()), ("day", pa.date32())])


def catalogue_of(doors: Doors) -> Catalogue:
    """signals.yaml of the workspace. Raises BadConfiguration with the place."""
    return read_catalogue(doors.workspace.yaml("signals.yaml"), "signals.yaml")


def known_tables(session: LakeSession, programme: Programme, day: date) -> dict[str, Any]:
    """Canonical tables as known at the end of `day`, `account.tier` filled in by the programme's rules.

    Raises BadInput where nothing was loaded or known by then, BadConfiguration for tier rules that cannot be used.
    """
    if "account" not in session.names:
        raise BadInput("the lake", "no accounts are loaded", "run `vitalreel load` first")
    tables = session.as_of(day)
    accounts = tables["account"].to_pyarrow()
    if accounts.num_rows == 0:
        raise BadInput("--as-of", f"no account was known on {day}", "choose a later day")
    contracts = tables["contract"].to_pyarrow() if "contract" in tables else None
    tables["account"] = ibis.memtable(_tiered(accounts, contracts, programme, day))
    return tables


def _tiered(accounts: pa.Table, contracts: pa.Table | None, programme: Programme, day: date) -> pa.Table:
    live = current_contracts(contracts, day, programme.currency) if contracts is not None else CONTRACT.empty_table()
    tiers = assign_tiers(accounts.select(["account_id", "tier", "csm"]), live, read_tiers(programme.tiers))
    by_account = dict(zip(tiers["account_id"].to_pylist(), tiers["tier"].to_pylist(), strict=True))
    column = pa.array([by_account[a] for a in accounts["account_id"].to_pylist()], pa.int64())
    return accounts.set_column(accounts.column_names.index("tier"), "tier", column)


def signals_of(
    doors: Doors, session: LakeSession, known: Mapping[str, Any], catalogue: Catalogue, day: date
) -> dict[str, Any]:
    """The long signal tables of `known` (the tables of `day`), each computed once in the session's memory."""
    found = signal_tables({**known, "load": _loads(doors)}, catalogue, day)
    return {name: session.keep(f"signal_{name}", table) for name, table in found.items()}


def facts_of(
    doors: Doors,
    session: LakeSession,
    known: Mapping[str, Any],
    catalogue: Catalogue,
    names: Collection[str],
    day: date,
) -> Any:
    """The fact rows of these signals alone, and of those they are derived from: a fraction of what `signals_of` computes."""
    asked = [catalogue.signals[name] for name in names]
    needed = {s.name: s for s in asked} | {s.window.of: catalogue.signals[s.window.of] for s in asked if s.window}
    found = signal_tables({**known, "load": _loads(doors)}, replace(catalogue, signals=needed), day)
    return session.keep("facts", found["facts"])


def fresh_feeds(doors: Doors, known: Mapping[str, Any], catalogue: Catalogue, day: date) -> dict[str, bool]:
    """Feed -> whether it was fresh at the end of `day`, for the feeds the catalogue names."""
    days = feeds({**known, "load": _loads(doors)}, day).to_pyarrow().to_pylist()
    return dict(freshness(days, catalogue, day))


def _loads(doors: Doors) -> Any:
    """(table, day): tables brought by loads that ended well."""
    with reading(doors.engine).connect() as connection:
        rows = connection.execute(select(load.c.finished, load.c.counts).where(load.c.state == "done")).all()
    pairs = [{"table": table, "day": finished.date()} for finished, counts in rows for table in counts]
    return ibis.memtable(pa.Table.from_pylist(pairs, schema=_LOADS))
