"""Engagements asked of a CS platform, over a real HTTP server: signed, with all it needs, asked once (R4 R5)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.services.hook import Told, hook_service
from vitalreel.delivery.message import Message, NotSent, Sent
from vitalreel.edges.callers.https import HttpsCaller
from vitalreel.edges.channels.engagement import EngagementChannel

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEYS = (b"k" * 32, b"o" * 32)
ABOUT = {"account": "acme", "account_name": "Acme", "contact": "ana", "watch": "https://x.example/v/t"}
MESSAGE = Message(
    "t1:engagement",
    "dana@v.example",
    "Dana, Larkspur",
    "ana@acme.example",
    "Ana",
    "Use, 1:02",
    "Hello",
    "",
    {},
    {},
    ABOUT,
)


@pytest.fixture
def peer() -> Iterator[Told]:
    with hook_service() as told:
        yield told


def channel(url: str, folder: Path) -> EngagementChannel:
    return EngagementChannel(url, KEYS, folder / "engagements", HttpsCaller(2), lambda: NOW)


def test_the_platform_is_told_all_it_needs_and_can_prove_who_says_it(peer: Told, tmp_path: Path):
    """R4 R5: a CloudEvent with account, person, words and link, signed by both keys while one takes the other's place."""
    platform = channel(peer.url, tmp_path)
    before, answer, after = platform.has(MESSAGE), platform.send(MESSAGE), platform.has(MESSAGE)
    [(said, body)] = peer.heard
    signed = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + body
    macs = [f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in KEYS]
    told = json.loads(body)

    assert (False, True) == (before, after)
    assert isinstance(answer, Sent)
    assert macs == said["webhook-signature"].split(" ")
    assert ("vitalreel.engagement.requested", "acme", said["webhook-id"]) == (told["type"], told["subject"], told["id"])
    assert {**ABOUT, "to": "ana@acme.example", "to_name": "Ana", "from": "dana@v.example", "from_name": "Dana, Larkspur",
            "subject": "Use, 1:02", "text": "Hello"} == told["data"]  # fmt: skip
    assert [body] == [f.read_bytes() for f in (tmp_path / "engagements").glob("*.json")]


@pytest.mark.parametrize(
    ("status", "again"), [(503, True), (429, True), (408, True), (400, False), (410, False), (302, False)]
)
def test_a_refusal_says_whether_trying_again_can_help(peer: Told, tmp_path: Path, status: int, again: bool):
    """R6: what was not taken is not kept, and a later attempt has the same id."""
    peer.answers.append((status, {}))
    platform = channel(peer.url, tmp_path)
    answer = platform.send(MESSAGE)

    assert NotSent(f"HTTP {status}", again) == answer
    assert not platform.has(MESSAGE)
    assert isinstance(platform.send(MESSAGE), Sent)
    assert 1 == len({said["webhook-id"] for said, _ in peer.heard})


def test_nobody_there_is_tried_again(tmp_path: Path):
    """R6: a platform that does not answer is no dead letter; what it may have taken it knows by its id."""
    answer = channel("http://127.0.0.1:1/x?secret", tmp_path).send(MESSAGE)

    assert isinstance(answer, NotSent)
    assert answer.retry
    assert "secret" not in answer.reason
