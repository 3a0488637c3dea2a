"""A film goes out by mail and lies in the product beside it; unopened it is shown there, then given to a person (R4 R5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from tests.steps.touched import NOW, late, touches
from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.errors import NotFound
from vitalreel.identity import ContactId
from vitalreel.ports import Channel
from vitalreel.settings import read_settings
from vitalreel.steps import deliver as step
from vitalreel.steps.deliver import Delivered, Post, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import Inbox, Item, come_in, enter_film, items, link_of, way_in
from vitalreel.steps.unopened import Unopened, follow_up
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors, open_post

BOTH = {"channels": ["email", "in_app"], "window_from": NOW - timedelta(days=1), "window_to": NOW + timedelta(days=20)}


@dataclass
class Peer:
    """A mail server with one answer."""

    answer: Sent | NotSent | Unknown = field(default_factory=lambda: Sent("250 ok"))
    heard: list[str] = field(default_factory=list)
    name: str = "email"

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        self.heard.append(message.key)
        return self.answer


@pytest.fixture(params=["sqlite", "postgresql"])
def doors(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    url = request.getfixturevalue("fresh_pg") if request.param == "postgresql" else None
    opened = open_doors(create(tmp_path / "ws").root, replace(read_settings(), database=url))
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    words = lambda doors, kit, url, key, now: Message(key, "a@v.example", "A", "b", "B", "A film, 0:09", "", "", {}, {})  # noqa: E731
    monkeypatch.setattr(step, "compose", words)
    return opened


def post(doors: Doors, peer: Channel | None = None, now: datetime = NOW) -> Post:
    return replace(open_post(doors, now), channel=peer or Peer(), others={"in_app": Inbox(doors.engine, lambda: now)})


def rows(doors: Doors) -> list[tuple[Any, ...]]:
    with doors.engine.connect() as c:
        o = t.outbox.c
        return [tuple(r) for r in c.execute(select(o.channel, o.state, o.touch, o.beside).order_by(o.key))]


def lying(doors: Doors, who: str, now: datetime = NOW, whole: bool = False) -> list[Item]:
    entered = come_in(doors, way_in(doors, ContactId(who), now), now)
    assert entered is not None
    return list(items(doors, entered, now, whole))


def watched(doors: Doors, touch: str) -> None:
    with doors.engine.begin() as c:
        c.execute(
            insert(t.event).values(
                id=f"e-{touch}", view="v", link=link_of(touch), type="play", at=NOW, received=NOW, seq=0, body={}
            )
        )


def test_a_film_is_mailed_and_lies_in_the_product(doors: Doors):
    """R5 R6: two rows of one touch: its own sending, and one beside it. It counts as one message, and a second turn sends nothing."""
    touch = late(doors, "acme", "approved", touch=BOTH)
    peer = Peer()
    first, second = deliver(doors, post(doors, peer), NOW), deliver(doors, post(doors, peer), NOW)

    assert (Delivered((touch,), (), (), (), beside=1), Delivered((), (), (), ())) == (first, second)
    assert [("email", "sent", touch, None), ("in_app", "sent", None, touch)] == rows(doors)
    assert [f"{touch}:email"] == peer.heard
    assert [touch, touch] == [r["touch"] for r in step.outbox(doors)]
    assert [(False, False, "Film")] == [(i.shown, i.seen, i.title) for i in lying(doors, "acme-ana")]


def test_a_mail_that_fails_leaves_the_film_in_the_product(doors: Doors):
    """R4 R6: each channel's end is its own: the dead letter stays visible, the touch is not told that it was sent."""
    touch = late(doors, "acme", "approved", touch=BOTH)
    done = deliver(doors, post(doors, Peer(NotSent("550 no such user", retry=False))), NOW)

    assert ((touch,), 1, "approved") == (done.failed, done.beside, touches(doors)[touch].state)
    assert 1 == len(lying(doors, "acme-ana"))


def test_without_consent_to_mail_it_goes_by_the_product_alone(doors: Doors):
    """R8: the first channel that is allowed carries the film, and tells the touch that it was sent."""
    touch = late(doors, "acme", "approved", touch={**BOTH, "channels": ["in_app"]})
    done = deliver(doors, post(doors), NOW)

    assert ((touch,), 0, "sent") == (done.sent, done.beside, touches(doors)[touch].state)
    assert [("in_app", "sent", touch, None)] == rows(doors)


