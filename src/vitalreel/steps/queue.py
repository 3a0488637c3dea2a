"""The render queue: films are entered once, worked most urgent first, tried again where that can help, and set aside where not."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from vitalreel.briefs.edit import Edit
from vitalreel.errors import BadInput, NotFound, VitalreelError
from vitalreel.identity import AccountId, ContactId, fingerprint
from vitalreel.review.verdict import verdict
from vitalreel.steps.doors import Doors, kept_secret
from vitalreel.steps.edits import as_edited
from vitalreel.steps.introduced import is_waited_for, once_more_without
from vitalreel.steps.on_request import lead_there, promise, tell_csm
from vitalreel.steps.orders import Order, write
from vitalreel.steps.produce import Made, cost_of, film, heard_before
from vitalreel.steps.review import noted, queue_reviews
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.store import jobs
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.jobs import Entry, Held

TRIES = 3
BACK_OFF = (timedelta(seconds=2), timedelta(seconds=8))
"""Before the second try and before the third."""
BEAT_S = 5.0
LEASE = timedelta(seconds=30)
"""A film in hand without a sign of life for so long is taken from its worker."""
LANES = 2
"""Films in hand at once where the work is done by other processes: while one is put together, the next one speaks."""
PROGRESS_S = 0.5
LOOK_S = 0.2
HEAD_START = {1: timedelta(days=1), 2: timedelta(hours=12), 3: timedelta(0), 4: timedelta(hours=-12)}
"""By tier: the more was put into a film, the earlier people must have seen it."""
SHOWN = ("working", "waiting", "set_aside")
"""What a person wants to see of the queue."""
ENDED = ("made", "refused", "dropped")


# -- in ---------------------------------------------------------------------------------------------------------------


def enter_orders(
    doors: Doors, orders: Sequence[Order], as_of: date, now: datetime, draft: bool, clock: datetime
) -> tuple[str, ...]:
    """Enter the films of these touches, each once however often it is asked for; answers their ids in the queue."""
    with doors.engine.begin() as c:
        urgency, kinds = _urgency(c, [o.touch for o in orders]), _kinds(c, doors, [o.touch for o in orders], now)
        entries = [
            Entry(job_of(o.touch), kinds[o.touch], o.account, o.contact, o.module, o.play or "", o.step or "",
                  o.touch, "", as_of, now, draft, urgency[o.touch])
            for o in orders
        ]  # fmt: skip
        jobs.enter(c, entries, clock)
    return tuple(e.id for e in entries)


def job_of(touch: str) -> str:
    """The id under which a touch's film is made ahead."""
    return fingerprint("film", touch)


def _kinds(c: Connection, doors: Doors, touches: Collection[str], now: datetime) -> dict[str, str]:
    """Whether a touch's film is made ahead ("touch"), or only promised because its viewer is to ask for it ("promise").

    What a person must review is made ahead, whatever the play says.
    """
    rules = doors.programme.review.rules
    query = (
        select(t.touch.c.id, t.touch.c.made, t.account.c.tier)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .where(t.touch.c.id.in_(touches))
    )
    rows = c.execute(query).all()
    if not any(row.made == "on_request" for row in rows):
        return {row.id: "touch" for row in rows}
    key = kept_secret(c, "sample", now)
    asked = {r.id for r in rows if r.made == "on_request" and not verdict(r.tier, r.id, rules, key).needs}
    return {row.id: "promise" if row.id in asked else "touch" for row in rows}


def _urgency(c: Connection, touches: Collection[str]) -> dict[str, int]:
    query = (
        select(t.touch.c.id, t.touch.c.window_to, t.account.c.tier)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .where(t.touch.c.id.in_(touches))
    )
    return {row.id: urgency(row.window_to, row.tier) for row in c.execute(query)}


