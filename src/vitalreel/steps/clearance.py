"""Asks the decision service about one touch at this moment, from what is true in the sending transaction (R8 P1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, text

from vitalreel.identity import AccountId, ContactId
from vitalreel.steps.decide import rules_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.people import person_of
from vitalreel.steps.signing import made_from_live, unsigned_off
from vitalreel.steps.sponsors import confirmed
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import Programme
from vitalreel.triggers.guards import PERSON_FIRST, Ask, Moment, Person, Rules, Spoken, Standing, reach
from vitalreel.triggers.holdout import PROGRAMME
from vitalreel.triggers.lead import days_there, due_again
from vitalreel.triggers.stopping import in_words
from vitalreel.triggers.window import NotNow, zone_of

OVER = ("window missed", "unsubscribed", "kind declined", "run ended", "holdout")
"""Reasons after which a touch is never tried again."""
CLOCK = ("rate limit", "quiet hours", "not a business day", "window not open yet")
"""Reasons that only say when: the touch still leaves within its window."""
Row = Mapping[str, Any]


def touches() -> Select[Any]:
    """Touches with all that is asked of them before they may reach anybody."""
    return (
        select(t.touch, t.play_run.c.play, t.play_run.c.state.label("run_state"), t.play_run.c.ended, t.play_run.c.because,
               t.play_version.c.definition,
               t.account.c.name.label("account_name"), t.account.c.segment, t.account.c.tier, t.account.c.flags, t.account.c.zone,
               t.account.c.row.label("account_row"), t.contact.c.name.label("contact_name"), t.contact.c.role,
               t.contact.c.row.label("contact_row"), t.contact.c.email, t.contact.c.active)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .outerjoin(t.play_version, t.play_version.c.config == t.play_run.c.config)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .join(t.contact, t.contact.c.id == t.touch.c.contact)
    )  # fmt: skip


def queue_up(c: Connection, account: str, contact: str) -> None:
    """Whatever speaks to a person, or hears from them, goes through here one after the other (on SQLite all writers do).

    Always account first, then contact: two that wait for each other would wait for ever.
    """
    for table, key in ((t.account, account), (t.contact, contact)):
        c.execute(select(table.c.id).where(table.c.id == key).with_for_update())


def hold_stops(c: Connection) -> None:
    """The kill switch stays as it is until this transaction ends: who throws it waits. On SQLite all writers wait as it is."""
    if c.dialect.name == "postgresql":
        c.execute(
            text("LOCK TABLE stop IN SHARE MODE")
        )  # many may hold it; inserting, changing and deleting wait for all


def cleared(c: Connection, doors: Doors, touch: Row, moment: Moment, now: datetime, channel: str = "") -> NotNow | None:
    """Why the touch must not reach its person now, or None. touch: a row of `touches`. channel: by which; "" is its first."""
    if moment == "send" and touch["state"] == "stopped":
        return NotNow("run ended", detail="the film was let go")
    if moment in ("send", "beside") and not _signed(c, touch):
        return unsigned_off(touch["module"])
    if moment in ("send", "beside") and not _as_approved(c, touch):
        return NotNow(
            "changed since approval", detail="the film is not the one that was approved; it is looked at again"
        )
    ask = _ask(c, doors, touch, channel or touch["channels"][0])
    rules = _rules(c, doors, touch["account"])
    return reach(moment, ask, _standing(c, doors, touch, ask, rules, now), rules, now)


def _signed(c: Connection, touch: Row) -> bool:
    """Whether the film's module is signed off as it was when the film was made; one that is not made yet has nothing to show."""
    config = c.execute(select(t.video.c.config).where(t.video.c.id == touch["video"])).scalar_one_or_none()
    return config is None or made_from_live(c, touch["module"], config)


def _as_approved(c: Connection, touch: Row) -> bool:
    """Whether the film is the one its reviewers approved (R2). One that nobody had to look at may have been made when it was asked for."""
    query = select(t.review.c.video, t.review.c.why, t.review.c.state).where(t.review.c.touch == touch["id"])
    seen = c.execute(query).one_or_none()
    return seen is None or seen.why == "automatic" or (seen.video == touch["video"] and seen.state != "lapsed")


def older_than_its_window(programme: Programme, touch: Row, made: datetime, now: datetime) -> bool:
    """Whether the figures of a touch's film, made at `made`, are to be taken anew before it may land."""
    zone, country = touch["zone"] or programme.zone, touch["account_row"].get("country") or programme.country
    first, today = days_there(touch["window_from"], now, zone)
    made_on = days_there(made, made, zone)[1]
    return touch["refreshed"] is None and due_again(first, made_on, today, programme.lead, country)


