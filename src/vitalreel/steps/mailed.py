"""What a delivery says: from the row of the outbox to the message, with the links of its touch (R5 R7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from vitalreel.delivery import email
from vitalreel.delivery.link import sign
from vitalreel.errors import NotFound
from vitalreel.ports import Message
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.inbox import link_of
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.triggers.channels import CSM_CHANNEL, TIERS
from vitalreel.video.kit import Kit

Row = Mapping[str, Any]


def watch_url(doors: Doors, base_url: str, touch: str, now: datetime) -> str:
    """The viewer's own page for a touch."""
    return f"{base_url}/v/{_token(doors, touch, now)}"


def _token(doors: Doors, touch: str, now: datetime) -> str:
    return sign(link_of(touch), secret_key(doors.engine, "links", now))


def compose(doors: Doors, kit: Kit, base_url: str, key: str, now: datetime) -> Message:
    """The message of an outbox row: the same words and links at every attempt. Raises NotFound where the row is gone."""
    query = (
        select(func.coalesce(t.outbox.c.touch, t.outbox.c.beside).label("touch"), t.outbox.c.to, t.outbox.c.mail, t.video,
               t.account.c.name.label("account_name"), t.account.c.csm, t.account.c.tier.label("account_tier"),
               t.contact.c.name.label("contact_name"), t.contact.c.row.label("contact_row"), t.contact.c.role)
        .join(t.video, t.video.c.id == t.outbox.c.video)
        .join(t.account, t.account.c.id == t.outbox.c.account)
        .join(t.contact, t.contact.c.id == t.outbox.c.contact)
        .where(t.outbox.c.key == key)
    )  # fmt: skip
    with reading(doors.engine).connect() as c:
        found = c.execute(query).mappings().one_or_none()
        if found is None:
            raise NotFound("delivery", key, "see `vitalreel outbox list`")
        row = dict(found)
        csm = (
            c.execute(select(t.csm.c.row).where(t.csm.c.id == row["csm"])).scalar_one_or_none() if row["csm"] else None
        )
    token = _token(doors, row["touch"], now)
    message = email.compose(
        key,
        _film(doors, row),
        _recipient(row),
        _sender(doors, csm, row["account_tier"], key.endswith(f":{CSM_CHANNEL}")),
        _vendor(doors, kit),
        _links(base_url, token),
    )
    about = {
        "account": row["account"], "account_name": row["account_name"], "contact": row["contact"], "module": row["module"],
        "video": row["id"], "title": row["title"], "watch": f"{base_url}/v/{token}",
    }  # fmt: skip
    return replace(message, about=about, name=row["mail"] or "")


def _film(doors: Doors, row: Row) -> email.Film:
    poster = (doors.workspace.media / row["files"]["poster"]).with_name("poster_mail.jpg").read_bytes()
    asked = row["state"] == "on_request"  # its figures are those of the moment it is asked for: the mail names none
    finding = next((s["headline"] for s in row["scenes"] if s["kind"] != "title" and not s.get("shared")), "")
    return email.Film(
        row["title"],
        "" if asked else finding,
        row["length_s"],
        row["as_of"],
        poster,
        "image/jpeg",
        "",
        on_request=asked,
    )


def _recipient(row: Row) -> email.Recipient:
    first = row["contact_row"].get("first_name") or row["contact_name"].split()[0]
    role = {"sponsor": "executive sponsor", "champion": "main contact", "admin": "administrator"}.get(
        row["role"], "contact"
    )
    return email.Recipient(
        row["contact_name"], first, row["to"], row["account_name"], f"you are {row['account_name']}’s {role}"
    )


def _sender(doors: Doors, csm: Mapping[str, Any] | None, tier: int | None, own: bool = False) -> email.Sender:
    """The named CSM in the tiers that get personal mail, or the pooled team where an account has none; else the company (R5).

    own: they send it themselves.
    """
    if not own and (tier or TIERS[-1]) not in doors.programme.channels.personal:
        company = doors.programme.vendor["sender"]
        return email.Sender(company["name"], company["email"], "", "", person=False)
    pooled = doors.programme.vendor["pooled_csm"]
    who = csm or pooled
    return email.Sender(
        who["name"],
        who.get("email") or pooled["email"],
        who.get("title") or "",
        who.get("phone") or "",
        csm is not None,
    )


def _vendor(doors: Doors, kit: Kit) -> email.Vendor:
    light, dark = kit.light, kit.dark
    vendor = doors.programme.vendor
    return email.Vendor(
        vendor["name"], vendor.get("address", ""), light.accent, light.on_accent, dark.accent, dark.on_accent
    )


def _links(base: str, token: str) -> email.Links:
    return email.Links(
        f"{base}/v/{token}",
        f"{base}/v/{token}?untracked",
        f"{base}/go/{token}",
        f"{base}/u/{token}",
        f"{base}/u/{token}",
    )
