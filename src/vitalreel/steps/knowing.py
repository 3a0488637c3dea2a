"""What was known at the end of a day: the lake's tables with every account's tier filled in, and the signals read from them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from vitalreel.accounts.contract import CONTRACT, current_contracts
from vitalreel.accounts.segments import assign_tiers, read_tiers
from vitalreel.errors import BadInput
from vitalreel.lookup import Lookup
from vitalreel.signals.catalogue import DECLINES, Catalogue, read_catalogue
from vitalreel.signals.daily import feeds, signal_tables
from vitalreel.signals.days import local_days
from vitalreel.signals.features import freshness
from vitalreel.signals.moment import Moment
from vitalreel.signals.spans import followed
from vitalreel.signals.tables import SHAPES
from vitalreel.signals.weekly import WEEKS
from vitalreel.steps.doors import Doors
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.store.tables import load
from vitalreel.store.workspace import Programme
from vitalreel.triggers.calendar import public_holidays

_LOADS = pa.schema([("table", pa.string()), ("day", pa.date32())])
_HOLIDAYS = pa.schema([("country", pa.string()), ("day", pa.date32())])


def catalogue_of(doors: Doors) -> Catalogue:
    """signals.yaml of the workspace. Raises BadConfiguration with the place."""
    return read_catalogue(doors.workspace.yaml("signals.yaml"), "signals.yaml")


def learnt_on(doors: Doors, day: date, now: datetime) -> date:
    """From when on what a person says now about `day` is known: never before it was said, so that no past score moves.

    In a workspace of a simulated company the day is what is acted on, and stands.
    """
    return day if doors.workspace.simulated else max(day, now.astimezone(UTC).date())


def known_tables(session: LakeSession, programme: Programme, day: date) -> Mapping[str, Any]:
    """Canonical tables as known at the end of `day`, `account.tier` filled in by the programme's rules.

    Raises BadInput where nothing was loaded or known by then, BadConfiguration for tier rules that cannot be used.
    """
    known = session.as_of(day)
    return ChainMap({"account": ibis.memtable(_accounts(known, programme, day))}, known)  # type: ignore[arg-type]


def _accounts(known: Mapping[str, Any], programme: Programme, day: date) -> pa.Table:
    """The account table with every tier filled in, in order of id; a zone that does not exist is none."""
    if "account" not in known:
        raise BadInput("the lake", "no accounts are loaded", "run `vitalreel load` first")
    accounts = known["account"].to_pyarrow().sort_by("account_id")
    if accounts.num_rows == 0:
        raise BadInput("--as-of", f"no account was known on {day}", "choose a later day")
    contracts = known["contract"].to_pyarrow() if "contract" in known else None
    live = current_contracts(contracts, day, programme.currency) if contracts is not None else CONTRACT.empty_table()
    tiers = assign_tiers(accounts.select(["account_id", "tier", "csm"]), live, read_tiers(programme.tiers))
    zones = pa.array(sorted(available_timezones()), pa.string())
    usual = pa.scalar("|".join(map(str, programme.planning_months)) or None, pa.string())
    zone, months = accounts["zone"].cast(pa.string()), accounts["planning_months"].cast(pa.string())
    filled = {
        "tier": tiers["tier"].take(pc.index_in(accounts["account_id"], tiers["account_id"].combine_chunks())),
        "zone": pc.if_else(pc.is_in(zone, value_set=zones), zone, None),
        "planning_months": pc.if_else(pc.greater(pc.binary_length(pc.fill_null(months, "")), 0), months, usual),
    }
    for name, column in filled.items():
        accounts = accounts.set_column(accounts.column_names.index(name), name, column)
    return accounts


# -- for queries that serve any day


@dataclass(frozen=True, slots=True)
class Known:
    """The canonical tables of one day under names that do not tell the day; `load`: tables brought by loads, by day; `holiday`: public
    holidays of the accounts' countries, over the years looked back on."""

    tables: Mapping[str, Any]
    moment: Moment  # open: queries on these tables serve any day
    columns: Mapping[str, Mapping[str, str]]  # table -> column -> type: what such queries depend on


@dataclass(frozen=True, slots=True)
class Signals:
    """The long signal tables of one day, kept in a session under `signal_<name>`."""

    session: LakeSession
    catalogue: Catalogue
    known: Known
    question: tuple[
        object, ...
    ]  # what their columns depend on: the beginning of what is asked of them (LakeSession.planned)

    @property
    def moment(self) -> Moment:
        return self.known.moment

    @property
    def tables(self) -> dict[str, Any]:
        """By name, as signals/tables.py has them, `unprompted_events`, and `spans`, of which `facts` are the rows."""
        found = {
            name: self.session.kept(f"signal_{name}") for name in (*SHAPES, "unprompted_events") if name != "facts"
        }
        spans = self.session.kept("signal_spans")
        return {**found, "spans": spans, "facts": spans.drop("next")}

    def fresh(self) -> dict[str, bool]:
        """Feed -> whether it is fresh on the day."""
        return freshness(self.session.rows("signal_feeds").to_pylist(), self.catalogue, self.moment.day)


