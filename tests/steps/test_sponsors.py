"""A change of sponsor is found by what is on record, a person confirms it, and no film of it goes before (H20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from tests.steps.companies import DAY, company, put
from tests.triggers.plays import RULES as PLAIN
from tests.triggers.plays import known, person, play, standing, standings, yes
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import ContactId
from vitalreel.signals.remarks import find_remarks, read_phrases
from vitalreel.steps.doors import Doors
from vitalreel.steps.sponsors import Found, cases, confirm, confirmed, dismiss, find_changes
from vitalreel.steps.tasks import tasks
from vitalreel.store import tables as t
from vitalreel.store.workspace import LIBRARY, read_yaml
from vitalreel.triggers.decide import decide

MORNING = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
PEOPLE = (
    ("ana", "Ana Ruiz", "sponsor", {"seniority": "executive", "title": "COO"}),
    ("jonas", "Jonas Brandt", "champion", {"seniority": "executive", "title": "CFO"}),
    ("kim", "Kim Lee", "user", {}),
)


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """Acme with a sponsor, another executive who is new, and a user; Ingrid answers for it."""
    opened = company(tmp_path / "ws")
    row = {"account_id": "acme", "name": "Acme", "segment": "enterprise", "csm": "ingrid"}
    put(opened, "account", [row], known_on=dt.date(2025, 1, 2))
    since = {"ana": dt.date(2025, 1, 2), "jonas": DAY - dt.timedelta(days=20), "kim": dt.date(2025, 1, 2)}
    for key, name, role, more in PEOPLE:
        put(
            opened,
            "contact",
            [{"contact_id": key, "account_id": "acme", "name": name, "role": role, **more}],
            known_on=since[key],
        )
    with opened.engine.begin() as c:
        c.execute(
            insert(t.account),
            [{"id": "acme", "name": "Acme", "csm": "ingrid", "row": {"country": "GB"}, "updated": MORNING}],
        )
        c.execute(insert(t.csm), [{"id": "ingrid", "name": "Ingrid Roth", "row": {}, "updated": MORNING}])
        c.execute(insert(t.contact), [
            {"id": k, "account": "acme", "name": n, "email": f"{k}@acme.example", "role": r, "active": True, "row": m, "updated": MORNING}
            for k, n, r, m in PEOPLE
        ])  # fmt: skip
    yield opened
    opened.engine.dispose()


def film(doors: Doors, to: str) -> None:
    """A film that was sent to somebody, with its link."""
    who = {"account": "acme", "contact": to}
    run = {"id": "run", "account": "acme", "play": "usage_drop", "occurrence": "1", "arm": "served", "state": "running", "step": 1,
           "opened_on": DAY, "config": "c", "ended": None, "at": MORNING}  # fmt: skip
    touch = {**who, "id": "t", "run": "run", "step": "s", "module": "m", "channels": ["email"], "window_from": MORNING,
             "window_to": MORNING, "as_of": DAY, "state": "sent", "why": {}, "at": MORNING}  # fmt: skip
    video = {**who, "id": "v", "module": "m", "module_version": 1, "as_of": DAY, "title": "Where it stands", "tier": 3, "state": "made",
             "draft": False, "length_s": 60.0, "scenes": [], "files": {}, "preflight": [], "cost": {},
             "config": {}, "at": MORNING}  # fmt: skip
    with doors.engine.begin() as c:
        for table, row in ((t.play_run, run), (t.touch, touch), (t.video, video)):
            c.execute(insert(table), [row])
        c.execute(
            insert(t.link), [{**who, "id": "l", "video": "v", "touch": "t", "expires": MORNING, "created": MORNING}]
        )


def viewed(doors: Doors, by: str) -> None:
    row = {"id": f"view-{by}", "link": "l", "video": "v", "account": "acme", "contact": by, "started": MORNING, "watched_s": 40.0,
           "completion": 0.7, "ranges": [], "replays": [], "last_position_s": 40.0, "clicked": False, "asked_for_human": False,
           "counts": True, "why_not": "", "events": 3, "updated": MORNING}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(insert(t.view), [row])


def bounce(doors: Doors) -> None:
    film(doors, "ana")
    row = {"key": "t:email", "touch": "t", "channel": "email", "account": "acme", "contact": "ana", "video": "v", "to": "ana@acme.example",
           "state": "failed", "attempts": 1, "next_at": MORNING, "receipt": "550 5.1.1 no such user", "created": MORNING,
           "changed": MORNING}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(insert(t.outbox), [row])


def crm(doors: Doors) -> None:
    put(doors, "sponsor_change", [{"account_id": "acme", "day": DAY, "left_contact": "ana", "new_contact": "jonas"}])


def left(doors: Doors) -> None:
    row = {
        "contact_id": "ana",
        "account_id": "acme",
        "name": "Ana Ruiz",
        "role": "sponsor",
        "active": False,
        "left_on": DAY,
    }
    put(doors, "contact", [row], known_on=DAY)


def role(doors: Doors) -> None:
    put(
        doors,
        "contact",
        [{"contact_id": "jonas", "account_id": "acme", "name": "Jonas Brandt", "role": "sponsor"}],
        known_on=DAY,
    )


def named(doors: Doors) -> None:
    said = {"remark_id": "r", "account_id": "acme", "conversation_id": "call-7", "at": dt.datetime(2026, 3, 30, 10, tzinfo=dt.UTC),
            "kind": "succession", "sentence": "Friday is my last day, and Jonas Brandt is taking over from me.", "speaker": "Ana Ruiz",
            "contact_id": "ana"}  # fmt: skip
    put(doors, "remark", [said])


def passed_on_and_watched(doors: Doors) -> None:
    film(doors, "ana")
    for who in ("", "jonas"):
        viewed(doors, who)


def passed_on_and_silent(doors: Doors) -> None:
    """Ana opened a mail every week for half a year, and nothing for ten weeks."""
    film(doors, "ana")
    viewed(doors, "")
    last = dt.datetime(2026, 1, 20, 10, tzinfo=dt.UTC)
    put(doors, "engagement", [
        {"engagement_id": f"e{n}", "account_id": "acme", "contact_id": "ana", "at": last - dt.timedelta(weeks=n), "kind": "email_open"}
        for n in range(26)
    ])  # fmt: skip


FINDS = {
    bounce: ({"bounce"}, "ana", "", "outbox t:email", "Mail to Ana Ruiz comes back: 550 5.1.1 no such user"),
    crm: ({"crm"}, "ana", "jonas", "", "The CRM records that Ana Ruiz left and Jonas Brandt follows"),
    left: ({"left"}, "ana", "", "", "The CRM says that Ana Ruiz, the sponsor, left"),
    role: ({"role"}, "", "jonas", "", "Jonas Brandt is sponsor now, and was champion"),
    named: ({"named"}, "ana", "jonas", "conversation call-7", "Jonas Brandt is taking over from me.”, said Ana Ruiz"),
    passed_on_and_watched: ({"forwarded", "watched"}, "ana", "jonas", "view view-jonas", "Jonas Brandt, CFO, known since 2026-03-11"),
    passed_on_and_silent: ({"forwarded", "silent"}, "ana", "", "last heard of on 2026-01-20", "Nothing was heard of Ana Ruiz for 71 days"),
}  # fmt: skip


@pytest.mark.parametrize("event", FINDS, ids=lambda e: e.__name__)
def test_each_trace_of_a_change_is_found_with_its_source_and_the_csm_is_asked(doors: Doors, event):
    """H20: bounces, CRM and role changes, calls and mails that name a successor, silence, films passed on or watched by a new executive."""
    before = find_changes(doors, DAY, MORNING)
    event(doors)
    first, again = (
        find_changes(doors, DAY + dt.timedelta(days=1), MORNING),
        find_changes(doors, DAY + dt.timedelta(days=1), MORNING),
    )
    (case,) = cases(doors)
    kinds, gone, follows, source, words = FINDS[event]

    assert (Found(0, 0), 1, Found(0, 0)) == (before, first.asked, again)
    assert (kinds, gone, follows, "open") == (
        {s["kind"] for s in case["signs"]},
        case["departed"],
        case["successor"],
        case["state"],
    )
    assert any(source in s["source"] and s["source"] for s in case["signs"])
    assert any(words in s["words"] for s in case["signs"])
    ((owner, title, due),) = [(k.owner, k.title, k.due) for k in tasks(doors)]
    assert ("ingrid", dt.date(2026, 4, 6)) == (owner, due)  # Good Friday between
    assert "Who is the executive sponsor at Acme now?" in title


def test_what_a_person_says_is_kept_and_the_data_says_so_from_then_on(doors: Doors):
    """H20: who, when, how they know; the change is a row of theirs, the successor is sponsor, who left is written to no more; the task is
    done, and the same traces ask nobody again."""
    bounce(doors)
    find_changes(doors, DAY, MORNING)
    find_changes(doors, DAY + dt.timedelta(days=1), MORNING)
    for departed, successor, said in (("ana", "zoe", "zoe"), ("ana", "ana", "cannot leave and follow")):
        with pytest.raises((NotFound, BadInput), match=said):
            confirm(doors, "acme", departed, successor, "Ingrid", "", DAY, MORNING)
    confirm(doors, "acme", "ana", "jonas", "Ingrid", "Ana wrote to me", DAY + dt.timedelta(days=1), MORNING)
    with doors.engine.connect() as c:
        people = {r.id: (r.role, r.active) for r in c.execute(select(t.contact))}
        follows = confirmed(c)
    with doors.lake.session() as session:
        known_ = session.as_of(DAY + dt.timedelta(days=2))
        change = known_["sponsor_change"].to_pyarrow().to_pylist()[0]
        roles = {r["contact_id"]: (r["role"], r["active"]) for r in known_["contact"].to_pyarrow().to_pylist()}
    (case,) = cases(doors, every=True)

    assert ("confirmed", "Ingrid", "Ana wrote to me", "Ana Ruiz", "Jonas Brandt") == tuple(
        case[k] for k in ("state", "who", "why", "departed_name", "successor_name")
    )
    assert {"acme": "jonas"} == follows
    assert {"ana": ("sponsor", False), "jonas": ("sponsor", True), "kim": ("user", True)} == people
    assert (("sponsor", False), ("sponsor", True)) == (roles["ana"], roles["jonas"])
    assert ("ana", "jonas", "confirmed by Ingrid") == (
        change["left_contact"],
        change["new_contact"],
        change["location"],
    )
    assert () == tasks(doors)
    assert 0 == find_changes(doors, DAY + dt.timedelta(days=3), MORNING).asked
    assert [] == cases(doors)


def test_nothing_changed_is_an_answer_too_and_later_traces_ask_again(doors: Doors):
    """H20: the sponsor was on leave; weeks later a call names who follows."""
    bounce(doors)
    with pytest.raises(BadInput, match="nobody is asked"):
        dismiss(doors, "acme", "Ingrid", "on leave", DAY, MORNING)
    find_changes(doors, DAY + dt.timedelta(days=1), MORNING)
    with pytest.raises(BadInput, match="needs a reason"):
        dismiss(doors, "acme", "Ingrid", " ", DAY, MORNING)
    dismiss(doors, "acme", "Ingrid", "Ana is on leave until May", DAY + dt.timedelta(days=1), MORNING)
    quiet = find_changes(doors, DAY + dt.timedelta(days=2), MORNING)
    later = dt.datetime(2026, 4, 20, 10, tzinfo=dt.UTC)
    put(
        doors,
        "sponsor_change",
        [{"account_id": "acme", "day": later.date(), "left_contact": "ana", "new_contact": "jonas"}],
    )
    asked = find_changes(doors, later.date(), later)
    with doors.engine.connect() as c:
        follows = confirmed(c)

    assert (0, 1, {}) == (quiet.asked, asked.asked, follows)
    assert ["open", "dismissed"] == [x["state"] for x in cases(doors, every=True)]


def test_a_film_of_the_change_waits_for_the_word_of_a_person_and_goes_to_who_follows():
    """H20 T1: with the CRM's word alone the play stays silent, and says why; once confirmed its film is for the successor."""
    rules = replace(PLAIN, confirmed=frozenset({"sponsor_change"}))
    change = play(play="sponsor_change", category="sponsor_change", ladder=[
        {"step": "show", "module": "m1", "to": "sponsor", "channels": ["email"], "window": "within 3 business days"},
        {"step": "person", "after": "21 days", "task": {"owner": "csm", "title": "Call", "due": "2 business days"}},
    ])  # fmt: skip
    people = (person("ana", "sponsor"), person("jonas", "sponsor"))
    kept = known(switched_on=frozenset({"sponsor_change"}))

    def day(sponsor: str | None):
        at = standing(people=people, sponsor=ContactId(sponsor) if sponsor else None)
        got = decide(
            [change], yes("acme", play_name="sponsor_change"), standings(at), kept, rules, dt.date(2026, 3, 2), 1
        )
        return [x.contact.id for x in got.touches], [w.reason for w in got.withheld]

    assert ([], ["sponsor not confirmed"]) == day(None)
    assert (["jonas"], []) == day("jonas")
    assert (["ana"], []) == day("ana")


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("Ana: Friday is my last day here.", ["succession"]),
        ("Ana: Jonas Brandt is taking over from me in May.", ["succession"]),
        ("Ana: I'm leaving at the end of the month.", ["risk", "succession"]),
        ("Ana: I am not leaving, do not worry.", []),
        ("Kim: She is no longer with us.", ["succession"]),
        ("Kim: The rota is our new favourite page.", ["succession"]),
    ],
)
def test_calls_and_mails_are_read_for_who_leaves_and_who_follows(said: str, kinds: list[str]):
    """H20 D11: by the shipped phrases; a finding is a question to a person, so a false one costs a look."""
    phrases = read_phrases(read_yaml(LIBRARY / "remarks.yaml", "remarks.yaml"), "remarks.yaml")

    assert kinds == [r.kind for r in find_remarks(said, phrases) if r.kind in ("risk", "succession")]
