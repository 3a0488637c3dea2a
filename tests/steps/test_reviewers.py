"""Reviewers are asked, told, reminded and spared, all of it on record; a late look sends nothing late (R1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.steps.touched import late, touches
from vitalreel.delivery.message import Sent
from vitalreel.edges.channels.mailbox import MailboxChannel
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.review.chain import Chain, read_review
from vitalreel.settings import read_settings
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.look import look
from vitalreel.steps.notices import Reach, tell
from vitalreel.steps.overdue import Overdue, settle_late
from vitalreel.steps.review import approve, items, queue_reviews, reject
from vitalreel.steps.reviewers import Chased, chase, reassign
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import kit_of, open_doors, open_post

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, tzinfo=UTC)  # the window closes as it begins; due on Thursday at midnight
REVIEW = fingerprint("review", "acme-touch")


def opened(root: Path, database: str | None = None) -> Doors:
    """Acme's film, made for Ingrid's tier-1 account; Maria stands in for her."""
    settings = replace(read_settings(), database=database) if database else read_settings()
    doors = open_doors(create(root).root, settings)
    review = {
        **{f"tier_{n}": {"needs": ["csm", "production"]} for n in (1, 2, 3, 4)}, "due": "1 business day",
        "remind": ["1 business day", "4 hours"], "reassign": "2 hours", "deputies": {"ingrid": "maria", "production": "operations"},
        "reviewers": {"production": "production"},
    }  # fmt: skip
    doors = replace(doors, programme=replace(doors.programme, review=read_review(review, "test")))
    late(doors, "acme", "made", account={"csm": "ingrid", "tier": 1})
    with doors.engine.begin() as c:
        people = (("ingrid", "Ingrid Roth"), ("maria", "Maria Ek"))
        c.execute(
            insert(t.csm),
            [{"id": i, "name": n, "row": {"email": f"{i}@larkspur.example"}, "updated": MONDAY} for i, n in people],
        )
        sign = {"module": "m1", "content": "", "version": 1, "state": "live", "who": "tests", "at": MONDAY}
        insert_new(c, t.module_sign, [sign])
    queue_reviews(doors, MONDAY)
    return doors


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    return opened(tmp_path / "ws")


def events(doors: Doors) -> list[tuple[str, str, str]]:
    with doors.engine.connect() as c:
        rows = c.execute(select(t.review_event).order_by(t.review_event.c.id))
        return [(r.who, r.what, r.detail) for r in rows]


def told(doors: Doors, now: datetime) -> list[tuple[str, str, str]]:
    """To, subject and text of what was mailed by `now`, oldest first."""
    tell(
        doors,
        Reach(
            {"email": MailboxChannel(doors.workspace.mail, lambda: now)}, kit_of(doors), "https://cs.larkspur.example"
        ),
        now,
    )
    read = [
        message_from_bytes(f.read_bytes(), policy=policy.default) for f in sorted(doors.workspace.mail.glob("*.eml"))
    ]
    return [(m["To"].addresses[0].addr_spec, m["Subject"], m.get_body(("plain",)).get_content()) for m in read]


@pytest.mark.parametrize("make", ["sqlite", "postgresql"])
def test_a_reviewer_who_does_not_answer_is_reminded_then_spared_and_all_of_it_is_on_record(
    make: str, tmp_path: Path, request: pytest.FixtureRequest
):
    """R1: Ingrid is asked on Monday, reminded twice, then Maria is asked in her place and approves."""
    doors = opened(tmp_path / "ws", request.getfixturevalue("fresh_pg") if make == "postgresql" else None)
    thursday = datetime(2026, 3, 5, tzinfo=UTC)
    turns = [
        MONDAY,
        thursday - timedelta(days=1),
        thursday - timedelta(hours=4),
        thursday - timedelta(hours=2),
        thursday,
    ]
    done = [(chase(doors, at), chase(doors, at)) for at in turns]
    (item,) = items(doors)
    approve(doors, REVIEW, "Maria", "csm", thursday)
    with doors.engine.connect() as c:
        asked = {r.role: (r.person, r.deputy, r.answered) for r in c.execute(select(t.review_ask))}
    happened = events(doors)
    doors.engine.dispose()

    nothing = Chased()
    assert [
        (nothing, nothing),
        (Chased(2), nothing),
        (Chased(2), nothing),
        (Chased(0, 2), nothing),
        (nothing, nothing),
    ] == done
    assert (thursday, ["Maria Ek", "CS operations"]) == (item["due"], [a["name"] for a in item["asked"]])
    assert {"csm": ("maria", True, thursday), "production": ("operations", True, None)} == asked
    assert [
        ("queued", "tier 1"), ("asked", "Ingrid Roth, to check its content"), ("asked", "Film production, to check its pictures and sound"),
        *[("reminded", "Ingrid Roth, to check its content"), ("reminded", "Film production, to check its pictures and sound")] * 2,
        ("reassigned", "its content: Ingrid Roth to Maria Ek; Ingrid Roth has not answered"),
        ("reassigned", "its pictures and sound: Film production to CS operations; Film production has not answered"),
        ("approved", "csm, film acme-film"),
    ] == [e[1:] for e in happened]  # fmt: skip


def test_reviewers_are_told_what_must_go_out_when_in_their_own_hours(doors: Doors):
    """R1 T13: what waits comes with the day's digest, a reminder at once; whoever was spared or has answered hears no more."""
    with doors.engine.begin() as c:
        c.execute(update(t.csm).where(t.csm.c.id == "maria").values(row={"email": "maria@larkspur.example"}))
    (first, second) = before = sorted(told(doors, MONDAY))
    wednesday = datetime(2026, 3, 4, 10, tzinfo=UTC)
    chase(doors, wednesday)
    reminded = [m for m in told(doors, wednesday) if m not in before]
    chase(doors, datetime(2026, 3, 4, 22, tzinfo=UTC))
    approve(doors, REVIEW, "Maria", "csm", datetime(2026, 3, 4, 23, tzinfo=UTC))
    morning = told(doors, datetime(2026, 3, 5, 9, tzinfo=UTC))
    morning = [m for m in morning if m not in (*before, *reminded)]

    assert ("ingrid@larkspur.example", "“Film” for Acme waits for you") == first[:2]
    assert "Check its content. Decide by Thursday 5 March 00:00. It may land from Monday 2 March 00:00" in first[2]
    assert "must have landed before Friday 6 March 00:00 (Europe/London)" in first[2]
    assert f"https://cs.larkspur.example/review/{REVIEW}" in first[2]
    assert "success@larkspur.example" == second[0]
    assert ["“Film” for Acme still waits for you"] == [s for to, s, _ in reminded if to.startswith("ingrid")]
    assert [
        (
            "success@larkspur.example",
            "“Film” for Acme waits for you in the place of Film production",
        )
    ] == [m[:2] for m in morning]


