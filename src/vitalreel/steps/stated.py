"""stated: CSMs are asked at set moments what the customer wants to reach, and what they answer is kept as a goal (D12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, select, update

from vitalreel.accounts.contract import current_contracts
from vitalreel.briefs.lookup import Field
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.sources.model import TABLES, Type
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables, learnt_on
from vitalreel.steps.modules import module_of, names_of
from vitalreel.steps.owed import close_news
from vitalreel.steps.owners import Owners, task_row
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.stated import Moment, due
from vitalreel.triggers.tasking import CSM

TASK = "stated_outcome"
"""The step under which a CSM is asked."""
KICK_OFF = "kick-off"
Row = dict[str, Any]


def ask_outcomes(doors: Doors, day: date, now: datetime) -> int:
    """Ask the CSMs of accounts at a moment, and of those for which a film is planned that would speak of a goal and has none.

    Answers how many tasks are new. One is open of an account at a time; asked again it changes nothing.
    """
    with doors.lake.session() as session:
        if "account" not in session.names:
            return 0
        known = known_tables(session, doors.programme, day)
        goals = _rows(known, "subject_goal")
        moments = list(_moments(known, day, doors.programme.currency))
    confirmed: dict[str, date] = {}
    for g in goals:
        if said := g["confirmed_on"] or g["set_on"]:
            confirmed[g["account_id"]] = max(said, confirmed.get(g["account_id"], said))
    asked = due(moments, confirmed, doors.programme.stated, day)
    with doors.engine.begin() as c:
        films = _films_without(c, doors, {g["account_id"] for g in goals})
        wanted: list[tuple[str, str, str, str]] = [
            (m.account, m.kind, m.day.isoformat(), f"{m.said} is near") for m in asked
        ]
        wanted += [(account, "film", module, f"the film {module} would speak of it") for account, module in films]
        return sum(_ask(c, doors, *one, day, now) for one in wanted)


def _moments(known: Mapping[str, Any], day: date, currency: str) -> Iterator[Moment]:
    """Of accounts with a live contract."""
    if "contract" not in known:
        return
    live = {r["account_id"]: r for r in current_contracts(known["contract"].to_pyarrow(), day, currency).to_pylist()}
    for account, r in live.items():
        if r["renewal"] is not None:
            yield Moment(account, "renewal", r["renewal"])
    for r in _rows(known, "milestone"):
        if r["milestone"] == KICK_OFF and r["done"] is not None and r["account_id"] in live:
            yield Moment(r["account_id"], "kick_off", r["done"])
    for r in _rows(known, "calendar_item"):
        if r["kind"] == "qbr" and r.get("state") != "cancelled" and r["account_id"] in live:
            yield Moment(r["account_id"], "qbr", r["day"])


def _rows(known: Mapping[str, Any], table: str) -> list[Row]:
    rows: list[Row] = known[table].to_pyarrow().to_pylist() if table in known else []
    return rows


def _films_without(c: Connection, doors: Doors, have: set[str]) -> list[tuple[str, str]]:
    """(account, module) of planned films whose module reads a goal, where the account has none."""
    planned = c.execute(
        select(t.touch.c.account, t.touch.c.module).where(t.touch.c.state == "planned").distinct()
    ).all()
    reading = {name for name in names_of(doors) if _reads_goals(doors, name)} if planned else set()
    return sorted((r.account, r.module) for r in planned if r.module in reading and r.account not in have)


def _reads_goals(doors: Doors, name: str) -> bool:
    lookups = (spec.lookup for spec in module_of(doors, name).facts.values())
    return any(isinstance(one, Field) and one.name.startswith("goal.") for one in lookups)


def _ask(c: Connection, doors: Doors, account: str, kind: str, about: str, why: str, day: date, now: datetime) -> bool:
    row = c.execute(select(t.account).where(t.account.c.id == account)).mappings().one_or_none()
    open_ = select(t.task.c.id).where(t.task.c.account == account, t.task.c.step == TASK, t.task.c.state == "open")
    if row is None or c.execute(open_).first() is not None:
        return False
    country = row["row"].get("country") or doors.programme.country
    ends = add_business_days(day, doors.programme.stated.due_days, country)
    title = f"What does {row['name']} want to reach, in their words? {why[0].upper()}{why[1:]}. Answer with `vitalreel goal`"
    owner = Owners(c, doors).of(CSM, row["csm"])
    key = fingerprint("stated outcome", account, kind, about)
    return bool(insert_new(c, t.task, [task_row(key, None, TASK, account, owner, title, ends, now)]))


# -- answered ---------------------------------------------------------------------------------------------------------------


def goals_of(doors: Doors, account: str, day: date) -> list[Row]:
    """The account's goals as known at the end of `day`, by rank and day. Raises NotFound where it was not known."""
    with doors.lake.session() as session:
        known = known_tables(session, doors.programme, day)
        if account not in known["account"].to_pyarrow()["account_id"].to_pylist():
            raise NotFound("account", account, f"it was not known on {day.isoformat()}")
        mine = [g for g in _rows(known, "subject_goal") if g["account_id"] == account]
    return sorted(mine, key=lambda g: (g["rank"] or 1, g["set_on"] or day, g["goal_id"]))


