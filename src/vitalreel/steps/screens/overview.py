"""The portfolio: every account's newest score beside the one before, counted by band, and one page of them."""

# ruff: noqa: S608 (what stands in the queries is our own or passes through literal(); values are bound)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from sqlalchemy import func, select

from vitalreel.sources.relations import Relations, literal
from vitalreel.steps.doors import Doors
from vitalreel.steps.review import items
from vitalreel.steps.screens.published import Row, contracts, rows, stored, versions
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession

PAGE = 50
BANDS = ("green", "yellow", "orange", "red")
AT_RISK = ("orange", "red")
HORIZON_DAYS = 90
SORTS: Mapping[str, str] = {
    "score": "points ASC NULLS LAST, name",
    "change": "points - before ASC NULLS LAST, name",
    "arr": "arr DESC NULLS LAST, name",
    "renewal": "renewal ASC NULLS LAST, name",
    "name": "lower(name), account_id",
}
"""What the list can be ordered by; the first is the order without a wish: the worst first."""
COLUMNS = pa.schema([
    ("account_id", pa.string()), ("name", pa.string()), ("segment", pa.string()), ("tier", pa.int64()), ("day", pa.date32()),
    ("points", pa.float64()), ("band", pa.string()), ("state", pa.string()), ("coverage", pa.float64()),
    ("before", pa.float64()), ("band_before", pa.string()), ("since", pa.date32()), ("history", pa.list_(pa.float64())),
    ("arr", pa.int64()), ("renewal", pa.date32()),
])  # fmt: skip
_UNSCORED = {"day": "DATE", "points": "DOUBLE", "band": "VARCHAR", "coverage": "DOUBLE", "before": "DOUBLE", "band_before": "VARCHAR",
             "since": "DATE", "history": "DOUBLE[]"}  # fmt: skip
_ACCOUNTS = pa.schema([("id", pa.string()), ("name", pa.string()), ("segment", pa.string()), ("tier", pa.int64())])


@dataclass(frozen=True, slots=True)
class Filters:
    """What the portfolio shows: empty means all."""

    band: str = ""
    segment: str = ""
    words: str = ""
    page: int = 1
    sort: str = "score"


@dataclass(frozen=True, slots=True)
class Overview:
    """All accounts as of a day, one row each (COLUMNS). `key` tells whether anything it was computed from has changed."""

    key: tuple[object, ...]
    accounts: pa.Table


@dataclass(frozen=True, slots=True)
class Portfolio:
    day: date | None  # of the newest scores; None: nothing was scored yet
    compared: Sequence[tuple[date, int]]  # day of the score before -> accounts compared with it, most first
    bands: Mapping[str, int]
    arr: Mapping[str, int]  # integer cents under contract by band
    flows: Mapping[tuple[str, str], int]  # (band before, band now) -> accounts that have both
    insufficient: int
    arr_at_risk: int  # integer cents under contract with orange and red accounts
    renewing: Row  # accounts, arr, without_play: contracts up within HORIZON_DAYS
    fallen: Sequence[Row]  # accounts in a worse band than before, most ARR first, with `moved`: what took most
    rows: Sequence[Row]  # one page, with `plays`: what is running
    found: int  # accounts that pass the filters
    loaded: int  # accounts in all
    reviews: Sequence[Row]  # films that wait for review, soonest due first
    touches: Mapping[str, int]  # state -> count
    coming: Sequence[Row]  # touches that are not sent yet, soonest end of window first
    withheld: Sequence[tuple[str, int]]  # reason -> count on the last day decided, most first

    @property
    def worse(self) -> int:
        """Accounts in a worse band than before."""
        return sum(n for (a, b), n in self.flows.items() if BANDS.index(b) > BANDS.index(a))

    @property
    def better(self) -> int:
        """Accounts in a better band than before."""
        return sum(n for (a, b), n in self.flows.items() if BANDS.index(b) < BANDS.index(a))

    @property
    def stayed(self) -> int:
        """Accounts in the band they were in."""
        return sum(n for (a, b), n in self.flows.items() if a == b)

    @property
    def waiting(self) -> int:
        """Films that wait for review."""
        return len(self.reviews)


# -- every account ------------------------------------------------------------------------------------------------------


def overview(doors: Doors, today: date, seen: Overview | None = None) -> Overview:
    """All accounts as of `today`; `seen` again where nothing has changed since."""
    key = (today, *published(doors))
    if seen is not None and seen.key == key:
        return seen
    with reading(doors.engine).connect() as c:
        columns = (t.account.c.id, t.account.c.name, t.account.c.segment, t.account.c.tier)
        first = select(*columns).where(t.account.c.merged_into.is_(None))
        accounts = pa.Table.from_pylist(stored(c, first), schema=_ACCOUNTS)
    with doors.lake.session() as session:
        session.con.con.register("accounts", accounts)
        session.con.con.register("deals", contracts(doors, session, today))
        table = session.con.con.execute(_every(session), {"today": today}).to_arrow_table()
    return Overview(key, table.select(COLUMNS.names).cast(COLUMNS))


