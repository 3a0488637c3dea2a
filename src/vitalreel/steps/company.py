"""What all accounts together tell about growth: what there is to have, who did well, how features are taken up, and who expanded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from numpy.typing import NDArray

from vitalreel.briefs.kin import feature_name
from vitalreel.health.opportunity import adoption
from vitalreel.health.opportunity.recommend import LEAST, OTHER, UNJUDGED, WELL
from vitalreel.health.opportunity.terms import LISTED, Listed, Terms
from vitalreel.health.opportunity.uses import KNOWN_BY, Uses
from vitalreel.measurement.shares import newcombe, wilson
from vitalreel.signals.days import number
from vitalreel.signals.tables import day_number
from vitalreel.steps.knowing import Signals
from vitalreel.store.lake import LakeSession

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
DID_WELL, DID_NOT = ("renewed", "expanded", "reactivated"), ("contracted", "churned")
STAYED = ("renewed", "expanded", "contracted")
LOOKED_BACK = timedelta(days=730)
"""Decisions of so long tell how often accounts expand."""
ALL = "all accounts"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a group's accounts that decided within two years bought more."""

    group: str
    expanded: int
    decided: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Company:
    """What was learnt of all accounts as of a day; arrays are over the accounts of the look, in their order."""

    began: int | None  # day number of the first use of any feature that was recorded
    features: Mapping[str, str]  # what the product has: id -> name
    listed: Mapping[Listed, tuple[str, ...]]  # what else there is to have
    used_now: Bools  # (accounts, features of Uses); of an account that left, before it left
    heard: bool  # whether the feed of use is alive: without, what is not used is unknown
    outcome: Ints  # WELL, OTHER, UNJUDGED
    judged_by: str  # outcomes, or band where too few are known
    paces: tuple[adoption.Pace | adoption.Refusal, ...]
    order: tuple[str, ...]
    steps: tuple[adoption.Step, ...]
    depths: tuple[adoption.Depth | adoption.Refusal, ...]
    staying: tuple[adoption.Staying | adoption.Refusal, ...]
    rates: tuple[Rate | adoption.Refusal, ...]
    terms: Terms  # by which they were looked at

    def offers(self, used: Uses) -> Bools:
        """(features of `used`,): whether the product has it."""
        return np.array([f in self.features for f in used.features], bool)

    def document(self) -> dict[str, Any]:
        """All but the arrays, as plain data. Features go by their ids."""
        said = {
            "began": self.began,
            "features": dict(self.features),
            "listed": dict(self.listed),
            "judged_by": self.judged_by,
            "order": self.order,
        }
        told = {n: [asdict(x) for x in getattr(self, n)] for n in ("paces", "steps", "depths", "staying", "rates")}
        for one, x in zip(told["staying"], self.staying, strict=True):
            one |= {"goes_with": x.goes_with} if isinstance(x, adoption.Staying) else {}
        terms = {
            "unused_days": self.terms.unused_days,
            "zones": dict(self.terms.zones),
            "plans": dict(self.terms.plans),
        }
        return {**said, **told, "terms": terms, "left_out": self.terms.left_out}


def company_of(
    session: LakeSession,
    signals: Signals,
    terms: Terms,
    used: Uses,
    accounts: pa.Table,
    outcomes: pa.Table,
    places: pa.Table,
) -> Company:
    """What the accounts of a look tell together. accounts, places: rows in the order of `used`; outcomes: `outcomes_of`."""
    day, tables = signals.moment.day, signals.known.tables
    until = _until(used, outcomes, day)
    now = used.within(until, terms.unused_days)
    outcome, judged_by = _judged(used, outcomes, places["band"])
    since = np.array(
        [day_number(d) if d else day_number(k) for d, k in zip(*_pair(accounts, "since", "known_on"), strict=True)],
        np.int64,
    )
    order, steps = adoption.order(used.features, used.first, since, used.began)
    people = places["used"].to_numpy(zero_copy_only=False).astype(float)
    decided, stayed = _decided(session, tables, used, outcomes, terms)
    return Company(
        began=used.began,
        features=features_of(tables, used, now, day),
        listed={kind: terms.sells[kind] or _known(tables, accounts, kind) for kind in LISTED},
        used_now=now,
        heard=_heard(signals),
        outcome=outcome,
        judged_by=judged_by,
        paces=tuple(adoption.paces(used.features, since, used.first, until, used.began)),
        order=tuple(order),
        steps=tuple(steps),
        depths=tuple(adoption.depths(used.features, used.recent, used.days, people)),
        staying=tuple(adoption.staying(used.features, decided, stayed, newcombe)),
        rates=_rates(outcomes, accounts, day),
        terms=terms,
    )


