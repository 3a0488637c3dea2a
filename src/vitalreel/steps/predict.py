"""Predict: snapshots from the lake, a model learnt and judged on them, and every account's chance kept beside its score."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from ibis import _, literal
from sqlalchemy import select

from vitalreel.errors import BadInput, NotFound
from vitalreel.health.predict.drift import Limits
from vitalreel.health.predict.model import Model, learn
from vitalreel.health.predict.rolling import Evaluation, Refusal, evaluate
from vitalreel.health.predict.snapshots import Feature, Served, Snapshots, known_then, labelled, learnable
from vitalreel.health.predict.words import told
from vitalreel.health.scorecard import Scorecard
from vitalreel.identity import AccountId, fingerprint
from vitalreel.steps import assess
from vitalreel.steps.chances import MODELS, TABLE, Chance, kept_model, predicted, read_chance
from vitalreel.steps.doors import Doors
from vitalreel.steps.drift import Drift, drifted
from vitalreel.steps.snapshots import Seen, Taken, churns, features_of, further, measured, taken
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.store.tables import assignment

WARMING = 91
"""Days of use a first snapshot needs behind it: measures look back a quarter."""
SHORTEST_HORIZON = 10
"""Days; of fewer there is hardly an outcome to learn from."""


@dataclass(frozen=True, slots=True)
class Trained:
    model: Model
    evaluation: Evaluation
    accounts: int  # that have a probability


@dataclass(frozen=True, slots=True)
class Shown:
    """Kept probabilities of one day, the highest first, with the figures of the model that gave them."""

    day: date
    version: str
    horizon_days: int
    figures: Mapping[str, Any]
    in_words: tuple[str, ...]
    chances: tuple[Chance, ...]
    drift: Drift | None  # of the model that stands, as of the first of the month; None: it learnt since


def judged(doors: Doors, day: date, horizon_days: int) -> Evaluation | Refusal:
    """How well a model would have predicted, by rolling origin over what was known at the end of `day`."""
    with doors.lake.session() as session:
        return evaluate(history(doors, session, assess.read_model(doors), day, horizon_days), horizon_days)


def train(doors: Doors, day: date, now: datetime, horizon_days: int) -> Trained | Refusal:
    """Learn from what was known at the end of `day`, judge, predict all accounts, and keep model and probabilities.

    Nothing is kept where it refuses.
    """
    cards = assess.read_model(doors)
    with doors.lake.session() as session:
        rows = history(doors, session, cards, day, horizon_days)
        found = evaluate(rows, horizon_days)
        if isinstance(found, Refusal):
            return found
        model = learn(rows.rows(~np.isnan(rows.y) & (rows.weights > 0)), day, horizon_days)
        today = _taken(doors, session, cards, day, horizon_days)
    keep(doors, model, found, today, cards.scorecards, now)
    return Trained(model, found, len(today.accounts))


def show(doors: Doors, day: date, account: AccountId | None) -> Shown:
    """The newest probabilities known at the end of `day`, of all accounts or of one. Raises NotFound where there are none."""
    with doors.lake.session() as session:
        if not {TABLE, MODELS} <= set(session.names):
            raise NotFound("probability", "churn", "run `vitalreel predict train` first")
        known = session.as_of(day)
        newest: date | None = session.con.to_pyarrow(known[TABLE].aggregate(day=_.day.max()))["day"][0].as_py()
        if newest is None:
            raise NotFound(
                "probability", "churn", f"none was known on {day}; run `vitalreel predict train --as-of {day}`"
            )
        mine = known[TABLE].filter(_.day == literal(newest))
        if account is not None:
            mine = mine.filter(_.account_id == account)
        rows = mine.order_by(_.probability.desc(), "account_id").to_pyarrow().to_pylist()
        if not rows:
            raise NotFound("account", str(account), f"it has no probability of {newest.isoformat()}")
        moved = drifted(session, day, Limits())
        kept = kept_model(known[MODELS].filter(_.version == rows[0]["model"]).to_pyarrow().to_pylist()[0])
    model = kept.model
    chances = tuple(read_chance(r, model) for r in rows)
    return Shown(newest, model.version, model.horizon_days, kept.figures, kept.in_words, chances, moved)


# -- snapshots


def history(doors: Doors, session: LakeSession, cards: assess.Model, day: date, horizon_days: int) -> Snapshots:
    """All snapshots whose horizon had passed by `day`, with what followed as known then."""
    if horizon_days < SHORTEST_HORIZON:
        raise BadInput("--horizon", f"{horizon_days} days are too few", f"give {SHORTEST_HORIZON} days or more")
    days = known_then(day, horizon_days, max(1, horizon_days // 3), first_day(session, day))
    rows = [_taken(doors, session, cards, d, horizon_days) for d in days]
    gone = churns(session, day)
    features = features_of(cards.scorecards, horizon_days)
    accounts = [a for t in rows for a in t.accounts]
    return _labelled(
        doors, features, accounts, [t.day.toordinal() for t in rows for _a in t.accounts],
        np.concatenate([np.empty((0, len(features))), *(t.x for t in rows)]), gone, horizon_days, day,
    )  # fmt: skip


def _taken(doors: Doors, session: LakeSession, cards: assess.Model, day: date, horizon_days: int) -> Taken:
    result = assess.score_day(doors, session, cards, day)
    seen = Seen(cards.scorecards, result.scores, result.parts, partial(further, result.signals))
    return taken(session.as_of(day), seen, day, horizon_days, doors.programme.currency)


def _labelled(
    doors: Doors, features: tuple[Feature, ...], accounts: Sequence[str], days: Sequence[int], x: Any,
    churns: Mapping[str, Sequence[int]], horizon_days: int, learn_on: date,
) -> Snapshots:  # fmt: skip
    y, gone = labelled(accounts, days, churns, horizon_days, learn_on)
    weights = learnable(accounts, days, served(doors), horizon_days)
    return Snapshots(features, np.array(accounts, str), np.array(days, np.int64), x, y, gone, weights)


def first_day(session: LakeSession, day: date) -> date:
    """The first day with a quarter of use behind it. Raises BadInput where the lake has nothing to learn from."""
    table = next((t for t in ("usage", "account") if t in session.names), None)
    if table is None:
        raise BadInput("the lake", "no accounts are loaded", "run `vitalreel load` first")
    found: date | None = session.con.to_pyarrow(session.versions(table).aggregate(day=_.known_on.min()))["day"][
        0
    ].as_py()
    return (found or day) + timedelta(days=WARMING)


def served(doors: Doors) -> dict[str, Served]:
    """Account -> its first assignment to films; of one never served, its first to a holdout."""
    a = assignment.c
    with reading(doors.engine).connect() as connection:
        rows = connection.execute(select(a.account, a.arm, a.day, a.share).order_by(a.day)).all()
    found: dict[str, Served] = {}
    for account, arm, day, share in rows:
        known = found.get(account)
        if known is None or (known.held_out and arm == "served"):
            found[account] = Served(day, arm == "held_out", share)
    return found


# -- keeping


def keep(
    doors: Doors, model: Model, found: Evaluation, today: Taken, cards: Sequence[Scorecard], now: datetime
) -> None:
    """Publish the model and the probabilities of `today` in one transaction; a later run of the same day stands before an earlier one."""
    day = today.day
    run = fingerprint("prediction", day, now)
    told_apart = found.figures.tells_apart
    row = {
        "version": model.version, "horizon_days": model.horizon_days, "document": json.dumps(model.document()),
        "figures": json.dumps(asdict(found.figures)), "in_words": json.dumps(told(found)), "measured": measured(cards),
    }  # fmt: skip
    own = pa.Table.from_pylist([{**row, "row_key": model.version, "row_digest": fingerprint(row)}])
    tables = {
        MODELS: assess.with_provenance(own, run, day, now, "predict"),
        TABLE: assess.with_provenance(predicted(model, today, told_apart), run, day, now, "predict"),
    }
    with doors.engine.begin() as connection:
        doors.lake.publish(connection, doors.lake.stage(run, tables), now)
