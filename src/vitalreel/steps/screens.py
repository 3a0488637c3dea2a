"""Read models of the console: one function a page, plain SQL over the app database and the lake, records out."""

# ruff: noqa: S608 (file names in the queries are our own; values are bound)
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from vitalreel.accounts.contract import current_contracts
from vitalreel.errors import NotFound
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession

PAGE = 50
BANDS = ("green", "yellow", "orange", "red")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the portfolio shows: empty means all."""

    band: str = ""
    segment: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Portfolio:
    day: date | None  # of the scores; None: nothing was scored yet
    bands: Mapping[str, int]
    insufficient: int
    arr_at_risk: int  # integer cents under contract with orange and red accounts
    rows: Sequence[Row]
    found: int  # accounts that pass the filters
    loaded: int  # accounts in all
    waiting: int  # films that wait for review
    touches: Mapping[str, int]  # state -> count
    withheld: Sequence[tuple[str, int]]  # reason -> count, most first


_LATEST = """
    WITH runs AS (SELECT *, row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) AS version FROM {score}),
    mine AS (SELECT account_id, day, points, band, coverage, state, scorecard FROM runs WHERE version = 1 AND day <= $day)
"""


def portfolio(doors: Doors, filters: Filters, today: date) -> Portfolio:
    """The first page: bands, what is at risk, and a page of accounts, worst first."""
    with reading(doors.engine).connect() as c:
        loaded = c.execute(select(func.count()).select_from(t.account)).scalar_one()
        waiting = c.execute(
            select(func.count()).select_from(t.review).where(t.review.c.state == "waiting")
        ).scalar_one()
        touches = {r[0]: r[1] for r in c.execute(select(t.touch.c.state, func.count()).group_by(t.touch.c.state))}
        newest = select(func.max(t.withheld.c.day)).scalar_subquery()
        reasons = (
            select(t.withheld.c.reason, func.count()).where(t.withheld.c.day == newest).group_by(t.withheld.c.reason)
        )
        withheld = sorted(((r[0], r[1]) for r in c.execute(reasons)), key=lambda x: -x[1])
    scores = _scores(doors, today) if loaded else []
    day = max((r["day"] for r in scores), default=None)
    shown = [r for r in scores if _passes(r, filters)]
    start = (max(filters.page, 1) - 1) * PAGE
    return Portfolio(
        day=day,
        bands={b: sum(r["band"] == b for r in scores) for b in BANDS},
        insufficient=sum(r["state"] != "scored" for r in scores),
        arr_at_risk=sum(r["arr"] or 0 for r in scores if r["band"] in ("orange", "red")),
        rows=shown[start : start + PAGE],
        found=len(shown),
        loaded=loaded,
        waiting=waiting,
        touches=touches,
        withheld=withheld,
    )


def _passes(row: Row, filters: Filters) -> bool:
    words = filters.words.lower()
    return (
        (not filters.band or row["band"] == filters.band)
        and (not filters.segment or row["segment"] == filters.segment)
        and (not words or words in row["name"].lower() or words in row["account_id"].lower())
    )


def _scores(doors: Doors, today: date) -> list[dict[str, Any]]:
    """Every account's newest score with the one before, its contract in force and what runs; worst first."""
    with doors.lake.session() as session:
        if "score" not in session.names:
            return []
        sql = (
            _LATEST.format(score=_files(session, "score"))
            + """
            , ranked AS (SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY day DESC) AS back FROM mine)
            SELECT a.account_id, a.day, a.points, a.band, a.state, a.coverage, b.points AS before, b.day AS since,
                   (SELECT list(points ORDER BY day) FROM mine m WHERE m.account_id = a.account_id AND state = 'scored') AS history
            FROM ranked a LEFT JOIN ranked b ON b.account_id = a.account_id AND b.back = 2 WHERE a.back = 1
        """
        )
        scores = {r["account_id"]: r for r in _rows(session, sql, {"day": today})}
        contracts = _contracts(session, today)
    with reading(doors.engine).connect() as c:
        accounts = [
            dict(r)
            for r in c.execute(
                select(t.account.c.id, t.account.c.name, t.account.c.segment, t.account.c.tier)
            ).mappings()
        ]
        running: dict[str, list[str]] = {}
        for account, play in c.execute(
            select(t.play_run.c.account, t.play_run.c.play).where(t.play_run.c.state == "running")
        ):
            running.setdefault(account, []).append(play)
    found = []
    for a in accounts:
        score = scores.get(a["id"])
        if score is not None:
            deal = contracts.get(a["id"], {})
            found.append({**score, "name": a["name"], "segment": a["segment"], "tier": a["tier"], "arr": deal.get("arr"),
                          "renewal": deal.get("renewal"), "plays": running.get(a["id"], [])})  # fmt: skip
    return sorted(
        found, key=lambda r: (r["state"] != "scored", r["points"] if r["points"] is not None else 101, r["name"])
    )