def outcomes_of(session: LakeSession, day: date) -> pa.Table:
    """(account_id, day, kind) of every outcome known at the end of `day`, oldest first."""
    schema = pa.schema([("account_id", pa.string()), ("day", pa.date32()), ("kind", pa.string())])
    if "outcome" not in session.names:
        return schema.empty_table()
    rows = session.as_of(day)["outcome"].select("account_id", "day", "kind").to_pyarrow().cast(schema)
    return rows.filter(pc.less_equal(rows["day"], pa.scalar(day))).sort_by(
        [("day", "ascending"), ("account_id", "ascending")]
    )


def features_of(tables: Mapping[str, Any], used: Uses, now: Bools, day: date) -> dict[str, str]:
    """The features there are, id -> name: by the product's own list, else those that KNOWN_BY accounts use."""
    rows = product_features(tables, day)
    if rows:
        return {r["feature"]: feature_name(r["feature"], {r["feature"]: r["name"] or ""}) for r in rows}
    return {f: feature_name(f, {}) for f, n in zip(used.features, now.sum(0), strict=True) if n >= KNOWN_BY}


def product_features(tables: Mapping[str, Any], day: date) -> list[dict[str, Any]]:
    """Rows of the product's list that are out and not retired on the day."""
    if "product_feature" not in tables:
        return []
    rows = tables["product_feature"].select("feature", "name", "released", "retired").to_pyarrow().to_pylist()
    return [
        r
        for r in rows
        if (r["released"] is None or r["released"] <= day) and (r["retired"] is None or r["retired"] > day)
    ]


# -- what single accounts did


def _pair(rows: pa.Table, one: str, other: str) -> tuple[list[Any], list[Any]]:
    return rows[one].to_pylist(), rows[other].to_pylist()


def _last(outcomes: pa.Table) -> dict[str, tuple[date, str]]:
    """Account -> day and kind of its last outcome."""
    columns = (outcomes[c].to_pylist() for c in ("account_id", "day", "kind"))
    return {account: (day, kind) for account, day, kind in zip(*columns, strict=True)}


def _until(used: Uses, outcomes: pa.Table, day: date) -> Ints:
    """The day on which what an account uses is looked at: today, or the day it left."""
    left = {a: day_number(d) for a, (d, kind) in _last(outcomes).items() if kind == "churned"}
    today = day_number(day)
    return np.array([left.get(a, today) for a in used.accounts], np.int64)


def _judged(used: Uses, outcomes: pa.Table, bands: pa.ChunkedArray) -> tuple[Ints, str]:
    """Who did well: by the last outcome; by the band while fewer than LEAST have one."""
    value = dict.fromkeys(DID_WELL, WELL) | dict.fromkeys(DID_NOT, OTHER)
    last = _last(outcomes)
    found = np.array([value.get(last[a][1], UNJUDGED) if a in last else UNJUDGED for a in used.accounts], np.int64)
    if (found == WELL).sum() >= LEAST:
        return found, "outcomes"
    by_band = [UNJUDGED if b is None else WELL if b == "green" else OTHER for b in bands.to_pylist()]
    return np.array(by_band, np.int64), "band"


def _heard(signals: Signals) -> bool:
    used = signals.catalogue.find("feature.used") or signals.catalogue.find("usage.features")
    feed = used.feed if used is not None and used.feed else "usage"
    return signals.fresh().get(feed, True)


