"""retake: a reviewer says a line otherwise, or corrects a fact. Only what changed is spoken and drawn again, and whoever had approved is
asked anew (R2)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from vitalreel.briefs.correct import Correction, Target, read_value, target_of, value_of
from vitalreel.briefs.edit import Edit, carried, edited
from vitalreel.briefs.edit import written as text_of
from vitalreel.briefs.editorial import check
from vitalreel.briefs.reading import BUILT_IN
from vitalreel.briefs.script import Script
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import AccountId, ContactId, VideoId, fingerprint, plain
from vitalreel.review.verdict import verdict
from vitalreel.steps import corrections
from vitalreel.steps.clearance import queue_up
from vitalreel.steps.doors import Doors, kept_secret
from vitalreel.steps.edits import edits_of
from vitalreel.steps.modules import module_of
from vitalreel.steps.orders import Order, Written, targets, write
from vitalreel.steps.produce import Made, film, heard_before
from vitalreel.steps.refresh import plan_again
from vitalreel.steps.reviewers import ask, note
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.media import Media

PRIORITY = 1
"""A person waits for it, as for a film a viewer asks for."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One fact of a film corrected."""

    fact: str  # its name in the film
    text: str  # what it is, as a person writes it
    why: str


@dataclass(frozen=True, slots=True)
class Retake:
    """A film said otherwise, in the place of the one that was looked at."""

    made: Made
    wall_s: float
    base: Written  # what its module wrote, before any edit


def base_of(doors: Doors, shelf: Shelf, review: str) -> Written:
    """The film of a waiting review as its module wrote it, before any edit: the same at every call, and worth keeping."""
    with reading(doors.engine).connect() as c:
        row = _waiting(c, review)
    return _write(doors, shelf, row, None)


def _write(doors: Doors, shelf: Shelf, row: Mapping[str, Any], said: Sequence[Correction] | None) -> Written:
    account, contact = AccountId(row["account"]), ContactId(row["contact"])
    order = Order(account, contact, row["module"], row["play"], row["step"], row["touch"], row["intro"])
    with shelf.known(row["as_of"]) as known:
        return write(doors, known.tables, order, row["as_of"], heard_before(doors, order), said)


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
        row, edits = _waiting(c, review), edits_of(c, review)
    before = _seen(doors, base, row, edits)
    whole = _held(replace(base, script=edited(before, [edit])))
    made = _film(doors, workshop.for_film(PRIORITY, workshop.progress, workshop.watcher), shelf, whole, row, now)
    with doors.engine.begin() as c:
        now_row = _same(c, row)
        was = text_of(next(s for s in before.scenes if s.name == edit.scene).say[edit.line])
        line = {"review": review, "number": _next(c, review), "scene": edit.scene, "line": edit.line, "text": edit.text, "was": was,
                "video": made.video, "who": who, "at": now}  # fmt: skip
        insert_new(c, t.line_edit, [line])
        detail = f"{edit.scene}, sentence {edit.line + 1}: “{was}” is now “{' '.join(edit.text.split())}”"
        _keep(c, doors, now_row, made, "edited", detail, who, now)
    return Retake(made, time.perf_counter() - began, base)


def correct(
    doors: Doors, workshop: Workshop, shelf: Shelf, base: Written, review: str, fix: Fix, who: str, now: datetime
) -> Retake:
    """Make the film of a waiting review again with a fact corrected; what is computed from it follows, and so does every other film of
    the account that has not left.

    As `retake`; lines that were edited stay so where their sentence is still said, and are left out, on record, where it is not.
    Raises BadInput also for a fact that is computed from others, for no reason and for the value it has.
    """
    began = time.perf_counter()
    with reading(doors.engine).connect() as c:
        row, edits = _waiting(c, review), edits_of(c, review)
        standing = corrections.standing(c, row["account"], row["contact"])
    _seen(doors, base, row, edits)
    one = _correction(base, row, fix, standing, who, now)
    new = _write(doors, shelf, row, [*(s for s in standing if s.target != one.target), one])
    script, lost = carried(new.script, edits)
    whole = _held(replace(new, script=script))
    made = _film(doors, workshop.for_film(PRIORITY, workshop.progress, workshop.watcher), shelf, whole, row, now)
    fact, after = base.script.brief.facts[fix.fact], new.script.brief.facts.get(fix.fact)
    said = f"{fact.means}: “{fact.shown}” is now “{after.shown if after else one.now}”, because {one.why}"
    detail = "; ".join([said, *(f"no longer said, and no longer edited: “{e.text}”" for e in lost)])
    with doors.engine.begin() as c:
        queue_up(c, row["account"], row["contact"])
        now_row = _same(c, row)
        _leave_out(c, review, lost)
        own = row["contact"] if one.target.name.startswith("contact.") else ""
        corrections.keep(c, one, (fix.fact, fact.means), (row["account"], own), review, made.video, now)
        _keep(c, doors, now_row, made, "corrected", detail, who, now)
        _others(c, doors, row, one.target, own, now)
    return Retake(made, time.perf_counter() - began, new)


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