def test_somebody_can_be_spared_by_hand(doors: Doors):
    """R1: with who did it and why; a person nobody knows, the same person and no reason are refused."""
    with pytest.raises(NotFound, match="nobody"):
        reassign(doors, REVIEW, "csm", "nobody", "Dana", "away", MONDAY)
    with pytest.raises(BadInput, match="Ingrid Roth is asked already"):
        reassign(doors, REVIEW, "csm", "ingrid", "Dana", "away", MONDAY)
    with pytest.raises(BadInput, match="needs a reason"):
        reassign(doors, REVIEW, "csm", "maria", "Dana", " ", MONDAY)
    reassign(doors, REVIEW, "csm", "maria", "Dana", "Ingrid is away", MONDAY)

    assert ("Dana", "reassigned", "its content: Ingrid Roth to Maria Ek; Ingrid is away") == events(doors)[-1]
    assert ([REVIEW], []) == ([i["id"] for i in items(doors, person="maria")], items(doors, person="ingrid"))
    reject(doors, REVIEW, "Maria", "the team was renamed", MONDAY)
    with pytest.raises(BadInput, match="nobody is asked as csm"):
        reassign(doors, REVIEW, "csm", "ingrid", "Dana", "back", MONDAY)
    with doors.engine.connect() as c:
        assert {FRIDAY.date() - timedelta(days=4)} == set(c.execute(select(t.alert.c.closed_on)).scalars())


