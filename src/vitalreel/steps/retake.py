"""retake: a reviewer says a line otherwise. Only what changed is spoken and drawn again, and whoever had approved is asked anew (R2)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.briefs.edit import Edit, carried, edited
from vitalreel.briefs.edit import written as text_of
from vitalreel.briefs.editorial import check
from vitalreel.briefs.script import Script
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import AccountId, ContactId, VideoId, plain
from vitalreel.review.verdict import verdict
from vitalreel.steps.doors import Doors, kept_secret
from vitalreel.steps.edits import edits_of
from vitalreel.steps.orders import Order, Written, write
from vitalreel.steps.produce import Made, film, heard_before
from vitalreel.steps.reviewers import ask, note
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.media import Media

PRIORITY = 1
"""A person waits for it, as for a film a viewer asks for."""


@dataclass(frozen=True, slots=True)
class Retake:
    """A film said otherwise, in the place of the one that was looked at."""

    made: Made
    wall_s: float


def base_of(doors: Doors, shelf: Shelf, review: str) -> Written:
    """The film of a waiting review as its module wrote it, before any edit: the same at every call, and worth keeping."""
    with reading(doors.engine).connect() as c:
        row = _waiting(c, review)
    order = Order(
        AccountId(row["account"]), ContactId(row["contact"]), row["module"], row["play"], row["step"], row["touch"], row["intro"]
    )  # fmt: skip
    with shelf.known(row["as_of"]) as known:
        return write(doors, known.tables, order, row["as_of"], heard_before(doors, order))


def retake(
    doors: Doors, workshop: Workshop, shelf: Shelf, base: Written, review: str, edit: Edit, who: str, now: datetime
) -> Retake:
    """Make the film of a waiting review again with a line in other words; the review begins anew with that film.

    workshop: of the kind the film was made with, full or draft. base: of `base_of`. Raises NotFound, BadInput where the review is
    decided or the text makes no sense, Refused where the new words break a rule, a figure in them cannot be traced, or the film
    fails its checks: the film that was looked at then stays.
    """
    began = time.perf_counter()
    with reading(doors.engine).connect() as c:
        row = _waiting(c, review)
        edits = edits_of(c, review)
    before, whole = _written(doors, base, row, edits, edit)
    made = _film(doors, workshop.for_film(PRIORITY, workshop.progress), shelf, whole, row, now)
    with doors.engine.begin() as c:
        now_row = _waiting(c, review, lock=True)
        if now_row["video"] != row["video"]:
            raise BadInput(f"review {review}", "the film was changed meanwhile", "open it again")
        _keep(c, doors, now_row, made, len(edits) + 1, edit, _said(before, edit), who, now)
    return Retake(made, time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a review's film was made from besides its words: another base once one of these is another."""

    draft: bool
    as_of: date
    intro: str


def kind_of(doors: Doors, review: str) -> Kind:
    """Of the film a review is about. Raises NotFound."""
    with reading(doors.engine).connect() as c:
        row = _row(c, review)
    return Kind(bool(row["draft"]), row["as_of"], row["intro"])


def _row(c: Connection, review: str, lock: bool = False) -> dict[str, Any]:
    query = (
        select(t.review, t.video.c.account, t.video.c.contact, t.video.c.module, t.video.c.as_of, t.video.c.tier, t.video.c.draft,
               t.touch.c.step, t.touch.c.intro, t.play_run.c.play)
        .join(t.video, t.video.c.id == t.review.c.video)
        .join(t.touch, t.touch.c.id == t.review.c.touch)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .where(t.review.c.id == review)
    )  # fmt: skip
    row = c.execute(query.with_for_update(of=t.review) if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound("review", review, "see `vitalreel review list`")
    return dict(row)


def _waiting(c: Connection, review: str, lock: bool = False) -> dict[str, Any]:
    row = _row(c, review, lock)
    if row["state"] != "waiting":
        raise BadInput(f"review {review}", f"it is {row['state']} already", "only a film that waits can be changed")
    return row


def _written(
    doors: Doors, first: Written, row: Mapping[str, Any], made: Sequence[tuple[Edit, str]], edit: Edit
) -> tuple[Script, Written]:
    """The film's script as it was looked at, and the order with the script as it shall be. made: the edits before this one."""
    before, _ = carried(first.script, made)
    path = Media(doors.workspace.media).video(VideoId(row["video"])) / "script.json"
    if json.loads(path.read_text(encoding="utf-8")) != plain(before):
        what = "its module or what is known of the account has changed since it was made"
        raise Refused(f"film {row['video']}", what, "reject it, and make it again")
    script = edited(before, [edit])
    if faults := [f for f in check(script, first.module.grade) if f.level == "error"]:
        raise Refused("the new words", f"editorial standard: {faults[0]}", "say it otherwise")
    return before, replace(first, script=script)


def _film(
    doors: Doors, workshop: Workshop, shelf: Shelf, written: Written, row: Mapping[str, Any], now: datetime
) -> Made:
    with shelf.known(row["as_of"]) as known:
        feeds = known.feeds
    made = film(doors, workshop, written, feeds, row["as_of"], now)
    if not made.ok:
        failed = next(c for c in made.checks if not c.ok)
        what = f"it fails {failed.check}: {failed.value}, limit {failed.limit} {failed.where}".rstrip()
        raise Refused("the film with the new words", what, "say it otherwise")
    return made


def _said(script: Script, edit: Edit) -> str:
    """The line as it was."""
    return text_of(next(s for s in script.scenes if s.name == edit.scene).say[edit.line])


def _keep(
    c: Connection, doors: Doors, row: Mapping[str, Any], made: Made, number: int, edit: Edit, was: str, who: str, now: datetime
) -> None:  # fmt: skip
    """The film in the place of the one before, everybody who must look asked again, and who changed what on record."""
    rules = doors.programme.review.rules
    needs = verdict(row["tier"], row["touch"], rules, kept_secret(c, "sample", now)).needs or tuple(row["needs"])
    line = {"review": row["id"], "number": number, "scene": edit.scene, "line": edit.line, "text": edit.text, "was": was,
            "video": made.video, "who": who, "at": now}  # fmt: skip
    insert_new(c, t.line_edit, [line])
    c.execute(update(t.review).where(t.review.c.id == row["id"]).values(video=made.video, needs=list(needs)))
    c.execute(
        update(t.touch).where(t.touch.c.id == row["touch"], t.touch.c.state == "in_review").values(video=made.video)
    )
    detail = f"{edit.scene}, sentence {edit.line + 1}: “{was}” is now “{' '.join(edit.text.split())}”"
    note(c, row["id"], "edited", detail, now, who)
    ask(c, doors, row["id"], needs, now, afresh=False)
