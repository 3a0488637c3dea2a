"""Personal links: a link's id and a key in, a token nobody else can make out; and what a link is worth right now."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from vitalreel.errors import BadConfiguration

State = Literal["open", "expired", "revoked", "recalled"]

MIN_KEY_BYTES = 32
_PURPOSE = b"vitalreel link 1\0"  # a signature made for anything else never opens a film
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SIGNATURE = 43  # characters: 256 bits in URL-safe base64, unpadded


def sign(link_id: str, key: bytes) -> str:
    """The token for a link: its id, a dot, HMAC-SHA256 over purpose and id (RFC 2104) in URL-safe base64.

    link_id: 1 to 40 letters, digits, "-" or "_". Raises ValueError for any other, BadConfiguration for a short key.
    """
    if not _ID.fullmatch(link_id):
        raise ValueError(f"a link id is 1 to 40 letters, digits, - or _: {link_id!r}")
    return f"{link_id}.{_mac(link_id, key)}"


def verify(token: str, keys: Sequence[bytes]) -> str | None:
    """The link's id if one of the keys signed this token, else None. Every key is tried, in constant time each.

    keys: newest first; old ones stay until their links have expired, so that keys can change under living links.
    """
    link_id, dot, signature = token.partition(".")
    if not dot or not _ID.fullmatch(link_id) or len(signature) != _SIGNATURE or not signature.isascii():
        return None
    matches = [hmac.compare_digest(_mac(link_id, key), signature) for key in keys]
    return link_id if any(matches) else None


def state(expires: datetime, revoked: datetime | None, recalled: bool, now: datetime) -> State:
    """What the link opens now. Revoked by a person says more than recalled, recalled more than expired."""
    if revoked is not None and revoked <= now:
        return "revoked"
    if recalled:
        return "recalled"
    return "expired" if expires <= now else "open"


def _mac(link_id: str, key: bytes) -> str:
    if len(key) < MIN_KEY_BYTES:
        hint = "delete the row and start again: a new key is made"
        raise BadConfiguration("secret links", f"the key has {len(key)} bytes, {MIN_KEY_BYTES} are needed", hint)
    mac = hmac.new(key, _PURPOSE + link_id.encode("ascii"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode("ascii")
