"""Looks after every load for accounts and contacts of different sources that are the same, and keeps what people said of it (D6).

A merge changes no row of the lake: sessions read second selves under the id that stands (`store/aliases.py`). In the app
database the second self stays, marked, and what was under way for it stops. Undone, everything is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
from sqlalchemy import Connection, select, update

from vitalreel.accounts.identity import Kind, Match, Rules, Seen, State, followed, same_accounts, same_contacts
from vitalreel.errors import NotFound, Refused
from vitalreel.identity import plain
from vitalreel.sources.model import TABLES
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading, upsert
from vitalreel.store.lake import LakeSession

Word = Literal["accept", "reject", "undo"]
_OF_ACCOUNT, _OF_CONTACT = ("segment", "tier", "zone", "language", "csm"), ("email", "role")
"""Columns of the app database that second selves may fill."""
RULES = ""
"""Stands for who decided where no person did."""


@dataclass(frozen=True, slots=True)
class Known:
    """One line of the list."""

    kind: Kind
    alias: str
    canonical: str
    candidates: tuple[str, ...]
    rule: str
    evidence: str
    state: State
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a look brought: new lines of the list, by what became of them."""

    merged: int
    to_review: int


def look_for_same(doors: Doors, now: datetime) -> Found:
    """Find and keep new matches, and make those the rules make at once. What a person rejected or undid stays so."""
    rules = doors.programme.identity
    accounts, contacts = _seen(doors, rules)
    if not accounts and not contacts:
        return Found(0, 0)
    with doors.engine.begin() as c:
        fresh = _keep(c, same_accounts(accounts, rules), now)
        standing = _standing(c, "account")
        moved = [_at(one, standing) for one in contacts]
        fresh += _keep(c, same_contacts(moved, rules), now)
        settle(c, now)
    return Found(sum(m.state == "merged" for m in fresh), sum(m.state in ("proposed", "unclear") for m in fresh))


def _keep(c: Connection, matches: Iterable[Match], now: datetime) -> list[Match]:
    """Those that nobody has decided on, and that were not on the list in the same words."""
    query = select(t.identity.c.kind, t.identity.c.alias, t.identity.c.state, t.identity.c.who, t.identity.c.evidence)
    known = {(r.kind, r.alias): r for r in c.execute(query)}
    fresh = []
    for m in matches:
        row = known.get((m.kind, m.alias))
        if row is not None and (row.who or row.state == "merged" or (row.state, row.evidence) == (m.state, m.evidence)):
            continue
        values = {
            "canonical": m.canonical, "candidates": list(m.candidates), "rule": m.rule, "evidence": m.evidence, "state": m.state,
            "who": RULES, "at": now,
        }  # fmt: skip
        mine = (t.identity.c.kind == m.kind, t.identity.c.alias == m.alias)
        if row is None:
            insert_new(c, t.identity, [{"kind": m.kind, "alias": m.alias, **values}])
        else:
            c.execute(update(t.identity).where(*mine).values(**values))
        fresh.append(m)
    return fresh


def listed(doors: Doors, state: State | None = None) -> tuple[Known, ...]:
    """The list: what waits for a person first."""
    with reading(doors.engine).connect() as c:
        rows = [Known(**{**r, "candidates": tuple(r["candidates"])}) for r in c.execute(select(t.identity)).mappings()]
    order: Sequence[State] = ("unclear", "proposed", "apart", "merged", "rejected")
    chosen = [r for r in rows if state is None or r.state == state]
    return tuple(sorted(chosen, key=lambda r: (order.index(r.state), r.kind, r.alias)))


def decide(doors: Doors, kind: Kind, alias: str, word: Word, who: str, now: datetime, into: str | None = None) -> Known:
    """A person's word on one line: accept (into a candidate of an unclear one), reject, or undo a merge.

    Raises NotFound for a line there is none of, Refused where the word does not fit it.
    """
    own = _own_rows(doors, kind)
    with doors.engine.begin() as c:
        mine = (t.identity.c.kind == kind, t.identity.c.alias == alias)
        row = c.execute(select(t.identity).where(*mine)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"{kind} on the list", alias, "see `vitalreel identity list`")
        canonical = _chosen(row, word, into)
        state = "merged" if word == "accept" else "rejected"
        c.execute(update(t.identity).where(*mine).values(state=state, canonical=canonical, who=who, at=now))
        if len(followed(_raw(c, kind))) < len(_raw(c, kind)):
            raise Refused(f"the merge of {alias}", "it would be its own second self", "undo the other merge first")
        _as_loaded(c, kind, own)
        settle(c, now)
    return next(k for k in listed(doors) if (k.kind, k.alias) == (kind, alias))


