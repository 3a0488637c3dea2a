"""Whom a film is for when nobody has been chosen: the module's first choice of role who works there."""

from __future__ import annotations

from sqlalchemy import select

from vitalreel.errors import NotFound, Refused
from vitalreel.identity import AccountId, ContactId
from vitalreel.steps.doors import Doors
from vitalreel.steps.modules import module_of
from vitalreel.store import tables as t
from vitalreel.store.database import reading


def viewer_for(doors: Doors, account: AccountId, module: str, contact: str | None = None) -> ContactId:
    """The named contact, or the first active one by the module's order of roles, then by id.

    Raises NotFound for an unknown account or contact, Refused where the account has nobody to show it to.
    """
    wanted = module_of(doors, module).viewer.split(" else ")
    with reading(doors.engine).connect() as c:
        if c.execute(select(t.account.c.id).where(t.account.c.id == account)).first() is None:
            raise NotFound("account", account, "see `vitalreel plan` for accounts that are due")
        query = select(t.contact.c.id, t.contact.c.role, t.contact.c.active).where(t.contact.c.account == account)
        people = c.execute(query.order_by(t.contact.c.id)).all()
    if contact is not None:
        if contact not in {p.id for p in people}:
            raise NotFound("contact", contact, f"{account} has: {', '.join(p.id for p in people) or 'none'}")
        return ContactId(contact)
    for role in wanted:
        for person in people:
            if person.role == role and person.active:
                return ContactId(person.id)
    reason = f"nobody there is an active {' or '.join(wanted)}" if people else "no contact is known for this account"
    raise Refused(f"a film for {account}", reason, "add a contact, or name one with --contact")
