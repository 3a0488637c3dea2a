"""A film for a window that lies ahead: made at its lead time, its figures taken anew just before, sent in the window (T14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from tests.trip.conftest import DAY, NOW, Company
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import due_orders
from vitalreel.steps.refresh import Refreshed, refresh_due
from vitalreel.steps.rehearse import rehearse_due
from vitalreel.steps.review import queue_reviews
from vitalreel.store import tables as t
from vitalreel.triggers.calendar import add_business_days

OPENS = NOW.date() + timedelta(days=14)  # Monday 7 December


def ahead(doors: Doors) -> str:
    """A touch due now that nobody need look at, and whose window is moved to two weeks from now; the others are out of the way."""
    order = next(o for o in due_orders(doors, NOW) if tier_of(doors, o.account) in (3, 4))
    start = NOW.replace(hour=0) + timedelta(days=14)
    with doors.engine.begin() as c:
        c.execute(update(t.touch).where(t.touch.c.id != order.touch).values(state="stopped"))
        c.execute(
            update(t.touch)
            .where(t.touch.c.id == order.touch)
            .values(window_from=start, window_to=start + timedelta(days=5))
        )
        mine = {"tier": 3, "zone": "UTC"}
        c.execute(update(t.account).where(t.account.c.id == order.account).values(**mine))
    return order.touch


def tier_of(doors: Doors, account: str) -> int:
    with doors.engine.connect() as c:
        tier: int = c.execute(select(t.account.c.tier).where(t.account.c.id == account)).scalar_one()
    return tier


def touch_of(doors: Doors, touch: str) -> dict[str, Any]:
    with doors.engine.connect() as c:
        return dict(c.execute(select(t.touch).where(t.touch.c.id == touch)).mappings().one())


def afternoon(day: date):
    return NOW.replace(year=day.year, month=day.month, day=day.day)


def test_a_film_is_made_at_its_lead_refreshed_before_its_window_and_sent_in_it(company: Company):
    """T14: not sooner than its tier's lead; approved, it waits; its figures are others by then, so it is made, and looked at, again."""
    doors, post = company.doors, company.post(company.doors)
    touch, friday = ahead(doors), add_business_days(OPENS, -1, "GB")

    assert [] == due_orders(doors, NOW)
    assert [touch] == [o.touch for o in due_orders(doors, afternoon(friday))]
    with company.workshop(doors) as shop:
        assert 1 == rehearse_due(doors, shop, DAY - timedelta(weeks=1), afternoon(friday)).made
        with doors.engine.begin() as c:  # made some days sooner, as a tier with a longer lead is
            c.execute(update(t.video).values(at=afternoon(friday - timedelta(days=3))))
        first = touch_of(doors, touch)["video"]
        queue_reviews(doors, afternoon(friday - timedelta(days=3)))
        too_soon = deliver(doors, post, afternoon(friday - timedelta(days=2)))
        assert Refreshed(0, 0) == refresh_due(doors, DAY, afternoon(friday - timedelta(days=1)))
        taken = refresh_due(doors, DAY, afternoon(friday))
        planned = touch_of(doors, touch)
        assert 1 == rehearse_due(doors, shop, DAY, afternoon(friday)).made
    queue_reviews(doors, afternoon(friday))
    early = deliver(doors, post, afternoon(friday))
    gone = deliver(doors, post, afternoon(OPENS))

    assert ["window not open yet"] == [h.reason for h in too_soon.withheld]
    assert (Refreshed(0, 1), "planned") == (taken, planned["state"])
    assert ["window not open yet"] == [h.reason for h in early.withheld]
    assert (touch,) == gone.sent, gone.withheld
    with doors.engine.connect() as c:
        review = c.execute(select(t.review).where(t.review.c.touch == touch)).mappings().one()
        told = c.execute(select(t.review_event.c.what).where(t.review_event.c.review == review["id"])).scalars().all()
        out = c.execute(select(t.outbox.c.video).where(t.outbox.c.touch == touch)).scalar_one()
    assert first != review["video"] == out == touch_of(doors, touch)["video"]
    assert ["queued", "refreshed", "queued"] == list(told)


def test_a_film_whose_figures_stand_is_looked_at_once_and_kept(company: Company):
    """T14: what was approved stays approved where nothing it says has changed."""
    doors = company.doors
    touch, friday = ahead(doors), add_business_days(OPENS, -1, "GB")
    with company.workshop(doors) as shop:
        rehearse_due(doors, shop, DAY, afternoon(friday))
    with doors.engine.begin() as c:
        c.execute(update(t.video).values(at=afternoon(friday - timedelta(days=3))))
    queue_reviews(doors, afternoon(friday))
    before = touch_of(doors, touch)
    looked = [refresh_due(doors, DAY, afternoon(friday) + timedelta(hours=n)) for n in range(2)]

    assert [Refreshed(1, 0), Refreshed(0, 0)] == looked
    assert {**before, "refreshed": DAY} == touch_of(doors, touch)
