"""What calls, meetings and calendars say is tied to accounts and contacts, and what was asked, risked or promised taken out (D11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from vitalreel.identity import fingerprint
from vitalreel.signals.remarks import Phrases, find_remarks, read_phrases
from vitalreel.sources.rows import Mapped
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import reading

FILE = "remarks.yaml"
_SHARED = frozenset((None, ""))


@dataclass(frozen=True, slots=True)
class People:
    """Who is known, by what calls and calendars name people with."""

    by_email: Mapping[str, tuple[str, str]]  # address -> (contact, account)
    by_name: Mapping[tuple[str, str], str]  # (account, name) -> contact, where one alone has the name
    by_domain: Mapping[str, str]  # domain -> account, where one alone has it
    accounts: frozenset[str]


def with_talks(doors: Doors, mapped: Mapped) -> Mapped:
    """Rows of conversations and calendars tied to accounts and contacts; beside them a row a remark."""
    if not mapped.tables.keys() & {"conversation", "calendar_item"}:
        return mapped
    tables, read = dict(mapped.tables), dict(mapped.read)
    if not any(_names_people(doors, tables[n]) for n in ("conversation", "calendar_item") if n in tables):
        return mapped
    people = people_of(doors)
    for name in ("conversation", "calendar_item"):
        if name in tables:
            tables[name] = _tied(tables[name], people)
    conversations = tables.get("conversation")
    if conversations is not None and conversations["transcript"].null_count < conversations.num_rows:
        file = doors.workspace.root / FILE
        phrases = read_phrases(doors.workspace.yaml(FILE), FILE) if file.is_file() else {}
        remarks = _remarks(conversations, phrases, people)
        if remarks.num_rows:
            tables["remark"] = remarks
            read["remark"] = len(set(zip(remarks["_file"].to_pylist(), remarks["_line"].to_pylist(), strict=True)))
    return replace(mapped, tables=tables, read=read)


def _names_people(doors: Doors, rows: pa.Table) -> bool:
    """Whether a table says anything that has to be looked up: an address for an account, a name, or words that were spoken."""
    if pc.any(pc.match_substring(rows["account_id"], "@")).as_py():
        return True
    if "participants" not in rows.column_names:
        return False
    if rows["transcript"].null_count < rows.num_rows:
        return True
    named = pc.list_flatten(pc.split_pattern(rows["participants"].cast(pa.string()), "|")).unique()
    with reading(doors.engine).connect() as c:
        known = pa.array(list(c.execute(select(t.contact.c.id)).scalars()), pa.string())
    return not pc.all(pc.is_in(named, value_set=known), min_count=0).as_py()


def people_of(doors: Doors) -> People:
    """Contacts and accounts as last known. What names two of them names neither."""
    with reading(doors.engine).connect() as c:
        contacts = c.execute(
            select(t.contact.c.id, t.contact.c.account, t.contact.c.name, t.contact.c.email, t.contact.c.merged_into)
        ).all()
        accounts = c.execute(select(t.account.c.id, t.account.c.row)).all()
    first = [r for r in contacts if r.merged_into is None]
    emails = [((r.email or "").casefold(), (r.id, r.account)) for r in first]
    names = [((r.account, r.name.casefold()), r.id) for r in first]
    domains = [((r.row.get("domain") or "").casefold().removeprefix("www."), r.id) for r in accounts]
    by_domain = _alone(domains) | {d: a for d, a in _alone_accounts(emails).items() if d not in dict(domains)}
    return People(_alone(emails), _alone(names), by_domain, frozenset(r.id for r in accounts))


def _alone(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    found: dict[Any, set[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: next(iter(values)) for key, values in found.items() if len(values) == 1 and key not in _SHARED}


def _alone_accounts(emails: list[tuple[str, tuple[str, str]]]) -> dict[str, str]:
    """Domains of addresses that one account alone has."""
    return _alone([(e.partition("@")[2], account) for e, (_, account) in emails if "@" in e])


def _tied(rows: pa.Table, people: People) -> pa.Table:
    """An account named by addresses becomes its id; participants become the contacts they are."""
    accounts = [_account(a, people) for a in rows["account_id"].to_pylist()]
    rows = rows.set_column(rows.column_names.index("account_id"), "account_id", pa.array(accounts, pa.string()))
    if "participants" in rows.column_names:
        told = zip(rows["participants"].to_pylist(), accounts, strict=True)
        tied = pa.array(
            [who and "|".join(_contact(p, a, people) or p for p in who.split("|")) for who, a in told], pa.string()
        )
        rows = rows.set_column(rows.column_names.index("participants"), "participants", tied)
    return rows


def _account(text: str | None, people: People) -> str | None:
    """An account's id as it stands; of addresses, the one account they lead to, else the text for the contract to refuse."""
    if text is None or text in people.accounts or "@" not in text:
        return text
    addresses = [a.strip().casefold() for a in text.split("|") if "@" in a]
    found = {people.by_email[a][1] for a in addresses if a in people.by_email}
    found = found or {people.by_domain[d] for d in (a.partition("@")[2] for a in addresses) if d in people.by_domain}
    return next(iter(found)) if len(found) == 1 else text


def _contact(who: str, account: str | None, people: People) -> str | None:
    """The contact that an address, or a name within the account, belongs to; None where it is nobody's alone."""
    name = who.strip().casefold()
    by_email = people.by_email.get(name)
    if by_email is not None and by_email[1] == account:
        return by_email[0]
    return people.by_name.get((account, name)) if account is not None else None


def _remarks(rows: pa.Table, phrases: Mapping[str, Phrases], people: People) -> pa.Table:
    """A row-grain table of remarks: where each stood is where its conversation stood."""
    found: list[dict[str, Any]] = []
    columns = ["conversation_id", "account_id", "at", "transcript", "_file", "_line", "_moment"]
    moment = rows.schema.field("_moment").type
    for r in rows.select(columns).to_pylist():
        for remark in find_remarks(r["transcript"] or "", phrases):
            found.append({
                "remark_id": fingerprint(r["conversation_id"], remark.kind, remark.sentence)[:24], "account_id": r["account_id"],
                "conversation_id": r["conversation_id"], "at": r["at"], "kind": remark.kind, "sentence": remark.sentence,
                "speaker": remark.speaker or None, "contact_id": _contact(remark.speaker, r["account_id"], people),
                "start_s": remark.start_s, "_file": r["_file"], "_line": r["_line"], "_moment": r["_moment"], "_gather": None,
            })  # fmt: skip
    once = list({r["remark_id"]: r for r in reversed(found)}.values())[::-1]
    return pa.Table.from_pylist(once, schema=_schema(rows, moment))


def _schema(rows: pa.Table, moment: pa.DataType) -> pa.Schema:
    at = rows.schema.field("at").type
    text = (
        "remark_id",
        "account_id",
        "conversation_id",
        "kind",
        "sentence",
        "speaker",
        "contact_id",
        "_file",
        "_gather",
    )
    fields = {n: pa.string() for n in text} | {
        "at": at,
        "start_s": pa.float64(),
        "_line": pa.int64(),
        "_moment": moment,
    }
    order = ("remark_id", "account_id", "conversation_id", "at", "kind", "sentence", "speaker", "contact_id", "start_s", "_file",
             "_line", "_moment", "_gather")  # fmt: skip
    return pa.schema([(n, fields[n]) for n in order])