class Peer:
    """A mail server that takes everything."""

    name = "email"

    def send(self, message: object) -> Sent:
        return Sent("250 ok")


@pytest.mark.parametrize(
    ("approved", "turns", "sent"),
    [
        (FRIDAY - timedelta(hours=10), (FRIDAY - timedelta(hours=8),), True),  # late, and in time
        (
            FRIDAY - timedelta(hours=4),
            (FRIDAY - timedelta(hours=3), FRIDAY + timedelta(hours=10)),
            False,
        ),  # after hours, then too late
        (FRIDAY + timedelta(hours=1), (FRIDAY + timedelta(hours=10),), False),  # after its window
    ],
)
def test_a_late_review_never_sends_a_mistimed_film(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, approved: datetime, turns: tuple[datetime, ...], sent: bool
):
    """R1 R3: whatever is approved leaves inside its window and its hours, or not at all: then it is planned anew and reviewed again."""
    monkeypatch.setattr("vitalreel.steps.deliver.compose", lambda *_: None)
    for who, role in (("Ingrid", "csm"), ("Pat", "production")):
        approve(doors, REVIEW, who, role, approved)
    gone: list[str] = []
    for now in turns:
        settle_late(doors, now.date() - timedelta(days=1), now)
        gone += deliver(doors, replace(open_post(doors, now), channel=Peer()), now).sent
    state = touches(doors)["acme-touch"]

    assert (["acme-touch"] if sent else []) == gone
    assert ("sent" if sent else "planned") == state.state
    if not sent:
        assert (1, FRIDAY) == (state.replans, min(FRIDAY, state.window_to))
        with pytest.raises(BadInput, match="lapsed"):
            approve(doors, REVIEW, "Ingrid", "csm", turns[-1])


def test_a_film_planned_anew_asks_everybody_anew_and_nobody_is_told_of_the_one_before(doors: Doors):
    """R1 R3: nobody had answered as the window closed."""
    after = FRIDAY + timedelta(hours=9)
    assert Overdue(anew=1) == settle_late(doors, FRIDAY.date(), after)
    assert ([], Chased()) == (told(doors, after), chase(doors, after))
    with doors.engine.begin() as c:
        c.execute(update(t.touch).values(state="made", video="acme-film"))
    queue_reviews(doors, after)
    with doors.engine.connect() as c:
        asked = {r.role: (r.person, r.since) for r in c.execute(select(t.review_ask))}

    assert {"csm": ("ingrid", after), "production": ("production", after)} == asked


def test_check_names_reviewers_nobody_knows(doors: Doors):
    """R1 P5: what ships is in order; a deputy who would take their own place, and a name nobody has, are told."""

    def said(chain: Chain) -> list[tuple[str, str]]:
        rules = doors.programme.review.rules
        mine = replace(
            doors, programme=replace(doors.programme, review=replace(doors.programme.review, rules=rules, chain=chain))
        )
        return [(p.where, p.what) for p in look(mine, None, MONDAY).problems]

    chain = doors.programme.review.chain
    wrong = replace(
        chain,
        reviewers={"csm": "owner", "production": "pat"},
        deputies={"csm": "owner", "zoe": "maria"},
    )
    where = "vitalreel.yaml: review"

    assert [] == said(doors.programme.review.chain)
    assert [
        (f"{where}.reviewers.production", "'pat' is nobody of ours"),
        (f"{where}.deputies.csm", "owner would take their own place"),
        (f"{where}.deputies", "'zoe' is no role and nobody of ours"),
    ] == said(wrong)
