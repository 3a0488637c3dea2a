"""What a churn model sees of every account at the end of one day: the levels of its measures, slower readings, its contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from vitalreel.accounts.contract import current_contracts
from vitalreel.health.predict.logistic import Floats
from vitalreel.health.predict.snapshots import Feature
from vitalreel.health.readings import Reading, read
from vitalreel.health.scorecard import Change, Scorecard
from vitalreel.identity import fingerprint
from vitalreel.signals.features import Features
from vitalreel.steps.knowing import Signals
from vitalreel.store.lake import LakeSession

SHORT_DAYS = 100
"""A contract that runs no longer than this comes up for renewal again and again within a horizon."""
YEAR = 365
FURTHER: Mapping[str, tuple[Feature, Reading]] = {
    "pulse.half_year": (
        Feature("pulse.half_year", "The CSM's readings of half a year", -1), ("survey.pulse", None, 182, None),
    ),
    "use.year": (
        Feature("use.year", "Use beside that of the year before", -1),
        ("usage.active_users", None, 91, Change(273, "mean")),
    ),
    "use.month": (
        Feature("use.since_notice", "Use once notice could be given", -1),
        ("usage.active_users", None, 28, Change(91, "mean")),
    ),
}  # fmt: skip
"""Read besides the scorecards' measures, where the catalogue has the signal: slower than a score may be, and no part of one."""
FAINT = 0.05
"""Least share of use that its logarithm tells from none."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was known at the end of one day, an account a row."""

    features: tuple[Feature, ...]
    day: date
    accounts: tuple[str, ...]  # in order
    x: Floats  # (accounts, features), NaN where unknown


@dataclass(frozen=True, slots=True)
class Seen:
    """A day's scoring, as assess has it: rows of all accounts, and how to get at the readings of FURTHER."""

    cards: Sequence[Scorecard]
    scores: pa.Table
    parts: pa.Table
    further: Callable[[], pa.Table]  # account_id, and a column of each of FURTHER, null where unknown


def further(signals: Signals) -> pa.Table:
    """The readings of FURTHER for all accounts."""
    session, fresh = signals.session, signals.fresh()
    wanted = {name: r for name, (_feature, r) in FURTHER.items() if r[0] in signals.catalogue.signals}

    def make() -> None:
        features = Features(signals.catalogue, signals.moment, fresh)
        columns = {name: read(features, reading) for name, reading in wanted.items()}
        missing = {name: ibis.null("float64") for name in FURTHER if name not in wanted}
        session.keep("further", features.wide(signals.tables).select("account_id", **columns, **missing))

    session.planned((*signals.question, "further", list(wanted.items()), fresh), make)
    return session.rows("further")


def features_of(cards: Sequence[Scorecard], horizon_days: int) -> tuple[Feature, ...]:
    """Every measure of the scorecards by its level, which only lowers the chance; then slower readings, contract, scorecard."""
    measures = {m.name: Feature(m.name, m.label, -1) for card in cards for m in card.measures}
    context = (
        *(feature for feature, _reading in FURTHER.values()),
        Feature("contract.ends_within", f"The contract coming up within {horizon_days} days", 1),
        Feature("contract.notice_passed", "The day passed on which notice could be given", 0),
        Feature("contract.short", "A contract of months, not years", 0),
        Feature("contract.auto_renew", "A contract that renews by itself", -1),
        Feature("account.years", "The years as a customer", 0),
    )
    segments = (
        tuple(Feature(f"scorecard.{c.name}", f"The scorecard {c.name}", 0) for c in cards) if len(cards) > 1 else ()
    )
    return (*measures.values(), *context, *segments)


def measured(cards: Sequence[Scorecard]) -> str:
    """Fingerprint of what levels mean: a model does not stand where measures or scales have changed; weights may."""
    cards_measure = [
        (c.name, [(m.name, m.signal, m.over, m.window_days, m.change, m.scale, m.by_tenure) for m in c.measures])
        for c in cards
    ]
    return fingerprint(cards_measure, [f.name for f in features_of(cards, 0)], list(FURTHER.values()))


def taken(known: Mapping[str, Any], seen: Seen, day: date, horizon_days: int, currency: str) -> Taken:
    """One day's rows: accounts with a scorecard and, where contracts are known, a live one. known: the lake's tables as of `day`."""
    features, scores = features_of(seen.cards, horizon_days), seen.scores
    rows = scores.select(["account_id", "scorecard", "state"]).filter(pc.not_equal(scores["state"], "no_scorecard"))
    contracts = _contracts(known, day, currency)
    if contracts is not None:
        rows = rows.filter(pc.is_in(rows["account_id"], contracts["account_id"].combine_chunks()))
    rows = rows.sort_by("account_id").combine_chunks()
    accounts = rows["account_id"].combine_chunks()
    x = np.full((len(accounts), len(features)), np.nan)
    _levels(x, seen.parts, accounts, features)
    told = _tenure(known, accounts, day) | _agreed(contracts, accounts, day, horizon_days)
    told |= _slow(seen.further(), accounts, told.get("contract.notice_passed"))
    for card in seen.cards:
        told[f"scorecard.{card.name}"] = _floats(pc.equal(rows["scorecard"], card.name))
    for k, feature in enumerate(features):
        if feature.name in told:
            x[:, k] = told[feature.name]
    return Taken(features, day, tuple(accounts.to_pylist()), x)


