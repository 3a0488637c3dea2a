"""Look-ahead is impossible: whatever is learnt after a day leaves every score and part as of that day as it was."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from tests.steps.companies import DAY, NAMES, START, at, company, found, put
from vitalreel.steps.assess import read_model, score_day
from vitalreel.steps.doors import Doors


def planted(doors: Doors, draw: random.Random, known_on: dt.date) -> None:
    """Rows of five kinds about days before and after: new ones, and other versions of those that are there."""
    near = [DAY + dt.timedelta(days=draw.randint(-27, 9)) for _ in range(12)]
    put(doors, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": float(draw.randint(20, 90))}
                         for a in NAMES for d in near], known_on)  # fmt: skip
    put(doors, "ticket", [{"ticket_id": f"t{draw.randint(0, 9)}", "account_id": draw.choice(NAMES), "opened": at(d),
                           "severity": "urgent"} for d in near], known_on)  # fmt: skip
    put(doors, "content_view", [{"view_id": f"v{n}-{known_on}", "account_id": a, "contact_id": f"{a}-sponsor", "at": at(d),
                                 "module": "pricing", "share": 0.9} for n, d in enumerate(near) for a in NAMES], known_on)  # fmt: skip
    put(doors, "contact", [{"contact_id": f"{a}-sponsor", "account_id": a, "name": "gone", "role": "user", "active": False}
                           for a in NAMES], known_on)  # fmt: skip
    put(doors, "account", [{"account_id": a, "name": a, "segment": "long_tail", "since": START} for a in (*NAMES, "new")],
        known_on)  # fmt: skip


def scored(doors: Doors) -> tuple[object, object]:
    with doors.lake.session() as session:
        result = score_day(doors, session, read_model(doors), DAY)
    return result.scores.to_pylist(), result.parts.to_pylist()


def test_rows_learnt_after_a_day_change_nothing_as_of_it(tmp_path: Path) -> None:
    """H2, D3: planted at random, one to forty days late; the same kinds of row learnt in time do change it."""
    draw = random.Random(7)
    doors = company(tmp_path / "ws")
    found(doors)
    before = scored(doors)
    planted(doors, draw, DAY + dt.timedelta(days=draw.randint(1, 40)))
    assert before == scored(doors)
    planted(doors, draw, DAY)

    assert before != scored(doors)
