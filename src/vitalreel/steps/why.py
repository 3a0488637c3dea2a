"""Why an account got something, or did not: what each play said to it on a day, part by part, and what became of its films (T7 T12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from vitalreel import conditions
from vitalreel.conditions import Tree
from vitalreel.conditions.tree import All, People, Ref
from vitalreel.conditions.tree import Any as Either
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import AccountId
from vitalreel.signals.catalogue import NUMERIC, WORDS, Catalogue
from vitalreel.signals.features import Features
from vitalreel.signals.tables import day_of
from vitalreel.steps.clearance import cleared, touches
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.suppressed import suppressions
from vitalreel.steps.translations import note_on, wanted_by
from vitalreel.store import tables as t
from vitalreel.store.database import reading

RECENT = timedelta(days=56)
"""Films and silences of so many days are told: a ladder's length."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition, and what it said."""

    text: str
    answer: bool | None
    values: Mapping[str, Any]  # signals it asks about, on the day and on the day it is compared with; None: unknown


@dataclass(frozen=True, slots=True)
class Answered:
    """What one play said to the account."""

    play: str
    asked_on: date  # the last day the play was put to all accounts, up to the day asked about
    outcome: str
    reason: str
    detail: str
    since: date | None  # first day it was so; None for a plain no
    joined: str  # "and" | "or": how the parts make the condition
    parts: tuple[Part, ...]
    silences: tuple[Row, ...]  # step, day, reason, detail: what held its films lately


@dataclass(frozen=True, slots=True)
class Film:
    """A film of the account, and what keeps it at this moment."""

    play: str
    step: str
    module: str
    contact: str
    state: str
    start: datetime
    end: datetime
    waits: str  # for what, in words; empty where nothing holds it
    until: datetime | None
    note: str = ""  # why it is not in its viewer's language; empty where it is


@dataclass(frozen=True, slots=True)
class Why:
    account: AccountId
    name: str
    flags: Mapping[str, bool | None]  # the programme's guards on the last day decided
    plays: tuple[Answered, ...]
    films: tuple[Film, ...]
    silent: tuple[Row, ...] = ()  # `steps.suppressed.suppressions`: addresses of its people that get no mail


def why(doors: Doors, account: str, day: date, now: datetime, play: str | None = None) -> Why:
    """Why the account, by id or name, stands with every play (or one) as it did on `day`.

    Raises NotFound for an account nobody knows and a play that was never decided, BadInput for a name that two bear.
    """
    with reading(doors.engine).connect() as c:
        row = _account(c, account)
        asked = _asked(c, day, play)
        films = tuple(_film(c, doors, dict(r), now) for r in c.execute(_films(row["id"], day, play)).mappings())
        said = {name: _said(c, row["id"], name, on) for name, (on, _) in asked.items()}
        silences = {name: _silences(c, row["id"], name, day) for name in asked}
    parts = _parts(doors, AccountId(row["id"]), asked)
    answered = tuple(
        _answered(name, on, said[name], *parts[name], silences[name]) for name, (on, _) in sorted(asked.items())
    )
    flags = dict.fromkeys(doors.programme.guards.conditions, False) | (row["flags"] or {})
    return Why(AccountId(row["id"]), row["name"], flags, answered, films, tuple(suppressions(doors, row["id"])))


def _account(c: Connection, account: str) -> Row:
    columns = (t.account.c.id, t.account.c.name, t.account.c.flags)
    by_name = func.lower(t.account.c.name) == account.lower()
    found = c.execute(select(*columns).where(or_(t.account.c.id == account, by_name))).mappings().all()
    exact = [r for r in found if r["id"] == account] or list(found)
    if not exact:
        raise NotFound("account", account, "give its id or its whole name")
    if len(exact) > 1:
        raise BadInput("account", f"{len(exact)} accounts are named {account!r}", f"give an id: {exact[0]['id']}, …")
    return dict(exact[0])


def _asked(c: Connection, day: date, play: str | None) -> dict[str, tuple[date, Row]]:
    """play -> (the last day it was put to all accounts by `day`, the definition that was)."""
    last = select(t.play_day.c.play, func.max(t.play_day.c.day).label("day")).where(t.play_day.c.day <= day)
    newest = last.group_by(t.play_day.c.play).subquery()
    query = (
        select(t.play_day.c.play, t.play_day.c.day, t.play_version.c.definition)
        .join(newest, (newest.c.play == t.play_day.c.play) & (newest.c.day == t.play_day.c.day))
        .join(t.play_version, t.play_version.c.config == t.play_day.c.config)
    )
    found = {r.play: (r.day, r.definition) for r in c.execute(query) if play in (None, r.play)}
    if not found:
        what = play or "any"
        raise NotFound("decided play", what, f"none was put to the accounts by {day}: see `vitalreel plan` and `run`")
    return found


def _said(c: Connection, account: str, play: str, on: date) -> Row | None:
    spell = select(t.said).where(
        t.said.c.account == account,
        t.said.c.play == play,
        t.said.c.since <= on,
        or_(t.said.c.until.is_(None), t.said.c.until > on),
    )
    row = c.execute(spell).mappings().one_or_none()
    return None if row is None else dict(row)


def _silences(c: Connection, account: str, play: str, day: date) -> tuple[Row, ...]:
    held = t.withheld
    query = (
        select(held.c.step, func.min(held.c.day).label("first"), func.max(held.c.day).label("last"), held.c.reason, held.c.detail)
        .where(held.c.account == account, held.c.play == play, held.c.day > day - RECENT, held.c.day <= day)
        .group_by(held.c.step, held.c.reason, held.c.detail)
        .order_by(func.max(held.c.day).desc(), held.c.step)
    )  # fmt: skip
    return tuple(dict(r) for r in c.execute(query).mappings())


