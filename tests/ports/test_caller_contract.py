"""What every Caller holds: one post, whatever status comes, no redirect followed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.hook import Told, hook_service
from vitalreel.edges.callers.https import HttpsCaller
from vitalreel.errors import Unavailable
from vitalreel.ports import Called, Caller


@pytest.fixture(params=[HttpsCaller], ids=["https"])
def caller(request: pytest.FixtureRequest) -> Caller:
    made: Caller = request.param(0.3)
    return made


@pytest.fixture
def other() -> Iterator[Told]:
    with hook_service() as told:
        yield told


def test_headers_and_body_arrive_as_they_were_given(caller: Caller, other: Told):
    """What is signed is what is sent (K5)."""
    answer = caller.post(other.url, {"webhook-id": "m1", "Content-Type": "a/b"}, "ü{}".encode())
    headers, body = other.heard[0]

    assert Called(204) == answer
    assert ("m1", "a/b", "ü{}".encode()) == (headers["webhook-id"], headers["content-type"], body)


@pytest.mark.parametrize("status", [200, 302, 400, 410, 429, 503])
def test_a_status_is_an_answer_and_a_redirect_is_not_followed(caller: Caller, other: Told, status: int):
    """What was signed for one address does not go to another (P3)."""
    other.answers = [(status, {"Location": other.url, "Retry-After": "7"} if status != 200 else {})]

    assert Called(status, 0.0 if status == 200 else 7.0) == caller.post(other.url, {}, b"{}")
    assert 1 == len(other.heard)


def test_who_does_not_answer_in_time_is_unavailable(caller: Caller, other: Told):
    """One system that hangs does not hold the sender (P6)."""
    other.slow_s = 0.6
    with pytest.raises(Unavailable):
        caller.post(other.url, {}, b"{}")


def test_who_is_not_there_is_unavailable(caller: Caller):
    """A refused connection is told as one (P6)."""
    with pytest.raises(Unavailable, match="refused"):
        caller.post("http://127.0.0.1:9/", {}, b"{}")
