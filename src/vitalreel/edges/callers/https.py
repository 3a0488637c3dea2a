"""Posts a body to an address and tells what was answered. Redirects are not followed: what was signed for one is not for another."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message as Headers
from typing import IO

from vitalreel.errors import Unavailable
from vitalreel.ports import Called

WITHIN_S = 15.0  # Standard Webhooks: 15 to 30


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, _req: urllib.request.Request, _fp: IO[bytes], _code: int, _msg: str, _headers: Headers, _newurl: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


class HttpsCaller:
    """A Caller by the standard library."""

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        request = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310 (read_hooks looked at the scheme)
        try:
            with _OPENER.open(request, timeout=self._within_s) as answer:
                return Called(answer.status)
        except urllib.error.HTTPError as e:
            with e:
                return Called(e.code, _seconds(e.headers.get("Retry-After")))
        except (http.client.HTTPException, OSError) as e:  # URLError and time-outs are OSErrors
            reason = e.reason if isinstance(e, urllib.error.URLError) else e
            raise Unavailable(url.split("?")[0], str(reason) or type(reason).__name__) from e


def _seconds(header: str | None) -> float:
    return float(header) if header and re.fullmatch(r"\d{1,6}", header.strip()) else 0.0
