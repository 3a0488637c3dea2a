"""What was known at the end of a day: the lake's tables with every account's tier filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from vitalreel.accounts.contract import CONTRACT, current_contracts
from vitalreel.accounts.segments import assign_tiers, read_tiers
from vitalreel.errors import BadInput
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.steps.doors import Doors
from vitalreel.store.lake import LakeSession
from vitalreel.store.workspace import Programme


def catalogue_of(doors: Doors) -> Catalogue:
    """signals.yaml of the workspace. Raises BadConfiguration with the place."""
    return read_catalogue(doors.workspace.yaml("signals.yaml"), "signals.yaml")


def known_tables(session: LakeSession, programme: Programme, day: date) -> dict[str, Any]:
    """Canonical tables as known at the end of `day`, `account.tier` filled in by the programme's rules.

    Raises BadInput where nothing was loaded or known by then.
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
    live = current_contracts(contracts, day, programme.currency) if contracts is not None else _no_contracts()
    tiers = assign_tiers(accounts.select(["account_id", "tier", "csm"]), live, read_tiers(programme.tiers))
    by_account = dict(zip(tiers["account_id"].to_pylist(), tiers["tier"].to_pylist(), strict=True))
    column = pa.array([by_account.get(a) for a in accounts["account_id"].to_pylist()], pa.int64())
    return accounts.set_column(accounts.column_names.index("tier"), "tier", column)


def _no_contracts() -> pa.Table:
    return CONTRACT.empty_table()
