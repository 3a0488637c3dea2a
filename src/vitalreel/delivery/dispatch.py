"""The life of an outbox row: a row and what happened in, the row as it stands then out. Decides nothing about the world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from vitalreel.delivery.message import NotSent, Sent, Unknown

RowState = Literal["ready", "sending", "sent", "unknown", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Row:
    """The part of an outbox row that moves.

    ready: may be attempted from `next_at`. sending: an attempt has begun and its end is not written. sent, failed,
    stopped: over. unknown: the peer may have taken it, and a person decides.
    """

    state: RowState
    attempts: int  # begun so far
    next_at: datetime
    receipt: str  # the peer's word, or the reason
    holder: str = ""  # whose attempt is under way, or was the last; "" before the first
    held_until: datetime | None = None  # sending: its holder is taken for dead from then on (real clock); else None


@dataclass(frozen=True, slots=True)
class Retries:
    """Waiting times between attempts: first, then doubled each time up to `longest`; no more than `attempts` attempts."""

    first: timedelta
    longest: timedelta
    attempts: int

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts (1 or more)."""
        return self.longest if attempts > 30 else min(self.longest, self.first * 2 ** (attempts - 1))


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose an attempt is, and for how long nobody else may think it died."""

    holder: str  # names one process, never used again
    until: datetime  # real clock; later than the longest attempt can take


class WrongMove(ValueError):
    """A row was asked for a move its state does not have: a programming error, since the database holds the claim."""

    def __init__(self, row: Row, move: str) -> None:
        super().__init__(f"an outbox row that is {row.state} cannot be {move}")


def begin(row: Row, now: datetime, lease: Lease) -> Row:
    """Claim a due row for one attempt; saved before the peer hears anything. Raises WrongMove if not ready and due."""
    if row.state != "ready" or now < row.next_at:
        raise WrongMove(row, "begun")
    return replace(row, state="sending", attempts=row.attempts + 1, holder=lease.holder, held_until=lease.until)


def release(row: Row, reason: str) -> Row:
    """Give a claim back: something spoke against it before the peer heard anything, and the attempt does not count."""
    if row.state != "sending":
        raise WrongMove(row, "released")
    return replace(row, state="ready", attempts=row.attempts - 1, receipt=reason, held_until=None)


def holds(row: Row, lease: Lease) -> bool:
    """Whether the attempt under way is still that of the lease."""
    return row.state == "sending" and (row.holder, row.held_until) == (lease.holder, lease.until)


def lapsed(row: Row, clock: datetime) -> bool:
    """Whether an attempt is under way whose lease has run out. A row without a lease is of a version before leases."""
    return row.state == "sending" and (row.held_until is None or row.held_until <= clock)


def finish(row: Row, answer: Sent | NotSent | Unknown, now: datetime, retries: Retries) -> Row:
    """Write down what the peer answered. A refusal that may pass becomes ready again, later and later, then failed."""
    if row.state != "sending":
        raise WrongMove(row, "finished")
    row = replace(row, held_until=None)
    if isinstance(answer, Sent):
        return replace(row, state="sent", receipt=answer.receipt)
    if isinstance(answer, Unknown):
        return replace(row, state="unknown", receipt=answer.reason)
    if answer.retry and row.attempts < retries.attempts:
        return replace(row, state="ready", next_at=now + retries.wait(row.attempts), receipt=answer.reason)
    return replace(row, state="failed", receipt=answer.reason)


def resume(row: Row, taken: bool | None) -> Row:
    """A `sending` row whose sender died: gone, or its lease lapsed. Never sent again by itself unless the peer says it has it not.

    taken: what a peer that remembers keys answers (the mailbox folder does); None where it cannot tell (SMTP).
    """
    if row.state != "sending":
        return row
    row = replace(row, held_until=None)
    if taken is None:
        return replace(row, state="unknown", receipt="the sender stopped during the attempt")
    return replace(row, state="sent", receipt="found at the peer") if taken else replace(row, state="ready")


def learn(row: Row, answer: Sent | NotSent | Unknown) -> Row:
    """The answer of an attempt that others took for dead. That the peer has it is true whatever was written meanwhile.

    Where another attempt is under way, or the message did not go out, the row stays as it was left.
    """
    if isinstance(answer, Sent) and row.state not in ("sending", "sent"):
        return replace(row, state="sent", receipt=answer.receipt)
    return row


def bounce(row: Row, reason: str) -> Row:
    """A mail that was taken came back: it never arrived, and is a dead letter. An attempt under way, and a row that is over, stay."""
    return replace(row, state="failed", receipt=reason) if row.state in ("sent", "unknown", "ready") else row


def resolve(row: Row, arrived: bool, now: datetime) -> Row:
    """A person has looked: an unknown or failed row arrived after all, or may be tried again with fresh attempts."""
    if row.state not in ("unknown", "failed"):
        raise WrongMove(row, "resolved")
    if arrived:
        return replace(row, state="sent", receipt="confirmed by a person")
    return replace(row, state="ready", attempts=0, next_at=now)


def wait(row: Row, until: datetime) -> Row:
    """Put a row off that may not leave yet: quiet hours, a cap, a window that is not open."""
    if row.state != "ready":
        raise WrongMove(row, "put off")
    return replace(row, next_at=until)


def stop(row: Row, reason: str) -> Row:
    """Take a row that has not left yet out of the queue: consent withdrawn, kill switch, window missed."""
    if row.state != "ready":
        raise WrongMove(row, "stopped")
    return replace(row, state="stopped", receipt=reason)
