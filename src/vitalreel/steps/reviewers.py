"""reviewers: people are asked to look at films, reminded, and spared by their deputies, all of it on record (R1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.review.chain import OPERATIONS, Asked, Chain, Place, act, deputy, reviewer
from vitalreel.steps.doors import Doors
from vitalreel.steps.ours import alerting_of, ours
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.alerts import REVIEW_WAITS, Reached
from vitalreel.triggers.window import zone_of

WHAT = {"csm": "its content", "production": "its pictures and sound"}
"""What each role looks at."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chased:
    """What was done about people who have not answered."""

    reminded: int = 0
    reassigned: int = 0


# -- asked --------------------------------------------------------------------------------------------------------------


def ask(c: Connection, doors: Doors, review: str, needs: Sequence[str], now: datetime, afresh: bool = True) -> None:
    """Ask whoever must look. afresh: the review begins; else those who have not answered yet are asked already."""
    if afresh:
        c.execute(delete(t.review_ask).where(t.review_ask.c.review == review))
    row = _waiting(c, review) if needs else None
    if row is None:
        return
    known = ours(c, alerting_of(doors))
    open_ = {r.role: r for r in c.execute(select(t.review_ask).where(t.review_ask.c.review == review))}
    for role in needs:
        before = open_.get(role)
        if before is not None and before.answered is None:
            continue
        person = before.person if before is not None else reviewer(_chain(doors), role, row["csm"], known)
        c.execute(delete(t.review_ask).where(t.review_ask.c.review == review, t.review_ask.c.role == role))
        insert_new(c, t.review_ask, [_ask(review, role, person, before is not None and before.deputy, now)])
        note(c, review, "asked", f"{known[person].name}, to check {WHAT[role]}", now)
        title = f"“{row['title']}” for {row['account_name']} waits for you"
        _tell(c, doors, row, role, known[person], title, _chain(doors).asked, now)


def _ask(review: str, role: str, person: str, in_place: bool, now: datetime) -> dict[str, Any]:
    return {"review": review, "role": role, "person": person, "deputy": in_place, "since": now}


def answered(c: Connection, review: str, role: str, now: datetime) -> None:
    """Somebody approved in this role; whoever was asked is reminded no more."""
    mine = (t.review_ask.c.review == review) & (t.review_ask.c.role == role)
    c.execute(update(t.review_ask).where(mine).values(answered=now))
    _close(c, [f"{review}:{role}"], now)


def ask_no_more(c: Connection, reviews: Iterable[str], now: datetime) -> None:
    """These reviews are decided or have lapsed: nobody is asked any more, and who was not told yet is not."""
    _close(c, [f"{review}:{role}" for review in reviews for role in WHAT], now)


def _close(c: Connection, about: Sequence[str], now: datetime) -> None:
    mine = (t.alert.c.alert == REVIEW_WAITS) & (t.alert.c.about == bindparam("a")) & t.alert.c.closed_on.is_(None)
    closed = update(t.alert).where(mine).values(closed_on=now.date(), notice=func.coalesce(t.alert.c.notice, ""))
    if about:
        c.execute(closed, [{"a": a} for a in about])


# -- chased -------------------------------------------------------------------------------------------------------------


def chase(doors: Doors, now: datetime) -> Chased:
    """Remind whoever has not answered at the times of `review.remind`, then ask their deputy; running it again changes nothing."""
    counts = {"remind": 0, "reassign": 0}
    with doors.engine.begin() as c:
        rows = [dict(r) for r in c.execute(_asked()).mappings()]
        known = ours(c, alerting_of(doors)) if rows else {}
        for row in rows:
            place = Place(
                row["zone"] or doors.programme.zone, row["account_row"].get("country") or doors.programme.country
            )
            other = deputy(_chain(doors), row["role"], row["person"], row["csm"], known)
            asked = Asked(row["since"], row["reminded"], row["deputy"])
            what = act(_chain(doors), asked, row["due"], row["window_to"], place, other is not None, now)
            if what == "reassign" and other is not None:
                why = f"{_name(known, row['person'])} has not answered"
                _pass_on(c, doors, row, known, other, "vitalreel", why, now)
            elif what == "remind":
                _remind(c, doors, row, known, now)
            if what is not None:
                counts[what] += 1
    return Chased(counts["remind"], counts["reassign"])


def reassign(doors: Doors, review: str, role: str, to: str, who: str, reason: str, now: datetime) -> None:
    """Somebody else is asked in this role, by a person's decision. to: a person's id.

    Raises NotFound for a review or a person that is not there, BadInput where nobody is asked in the role or no reason is given.
    """
    if not reason.strip():
        raise BadInput(f"review {review}", "passing it on needs a reason", "say why somebody else looks at it")
    with doors.engine.begin() as c:
        known = ours(c, alerting_of(doors))
        if to not in known:
            raise NotFound("person", to, f"there are {', '.join(sorted(known))}")
        row = c.execute(_asked().where(t.review.c.id == review, t.review_ask.c.role == role)).mappings().one_or_none()
        if row is None:
            raise BadInput(f"review {review}", f"nobody is asked as {role}", "see `vitalreel review list`")
        if row["person"] == to:
            raise BadInput(f"review {review}", f"{known[to].name} is asked already", "name somebody else")
        _pass_on(c, doors, dict(row), known, to, who, " ".join(reason.split())[:400], now)


