"""Who gets nothing, so that what the others get can be measured: assigned at eligibility, before anything is made (T8, M17).

Below 400 expected accounts: permuted blocks within strata, in order of eligibility (Pocock 1983, chapter 5: the arms stay
balanced however early the programme is read). Above: a keyed hash of the account, which needs no memory. Once stored, the
row decides; nothing here is asked again for that account and play.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from vitalreel.identity import AccountId

SMALL = 400
"""Expected accounts below which blocks are used."""

LARGEST_BLOCK = 20
PROGRAMME = "*"
Arm = Literal["served", "held_out"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One account's arm in one play (or in the programme), for good."""

    account: AccountId
    play: str
    arm: Arm
    stratum: str
    method: Literal["blocks", "hash", "critical"]
    position: int  # 0-based, in order of eligibility within the stratum
    share: float
    day: date


def assign(
    accounts: Sequence[tuple[AccountId, str]],
    play: str,
    share: float,
    taken: Mapping[str, int],
    expected: int,
    key: bytes,
    day: date,
) -> tuple[Assignment, ...]:
    """Arms for accounts that become eligible on one day.

    accounts: (account, stratum), none assigned before. share: to hold out, 0..0.9. taken: stratum -> how many were assigned
    before today. expected: accounts the play will see in all. key: the workspace's secret.
    The order within a day is by keyed hash, so that neither names nor ids decide who is first.
    """
    order = sorted(accounts, key=lambda a: _digest(key, "order", play, a[0]))
    next_at = dict(taken)
    found = []
    for account, stratum in order:
        position = next_at.get(stratum, 0)
        next_at[stratum] = position + 1
        if expected < SMALL:
            arm, method = _block_arm(key, play, stratum, position, share), "blocks"
        else:
            arm, method = _hash_arm(key, play, account, share), "hash"
        found.append(Assignment(account, play, arm, stratum, method, position, share, day))  # type: ignore[arg-type]
    return tuple(found)


def block_size(share: float) -> int:
    """Smallest block of at least 4 and at most 20 that holds out exactly `share`, or 20 where none does."""
    part = Fraction(share).limit_denominator(LARGEST_BLOCK)
    size = part.denominator
    while size < 4:
        size += part.denominator
    return size


def _block_arm(key: bytes, play: str, stratum: str, position: int, share: float) -> Arm:
    """The arm at a position: each block is a keyed permutation with the exact number held out.

    Where no block of at most 20 carries the share exactly, the fraction left over is carried by a keyed coin a block.
    """
    size = block_size(share)
    block, place = divmod(position, size)
    whole, rest = divmod(Fraction(share).limit_denominator(10_000) * size, 1)
    coin = random.Random(_digest(key, "coin", play, stratum, str(block)))  # noqa: S311 seeded by a keyed digest
    held = int(whole) + (coin.random() < rest)
    seats: list[Arm] = ["held_out" if i < held else "served" for i in range(size)]
    random.Random(_digest(key, "block", play, stratum, str(block))).shuffle(seats)  # noqa: S311
    return seats[place]


def _hash_arm(key: bytes, play: str, account: AccountId, share: float) -> Arm:
    draw = int.from_bytes(_digest(key, "arm", play, account)[:8], "big") / 2**64
    return "held_out" if draw < share else "served"


def _digest(key: bytes, *parts: str) -> bytes:
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).digest()
