"""Where other systems push rows: `POST /api/push/SOURCE/TABLE`, acknowledged once they are on disk (D2)."""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from vitalreel.ports import Now
from vitalreel.sources.mapping import Mapping
from vitalreel.steps.doors import Doors
from vitalreel.steps.pushed import MOST_BYTES, take
from vitalreel.steps.sync import origins
from vitalreel.web.limits import Limit

KeysOf = Callable[[str], tuple[str, ...]]
"""Source -> who may push to it; () for nobody."""
WRONG_KEYS = (0.2, 20)
"""Wrong keys from one address: a second, at once."""


def no_keys(_: str) -> tuple[str, ...]:
    """Nobody may push."""
    return ()


def push_router(doors: Doors, now: Now, keys_of: KeysOf, clock: Callable[[], float] = time.monotonic) -> APIRouter:
    """clock: monotonic seconds, by which callers with wrong keys are slowed down."""
    router, wrong, sources = APIRouter(), Limit(*WRONG_KEYS, clock=clock), _Sources(doors)

    @router.post("/api/push/{source}/{table}")
    async def push(source: str, table: str, request: Request) -> Response:
        if not _may(request.headers.get("authorization", ""), keys_of(source)):
            address = request.client.host if request.client else ""
            wait_s = wrong.wait_s(address)
            if wait_s:
                return _refusal(429, "too many wrong keys from here", {"Retry-After": str(math.ceil(wait_s))})
            return _refusal(401, "the key is not accepted", {"WWW-Authenticate": "Bearer"})
        mapping = await run_in_threadpool(sources.of, source)
        if mapping is None:
            return _refusal(404, f"no mapping of {source} takes pushes; write `connection: push` in it")
        body = await _body(request)
        if body is None:
            return _refusal(413, f"the body has more than {MOST_BYTES >> 20} MiB; send fewer rows")
        key = request.headers.get("idempotency-key", "")
        taken = await run_in_threadpool(partial(take, doors.engine, mapping, table, key, body, now()))
        return JSONResponse({"rows": taken.rows, "again": taken.again}, 200 if taken.again else 202)

    return router


class _Sources:
    """The mappings that take pushes, read again when a file of theirs changes."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._seen: tuple[tuple[str, int], ...] | None = None
        self._known: dict[str, Mapping] = {}

    def of(self, source: str) -> Mapping | None:
        files = sorted((self._doors.workspace.root / "mappings").glob("*.yaml"))
        seen = tuple((f.name, f.stat().st_mtime_ns) for f in files)
        if seen != self._seen:
            found = [o.mapping for o in origins(self._doors)]
            self._known = {m.source: m for m in found if m.system.kind == "push"}
            self._seen = seen
        return self._known.get(source)


def _may(header: str, keys: tuple[str, ...]) -> bool:
    """Compared in constant time, and all of the keys."""
    kind, _, given = header.partition(" ")
    same = [hmac.compare_digest(key.encode(), given.strip().encode("latin-1")) for key in keys]
    return kind.lower() == "bearer" and any(same)


async def _body(request: Request) -> bytes | None:
    """None as soon as it grows beyond MOST_BYTES."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "about:blank", "title": "Push refused", "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
