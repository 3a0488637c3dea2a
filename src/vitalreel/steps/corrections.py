"""corrections: what people of ours said instead of a source: kept with who, when and why, and ended when the source moves (R2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.briefs.correct import Correction, read_target
from vitalreel.errors import BadInput, NotFound
from vitalreel.steps.doors import Doors
from vitalreel.steps.reviewers import note
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading

Row = Mapping[str, Any]


def standing(c: Connection, account: str, contact: str | None) -> tuple[Correction, ...]:
    """Corrections that stand for films of this account to this contact, oldest first."""
    mine = (t.fact_correction.c.account == account) & (t.fact_correction.c.state == "stands")
    whose = t.fact_correction.c.contact.in_(("", contact or ""))
    rows = c.execute(
        select(t.fact_correction).where(mine, whose).order_by(t.fact_correction.c.at, t.fact_correction.c.id)
    )
    return tuple(_read(dict(r)) for r in rows.mappings())


def _read(row: Row) -> Correction:
    return Correction(
        row["id"], read_target(row["target"]), row["was"], row["now"], row["who"], row["why"], row["at"].date()
    )


def keep(
    c: Connection, one: Correction, fact: tuple[str, str], of: tuple[str, str], review: str, video: str, now: datetime
) -> None:
    """Keep a correction; one of the same value that stood before is replaced by it.

    fact: its name and what it means. of: account and contact, "" where it is not the contact's own.
    """
    account, contact = of
    mine = (t.fact_correction.c.account == account) & (t.fact_correction.c.contact == contact)
    same = mine & (t.fact_correction.c.target == one.target.key) & (t.fact_correction.c.state == "stands")
    c.execute(update(t.fact_correction).where(same).values(state="replaced", ended=now, ended_by=one.who))
    insert_new(c, t.fact_correction, [
        {"id": one.id, "account": account, "contact": contact, "target": one.target.key, "fact": fact[0], "means": fact[1],
         "was": one.was, "now": one.now, "who": one.who, "why": one.why, "state": "stands", "ended": None, "ended_by": "",
         "review": review, "video": video, "at": now},
    ])  # fmt: skip


def withdraw(doors: Doors, name: str, who: str, why: str, now: datetime) -> None:
    """Take a correction back: films made from now on say what the source says. Raises NotFound, BadInput where it has ended."""
    if not why.strip():
        raise BadInput(f"correction {name}", "taking it back needs a reason", "say why the source is right")
    with doors.engine.begin() as c:
        row = c.execute(select(t.fact_correction).where(t.fact_correction.c.id == name)).mappings().one_or_none()
        if row is None:
            raise NotFound("correction", name, "see `vitalreel review corrections`")
        if row["state"] != "stands":
            raise BadInput(f"correction {name}", f"it is {row['state']} already")
        _end(c, [name], "withdrawn", f"{who}: {' '.join(why.split())[:300]}", now)


def overtaken(c: Connection, standings: Mapping[str, str]) -> list[str]:
    """In words, the corrections of a film that its source has overtaken and no person has seen yet. standings: of the film's row."""
    ids = [i for i, how in standings.items() if how == "overtaken"]
    rows = c.execute(
        select(t.fact_correction).where(t.fact_correction.c.id.in_(ids), t.fact_correction.c.state == "stands")
    )
    return [
        f"{r['means']}: {r['who']} said {r['now']} where the source had {r['was']}; it has moved on, and the film says what it says now"
        for r in rows.mappings()
    ]  # fmt: skip


def confirm(c: Connection, review: str, standings: Mapping[str, str], now: datetime) -> None:
    """The source says by now what was corrected: those corrections end, as the film's review says."""
    ids = [i for i, how in standings.items() if how == "confirmed"]
    if ids:
        for name, means in _end(c, ids, "confirmed", "the source", now):
            note(
                c,
                review,
                "corrected",
                f"{means}: the source says so itself now; the correction {name[:8]} is over",
                now,
            )


def seen(c: Connection, standings: Mapping[str, str], who: str, now: datetime) -> None:
    """A person approved a film that says what the source says instead: corrections it has overtaken end."""
    _end(c, [i for i, how in standings.items() if how == "overtaken"], "overtaken", who, now)


def _end(c: Connection, ids: list[str], state: str, by: str, now: datetime) -> list[tuple[str, str]]:
    """Those that stood until now, with what they were of."""
    mine = t.fact_correction.c.id.in_(ids) & (t.fact_correction.c.state == "stands")
    ended = update(t.fact_correction).where(mine).values(state=state, ended=now, ended_by=by[:400])
    return (
        [tuple(r) for r in c.execute(ended.returning(t.fact_correction.c.id, t.fact_correction.c.means))] if ids else []
    )


def listing(doors: Doors, account: str = "", every: bool = False) -> list[dict[str, Any]]:
    """Corrections that stand, or all there ever were, the newest first: what is to be put right at its source."""
    query = (
        select(t.fact_correction, t.account.c.name.label("account_name"))
        .join(t.account, t.account.c.id == t.fact_correction.c.account)
        .order_by(t.fact_correction.c.at.desc(), t.fact_correction.c.id)
    )
    query = query.where(t.fact_correction.c.account == account) if account else query
    query = query if every else query.where(t.fact_correction.c.state == "stands")
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]
