"""Calibrate: propose new points for every scorecard from what came of accounts, try them on today's, and write what a person accepts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from vitalreel.errors import BadInput, NotFound
from vitalreel.health.calibrate import Proposal, propose
from vitalreel.health.predict.rolling import Refusal
from vitalreel.health.predict.snapshots import Snapshots
from vitalreel.health.scorecard import BANDS, TENTHS, Scorecard
from vitalreel.identity import fingerprint
from vitalreel.steps import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.predict import history
from vitalreel.store.lake import LakeSession
from vitalreel.store.yamltext import changed, write_over

TABLE = "calibration"


@dataclass(frozen=True, slots=True)
class Tried:
    """A scorecard's proposal and what it would do to today's accounts, or why there is none."""

    scorecard: str
    proposal: Proposal | None
    refused: Refusal | None
    moves: Mapping[tuple[str, str], int]  # (band by its points now, band by the new ones) -> accounts, those that move


def calibrate(doors: Doors, day: date, horizon_days: int) -> tuple[Tried, ...]:
    """Proposals from what was known at the end of `day`; nothing is changed."""
    model = assess.read_model(doors)
    with doors.lake.session() as session:
        found = _proposals(doors, session, model, day, horizon_days)
        moves = _moves(doors, session, model, {p.scorecard: p for p in found if isinstance(p, Proposal)}, day)
    return tuple(
        Tried(card.name, p, None, moves.get(card.name, {}))
        if isinstance(p, Proposal)
        else Tried(card.name, None, p, {})
        for card, p in zip(model.scorecards, found, strict=True)
    )


def accept(doors: Doors, proposal: str, by: str, day: date, now: datetime, horizon_days: int) -> Tried:
    """Write the proposal of this id into its scorecard's file, and record who accepted it. Scores of before stay as they are.

    Raises BadInput without a name, NotFound where what is known on `day` gives no such proposal.
    """
    found = calibrate(doors, day, horizon_days)
    tried = next((t for t in found if t.proposal is not None and t.proposal.id == proposal), None)
    if tried is None or tried.proposal is None:
        open_ones = ", ".join(t.proposal.id for t in found if t.proposal) or "none"
        raise NotFound("proposal", proposal, f"open as of {day}: {open_ones}; look again with `vitalreel calibrate`")
    write(doors, tried.proposal, by, day, now)
    return tried


def write(doors: Doors, proposal: Proposal, by: str, day: date, now: datetime) -> None:
    """The accepted points into the scorecard's file, and into the lake who accepted them. Raises BadInput without a name."""
    if not by.strip():
        raise BadInput("--by", "nobody is named", "say who accepts the points")
    _rewrite(doors, proposal)
    run = fingerprint(TABLE, proposal.id, now)
    rows = assess.with_provenance(
        pa.Table.from_pylist([_record(proposal, by.strip(), day)]), run, day, now, "calibrate"
    )
    with doors.engine.begin() as connection:
        doors.lake.publish(connection, doors.lake.stage(run, {TABLE: rows}), now)


def _proposals(
    doors: Doors, session: LakeSession, model: assess.Model, day: date, horizon_days: int
) -> list[Proposal | Refusal]:
    rows = history(doors, session, model, day, horizon_days)
    rows = rows.rows(~np.isnan(rows.y) & (rows.weights > 0))
    place = {f.name: k for k, f in enumerate(rows.features)}
    return [_proposal(rows, card, place, day) for card in model.scorecards]


def _proposal(rows: Snapshots, card: Scorecard, place: Mapping[str, int], day: date) -> Proposal | Refusal:
    own = place.get(f"scorecard.{card.name}")  # there is none where one scorecard serves all
    mine = rows if own is None else rows.rows(rows.x[:, own] == 1)
    due = mine.x[:, place["contract.ends_within"]]
    levels = replace(mine, features=(), x=mine.x[:, [place[m.name] for m in card.measures]])
    return propose(levels, card.name, card.measures, None if np.isnan(due).any() else due, day)


