"""What other platforms say of an account: their scores and calls to action, shown beside ours and never in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ibis import _

from vitalreel.signals.master import Master
from vitalreel.store.lake import LakeSession


@dataclass(frozen=True, slots=True)
class Outside:
    """How another platform sees an account."""

    platform: str
    day: date  # of its newest reading
    score: float | None  # on its own scale
    band: str | None  # in its own word
    call_to_action: str | None
    master: bool = False  # its score is the account's one number (`master:` of signals.yaml)
    points: float | None = None  # of the master: its score on our scale


def nobody() -> None:
    """Ours is the master."""


def outside(
    session: LakeSession, account: str, day: date, master: Callable[[], Master | None] = nobody
) -> tuple[Outside, ...]:
    """The newest reading of every platform that scores the account too, as known at the end of `day`; the master first.

    master: whose score is the account's number; asked for only where another platform scores it.
    """
    known = session.as_of(day)
    if "outside_score" not in known:
        return ()
    rows = known["outside_score"].filter((_.account_id == account) & (_.day <= day)).to_pyarrow().to_pylist()
    newest = {r["platform"]: r for r in sorted(rows, key=lambda r: r["day"])}
    chief = master() if newest else None
    found = [_read(name, r, chief) for name, r in sorted(newest.items())]
    return tuple(sorted(found, key=lambda o: not o.master))


def _read(platform: str, row: Mapping[str, Any], master: Master | None) -> Outside:
    mine = master if master is not None and master.platform == platform else None
    points = mine.points(row["score"]) if mine and row["score"] is not None else None
    return Outside(platform, row["day"], row["score"], row["band"], row["call_to_action"], mine is not None, points)
