"""Predict on a real workspace: refused on too little, blind to what was learnt later, and shown as it was kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from tests.health.predict.panels import panel
from tests.steps.companies import DAY, NOW, company, found, put
from vitalreel.errors import NotFound
from vitalreel.health.predict.model import learn
from vitalreel.health.predict.rolling import Evaluation, Predicted, Refusal, lead_time
from vitalreel.health.predict.words import SMALL, told
from vitalreel.identity import AccountId
from vitalreel.steps.assess import read_model
from vitalreel.steps.doors import Doors
from vitalreel.steps.predict import judged, keep, show, train
from vitalreel.steps.snapshots import Taken

FIRST = DAY - dt.timedelta(days=720)
HORIZON = 90


def history(doors: Doors, accounts: int = 110) -> None:
    """Accounts with weekly use; the less of it, the sooner one leaves. Those that left have no row of use after it."""
    r = np.random.default_rng(4)
    use, churned = r.uniform(0, 10, accounts), []
    for i in range(accounts):
        hazard = 0.02 + 0.28 * (use[i] < 4)
        quarter = next((q for q in range(1, 9) if r.random() < hazard), None)
        churned.append(None if quarter is None else FIRST + dt.timedelta(days=90 * quarter + int(r.integers(0, 90))))
    names = [f"a{i:03d}" for i in range(accounts)]
    put(doors, "account", [{"account_id": a, "name": a, "segment": "enterprise", "since": FIRST} for a in names])
    put(
        doors,
        "contract",
        [{"contract_id": f"c{a}", "account_id": a, "start": FIRST, "end": None, "seats": 10} for a in names],
    )
    over = [(a, c) for a, c in zip(names, churned, strict=True) if c is not None and c <= DAY]
    for day in sorted({c for _, c in over}):
        ended = [
            {"contract_id": f"c{a}", "account_id": a, "start": FIRST, "end": c, "seats": 10}
            for a, c in over
            if c == day
        ]
        put(doors, "contract", ended, known_on=day)
    put(doors, "outcome", [{"outcome_id": f"o{a}", "account_id": a, "day": c, "kind": "churned"} for a, c in over])
    days = [FIRST + dt.timedelta(days=n) for n in range(0, 721, 2)]
    put(doors, "usage", [
        {"account_id": a, "day": d, "metric": "active_users", "value": float(use[i])}
        for i, a in enumerate(names) for d in days if churned[i] is None or d < churned[i]
    ])  # fmt: skip


def test_too_little_history_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    """H7: below 30 churns rules only, said plainly."""
    doors = company(tmp_path / "ws")
    found(doors)
    refused = train(doors, DAY, NOW, HORIZON)

    assert isinstance(refused, Refusal)
    assert "0 churns" in refused.reason
    with pytest.raises(NotFound, match="predict train"):
        show(doors, DAY, None)


def test_churns_are_counted_as_they_were_known_on_the_day(tmp_path: Path) -> None:
    """H7, D5: too short a history is refused with what it holds, and a churn learnt of later is not in it."""
    doors = company(tmp_path / "ws")
    history(doors)
    day = FIRST + dt.timedelta(days=245)
    before = judged(doors, day, HORIZON)
    put(doors, "outcome", [{"outcome_id": "late", "account_id": "a000", "day": day - dt.timedelta(days=50), "kind": "churned"}],
        known_on=day + dt.timedelta(days=1))  # fmt: skip

    assert isinstance(before, Refusal)
    assert before.events > 0
    assert before == judged(doors, day, HORIZON)


def test_what_is_kept_is_shown_from_its_day_on(tmp_path: Path) -> None:
    """H7: the highest chance first, with its reasons and the figures of the model that gave it; nothing of it the day before."""
    doors = company(tmp_path / "ws")
    found(doors)
    rows = panel(120, 6)
    model = learn(rows, DAY, HORIZON)
    by_lot = Predicted(rows.accounts, rows.days, np.random.default_rng(1).random(len(rows.y)), rows.y, rows.gone)
    figures = by_lot.figures()
    judgement = Evaluation((DAY,), rows.events, figures, figures, lead_time(by_lot))
    taken = Taken(rows.features, DAY, ("a0", "a1", "a2"), rows.x[:3])
    p, given = model.chances(rows.x[:3]), model.given(rows.x[:3])
    keep(doors, model, judgement, taken, read_model(doors).scorecards, NOW)
    shown = show(doors, DAY, None)
    top = shown.chances[0]

    assert sorted(p, reverse=True) == [c.probability for c in shown.chances]
    large = [g for g in given[int(top.account[1])].tolist() if abs(g) >= SMALL]
    assert sorted(large, key=abs, reverse=True) == [r.log_odds for r in top.reasons]
    assert (model.version, HORIZON, DAY) == (shown.version, shown.horizon_days, shown.day)
    assert shown.in_words == told(judgement)
    assert shown.figures["auc"] == figures.auc
    assert (top,) == show(doors, DAY, AccountId(top.account)).chances
    with pytest.raises(NotFound, match="a9"):
        show(doors, DAY, AccountId("a9"))
    with pytest.raises(NotFound, match="predict train"):
        show(doors, DAY - dt.timedelta(days=1), None)
