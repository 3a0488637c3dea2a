"""make: films for the touches that are due. A touch that cannot be filmed says why and keeps nobody else waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId, ContactId
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Order, write
from vitalreel.steps.produce import Failed, Made, Size, heard_before, in_sizes
from vitalreel.steps.queue import enter_orders, outcome, work_off
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.workspace import Programme
from vitalreel.triggers.lead import before, days_there


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a number of orders."""

    made: tuple[Made, ...]
    refused: tuple[Failed, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the films of a number of touches."""

    made: int  # passed preflight
    refused: int  # could not be made from the data, or failed preflight
    set_aside: int  # tried in vain; `vitalreel queue` shows why


def films(
    doors: Doors, workshop: Workshop, orders: Sequence[Order], as_of: date, now: datetime, sizes: Sequence[Size] = ()
) -> Batch:
    """Films for these orders, one after the other, from what was known at the end of `as_of`; no queue, no touch is told.

    sizes: each film is made at all of these, in this order; none: at the programme's.
    """
    made: list[Made] = []
    refused: list[Failed] = []
    with Shelf(doors) as shelf:
        for order in orders:
            try:
                made += from_shelf(doors, workshop, shelf, order, as_of, now, sizes)
            except VitalreelError as e:  # one film that cannot be made keeps no other waiting
                refused.append(Failed(order, str(e)))
    return Batch(tuple(made), tuple(refused))


def from_shelf(
    doors: Doors, workshop: Workshop, shelf: Shelf, order: Order, as_of: date, now: datetime, sizes: Sequence[Size] = ()
) -> tuple[Made, ...]:
    """One order's film at each size, from a shelf that is at hand already. Raises VitalreelError where it cannot be made."""
    with shelf.known(as_of) as known:
        written = write(doors, known.tables, order, as_of, heard_before(doors, order))
    return in_sizes(doors, workshop, written, known.feeds, as_of, now, sizes)


def due_orders(doors: Doors, now: datetime, most: int | None = None) -> list[Order]:
    """Orders of the touches that are planned, whose brief is open and that can still land, most urgent first."""
    query = (
        select(t.touch, t.play_run.c.play, t.account.c.zone, t.account.c.tier, t.account.c.row.label("account_row"))
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .where(t.touch.c.state == "planned", t.touch.c.window_to > now)
        .order_by(t.touch.c.window_to, t.touch.c.id)
    )
    with reading(doors.engine).connect() as connection:
        rows = connection.execute(query).mappings().all()
    open_ = [r for r in rows if _brief_is_open(doors.programme, dict(r), now)]
    return [
        Order(AccountId(r["account"]), ContactId(r["contact"]), r["module"], r["play"], r["step"], r["id"], r["intro"])
        for r in open_[:most]
    ]


def _brief_is_open(programme: Programme, touch: Mapping[str, Any], now: datetime) -> bool:
    """Whether the touch's film is to be made by now: a window far ahead waits for its lead time, so that its figures are young."""
    first, today = days_there(touch["window_from"], now, touch["zone"] or programme.zone)
    country = touch["account_row"].get("country") or programme.country
    return today >= before(first, programme.lead.of(touch["tier"] or 4), country)


def make_due(doors: Doors, workshop: Workshop, as_of: date, now: datetime, most: int | None = None) -> Counts:
    """Make the films of due touches, most urgent first. Made touches are not made again."""
    return make_orders(doors, workshop, due_orders(doors, now, most), as_of, now)


def make_orders(doors: Doors, workshop: Workshop, orders: Sequence[Order], as_of: date, now: datetime) -> Counts:
    """Enter the films of these touches and work them off, beside whatever workers there are; each touch is told its end."""
    ids = enter_orders(doors, orders, as_of, now, workshop.draft, workshop.clock())
    work_off(doors, workshop, ids)
    states = list(outcome(doors.engine, ids).values())
    return Counts(states.count("made"), states.count("refused"), states.count("set_aside"))
