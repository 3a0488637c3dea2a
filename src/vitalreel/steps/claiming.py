"""claiming: plays nobody is known of are kept apart, and become a contact's once it is known who watched (K2).

A video shown elsewhere may be played by a public link. Who is signed in there is said by a token of the company's own application, or by
the CRM's id of them in an import; else the browser alone is known. When a browser's viewer becomes known, what was played there before is
theirs, unless two people are known of it: then a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from vitalreel.delivery.link import sign
from vitalreel.errors import NotFound
from vitalreel.identity import ContactId
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.hosted import NOBODY, STATE, id_of, link_id
from vitalreel.steps.receive import Letter
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading

LASTS = timedelta(days=3650)
"""A link that is made here carries no mail: it ends when it is withdrawn."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser of which no contact is known."""

    device: str
    assets: tuple[str, ...]  # what was played there
    views: int
    watched_s: float
    last: datetime
    said: tuple[str, ...]  # whom an application named who is no contact (yet)


def identified(c: Connection, letters: Sequence[Letter]) -> list[Letter]:
    """The letters with those of viewers who are known on a link of their own; what their browsers played before becomes theirs."""
    return [_identified(c, letter) if letter.subject else letter for letter in letters]


def _identified(c: Connection, letter: Letter) -> Letter:
    asset = _public(c, letter.link, letter.at)
    if asset is None:
        return letter
    contact = contact_of(c, letter.subject)
    devices = {e.device for e in letter.events if e.device}
    _note(c, devices, letter.subject, contact, "", letter.at)
    if contact is None:
        return letter
    for device in sorted(devices):
        _take_over(c, device, contact, letter.at)
    return replace(letter, link=own_link(c, asset, contact, letter.at))


def _public(c: Connection, link: str, now: datetime) -> str | None:
    """The name of the asset that a public link leads to; None where the link is somebody's own, or good no more."""
    good = (t.link.c.id == link, t.link.c.contact == NOBODY, t.link.c.revoked.is_(None), t.link.c.expires > now)
    query = select(t.video.c.config).join(t.link, t.link.c.video == t.video.c.id)
    found = c.execute(query.where(*good, t.video.c.state == STATE)).scalar()
    return None if found is None else str(found["asset"])


def contact_of(c: Connection, name: str) -> Row | None:
    """The contact of that id, address or id of another system; None where there is none, or more than one."""
    columns = (t.contact.c.id, t.contact.c.account, t.contact.c.merged_into, t.contact.c.row)
    exact = c.execute(select(*columns).where(t.contact.c.id == name)).mappings().all()
    by_mail = c.execute(select(*columns).where(func.lower(t.contact.c.email) == name.casefold())).mappings().all()
    outside = t.contact.c.row["external_ids"].as_string().contains(name, autoescape=True)
    found = (
        exact or by_mail or [r for r in c.execute(select(*columns).where(outside)).mappings() if name in _outside(r)]
    )
    first = {r["merged_into"] or r["id"] for r in found}
    if len(first) != 1:
        return None
    row = c.execute(select(*columns).where(t.contact.c.id == first.pop())).mappings().one_or_none()
    return None if row is None else dict(row)


def _outside(row: Any) -> Collection[str]:
    ids = row["row"].get("external_ids")
    return [i.strip() for i in (ids if isinstance(ids, list) else str(ids or "").split("|"))]


def own_link(c: Connection, asset: str, contact: Row | None, now: datetime) -> str:
    """The id of a contact's own link to an asset, or of its public one; made where it is not there. Raises NotFound for the asset."""
    name = link_id(asset, contact["id"] if contact else NOBODY)
    video = c.execute(select(t.video.c.id).where(t.video.c.state == STATE, t.video.c.id == id_of(asset))).scalar()
    if video is None:
        raise NotFound("asset", asset, "register it with `vitalreel asset add`")
    row = (
        {"account": contact["account"], "contact": contact["id"]} if contact else {"account": NOBODY, "contact": NOBODY}
    )
    more = {"touch": None, "revoked": None, "expires": now + LASTS, "created": now}
    insert_new(c, t.link, [{"id": name, "video": video, **row, **more}])
    return name


def public_token(doors: Doors, asset: str, now: datetime) -> str:
    """What a player sends for whoever watches an asset: the same for all. Raises NotFound for an asset nobody registered."""
    with doors.engine.begin() as c:
        link = own_link(c, asset, None, now)
    return sign(link, secret_key(doors.engine, "links", now))