def _decided(
    session: LakeSession, tables: Mapping[str, Any], used: Uses, outcomes: pa.Table, terms: Terms
) -> tuple[Bools, Bools]:
    """(used, stayed) of each account that decided: its last decision, and what it used well before."""
    last = {a: (d, k) for a, (d, k) in _last(outcomes).items() if k in (*STAYED, "churned")}
    nothing = np.zeros((0, len(used.features)), bool), np.zeros(0, bool)
    if not last or "feature_usage" not in tables:
        return nothing
    days = [day_number(d) - terms.settled_days for d, _kind in last.values()]
    session.put("growth_decided", pa.table({"account_id": list(last), "mark": pa.array(days, pa.int64())}))
    rows = tables["feature_usage"].filter(_.value > 0).select("account_id", "feature", day=number(_.day))
    near = rows.join(session.kept("growth_decided"), "account_id").filter(
        (_.day <= _.mark) & (_.day > _.mark - terms.unused_days)
    )
    pairs = session.con.to_pyarrow(near.select("account_id", "feature").distinct())
    accounts = sorted(pc.unique(pairs["account_id"]).to_pylist())
    if not accounts:
        return nothing
    found = np.zeros((len(accounts), len(used.features)), bool)
    i, k = (
        pc.index_in(pairs["account_id"], pa.array(accounts)),
        pc.index_in(pairs["feature"], pa.array(used.features, pa.string())),
    )
    here = pc.is_valid(k)
    found[i.filter(here).to_numpy(), k.filter(here).to_numpy()] = True
    return found, np.array([last[a][1] != "churned" for a in accounts], bool)


def _rates(outcomes: pa.Table, accounts: pa.Table, day: date) -> tuple[Rate | adoption.Refusal, ...]:
    """How often accounts that decided within LOOKED_BACK bought more, in each segment and together."""
    of = dict(zip(*_pair(accounts, "account_id", "segment"), strict=True))
    decided: dict[str, bool] = {}
    for account, on, kind in zip(*(outcomes[c].to_pylist() for c in ("account_id", "day", "kind")), strict=True):
        if on > day - LOOKED_BACK and kind in (*STAYED, "churned"):
            decided[account] = decided.get(account, False) or kind == "expanded"
    found: list[Rate | adoption.Refusal] = []
    for group in (ALL, *sorted({s for s in of.values() if s})):
        mine = [more for account, more in decided.items() if group in (ALL, of.get(account))]
        if len(mine) < adoption.DECIDED_LEAST:
            found.append(
                adoption.Refusal(
                    group, f"{len(mine)} accounts decided in two years, {adoption.DECIDED_LEAST} are needed"
                )
            )
        else:
            found.append(Rate(group, sum(mine), len(mine), *wilson(sum(mine), len(mine))))
    return tuple(found)


# -- what there is to have


def _known(tables: Mapping[str, Any], accounts: pa.Table, kind: Listed) -> tuple[str, ...]:
    """What KNOWN_BY accounts have, in the spelling that stands first: what fewer have may be one customer's own."""
    pairs: Collection[tuple[str, str]]
    if kind == "departments":
        pairs = _departments(tables)
    else:
        column = {"products": "products", "use_cases": "use_cases", "regions": "region"}[kind]
        pairs = _words(accounts, column)
        if kind == "products" and "contract" in tables:
            pairs = {*pairs, *_words(tables["contract"].select("account_id", "products").to_pyarrow(), "products")}
    having: dict[str, set[str]] = {}
    spelt: dict[str, str] = {}
    for account, name in sorted(pairs):
        key = " ".join(name.casefold().split())
        having.setdefault(key, set()).add(account)
        spelt.setdefault(key, name)
    return tuple(sorted(spelt[key] for key, those in having.items() if len(those) >= KNOWN_BY))


def _words(rows: pa.Table, column: str) -> set[tuple[str, str]]:
    return {
        (a, w.strip())
        for a, said in zip(*_pair(rows, "account_id", column), strict=True)
        for w in (said or "").split("|")
        if w.strip()
    }


def _departments(tables: Mapping[str, Any]) -> set[tuple[str, str]]:
    if "contact" not in tables:
        return set()
    rows = (
        tables["contact"]
        .filter(_.department.notnull() & _.active.fill_null(True))
        .select("account_id", "department")
        .to_pyarrow()
    )
    return _words(rows, "department")
