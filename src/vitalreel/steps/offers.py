"""A film that was sent is a fact about the account: `content_offer` rows in the lake, so that "offered and not watched" can be asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import select

from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.triggers.window import zone_of

_TIME = pa.timestamp("us", "UTC")
_OFFER = pa.schema([
    ("offer_id", pa.string()), ("account_id", pa.string()), ("contact_id", pa.string()), ("at", _TIME), ("module", pa.string()),
    ("kind", pa.string()), ("play", pa.string()), ("video_id", pa.string()),
    ("known_on", pa.date32()), ("learnt", _TIME), ("source", pa.string()), ("location", pa.string()), ("line", pa.int64()),
    ("row_key", pa.string()), ("row_digest", pa.string()), ("load", pa.string()),
])  # fmt: skip


def publish_offers(doors: Doors, now: datetime) -> int:
    """Write what was sent and is not in the lake yet; answers how many rows."""
    query = (
        select(t.outbox.c.touch, t.outbox.c.account, t.outbox.c.contact, t.outbox.c.changed, t.outbox.c.video, t.touch.c.module,
               t.play_run.c.play, t.account.c.zone)
        .join(t.touch, t.touch.c.id == t.outbox.c.touch)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.outbox.c.account)
        .where(t.outbox.c.state == "sent")
        .order_by(t.outbox.c.touch)
    )  # fmt: skip
    with reading(doors.engine).connect() as c:
        sent = [dict(r) for r in c.execute(query).mappings()]
    known = _published(doors)
    rows = [_row(r, doors.programme.zone, now) for r in sent if r["touch"] not in known]
    if not rows:
        return 0
    load = fingerprint("offers", [r["offer_id"] for r in rows])
    staged = doors.lake.stage(
        load, {"content_offer": pa.Table.from_pylist([{**r, "load": load} for r in rows], schema=_OFFER)}
    )
    with doors.engine.begin() as c:
        doors.lake.publish(c, staged, now)
    return len(rows)


def _published(doors: Doors) -> frozenset[str]:
    with doors.lake.session() as session:
        if "content_offer" not in session.names:
            return frozenset()
        return frozenset(session.versions("content_offer").select("offer_id").to_pyarrow()["offer_id"].to_pylist())


def _row(sent: dict[str, Any], zone: str, now: datetime) -> dict[str, Any]:
    fact = {
        "offer_id": sent["touch"], "account_id": sent["account"], "contact_id": sent["contact"], "at": sent["changed"],
        "module": sent["module"], "kind": None, "play": sent["play"], "video_id": sent["video"],
    }  # fmt: skip
    return fact | {
        "known_on": now.astimezone(zone_of(sent["zone"] or zone)).date(), "learnt": now, "source": "outbox", "location": "outbox",
        "line": 0, "row_key": sent["touch"], "row_digest": fingerprint(fact),
    }  # fmt: skip
