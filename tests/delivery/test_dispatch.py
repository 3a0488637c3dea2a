"""The outbox row's life: what can follow what, and that nothing is sent twice by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.delivery.dispatch import (
    Lease,
    Retries,
    Row,
    WrongMove,
    begin,
    finish,
    lapsed,
    learn,
    release,
    resolve,
    resume,
    stop,
)
from vitalreel.delivery.message import NotSent, Sent, Unknown

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RETRIES = Retries(timedelta(minutes=1), timedelta(hours=1), 4)
LEASE = Lease("here/7/1", NOW + timedelta(minutes=15))
ANSWERS = st.sampled_from([Sent("250"), NotSent("451", True), NotSent("550", False), Unknown("cut"), None])


@given(st.lists(ANSWERS, max_size=20))
def test_after_a_message_may_have_been_taken_no_attempt_follows_by_itself(answers: list):
    """None is a crash during the attempt. At most one attempt can have been taken (P1 R6)."""
    row, now, maybe_taken = Row("ready", 0, NOW, ""), NOW, 0
    for answer in answers:
        if row.state != "ready":
            break
        now = max(now, row.next_at)
        row = begin(row, now, LEASE)
        maybe_taken += answer is None or isinstance(answer, Sent | Unknown)
        row = resume(row, None) if answer is None else finish(row, answer, now, RETRIES)

    assert maybe_taken <= 1 and row.attempts <= RETRIES.attempts


def test_refusals_that_pass_wait_longer_each_time_and_end():
    """Back-off doubles to its bound, then a dead letter (R6)."""
    row, waits, now = Row("ready", 0, NOW, ""), [], NOW
    while row.state == "ready":
        now = row.next_at
        row = finish(begin(row, now, LEASE), NotSent("451", True), now, RETRIES)
        waits.append((row.next_at - now).total_seconds())

    assert ([60, 120, 240, 0], "failed") == (waits, row.state)


def test_a_peer_that_remembers_settles_a_crash():
    """The mailbox folder can tell; SMTP cannot (P1)."""
    sending = begin(Row("ready", 0, NOW, ""), NOW, LEASE)

    assert ["sent", "ready", "unknown"] == [resume(sending, taken).state for taken in (True, False, None)]


def test_a_person_settles_the_rest():
    """Dead letters are visible and can be replayed (R6)."""
    unknown = Row("unknown", 2, NOW, "cut")

    assert ("sent", ("ready", 0)) == (resolve(unknown, True, NOW).state, (resolve(unknown, False, NOW).state, 0))


def test_moves_a_state_does_not_have_are_refused():
    """A sent row never begins, finishes or stops again."""
    for move in (lambda r: begin(r, NOW, LEASE), lambda r: finish(r, Sent(""), NOW, RETRIES), lambda r: stop(r, "x")):
        with pytest.raises(WrongMove):
            move(Row("sent", 1, NOW, ""))


def test_an_attempt_is_its_holder_s_until_its_lease_lapses():
    """P1 R6: another worker's attempt is not taken for a dead one's; a row of before leases has nobody to wait for."""
    sending = begin(Row("ready", 0, NOW, ""), NOW, LEASE)
    old = Row("sending", 1, NOW, "")

    assert [False, True, True] == [
        lapsed(sending, LEASE.until - timedelta(seconds=1)),
        lapsed(sending, LEASE.until),
        lapsed(old, NOW),
    ]
    assert not lapsed(finish(sending, Sent("250"), NOW, RETRIES), LEASE.until)


def test_a_claim_given_back_is_no_attempt():
    """R9: the kill switch thrown after the claim costs the message none of its attempts."""
    back = release(begin(Row("ready", 2, NOW, ""), NOW, LEASE), "stopped")

    assert ("ready", 2, None) == (back.state, back.attempts, back.held_until)


@pytest.mark.parametrize("state", ["ready", "unknown", "failed", "stopped"])
def test_a_late_word_that_it_arrived_settles_what_others_left(state: str):
    """P1: a holder that was only slow knows better than whoever took it for dead; that it did not arrive changes nothing."""
    left = Row(state, 1, NOW, "the sender stopped during the attempt")  # type: ignore[arg-type]

    assert ("sent", left) == (learn(left, Sent("250")).state, learn(left, NotSent("451", True)))


def test_a_late_word_leaves_another_s_attempt_alone():
    """P1 R6: the row is the one's who holds it."""
    sending = begin(Row("ready", 1, NOW, ""), NOW, LEASE)

    assert sending == learn(sending, Sent("250"))