def _moves(
    doors: Doors, session: LakeSession, model: assess.Model, proposals: Mapping[str, Proposal], day: date
) -> dict[str, dict[tuple[str, str], int]]:
    """Scorecard -> accounts that would stand in another band, by their points alone: the shadow of the new points."""
    if not proposals:
        return {}
    tried = tuple(_with(c, proposals[c.name]) if c.name in proposals else c for c in model.scorecards)
    now = _points(assess.score_day(doors, session, model, day).scores)
    then = _points(assess.score_day(doors, session, replace(model, scorecards=tried), day).scores)
    bands = {c.name: c.bands for c in model.scorecards}
    found: dict[str, dict[tuple[str, str], int]] = {}
    for account, (card, before) in now.items():
        after = then[account][1]
        if before is None or after is None:
            continue
        pair = (bands[card].natural(before), bands[card].natural(after))
        if pair[0] != pair[1]:
            counts = found.setdefault(card, {})
            counts[pair] = counts.get(pair, 0) + 1
    return {card: dict(sorted(m.items(), key=_rank)) for card, m in found.items()}


def _rank(move: tuple[tuple[str, str], int]) -> tuple[int, ...]:
    names: tuple[str, ...] = BANDS
    return tuple(names.index(band) for band in move[0])


def _points(scores: pa.Table) -> dict[str, tuple[str, int | None]]:
    """Account -> (scorecard, tenths; None: no score)."""
    rows = scores.select(["account_id", "scorecard", "points", "state"]).to_pylist()
    return {
        r["account_id"]: (r["scorecard"], round(r["points"] * TENTHS) if r["state"] == "scored" else None)
        for r in rows
        if r["scorecard"] is not None
    }


def _with(card: Scorecard, proposal: Proposal) -> Scorecard:
    new = {m.name: m.new for m in proposal.measures}
    return replace(card, measures=tuple(replace(m, worth=new[m.name]) for m in card.measures))


# -- accepting


def _rewrite(doors: Doors, proposal: Proposal) -> None:
    """New weights into the scorecard's file; all else stays as its owner wrote it. Weights are points and sum to 100."""
    new = {m.name: m.new for m in proposal.measures}
    stem = next(s for s, raw in doors.workspace.folder("scorecards").items() if raw["scorecard"] == proposal.scorecard)
    path = doors.workspace.root / "scorecards" / f"{stem}.yaml"
    before = path.read_text(encoding="utf-8")

    def weigh(content: Any) -> None:
        for group in content["groups"].values():
            for name, measure in group["measures"].items():
                measure["weight"] = _number(new[name])
            group["weight"] = _number(sum(new[name] for name in group["measures"]))

    write_over(path, changed(before, weigh, f"scorecards/{path.name}"))
    _check(doors, proposal, path, before)


def _check(doors: Doors, proposal: Proposal, path: Any, before: str) -> None:
    """Put the file back unless it reads as what was accepted."""
    card = next((c for c in assess.read_model(doors).scorecards if c.name == proposal.scorecard), None)
    if card is None or [m.worth for m in card.measures] != [m.new for m in proposal.measures]:
        path.write_text(before, encoding="utf-8")
        raise BadInput(
            str(path), "the new weights do not read as what was accepted", "write them by hand; the file is as it was"
        )


def _number(tenths: int) -> int | float:
    return tenths // TENTHS if tenths % TENTHS == 0 else tenths / TENTHS


def _record(proposal: Proposal, by: str, day: date) -> dict[str, Any]:
    row = {
        "proposal": proposal.id, "scorecard": proposal.scorecard, "day": day, "accepted_by": by,
        "old": json.dumps({m.name: m.old for m in proposal.measures}), "new": json.dumps({m.name: m.new for m in proposal.measures}),
    }  # fmt: skip
    return {**row, "row_key": f"{proposal.id}|{day}", "row_digest": fingerprint(row)}
