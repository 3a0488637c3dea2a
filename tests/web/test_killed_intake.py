"""Servers that are killed while events stream in: what was acknowledged is there, once. `benchmarks.events kills` does it 200 times."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.events.kills import kill_over

from tests.web.taking import take_events
from tests.web.watching import house
from vitalreel.steps.doors import secret_key
from vitalreel.store.database import sqlite_url


def test_killed_servers_lose_no_event_they_acknowledged_and_keep_none_twice(tmp_path: Path):
    """202 is said after the commit; what was left unanswered is sent again with the same ids (K8 P2)."""
    with house(tmp_path, drawn=False) as home:
        tokens = [home.link(f"k{n}") for n in range(60)]
        serve = partial(take_events, sqlite_url(tmp_path / "app.db"), secret_key(home.doors.engine, "links", home.now))
        survived = kill_over(home.doors, tokens, 4, serve, ("tests.web.taking",))

    assert survived.acknowledged > 50
    assert (0, "ok") == (survived.missing, survived.integrity)
    assert survived.new <= survived.stored == survived.measured
