"""Addresses that get no mail: why, since when, and a person's word that lets one off again (R6 R8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.people import folded
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading

Row = Mapping[str, Any]


def suppress(c: Connection, of: Row, address: str, reason: str, detail: str, source: str, now: datetime) -> bool:
    """Write no mail to an address from now on; answers whether it got some until now. of: `account` and `contact` it is known by.

    source: a report's id, or who says so: the same one says it once, so that nothing comes back after a person let the address off.
    """
    standing = select(t.suppression.c.id).where(t.suppression.c.address == address, t.suppression.c.lifted.is_(None))
    before = c.execute(standing).first() is not None
    new = insert_new(c, t.suppression, [
        {"id": fingerprint("suppression", address, source), "address": address, "account": of["account"], "contact": of["contact"],
         "reason": reason, "detail": detail, "source": source[:120], "at": now, "lifted": None}
    ])  # fmt: skip
    return bool(new) and not before


def suppress_by_hand(doors: Doors, address: str, who: str, why: str, now: datetime) -> None:
    """A person says that an address gets no mail. Raises NotFound where no contact has it, BadInput where nobody says so."""
    who, why = _said(who, why)
    with doors.engine.begin() as c:
        row = c.execute(select(t.contact.c.id, t.contact.c.account).where(_is(t.contact.c.email, address))).first()
        if row is None:
            raise NotFound("contact with the address", address, "load the CRM's contacts first")
        of = {"account": row.account, "contact": row.id}
        suppress(c, of, folded(address), "by hand", why, f"{who}, {now:%Y-%m-%d %H:%M:%S}", now)


def lift(doors: Doors, address: str, who: str, why: str, now: datetime) -> bool:
    """Let an address have mail again; answers whether its person still does not want any, having complained or unsubscribed.

    Raises NotFound where nothing stands against it, BadInput where nobody says so.
    """
    who, why = _said(who, why)
    row = t.suppression
    with doors.engine.begin() as c:
        done = c.execute(
            update(row).where(row.c.address == folded(address), row.c.lifted.is_(None))
            .values(lifted=now, lifted_by=who, lifted_why=why).returning(row.c.contact)
        ).scalars().all()  # fmt: skip
        if not done:
            raise NotFound("suppressed address", address, "see `vitalreel bounces list`")
        said = select(t.consent.c.contact).where(
            t.consent.c.contact.in_(done), t.consent.c.channel == "email", t.consent.c.allowed.is_(False)
        )
        return c.execute(said).first() is not None


def suppressions(doors: Doors, account: str = "", every: bool = False) -> list[dict[str, Any]]:
    """Suppressed addresses, the newest first, with the person's name. account: only of this one. every: those let off too."""
    query = (
        select(t.suppression, t.contact.c.name.label("contact_name"))
        .outerjoin(t.contact, t.contact.c.id == t.suppression.c.contact)
        .order_by(t.suppression.c.at.desc(), t.suppression.c.id)
    )
    if account:
        query = query.where(t.suppression.c.account == account)
    if not every:
        query = query.where(t.suppression.c.lifted.is_(None))
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def _is(column: Any, address: str) -> Any:
    return func.lower(column) == folded(address)


def _said(who: str, why: str) -> tuple[str, str]:
    name, reason = " ".join(who.split())[:120], " ".join(why.split())[:500]
    if not name or not reason:
        raise BadInput("the address", "nobody says why, and who says so", "give a name and a reason")
    return name, reason