def published(doors: Doors) -> tuple[object, ...]:
    """Changes whenever a load or a scoring is published, or an account is written."""
    with reading(doors.engine).connect() as c:
        written = c.execute(select(func.count(), func.max(t.lake_file.c.written), func.max(t.lake_file.c.load))).one()
        accounts = c.execute(select(func.count(), func.max(t.account.c.updated))).one()
        runs = c.execute(select(func.count(), func.max(t.score_run.c.at))).one()
    return (*written, *accounts, *runs)


def _every(session: LakeSession) -> str:
    if "score" not in session.names:
        nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _UNSCORED.items())
        return f"""SELECT a.id AS account_id, a.name, a.segment, a.tier, 'unscored' AS state, {nothing}, d.arr, d.renewal
                   FROM accounts a LEFT JOIN deals d ON d.account_id = a.id WHERE $today IS NOT NULL"""
    return f"""
        WITH saved AS (SELECT account_id, day, points, band, coverage, state,
                              row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) AS version
                       FROM {versions(session, "score")} WHERE day <= $today),
        ranked AS (SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY day DESC) AS back FROM saved WHERE version = 1),
        past AS (SELECT account_id, list(points ORDER BY day) FILTER (state = 'scored') AS history FROM ranked GROUP BY account_id)
        SELECT a.id AS account_id, a.name, a.segment, a.tier, n.day, n.points, n.band, coalesce(n.state, 'unscored') AS state,
               n.coverage, b.points AS before, b.band AS band_before, b.day AS since, p.history, d.arr, d.renewal
        FROM accounts a LEFT JOIN (SELECT * FROM ranked WHERE back = 1) n ON n.account_id = a.id
        LEFT JOIN (SELECT * FROM ranked WHERE back = 2) b ON b.account_id = a.id
        LEFT JOIN past p ON p.account_id = a.id LEFT JOIN deals d ON d.account_id = a.id"""


# -- one page -----------------------------------------------------------------------------------------------------------


def portfolio(doors: Doors, filters: Filters, today: date, seen: Overview | None = None) -> Portfolio:
    """The first page. seen: the accounts, where the caller kept them."""
    accounts = (seen or overview(doors, today)).accounts
    with reading(doors.engine).connect() as c:
        runs = stored(c, select(t.play_run.c.account, t.play_run.c.play).where(t.play_run.c.state == "running"))
        touches = {r[0]: r[1] for r in c.execute(select(t.touch.c.state, func.count()).group_by(t.touch.c.state))}
        newest = select(func.max(t.withheld.c.day)).scalar_subquery()
        reasons = select(t.withheld.c.reason, func.count()).where(t.withheld.c.day == newest)
        withheld = [(r[0], r[1]) for r in c.execute(reasons.group_by(t.withheld.c.reason))]
        coming = stored(c, _coming())
    with Relations({"overview": accounts, "running": _running(runs)}) as db:
        told = _told(db, today)
        shown = db.rows(_page(filters))
        found = db.number(f"SELECT count(*) FROM overview WHERE {_where(filters)}")
        fallen = db.rows("SELECT * FROM overview WHERE band_before IS NOT NULL AND points IS NOT NULL "
                         f"AND {_worse('band', 'band_before')} ORDER BY arr DESC NULLS LAST, points LIMIT 6")  # fmt: skip
    plays: dict[str, list[str]] = {}
    for run in runs:
        plays.setdefault(run["account"], []).append(run["play"])
    return Portfolio(
        **told,
        rows=[{**r, "plays": plays.get(r["account_id"], [])} for r in shown],
        found=found,
        fallen=_explained(doors, fallen),
        loaded=accounts.num_rows,
        reviews=items(doors),
        touches=touches,
        coming=coming,
        withheld=sorted(withheld, key=lambda r: (-r[1], r[0])),
    )


def _running(runs: Sequence[Row]) -> pa.Table:
    return pa.table({"account_id": pa.array(sorted({r["account"] for r in runs}), pa.string())})


def _coming() -> Any:
    return (
        select(t.touch.c.id, t.touch.c.account, t.account.c.name, t.touch.c.module, t.touch.c.state, t.touch.c.window_from,
               t.touch.c.window_to, t.touch.c.video)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .where(t.touch.c.state.in_(("planned", "made", "in_review", "approved")))
        .order_by(t.touch.c.window_to, t.touch.c.id).limit(6)
    )  # fmt: skip