def _films(account: str, day: date, play: str | None) -> Any:
    mine = touches().where(t.touch.c.account == account, t.touch.c.as_of > day - RECENT, t.touch.c.as_of <= day)
    return (mine.where(t.play_run.c.play == play) if play else mine).order_by(
        t.touch.c.window_from.desc(), t.touch.c.id
    )


def _film(c: Connection, doors: Doors, touch: Row, now: datetime) -> Film:
    no = (
        cleared(c, doors, touch, "send", now)
        if touch["state"] in ("planned", "made", "in_review", "approved")
        else None
    )
    return Film(
        touch["play"], touch["step"], touch["module"], touch["contact_name"], touch["state"], touch["window_from"],
        touch["window_to"], "" if no is None else f"{no.reason}: {no.detail}", None if no is None else no.until,
        note_on(doors, touch["module"], wanted_by(touch["contact_row"], touch["account_row"])),
    )  # fmt: skip


# -- the condition, part by part ----------------------------------------------------------------------------------------


def _parts(
    doors: Doors, account: AccountId, asked: Mapping[str, tuple[date, Row]]
) -> dict[str, tuple[str, tuple[Part, ...]]]:
    """play -> how its parts are joined, and the parts as they were answered on the day it was asked."""
    catalogue = catalogue_of(doors)
    found: dict[str, tuple[str, tuple[Part, ...]]] = {}
    with doors.lake.session() as session:
        for on in sorted({on for on, _ in asked.values()}):
            trees = {n: conditions.parse(d["when"], catalogue) for n, (o, d) in asked.items() if o == on}
            sound = {
                name: checked.sound for name, checked in trees.items() if checked.ok
            }  # the catalogue has moved on since
            split = {name: _split(tree) for name, tree in sound.items()}
            row = _answers(session, doors, catalogue, account, on, {n: p for n, (_, p) in split.items()})
            for name in trees:
                joined, parts = split.get(name, ("and", ()))
                found[name] = (joined, tuple(_part(name, i, part, row, catalogue) for i, part in enumerate(parts)))
    return found


def _split(tree: Tree) -> tuple[str, tuple[Tree, ...]]:
    match tree:
        case All(parts):
            return "and", parts
        case Either(parts):
            return "or", parts
        case _:
            return "and", (tree,)


def _answers(
    session: Any, doors: Doors, catalogue: Catalogue, account: AccountId, on: date, split: Mapping[str, Sequence[Tree]]
) -> Row:
    """One row of columns: `play:i` what its part said, `i:signal` and `signal:lag` its values."""
    signals = signals_of(doors, session, catalogue, on)
    fresh = signals.fresh()
    texts = {name: [conditions.write(part) for part in parts] for name, parts in split.items()}
    question = (*signals.question, "why", texts, fresh, business_days(list(split.values()), signals.moment.number))

    def make() -> None:
        features = Features(catalogue, signals.moment, fresh)
        trees = {f"{name}:{i}": part for name, parts in split.items() for i, part in enumerate(parts)}
        columns = dict(conditions.compile_conditions(trees, features))
        for part in trees.values():
            columns |= {f"{n}:{lag}": features.at(n, lag) for n, lag in _values(part, catalogue)}
        wide = features.wide(signals.tables)
        session.keep("why", wide.select("account_id", **columns))

    session.planned(question, make)
    rows = session.kept("why")
    mine = session.con.to_pyarrow(rows.filter(rows.account_id == account)).to_pylist()
    return dict(mine[0]) if mine else {}


def _values(part: Tree, catalogue: Catalogue) -> tuple[tuple[str, int], ...]:
    """(signal, days before) of what a part asks about, in the order written."""
    named = [catalogue.find(name) for name in _named(part)]
    kinds = NUMERIC | WORDS | {"date"}
    mine = dict.fromkeys(s.name for s in named if s is not None and s.grain == "account" and s.type in kinds)
    older = conditions.older_values(part)
    return tuple(
        (name, lag)
        for name in mine
        for lag in (0, *([older[name][0]] if name in older and older[name][1] is None else []))
    )


def _named(part: object) -> Iterator[str]:
    """Every signal a part names, but for those of people and features."""
    match part:
        case Ref(name):
            yield name
        case People():
            return
        case tuple():
            for one in part:
                yield from _named(one)
        case _ if is_dataclass(part):
            for f in fields(part):
                yield from _named(getattr(part, f.name))


def _part(play: str, i: int, part: Tree, row: Row, catalogue: Catalogue) -> Part:
    values = {}
    for name, lag in _values(part, catalogue):
        value = row.get(f"{name}:{lag}")
        if value is not None and catalogue.signals[name].type == "date":
            value = day_of(int(value)).isoformat()
        values[f"{name} {lag} days before" if lag else name] = value
    return Part(conditions.write(part), row.get(f"{play}:{i}"), values)


def _answered(
    play: str, on: date, said: Row | None, joined: str, parts: tuple[Part, ...], silences: tuple[Row, ...]
) -> Answered:
    if said is not None:
        return Answered(
            play, on, said["outcome"], said["reason"], said["detail"], said["since"], joined, parts, silences
        )
    return Answered(play, on, "no", "", "the condition says no", None, joined, parts, silences)