def record(
    doors: Doors,
    account: str,
    phrase: str,
    by: str,
    day: date,
    now: datetime,
    figures: Mapping[str, object] | None = None,
) -> Row:
    """Keep what the customer wants to reach, as they said it; the CSM's open task is done with it.

    phrase: an infinitive: "to fill every open shift within two days". figures: any of metric, unit, by, start, target. Raises NotFound,
    or BadInput where nobody says who heard it, or nothing.
    """
    mine = goals_of(doors, account, day)
    for what, value in (("what they want", phrase), ("who heard it", by)):
        if not value.strip():
            raise BadInput(f"the goal of {account}", f"nobody says {what}", "see `vitalreel goal record --help`")
    key = fingerprint("goal", account, phrase, day)[:16]
    row = {
        **dict.fromkeys(c.name for c in TABLES["subject_goal"].columns),
        **(figures or {}),
        "goal_id": key, "account_id": account, "phrase": " ".join(phrase.split()), "rank": len(mine) + 1, "set_on": day,
        "confirmed_on": day, "owner": by,
    }  # fmt: skip
    _keep(doors, account, by, day, now, {"subject_goal": row})
    return row


def confirm(
    doors: Doors, account: str, goal: str, by: str, day: date, now: datetime, value: float | None = None
) -> Row:
    """Say that a goal still is one, and with `value` how far they have come; the CSM's open task is done with it.

    Raises NotFound where the account has no such goal, BadInput where nobody says who heard it.
    """
    found = next((g for g in goals_of(doors, account, day) if g["goal_id"] == goal), None)
    if found is None:
        raise NotFound("goal", goal, f"see `vitalreel goal list {account}`")
    if not by.strip():
        raise BadInput(f"the goal of {account}", "nobody says who heard it", "give --by")
    row = {**{c.name: found[c.name] for c in TABLES["subject_goal"].columns}, "confirmed_on": day}
    rows = {"subject_goal": row}
    if value is not None:
        rows["goal_reading"] = {"goal_id": goal, "account_id": account, "day": day, "value": value}
    _keep(doors, account, by, day, now, rows)
    return row


def _keep(doors: Doors, account: str, by: str, day: date, now: datetime, rows: Mapping[str, Row]) -> None:
    load = fingerprint("stated", account, now, rows)[:16]
    tables = {name: _as_table(name, row, by, learnt_on(doors, day, now), now, load) for name, row in rows.items()}
    open_ = (t.task.c.account == account, t.task.c.step == TASK, t.task.c.state == "open")
    with doors.engine.begin() as c:
        doors.lake.publish(c, doors.lake.stage(load, tables), now)
        keys = list(c.execute(select(t.task.c.id).where(*open_)).scalars())
        said = str(rows["subject_goal"]["phrase"])[:1000]
        c.execute(update(t.task).where(*open_).values(state="done", done_by=by[:120], done_at=now, note=said))
        close_news(c, keys, now.date())


_ARROW: Mapping[Type, pa.DataType] = {"date": pa.date32(), "number": pa.float64(), "integer": pa.int64()}


def _as_table(name: str, row: Row, by: str, known_on: date, now: datetime, load: str) -> pa.Table:
    columns = [(c.name, _ARROW.get(c.type, pa.string())) for c in TABLES[name].columns]
    key = "|".join(str(row[k]) for k in TABLES[name].key)
    own = {"known_on": known_on, "learnt": now, "source": "vitalreel", "location": f"written down by {by}", "line": 0, "row_key": key,
           "row_digest": fingerprint(row, by), "load": load}  # fmt: skip
    words = [(n, pa.string()) for n in ("source", "location", "row_key", "row_digest", "load")]
    schema = pa.schema(
        [*columns, ("known_on", pa.date32()), ("learnt", pa.timestamp("us", "UTC")), ("line", pa.int64()), *words]
    )
    return pa.Table.from_pylist([{**row, **own}], schema=schema)
