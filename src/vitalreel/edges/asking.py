"""One question to a service over HTTP: asked again where that can help, and an error a person can act on where not."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitalreel.edges.outgoing import OPENER, reason, retry_after_s
from vitalreel.errors import BadInput, Refused, Unavailable

TRIES = 4
PAUSE_S = 0.5
"""Before the second try; twice as long before each one after."""
LONGEST_PAUSE_S = 20.0
"""A service may ask for more patience than this; nobody is kept waiting longer."""
TIMEOUT_S = 60.0
MOST_BYTES = 64 << 20
"""A spoken sentence is some hundred kilobytes; what is larger than this is no answer."""
_PASSING = frozenset((408, 409, 425, 429, 500, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which service."""

    service: str  # as errors call it: "voice openai:nova"
    url: str
    headers: Mapping[str, str]
    body: bytes
    key_name: str  # the environment variable that holds the key
    method: str = "POST"
    hint: str = "check the voice's name and the address"  # where the request is not accepted

    def __repr__(self) -> str:
        return f"Question({self.service}, {self.url})"  # never the key


wait: Callable[[float], None] = time.sleep


def ask(question: Question, timeout_s: float = TIMEOUT_S) -> bytes:
    """The service's answer.

    timeout_s: without a byte. Busy, broken and silent services are asked again, TRIES times in all, with growing pauses.
    Raises Refused where the key or the request is not accepted (asking again cannot help), Unavailable for the rest.
    """
    for number in range(1, TRIES + 1):
        try:
            return _once(question, timeout_s)
        except _Passing as trouble:
            if number == TRIES:
                raise Unavailable(question.service, f"{trouble} ({TRIES} tries)", "try later") from trouble
            wait(min(max(trouble.after_s, PAUSE_S * 2 ** (number - 1)), LONGEST_PAUSE_S))
    raise AssertionError("a loop over at least one try ends in it")


class _Passing(Exception):
    """Trouble that may pass. after_s: how long the service asks to be left alone; 0 where it does not say."""

    def __init__(self, reason: str, after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.after_s = after_s


def _once(question: Question, timeout_s: float) -> bytes:
    if not question.url.startswith(("http://", "https://")):
        raise BadInput(question.service, f"{question.url!r} is not an http address", "give it as https://host/path")
    body_sent = question.body if question.method == "POST" else None
    request = urllib.request.Request(  # noqa: S310 (the scheme was looked at)
        question.url, body_sent, dict(question.headers), method=question.method
    )
    try:
        with OPENER.open(request, timeout=timeout_s) as answer:
            body: bytes = answer.read(MOST_BYTES + 1)
            left = answer.length  # what was promised and has not come
    except urllib.error.HTTPError as error:
        raise _trouble(question, error) from error
    except (http.client.HTTPException, ssl.SSLError, OSError) as error:  # URLError and time-outs are OSErrors
        raise _Passing(_reason(error, timeout_s)) from error
    if left and len(body) <= MOST_BYTES:
        raise _Passing("its answer was cut short")
    if len(body) > MOST_BYTES:
        raise Refused(question.service, f"its answer is larger than {MOST_BYTES >> 20} MB", "say less at once")
    return body


def _trouble(question: Question, error: urllib.error.HTTPError) -> Exception:
    with error:
        said = _message(error.read(20_000))
    told = f"HTTP {error.code}" + (f": {said}" if said else "")
    if error.code in _PASSING:
        return _Passing(told, retry_after_s(error.headers.get("Retry-After")))
    if error.code in (401, 403):
        return Refused(question.service, f"the key is not accepted ({told})", f"set {question.key_name}")
    return Refused(question.service, f"the request is not accepted ({told})", question.hint)


def _reason(error: Exception, timeout_s: float) -> str:
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, TimeoutError):
        return f"no answer within {timeout_s:g} s"
    if isinstance(inner, http.client.IncompleteRead):
        return "its answer was cut short"
    return reason(error)


def _message(body: bytes) -> str:
    """What a service says went wrong: the innermost text of its JSON, or its first line. Never more than a sentence."""
    text = body.decode("utf-8", "replace").strip()
    try:
        found = _innermost(json.loads(text))
    except ValueError:
        found = re.sub(r"<[^>]*>", " ", text).strip().partition("\n")[0]
    return re.sub(r"\s+", " ", found)[:200]


def _innermost(document: object) -> str:
    while isinstance(document, dict):
        document = next((document[k] for k in ("error", "detail", "message", "status") if document.get(k)), "")
    return document if isinstance(document, str) else ""
