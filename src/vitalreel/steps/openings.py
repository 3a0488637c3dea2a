"""What was found of growth, read back: who is ready to expand, and everything open at one account.

`ready_on` and `open_at` are what other steps and doors ask. A day that was looked at is read; any other is looked at now, and kept nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from ibis import _, literal

from vitalreel.briefs.kin import feature_name
from vitalreel.errors import NotFound
from vitalreel.health.opportunity.recommend import LEAST, Advice
from vitalreel.health.opportunity.seats import Pressure
from vitalreel.health.opportunity.timing import Timing
from vitalreel.health.opportunity.whitespace import Gap, Offered, whitespace
from vitalreel.steps.company import ALL
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.opportunity import COMPANY, PARTS, TABLE, look
from vitalreel.steps.own import Taken, own_of, path_of
from vitalreel.store.lake import LakeSession

Row = Mapping[str, Any]
WHYS = {
    "too few": f"fewer than {LEAST} similar accounts did well",
    "nothing more": "nothing that similar accounts that did well use more often than others",
    "unseen": "nothing of its use is known",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an expansion score, in points; parts sum to the score."""

    part: str
    label: str
    points: float
    value: float | None
    weight: float
    state: str  # as of a score part: known, missing, yes, prompted, stand_in, limit


@dataclass(frozen=True, slots=True)
class Ready:
    """An account as `opportunity` has it. Every value is of `day`; the tables named in steps/opportunity.py are its source."""

    account: str
    name: str
    segment: str
    day: date
    points: float | None  # 0..100; None: too little fresh data
    coverage: float
    ready: bool
    held_by: tuple[str, ...]  # what readiness needs and does not hold, or is not known, in words
    band: str | None
    arr: float | None  # whole currency units a year
    pressure: Pressure
    full_on: date | None  # its seats, at last quarter's pace
    features: int | None  # in use; None: nothing of its use is known
    features_open: int | None
    advice: Advice | None
    advice_name: str  # of the feature, as the product calls it
    no_advice: str  # why there is none, in words
    timing: Timing


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything open at one account on a day."""

    of: Ready
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    path: tuple[Taken, ...]  # in the order it took them up
    seat_price: float | None  # whole currency units a year: its contract's value by its seats
    chance: Row  # group, expanded, decided, low, high; or of, reason
    company: Row  # `Company.document()`: paces, order, steps, depths, staying, rates of all accounts


@dataclass(frozen=True, slots=True)
class Found:
    """All accounts of a day."""

    day: date
    rows: tuple[Ready, ...]  # those with a live contract; ready ones first, then by points
    company: Row
    left_out: tuple[str, ...]  # of expansion.yaml


def ready_on(doors: Doors, day: date) -> tuple[Ready, ...]:
    """Accounts ready to expand at the end of `day`, most points first. Raises BadInput where no account was known."""
    return tuple(r for r in growth_on(doors, day).rows if r.ready)


def growth_on(doors: Doors, day: date) -> Found:
    """All accounts as of the end of `day`."""
    with doors.lake.session() as session:
        rows, _parts, company = _of_day(doors, session, day)
        names = _named(known_tables(session, doors.programme, day))
    found = [_ready(r, names, company) for r in rows.to_pylist()]
    found.sort(key=lambda r: (not r.ready, -(r.points if r.points is not None else -1), r.account))
    return Found(day, tuple(found), company, tuple(company["left_out"]))


def newest(doors: Doors, today: date) -> date | None:
    """The last day by `today` that was looked at and kept."""
    with doors.lake.session() as session:
        return _newest(session, today)


def _newest(session: LakeSession, today: date) -> date | None:
    if TABLE not in session.names:
        return None
    rows = session.con.to_pyarrow(session.versions(TABLE).filter(_.day <= literal(today)).aggregate(day=_.day.max()))
    found: date | None = rows["day"][0].as_py()
    return found


def open_at(doors: Doors, account: str, day: date) -> Opening:
    """What is open at one account at the end of `day`. Raises NotFound for an account not known then, or without a live contract."""
    with doors.lake.session() as session:
        return _open(doors, session, account, day)


def last_opening(doors: Doors, account: str, today: date) -> Opening | None:
    """What is open at one account on the last day by `today` that was looked at; None where it was not among them."""
    with doors.lake.session() as session:
        day = _newest(session, today)
        if (
            day is None
            or not session.as_of(day)[TABLE]
            .filter((_.account_id == account) & (_.day == literal(day)))
            .count()
            .to_pyarrow()
            .as_py()
        ):
            return None
        return _open(doors, session, account, day)


def _open(doors: Doors, session: LakeSession, account: str, day: date) -> Opening:
    rows, parts, company = _of_day(doors, session, day, account)
    known = known_tables(session, doors.programme, day)
    names = _named(known)
    if account not in names:
        raise NotFound("account", account, f"{len(names)} were known on {day}")
    mine = next((r for r in rows.to_pylist() if r["account_id"] == account), None)
    if mine is None:
        raise NotFound("live contract", account, f"it had none on {day}")
    of = _ready(mine, names, company)
    terms = company["terms"]
    path = path_of(known, names[account], of.pressure.used, company["features"], terms["unused_days"], day)
    own = own_of(known, of.pressure, of.features is not None, path, names, account, terms, day)
    listed = company["listed"]
    offered = Offered(
        features=company["features"], products=listed["products"], departments=listed["departments"], use_cases=listed["use_cases"],
        regions=listed["regions"], plans=terms["plans"],
    )  # fmt: skip
    columns = ("part", "label", "points", "value", "weight", "state")
    told = [Part(*(p[c] for c in columns)) for p in parts.to_pylist() if p["account_id"] == account]
    price = of.arr / of.pressure.seats if of.arr and of.pressure.seats else None
    told.sort(key=lambda p: (-p.weight, p.label))
    return Opening(of, tuple(told), whitespace(own, offered), path, price, _chance(company, of), company)


# -- the day


def _of_day(
    doors: Doors, session: LakeSession, day: date, account: str | None = None
) -> tuple[pa.Table, pa.Table, Row]:
    """Rows, parts and what was learnt: as kept of the day, else looked at now."""
    if {TABLE, COMPANY} <= set(session.names):
        known = session.as_of(day)
        models = known[COMPANY].filter(_.day == literal(day)).to_pyarrow().to_pylist()
        if models:
            rows = known[TABLE].filter(_.day == literal(day))
            parts = known[PARTS].filter(_.day == literal(day)) if PARTS in session.names else rows.limit(0)
            mine = [t if account is None else t.filter(_.account_id == account) for t in (rows, parts)]
            return mine[0].to_pyarrow(), mine[1].to_pyarrow(), json.loads(models[0]["document"])
    found = look(doors, session, day)
    return found.rows, found.parts, found.company.document()


def _named(known: Mapping[str, Any]) -> dict[str, Row]:
    """Account -> its row."""
    return {r["account_id"]: r for r in known["account"].to_pyarrow().to_pylist()}


def _ready(row: Row, names: Mapping[str, Row], company: Row) -> Ready:
    account = names[row["account_id"]]
    advice = None
    if row["next_feature"] is not None:
        advice = Advice(row["next_feature"], *(row[f"next_{n}"] for n in ("using", "well", "others_using", "others")))
    return Ready(
        account=row["account_id"], name=account["name"], segment=account["segment"] or "", day=row["day"], points=row["points"],
        coverage=row["coverage"], ready=row["ready"], held_by=tuple(w for w in (row["held_by"] or "").split("; ") if w), band=row["band"],
        arr=row["arr"], pressure=Pressure(row["seats"], row["used"], row["before"], row["renewal"]), full_on=row["full_on"],
        features=row["features"], features_open=row["features_open"], advice=advice,
        advice_name=company["features"].get(advice.feature, feature_name(advice.feature, {})) if advice else "",
        no_advice="" if advice else WHYS.get(row["next_why"] or "unseen", ""),
        timing=Timing(row["timing"], row["timing_on"], row["timing_why"]),
    )  # fmt: skip


def _chance(company: Row, of: Ready) -> Row:
    """How often accounts like it bought more: its segment's, else everybody's; or why nothing is said."""
    rates = {r.get("group", r.get("of")): r for r in company["rates"]}
    mine = rates.get(of.segment, {})
    found: Row = mine if "expanded" in mine else rates[ALL]
    return found
