"""shared: a customer is shown how things stand where the CSM decided so: recorded, under a signed link, revocable (H12).

What is shown is what was decided on: the document of that day, made again from what was known then. Where it would say something
else now, because somebody was erased or a paper was changed, the link opens nothing until a CSM decides anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from vitalreel.delivery.link import State, sign, state, verify
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.papers.paper import Document
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.papers import STANDING, paper
from vitalreel.store import tables as t
from vitalreel.store.database import reading

_SHOWN = "qv_"
"""What such a link's id begins with: no film's link and no entrance has one, so none opens what another does."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One decision to show an account its page."""

    id: str
    account: str
    day: date  # as of which
    content: str  # fingerprint of the document decided on
    opened_by: str
    opened: datetime
    expires: datetime
    revoked: datetime | None
    revoked_by: str
    token: str

    def state(self, now: datetime) -> State:
        return state(self.expires, self.revoked, False, now)


def standing(doors: Doors, account: str, day: date) -> Document:
    """The document a CSM decides on. Raises as `papers.paper`."""
    return paper(doors, STANDING, account, day)


def content_of(document: Document) -> str:
    """The fingerprint of all a customer is shown of it."""
    return fingerprint(document.title, document.under, document.sections, document.facts)


def open_to_customer(doors: Doors, account: str, who: str, day: date, now: datetime) -> Shared:
    """Show the account its page as of `day`, on the word of `who`. A page that was open before is withdrawn: one is shown at a time.

    Raises BadInput without a name, and as `papers.paper`.
    """
    name = _named(who)
    content = content_of(standing(doors, account, day))
    key = _SHOWN + fingerprint("shared", account, day, name, now)[:32]
    expires = now + timedelta(days=doors.programme.sending.link_days)
    row = {"id": key, "account": account, "paper": STANDING, "day": day, "content": content, "opened_by": name, "opened": now,
           "expires": expires, "revoked": None, "revoked_by": ""}  # fmt: skip
    with doors.engine.begin() as c:
        mine = (t.shared_view.c.account == account, t.shared_view.c.revoked.is_(None))
        c.execute(update(t.shared_view).where(*mine).values(revoked=now, revoked_by=name))
        c.execute(t.shared_view.insert().values(**row))
    return _shared(doors, row, now)


def withdraw(doors: Doors, key: str, who: str, now: datetime) -> Shared:
    """Take a page back at once; one that was taken back stays so. Raises NotFound, BadInput without a name."""
    name = _named(who)
    with doors.engine.begin() as c:
        mine = (t.shared_view.c.id == key, t.shared_view.c.revoked.is_(None))
        c.execute(update(t.shared_view).where(*mine).values(revoked=now, revoked_by=name))
        row = c.execute(select(t.shared_view).where(t.shared_view.c.id == key)).mappings().one_or_none()
    if row is None:
        raise NotFound("page for a customer", key, "see `vitalreel share list`")
    return _shared(doors, dict(row), now)


def decisions(doors: Doors, now: datetime, account: str | None = None) -> Sequence[Shared]:
    """Every decision, or those about one account, newest first."""
    query = select(t.shared_view).order_by(t.shared_view.c.opened.desc(), t.shared_view.c.id)
    if account is not None:
        query = query.where(t.shared_view.c.account == account)
    with reading(doors.engine).connect() as c:
        rows = [dict(r) for r in c.execute(query).mappings()]
    return tuple(_shared(doors, row, now) for row in rows)


def shown_by(doors: Doors, token: str, now: datetime) -> Shared | None:
    """The decision behind a link, whatever became of it; None where nobody signed the token."""
    key = verify(token, (secret_key(doors.engine, "links", now),))
    if key is None or not key.startswith(_SHOWN):
        return None
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.shared_view).where(t.shared_view.c.id == key)).mappings().one_or_none()
    return None if row is None else _shared(doors, dict(row), now)


def as_decided(doors: Doors, shared: Shared) -> Document | None:
    """The document that was decided on; None where it would say something else today."""
    found = standing(doors, shared.account, shared.day)
    return found if content_of(found) == shared.content else None


def _shared(doors: Doors, row: dict[str, Any], now: datetime) -> Shared:
    told = {k: v for k, v in row.items() if k != "paper"}
    return Shared(**told, token=sign(row["id"], secret_key(doors.engine, "links", now)))


def _named(who: str) -> str:
    name = " ".join(who.split())[:120]
    if not name:
        raise BadInput("the page for the customer", "nobody decided it", "give the name of the CSM who does")
    return name
