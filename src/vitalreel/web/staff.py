"""Our own people: a browser marked as ours is never counted as a viewer (K9)."""

from __future__ import annotations

from collections.abc import Mapping

COOKIE = "vitalreel_staff"


def is_staff(_address: str, cookies: Mapping[str, str]) -> bool:
    """Whether a viewer's browser was marked in the console as one of the company's own."""
    return cookies.get(COOKIE) == "yes"
