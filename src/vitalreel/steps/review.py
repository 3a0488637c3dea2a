"""review: films wait for the people their tier asks for, or go on by themselves; every look is recorded (R1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, true, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.review.chain import Place, due_at
from vitalreel.review.verdict import ROLES, Verdict, verdict
from vitalreel.steps import clearance
from vitalreel.steps.corrections import confirm, overtaken
from vitalreel.steps.corrections import seen as seen_by
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.reviewers import answered, ask, ask_no_more, asked_of, note
from vitalreel.steps.signing import made_from_live, unsigned_off
from vitalreel.store import tables as t
from vitalreel.store.database import reading, upsert

OVERTAKEN = "a correction was overtaken"
"""Why somebody looks at a film that needs nobody else: its source says neither what was corrected nor what it was corrected to."""


@dataclass(frozen=True, slots=True)
class Queued:
    """What became of newly made films."""

    waiting: int
    automatic: int
    unsigned: int = 0  # held: their module is not signed off


def queue_reviews(doors: Doors, now: datetime, only: str | None = None) -> Queued:
    """Give every made touch its verdict: waiting for people, or approved by rule. Running it again changes nothing.

    only: one touch. A film whose module is not signed off as it was when the film was made is held, with the reason, until it is (R10).
    """
    rules = doors.programme.review.rules
    key = secret_key(doors.engine, "sample", now)
    waiting = automatic = unsigned = 0
    with doors.engine.begin() as c:
        query = (
            select(t.touch, t.video.c.tier, t.video.c.config, t.play_run.c.play, t.account.c.zone, t.account.c.row.label("account_row"))
            .join(t.video, t.video.c.id == t.touch.c.video)
            .join(t.play_run, t.play_run.c.id == t.touch.c.run)
            .join(t.account, t.account.c.id == t.touch.c.account)
            .where(t.touch.c.state == "made", true() if only is None else t.touch.c.id == only)
        )  # fmt: skip
        for row in [dict(r) for r in c.execute(query).mappings()]:
            if not made_from_live(c, row["module"], row["config"]):
                clearance.note(c, row, unsigned_off(row["module"]), now)
                unsigned += 1
                continue
            corrections = row["config"].get("corrections", {})
            moved = overtaken(c, corrections)
            found = verdict(row["tier"], row["id"], rules, key)
            if moved and "csm" not in found.needs:
                found = Verdict(("csm", *found.needs), OVERTAKEN)
            _queue(c, doors, row, found, now)
            confirm(c, fingerprint("review", row["id"]), corrections, now)
            for said in moved:
                note(c, fingerprint("review", row["id"]), "corrected", said, now)
            waiting += bool(found.needs)
            automatic += not found.needs
    return Queued(waiting, automatic, unsigned)


def _queue(c: Connection, doors: Doors, row: Mapping[str, Any], found: Verdict, now: datetime) -> None:
    """A film that is planned anew is reviewed anew, under the same name: what was said of the one before stays on record."""
    name, needs = fingerprint("review", row["id"]), list(found.needs)
    made = (t.touch.c.id == row["id"]) & (t.touch.c.state == "made") & (t.touch.c.video == row["video"])
    if not c.execute(update(t.touch).where(made).values(state="in_review" if needs else "approved")).rowcount:
        return  # another process was there first
    country = row["account_row"].get("country") or doors.programme.country
    place = Place(row["zone"] or doors.programme.zone, country)
    due = due_at(doors.programme.review.chain, now, row["window_to"], place)
    upsert(
        c, t.review,
        [{"id": name, "video": row["video"], "touch": row["id"], "needs": needs, "why": found.why,
          "state": "waiting" if needs else "approved", "due": due, "at": now}],
    )  # fmt: skip
    note(c, name, "queued", found.why, now)
    ask(c, doors, name, needs, now)


def lapse(c: Connection, touch: str, what: str, why: str, now: datetime) -> None:
    """The touch's review, if it has one, waits for the film that takes the place of the one seen. what: the event."""
    mine = update(t.review).where(t.review.c.touch == touch).values(state="lapsed", needs=[]).returning(t.review.c.id)
    name = c.execute(mine).scalar_one_or_none()
    if name is not None:
        note(c, name, what, why, now)
        ask_no_more(c, [name], now)


def noted(c: Connection, touch: str, what: str, why: str, now: datetime) -> None:
    """An event of the touch's review, if it has one."""
    name = fingerprint("review", touch)
    if c.execute(select(t.review.c.id).where(t.review.c.id == name)).first() is not None:
        note(c, name, what, why, now)


