"""The people the decision service chooses among and asks about: one reading of a contact, when a film is planned and when it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from vitalreel.identity import ContactId
from vitalreel.steps.remember import AT_ONCE
from vitalreel.store import tables as t
from vitalreel.triggers.guards import Person
from vitalreel.triggers.kinds import Kind, declined

Row = Mapping[str, Any]


def folded(address: str | None) -> str:
    """An address as it is compared: mail servers tell upper case from lower in none that is in use."""
    return (address or "").strip().casefold()


def people_of(c: Connection, accounts: Sequence[str], kinds: Sequence[Kind]) -> dict[str, list[Person]]:
    """The contacts of these accounts. kinds: of messages, which they may not want."""
    given: dict[str, dict[str, bool]] = {}
    for said in c.execute(select(t.consent)):
        given.setdefault(said.contact, {})[said.channel] = said.allowed
    wanted = _wanted(c, select(t.preference))
    silent = suppressed(c)
    found: dict[str, list[Person]] = {}
    asked = [
        select(t.contact).where(t.contact.c.account.in_(accounts[n : n + AT_ONCE]))
        for n in range(0, len(accounts), AT_ONCE)
    ]
    for r in (row for some in asked for row in c.execute(some).mappings()):
        found.setdefault(r["account"], []).append(
            _person(dict(r), given.get(r["id"], {}), silent, declined(kinds, wanted.get(r["id"], {})))
        )
    return found


def person_of(c: Connection, contact: Row, kinds: Sequence[Kind]) -> Person:
    """One contact, as they stand in this transaction: who changes what they allowed waits until it has ended.

    contact: a row of the table, or any with its `id`, `name`, `role`, `email`, `active` and `row`.
    """
    said = select(t.consent.c.channel, t.consent.c.allowed).where(t.consent.c.contact == contact["id"])
    given = {r.channel: r.allowed for r in c.execute(said.with_for_update(read=True))}
    wanted = _wanted(c, select(t.preference).where(t.preference.c.contact == contact["id"]).with_for_update(read=True))
    refused = declined(kinds, wanted.get(contact["id"], {}))
    return _person(contact, given, suppressed(c, [contact["email"]]), refused)


def _wanted(c: Connection, query: Select[Any]) -> dict[str, dict[tuple[str, str], bool]]:
    """contact -> (channel, kind) -> whether they want it."""
    found: dict[str, dict[tuple[str, str], bool]] = {}
    for r in c.execute(query):
        found.setdefault(r.contact, {})[r.channel, r.kind] = r.allowed
    return found


def suppressed(c: Connection, addresses: Iterable[str | None] | None = None) -> dict[str, str]:
    """Addresses that get no mail, folded -> why, in words. addresses: only these; None: all there are."""
    row = t.suppression.c
    query = select(row.address, row.reason, row.at).where(row.lifted.is_(None)).order_by(row.at, row.id)
    if addresses is not None:
        query = query.where(row.address.in_({folded(a) for a in addresses}))
    return {r.address: f"{r.reason}, {r.at:%Y-%m-%d}" for r in c.execute(query)}


def _person(
    contact: Row, given: Mapping[str, bool], silent: Mapping[str, str], refused: frozenset[tuple[str, str]]
) -> Person:  # fmt: skip
    """What they told us overrides what the source says; where neither says anything, nothing is said."""
    by_source = contact["row"].get("consent_email")
    consent = {**({} if by_source is None else {"email": bool(by_source)}), **given}
    return Person(
        ContactId(contact["id"]), contact["name"], contact["role"] or "user", contact["email"], contact["active"], consent,
        suppressed=silent.get(folded(contact["email"]), ""), zone=contact["row"].get("zone"), declined=refused,
    )  # fmt: skip
