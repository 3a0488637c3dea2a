"""pace: whether a channel may be used once more now, counted in the database by whoever claims a delivery (R6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.triggers.rate import Bucket, draw
from vitalreel.triggers.window import NotNow

PACED = "rate limit"


def paced(c: Connection, doors: Doors, channel: str, now: datetime) -> NotNow | None:
    """Count one sending by the channel; None, or why it has to wait. Workers queue at the channel's row until this transaction ends.

    Ask it last: what is counted here is lost where the transaction goes on to something else.
    """
    rate = doors.programme.channels.rates.get(channel)
    if rate is None:
        return None
    mine = t.channel_pace.c.channel == channel
    full = {"channel": channel, "left": float(rate.count), "at": now}
    insert_new(c, t.channel_pace, [full])
    row = c.execute(select(t.channel_pace.c.left, t.channel_pace.c.at).where(mine).with_for_update()).one()
    bucket, until = draw(Bucket(row.left, row.at), rate, now)
    if until is not None:
        return NotNow(
            PACED,
            until,
            f"{channel} is used no faster than that; the next may leave from {until:%Y-%m-%d %H:%M:%S} UTC",
        )
    c.execute(update(t.channel_pace).where(mine).values(left=bucket.left, at=bucket.at))
    return None