def _slow(rows: pa.Table, accounts: pa.Array, passed: Floats | None) -> dict[str, Floats]:
    """Features of FURTHER. Changes of use are logarithms against the median account of the day, so that no holiday shows."""

    def of(name: str) -> Floats:
        found: Floats = pc.cast(_of(rows[name], rows["account_id"], accounts), pa.float64()).to_numpy(
            zero_copy_only=False
        )
        return found

    since = _against_others(of("use.month"))
    return {
        "pulse.half_year": of("pulse.half_year"),
        "use.year": _against_others(of("use.year")),
        "use.since_notice": np.where(passed == 1, since, 0.0) if passed is not None else np.full(len(accounts), np.nan),
    }


def _against_others(change: Floats) -> Floats:
    """log(1 + change) less the day's median; NaN where unknown."""
    found: Floats = np.log(np.maximum(1 + change, FAINT))
    known = found[~np.isnan(found)]
    return found - np.median(known) if len(known) else found


def _levels(x: Floats, parts: pa.Table, accounts: pa.Array, features: Sequence[Feature]) -> None:
    """Writes every known level into its account's row and its measure's column."""
    i = pc.index_in(parts["account_id"], accounts)
    k = pc.index_in(parts["part"], pa.array([f.name for f in features]))
    here = pc.and_(pc.and_(pc.is_valid(i), pc.is_valid(k)), pc.is_valid(parts["level"]))
    at = (i.filter(here).to_numpy(), k.filter(here).to_numpy())
    x[at] = parts["level"].filter(here).to_numpy()


def _tenure(known: Mapping[str, Any], accounts: pa.Array, day: date) -> dict[str, Floats]:
    rows = known["account"].select("account_id", "since").to_pyarrow()
    since = _of(rows["since"], rows["account_id"], accounts)
    return {"account.years": np.maximum(0, _days(pa.scalar(day), since)) / YEAR}


def _agreed(contracts: pa.Table | None, accounts: pa.Array, day: date, horizon_days: int) -> dict[str, Floats]:
    if contracts is None:
        return {}

    def of(column: str) -> Any:
        return _of(contracts[column], contracts["account_id"], accounts)

    return {
        "contract.ends_within": _floats(pc.less_equal(of("ends"), pa.scalar(day + timedelta(days=horizon_days)))),
        "contract.notice_passed": _floats(pc.less_equal(of("notice_by"), pa.scalar(day))),
        "contract.short": np.where(np.isnan(_days(of("ends"), of("start"))), np.nan, _days(of("ends"), of("start")) < SHORT_DAYS),
        "contract.auto_renew": _floats(of("auto_renew")),
    }  # fmt: skip


def _contracts(known: Mapping[str, Any], day: date, currency: str) -> pa.Table | None:
    """Accounts' largest live contracts as known then: account_id, start, ends (else the yearly renewal), notice_by, auto_renew.

    None: no table. notice_by: the last day to give notice, null where the contract names none.
    """
    if "contract" not in known:
        return None
    rows = known["contract"].to_pyarrow()
    live = current_contracts(rows, day, currency)

    def own(column: str) -> Any:
        return _of(rows[column], rows["contract_id"], live["contract_id"])

    ends = pc.coalesce(own("end"), live["renewal"].combine_chunks())
    notice = pc.cast(own("notice_days"), pa.int32())
    by = pc.cast(pc.subtract(pc.cast(ends, pa.int32()), notice), pa.date32())
    return live.select(["account_id", "start", "auto_renew"]).append_column("ends", ends).append_column("notice_by", by)


def _of(values: Any, keys: Any, wanted: Any) -> Any:
    """Each wanted key's value, null where it has none. Keys are there once."""
    wanted = wanted.combine_chunks() if isinstance(wanted, pa.ChunkedArray) else wanted
    return values.combine_chunks().take(pc.index_in(wanted, keys.combine_chunks()))


def _days(later: Any, earlier: Any) -> Floats:
    """Days between dates, NaN where one is unknown."""
    return _floats(pc.subtract(pc.cast(later, pa.int32()), pc.cast(earlier, pa.int32())))


def _floats(values: Any) -> Floats:
    """Numbers or yes and no as floats, NaN where null."""
    found: Floats = pc.cast(pc.cast(values, pa.int32()), pa.float64()).to_numpy(zero_copy_only=False)
    return found


def churns(session: LakeSession, day: date) -> dict[str, list[int]]:
    """Account -> days of its churns as known on `day`, rising."""
    if "outcome" not in session.names:
        return {}
    rows = (
        session.as_of(day)["outcome"].filter(_.kind == "churned").select("account_id", "day").to_pyarrow().to_pylist()
    )
    found: dict[str, list[int]] = {}
    for r in sorted(rows, key=lambda r: r["day"]):
        found.setdefault(r["account_id"], []).append(r["day"].toordinal())
    return found
