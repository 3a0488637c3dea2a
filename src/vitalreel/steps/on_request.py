"""Films that are made when their viewer asks: what is promised beforehand, the asking, and what becomes of it (V11)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace, untraced_in
from vitalreel.errors import Refused
from vitalreel.identity import VideoId, fingerprint
from vitalreel.ports import SpokenWord
from vitalreel.review.chain import OPERATIONS
from vitalreel.steps.clearance import cleared, touches
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Written
from vitalreel.steps.owners import task_row
from vitalreel.steps.produce import Made, documents, lines_of, look_of, spelt, video_row
from vitalreel.steps.recorded import take_of
from vitalreel.steps.signing import live_now, unsigned_off
from vitalreel.steps.talent import voice_of
from vitalreel.steps.translations import wanted_by
from vitalreel.steps.workshop import Workshop
from vitalreel.store import jobs
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.jobs import NOW, Entry, Held, Waits
from vitalreel.storyboard import timing
from vitalreel.storyboard.compose import Look, compose
from vitalreel.storyboard.trace_board import trace_board
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.window import zone_of

WORDS_A_SECOND = 2.5
"""The editorial standard's pace, pauses included: good for a length to the nearest half minute."""
TOO_LONG = timedelta(seconds=90)
"""A viewer who waited so long is not made to wait on: there is a person to turn to."""


# -- promised ---------------------------------------------------------------------------------------------------------


def promise(doors: Doors, workshop: Workshop, written: Written, now: datetime) -> Made:
    """What a mail needs of a film that is not made yet: title, poster, page and an estimate of its length, in a row of its own.

    The script is written and traced, so that a film the data does not carry is refused before it is promised; the scenes all
    viewers share, and their sentences, are made ready.
    """
    began, began_cpu = time.perf_counter(), time.thread_time()
    script, look = spelt(written.script), look_of(doors, workshop)
    board = compose(script, [[guessed(line.said) for line in scene.say] for scene in script.scenes], look)
    untraced = (*trace(written.script).untraced, *trace_board(board, written.script.brief.facts).untraced)
    if untraced:
        raise Refused(f"a film of {board.module} for {board.account}", f"untraced: {untraced_in(untraced)}")
    posters = workshop.posters(board).result()
    workshop, ready_s, _ = workshop.cast(
        script.brief.segment,
        lambda shop: _ready_shared(shop, script, look_of(doors, shop)),
        voice_of(written.cast, script.brief.as_of),
    )
    order = written.order
    video = VideoId(fingerprint("on request", order.touch, *((order.intro,) if order.intro else ())))
    workshop.media.publish_video(video, {**documents(written, board, ()), **posters.value})
    apart = (posters.cpu_s + ready_s) if workshop.hands.apart else 0.0
    made = Made(
        video, video, written.order, board, (), 0, 0, written.wall_s + time.perf_counter() - began,
        written.cpu_s + time.thread_time() - began_cpu + apart, 0, 0,
    )  # fmt: skip
    row = video_row(doors, workshop, written, made, [False] * len(board.scenes), now) | {"state": "on_request"}
    row["files"] = {kind: row["files"][kind] for kind in ("poster", "transcript", "ledger", "page")}
    with doors.engine.begin() as c:
        insert_new(c, t.video, [row])
    return made


def guessed(text: str) -> timing.Take:
    """A take as long as the sentence will about be, its words spread evenly."""
    words, spoken, at = text.split(), [], 0
    for number, word in enumerate(words):
        at = text.index(word, at)
        spoken.append(SpokenWord(word, at, number / WORDS_A_SECOND, (number + 1) / WORDS_A_SECOND))
        at += len(word)
    return timing.Take(text, len(words) / WORDS_A_SECOND, tuple(spoken))


def _ready_shared(workshop: Workshop, script: Script, look: Look) -> float:
    """Make the shared scenes ready; answers the CPU seconds it took elsewhere."""
    spent = 0.0
    for scene in script.scenes:
        if scene.shared:
            takes = [(line, taken.result()) for line, taken in lines_of(scene, script, workshop)]
            timed = [take_of(line.said, take.speech, scene) for line, take in takes]
            board = compose(replace(script, scenes=(scene,)), [timed], look)
            spent += sum(take.cpu_s for _, take in takes) + workshop.shot(board.scenes[0], board).result().cpu_s
    return spent


# -- asked for --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Making:
    """How it stands with a film a viewer may ask for."""

    state: str  # promised | making | sorry | barred
    stage: str = ""
    share: float = 0.0  # 0..1 of the work, as far as it can be told
    reason: str = ""  # for our own people


