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


@dataclass(frozen=True, slots=True)
class Retries:
    """Waiting times between attempts: first, then doubled each time up to `longest`; no more than `attempts` attempts."""

    first: timedelta
    longest: timedelta
    attempts: int

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts (1 or more)."""
        return self.longest if attempts > 30 else min(self.longest, self.first * 2 ** (attempts - 1))


class WrongMove(ValueError):
    """A row was asked for a move its state does not have: a programming error, since the database holds the claim."""

    def __init__(self, row: Row, move: str) -> None:
        super().__init__(f"an outbox row that is {row.state} cannot be {move}")


def begin(row: Row, now: datetime) -> Row:
    """Claim a due row for one attempt; saved before the peer hears anything. Raises WrongMove if not ready and due."""
    if row.state != "ready" or now < row.next_at:
        raise WrongMove(row, "begun")
    return replace(row, state="sending", attempts=row.attempts + 1)


def finish(row: Row, answer: Sent | NotSent | Unknown, now: datetime, retries: Retries) -> Row:
    """Write down what the peer answered. A refusal that may pass becomes ready again, later and later, then failed."""
    if row.state != "sending":
        raise WrongMove(row, "finished")
    if isinstance(answer, Sent):
        return replace(row, state="sent", receipt=answer.receipt)
    if isinstance(answer, Unknown):
        return replace(row, state="unknown", receipt=answer.reason)
    if answer.retry and row.attempts < retries.attempts:
        return replace(row, state="ready", next_at=now + retries.wait(row.attempts), receipt=answer.reason)
    return replace(row, state="failed", receipt=answer.reason)


def resume(row: Row, taken: bool | None) -> Row:
    """A row found `sending` at start: its sender died. Never sent again by itself unless the peer says it is not there.

    taken: what a peer that remembers keys answers (the mailbox folder does); None where it cannot tell (SMTP).
    """
    if row.state != "sending":
        return row
    if taken is None:
        return replace(row, state="unknown", receipt="the sender stopped during the attempt")
    return replace(row, state="sent", receipt="found at the peer") if taken else replace(row, state="ready")


def resolve(row: Row, arrived: bool, now: datetime) -> Row:
    """A person has looked: an unknown or failed row arrived after all, or may be tried again with fresh attempts."""
    if row.state not in ("unknown", "failed"):
        raise WrongMove(row, "resolved")
    if arrived:
        return replace(row, state="sent", receipt="confirmed by a person")
    return replace(row, state="ready", attempts=0, next_at=now)


def stop(row: Row, reason: str) -> Row:
    """Take a row that has not left yet out of the queue: consent withdrawn, kill switch, window missed."""
    if row.state != "ready":
        raise WrongMove(row, "stopped")
    return replace(row, state="stopped", receipt=reason)
