"""introduce: a recorded introduction goes in front of the film a touch sends; the film is made again with it, and looked at again (V8).

The film behind it is the one that was there: from the same day, in the same words, with what its reviewers changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.steps import intro
from vitalreel.steps.clearance import queue_up
from vitalreel.steps.doors import Doors
from vitalreel.steps.on_request import asked
from vitalreel.steps.refresh import WAITING
from vitalreel.steps.review import lapse, noted
from vitalreel.store import jobs
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.jobs import Held

GIVEN, TAKEN, LEFT_OUT = "introduced", "not introduced", "left out"
"""Events of a review: it is to stand in front, it is to do so no more, and it stopped the film."""


@dataclass(frozen=True, slots=True)
class Front:
    """Where an introduction to a film would stand."""

    touch: str
    intro: str  # that stands there now; "": none


def front_of(doors: Doors, video: str) -> Front | None:
    """The touch that sends a film, as long as something can be put in front of it; None where it left, or nobody sends it."""
    with reading(doors.engine).connect() as c:
        ids = c.execute(select(t.touch.c.id).where(t.touch.c.video == video).order_by(t.touch.c.id)).scalars().all()
        rows = [row for row in (_row(c, touch) for touch in ids) if not _too_late(c, row)]
    return Front(rows[0]["id"], rows[0]["intro"]) if rows else None


def introduce(doors: Doors, touch: str, name: str, now: datetime) -> None:
    """Put a kept introduction in front of a touch's film, or take away the one there is (name: "").

    A film that is made waits in the queue again, from the day it was made from; its review begins anew with the film that comes of
    it. One that is only promised will have it when its viewer asks.
    Raises NotFound; BadInput where the film has left, is being made, or is for somebody else than the introduction.
    """
    told = intro.read(doors, name) if name else None
    with doors.engine.begin() as c:
        row = _row(c, touch)
        queue_up(c, row["account"], row["contact"])
        c.execute(select(t.review.c.id).where(t.review.c.touch == touch).with_for_update())
        row = _row(c, touch)
        if why := _too_late(c, row):
            raise BadInput(f"the film of touch {touch}", why, "write to them yourself")
        if told is not None and told.contact not in ("", row["contact"]):
            raise BadInput(
                f"introduction {name}", "it was recorded for another person", f"record one for {row['contact']}"
            )
        c.execute(update(t.touch).where(t.touch.c.id == touch).values(intro=name))
        _again(c, row, told, now)


def _row(c: Connection, touch: str) -> Mapping[str, Any]:
    query = (
        select(
            t.touch, t.video.c.state.label("film"), t.video.c.as_of.label("film_as_of"), t.video.c.at.label("film_at")
        )
        .outerjoin(t.video, t.video.c.id == t.touch.c.video)
        .where(t.touch.c.id == touch)
    )
    row = c.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("touch", touch, "see the film's page")
    return dict(row)


def _too_late(c: Connection, row: Mapping[str, Any]) -> str:
    """Why nothing can be put in front of the touch's film any more, or not now; "" where it can."""
    mine = (t.outbox.c.touch == row["id"]) | (t.outbox.c.beside == row["id"])
    left = c.execute(select(t.outbox.c.key).where(mine)).first() is not None
    if left and row["film"] == "on_request":
        links = c.execute(select(t.link.c.id).where(t.link.c.touch == row["id"])).scalars().all()
        wanted = select(t.film_job.c.id).where(t.film_job.c.id.in_([asked(link) for link in links]))
        return "its viewer has asked for it" if c.execute(wanted).first() is not None else ""
    if left:
        return "it has left"
    if row["state"] == "planned":
        return "it is being made"
    return "" if row["state"] in WAITING else f"it is {row['state']}"


def _again(c: Connection, row: Mapping[str, Any], told: intro.Intro | None, now: datetime) -> None:
    words = (
        f"{told.length_s:.0f} s by {told.agreed_by}, in front of the film" if told else "the film stands without one"
    )
    what = GIVEN if told else TAKEN
    if row["state"] in WAITING:
        c.execute(update(t.touch).where(t.touch.c.id == row["id"]).values(state="planned"))
        jobs.again(c, [row["id"]], row["film_as_of"], row["film_at"])
        lapse(c, row["id"], what, words, now)
    else:
        noted(c, row["id"], what, words, now)


def once_more_without(c: Connection, held: Held, reason: str, clock: datetime) -> bool:
    """Let a film that was stopped wait again without its introduction: nobody goes without a film for that. False where it has
    none, or is not in our hands any more."""
    touch = held.entry.touch
    mine = (t.touch.c.id == touch) & (t.touch.c.intro != "")
    if c.execute(select(t.touch.c.id).where(mine)).first() is None:
        return False
    if not jobs.put_back(c, held, clock, reason, "", counted=False):
        return False
    c.execute(update(t.touch).where(mine).values(intro=""))
    noted(c, touch, LEFT_OUT, reason[:1000], clock)
    return True


def is_waited_for(c: Connection, touch: str) -> bool:
    """Whether an introduction is why the touch's film is made again: a person waits to look at it."""
    query = (
        select(t.review_event.c.what)
        .join(t.review, t.review.c.id == t.review_event.c.review)
        .where(t.review.c.touch == touch)
        .order_by(t.review_event.c.id.desc())
        .limit(1)
    )
    return c.execute(query).scalar_one_or_none() in (GIVEN, TAKEN, LEFT_OUT)
