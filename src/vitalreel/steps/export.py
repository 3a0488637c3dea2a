"""Views in the words of other systems: xAPI statements, Segment track calls, or the CloudEvents that webhooks carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, select

from vitalreel.steps.doors import Doors
from vitalreel.steps.track import context_of, told_of
from vitalreel.store.database import reading
from vitalreel.store.tables import event, video, view
from vitalreel.tracking.about import About
from vitalreel.tracking.event import Event, read_event
from vitalreel.tracking.hook import Hook
from vitalreel.tracking.track_calls import track_calls
from vitalreel.tracking.xapi import statements

Form = Literal["xapi", "segment", "cloudevents"]
QUIET = timedelta(minutes=30)
"""A view nobody added to for so long has ended."""


def exported(doors: Doors, form: Form, home: str, since: datetime, now: datetime) -> Iterator[dict[str, Any]]:
    """What the views say that began since then and count as a person's: one object after another, oldest view first.

    home: the address that the workspace's own pages begin with; viewers and films are named under it.
    """
    counted = select(view).where(view.c.counts, view.c.started >= since).order_by(view.c.started, view.c.id)
    with reading(doors.engine).connect() as connection:
        rows = [dict(row) for row in connection.execute(counted).mappings()]
        if form == "cloudevents":
            around = context_of(connection, rows)
            yield from (told.envelope for told in told_of(doors, rows, around, [Hook("export", home)]))
            return
        columns = select(video.c.id, video.c.title, video.c.module, video.c.length_s, video.c.config)
        films = {row["id"]: dict(row) for row in connection.execute(columns).mappings()}
        for row in rows:
            about = _about(row, films[row["video"]], home, doors.programme.language)
            events = _events(connection, row["id"])
            if form == "segment":
                yield from track_calls(events, about)
            else:
                yield from statements(events, about, over=now - row["updated"] >= QUIET)


def _events(connection: Connection, name: str) -> list[Event]:
    bodies = connection.execute(select(event.c.body).where(event.c.view == name)).scalars()
    return [read_event(body) for body in bodies]


def _about(row: Mapping[str, Any], film: Mapping[str, Any], home: str, usual: str) -> About:
    """usual: the language of a film that does not say its own: one made before films did, or hosted elsewhere."""
    language = film["config"].get("language", usual)
    return About(
        view=row["id"], account=row["account"], contact=row["contact"], video=row["video"], module=film["module"],
        title=film["title"], length_s=film["length_s"], language=language, home=home,
    )  # fmt: skip