def approve(doors: Doors, name: str, who: str, role: str, now: datetime, seen: str = "") -> str:
    """One role's approval; answers the review's state. The film goes on when nobody is left to ask.

    seen: the film that was looked at; "" takes the word of whoever says it is the one in review. Raises NotFound, or BadInput
    where the role has nothing to say about it any more, or another film is in review by now.
    """
    with doors.engine.begin() as c:
        row = _review(c, name)
        if seen and seen != row["video"]:
            raise BadInput(
                f"review {name}", "the film was changed since it was looked at", "look at the one there is now"
            )
        if row["state"] != "waiting" or role not in row["needs"]:
            hint = f"it is {row['state']}" + (f" and waits for {', '.join(row['needs'])}" if row["needs"] else "")
            raise BadInput(f"review {name}", f"{role} has nothing to approve", hint)
        left = [n for n in row["needs"] if n != role]
        state = "waiting" if left else "approved"
        c.execute(update(t.review).where(t.review.c.id == name).values(needs=left, state=state))
        note(c, name, "approved", f"{role}, film {row['video']}", now, who)
        answered(c, name, role, now)
        if state == "approved":
            ask_no_more(c, [name], now)
            config = c.execute(select(t.video.c.config).where(t.video.c.id == row["video"])).scalar_one()
            seen_by(c, config.get("corrections", {}), who, now)
            c.execute(
                update(t.touch)
                .where(t.touch.c.id == row["touch"], t.touch.c.state == "in_review")
                .values(state="approved")
            )
    return state


def comment(doors: Doors, name: str, who: str, words: str, at_s: float | None, now: datetime) -> None:
    """A remark on a film, at a moment of it or on the whole; it decides nothing. Raises NotFound, or BadInput without words or
    for a moment the film does not have."""
    said = " ".join(words.split())
    if not said:
        raise BadInput(f"review {name}", "a comment needs words", "say what you see")
    with doors.engine.begin() as c:
        row = _review(c, name)
        length = c.execute(select(t.video.c.length_s).where(t.video.c.id == row["video"])).scalar_one()
        if at_s is not None and not 0 <= at_s <= length:
            raise BadInput(f"review {name}", f"second {at_s:g} is not in the film", f"it is {length:.1f} s long")
        note(c, name, "commented", said[:1000], now, who, at_s)


def reject(doors: Doors, name: str, who: str, reason: str, now: datetime) -> None:
    """Stop a film with a reason. Raises NotFound, or BadInput where it has been decided or no reason is given."""
    if not reason.strip():
        raise BadInput(f"review {name}", "a rejection needs a reason", "say what must change")
    with doors.engine.begin() as c:
        row = _review(c, name)
        if row["state"] != "waiting":
            raise BadInput(f"review {name}", f"it is {row['state']} already")
        c.execute(update(t.review).where(t.review.c.id == name).values(state="rejected", needs=[]))
        note(c, name, "rejected", reason, now, who)
        ask_no_more(c, [name], now)
        c.execute(
            update(t.touch).where(t.touch.c.id == row["touch"], t.touch.c.state == "in_review").values(state="rejected")
        )


def _review(c: Connection, name: str) -> Mapping[str, Any]:
    row = c.execute(select(t.review).where(t.review.c.id == name).with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound("review", name, "see `vitalreel review list`")
    return dict(row)


def items(doors: Doors, state: str | None = "waiting", person: str = "") -> list[dict[str, Any]]:
    """The queue with what a reviewer needs to choose: soonest due first, each with who is `asked` (`reviewers.asked_of`).

    person: only what waits for this person.
    """
    query = (
        select(
            t.review.c.id, t.review.c.state, t.review.c.needs, t.review.c.why, t.review.c.due, t.review.c.video, t.video.c.title,
            t.video.c.account, t.account.c.name.label("account_name"), t.video.c.module, t.video.c.tier, t.video.c.length_s,
            t.review.c.touch, t.touch.c.window_from, t.touch.c.window_to,
        )
        .join(t.video, t.video.c.id == t.review.c.video)
        .join(t.touch, t.touch.c.id == t.review.c.touch)
        .join(t.account, t.account.c.id == t.video.c.account)
        .order_by(t.review.c.due, t.review.c.id)
    )  # fmt: skip
    query = query.where(t.review.c.state == state) if state else query
    with reading(doors.engine).connect() as c:
        asked = asked_of(c, doors)
        found = [{**r, "asked": asked.get(r["id"], [])} for r in c.execute(query).mappings()]
    return [
        i for i in found if not person or any(a["person"] == person and a["role"] in i["needs"] for a in i["asked"])
    ]


def check_role(role: str) -> str:
    """A reviewer's role. Raises BadInput."""
    if role not in ROLES:
        raise BadInput("--as", f"{role!r} is no reviewer's role", f"use {' or '.join(ROLES)}")
    return role