def test_the_cs_platform_carries_the_film_instead_of_the_mail(doors: Doors):
    """R5 R6: the first channel carries it, the product has it beside, and no mail leaves; one that is not set up keeps nobody waiting."""
    touch = late(doors, "acme", "approved", touch={**BOTH, "channels": ["engagement", "email", "in_app"]})
    mail, platform = Peer(), Peer(name="engagement")
    ready = post(doors, mail)
    waits = deliver(doors, ready, NOW)
    done = deliver(doors, replace(ready, others={**ready.others, "engagement": platform}), NOW)

    assert (["channel not set up"], 1) == ([h.reason for h in waits.withheld], waits.beside)
    assert ([f"{touch}:engagement"], [], "sent") == (platform.heard, mail.heard, touches(doors)[touch].state)
    assert ({"engagement", "in_app"}, (touch,)) == ({r[0] for r in rows(doors)}, done.sent)


def test_who_does_not_want_it_in_the_product_gets_it_by_mail_alone(doors: Doors):
    """R8: each channel asks for itself, as it is about to send."""
    touch = late(doors, "acme", "approved", touch=BOTH)
    with doors.engine.begin() as c:
        said = {"contact": "acme-ana", "channel": "in_app", "allowed": False, "source": "unsubscribe", "at": NOW}
        insert_new(c, t.consent, [said])
    done = deliver(doors, post(doors), NOW)

    assert ((touch,), 0, ["unsubscribed"], "sent") == (done.sent, done.beside, [h.reason for h in done.withheld],
                                                       touches(doors)[touch].state)  # fmt: skip
    assert ["sent", "stopped"] == [state for _, state, _, _ in rows(doors)]


def test_the_kill_switch_holds_the_product_too(doors: Doors):
    """R9: what is stopped lies nowhere, and goes on when the switch is taken back."""
    late(doors, "acme", "approved", touch=BOTH)
    peer = Peer(NotSent("450 later", retry=True))
    deliver(
        doors, replace(post(doors, peer), others={"in_app": Peer(NotSent("later", retry=True), name="in_app")}), NOW
    )
    with doors.engine.begin() as c:
        insert_new(c, t.stop, [{"scope": "all", "name": "", "who": "op", "at": NOW}])
    later = NOW + timedelta(hours=1)
    held = deliver(doors, post(doors, now=later), later)

    assert (["stopped", "stopped"], []) == ([h.reason for h in held.withheld], lying(doors, "acme-ana"))
    with doors.engine.begin() as c:
        c.execute(t.stop.delete())
    assert 1 == deliver(doors, post(doors, now=later), later).beside


def test_unopened_it_is_shown_in_the_product_and_then_given_to_a_person(doors: Doors):
    """R4 T6: three days, seven days, each once; then it stands on record and is asked no more."""
    touch = late(doors, "acme", "approved", touch=BOTH)
    deliver(doors, post(doors), NOW)
    days = {n: [follow_up(doors, NOW + timedelta(days=n)) for _ in range(2)] for n in (2, 3, 6, 7, 30)}
    with doors.engine.connect() as c:
        tasks = c.execute(select(t.task.c.owner, t.task.c.title, t.task.c.due)).all()

    assert {2: Unopened(), 3: Unopened(shown=1), 6: Unopened(), 7: Unopened(to_people=1), 30: Unopened()} == {
        n: first for n, (first, _) in days.items()
    }
    assert {Unopened()} == {second for _, second in days.values()}
    assert [True] == [i.shown for i in lying(doors, "acme-ana")]
    assert [("operations", "Ana at Acme has not opened the film sent on 6 March: call them")] == [
        tuple(x[:2]) for x in tasks
    ]
    watched(doors, touch)
    assert [(False, True)] == [(i.shown, i.seen) for i in lying(doors, "acme-ana")]


@pytest.mark.parametrize("what", ["watched", "stopped", "withdrawn"])
def test_what_was_opened_or_has_ended_is_followed_up_no_more(doors: Doors, what: str):
    """R4 T6: nobody is reminded of what they saw, nor of what has met its goal, nor of what was taken from them."""
    touch = late(doors, "acme", "approved", touch=BOTH)
    deliver(doors, post(doors), NOW)
    with doors.engine.begin() as c:
        if what == "stopped":
            c.execute(update(t.play_run).values(state="stopped", ended="success"))
        if what == "withdrawn":
            c.execute(update(t.link).values(revoked=NOW))
    if what == "watched":
        watched(doors, touch)

    assert Unopened() == follow_up(doors, NOW + timedelta(days=30))


