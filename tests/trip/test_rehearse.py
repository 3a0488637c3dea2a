"""The loop without rendering: films written, traced, reviewed, delivered and watched by nobody's eyes, in a workspace of its own."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.trip.conftest import DAY, NOW, Company
from vitalreel.errors import BadInput
from vitalreel.steps.deliver import deliver
from vitalreel.steps.rehearse import STATE, rehearse_due
from vitalreel.steps.review import queue_reviews
from vitalreel.store import tables as t


def test_due_films_are_written_and_go_their_way_and_nothing_is_spoken_or_drawn(company: Company):
    """M19: a rehearsed film has its script, its figures and a length; it is reviewed by the same rules and leaves by the same channel."""
    doors = company.doors
    with company.workshop(doors) as shop:
        counts = rehearse_due(doors, shop, DAY, NOW)
    queued = queue_reviews(doors, NOW)
    gone = deliver(doors, company.post(doors), NOW)

    assert counts.made > 0
    assert (counts.made, 0) == (queued.automatic + queued.waiting, counts.set_aside)
    assert 0 < len(gone.sent) <= queued.automatic
    with doors.engine.connect() as c:
        films = c.execute(select(t.video)).mappings().all()
        refused = c.execute(
            select(func.count()).select_from(t.withheld).where(t.withheld.c.reason == "no film")
        ).scalar_one()
        assert 0 == c.execute(select(func.count()).select_from(t.film_job)).scalar_one()
    assert (counts.made, counts.refused) == (len(films), refused)
    assert all(f["state"] == STATE and f["length_s"] > 10 and f["scenes"] for f in films)
    assert not any("mp4" in f["files"] or "hls" in f["files"] for f in films)
    ledger = json.loads((doors.workspace.media / films[0]["files"]["ledger"]).read_text(encoding="utf-8"))
    assert ledger["facts"]
    assert [] == ledger["untraced"]
    assert not (doors.workspace.media / "takes").exists()
    assert not (doors.workspace.media / "scenes").exists()


def test_asked_again_it_writes_nothing_twice(company: Company):
    """P1: a touch whose film was written is not due any more."""
    doors = company.doors
    with company.workshop(doors) as shop:
        first = rehearse_due(doors, shop, DAY, NOW, most=2)
        rest = rehearse_due(doors, shop, DAY, NOW)
        again = rehearse_due(doors, shop, DAY, NOW + timedelta(hours=1))

    assert 2 == first.made + first.refused
    assert rest.made > 0
    assert (0, 0) == (again.made, again.refused)


def test_a_workspace_with_films_to_show_is_not_rehearsed_in(filmed: Company):
    """P5: what nobody can watch must not be counted as shown beside what people can."""
    doors = filmed.doors
    with (
        filmed.workshop(doors) as shop,
        pytest.raises(BadInput, match=r"has films to show, .* rehearse in one of its own"),
    ):
        rehearse_due(doors, shop, DAY, NOW)
