"""A churn model of known parts in a real workspace, and churns for it to stand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np

from tests.steps.companies import DAY, NOW, put
from vitalreel.health.predict.figures import Figures, judge
from vitalreel.health.predict.model import Model, Part
from vitalreel.health.predict.rolling import Evaluation, Lead
from vitalreel.steps.assess import read_model
from vitalreel.steps.doors import Doors
from vitalreel.steps.predict import keep
from vitalreel.steps.snapshots import Taken, features_of

HORIZON = 90
TRAINED = DAY - dt.timedelta(days=2)
LEFT = TRAINED - dt.timedelta(days=5)


def left(doors: Doors, first: int, last: int) -> None:
    """Churns number `first` to `last`, of accounts that are not there any more."""
    numbers = range(first, last + 1)
    put(
        doors,
        "outcome",
        [{"outcome_id": f"o{i}", "account_id": f"gone{i}", "day": LEFT, "kind": "churned"} for i in numbers],
    )


@cache
def _figures() -> Figures:
    y = np.arange(40) % 4 == 0
    return judge(np.where(y, 0.3, 0.2), y.astype(float), [f"a{i}" for i in range(40)])


def trained(doors: Doors, low: float = 0.7, levels: dict[str, float] | None = None) -> Model:
    """Keep a model by which people at work and closed tickets lower the odds, judged with an AUC of at least `low`.

    levels: account -> level of `people` on TRAINED, for the probabilities kept beside the model.
    """
    cards = read_model(doors).scorecards
    features = features_of(cards, HORIZON)
    parts = tuple(Part(f, 0.5, 0.25, -1.0 if f.name in ("people", "tickets") else 0.0, 0.0, 0.0) for f in features)
    judged = replace(_figures(), auc=low + 0.05, auc_interval=(low, low + 0.1))
    evaluation = Evaluation((TRAINED,), 30, judged, judged, Lead(None, 30, {30: 0.0}))
    model = Model(TRAINED, HORIZON, 400, 30, low, -2.0, parts)
    known = levels or {}
    x = np.full((len(known), len(features)), np.nan)
    x[:, 0] = list(known.values())
    moment = NOW if low > 0.5 else NOW + dt.timedelta(hours=1)
    keep(doors, model, evaluation, Taken(features, TRAINED, tuple(known), x), cards, moment)
    return model
