"""Scores and their reasons told to other systems: which accounts stand otherwise than on the day scored before, and why (H12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _, literal

from vitalreel.health.explain import explain, standing_of
from vitalreel.health.scorecard import TENTHS
from vitalreel.steps import hooks
from vitalreel.steps.doors import Doors
from vitalreel.store.lake import LakeSession
from vitalreel.tracking.hook import Message, score_message

REASONS = 5
Row = Mapping[str, Any]


def score_messages(
    doors: Doors,
    session: LakeSession,
    day: date,
    scores: pa.Table,
    parts: pa.Table,
    chances: pa.Table | None,
    now: datetime,
) -> list[Message]:
    """What hooks that are told scores hear of a day's rows: every account whose whole points, band or state are others than on
    the newest day they were scored before, with what moved it. None where no hook asks, and of no account that was scored of a later day.

    scores, parts, chances: of all accounts on `day`, as `assess` saves them.
    """
    told = [hook for hook in doors.programme.webhooks if "scores" in hook.tells]
    if not told:
        return []
    before, later = _before(session, day), _scored_later(session, day)
    changed = [
        row
        for row in scores.to_pylist()
        if row["state"] != "no_scorecard"
        and row["account_id"] not in later
        and _differs(row, before.get(row["account_id"]))
    ]
    if not changed:
        return []
    named = sorted({row["account_id"] for row in changed})
    now_parts = _by_account(
        parts.filter(pc.is_in(parts["account_id"], value_set=pa.array(named, pa.string()))).to_pylist()
    )
    old_parts = _by_account(_parts_before(session, before, named))
    chance = {} if chances is None else {r["account_id"]: r for r in chances.to_pylist()}
    made = []
    for row in changed:
        account = row["account_id"]
        was, old = before.get(account), old_parts.get(account, ())
        data = told_of(row, now_parts.get(account, ()), was, old, chance.get(account))
        made += [score_message(hook, data, hooks.source_of(doors), now) for hook in told]
    return made


def told_of(row: Row, parts: Iterable[Row], was: Row | None, old: Iterable[Row], chance: Row | None) -> dict[str, Any]:
    """A score with its reasons, JSON-ready. was, old: of the scored day before; None: there is none."""
    after = standing_of(row, parts)
    moved = explain(standing_of(was, old), after) if was is not None else None
    lost = [p for p in after.parts if p.weight * TENTHS > p.tenths]
    lost.sort(key=lambda p: (p.tenths - round(p.weight * TENTHS), p.name))
    moves = moved.moves[:REASONS] if moved else ()
    before = None if was is None else {"day": was["day"].isoformat(), "points": was["points"], "band": was["band"]}
    return {
        "account": row["account_id"], "day": row["day"].isoformat(), "state": row["state"], "points": row["points"],
        "band": row["band"], "coverage": round(row["coverage"], 4), "scorecard": row["scorecard"], "before": before,
        "because": moved.sentence if moved else "",
        "moves": [{"part": m.name, "label": m.label, "points": m.tenths / TENTHS} for m in moves],
        "costs": [{"part": p.name, "label": p.label, "points": p.tenths / TENTHS, "of": p.weight} for p in lost[:REASONS]],
        "churn": None if chance is None else _chance(chance),
    }  # fmt: skip


def _chance(row: Row) -> dict[str, Any]:
    return {
        "probability": round(row["probability"], 4),
        "within_days": row["horizon_days"],
        "reasons": list(row["reasons"]),
    }


def _differs(row: Row, was: Row | None) -> bool:
    if was is None:
        return True
    return (_whole(row["points"]), row["band"], row["state"]) != (_whole(was["points"]), was["band"], was["state"])


def _whole(points: float | None) -> int | None:
    return None if points is None else round(points)


def _scored_later(session: LakeSession, day: date) -> frozenset[str]:
    """Accounts with a score of a later day."""
    if "score" not in session.names:
        return frozenset()
    rows = session.versions("score").filter(_.day > literal(day)).select("account_id").distinct()
    return frozenset(session.con.to_pyarrow(rows)["account_id"].to_pylist())


def _before(session: LakeSession, day: date) -> dict[str, Row]:
    """Account -> its saved score of the newest day before `day`."""
    if "score" not in session.names:
        return {}
    earlier = session.as_of(day)["score"].filter(_.day < literal(day))
    newest = earlier.group_by("account_id").aggregate(day=_.day.max())
    rows = session.con.to_pyarrow(earlier.semi_join(newest, ["account_id", "day"])).to_pylist()
    return {row["account_id"]: row for row in rows}


def _parts_before(session: LakeSession, before: Mapping[str, Row], named: list[str]) -> list[Row]:
    """Parts of the named accounts on those days."""
    known = {account: before[account]["day"] for account in named if account in before}
    if not known or "score_part" not in session.names:
        return []
    wanted = ibis.memtable(pa.table({"account_id": list(known), "day": pa.array(list(known.values()), pa.date32())}))
    parts = session.as_of(max(known.values()))["score_part"].semi_join(wanted, ["account_id", "day"])
    rows: list[Row] = session.con.to_pyarrow(parts).to_pylist()
    return rows


def _by_account(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["account_id"], []).append(row)
    return found
