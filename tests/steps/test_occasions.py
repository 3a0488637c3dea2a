"""Shipped ladders in a real workspace end with their occasion: done, put off, cancelled, renewed, watched (T6 R8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.steps.companies import at, put
from tests.steps.occasions import decide, on, renewal, review, runs, tasks, workspace
from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.store import tables as t

OVER = ("stopped", "what it was about is over")


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """The day on which all five open is decided."""
    opened = workspace(tmp_path / "ws")
    decide(opened, 0)
    assert {"running"} == {state for state, _ in runs(opened).values()}
    return opened


def test_a_shipped_ladder_does_not_outlive_its_occasion(doors: Doors):
    """T6: nobody is told of a stall that is over, of a review that was cancelled, or of a film unanswered that was watched or worked."""
    put(
        doors,
        "milestone",
        [{"account_id": "done", "milestone": "go live", "due": on(-3), "done": on(1)}],
        known_on=on(3),
    )
    review(doors, on(12), on(3), kind="cancelled")
    renewal(doors, "renewed", on(440), on(12))
    put(doors, "content_view", [{"view_id": "v", "account_id": "seen", "contact_id": "seen-sponsor", "at": at(on(6)), "share": 0.8,
                                 "module": "renewal_window_opener"}])  # fmt: skip
    before = runs(doors)
    decide(doors, 4)
    then = runs(doors)
    for n in (11, 21):
        decide(doors, n)

    assert ("running", None) == before["done"]
    assert (OVER, OVER) == (then["done"], then["met"])
    assert (OVER, ("stopped", "stop condition")) == (runs(doors)["renewed"], runs(doors)["seen"])
    assert [("still", "call"), ("still", "structured_help")] == tasks(doors)
    with doors.engine.connect() as c:
        because = c.execute(select(t.play_run.c.because).where(t.play_run.c.account == "seen")).scalar_one()
        kept = c.execute(select(t.play_run.c.catalogue).distinct()).scalars().all()
        read = c.execute(select(t.play_version.c.language, t.play_version.c.catalogue).distinct()).all()
    assert "watched 'renewal_window_opener'" in because
    assert ([fingerprint(catalogue_of(doors))], [(1, kept[0])]) == (kept, [tuple(r) for r in read])
