"""passing: a contact passes a film on, each colleague by a link of its own, and takes it back; whoever watches by it is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from vitalreel.delivery.link import State, sign, state
from vitalreel.errors import NotFound, Refused
from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.store.database import insert_new, reading
from vitalreel.store.tables import link

MOST = 25
"""Links that stand at once of one contact's link: more are not given to colleagues by hand."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A colleague's link."""

    id: str
    token: str
    made: datetime
    expires: datetime
    state: State


def pass_on(doors: Doors, own: str, key: str, now: datetime) -> PassedOn:
    """A link for a colleague to the film of the contact's own link. The same key again: the same link.

    It opens for as long as a film's link does (`sending.link_days`), and never once the contact's own was withdrawn. Raises NotFound
    for a link that is not there, Refused for a colleague's link, and where too many stand.
    """
    name = fingerprint("passed on", own, key)[:24]
    with doors.engine.begin() as c:
        row = c.execute(select(link).where(link.c.id == own).with_for_update()).mappings().one_or_none()
        if row is None:
            raise NotFound("link", own)
        if row["passed_on_from"] is not None:
            raise Refused("passing the film on", "a colleague's link makes no others", "ask who sent it")
        others = (link.c.passed_on_from == own, link.c.id != name, link.c.revoked.is_(None), link.c.expires > now)
        if c.execute(select(func.count()).where(*others)).scalar_one() >= MOST:
            raise Refused("passing the film on", f"{MOST} links stand already", "take some back")
        made = {
            "id": name, "video": row["video"], "account": row["account"], "contact": "", "touch": None, "revoked": None,
            "expires": now + timedelta(days=doors.programme.sending.link_days), "created": now, "passed_on_from": own,
        }  # fmt: skip
        insert_new(c, link, [made])
    return next(one for one in passed_on(doors, own, now) if one.id == name)


def passed_on(doors: Doors, own: str, now: datetime) -> Sequence[PassedOn]:
    """The links made for colleagues from a contact's own, newest first."""
    query = select(link).where(link.c.passed_on_from == own).order_by(link.c.created.desc(), link.c.id)
    key = secret_key(doors.engine, "links", now)
    with reading(doors.engine).connect() as c:
        rows = c.execute(query).mappings().all()
    return tuple(
        PassedOn(r["id"], sign(r["id"], key), r["created"], r["expires"], state(r["expires"], r["revoked"], False, now))
        for r in rows
    )


def take_back(doors: Doors, own: str, name: str, now: datetime) -> None:
    """End a colleague's link at once; one that was ended stays so. Raises NotFound where it was not made from `own`."""
    mine = (link.c.id == name, link.c.passed_on_from == own)
    with doors.engine.begin() as c:
        if c.execute(select(link.c.id).where(*mine)).first() is None:
            raise NotFound("link for a colleague", name)
        c.execute(update(link).where(*mine, link.c.revoked.is_(None)).values(revoked=now))