def _remind(c: Connection, doors: Doors, row: Row, known: Mapping[str, Reached], now: datetime) -> None:
    mine = (t.review_ask.c.review == row["review"]) & (t.review_ask.c.role == row["role"])
    c.execute(update(t.review_ask).where(mine).values(reminded=now))
    person = known.get(row["person"], known[OPERATIONS])
    note(c, row["review"], "reminded", f"{person.name}, to check {WHAT[row['role']]}", now)
    title = f"“{row['title']}” for {row['account_name']} still waits for you"
    _tell(c, doors, row, row["role"], person, title, "at once", now)


def _pass_on(
    c: Connection, doors: Doors, row: Row, known: Mapping[str, Reached], to: str, who: str, why: str, now: datetime
) -> None:
    """Ask `to` in the place of whoever was asked; who is spared is told no more."""
    mine = (t.review_ask.c.review == row["review"]) & (t.review_ask.c.role == row["role"])
    c.execute(update(t.review_ask).where(mine).values(person=to, deputy=True, since=now, reminded=None))
    before = _name(known, row["person"])
    note(c, row["review"], "reassigned", f"{WHAT[row['role']]}: {before} to {known[to].name}; {why}", now, who)
    _close(c, [f"{row['review']}:{row['role']}"], now)
    title = f"“{row['title']}” for {row['account_name']} waits for you in the place of {before}"
    _tell(c, doors, row, row["role"], known[to], title, "at once", now)


def _name(known: Mapping[str, Reached], person: str) -> str:
    return known[person].name if person in known else person


def _chain(doors: Doors) -> Chain:
    return doors.programme.review.chain


# -- told and kept ------------------------------------------------------------------------------------------------------


def _tell(
    c: Connection, doors: Doors, row: Row, role: str, person: Reached, title: str, how: str, now: datetime
) -> None:
    """News for one person. Its message goes out in their hours (`steps.notices`)."""
    zone = person.zone or doors.programme.zone
    due, first, last = (_moment(row[k], zone) for k in ("due", "window_from", "window_to"))
    detail = (
        f"Check {WHAT[role]}. Decide by {due}. It may land from {first} and must have landed before {last} ({zone})."
    )
    about = f"{row['id']}:{role}"
    insert_new(c, t.alert, [
        {"id": fingerprint("alert", REVIEW_WAITS, about, person.key, title, now), "alert": REVIEW_WAITS, "about": about,
         "account": row["account"], "person": person.key, "how": how, "title": title, "detail": detail, "opened_on": now.date(),
         "closed_on": None, "told": True, "notice": None, "at": now},
    ])  # fmt: skip


def _moment(at: datetime, zone: str) -> str:
    here = at.astimezone(zone_of(zone))
    return f"{here:%A} {here.day} {here:%B %H:%M}"


def note(
    c: Connection, review: str, what: str, detail: str, now: datetime, who: str = "vitalreel", at_s: float | None = None
) -> None:
    """Keep what happened to a review: who, what, when. at_s: the moment of the film it speaks of."""
    c.execute(t.review_event.insert().values(review=review, who=who, what=what, detail=detail, at=now, at_s=at_s))


def _about() -> Select[Any]:
    """Reviews that wait, with what is said of them."""
    return (
        select(t.review.c.id, t.review.c.due, t.video.c.title, t.video.c.account, t.account.c.name.label("account_name"),
               t.account.c.csm, t.account.c.zone, t.account.c.row.label("account_row"), t.touch.c.window_from, t.touch.c.window_to)
        .join(t.video, t.video.c.id == t.review.c.video)
        .join(t.touch, t.touch.c.id == t.review.c.touch)
        .join(t.account, t.account.c.id == t.video.c.account)
        .where(t.review.c.state == "waiting")
    )  # fmt: skip


def _waiting(c: Connection, review: str) -> Row | None:
    row = c.execute(_about().where(t.review.c.id == review)).mappings().one_or_none()
    return None if row is None else dict(row)


def _asked() -> Select[Any]:
    """Who is asked and has not answered. Reviews are locked, as by whoever decides about them."""
    columns = ("review", "role", "person", "deputy", "since", "reminded")
    return (
        _about()
        .add_columns(*(t.review_ask.c[name] for name in columns))
        .join(t.review_ask, t.review_ask.c.review == t.review.c.id)
        .where(t.review_ask.c.answered.is_(None))
        .order_by(t.review.c.id, t.review_ask.c.role)
        .with_for_update(of=t.review)
    )


def asked_of(c: Connection, doors: Doors) -> dict[str, list[dict[str, Any]]]:
    """review -> who is asked: role, person, name, since, reminded, deputy, answered; in the order of roles."""
    known = ours(c, alerting_of(doors))
    found: dict[str, list[dict[str, Any]]] = {}
    for r in c.execute(select(t.review_ask).order_by(t.review_ask.c.review, t.review_ask.c.role)).mappings():
        found.setdefault(r["review"], []).append({**r, "name": _name(known, r["person"])})
    return found


def everybody(doors: Doors) -> dict[str, str]:
    """Who may be asked: id -> name, in order of names."""
    with reading(doors.engine).connect() as c:
        known = ours(c, alerting_of(doors))
    return {key: one.name for key, one in sorted(known.items(), key=lambda item: item[1].name)}
