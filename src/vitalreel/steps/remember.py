"""What every play said to every account, kept as spells: a row is written when an answer becomes another, so days of sameness are free."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from vitalreel.identity import AccountId
from vitalreel.steps.versions import keep_definitions
from vitalreel.store import tables as t
from vitalreel.store.database import upsert
from vitalreel.triggers.decision import Said
from vitalreel.triggers.matrix import Play

Spell = tuple[str, str]
"""Account and play."""
AT_ONCE = 10_000
"""Accounts named in one question to the database: SQLite takes 32,766 values at most."""


def remember(
    c: Connection, said: Collection[Said], plays: Sequence[Play], flags: Mapping[AccountId, Mapping[str, bool | None]], day: date,
    now: datetime, only: Collection[AccountId] | None = None, catalogue: str | None = None,
) -> None:  # fmt: skip
    """Keep the answers of `day`, in the transaction that saves what came of them. A day before one that is kept changes nothing.

    only: the accounts that were asked; what was said to others stands, and it is no day on which all were. catalogue: fingerprint of the
    one the plays were read by; None: not known.
    """
    config = keep_definitions(c, plays, catalogue, now)
    if only is None:
        upsert(c, t.play_day, [{"play": name, "day": day, "config": key, "at": now} for name, key in config.items()])
    _flags(c, flags, only)
    newest = [p for p in config if not _later(c, p, day)]
    current = _current(c, newest, only)
    fresh = {(s.account, s.play): s for s in said if s.play in newest}
    over = [r for key, r in current.items() if key not in fresh or not _same(r, fresh[key])]
    _end(c, [r for r in over if r.since < day], day)
    _forget(c, [r for r in over if r.since == day])
    begun = [s for key, s in fresh.items() if key not in current or not _same(current[key], s)]
    upsert(c, t.said, [_row(s, now) for s in begun])


def _current(c: Connection, plays: Sequence[str], only: Collection[AccountId] | None) -> dict[Spell, Any]:
    """What stands of these plays: to all accounts, or to those alone."""
    x = t.said.c
    query = select(x.account, x.play, x.since, x.outcome, x.reason, x.detail).where(
        x.play.in_(plays), x.until.is_(None)
    )
    chosen = sorted(only) if only is not None else []
    parts = [chosen[n : n + AT_ONCE] for n in range(0, len(chosen), AT_ONCE)]
    queries = [query] if only is None else [query.where(t.said.c.account.in_(part)) for part in parts]
    return {(r.account, r.play): r for one in queries for r in c.execute(one)}


def _later(c: Connection, play: str, day: date) -> bool:
    later = select(t.play_day.c.day).where(t.play_day.c.play == play, t.play_day.c.day > day)
    return c.execute(later.limit(1)).first() is not None


def _end(c: Connection, rows: Sequence[Row[Any]], day: date) -> None:
    if rows:
        c.execute(update(t.said).where(*_KEY).values(until=day), [_key(r) for r in rows])


def _forget(c: Connection, rows: Sequence[Row[Any]]) -> None:
    """Answers of this very day that were given again, otherwise."""
    if rows:
        c.execute(delete(t.said).where(*_KEY), [_key(r) for r in rows])


_KEY = (t.said.c.account == bindparam("a"), t.said.c.play == bindparam("p"), t.said.c.since == bindparam("s"))


def _key(row: Row[Any]) -> dict[str, Any]:
    return {"a": row.account, "p": row.play, "s": row.since}


def _flags(
    c: Connection, flags: Mapping[AccountId, Mapping[str, bool | None]], only: Collection[AccountId] | None
) -> None:
    """The programme's guards of each account, written where they changed. An account that is not named has none that says yes
    or is unknown: it is kept with none, and one never written to stays so. only: others keep what they have."""
    kept = {
        r.id: r.flags
        for r in c.execute(select(t.account.c.id, t.account.c.flags).where(t.account.c.flags.is_not(None)))
    }
    now: dict[str, Mapping[str, bool | None]] = {account: {} for account, said in kept.items() if said}
    now |= {account: dict(said) for account, said in flags.items()}
    asked = now.keys() if only is None else now.keys() & set(only)
    changed = [{"a": account, "f": now[account]} for account in asked if kept.get(account) != now[account]]
    if changed:
        c.execute(update(t.account).where(t.account.c.id == bindparam("a")).values(flags=bindparam("f")), changed)


def _row(s: Said, now: datetime) -> dict[str, Any]:
    return {
        "account": s.account, "play": s.play, "since": s.day, "until": None, "outcome": s.outcome, "reason": s.reason,
        "detail": s.detail, "at": now,
    }  # fmt: skip


def _same(row: Row[Any], s: Said) -> bool:
    return (row.outcome, row.reason, row.detail) == (s.outcome, s.reason, s.detail)