def test_where_the_product_only_follows_it_is_a_channel_of_the_outbox_then(doors: Doors):
    """R4: `in_app: unopened`: the row is written when the days are over, asked like any other, and carried by the next delivery."""
    doors = replace(doors, programme=replace(doors.programme, channels=replace(doors.programme.channels, beside=False)))
    touch = late(doors, "acme", "approved", touch=BOTH)
    later = NOW + timedelta(days=3)
    before = (deliver(doors, post(doors), NOW).beside, lying(doors, "acme-ana"))
    shown = [follow_up(doors, later) for _ in range(2)]
    done = [deliver(doors, post(doors, now=later), later).beside for _ in range(2)]

    assert ((0, []), [Unopened(shown=1), Unopened()], [1, 0]) == (before, shown, done)
    assert [("email", "sent", touch, None), ("in_app", "sent", None, touch)] == rows(doors)
    assert ["Film"] == [i.title for i in lying(doors, "acme-ana")]


def test_a_sender_that_died_asks_the_inbox(doors: Doors):
    """R6 P1: killed between the inbox and its own row, the next one finds the film there; it is never doubtful."""
    late(doors, "acme", "approved", touch=BOTH)
    laid = Inbox(doors.engine, lambda: NOW)

    class Dies(Peer):
        def send(self, message: Message) -> Sent:
            laid.send(message)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(doors, replace(post(doors), others={"in_app": Dies(name="in_app")}), NOW)
    with doors.engine.begin() as c:
        c.execute(update(t.outbox).where(t.outbox.c.state == "sending").values(held_until=NOW - timedelta(hours=1)))
    deliver(doors, post(doors), NOW)

    assert (["sent", "sent"], 1) == ([r[1] for r in rows(doors)], len(lying(doors, "acme-ana")))


def test_the_portal_has_every_film_of_the_account(doors: Doors):
    """R4 C2: also those a colleague was sent, by a link of one's own; one that was not sent, or is another account's, opens for nobody."""
    late(doors, "acme", "approved", touch=BOTH)
    other = late(doors, "bolt", "approved", touch=BOTH)
    deliver(doors, post(doors), NOW)
    with doors.engine.begin() as c:
        colleague = {
            "id": "cy",
            "account": "acme",
            "name": "Cy",
            "email": None,
            "role": "user",
            "active": True,
            "row": {},
            "updated": NOW,
        }
        insert_new(c, t.contact, [colleague])
        insert_new(c, t.video, [dict(c.execute(select(t.video)).mappings().first() or {}) | {"id": "unsent"}])
    who = come_in(doors, way_in(doors, ContactId("cy"), NOW), NOW)
    assert who is not None
    before = [(i.video, bool(i.token)) for i in lying(doors, "cy", whole=True)]
    token = enter_film(doors, who, "acme-film", NOW)
    after = [(i.video, i.token) for i in lying(doors, "cy", whole=True)]

    assert ([("acme-film", False)], [("acme-film", token)], []) == (before, after, lying(doors, "cy"))
    for film in ("unsent", f"{other[:-6]}-film"):
        with pytest.raises(NotFound):
            enter_film(doors, who, film, NOW)


def test_an_entrance_opens_for_its_person_alone_and_for_as_long_as_they_are_there(doors: Doors):
    """R7: signed; it is no film's link, and a film's link is no entrance."""
    touch = late(doors, "acme", "approved", touch=BOTH)
    deliver(doors, post(doors), NOW)
    token = way_in(doors, ContactId("acme-ana"), NOW)
    assert token == way_in(doors, ContactId("acme-ana"), NOW + timedelta(days=1))
    film = lying(doors, "acme-ana")[0].token

    assert film.startswith(link_of(touch))
    assert (None, None) == (come_in(doors, film, NOW), come_in(doors, token[:-1] + "x", NOW))
    with pytest.raises(NotFound, match="nobody"):
        way_in(doors, ContactId("nobody"), NOW)
    with doors.engine.begin() as c:
        c.execute(update(t.contact).values(active=False))
    assert come_in(doors, token, NOW) is None