def _told(db: Relations, today: date) -> dict[str, Any]:
    """What the page says about all accounts together."""
    bands = {r["band"]: r for r in db.rows("SELECT band, count(*) AS n, CAST(coalesce(sum(arr), 0) AS BIGINT) AS arr "
                                           "FROM overview WHERE state = 'scored' GROUP BY band")}  # fmt: skip
    flows = db.rows("SELECT band_before, band, count(*) AS n FROM overview WHERE state = 'scored' AND before IS NOT NULL "
                    "GROUP BY ALL")  # fmt: skip
    compared = db.rows("SELECT since, count(*) AS n FROM overview WHERE state = 'scored' AND before IS NOT NULL GROUP BY since "
                       "ORDER BY n DESC, since DESC")  # fmt: skip
    renewing = db.rows(
        "SELECT count(*) AS accounts, CAST(coalesce(sum(arr), 0) AS BIGINT) AS arr, "
        "count(*) FILTER (account_id NOT IN (SELECT account_id FROM running)) AS without_play "
        f"FROM overview WHERE renewal <= DATE '{today.isoformat()}' + {HORIZON_DAYS}"
    )
    day = db.rows("SELECT max(day) AS day FROM overview")[0]["day"]
    return {
        "day": day,
        "compared": [(r["since"], r["n"]) for r in compared],
        "bands": {b: bands[b]["n"] if b in bands else 0 for b in BANDS},
        "arr": {b: bands[b]["arr"] if b in bands else 0 for b in BANDS},
        "flows": {(r["band_before"], r["band"]): r["n"] for r in flows},
        "insufficient": db.number("SELECT count(*) FROM overview WHERE state <> 'scored'"),
        "arr_at_risk": sum(bands[b]["arr"] for b in AT_RISK if b in bands),
        "renewing": renewing[0],
    }


def _worse(now: str, before: str) -> str:
    order = "[" + ", ".join(literal(b) for b in BANDS) + "]"
    return f"list_position({order}, {now}) > list_position({order}, {before})"


def _where(filters: Filters) -> str:
    """Filters as a condition; the words of a search are matched without case and accents."""
    asked = []
    if filters.band:
        asked.append("state <> 'scored'" if filters.band == "none" else f"band = {_asked(filters.band)}")
    if filters.segment:
        asked.append(f"segment = {_asked(filters.segment)}")
    if words := " ".join(filters.words.lower().split()):
        hay = "strip_accents(lower(name || ' ' || account_id))"
        asked.append(f"contains({hay}, strip_accents({_asked(words)}))")
    return " AND ".join(asked) or "true"


def _asked(text: str) -> str:
    """An SQL string of what somebody typed; no name holds the one character that SQL text cannot."""
    return literal(text.replace("\0", ""))


def _page(filters: Filters) -> str:
    order = SORTS.get(filters.sort, SORTS["score"])
    start = (max(filters.page, 1) - 1) * PAGE
    return f"SELECT * FROM overview WHERE {_where(filters)} ORDER BY {order}, account_id LIMIT {PAGE} OFFSET {start}"


def _explained(doors: Doors, fallen: Sequence[Row]) -> list[dict[str, Any]]:
    """The accounts with the two parts that took most since the score before, as (label, points)."""
    if not fallen:
        return []
    with doors.lake.session() as session:
        if "score_part" not in session.names:
            return [{**r, "moved": []} for r in fallen]
        sql = f"""
            WITH saved AS (SELECT account_id, day, part, label, points,
                                  row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) AS version
                           FROM {versions(session, "score_part")} WHERE list_contains($accounts, account_id))
            SELECT account_id, day, part, label, points FROM saved WHERE version = 1"""
        parts = rows(session, sql, {"accounts": [r["account_id"] for r in fallen]})
    at: dict[tuple[str, date], dict[str, tuple[str, float]]] = {}
    for p in parts:
        at.setdefault((p["account_id"], p["day"]), {})[p["part"]] = (p["label"], p["points"])
    return [
        {**r, "moved": _took(at.get((r["account_id"], r["since"]), {}), at.get((r["account_id"], r["day"]), {}))}
        for r in fallen
    ]


def _took(before: Mapping[str, tuple[str, float]], now: Mapping[str, tuple[str, float]]) -> list[tuple[str, float]]:
    """The two parts that lost most, as (label, change); parts are (label, points) by name."""
    changes = []
    for part in {**before, **now}:
        label = (now.get(part) or before[part])[0]
        changes.append((label, now.get(part, (label, 0.0))[1] - before.get(part, (label, 0.0))[1]))
    return [(label, change) for label, change in sorted(changes, key=lambda c: c[1])[:2] if change < -0.05]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the menu says."""

    accounts: int
    waiting: int  # films that wait for review
    aside: int  # films that could not be made
    owed: int = 0  # open tasks


def tally(doors: Doors) -> Tally:
    """The menu's counts."""
    with reading(doors.engine).connect() as c:
        accounts = c.execute(select(func.count()).where(t.account.c.merged_into.is_(None))).scalar_one()
        waiting = c.execute(select(func.count()).where(t.review.c.state == "waiting")).scalar_one()
        aside = c.execute(select(func.count()).where(t.film_job.c.state == "set_aside")).scalar_one()
        owed = c.execute(select(func.count()).where(t.task.c.state == "open")).scalar_one()
    return Tally(accounts, waiting, aside, owed)
