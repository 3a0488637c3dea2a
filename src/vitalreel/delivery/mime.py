"""A message as it travels: a Message in, an Internet message (RFC 5322, multipart) out."""

from __future__ import annotations

import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from vitalreel.delivery.message import Message
from vitalreel.identity import fingerprint

POLICY = policy.SMTP.clone(max_line_length=200)
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def message_id(message: Message) -> str:
    """`<name@sender's domain>`, or the key's where it has no name: the same for every attempt, so that a peer can tell a repeat."""
    left = message.name or (message.key if _SAFE.fullmatch(message.key) else fingerprint(message.key))
    return f"<{left}@{message.sender.rpartition('@')[2]}>"


def return_path(message: Message, address: str) -> str:
    """Where a message comes back to (RFC 5321 4.4): `address` with the message's name in it; "": its sender."""
    if not address:
        return message.sender
    local, _, domain = address.rpartition("@")
    return f"{local}+{message.name}@{domain}" if message.name else address


def mime(message: Message, date: datetime) -> EmailMessage:
    """Plain text first, then HTML with its inline pictures (RFC 2387). date: aware, for the Date header.

    Raises ValueError for an address or header that could not be sent as it stands, such as one with a line break.
    """
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _address(message.sender_name, message.sender)
    mail["To"] = _address(message.to_name, message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id(message)
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    html = mail.get_payload()[1]  # type: ignore[index]  # a multipart's payload is a list
    for content_id, (kind, data) in message.inline.items():
        maintype, _, subtype = kind.partition("/")
        html.add_related(data, maintype, subtype, cid=f"<{content_id}>", disposition="inline")  # type: ignore[union-attr]
    return mail


def _address(name: str, address: str) -> Address:
    user, at, domain = address.rpartition("@")
    if not at or not user or not domain or any(c.isspace() for c in address):
        raise ValueError(f"{address!r} is not an address")
    return Address(name, user, domain)