# -- what was seen --------------------------------------------------------------------------------------------------------


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


def _same(c: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """The review, locked, with the film that was looked at. Raises BadInput where another is in it by now."""
    now_row = _waiting(c, row["id"], lock=True)
    if now_row["video"] != row["video"]:
        raise BadInput(f"review {row['id']}", "the film was changed meanwhile", "open it again")
    return now_row


def _next(c: Connection, review: str) -> int:
    numbers = c.execute(select(t.line_edit.c.number).where(t.line_edit.c.review == review)).scalars()
    return max(numbers, default=0) + 1


def _seen(doors: Doors, base: Written, row: Mapping[str, Any], edits: Sequence[tuple[Edit, str]]) -> Script:
    """The film's script as it was looked at. Raises Refused where it would be another by now."""
    before, _ = carried(base.script, edits)
    path = Media(doors.workspace.media).video(VideoId(row["video"])) / "script.json"
    if json.loads(path.read_text(encoding="utf-8")) != plain(before):
        what = "its module or what is known of the account has changed since it was made"
        raise Refused(f"film {row['video']}", what, "reject it, and make it again")
    return before


# -- what it is to say ----------------------------------------------------------------------------------------------------


def _correction(
    base: Written, row: Mapping[str, Any], fix: Fix, standing: Sequence[Correction], who: str, now: datetime
) -> Correction:
    what, fact, why = f"the correction of {fix.fact}", base.script.brief.facts.get(fix.fact), " ".join(fix.why.split())
    if fact is None or base.dossier is None:
        raise BadInput(what, "is no fact of this film", "open the review again")
    if not why:
        raise BadInput(what, "needs a reason", "say how you know")
    spec = base.module.facts.get(fix.fact)
    known = spec is not None or fix.fact in BUILT_IN
    target = target_of(fix.fact, spec.lookup if spec else None, row["as_of"]) if known else None
    if target is None:
        raise BadInput(what, "it is computed from other figures, or drawn", "correct those, or the source")
    value, here = read_value(fix.text, fact), value_of(base.dossier, target)
    if value == here:
        raise BadInput(what, f"it says {fact.shown} already", "write what it should be")
    before = next((s for s in standing if s.target == target and base.standings.get(s.id) == "holds"), None)
    name = fingerprint("correction", row["account"], target.key, value, who, now)
    return Correction(name, target, before.was if before else here, value, who, why[:400], now.date())


def _held(written: Written) -> Written:
    """Raises Refused where the words break a rule of the house."""
    if faults := [f for f in check(written.script, written.module.grade) if f.level == "error"]:
        raise Refused("the new words", f"editorial standard: {faults[0]}", "say it otherwise")
    return written


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


# -- what is kept ---------------------------------------------------------------------------------------------------------


def _keep(
    c: Connection, doors: Doors, row: Mapping[str, Any], made: Made, what: str, detail: str, who: str, now: datetime
) -> None:
    """The film in the place of the one before, everybody who must look asked again, and who changed what on record."""
    rules = doors.programme.review.rules
    needs = verdict(row["tier"], row["touch"], rules, kept_secret(c, "sample", now)).needs or tuple(row["needs"])
    c.execute(update(t.review).where(t.review.c.id == row["id"]).values(video=made.video, needs=list(needs)))
    c.execute(
        update(t.touch).where(t.touch.c.id == row["touch"], t.touch.c.state == "in_review").values(video=made.video)
    )
    note(c, row["id"], what, detail, now, who)
    ask(c, doors, row["id"], needs, now, afresh=False)


def _leave_out(c: Connection, review: str, lost: Sequence[Edit]) -> None:
    for edit in lost:
        same = (
            (t.line_edit.c.scene == edit.scene) & (t.line_edit.c.line == edit.line) & (t.line_edit.c.text == edit.text)
        )
        c.execute(delete(t.line_edit).where(t.line_edit.c.review == review, same))


def _others(c: Connection, doors: Doors, row: Mapping[str, Any], target: Target, contact: str, now: datetime) -> None:
    """The account's other films that quote the value and have not left are made again with it. contact: whose own it is, or ""."""
    query = (
        select(t.touch.c.id, t.touch.c.module, t.touch.c.as_of, t.touch.c.contact)
        .outerjoin(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .where(t.touch.c.account == row["account"], t.touch.c.id != row["touch"], t.outbox.c.key.is_(None),
               t.touch.c.state.in_(("made", "in_review", "approved")))
        .order_by(t.touch.c.id)
    )  # fmt: skip
    for other in c.execute(query).all():
        if contact in ("", other.contact) and target in targets(module_of(doors, other.module), other.as_of):
            plan_again(c, other.id, other.as_of, "a fact of it was corrected: the film is made again", now)
