"""Posts a body to an address and tells what was answered. Redirects are not followed: what was signed for one is not for another."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping

from vitalreel.edges.outgoing import OPENER, reason, retry_after_s
from vitalreel.errors import Unavailable
from vitalreel.ports import Called

WITHIN_S = 15.0  # Standard Webhooks: 15 to 30


class HttpsCaller:
    """A Caller by the standard library."""

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        request = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310 (read_hooks looked at the scheme)
        try:
            with OPENER.open(request, timeout=self._within_s) as answer:
                return Called(answer.status)
        except urllib.error.HTTPError as e:
            with e:
                return Called(e.code, retry_after_s(e.headers.get("Retry-After")))
        except (http.client.HTTPException, OSError) as e:  # URLError and time-outs are OSErrors
            raise Unavailable(url.split("?")[0], reason(e)) from e
