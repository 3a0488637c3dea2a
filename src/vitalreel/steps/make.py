"""make: films for the touches that are due. A touch that cannot be filmed says why and keeps nobody else waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select, update

from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId, ContactId
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, fresh_feeds, known_tables
from vitalreel.steps.orders import Order, Written, write
from vitalreel.steps.produce import Failed, Made, heard_before, produce
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading

QUOTED = ("usage", "crm")
"""Feeds that films quote: preflight asks whether they are fresh."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a number of orders."""

    made: tuple[Made, ...]
    refused: tuple[Failed, ...]


def films(doors: Doors, workshop: Workshop, orders: Sequence[Order], as_of: date, now: datetime) -> Batch:
    """Films for these orders, from what was known at the end of `as_of`."""
    written: list[Written] = []
    refused: list[Failed] = []
    catalogue = catalogue_of(doors)
    with doors.lake.session() as session:
        tables = known_tables(session, doors.programme, as_of)
        fresh = fresh_feeds(doors, tables, catalogue, as_of)
        feeds = {feed: fresh[feed] for feed in QUOTED if feed in fresh}
        for order in orders:
            one = _written(doors, tables, order, as_of)
            if isinstance(one, Written):
                written.append(one)
            else:
                refused.append(one)
    tried = produce(doors, workshop, written, feeds, as_of, now)
    refused += [one for one in tried if isinstance(one, Failed)]
    return Batch(tuple(one for one in tried if isinstance(one, Made)), tuple(refused))


def _written(doors: Doors, tables: Mapping[str, Any], order: Order, as_of: date) -> Written | Failed:
    try:
        return write(doors, tables, order, as_of, heard_before(doors, order))
    except VitalreelError as e:
        return Failed(order, str(e))


def due_orders(engine: Engine, now: datetime, most: int | None = None) -> list[Order]:
    """Orders of the touches that are planned and can still land, most urgent first."""
    query = (
        select(t.touch, t.play_run.c.play)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .where(t.touch.c.state == "planned", t.touch.c.window_to > now)
        .order_by(t.touch.c.window_to, t.touch.c.id)
        .limit(most)
    )
    with reading(engine).connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Order(AccountId(r["account"]), ContactId(r["contact"]), r["module"], r["play"], r["step"], r["id"])
        for r in rows
    ]


def make_due(doors: Doors, workshop: Workshop, as_of: date, now: datetime, most: int | None = None) -> Batch:
    """Make the films of due touches, most urgent first. Made touches are not made again."""
    return make_orders(doors, workshop, due_orders(doors.engine, now, most), as_of, now)


def make_orders(doors: Doors, workshop: Workshop, orders: Sequence[Order], as_of: date, now: datetime) -> Batch:
    """Make the films of these touches and note on each touch what became of it."""
    if not orders:
        return Batch((), ())
    batch = films(doors, workshop, orders, as_of, now)
    with doors.engine.begin() as c:
        for one in batch.made:
            state = "made" if one.ok else "refused"
            mine = (t.touch.c.id == one.order.touch) & (t.touch.c.state == "planned")
            c.execute(update(t.touch).where(mine).values(state=state, video=one.video))
        for no in batch.refused:
            mine = (t.touch.c.id == no.order.touch) & (t.touch.c.state == "planned")
            c.execute(update(t.touch).where(mine).values(state="refused"))
        insert_new(c, t.withheld, [_withheld(no.order, no.reason, "no film", as_of, now) for no in batch.refused])
        failed = [(m, next(x for x in m.checks if not x.ok)) for m in batch.made if not m.ok]
        insert_new(
            c, t.withheld,
            [_withheld(m.order, f"{x.check}: {x.value}, limit {x.limit} {x.where}", "failed preflight", as_of, now) for m, x in failed],
        )  # fmt: skip
    return batch


def _withheld(order: Order, detail: str, reason: str, day: date, now: datetime) -> dict[str, Any]:
    return {
        "account": order.account, "play": order.play or "", "step": order.step or "", "day": day, "reason": reason,
        "detail": detail, "at": now,
    }  # fmt: skip
