"""sponsor_signs: everything on record that speaks for another executive sponsor at an account, each piece with where it stands (H20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
from ibis import _
from sqlalchemy import Connection, select

from vitalreel.signals.days import local_days, number
from vitalreel.signals.succession import Sign, Sponsoring, bounced, unusual
from vitalreel.signals.tables import day_number, day_of
from vitalreel.store import tables as t
from vitalreel.store.lake import LakeSession

SPONSOR = "sponsor"
OURS = "vitalreel"
"""Source of rows that a confirmation wrote."""
Known = Mapping[str, Any]
Row = Mapping[str, Any]


def found(c: Connection, session: LakeSession, known: Known, rules: Sponsoring, day: date) -> list[Sign]:
    """All signs of the last `within` days, as known at the end of `day`. known: canonical tables of that day."""
    people = People(c)
    since = day - timedelta(days=rules.within_days)
    signs = [
        *_from_crm(known, people, since, day),
        *_named(known, people, since, day),
        *_silent(known, people, rules, day),
    ]
    if "contact" in session.names:
        signs += _roles(session, since, day)
    signs += [*_bounces(c, people, since, day), *_views(c, session, people, since, day)]
    return [s for s in signs if since <= s.day <= day]


class People:
    """Contacts as last known, fetched as they are asked for: signs name few of them."""

    def __init__(self, c: Connection) -> None:
        self._c = c
        self._kept: dict[str, Row | None] = {}

    def get(self, contact: str | None) -> Row | None:
        """None where nobody is meant, or nobody known."""
        if not contact:
            return None
        if contact not in self._kept:
            row = self._c.execute(select(t.contact).where(t.contact.c.id == contact)).mappings().one_or_none()
            self._kept[contact] = None if row is None else dict(row)
        return self._kept[contact]

    def of(self, account: str) -> list[Row]:
        mine = (t.contact.c.account == account) & t.contact.c.merged_into.is_(None)
        return [dict(r) for r in self._c.execute(select(t.contact).where(mine).order_by(t.contact.c.id)).mappings()]

    def sponsors(self) -> dict[str, tuple[str, str]]:
        """Active sponsors: id -> (account, name)."""
        mine = (t.contact.c.role == SPONSOR) & t.contact.c.active & t.contact.c.merged_into.is_(None)
        rows = self._c.execute(select(t.contact.c.id, t.contact.c.account, t.contact.c.name).where(mine))
        return {r.id: (r.account, r.name) for r in rows}


def _who(people: People, contact: str | None) -> str:
    person = people.get(contact)
    return str(person["name"]) if person is not None else "somebody"


# -- what the CRM says ----------------------------------------------------------------------------------------------------


def _from_crm(known: Known, people: People, since: date, day: date) -> Iterator[Sign]:
    if "sponsor_change" not in known:
        return
    rows = known["sponsor_change"]
    mine = rows.filter((rows.source != OURS) & (rows.day >= since) & (rows.day <= day)).to_pyarrow().to_pylist()
    for r in mine:
        left, new = r["left_contact"] or "", r["new_contact"] or ""
        words = f"The CRM records that {_who(people, left)} left" + (f" and {_who(people, new)} follows" if new else "")
        yield Sign(r["account_id"], "crm", left, new, r["day"], f"{r['location']}:{r['line']}", words)


def _roles(session: LakeSession, since: date, day: date) -> Iterator[Sign]:
    """Contacts whose row became another: who was sponsor and left or is one no more, and who became one."""
    versions = session.versions("contact")
    rows = versions.filter((versions.known_on <= day) & (versions.source != OURS))
    one_by_one = ibis.window(group_by="contact_id", order_by=["known_on", "learnt", "line"])
    rows = rows.mutate(before=_.role.lag().over(one_by_one), there=_.active.fill_null(True))
    rows = rows.mutate(was=_.there.lag().over(one_by_one), first=_.role.first().over(one_by_one))
    moved = rows.filter((_.known_on >= since) & ((_.role == SPONSOR) | (_.before == SPONSOR)))
    for r in moved.order_by(["learnt", "contact_id"]).to_pyarrow().to_pylist():
        place, account, who = f"{r['location']}:{r['line']}", r["account_id"], r["contact_id"]
        gone_on = r["left_on"] if r["left_on"] and since <= r["left_on"] <= day else r["known_on"]
        if not r["there"] and (r["was"] or (r["was"] is None and r["left_on"])):
            yield Sign(account, "left", who, "", gone_on, place, f"The CRM says that {r['name']}, the sponsor, left")
        elif r["before"] == SPONSOR and r["role"] != SPONSOR:
            words = f"{r['name']} is {r['role'] or 'nothing'} now, and was sponsor"
            yield Sign(account, "role", who, "", r["known_on"], place, words)
        elif r["role"] == SPONSOR and r["before"] not in (None, SPONSOR):
            words = f"{r['name']} is sponsor now, and was {r['before']}"
            yield Sign(account, "role", "", who, r["known_on"], place, words)


# -- what was said ----------------------------------------------------------------------------------------------------------


def _named(known: Known, people: People, since: date, day: date) -> Iterator[Sign]:
    """Sentences of calls and mails that speak of somebody leaving, or of who follows."""
    if "remark" not in known:
        return
    rows = local_days(known["remark"], known.get("account"), day="at").filter(_.kind == "succession")
    mine = rows.filter((_.day >= day_number(since)) & (_.day <= day_number(day))).to_pyarrow().to_pylist()
    for r in mine:
        speaker = people.get(r["contact_id"])
        gone = r["contact_id"] if speaker and speaker["role"] == SPONSOR and _of_oneself(r["sentence"]) else ""
        words = f"“{r['sentence'][:200]}”" + (f", said {r['speaker']}" if r["speaker"] else "")
        yield Sign(r["account_id"], "named", gone, _named_person(r, people), day_of(int(r["day"])),
                   f"conversation {r['conversation_id']}", words)  # fmt: skip


def _of_oneself(sentence: str) -> bool:
    words = sentence.lower().replace("’", "'").split()
    return any(w.strip(".,") in ("i", "i'm", "i'll", "my", "me") for w in words)


def _named_person(row: Row, people: People) -> str:
    """The one contact of the account whose whole name stands in the sentence, other than whoever says it."""
    said = row["sentence"].casefold()
    others = (p for p in people.of(row["account_id"]) if p["id"] != row["contact_id"])
    there = [str(p["id"]) for p in others if str(p["name"]).casefold() in said]
    return there[0] if len(there) == 1 else ""


def _bounces(c: Connection, people: People, since: date, day: date) -> Iterator[Sign]:
    query = select(t.outbox).where(t.outbox.c.state == "failed", t.outbox.c.channel == "email").order_by(t.outbox.c.key)
    for r in c.execute(query).mappings():
        person = people.get(r["contact"])
        if person is not None and person["role"] == SPONSOR and bounced(r["receipt"]):
            words = f"Mail to {person['name']} comes back: {r['receipt'][:120]}"
            yield Sign(r["account"], "bounce", r["contact"], "", r["changed"].date(), f"outbox {r['key']}", words)


# -- who watched ------------------------------------------------------------------------------------------------------------


def _views(c: Connection, session: LakeSession, people: People, since: date, day: date) -> Iterator[Sign]:
    """The sponsor's film watched by another, and films watched by executives who are new."""
    query = (
        select(t.view.c.id, t.view.c.account, t.view.c.contact, t.view.c.started, t.link.c.contact.label("owner"), t.video.c.title)
        .join(t.link, t.link.c.id == t.view.c.link)
        .join(t.video, t.video.c.id == t.view.c.video)
        .where(t.view.c.counts, t.view.c.started >= datetime.combine(since, datetime.min.time(), tzinfo=UTC))
        .order_by(t.view.c.started, t.view.c.id)
    )  # fmt: skip
    rows = [dict(r) for r in c.execute(query).mappings()]
    new = _first_known(session, day) if rows else {}
    for r in rows:
        owner, viewer, on = people.get(r["owner"]), people.get(r["contact"]), r["started"].date()
        if not r["contact"] and owner is not None and owner["role"] == SPONSOR:
            words = f"“{r['title']}”, sent to {owner['name']}, was watched by somebody else"
            yield Sign(r["account"], "forwarded", r["owner"], "", on, f"view {r['id']}", words)
        elif viewer is not None and _executive(viewer) and new.get(r["contact"], date.min) >= since:
            title = viewer["row"].get("title") or "an executive"
            words = f"{viewer['name']}, {title}, known since {new[r['contact']]}, watched “{r['title']}”"
            yield Sign(r["account"], "watched", "", r["contact"], on, f"view {r['id']}", words)