def note(c: Connection, touch: Row, no: NotNow, now: datetime) -> None:
    """Keep why a touch did not leave today. That it waits for the morning or for its window is no reason worth keeping."""
    if no.reason in CLOCK:
        return
    row = {
        "account": touch["account"], "play": touch["play"], "step": touch["step"], "day": now.date(), "reason": no.reason,
        "detail": no.detail or no.reason, "at": now,
    }  # fmt: skip
    insert_new(c, t.withheld, [row])


def _ask(c: Connection, doors: Doors, touch: Row, channel: str) -> Ask:
    defined = touch["definition"] or {}
    critical = bool(defined.get("critical"))
    arms = select(t.assignment.c.play).where(
        t.assignment.c.account == touch["account"],
        t.assignment.c.play.in_((PROGRAMME, touch["play"])),
        t.assignment.c.arm == "held_out",
    )
    held = c.execute(arms.order_by(t.assignment.c.play)).scalars().first()
    first = select(t.task.c.state).where(t.task.c.run == touch["run"], t.task.c.step == PERSON_FIRST)
    told = c.execute(first).scalar_one_or_none()
    return Ask(
        play=touch["play"],
        category=defined.get("category", ""),
        module=touch["module"],
        channels=(channel,),
        person=_person(c, doors, touch),
        critical=critical,
        window=(touch["window_from"], touch["window_to"]),
        ended=in_words(touch["ended"] or "stopped", touch["because"]) if touch["run_state"] == "stopped" else "",
        held_by="" if held is None else ("programme holdout" if held == PROGRAMME else f"holdout of {held}"),
        person_first=told == "open",
        helped=told == "done",
    )


def _person(c: Connection, doors: Doors, touch: Row) -> Person:
    contact = {"id": touch["contact"], "name": touch["contact_name"], "row": touch["contact_row"]}
    return person_of(c, {**contact, **{key: touch[key] for key in ("role", "email", "active")}}, doors.programme.kinds)


def _standing(c: Connection, doors: Doors, touch: Row, ask: Ask, rules: Rules, now: datetime) -> Standing:
    since = now - rules.look_back
    sent = t.outbox.c.state.in_(("ready", "sending", "sent", "unknown")) & (t.outbox.c.changed > since)
    messages = (
        select(t.outbox.c.touch, t.outbox.c.contact, t.outbox.c.state, t.outbox.c.changed, t.touch.c.module)
        .join(t.touch, t.touch.c.id == t.outbox.c.touch)
        .where(t.outbox.c.account == touch["account"], sent)
    )
    spoken = [  # one that is ready may leave at any moment
        Spoken(ContactId(r.contact), now if r.state == "ready" else r.changed, r.module)
        for r in c.execute(messages)
        if r.touch != touch["id"]
    ]
    running = select(t.play_run.c.play).where(t.play_run.c.account == touch["account"], t.play_run.c.state == "running")
    zone = touch["zone"] or doors.programme.zone
    for one in (zone, ask.person.zone if ask.person else None):
        zone_of(one or zone)
    return Standing(
        account=AccountId(touch["account"]),
        name=touch["account_name"],
        segment=touch["segment"] or "long_tail",
        tier=touch["tier"] or 4,
        scored=True,
        people=(ask.person,) if ask.person else (),
        running=tuple(c.execute(running).scalars()),
        spoken=tuple(spoken),
        stops={(r.scope, r.name): r.who for r in c.execute(select(t.stop))},
        flags=touch["flags"] or {},
        zone=zone,
        country=touch["account_row"].get("country") or doors.programme.country,
        sponsor=confirmed(c, [touch["account"]]).get(touch["account"]) if doors.programme.guards.confirmed else None,
    )


def _rules(c: Connection, doors: Doors, account: str) -> Rules:
    """The programme's rules, with the categories of the plays that run at the account."""
    running = (
        select(t.play_run.c.play, t.play_version.c.definition)
        .join(t.play_version, t.play_version.c.config == t.play_run.c.config)
        .where(t.play_run.c.account == account, t.play_run.c.state == "running")
    )
    categories = {r.play: r.definition.get("category", "") for r in c.execute(running)}
    return rules_of(doors.programme, categories)
