"""The render queue on a whole company: a poisoned film keeps no other waiting, and every film's cost is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.trip.conftest import DAY, NOW, Company
from vitalreel.errors import Unavailable
from vitalreel.steps import produce, queue
from vitalreel.steps.deliver import deliver
from vitalreel.steps.make import due_orders, make_due
from vitalreel.steps.review import queue_reviews
from vitalreel.store import tables as t


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between tries."""
    monkeypatch.setattr(queue, "BACK_OFF", (timedelta(0), timedelta(0)))


@pytest.mark.usefixtures("quick")
def test_a_poisoned_film_is_set_aside_and_the_others_are_made(short: Company, monkeypatch: pytest.MonkeyPatch):
    """P6 V15: three tries, then a person; the next film does not wait for that, and its cost is in its row."""
    doors = short.doors
    good, poisoned = due_orders(doors, NOW, 2)
    with doors.engine.begin() as c:  # the poisoned one is the more urgent
        c.execute(update(t.touch).where(t.touch.c.id == poisoned.touch).values(window_to=NOW + timedelta(hours=1)))
    real = queue.write

    def write(doors: Any, tables: Any, order: Any, *rest: Any) -> Any:
        if order.touch == poisoned.touch:
            raise ZeroDivisionError("a table nobody foresaw")
        return real(doors, tables, order, *rest)

    monkeypatch.setattr(queue, "write", write)
    with short.workshop(doors) as shop:
        counts = make_due(doors, shop, DAY, NOW, 2)
    rows = {r["touch"]: r for r in queue.listing(doors.engine, ("made", "set_aside"))}
    aside, made = rows[poisoned.touch], rows[good.touch]
    with doors.engine.connect() as c:
        states = {r.id: r.state for r in c.execute(select(t.touch.c.id, t.touch.c.state))}

    assert (1, 0, 1) == (counts.made, counts.refused, counts.set_aside)
    assert ("set_aside", 3, "a table nobody foresaw (3 tries)") == (aside["state"], aside["attempts"], aside["reason"])
    assert "ZeroDivisionError" in aside["detail"]
    assert ("planned", "made") == (states[poisoned.touch], states[good.touch])
    assert made["cost"]["cpu_s"] > 0
    assert made["cost"]["price"] == pytest.approx(made["cost"]["cpu_s"] / 3600 * 0.04, abs=1e-6)


@pytest.mark.usefixtures("quick")
def test_a_film_that_was_set_aside_is_made_when_somebody_says_so(short: Company, monkeypatch: pytest.MonkeyPatch):
    """P6 V15: what was mended is replayed, with all its tries, and its touch is told."""
    doors = short.doors
    (order,) = due_orders(doors, NOW, 1)
    down = iter([Unavailable("the voice", "its model is being replaced")] * 3)
    real = queue.film

    def film(*given: Any) -> Any:
        if (error := next(down, None)) is not None:
            raise error
        return real(*given)

    monkeypatch.setattr(queue, "film", film)
    with short.workshop(doors) as shop:
        aside = make_due(doors, shop, DAY, NOW, 1)
        queue.retry(doors.engine, queue.job_of(order.touch), shop.clock())
        made = make_due(doors, shop, DAY, NOW, 1)

    assert ((0, 1), (1, 0)) == ((aside.made, aside.set_aside), (made.made, made.set_aside))


def test_a_touch_whose_film_was_refused_is_told_why(company: Company):
    """V15 T5: what the data does not carry is not tried again; the reason stands with the touch."""
    doors = company.doors
    (order,) = due_orders(doors, NOW, 1)
    with doors.engine.begin() as c:
        c.execute(update(t.touch).where(t.touch.c.id == order.touch).values(module="not_there"))
    with company.workshop(doors) as shop:
        counts = make_due(doors, shop, DAY, NOW, 1)
    with doors.engine.connect() as c:
        state = c.execute(select(t.touch.c.state).where(t.touch.c.id == order.touch)).scalar_one()
        why = c.execute(select(t.withheld.c.detail).where(t.withheld.c.reason == "no film")).scalars().all()

    assert (1, "refused") == (counts.refused, state)
    assert any("not_there" in w for w in why)


def test_a_failed_check_stops_the_film(short: Company, monkeypatch: pytest.MonkeyPatch):
    """V14 V15: a film whose captions break off is kept to look at, with the check, its value and its limit; its touch is refused and
    says why, nobody is asked to review it, and nothing leaves."""
    doors, real = short.doors, produce.webvtt
    (order,) = due_orders(doors, NOW, 1)
    monkeypatch.setattr(produce, "webvtt", lambda board: real(board).rstrip().rpartition("\n\n")[0] + "\n")
    with short.workshop(doors) as shop:
        counts = make_due(doors, shop, DAY, NOW, 1)
    queued = queue_reviews(doors, NOW)
    gone = deliver(doors, short.post(doors), NOW)
    with doors.engine.connect() as c:
        film = c.execute(select(t.video)).mappings().one()
        touch = c.execute(select(t.touch.c.state, t.touch.c.video).where(t.touch.c.id == order.touch)).one()
        why = c.execute(select(t.withheld.c.detail).where(t.withheld.c.reason == "failed preflight")).scalar_one()
        reviews = c.execute(select(t.review.c.id)).all()
    (job,) = queue.listing(doors.engine, ("refused",))
    failed = [check for check in film["preflight"] if not check["ok"]]

    assert (0, 1, 0) == (counts.made, counts.refused, counts.set_aside), job["reason"]
    assert {"published captions whole"} == {check["check"] for check in failed}
    assert ("refused", "refused", film["id"]) == (film["state"], touch.state, touch.video)
    assert (
        why == job["reason"]
        and "limit every sentence, in every file captions.vtt: it breaks off before the voice does" in why
    )
    assert (0, 0, (), []) == (queued.waiting, queued.automatic, gone.sent, reviews)
    assert (doors.workspace.media / film["files"]["mp4"]).parent.is_dir()
