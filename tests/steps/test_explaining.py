"""Explanations of a scored company: exact for ten thousand pairs of days, with the scorecard changed in between."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from tests.steps.companies import CARD, DAY, START, at, company, put
from vitalreel.health.explain import Part, Standing, explain
from vitalreel.health.scorecard import TENTHS
from vitalreel.steps.assess import read_model, score_day
from vitalreel.steps.doors import Doors

ACCOUNTS = tuple(f"a{i:03}" for i in range(120))
DAYS = tuple(DAY - dt.timedelta(days=4 * n) for n in reversed(range(10)))
PAIRS = 10_000


def lived(doors: Doors, draw: random.Random) -> None:
    """Use that wanders, stops and is missing; tickets that come and go."""
    put(doors, "account", [{"account_id": a, "name": a, "segment": "enterprise", "since": START} for a in ACCOUNTS])
    days = [DAY - dt.timedelta(days=n) for n in range(50)]
    put(doors, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": float(draw.randint(0, 14))}
                         for i, a in enumerate(ACCOUNTS) for d in days if draw.random() > (i % 7) / 10])  # fmt: skip
    put(doors, "ticket", [{"ticket_id": f"{a}{n}", "account_id": a, "opened": at(draw.choice(days)), "severity": "low"}
                          for a in ACCOUNTS[::2] for n in range(draw.randint(1, 3))])  # fmt: skip


def standings(doors: Doors) -> dict[tuple[str, dt.date], Standing]:
    """Every account's score on every day, half of them by another scorecard."""
    found = {}
    for half, card in (
        (DAYS[:5], CARD),
        (DAYS[5:], CARD.replace("weight: 6", "weight: 3").replace("10: 100", "7: 90")),
    ):
        (doors.workspace.root / "scorecards" / "everybody.yaml").write_text(card, encoding="utf-8")
        model = read_model(doors)
        with doors.lake.session() as session:
            for day in half:
                result = score_day(doors, session, model, day)
                parts: dict[str, list[Part]] = {}
                for p in result.parts.to_pylist():
                    tenths = round(p["points"] * TENTHS)
                    part = Part(p["part"], p["label"], tenths, p["value"], p["level"], p["weight"], p["state"])
                    parts.setdefault(p["account_id"], []).append(part)
                for s in result.scores.to_pylist():
                    points = None if s["points"] is None else round(s["points"] * TENTHS)
                    found[s["account_id"], day] = Standing(
                        day, points, s["band"], s["coverage"], s["state"], s["scorecard"], s["config"],
                        tuple(parts.get(s["account_id"], ())),
                    )  # fmt: skip
    return found


def test_ten_thousand_changes_are_explained_exactly(tmp_path: Path) -> None:
    """H5: the parts sum to the change of the score as saved, to the last tenth, also across a change of the scorecard."""
    draw = random.Random(5)
    doors = company(tmp_path / "ws")
    lived(doors, draw)
    scored = standings(doors)
    across, told = 0, 0
    for _ in range(PAIRS):
        account, (since, until) = draw.choice(ACCOUNTS), sorted(draw.sample(DAYS, 2))
        before, after = scored[account, since], scored[account, until]
        why = explain(before, after)
        if before.tenths is None or after.tenths is None:
            assert why.tenths is None
            continue
        told += 1
        across += before.config != after.config
        assert after.tenths - before.tenths == why.tenths == sum(m.tenths for m in why.moves)
        assert all(m.tenths == sum(m.causes.values()) for m in why.moves)

    assert told > PAIRS // 2
    assert across > told // 3