def _own_rows(doors: Doors, kind: Kind) -> dict[str, dict[str, Any]]:
    """The rows of everyone who is a first self, as their sources have them."""
    with reading(doors.engine).connect() as c:
        firsts = pa.table({"id": sorted(set(_standing(c, kind).values()))}, schema=pa.schema([("id", pa.string())]))
    with doors.lake.session() as session:
        if not firsts.num_rows or kind not in session.names:
            return {}
        columns = [n for n in session.columns()[kind] if n in {col.name for col in TABLES[kind].columns}]
        session.con.con.register("firsts", firsts)
        newest = "row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) = 1"
        rows = session.con.con.execute(
            f"SELECT {', '.join(columns)} FROM {kind}_versions SEMI JOIN firsts ON firsts.id = {kind}_id QUALIFY {newest}"  # noqa: S608
        ).to_arrow_table()
    return {row[f"{kind}_id"]: row for row in rows.to_pylist()}


def _as_loaded(c: Connection, kind: Kind, rows: dict[str, dict[str, Any]]) -> None:
    """Take back what second selves had filled in."""
    table, columns = (t.account, _OF_ACCOUNT) if kind == "account" else (t.contact, _OF_CONTACT)
    for one, row in rows.items():
        c.execute(update(table).where(table.c.id == one).values(row=plain(row), **{n: row[n] for n in columns}))


def _chosen(row: Any, word: Word, into: str | None) -> str:
    if word == "undo" and row["state"] != "merged":
        raise Refused(f"undoing {row['alias']}", f"it is {row['state']}, not merged")
    if word == "accept" and row["state"] == "apart":
        raise Refused(f"the merge of {row['alias']}", row["evidence"], "merge the two accounts first, if they are one")
    if word == "accept" and into is None and row["state"] == "unclear":
        choice = ", ".join(row["candidates"])
        raise Refused(f"the merge of {row['alias']}", f"it may be {choice}", "say which with --into")
    if into is not None and into not in row["candidates"]:
        raise Refused(f"the merge into {into}", f"it is no candidate; they are {', '.join(row['candidates'])}")
    return str(into or row["canonical"])


def settle(c: Connection, now: datetime) -> None:
    """Bring the app database's accounts and contacts in line with the list; loads write over them, so after each."""
    accounts, contacts = _standing(c, "account"), _standing(c, "contact")
    for table, names in ((t.account, accounts), (t.contact, contacts)):
        was = {
            r.id: r.merged_into
            for r in c.execute(select(table.c.id, table.c.merged_into).where(table.c.merged_into.is_not(None)))
        }
        for alias in (was.keys() | names.keys()) - {i for i, into in was.items() if names.get(i) == into}:
            c.execute(update(table).where(table.c.id == alias).values(merged_into=names.get(alias), updated=now))
            if alias in names:
                _stop(c, table.name, alias, names[alias])
    _place_contacts(c, accounts, contacts)
    _fill(c, t.account, accounts, _OF_ACCOUNT)
    _fill(c, t.contact, contacts, _OF_CONTACT)
    _unite_consent(c, contacts, now)


def _place_contacts(c: Connection, accounts: dict[str, str], contacts: dict[str, str]) -> None:
    """People of a second self belong to the first; of two selves of one person one is written to."""
    columns = (t.contact.c.id, t.contact.c.account, t.contact.c.active, t.contact.c.row)
    for r in c.execute(select(*columns)).all() if accounts or contacts or _misplaced(c) else ():
        own = r.row.get("account_id") or r.account
        account, active = accounts.get(own, own), r.row.get("active") is not False and r.id not in contacts
        if (account, active) != (r.account, r.active):
            c.execute(update(t.contact).where(t.contact.c.id == r.id).values(account=account, active=active))


def _misplaced(c: Connection) -> bool:
    """Whether any merge was ever made: only then can a contact stand elsewhere than its source says."""
    return c.execute(select(t.identity.c.alias).where(t.identity.c.who != RULES).limit(1)).first() is not None


def _fill(c: Connection, table: Any, names: dict[str, str], own: Sequence[str]) -> None:
    """Where the first self has no value, the second's stands."""
    for alias, canonical in names.items():
        rows = {r["id"]: r for r in c.execute(select(table).where(table.c.id.in_((alias, canonical)))).mappings()}
        if len(rows) == 2:
            first, second = rows[canonical], rows[alias]
            row = {**second["row"], **{k: v for k, v in first["row"].items() if v is not None}}
            values = {n: first[n] if first[n] is not None else second[n] for n in own}
            c.execute(update(table).where(table.c.id == canonical).values(row=row, **values))