def stand(doors: Doors, session: LakeSession, day: date) -> Known:
    """Bring a session to the end of `day`. Raises as `known_tables`."""
    accounts = _accounts(session.as_of(day), doors.programme, day)
    moment = Moment(day, open=True)
    stored = session.stand(day, moment.variables)
    session.put("account", accounts)
    session.put("load", _loads(doors))
    session.put("holiday", _holidays(accounts, day))
    own = Lookup(("account", "load", "holiday"), session.kept)
    tables: Mapping[str, Any] = ChainMap(own, stored)  # type: ignore[arg-type]
    return Known(tables, moment, session.columns())


def signals_of(
    doors: Doors, session: LakeSession, catalogue: Catalogue, day: date, named: Collection[str] | None = None
) -> Signals:
    """The signals of `day`, computed into the session's memory. Raises as `known_tables`.

    named: those that will be asked for, and no others are then computed.
    """
    known = stand(doors, session, day)
    few = _asked(doors, catalogue) if named is None else _only(catalogue, named)
    question = ("signals", known.columns, few)

    def make() -> None:
        tables = signal_tables(_with_days(session, known.tables), few, known.moment, session.keep)
        session.keep("signal_spans", followed(tables.pop("facts")))
        for name, table in tables.items():
            session.keep(f"signal_{name}", table)

    session.planned(question, make)
    return Signals(session, catalogue, known, question)


def _with_days(session: LakeSession, tables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The canonical tables with the days of tickets in their accounts' zones, which several signals ask for, found once."""
    if "ticket" not in tables:
        return tables
    days = local_days(tables["ticket"], tables["account"], opened_day="opened", closed_day="closed")
    return ChainMap({"ticket": session.keep("ticket_days", days)}, tables)  # type: ignore[arg-type]


def _only(catalogue: Catalogue, named: Collection[str]) -> Catalogue:
    """The signals named, those they are derived from, and the value by which an account's largest contract is known."""
    mine = [s for s in (catalogue.find(name) for name in (*sorted(named), "contract.arr")) if s is not None]
    bases = [catalogue.signals[s.window.of] for s in mine if s.window]
    return replace(catalogue, signals={s.name: s for s in (*mine, *bases)})


def _asked(doors: Doors, catalogue: Catalogue) -> Catalogue:
    """Without the declines that no scorecard, play or guard names: they cost as much as all other signals together."""
    said = doors.workspace.texts("plays") + doors.workspace.texts("scorecards") + repr(doors.programme.guards)
    kept = {n: s for n, s in catalogue.signals.items() if not s.window or s.window.how not in DECLINES or n in said}
    return replace(catalogue, signals=kept)


def facts_of(doors: Doors, session: LakeSession, catalogue: Catalogue, names: Collection[str], day: date) -> Any:
    """The fact rows of these signals alone, and of those they are derived from: a fraction of what `signals_of` computes.

    Raises as `known_tables`.
    """
    asked = [catalogue.signals[name] for name in sorted(names)]
    needed = {s.name: s for s in asked} | {s.window.of: catalogue.signals[s.window.of] for s in asked if s.window}
    few = replace(catalogue, signals=needed)
    known = stand(doors, session, day)

    def make() -> None:
        session.keep("facts", signal_tables(known.tables, few, known.moment, session.keep)["facts"])

    session.planned(("facts", known.columns, few), make)
    return session.kept("facts")


def fresh_feeds(doors: Doors, session: LakeSession, catalogue: Catalogue, day: date) -> dict[str, bool]:
    """Feed -> whether it was fresh at the end of `day`, for the feeds the catalogue names."""
    known = stand(doors, session, day)
    session.planned(("feeds", known.columns), lambda: session.keep("feeds", feeds(known.tables, known.moment)))
    return freshness(session.rows("feeds").to_pylist(), catalogue, day)


def _loads(doors: Doors) -> pa.Table:
    """(table, day): tables brought by loads that ended well."""
    with reading(doors.engine).connect() as connection:
        rows = connection.execute(select(load.c.finished, load.c.counts).where(load.c.state == "done")).all()
    pairs = [{"table": table, "day": finished.date()} for finished, counts in rows for table in counts]
    return pa.Table.from_pylist(pairs, schema=_LOADS)


def _holidays(accounts: pa.Table, day: date) -> pa.Table:
    """(country, day): public holidays of the years that are looked back on."""
    years = range((day - timedelta(weeks=WEEKS)).year, day.year + 1)
    countries = sorted({c for c in accounts["country"].to_pylist() if c})
    rows = [{"country": c, "day": d} for c in countries for d in public_holidays(c, years)]
    return pa.Table.from_pylist(rows, schema=_HOLIDAYS)
