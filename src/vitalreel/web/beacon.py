"""Where players' events arrive: a batch in, an answer out once it is on disk. It stands before the framework, since it is the one
route that thousands knock at in a second."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from vitalreel.errors import NotFound, Unavailable
from vitalreel.steps.journal import ANSWER_WITHIN_S, late
from vitalreel.steps.receive import Batch, Taken
from vitalreel.tracking.intake import Sender
from vitalreel.web.limits import Limit

MAX_BODY_BYTES = 64 * 1024  # what sendBeacon carries at most
MAX_EVENTS = 500
RETRY_AFTER_S = 5
PER_LINK = (5, 60)  # batches a second, at once
PER_ADDRESS = (200, 2000)  # an office stands behind one address
_WHERE = "/e/"


class EventDoors(Protocol):
    """All that this route asks of the rest; `steps.intake.Intake` is the make over a database."""

    def known(self, token: str) -> str | None: ...
    def take(self, link_id: str, batch: Batch, sender: Sender) -> Future[Taken]: ...
    def signed_in(self, batch: Batch) -> str: ...
    def is_staff(self, address: str, cookies: Mapping[str, str]) -> bool: ...


class Beacon:
    """An ASGI application: `POST /e/TOKEN` is answered here, everything else by the application behind."""

    def __init__(self, doors: EventDoors, behind: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: monotonic seconds, by which callers are slowed down."""
        self._doors, self._behind = doors, behind
        self._per_link = Limit(*PER_LINK, clock=clock)
        self._per_address = Limit(*PER_ADDRESS, clock=clock)
        self._answers = _Answers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(_WHERE):
            await self._behind(scope, receive, send)
            return
        token = scope["path"][len(_WHERE) :]
        wait = max(self._per_link.wait_s(token), self._per_address.wait_s(_address(scope)))
        if wait:
            await _answer(send, 429, {"error": "too many batches from here"}, wait)
            return
        body = await _body(receive)
        if body is None:
            await _answer(send, 413, {"error": f"more than {MAX_BODY_BYTES} bytes in one batch"})
            return
        status, said, retry_s = await self._taken(token, body, scope)
        await _answer(send, status, said, retry_s)

    async def _taken(self, token: str, body: bytes, scope: Scope) -> tuple[int, Mapping[str, Any], float]:
        """(status, what is said, seconds after which to come back): 202 once the batch is on disk, and never before."""
        link_id = self._doors.known(token)
        if link_id is None:
            return 404, {"error": "no such link"}, 0
        batch = read_batch(body)
        if batch is None:
            return 400, {"error": f"send an object with a list `events` of at most {MAX_EVENTS}"}, 0
        try:
            taken = await self._answers.of(self._doors.take(link_id, batch, self._sender(scope)))
        except NotFound:
            return 404, {"error": "no such link"}, 0
        except Unavailable as e:
            return 503, {"error": str(e)}, RETRY_AFTER_S
        said: dict[str, Any] = {"accepted": taken.accepted, "dropped": dict(taken.dropped)}
        if batch.user and not self._doors.signed_in(batch):
            said["user"] = "refused"  # stored all the same, apart: a token that has run out loses no events
        return 202, said, 0

    def _sender(self, scope: Scope) -> Sender:
        agent, cookies = "", dict[str, str]()
        for name, value in scope["headers"]:
            if name == b"user-agent":
                agent = value.decode("latin-1")
            elif name == b"cookie":
                cookies |= cookie_parser(value.decode("latin-1"))
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return Sender(
            agent,
            staff=self._doors.is_staff(_address(scope), cookies),
            declined=any(name == "untracked" for name, _ in query),
        )


class _Answers:
    """Brings the writer's answers to those who wait for them in the event loop, which is woken once for many.

    What asyncio has for this (`wrap_future`, `wait_for`) wakes the loop for each and takes 60 us of CPU instead of 15.
    """

    def __init__(self) -> None:
        self._ready: deque[tuple[asyncio.Future[Taken], Future[Taken]]] = deque()
        self._called = False

    async def of(self, done: Future[Taken]) -> Taken:
        """The answer, or what it raises; Unavailable where none comes in time.

        A caller who leaves meanwhile changes nothing: what he sent is stored.
        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Taken] = loop.create_future()
        timer = loop.call_later(ANSWER_WITHIN_S, _give_up, waiting, done)
        done.add_done_callback(partial(self._put, loop, waiting))
        try:
            return await waiting
        finally:
            timer.cancel()

    def _put(self, loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[Taken], done: Future[Taken]) -> None:
        """Called by the writer's thread."""
        self._ready.append((waiting, done))
        if not self._called:
            self._called = True
            loop.call_soon_threadsafe(self._hand_out)

    def _hand_out(self) -> None:
        self._called = False  # first: what is put from here on calls again
        while self._ready:
            waiting, done = self._ready.popleft()
            if waiting.done() or done.cancelled():
                continue
            error = done.exception()
            if error is not None:
                waiting.set_exception(error)
            else:
                waiting.set_result(done.result())


def _give_up(waiting: asyncio.Future[Taken], done: Future[Taken]) -> None:
    if not waiting.done():
        done.cancel()
        waiting.set_exception(late())


def read_batch(body: bytes) -> Batch | None:
    """The events of a request: `{"sent_at": ISO time, "user": token, "events": [...]}`; None where it is nothing of the kind."""
    try:
        data = json.loads(body)
        events = data["events"]
        sent = data.get("sent_at")
        sent_at = datetime.fromisoformat(sent).astimezone(UTC) if isinstance(sent, str) else None
        user = data.get("user")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None
    if not isinstance(events, list) or len(events) > MAX_EVENTS:
        return None
    return Batch(events, sent_at, user if isinstance(user, str) else "")


async def _body(receive: Receive) -> bytes | None:
    """The request's body, None as soon as it grows beyond the limit; of a caller who left, what had come."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def _address(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else ""


async def _answer(send: Send, status: int, said: Mapping[str, Any], retry_s: float = 0) -> None:
    body = json.dumps(said).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if retry_s:
        headers.append((b"retry-after", str(math.ceil(retry_s)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
