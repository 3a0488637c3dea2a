"""Every account's chance of churn on a day: by the model that stands, kept beside the scores, or the reason why there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _, literal

from vitalreel.health.predict.model import Model, read_model
from vitalreel.health.predict.rolling import FLOOR, too_few
from vitalreel.health.predict.words import Reason, largest, named
from vitalreel.health.scorecard import Scorecard
from vitalreel.steps.snapshots import Seen, Taken, churns, measured, taken
from vitalreel.store.lake import LakeSession

TABLE, MODELS = "churn_probability", "churn_model"
Cards = Callable[[], Sequence[Scorecard]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A model as it is kept: how good it is was measured when it was learnt."""

    model: Model
    figures: Mapping[str, Any]  # of `figures.Figures`
    in_words: tuple[str, ...]
    tells_apart: bool  # conditions go by its probabilities
    measured: str  # what the scorecards measured when it learnt


@dataclass(frozen=True, slots=True)
class Chances:
    """A day's probabilities of all accounts, or why there are none."""

    rows: pa.Table | None  # of TABLE without PROVENANCE
    kept: Kept | None  # the model that gave them
    off: str  # why there are none; empty where there are

    @property
    def said(self) -> str:
        """One sentence for people."""
        if self.rows is None or self.kept is None:
            return f"No churn probability: {self.off}"
        model, weak = self.kept.model, "" if self.kept.tells_apart else f" {BLIND}"
        return (
            f"Churn within {model.horizon_days} days: {self.rows.num_rows} accounts have a probability, by model {model.version} "
            f"of {model.learnt_on} (AUC {self.kept.figures['auc']:.3f}).{weak}"
        )


BLIND = "It does not tell churners from others better than chance, so conditions do not see it."


@dataclass(frozen=True, slots=True)
class Chance:
    """One account's probability of churn within the horizon after `day`."""

    account: str
    day: date
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One account's chance on a day with the model that gave it, or why it has none."""

    chance: Chance | None
    kept: Kept | None
    off: str


def chances_on(session: LakeSession, seen: Seen, day: date, currency: str) -> Chances:
    """Probabilities of all accounts at the end of `day`, by what was known then."""
    kept = standing(session, day)
    off = _off(session, kept, lambda: seen.cards, day)
    if off or kept is None:
        return Chances(None, kept, off)
    rows = taken(session.as_of(day), seen, day, kept.model.horizon_days, currency)
    return Chances(predicted(kept.model, rows, kept.tells_apart), kept, "")


def kept_last(session: LakeSession, cards: Cards, day: date) -> Chances:
    """The probabilities kept of the newest day up to `day`, or why none stand at its end."""
    kept = standing(session, day)
    off = _off(session, kept, cards, day)
    if off or kept is None:
        return Chances(None, kept, off)
    if TABLE not in session.names:
        return Chances(None, kept, "none is kept; `vitalreel score` keeps one of every account with a live contract")
    rows = session.as_of(day)[TABLE].filter(_.model == literal(kept.model.version)).to_pyarrow()
    if not rows.num_rows:
        return Chances(None, kept, f"none is kept of model {kept.model.version}; run `vitalreel score`")
    newest = pc.max(rows["day"])
    return Chances(rows.filter(pc.equal(rows["day"], newest)), kept, "")


def standing(session: LakeSession, day: date) -> Kept | None:
    """The model learnt last of those known at the end of `day`."""
    if MODELS not in session.names:
        return None
    rows = session.as_of(day)[MODELS].to_pyarrow().to_pylist()
    return kept_model(max(rows, key=lambda r: (r["known_on"], r["learnt"]))) if rows else None


def kept_model(row: Mapping[str, Any]) -> Kept:
    """A model from its row in the lake."""
    model, figures = read_model(json.loads(row["document"])), json.loads(row["figures"])
    words = tuple(json.loads(row["in_words"]))
    return Kept(model, figures, words, figures["auc_interval"][0] > 0.5, row.get("measured") or "")


def _off(session: LakeSession, kept: Kept | None, cards: Cards, day: date) -> str:
    """Why no probability may be claimed at the end of `day`; empty where one may."""
    known = sum(len(days) for days in churns(session, day).values())
    if known < FLOOR:
        return too_few(known)
    if kept is None:
        return f"{known} churns are known, and no model has learnt from them; run `vitalreel predict train`"
    if kept.measured != measured(cards()):
        return f"the scorecards measure otherwise than when model {kept.model.version} learnt; run `vitalreel predict train`"
    return ""


def predicted(model: Model, rows: Taken, tells_apart: bool) -> pa.Table:
    """Rows of TABLE, in order of account: account_id, day, probability, horizon_days, model, tells_apart, and reasons as two lists.

    The features of `rows` are the model's, in its order.
    """
    given = model.given(rows.x)
    order, names = largest(given), np.array([p.feature.name for p in model.parts], object)
    size = order.shape[1]
    ends = pa.array(np.arange(0, size * len(order) + 1, size) if size else np.zeros(len(order) + 1), pa.int32())
    account, p = pa.array(rows.accounts, pa.string()), pa.array(model.chances(rows.x))
    key = pc.binary_join_element_wise(account, rows.day.isoformat(), "|")
    return pa.table({
        "account_id": account,
        "day": pa.repeat(pa.scalar(rows.day), len(account)),
        "probability": p,
        "horizon_days": pa.repeat(pa.scalar(model.horizon_days), len(account)),
        "model": pa.repeat(pa.scalar(model.version), len(account)),
        "tells_apart": pa.repeat(pa.scalar(tells_apart), len(account)),
        "reasons": pa.ListArray.from_arrays(ends, pa.array(names[order].ravel(), pa.string())),
        "log_odds": pa.ListArray.from_arrays(ends, pa.array(np.take_along_axis(given, order, 1).ravel())),
        "row_key": key,
        "row_digest": pc.binary_join_element_wise(key, model.version, pc.cast(p, pa.string()), "|"),
    })  # fmt: skip


def read_chance(row: Mapping[str, Any], model: Model) -> Chance:
    """An account's chance from its row."""
    return Chance(row["account_id"], row["day"], row["probability"], named(model, row["reasons"], row["log_odds"]))


def chance_of(session: LakeSession, cards: Cards, account: str, day: date) -> Told:
    """The chance kept of one account's day, or why there is none. cards: asked for only where a model might stand."""
    if {TABLE, MODELS} <= set(session.names):
        known = session.as_of(day)
        mine = known[TABLE].filter((_.account_id == account) & (_.day == literal(day))).to_pyarrow().to_pylist()
        if mine:
            model = known[MODELS].filter(_.version == mine[0]["model"]).to_pyarrow().to_pylist()
            by = kept_model(model[0])
            return Told(read_chance(mine[0], by.model), by, "")
    kept = standing(session, day)
    off = _off(session, kept, cards, day)
    return Told(
        None, kept, off or f"none is kept of {day}; `vitalreel score` keeps one of every account with a live contract"
    )
