"""Viewers by the hundred in one process: connections that send batch after batch and wait for each answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
ADDRESSES = 100
"""Viewers come from so many addresses of the loopback network; one alone is held to an office's pace."""


@dataclass(slots=True)
class Told:
    """What came of a run."""

    answered: dict[int, int] = field(default_factory=dict)  # HTTP status -> batches
    acknowledged: list[str] = field(default_factory=list)  # ids of their events
    new: int = 0  # events said to be new
    unanswered: list[bytes] = field(default_factory=list)  # requests whose answer never came


@dataclass(frozen=True, slots=True)
class Letter:
    """One batch, ready to be sent."""

    ids: tuple[str, ...]
    request: bytes


def letters(tokens: Sequence[str], each: int, salt: str) -> Iterator[Letter]:
    """Batches of `each` events without end: link after link, every link one view that plays on.

    salt: keeps the ids of different runs apart.
    """
    rounds = 0
    while True:
        for n, token in enumerate(tokens):
            yield letter(token, f"{salt}.{n}", rounds * each, each)
        rounds += 1


def letter(token: str, view: str, first: int, each: int) -> Letter:
    """A player's batch: its play, then heartbeats; as many as `each`, numbered from `first`."""
    at = datetime.now(UTC).isoformat()
    events = [
        {"id": f"{view}.{seq}", "view": view, "type": "progress" if seq else "play", "at": at, "seq": seq,
         "position_s": min(600.0, seq * 1.0), "rate": 1, "device": view}
        for seq in range(first, first + each)
    ]  # fmt: skip
    body = json.dumps({"sent_at": at, "events": events}).encode()
    head = (
        f"POST /e/{token} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {AGENT}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Letter(tuple(str(e["id"]) for e in events), head.encode() + body)


async def run(port: int, sent: Iterator[Letter], connections: int, seconds: float) -> Told:
    """So many connections for so long: each sends its next batch when the one before is answered."""
    told, end = Told(), time.monotonic() + seconds
    await asyncio.gather(*(_viewer(port, n, sent, told, end) for n in range(connections)))
    return told


async def _viewer(port: int, number: int, sent: Iterator[Letter], told: Told, end: float) -> None:
    """One connection until the end, or until the server goes away."""
    address = f"127.0.1.{1 + number % ADDRESSES}"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    except OSError:
        return
    while time.monotonic() < end:
        batch = next(sent)
        try:
            writer.write(batch.request)
            status, body = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            told.unanswered.append(batch.request)
            break
        told.answered[status] = told.answered.get(status, 0) + 1
        if status == 202:
            said = json.loads(body)
            told.new += said["accepted"]
            if not said["dropped"]:
                told.acknowledged += batch.ids
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    length = int(lower[start : lower.index(b"\r\n", start)])
    return int(head[9:12]), await reader.readexactly(length)
