"""Who is signed in where a video is shown: a token of the company's own application in, the person it names out (K2).

The token is a JSON Web Token signed by HMAC-SHA256 (RFC 7519; RFC 7515, "HS256"), with `sub` and `exp`. Any other algorithm, "none"
among them, is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

MOST = 4096  # characters of a token
LONGEST = 200  # of a subject
LEEWAY_S = 60
"""The application's clock may be so far off ours."""


def subject(token: str, keys: Sequence[bytes], now: datetime) -> str | None:
    """The `sub` of a token that one of the keys signed and that is good at `now`, else None.

    keys: newest first, two while one takes the other's place.
    """
    parts = token.split(".")
    if len(token) > MOST or len(parts) != 3:
        return None
    head, claims, signature = (_decoded(part) for part in parts)
    if head is None or claims is None or signature is None or (_read(head) or {}).get("alg") != "HS256":
        return None
    signed = f"{parts[0]}.{parts[1]}".encode("ascii")
    matches = [hmac.compare_digest(hmac.digest(key, signed, hashlib.sha256), signature) for key in keys]
    said = _read(claims) if any(matches) else None
    return _named(said, now.timestamp()) if said is not None else None


def _named(said: dict[str, Any], now_s: float) -> str | None:
    name, ends, begins = said.get("sub"), _seconds(said.get("exp")), _seconds(said.get("nbf", 0))
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST or not name.isprintable():
        return None
    if ends is None or begins is None:
        return None
    return name if begins - LEEWAY_S <= now_s < ends + LEEWAY_S else None


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits is no time
        return None


def _decoded(part: str) -> bytes | None:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None


def _read(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
