"""Messages to members and channels of Slack, or of a server that speaks its Web API (`chat.postMessage`)."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.edges.outgoing import OPENER

TIMEOUT_S = 15.0
MOST_BYTES = 1 << 20  # of an answer; a cut one is no JSON, and so unknown
MAX_TEXT = 3000  # characters of one section block
_TARGET = re.compile(r"[A-Z][A-Z0-9]{2,30}|#[a-z0-9._-]{1,80}")
_PASSING = ("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


class SlackChannel:
    """Posts with a bot's token, to the address it was given and no other.

    The API knows no key of ours: whether a broken-off post arrived cannot be told.
    """

    name = "slack"

    def __init__(self, url: str, token: str, timeout_s: float = TIMEOUT_S) -> None:
        """url: of the API, as https://host/api."""
        self._url, self._token, self._timeout_s = url.rstrip("/"), token, timeout_s

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        """To `message.to`: a member's or a channel's id, or a channel's #name. Its HTML, headers and pictures stay behind."""
        if not _TARGET.fullmatch(message.to):
            return NotSent(f"{message.to!r} is no member or channel of Slack", retry=False)
        request = urllib.request.Request(  # noqa: S310 (settings looked at the scheme)
            f"{self._url}/chat.postMessage", json.dumps(body(message), ensure_ascii=False).encode(),
            {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {self._token}"}, method="POST",
        )  # fmt: skip
        try:
            with OPENER.open(request, timeout=self._timeout_s) as answer:
                return _said(json.loads(answer.read(MOST_BYTES)))
        except urllib.error.HTTPError as e:
            with e:
                return NotSent(f"HTTP {e.code}", retry=e.code == 429 or e.code >= 500)
        except urllib.error.URLError as e:  # before anything was said
            return NotSent(f"Slack does not answer: {e.reason}", retry=True)
        except (http.client.HTTPException, OSError, ValueError) as e:
            return Unknown(f"the connection broke while it was said: {e or type(e).__name__}")


def body(message: Message) -> dict[str, Any]:
    """The call: the subject in bold and the text below; `text` is what a notification shows."""
    text = escaped(message.text.strip())
    cut = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1].rsplit("\n", 1)[0] + "\n…"
    sections = [f"*{escaped(message.subject)}*", cut]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": one}} for one in sections]
    return {
        "channel": message.to,
        "text": escaped(message.subject),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str) -> str:
    """Text as Slack's mrkdwn takes it literally: its three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _said(answer: Mapping[str, Any]) -> Sent | NotSent:
    if answer.get("ok") is True:
        return Sent(f"{answer.get('channel', '')} {answer.get('ts', '')}".strip())
    error = str(answer.get("error", "no reason given"))
    return NotSent(f"Slack says {error}", retry=error in _PASSING)
