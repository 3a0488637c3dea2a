"""renewals: contracts that come up, from what was known at the end of a day, as a forecast for every currency there is (H13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from ibis import _, literal

from vitalreel.accounts.contract import current_contracts
from vitalreel.errors import BadInput
from vitalreel.health.renewals import Due, Forecast, doubt_of, forecast
from vitalreel.health.renewed import Decided, Term, at_renewal, was_short
from vitalreel.steps.assess import read_model
from vitalreel.steps.chances import Chances, kept_last
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables
from vitalreel.store.lake import LakeSession

MOST_MONTHS = 36
KINDS = ("renewed", "contracted", "expanded", "churned")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast with what it is of."""

    forecast: Forecast
    due: tuple[Due, ...]  # of the forecast, soonest first
    names: Mapping[str, str]  # account -> its name


def renewals(doors: Doors, day: date, months: int | None = None) -> tuple[Forecast, ...]:
    """Forecasts of the renewals after `day`, one a currency, the programme's first. Raises as `ahead`."""
    return tuple(one.forecast for one in ahead(doors, day, months))


def ahead(doors: Doors, day: date, months: int | None = None) -> tuple[Ahead, ...]:
    """The same with every contract. months: calendar months ahead, that of `day` is one.

    Raises BadInput for months that are none and where nothing was loaded or known by then.
    """
    months = doors.programme.renewals.months if months is None else months
    if not 1 <= months <= MOST_MONTHS:
        raise BadInput("--months", f"{months} cannot be forecast", f"give 1 to {MOST_MONTHS}")
    until = _month_on(day, months) - timedelta(days=1)
    with doors.lake.session() as session:
        tables = known_tables(session, doors.programme, day)
        accounts = tables["account"].select("account_id", "name", "segment", "tier").to_pyarrow().to_pylist()
        segments = {r["account_id"]: r["segment"] or "" for r in accounts}
        contracts = tables["contract"].to_pyarrow() if "contract" in tables else None
        found = kept_last(session, lambda: read_model(doors).scorecards, day)
        chances = _chances(found)
        bands = _bands(session, day)
        decided = _decided(tables, segments, day, doors.programme.renewals.look_back_days)
    doubt = doubt_of(found.kept.figures) if found.kept is not None and chances else None
    tiers, names = ({r["account_id"]: r[column] for r in accounts} for column in ("tier", "name"))
    terms, reach, own = _by_contract(contracts), _reach(found), doors.programme.currency
    made = []
    for currency in _currencies(contracts, own):
        due = []
        for row in _in_force(contracts, day, currency, own):
            account, term = row["account_id"], terms[row["contract_id"]]
            ends = term.end or row["renewal"]
            chance = chances.get(account) if reach and ends <= reach else None
            about = segments.get(account, ""), tiers.get(account), ends, row["arr"], bands.get(account)
            due.append(Due(account, *about, chance, term.short))
        told = forecast(due, decided, doubt, day, until, currency)
        listed = sorted((d for d in due if day < d.ends <= until), key=lambda d: (d.ends, d.account))
        made.append(Ahead(told, tuple(listed), names))
    return tuple(made)


def _month_on(day: date, months: int) -> date:
    """First day of the month so many months after that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


# -- chances and bands --------------------------------------------------------------------------------------------------


def _chances(found: Chances) -> dict[str, float]:
    """Account -> its chance, where a model stands that tells churners from others."""
    if found.rows is None or found.kept is None or not found.kept.tells_apart:
        return {}
    return dict(zip(found.rows["account_id"].to_pylist(), found.rows["probability"].to_pylist(), strict=True))


def _reach(found: Chances) -> date | None:
    """The last day the chances speak of."""
    if found.rows is None or found.kept is None:
        return None
    newest: date = found.rows["day"][0].as_py()
    return newest + timedelta(days=found.kept.model.horizon_days)


def _bands(session: LakeSession, day: date) -> dict[str, str]:
    """Account -> its band on the newest day scored up to `day`."""
    if "score" not in session.names:
        return {}
    scores = session.as_of(day)["score"]
    newest = scores.day.max().to_pyarrow().as_py()
    if newest is None:
        return {}
    rows = scores.filter(_.day == literal(newest)).select("account_id", "band").to_pyarrow().to_pylist()
    return {r["account_id"]: r["band"] for r in rows if r["band"]}


# -- contracts ----------------------------------------------------------------------------------------------------------


def _currencies(contracts: pa.Table | None, own: str) -> tuple[str, ...]:
    """The programme's currency, then the others that live amounts stand in."""
    if contracts is None:
        return (own,)
    named = {c for c in contracts["currency"].to_pylist() if c}
    return (own, *sorted(named - {own}))


def _in_force(contracts: pa.Table | None, day: date, currency: str, own: str) -> Sequence[Row]:
    """Contracts in force, `accounts.contract.CONTRACT` rows, of the subscriptions in one currency; one without a currency is in ours."""
    if contracts is None:
        return ()
    mine = pc.equal(pc.fill_null(contracts["currency"].cast(pa.string()), own), currency)
    rows: list[Row] = current_contracts(contracts.filter(mine), day, currency).to_pylist()
    return rows


def _by_contract(contracts: pa.Table | None) -> dict[str, Term]:
    """Contract -> its term."""
    rows = () if contracts is None else contracts.select(["contract_id", "start", "end"]).to_pylist()
    return {r["contract_id"]: Term(r["start"], r["end"]) for r in rows}


# -- history ------------------------------------------------------------------------------------------------------------


def _decided(tables: Mapping[str, Any], segments: Mapping[str, str], day: date, back_days: int) -> list[Decided]:
    """Renewals decided in the days looked back on. An amount that changed counts as renewed where its day is that of a renewal."""
    if "outcome" not in tables:
        return []
    first = day - timedelta(days=back_days)
    rows = (
        tables["outcome"]
        .filter(_.kind.isin(KINDS) & (_.day > literal(first)) & (_.day <= literal(day)))
        .select("account_id", "day", "kind")
        .to_pyarrow()
        .to_pylist()
    )
    terms = _terms(tables)
    counted = (
        r for r in rows if r["kind"] in ("renewed", "churned") or at_renewal(r["day"], terms.get(r["account_id"], ()))
    )
    found = {
        (r["account_id"], r["day"]): r["kind"] != "churned"
        for r in sorted(counted, key=lambda r: r["kind"], reverse=True)
    }
    return [
        Decided(account, segments.get(account, ""), on, renewed, was_short(on, terms.get(account, ())))
        for (account, on), renewed in sorted(found.items())
    ]


def _terms(tables: Mapping[str, Any]) -> dict[str, list[Term]]:
    """Account -> its contracts, those that ended too."""
    if "contract" not in tables:
        return {}
    found: dict[str, list[Term]] = {}
    for row in tables["contract"].select("account_id", "start", "end").to_pyarrow().to_pylist():
        found.setdefault(row["account_id"], []).append(Term(row["start"], row["end"]))
    return found
