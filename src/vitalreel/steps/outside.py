"""What other platforms say of an account: their scores and calls to action, shown beside ours and never in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ibis import _

from vitalreel.store.lake import LakeSession


@dataclass(frozen=True, slots=True)
class Outside:
    """How another platform sees an account."""

    platform: str
    day: date  # of its newest reading
    score: float | None  # on its own scale
    band: str | None  # in its own word
    call_to_action: str | None


def outside(session: LakeSession, account: str, day: date) -> tuple[Outside, ...]:
    """The newest reading of every platform that scores the account too, as known at the end of `day`."""
    known = session.as_of(day)
    if "outside_score" not in known:
        return ()
    rows = known["outside_score"].filter((_.account_id == account) & (_.day <= day)).to_pyarrow().to_pylist()
    newest = {r["platform"]: r for r in sorted(rows, key=lambda r: r["day"])}
    return tuple(
        Outside(name, r["day"], r["score"], r["band"], r["call_to_action"]) for name, r in sorted(newest.items())
    )