def _unite_consent(c: Connection, contacts: dict[str, str], now: datetime) -> None:
    """Whoever said no under one of two ids is asked under neither. It stays a no when the merge is undone."""
    for alias, canonical in contacts.items():
        refused = select(t.consent).where(t.consent.c.contact == alias, t.consent.c.allowed.is_(False))
        for r in c.execute(refused).mappings().all():
            row = {"contact": canonical, "channel": r["channel"], "allowed": False, "source": r["source"], "at": now}
            if not insert_new(c, t.consent, [row]):
                mine = (t.consent.c.contact == canonical, t.consent.c.channel == r["channel"])
                c.execute(update(t.consent).where(*mine, t.consent.c.allowed.is_(True)).values(allowed=False, at=now))
        unwanted = select(t.preference).where(t.preference.c.contact == alias, t.preference.c.allowed.is_(False))
        upsert(
            c, t.preference, [dict(r) | {"contact": canonical, "at": now} for r in c.execute(unwanted).mappings().all()]
        )


def _stop(c: Connection, table: str, alias: str, canonical: str) -> None:
    """What was under way for a second self ends; the plays open anew for the first, by its own numbers."""
    if table == "account":
        runs = (t.play_run.c.account == alias, t.play_run.c.state == "running")
        c.execute(
            update(t.play_run).where(*runs).values(state="stopped", ended=f"is one account with {canonical}"[:80])
        )
    mine = t.touch.c.account == alias if table == "account" else t.touch.c.contact == alias
    waiting = t.touch.c.state.in_(("planned", "made", "in_review", "approved"))
    c.execute(update(t.touch).where(mine, waiting).values(state="stopped"))


def _raw(c: Connection, kind: Kind) -> dict[str, str]:
    query = select(t.identity.c.alias, t.identity.c.canonical)
    return {
        r.alias: r.canonical for r in c.execute(query.where(t.identity.c.kind == kind, t.identity.c.state == "merged"))
    }


def _standing(c: Connection, kind: Kind) -> dict[str, str]:
    """alias -> the id that stands."""
    return followed(_raw(c, kind))


def _at(one: Seen, standing: dict[str, str]) -> Seen:
    account = standing.get(one.account, one.account)
    return Seen(one.kind, one.id, one.source, one.name, one.rank, account, one.domain, one.email, one.external)


def _seen(doors: Doors, rules: Rules) -> tuple[list[Seen], list[Seen]]:
    """Accounts and contacts as each source has them; nothing where one source alone has any."""
    with doors.lake.session() as session:
        accounts, contacts = (_last(session, name) for name in ("account", "contact"))
    first: dict[str, int] = {}
    with reading(doors.engine).connect() as c:
        for source in c.execute(select(t.load.c.source).order_by(t.load.c.started, t.load.c.id)).scalars():
            first.setdefault(source, len(first))
    rank = {s: rules.prefer.index(s) if s in rules.prefer else len(rules.prefer) + n for s, n in first.items()}
    return [_account(r, rank) for r in accounts], [_contact(r, rank) for r in contacts]


def _last(session: LakeSession, table: str) -> list[dict[str, Any]]:
    """Every row in its newest version, of all sources; none where they are of one source."""
    if table not in session.names:
        return []
    columns = session.columns()[table]
    wanted = ["account_id", "contact_id", "name", "domain", "email", "external_ids", "source"]
    names = ", ".join(c if c in columns else f"NULL AS {c}" for c in wanted)
    newest = "row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) = 1"
    versions = session.con.con.view(f"{table}_versions")
    if versions.aggregate("count(DISTINCT source)").fetchone()[0] < 2:
        return []
    rows: list[dict[str, Any]] = (
        session.con.con.execute(
            f"SELECT {names} FROM {table}_versions QUALIFY {newest}"  # noqa: S608 - names of ours alone
        )
        .to_arrow_table()
        .to_pylist()
    )
    return rows


def _account(r: dict[str, Any], rank: dict[str, int]) -> Seen:
    return Seen(
        "account", r["account_id"], r["source"], r["name"], rank.get(r["source"], len(rank)),
        domain=_domain(r["domain"]), external=_words(r["external_ids"]),
    )  # fmt: skip


def _contact(r: dict[str, Any], rank: dict[str, int]) -> Seen:
    return Seen(
        "contact", r["contact_id"], r["source"], r["name"], rank.get(r["source"], len(rank)), account=r["account_id"],
        email=(r["email"] or "").strip().casefold(), external=_words(r["external_ids"]),
    )  # fmt: skip


def _domain(text: str | None) -> str:
    """ "https://www.Acme.com/about" is acme.com."""
    host = (text or "").strip().casefold().rpartition("://")[2].partition("/")[0].partition(":")[0]
    return host.removeprefix("www.").rstrip(".")


def _words(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    words = value if isinstance(value, list) else str(value).split("|")
    return frozenset(w.strip() for w in words if w and w.strip())
