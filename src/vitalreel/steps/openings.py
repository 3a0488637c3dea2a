"""What was found of growth, read back: who is ready to expand, and everything open at one account.

`ready_on` and `open_at` are what other steps and doors ask. A day that was looked at is read; any other is looked at now, and kept nowhere.
"""

# ruff: noqa: S608 (table names in the queries are our own; values are bound)
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vitalreel.briefs.kin import feature_name
from vitalreel.errors import NotFound
from vitalreel.health.opportunity.recommend import LEAST, Advice
from vitalreel.health.opportunity.seats import Pressure
from vitalreel.health.opportunity.timing import Timing
from vitalreel.health.opportunity.whitespace import Gap, Offered, whitespace
from vitalreel.identity import plain
from vitalreel.steps.company import ALL, Company
from vitalreel.steps.doors import Doors
from vitalreel.steps.opportunity import COMPANY, PARTS, PATHS, TABLE, look
from vitalreel.steps.own import Around, Taken, own_of, path_of
from vitalreel.store.lake import LakeSession, known_last

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
        rows, _parts, _paths, company = _of_day(doors, session, day)
        names = {r["account_id"]: r for r in _asked(session, "account", day)}
    found = [_ready(r, names[r["account_id"]], company) for r in rows.to_pylist()]
    found.sort(key=lambda r: (not r.ready, -(r.points if r.points is not None else -1), r.account))
    return Found(day, tuple(found), company, tuple(company["left_out"]))


def newest(doors: Doors, today: date) -> date | None:
    """The last day by `today` that was looked at and kept."""
    with doors.lake.session() as session:
        return _newest(session, today)


def _newest(session: LakeSession, today: date) -> date | None:
    if TABLE not in session.names:
        return None
    versions = session.versions(TABLE).get_name()
    found: date | None = session.con.con.execute(
        f"SELECT max(day) FROM {versions} WHERE day <= $today", {"today": today}
    ).fetchone()[0]
    return found


def open_at(doors: Doors, account: str, day: date) -> Opening:
    """What is open at one account at the end of `day`. Raises NotFound for an account not known then, or without a live contract."""
    with doors.lake.session() as session:
        return _open(doors, session, account, day)


def last_opening(doors: Doors, account: str, today: date) -> Opening | None:
    """What is open at one account on the last day by `today` that was looked at; None where it was not among them."""
    with doors.lake.session() as session:
        day = _newest(session, today)
        if day is None or not _of(session, TABLE, day, account).num_rows:
            return None
        return _open(doors, session, account, day)


def _open(doors: Doors, session: LakeSession, account: str, day: date) -> Opening:
    rows, parts, paths, company = _of_day(doors, session, day, account)
    around = _around(session, account, day)
    if around is None:
        raise NotFound("account", account, f"it was not known on {day}")
    mine, *_rest = [r for r in rows.to_pylist() if r["account_id"] == account] or [None]
    if mine is None:
        raise NotFound("live contract", account, f"it had none on {day}")
    of = _ready(mine, around.account, company)
    path = path_of(paths.to_pylist(), around.account, of.pressure.used, company, day)
    own = own_of(around, of.pressure, of.features is not None, path, company["terms"], day)
    listed = company["listed"]
    offered = Offered(
        features=company["features"], products=listed["products"], departments=listed["departments"], use_cases=listed["use_cases"],
        regions=listed["regions"], plans=company["terms"]["plans"],
    )  # fmt: skip
    columns = ("part", "label", "points", "value", "weight", "state")
    told = sorted((Part(*(p[c] for c in columns)) for p in parts.to_pylist()), key=lambda p: (-p.weight, p.label))
    price = of.arr / of.pressure.seats if of.arr and of.pressure.seats else None
    return Opening(of, tuple(told), whitespace(own, offered), path, price, _chance(company, of), company)


# -- the day


def _of_day(
    doors: Doors, session: LakeSession, day: date, account: str | None = None
) -> tuple[pa.Table, pa.Table, pa.Table, Row]:
    """Rows, parts, paths and what was learnt, of all accounts or one: as kept of the day, else looked at now."""
    models = _of(session, COMPANY, day).to_pylist()
    if models:
        rows, parts, paths = (_of(session, table, day, account) for table in (TABLE, PARTS, PATHS))
        return rows, parts, paths, json.loads(models[0]["document"])
    found = look(doors, session, day)
    tables = [found.rows, found.parts, found.paths]
    if account is not None:
        tables = [t.filter(pc.equal(t["account_id"], account)) for t in tables]
    return tables[0], tables[1], tables[2], plain_document(found.company)


def plain_document(company: Company) -> Row:
    """`Company.document` as it is read back."""
    found: Row = json.loads(json.dumps(plain(company.document())))
    return found


def _of(session: LakeSession, table: str, day: date, account: str | None = None) -> pa.Table:
    """Rows kept of one look, of all accounts or one, newest version; without rows where nothing was."""
    if table not in session.names:
        return pa.table({"account_id": pa.array([], pa.string())})
    where = "day = $day" if account is None else "day = $day AND account_id = $account"
    versions = session.versions(table).get_name()
    values = {"day": day} if account is None else {"day": day, "account": account}
    rows = f'(FROM "{versions}" WHERE {where})'
    sql = f"SELECT * FROM {known_last(rows, '$day')} ORDER BY row_key"
    found: pa.Table = session.con.con.execute(sql, values).to_arrow_table()
    return found


def _asked(session: LakeSession, table: str, day: date, where: str = "true", **values: str) -> list[Row]:
    """Rows of a canonical table as known at the end of `day`."""
    if table not in session.names:
        return []
    known = session.as_of(day)[table].get_name()
    found: list[Row] = (
        session.con.con.execute(f"SELECT * FROM {known} WHERE {where}", values).to_arrow_table().to_pylist()
    )
    return found


def _around(session: LakeSession, account: str, day: date) -> Around | None:
    """Rows about one account; None where it was not known."""
    own = _asked(session, "account", day, "account_id = $account", account=account)
    if not own:
        return None
    parent = own[0]["parent"] or ""
    family = "account_id <> $account AND (parent = $account OR ($parent <> '' AND (account_id = $parent OR parent = $parent)))"
    return Around(
        account=own[0],
        kin=_asked(session, "account", day, family, account=account, parent=parent),
        contacts=_asked(session, "contact", day, "account_id = $account", account=account),
        contracts=_asked(session, "contract", day, "account_id = $account", account=account),
    )


def _ready(row: Row, account: Row, company: Row) -> Ready:
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