def _executive(person: Row) -> bool:
    return bool(person["row"].get("seniority") == "executive" and person["role"] != SPONSOR)


def _first_known(session: LakeSession, day: date) -> dict[str, date]:
    """contact -> the day on which they were first known."""
    if "contact" not in session.names:
        return {}
    rows = session.versions("contact")
    first = rows.filter(rows.known_on <= day).group_by("contact_id").aggregate(first=_.known_on.min())
    return {r["contact_id"]: r["first"] for r in first.to_pyarrow().to_pylist()}


# -- who is silent ----------------------------------------------------------------------------------------------------------


def _silent(known: Known, people: People, rules: Sponsoring, day: date) -> Iterator[Sign]:
    """Sponsors of whom nothing was heard for longer than their own habits explain: views, mails, events, calls and surveys."""
    heard = _heard(known)
    sponsors = people.sponsors() if heard is not None else {}
    if heard is None or not sponsors:
        return
    year = heard.filter((_.day > day_number(day) - 365) & (_.day <= day_number(day))).distinct()
    one_by_one = ibis.window(group_by="contact", order_by="day")
    habits = (
        year.mutate(gap=_.day - _.day.lag().over(one_by_one))
        .group_by("contact")
        .aggregate(heard=_.count(), first=_.day.min(), last=_.day.max(), longest=_.gap.max().fill_null(0))
    )
    for r in habits.filter(_.heard >= rules.least).order_by("contact").to_pyarrow().to_pylist():
        person, silent = sponsors.get(r["contact"]), day_number(day) - r["last"]
        if person is not None and unusual(r["heard"], r["last"] - r["first"], r["longest"], silent, rules):
            words = (
                f"Nothing was heard of {person[1]} for {silent} days; before, never for more than {r['longest']} "
                f"({r['heard']} days with a sign of them in {r['last'] - r['first'] + 1})"
            )
            yield Sign(person[0], "silent", r["contact"], "", day, f"last heard of on {day_of(int(r['last']))}", words)


def _heard(known: Known) -> Any:
    """(contact, day number) of every sign of a contact."""
    parts = []
    for table, moment in (("content_view", "at"), ("engagement", "at"), ("survey", "day")):
        if table in known:
            rows = known[table].filter(_.contact_id.notnull())
            rows = (
                local_days(rows, known.get("account"), day=moment) if moment == "at" else rows.mutate(day=number(_.day))
            )
            parts.append(rows.select(contact=_.contact_id, day=_.day.cast("int64")))
    if "conversation" in known:
        talks = local_days(known["conversation"], known.get("account"), day="at").filter(_.participants.notnull())
        parts.append(talks.select(contact=_.participants.split("|").unnest(), day=_.day.cast("int64")))
    return ibis.union(*parts) if len(parts) > 1 else (parts[0] if parts else None)