def asked(link: str) -> str:
    """The id in the queue of the film a link's viewer asks for: two tabs, one film."""
    return fingerprint("asked", link)


def stand(doors: Doors, link: str, touch: str, now: datetime) -> Making:
    """How it stands with the film of a link that leads to a promise."""
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.film_job).where(t.film_job.c.id == asked(link))).mappings().one_or_none()
        held = None if row is not None else _barred(c, doors, touch, now)
    if row is None:
        return Making("barred", reason=held) if held else Making("promised")
    if row["state"] in ("waiting", "working"):
        if now - row["entered"] > TOO_LONG:
            return Making("sorry", reason="it takes too long")
        return Making("making", row["stage"], _share(row["stage"], row["done"], row["total"]))
    if row["state"] == "made":  # since its link was looked up: the next look finds the film
        return Making("making", share=1.0)
    return Making("sorry", reason=row["reason"])


def _share(stage: str, done: int, total: int) -> float:
    part = done / total if total else 0.0
    return {"": 0.05, "speaking sentences": 0.1 + 0.5 * part, "drawing scenes": 0.6 + 0.35 * part}.get(stage, 0.95)


def ask(c: Connection, doors: Doors, link: str, touch: str, now: datetime) -> Waits | None:
    """Enter the film of a link, to be made from what is known now, in the caller's transaction; asking again changes nothing.

    Answers the row that a letter is to be sent for; None where one asked before, or where it must not be made: the programme or
    the play is stopped, or the contact does not want it (what `stand` then says).
    """
    name = asked(link)
    if c.execute(select(t.film_job.c.id).where(t.film_job.c.id == name)).first() is not None or _barred(
        c, doors, touch, now
    ):
        return None
    row = _row(c, touch)
    zone = row["contact_row"].get("zone") or row["zone"] or doors.programme.zone
    today = now.astimezone(zone_of(zone)).date()
    entry = Entry(
        name, "asked", row["account"], row["contact"], row["module"], row["play"], row["step"], touch, link, today, now,
        _draft(c, row["video"]), NOW,
    )  # fmt: skip
    jobs.enter(c, [entry], now)
    return Waits(name, "asked", 0, NOW, now, -1, None)


def _row(c: Connection, touch: str) -> Mapping[str, Any]:
    return dict(c.execute(touches().where(t.touch.c.id == touch)).mappings().one())


def _draft(c: Connection, video: str) -> bool:
    """A promise made as a draft is kept as one."""
    return bool(c.execute(select(t.video.c.draft).where(t.video.c.id == video)).scalar_one())


def _barred(c: Connection, doors: Doors, touch: str, now: datetime) -> str:
    row = _row(c, touch)
    # Hours and caps were kept when the mail left; the film is that same touch, and made once.
    held = cleared(c, doors, row, "show", now)
    if held is None and not live_now(c, doors, row["module"], wanted_by(row["contact_row"], row["account_row"])):
        held = unsigned_off(row["module"])  # it would be made from words nobody signed
    return held.reason if held else ""


# -- settled ----------------------------------------------------------------------------------------------------------


def lead_there(c: Connection, held: Held, video: str) -> None:
    """Let the link lead to the film that was made, whole and checked, in the transaction that settles it."""
    mine = held.entry
    c.execute(update(t.link).where(t.link.c.id == mine.link).values(video=video))
    carrying = (t.outbox.c.touch == mine.touch) | (t.outbox.c.beside == mine.touch)
    c.execute(update(t.outbox).where(carrying).values(video=video))
    c.execute(update(t.touch).where(t.touch.c.id == mine.touch).values(video=video))


def tell_csm(c: Connection, held: Held, reason: str, now: datetime) -> None:
    """A viewer waited for a film that could not be made: a person writes to them, within a business day."""
    mine = held.entry
    run = c.execute(select(t.touch.c.run).where(t.touch.c.id == mine.touch)).scalar_one()
    csm, name = c.execute(select(t.account.c.csm, t.account.c.name).where(t.account.c.id == mine.account)).one()
    owner, due = (
        csm or OPERATIONS,
        add_business_days(now.date(), 1, None),
    )  # whom `tasks:` names takes over with the next turn
    step = f"film:{mine.link}"[:80]
    title = f"{mine.contact} at {name} asked for a film that could not be made: write to them ({reason})"
    insert_new(
        c, t.task,
        [task_row(fingerprint("task", run, step), run, step, mine.account, owner, title[:1000], due, now)],
    )  # fmt: skip
