"""The lines that reviewers said otherwise, kept with their review: said so again by every film that is made for its touch (R2)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from vitalreel.briefs.edit import Edit, carried
from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Written
from vitalreel.store import tables as t
from vitalreel.store.database import reading


def edits_of(c: Connection, review: str) -> list[tuple[Edit, str]]:
    """Each with the sentence it took the place of, in the order they were made."""
    rows = c.execute(select(t.line_edit).where(t.line_edit.c.review == review).order_by(t.line_edit.c.number))
    return [(Edit(r.scene, r.line, r.text), r.was) for r in rows]


def as_edited(doors: Doors, written: Written) -> tuple[Written, tuple[Edit, ...]]:
    """A touch's film as its reviewers want it, and the edits that fell away because the film says something else by now."""
    if not written.order.touch:
        return written, ()
    with reading(doors.engine).connect() as c:
        made = edits_of(c, fingerprint("review", written.order.touch))
    script, lost = carried(written.script, made)
    return replace(written, script=script), lost
