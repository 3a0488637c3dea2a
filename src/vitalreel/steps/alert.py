"""alert: what is news today about accounts, plays, sources, loads and deliveries, kept once and given to whom it concerns (T13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.identity import fingerprint
from vitalreel.review.chain import OPERATIONS
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.alerting import Rows, Said, filled, put_to_all, rows_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.owners import task_row
from vitalreel.steps.watched import watched
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.alerts import Alert, Ask, Open, news
from vitalreel.triggers.calendar import moved


@dataclass(frozen=True, slots=True)
class Alerted:
    """What a day brought."""

    opened: int  # news, told or to be told
    standing: int  # so already when its row was first asked: not told
    closed: int


@dataclass(frozen=True, slots=True)
class _About:
    """What one piece of news is about, in words."""

    title: str
    detail: str = ""
    account: str | None = None
    owner: str | None = None  # the account's CSM
    task: str = ""
    country: str | None = None


def alert_day(doors: Doors, day: date, now: datetime) -> Alerted:
    """Put every row of alerts.yaml to the end of `day` and keep what is news, in one transaction; asked again it changes nothing.

    Raises BadConfiguration where alerts.yaml cannot be used.
    """
    catalogue = catalogue_of(doors)
    rows = rows_of(doors, catalogue)
    if rows is None:
        return Alerted(0, 0, 0)
    said, about = _asked(doors, rows, catalogue, day, now)
    counts = [0, 0, 0]
    with doors.engine.begin() as c:
        since = {r.alert: r.since for r in c.execute(select(t.alert_rule))}
        for alert in rows.alerting.rows:
            first = since.get(alert.name, day) == day
            insert_new(c, t.alert_rule, [{"alert": alert.name, "since": day}])
            yes, unknown = said[alert.name]
            found = news(alert, yes, unknown, _known(c, alert.name), day, first)
            _save(c, rows, alert, found.opened, about[alert.name], found.told, day, now)
            _close(c, alert.name, found.closed, day)
            counts[0 if found.told else 1] += len(found.opened)
            counts[2] += len(found.closed)
    return Alerted(*counts)


def _asked(
    doors: Doors, rows: Rows, catalogue: Catalogue, day: date, now: datetime
) -> tuple[dict[str, tuple[frozenset[str], frozenset[str]]], dict[str, Mapping[str, _About]]]:
    """alert -> (yes, unknown), and alert -> what it is about -> in words."""
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue, day, rows.signals)
        answers = put_to_all(rows, signals)
        columns = ["account_id", "csm", "country"]
        accounts = {r["account_id"]: r for r in session.rows("account").select(columns).to_pylist()}
        fresh = signals.fresh()
    said: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    about: dict[str, Mapping[str, _About]] = {}
    for alert in rows.alerting.rows:
        if alert.when:
            found = answers[alert.name]
            said[alert.name] = frozenset(found.yes), found.unknown
            about[alert.name] = _of_accounts(alert, found, accounts, doors.programme.country)
        else:
            with reading(doors.engine).connect() as c:
                things = watched(c, doors, alert, fresh, day, now)
            said[alert.name] = frozenset(things), frozenset()
            about[alert.name] = {name: _About(*words) for name, words in things.items()}
    return said, about


def _of_accounts(
    alert: Alert, said: Said, accounts: Mapping[str, Mapping[str, Any]], country: str
) -> dict[str, _About]:
    return {
        account: _About(
            filled(alert.say, places), "", account, accounts[account]["csm"],
            filled(alert.task.title, places) if alert.task else "", accounts[account]["country"] or country,
        )
        for account, places in said.yes.items()
    }  # fmt: skip


def _known(c: Connection, alert: str) -> list[Open]:
    query = select(t.alert.c.about, t.alert.c.opened_on, t.alert.c.closed_on).where(t.alert.c.alert == alert)
    return [Open(alert, r.about, r.opened_on, r.closed_on) for r in c.execute(query)]


def _save(
    c: Connection,
    rows: Rows,
    alert: Alert,
    opened: Sequence[str],
    about: Mapping[str, _About],
    told: bool,
    day: date,
    now: datetime,
) -> None:
    csms = set(c.execute(select(t.csm.c.id)).scalars())
    made: list[dict[str, Any]] = []
    for name in opened:
        what = about[name]
        owner = what.owner if alert.to == "owner" and what.owner in csms else OPERATIONS
        made.append(
            {"id": fingerprint("alert", alert.name, name, day), "alert": alert.name, "about": name, "account": what.account,
             "person": owner, "how": alert.how, "title": what.title, "detail": what.detail, "opened_on": day, "closed_on": None,
             "told": told, "notice": None, "at": now}
        )  # fmt: skip
    insert_new(c, t.alert, made)
    if alert.task and told:
        insert_new(c, t.task, [_task(alert.task, row, about[str(row["about"])], day) for row in made])


def _task(asked: Ask, row: Mapping[str, Any], what: _About, day: date) -> dict[str, Any]:
    due = moved(day, asked.due.days, asked.due.business, what.country)
    return task_row(
        fingerprint("task", row["id"]), None, row["alert"], row["account"], row["person"], what.task, due, row["at"]
    )


def _close(c: Connection, alert: str, closed: Sequence[str], day: date) -> None:
    """Over; where nobody was told yet, nobody is."""
    for about in closed:
        mine = (t.alert.c.alert == alert) & (t.alert.c.about == about) & t.alert.c.closed_on.is_(None)
        c.execute(update(t.alert).where(mine, t.alert.c.notice.is_(None)).values(notice=""))
        c.execute(update(t.alert).where(mine).values(closed_on=day))


def alerts(doors: Doors, every: bool = False) -> list[dict[str, Any]]:
    """What is so now, or all that ever was, the newest first, with how it was told."""
    query = (
        select(t.alert, t.notice.c.state.label("notice_state"), t.notice.c.channel)
        .outerjoin(t.notice, t.notice.c.key == t.alert.c.notice)
        .order_by(t.alert.c.opened_on.desc(), t.alert.c.alert, t.alert.c.about)
    )
    if not every:
        query = query.where(t.alert.c.closed_on.is_(None))
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]