def urgency(window_to: datetime, tier: int | None) -> int:
    """A film's priority: the minute at which its window closes, less the tier's head start. Lower is sooner."""
    early = window_to - HEAD_START.get(tier or 4, timedelta(0))
    return int((early - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(minutes=1))


# -- worked -----------------------------------------------------------------------------------------------------------


def work_off(doors: Doors, workshop: Workshop, ids: Collection[str]) -> None:
    """Make these films, most urgent first, until none of them waits or is in anybody's hands."""
    if not ids:
        return
    count = min(LANES if workshop.hands.apart else 1, len(ids))
    with Shelf(doors) as shelf, ThreadPoolExecutor(count, "lane") as lanes:
        for lane in [lanes.submit(_lane, doors, workshop, shelf, ids) for _ in range(count)]:
            lane.result()


def _lane(doors: Doors, workshop: Workshop, shelf: Shelf, ids: Collection[str]) -> None:
    while True:
        held = jobs.claim_next(doors.engine, workshop.holder, workshop.clock(), ids)
        if held is not None:
            make(doors, workshop, shelf, held)
        elif any(state in jobs.OPEN for state in jobs.states(doors.engine, ids).values()):
            take_from_the_dead(doors.engine, workshop.clock())
            time.sleep(LOOK_S)
        else:
            return


def outcome(engine: Engine, ids: Collection[str]) -> Mapping[str, str]:
    """State of each of these films."""
    return jobs.states(engine, ids)


def make(doors: Doors, workshop: Workshop, shelf: Shelf, held: Held) -> None:
    """Make a film that is in hand and settle it: made, refused, to be tried again, or set aside."""
    entry = held.entry
    try:
        with _alive(doors.engine, workshop, held) as mine:
            order = _order(doors, entry)
            with shelf.known(entry.as_of) as known:
                written, lost = as_edited(
                    doors, write(doors, known.tables, order, entry.as_of, heard_before(doors, order))
                )
            if entry.kind == "promise":
                made = promise(doors, mine, written, entry.at)
            else:
                made = film(doors, mine, written, known.feeds, entry.as_of, entry.at)
    except VitalreelError as e:
        if e.retry:
            _try_again(doors.engine, workshop, held, e)
        else:
            _refuse(doors.engine, workshop, held, str(e))
    except CancelledError:
        _break_off(doors.engine, workshop, held)
    except Exception as e:  # noqa: BLE001 (a poisoned film keeps no other waiting: P6)
        _try_again(doors.engine, workshop, held, e)
    except BaseException:
        _break_off(doors.engine, workshop, held)
        raise
    else:
        _settle(doors, workshop, held, made, lost)


def _order(doors: Doors, entry: Entry) -> Order:
    """What the row asks for, with the introduction that is to stand in front of its touch's film."""
    with reading(doors.engine).connect() as c:
        intro = c.execute(select(t.touch.c.intro).where(t.touch.c.id == entry.touch)).scalar_one()
    return Order(
        AccountId(entry.account), ContactId(entry.contact), entry.module, entry.play or None, entry.step or None, entry.touch, intro
    )  # fmt: skip


@contextmanager
def _alive(engine: Engine, workshop: Workshop, held: Held) -> Iterator[Workshop]:
    """The workshop with this film in hand: its progress is written to the row, with a sign of life every BEAT_S."""
    over = threading.Event()
    told = 0.0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal told
        workshop.progress(f"{held.entry.account}: {stage}", done, total)
        if done == total or time.monotonic() - told >= PROGRESS_S:
            told = time.monotonic()
            jobs.beat(engine, held, workshop.clock(), stage=stage, done=done, total=total)

    def beats() -> None:
        while not over.wait(BEAT_S):
            jobs.beat(engine, held, workshop.clock())

    beating = threading.Thread(target=beats, name="beat", daemon=True)
    beating.start()
    try:
        yield workshop.for_film(held.entry.priority, progress)
    finally:
        over.set()
        beating.join()


# -- settled ----------------------------------------------------------------------------------------------------------


def _settle(doors: Doors, workshop: Workshop, held: Held, made: Made, lost: Sequence[Edit]) -> None:
    """lost: what reviewers had changed and this film says otherwise."""
    state, clock = "made" if made.ok else "refused", workshop.clock()
    failed = next((x for x in made.checks if not x.ok), None)
    reason = f"{failed.check}: {failed.value}, limit {failed.limit} {failed.where}" if failed else ""
    with doors.engine.begin() as c:
        if failed and once_more_without(c, held, reason, clock):
            return
        anew = is_waited_for(c, held.entry.touch)
        mine = jobs.settle(c, held, state, clock, video=made.video, reason=reason, cost=cost_of(doors, workshop, made))
        if mine:
            _tell(c, held, state, made.video, reason, clock)
            if failed:
                insert_new(c, t.withheld, [_withheld(held, reason, "failed preflight")])
            for edit in lost:
                words = f"{edit.scene}, sentence {edit.line + 1}: the film says something else there by now"
                noted(c, held.entry.touch, "edit lost", words, clock)
    if anew:
        queue_reviews(doors, held.entry.at, held.entry.touch)


def _refuse(engine: Engine, workshop: Workshop, held: Held, reason: str) -> None:
    with engine.begin() as c:
        if once_more_without(c, held, reason, workshop.clock()):
            return
        if jobs.settle(c, held, "refused", workshop.clock(), reason=reason):
            _tell(c, held, "refused", None, reason, workshop.clock())
            insert_new(c, t.withheld, [_withheld(held, reason, "no film")])


def _tell(c: Connection, held: Held, state: str, video: str | None, reason: str, clock: datetime) -> None:
    """Whoever waits for the film: its touch, or the viewer who asked."""
    if held.entry.kind != "asked":
        mine = (t.touch.c.id == held.entry.touch) & (t.touch.c.state == "planned")
        c.execute(update(t.touch).where(mine).values(state=state, video=video))
    elif state == "made" and video is not None:
        lead_there(c, held, video)
    else:
        tell_csm(c, held, reason, clock)


def _withheld(held: Held, detail: str, reason: str) -> dict[str, Any]:
    entry = held.entry
    return {
        "account": entry.account, "play": entry.play, "step": entry.step, "day": entry.as_of, "reason": reason, "detail": detail,
        "at": entry.at,
    }  # fmt: skip


def _try_again(engine: Engine, workshop: Workshop, held: Held, error: Exception) -> None:
    reason = str(error) or type(error).__name__
    detail = "".join(traceback.format_exception(error)[-6:])[-4000:]
    with engine.begin() as c:
        _again_or_aside(c, held, workshop.clock(), reason, detail)


def _break_off(engine: Engine, workshop: Workshop, held: Held) -> None:
    """Whoever stops in the middle leaves the film to others, and it does not count as a try."""
    with engine.begin() as c:
        jobs.put_back(c, held, workshop.clock(), "broken off", "", counted=False)


def _again_or_aside(c: Connection, held: Held, clock: datetime, reason: str, detail: str) -> None:
    if held.attempts < TRIES:
        jobs.put_back(c, held, clock + BACK_OFF[held.attempts - 1], reason, detail)
    else:
        why = f"{reason} ({held.attempts} tries)"
        if jobs.settle(c, held, "set_aside", clock, reason=why, detail=detail) and held.entry.kind == "asked":
            tell_csm(c, held, why, clock)


def take_from_the_dead(engine: Engine, clock: datetime) -> int:
    """Films whose worker is gone wait again, or are set aside where they have killed TRIES workers; answers how many."""
    lost = jobs.without_life(engine, clock, LEASE)
    for held in lost:
        with engine.begin() as c:
            _again_or_aside(c, held, clock, "its worker ended without a word", "")
    return len(lost)


# -- by people --------------------------------------------------------------------------------------------------------


def retry(engine: Engine, job: str, clock: datetime) -> None:
    """Try a film again that was set aside, refused or dropped. Raises BadInput where it is none of these."""
    with engine.begin() as c:
        if not jobs.retry(c, job, clock):
            raise BadInput(f"film {job}", "is not one to try again", "see `vitalreel queue list --all`")
        mine = t.touch.c.id == select(t.film_job.c.touch).where(t.film_job.c.id == job).scalar_subquery()
        c.execute(update(t.touch).where(mine, t.touch.c.state == "refused").values(state="planned", video=None))


def drop(engine: Engine, job: str, reason: str, clock: datetime) -> None:
    """Take a film off the queue that waits or was set aside. Raises BadInput where it is neither."""
    with engine.begin() as c:
        if not jobs.drop(c, job, reason, clock):
            raise BadInput(f"film {job}", "neither waits nor was set aside", "see `vitalreel queue list`")


def whole_id(engine: Engine, start: str) -> str:
    """A film's id in the queue from its beginning, as long as only one begins so. Raises NotFound."""
    query = select(t.film_job.c.id).where(t.film_job.c.id.startswith(start, autoescape=True)).limit(2)
    with reading(engine).connect() as c:
        found = list(c.execute(query).scalars())
    if len(found) != 1:
        raise NotFound(
            "film in the queue",
            start,
            "several begin so; give more of the id" if found else "see `vitalreel queue list`",
        )
    return str(found[0])


def tallied(engine: Engine) -> dict[str, int]:
    """How many films are in each state."""
    return jobs.counts(engine)


def working(engine: Engine, clock: datetime) -> Sequence[Row[Any]]:
    """The workers that live."""
    return jobs.workers(engine, clock, LEASE)


def listing(engine: Engine, states: Collection[str] = SHOWN, most: int = 1000) -> list[dict[str, Any]]:
    """Rows of the queue for people: in hand, then waiting (most urgent first), then ended (newest first)."""
    with reading(engine).connect() as c:
        return [dict(r) for r in c.execute(jobs.listed(states).limit(most)).mappings()]