def _contracts(session: LakeSession, today: date) -> dict[str, Any]:
    """Per account: ARR of the paid contracts in force, and the next renewal or anniversary."""
    if "contract" not in session.names:
        return {}
    live = current_contracts(session.as_of(today)["contract"].to_pyarrow(), today)
    return {r["account_id"]: r for r in live.to_pylist()}


def _files(session: LakeSession, table: str) -> str:
    """A table's published files as DuckDB reads them; paths are our own."""
    paths = ", ".join("'" + p.replace("'", "''") + "'" for p in session.paths(table))
    return f"read_parquet([{paths}], union_by_name = true)"


def _rows(session: LakeSession, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a query with bound values."""
    rows: list[dict[str, Any]] = session.con.con.execute(sql, dict(values)).to_arrow_table().to_pylist()
    return rows


@dataclass(frozen=True, slots=True)
class AccountPage:
    account: Row
    contract: Row
    csm: Row | None
    scores: Sequence[Row]  # day, points, band, coverage, state; oldest first
    parts: Sequence[Row]  # of the newest day: part, label, points, value, level, weight, state, before
    contacts: Sequence[Row]
    runs: Sequence[Row]
    tasks: Sequence[Row]
    timeline: Sequence[Row]  # at, kind, text, and what it links to; newest first


def account_page(doors: Doors, account: str, today: date) -> AccountPage:
    """Everything about one account. Raises NotFound."""
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.account).where(t.account.c.id == account)).mappings().one_or_none()
        if row is None:
            raise NotFound("account", account, "see the portfolio")
        csm = (
            c.execute(select(t.csm.c.row).where(t.csm.c.id == row["csm"])).scalar_one_or_none() if row["csm"] else None
        )
        contacts = _all(
            c,
            select(t.contact).where(t.contact.c.account == account).order_by(t.contact.c.active.desc(), t.contact.c.id),
        )
        runs = _all(
            c, select(t.play_run).where(t.play_run.c.account == account).order_by(t.play_run.c.opened_on.desc())
        )
        tasks = _all(c, select(t.task).where(t.task.c.account == account).order_by(t.task.c.due))
        timeline = _timeline(c, account)
    with doors.lake.session() as session:
        scores, parts = _history(session, account, today)
        contract = _contracts(session, today).get(account, {})
    return AccountPage(dict(row), contract, csm, scores, parts, contacts, runs, tasks, timeline)


def _all(c: Any, query: Any) -> list[dict[str, Any]]:
    return [dict(r) for r in c.execute(query).mappings()]


def _history(session: LakeSession, account: str, today: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Scores by day, and the newest day's parts beside those of the scored day before."""
    if "score" not in session.names:
        return [], []
    bound = {"day": today, "account": account}
    scores = _rows(
        session,
        _LATEST.format(score=_files(session, "score")) + "SELECT * FROM mine WHERE account_id = $account ORDER BY day",
        bound,
    )
    days = [s["day"] for s in scores if s["state"] == "scored"]
    if not days:
        return scores, []
    sql = f"""
        WITH runs AS (SELECT *, row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) AS version
                      FROM {_files(session, "score_part")} WHERE account_id = $account),
        mine AS (SELECT * FROM runs WHERE version = 1)
        SELECT coalesce(a.part, b.part) AS part, coalesce(a.label, b.label) AS label, coalesce(a.points, 0) AS points, a.value, a.level,
               a.weight, a.state, coalesce(b.points, 0) AS before
        FROM (SELECT * FROM mine WHERE day = $now) a FULL JOIN (SELECT * FROM mine WHERE day = $then) b USING (part)
        ORDER BY abs(coalesce(a.points, 0) - coalesce(b.points, 0)) DESC, part
    """
    then = days[-2] if len(days) > 1 else days[-1]
    return scores, _rows(session, sql, {"account": account, "now": days[-1], "then": then})


def _timeline(c: Any, account: str) -> list[dict[str, Any]]:
    """What was decided, made, sent, watched and withheld for the account, newest first."""
    found: list[dict[str, Any]] = []
    sent = select(t.outbox.c.changed, t.outbox.c.state, t.outbox.c.to, t.outbox.c.video, t.video.c.title)
    for r in _all(c, sent.join(t.video, t.video.c.id == t.outbox.c.video).where(t.outbox.c.account == account)):
        found.append(
            {
                "at": r["changed"],
                "kind": "mail",
                "text": f"{r['title']}: {r['state']} to {r['to']}",
                "video": r["video"],
            }
        )
    seen = select(t.view, t.video.c.title, t.video.c.length_s).join(t.video, t.video.c.id == t.view.c.video)
    for r in _all(c, seen.where(t.view.c.account == account)):
        who = "" if r["counts"] else f" ({r['why_not']})"
        found.append({"at": r["started"], "kind": "view", "text": f"Watched {r['completion']:.0%} of {r['title']}{who}",
                      "video": r["video"], "ranges": r["ranges"], "length_s": r["length_s"]})  # fmt: skip
    for r in _all(c, select(t.withheld).where(t.withheld.c.account == account)):
        found.append(
            {"at": r["at"], "kind": "withheld", "text": f"{r['play']}: {r['reason']}. {r['detail']}", "video": None}
        )
    for r in _all(c, select(t.play_run).where(t.play_run.c.account == account)):
        found.append(
            {
                "at": r["at"],
                "kind": "play",
                "text": f"{r['play']} opened, {r['state'].replace('_', ' ')}",
                "video": None,
            }
        )
    return sorted(found, key=lambda r: r["at"], reverse=True)


@dataclass(frozen=True, slots=True)
class VideoPage:
    video: Row
    account_name: str
    contact_name: str
    ledger: Row
    script: Row
    deliveries: Sequence[Row]
    views: Sequence[Row]
    review: Row | None
    events: Sequence[Row]


def video_page(doors: Doors, video: str) -> VideoPage:
    """One film with its ledger, its script and what became of it. Raises NotFound."""
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.video).where(t.video.c.id == video)).mappings().one_or_none()
        if row is None:
            raise NotFound("video", video, "see the account's page")
        names = [
            c.execute(select(table.c.name).where(table.c.id == row[column])).scalar_one_or_none() or ""
            for table, column in ((t.account, "account"), (t.contact, "contact"))
        ]
        deliveries = _all(c, select(t.outbox).where(t.outbox.c.video == video))
        views = _all(c, select(t.view).where(t.view.c.video == video).order_by(t.view.c.started))
        found = c.execute(select(t.review).where(t.review.c.video == video)).mappings().first()
        events = (
            _all(c, select(t.review_event).where(t.review_event.c.review == found["id"]).order_by(t.review_event.c.id))
            if found
            else []
        )
    folder = doors.workspace.media / "videos" / video
    ledger, script = (json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in ("ledger", "script"))
    return VideoPage(
        dict(row), names[0], names[1], ledger, script, deliveries, views, dict(found) if found else None, events
    )


def days_to(day: date | None, today: date) -> int | None:
    """Days from today to a date; None where there is none."""
    return None if day is None else (day - today) // timedelta(days=1)
