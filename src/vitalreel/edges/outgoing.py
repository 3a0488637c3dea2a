"""What all that asks other systems over HTTP shares: no redirect is followed, and a wish to be left alone is understood."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An address that has moved is told, not followed: a key, or a signature, was given for this one."""

    def redirect_request(self, *_: object) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirects)
"""Opens requests; a redirect is an HTTPError like any other refusal."""


def retry_after_s(header: str | None) -> float:
    """Seconds a system asks to be left alone, from a number or a date (RFC 9110, 10.2.3); 0 where it does not say."""
    text = (header or "").strip()
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()) if text else 0.0
    except (ValueError, TypeError):
        return 0.0


def reason(error: Exception) -> str:
    """What broke a connection, in the words of the system's library."""
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    return str(inner) or type(inner).__name__
