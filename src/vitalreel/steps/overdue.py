"""overdue: films whose window has passed before they left are planned anew, given to a person, or let go, all at once (R3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.owners import Owners, csm_of, task_row
from vitalreel.steps.reviewers import ask_no_more
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.jobs import again, let_go
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.matrix import Play
from vitalreel.triggers.overdue import Anew, Fate, ForPerson, Late, LetGo, judge
from vitalreel.triggers.stopping import in_words
from vitalreel.triggers.tasking import CSM
from vitalreel.triggers.version import read_kept

WAITING = ("planned", "made", "in_review", "approved")
"""States of a touch that may still leave."""
MISSED = "window missed"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Overdue:
    """What became of the films that were too late."""

    anew: int = 0
    for_people: int = 0
    let_go: int = 0


def settle_late(doors: Doors, day: date, now: datetime) -> Overdue:
    """Every touch that did not leave within its window, in one transaction of few statements; running it again changes nothing.

    One that is queued for sending is left to its sender, one whose film is in somebody's hands to the next turn.
    """
    with doors.engine.begin() as c:
        c.execute(_reviews(now))  # who decides about a film locks its review first: here too
        rows = [dict(r) for r in c.execute(_late(now)).mappings()]
        plays = {r["config"]: read_kept(r["definition"]) for r in rows if r["definition"]}
        most = doors.programme.sending.replans
        fates = [judge(_seen(doors, r, plays.get(r["config"])), day, now, most) for r in rows]
        return _settle(c, doors, list(zip(rows, fates, strict=True)), day, now)


def to_person(c: Connection, doors: Doors, touch: Row, day: date, now: datetime) -> None:
    """A task in the place of one film, found too late as it was about to leave. touch: a row of `clearance.touches`."""
    insert_new(c, t.task, [_task(doors, Owners(c, doors), touch, csm_of(c, touch["account"]), day, now)])


def _late(now: datetime) -> Select[Any]:
    mine = (t.episode.c.account == t.touch.c.account) & (t.episode.c.play == t.play_run.c.play)
    busy = select(t.film_job.c.touch).where(t.film_job.c.state == "working")
    return (
        select(
            t.touch, t.play_run.c.play, t.play_run.c.opened_on, t.play_run.c.ended, t.play_run.c.because,
            t.play_run.c.config,
            t.play_run.c.state.label("run_state"), t.play_version.c.definition,
            t.episode.c.state.label("episode"), t.episode.c.opened_on.label("episode_opened"),
            t.account.c.name.label("account_name"), t.account.c.zone, t.account.c.csm,
            t.account.c.row.label("account_row"), t.review.c.id.label("review"),
        )
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .outerjoin(t.play_version, t.play_version.c.config == t.play_run.c.config)
        .outerjoin(t.episode, mine)
        .outerjoin(t.review, t.review.c.touch == t.touch.c.id)
        .outerjoin(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .where(t.touch.c.state.in_(WAITING), t.touch.c.window_to <= now, t.outbox.c.key.is_(None), t.touch.c.id.not_in(busy))
        .order_by(t.touch.c.id)
        .with_for_update(of=t.touch)
    )  # fmt: skip


def _reviews(now: datetime) -> Select[Any]:
    late = select(t.touch.c.id).where(t.touch.c.state == "in_review", t.touch.c.window_to <= now)
    return select(t.review.c.id).where(t.review.c.touch.in_(late)).order_by(t.review.c.id).with_for_update()


def _seen(doors: Doors, row: Row, play: Play | None) -> Late:
    return Late(
        play=play,
        step=row["step"],
        opened_on=row["opened_on"],
        ended=in_words(row["ended"] or "stopped", row["because"]) if row["run_state"] == "stopped" else "",
        open=row["episode"] == "open" and row["episode_opened"] == row["opened_on"],
        replans=row["replans"],
        zone=row["zone"] or doors.programme.zone,
        country=row["account_row"].get("country") or doors.programme.country,
    )


def _settle(c: Connection, doors: Doors, found: Sequence[tuple[Row, Fate]], day: date, now: datetime) -> Overdue:
    anew = [(r, f) for r, f in found if isinstance(f, Anew)]
    over = [(r, f) for r, f in found if not isinstance(f, Anew)]
    handed = [r for r, f in over if isinstance(f, ForPerson)]
    reviews = [r["review"] for r, _ in found if r["review"] is not None]
    if anew:
        _plan_again(c, anew, day)
        again(c, [r["id"] for r, _ in anew], day, now)
    if over:
        c.execute(update(t.touch).where(t.touch.c.id == bindparam("touch_id")).values(state="missed"),
                  [{"touch_id": r["id"]} for r, _ in over])  # fmt: skip
        let_go(c, [r["id"] for r, _ in over], MISSED, now)
    if reviews:
        lapse = update(t.review).where(t.review.c.id == bindparam("r")).values(state="lapsed", needs=[])
        c.execute(lapse, [{"r": r} for r in reviews])
        c.execute(t.review_event.insert(), [
            {"review": r, "who": "vitalreel", "what": "lapsed", "detail": MISSED, "at": now} for r in reviews
        ])  # fmt: skip
        ask_no_more(c, reviews, now)
    if handed:
        owners = Owners(c, doors)
        insert_new(c, t.task, [_task(doors, owners, r, r["csm"], day, now) for r in handed])
    insert_new(c, t.withheld, [_silence(r, f, day, now) for r, f in found])
    return Overdue(len(anew), len(handed), len(over) - len(handed))


def _plan_again(c: Connection, anew: Sequence[tuple[Row, Anew]], day: date) -> None:
    values: dict[str, Any] = {
        "state": "planned", "video": None, "as_of": day, "refreshed": None, "replans": t.touch.c.replans + 1,
        "window_from": bindparam("start"), "window_to": bindparam("end"),
    }  # fmt: skip
    rows = [{"touch_id": r["id"], "start": f.start, "end": f.end} for r, f in anew]
    c.execute(update(t.touch).where(t.touch.c.id == bindparam("touch_id")).values(values), rows)


def _silence(row: Row, fate: Fate, day: date, now: datetime) -> dict[str, Any]:
    had = f"it had to land before {row['window_to']:%Y-%m-%d %H:%M} UTC"
    then = {
        Anew: lambda f: f"planned anew, to land before {f.end:%Y-%m-%d %H:%M} UTC",
        ForPerson: lambda f: f"given to a person, for {f.why}",
        LetGo: lambda f: f"let go, for {f.why}",
    }[type(fate)](fate)
    return {
        "account": row["account"], "play": row["play"], "step": row["step"], "day": day, "reason": MISSED, "detail": f"{had}; {then}",
        "at": now,
    }  # fmt: skip


def _task(doors: Doors, owners: Owners, row: Row, csm: str | None, day: date, now: datetime) -> dict[str, Any]:
    country = row["account_row"].get("country") or doors.programme.country
    play, by = row["play"].replace("_", " "), row["window_to"]
    title = f"Reach {row['account_name']} yourself: the film of {play} could not land by {by:%-d %B}"
    due = add_business_days(day, doors.programme.sending.late_task_days, country)
    return task_row(
        fingerprint(row["run"], row["step"], "late"), row["run"], f"{row['step']}: late", row["account"], owners.of(CSM, csm), title,
        due, now,
    )  # fmt: skip
