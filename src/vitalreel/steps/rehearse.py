"""rehearse: the films of due touches written, traced and timed by their words, neither spoken nor drawn: the loop around them can be run.

A workspace is rehearsed in or sent from, never both: what nobody could have seen must not be counted as shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import select, update

from vitalreel.briefs.trace import untraced_in
from vitalreel.errors import BadInput, Refused, VitalreelError
from vitalreel.identity import VideoId, fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import Counts, due_orders
from vitalreel.steps.on_request import guessed
from vitalreel.steps.orders import Order, Written, write
from vitalreel.steps.poster import mail_picture
from vitalreel.steps.produce import Made, documents, heard_before, look_of, spelt, video_row
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.storyboard.compose import compose
from vitalreel.storyboard.trace_board import trace_board
from vitalreel.video.media import image

STATE = "rehearsed"
"""Of a film that nobody can watch."""
_GROUND = (135, 240)  # px: the plain picture that stands where a poster would


def rehearse_due(doors: Doors, workshop: Workshop, as_of: date, now: datetime, most: int | None = None) -> Counts:
    """Write the films of due touches, from what was known at the end of `as_of`; each goes on to review as a made one would.

    Raises BadInput in a workspace that has films to show.
    """
    _only_rehearsals(doors)
    picture = mail_picture(image(np.full((*_GROUND, 4), 255, np.uint8)))
    refused = 0
    orders = due_orders(doors, now, most)
    with Shelf(doors) as shelf:
        for order in orders:
            try:
                with shelf.known(as_of) as known:
                    written = write(doors, known.tables, order, as_of, heard_before(doors, order))
                _keep(doors, workshop, written, picture, now)
            except VitalreelError as why:
                refused += 1
                _refuse(doors, order, str(why), as_of, now)
    return Counts(len(orders) - refused, refused, 0)


def _only_rehearsals(doors: Doors) -> None:
    with reading(doors.engine).connect() as c:
        real = c.execute(select(t.video.c.id).where(t.video.c.state != STATE).limit(1)).scalar_one_or_none()
    if real is not None:
        raise BadInput("rehearsal", f"the workspace has films to show, {real} among them", "rehearse in one of its own")


def _keep(doors: Doors, workshop: Workshop, written: Written, picture: bytes, now: datetime) -> None:
    """The film's documents and row, and its touch told, in one transaction. Raises Refused where a figure cannot be traced."""
    script = spelt(written.script)
    takes = [[guessed(line.said) for line in scene.say] for scene in script.scenes]
    board = compose(script, takes, look_of(doors, workshop))
    if untraced := trace_board(board, script.brief.facts).untraced:
        raise Refused(f"a film of {board.module} for {board.account}", f"untraced: {untraced_in(untraced)}")
    video = VideoId(fingerprint(STATE, written.order.touch, written.script.brief.as_of))
    workshop.media.publish_video(
        video, {**documents(written, board, ()), "poster.jpg": picture, "poster_mail.jpg": picture}
    )
    made = Made(video, video, written.order, board, (), 0, 0, written.wall_s, written.cpu_s, 0, 0)
    row = video_row(doors, workshop, written, made, [False] * len(board.scenes), now) | {"state": STATE}
    row["files"] = {kind: row["files"][kind] for kind in ("poster", "transcript", "ledger", "page")}
    with doors.engine.begin() as c:
        insert_new(c, t.video, [row])
        c.execute(_told(written.order, {"state": "made", "video": video}))


def _refuse(doors: Doors, order: Order, reason: str, as_of: date, now: datetime) -> None:
    row = {
        "account": order.account, "play": order.play, "step": order.step, "day": as_of, "reason": "no film", "detail": reason,
        "at": now,
    }  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(_told(order, {"state": "refused", "video": None}))
        insert_new(c, t.withheld, [row])


def _told(order: Order, values: Mapping[str, Any]) -> Any:
    return update(t.touch).where(t.touch.c.id == order.touch, t.touch.c.state == "planned").values(**values)