def _note(
    c: Connection, devices: Collection[str], said: str, contact: Row | None, by: str, now: datetime
) -> None:  # fmt: skip
    """Keep who was said to be at these browsers."""
    known = contact["id"] if contact else NOBODY
    rows = [{"device": d, "said": said, "contact": known, "by": by, "at": now} for d in sorted(devices)]
    insert_new(c, t.viewer_device, rows)
    if known:
        mine = (t.viewer_device.c.device.in_(sorted(devices)), t.viewer_device.c.said == said)
        c.execute(update(t.viewer_device).where(*mine, t.viewer_device.c.contact == NOBODY).values(contact=known))


def _take_over(c: Connection, device: str, contact: Row, now: datetime, decided: bool = False) -> int:
    """What was played in this browser by nobody known becomes the contact's; answers how many views.

    None where another contact is known of it, unless a person has decided, and none of who does not want to be measured.
    """
    others = select(t.viewer_device.c.contact).where(
        t.viewer_device.c.device == device, t.viewer_device.c.contact.not_in((NOBODY, contact["id"]))
    )
    declined = select(t.consent.c.allowed).where(
        t.consent.c.contact == contact["id"], t.consent.c.channel == "tracking"
    )
    if c.execute(declined).scalar() is False or (not decided and c.execute(others.limit(1)).first()):
        return 0
    query = (
        select(t.anonymous_view.c.view, t.anonymous_view.c.link, t.video.c.config)
        .join(t.link, t.link.c.id == t.anonymous_view.c.link)
        .join(t.video, t.video.c.id == t.link.c.video)
        .where(t.anonymous_view.c.device == device)
    )
    rows = c.execute(query).all()
    for row in rows:
        own = own_link(c, row.config["asset"], contact, now)
        c.execute(update(t.event).where(t.event.c.view == row.view, t.event.c.link == row.link).values(link=own))
        c.execute(
            update(t.view).where(t.view.c.id == row.view).values(events=0)
        )  # measured anew when they are next looked at
    c.execute(delete(t.anonymous_view).where(t.anonymous_view.c.device == device))
    return len(rows)


def claim_known(doors: Doors, now: datetime) -> int:
    """Whoever was named before the CRM knew them: what their browsers played becomes theirs; answers how many views."""
    waiting = select(t.viewer_device).where(t.viewer_device.c.contact == NOBODY).order_by(t.viewer_device.c.device)
    with reading(doors.engine).connect() as c:
        rows = [(r["device"], r["said"], contact_of(c, r["said"])) for r in c.execute(waiting).mappings()]
    count = 0
    for device, said, contact in rows:
        if contact is not None:
            with doors.engine.begin() as c:
                _note(c, (device,), said, contact, "", now)
                count += _take_over(c, device, contact, now)
    return count


def claim(doors: Doors, device: str, contact: ContactId, by: str, now: datetime) -> int:
    """A person's word on who was at a browser: what was played there becomes theirs; answers how many views.

    Raises NotFound for a browser nothing is kept of, or a contact there is none of.
    """
    with doors.engine.begin() as c:
        there = c.execute(select(t.anonymous_view.c.view).where(t.anonymous_view.c.device == device).limit(1)).first()
        if there is None:
            raise NotFound("browser", device, "see `vitalreel views anonymous`")
        found = contact_of(c, contact)
        if found is None:
            raise NotFound("contact", contact, "give its id or address as your CRM has it")
        _note(c, (device,), contact, found, by, now)
        return _take_over(c, device, found, now, decided=True)


def anonymous(doors: Doors) -> tuple[Browser, ...]:
    """Browsers whose viewer is not known, the one that played last first."""
    query = (
        select(t.anonymous_view.c.device, t.video.c.config, t.view.c.watched_s, t.anonymous_view.c.at)
        .join(t.link, t.link.c.id == t.anonymous_view.c.link)
        .join(t.video, t.video.c.id == t.link.c.video)
        .outerjoin(t.view, t.view.c.id == t.anonymous_view.c.view)
        .order_by(t.anonymous_view.c.at.desc(), t.anonymous_view.c.view)
    )
    found: dict[str, list[Any]] = {}
    with reading(doors.engine).connect() as c:
        for row in c.execute(query):
            found.setdefault(row.device, []).append(row)
        named: dict[str, list[str]] = {}
        for r in c.execute(select(t.viewer_device.c.device, t.viewer_device.c.said).order_by(t.viewer_device.c.at)):
            named.setdefault(r.device, []).append(r.said)
    return tuple(
        Browser(
            device, tuple(sorted({r.config["asset"] for r in rows})), len(rows), sum(r.watched_s or 0.0 for r in rows),
            rows[0].at, tuple(named.get(device, ())),
        )
        for device, rows in found.items()
    )  # fmt: skip
