"""A film that was sent is taken back, and its links show another: nobody is sent anything twice (R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.steps.touched import NOW, late, touches
from vitalreel.delivery.message import Message, NotSent, Sent
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import ContactId
from vitalreel.steps import deliver as step
from vitalreel.steps import recall
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import Inbox, come_in, items, link_of, way_in
from vitalreel.steps.viewing import Viewing
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors, open_post

OPEN = {"channels": ["email", "in_app"], "window_from": NOW - timedelta(days=1), "window_to": NOW + timedelta(days=20)}


class Peer:
    """A mail server with one answer."""

    name = "email"

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answer: Sent | NotSent = Sent("250 ok")

    def send(self, message: Message) -> Sent | NotSent:
        self.heard.append(message.key)
        return self.answer


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    for room in ("clearance", "recall"):
        monkeypatch.setattr(f"vitalreel.steps.{room}.made_from_live", lambda *_: True)
    words = lambda doors, kit, base, key, now: Message(key, "a@v.example", "A", "b", "B", "A film", "", "", {}, {})  # noqa: E731
    monkeypatch.setattr(step, "compose", words)
    return open_doors(create(tmp_path / "ws").root)


def post(doors: Doors, peer: Peer) -> Post:
    return replace(open_post(doors, NOW), channel=peer, others={"in_app": Inbox(doors.engine, lambda: NOW)})


def another(doors: Doors, **changed: object) -> str:
    """A corrected film of the same module for the same person."""
    with doors.engine.begin() as c:
        row = dict(c.execute(select(t.video).where(t.video.c.id == "acme-film")).mappings().one())
        insert_new(c, t.video, [{**row, "id": "corrected", "title": "Put right", "state": "made", **changed}])
    return "corrected"


def test_a_link_that_went_out_shows_nothing_and_then_the_corrected_film(doors: Doors):
    """R9: taken back at once, in the mail's link, the inbox and the portal; then all three lead to the other film; one mail was sent."""
    peer, touch = Peer(), late(doors, "acme", "approved", touch=OPEN)
    deliver(doors, post(doors, peer), NOW)
    viewing = Viewing(doors, lambda: NOW, lambda *_: False)
    token = viewing.token(link_of(touch))
    who = come_in(doors, way_in(doors, ContactId("acme-ana"), NOW), NOW)
    assert who is not None

    def seen() -> tuple[str, str, list[str], list[str]]:
        opened = viewing.find(token)
        assert opened is not None
        return (
            opened.state,
            opened.video,
            *([i.title for i in items(doors, who, NOW, whole)] for whole in (False, True)),
        )

    before = seen()
    found, again = recall.recall(doors, "acme-film", "Mia", "the seats are another account's", NOW)
    gone = seen()
    placed, moved = recall.replace(doors, "acme-film", another(doors), "Mia", NOW)
    after = seen()
    deliver(doors, post(doors, peer), NOW + timedelta(days=1))
    viewing.close()

    assert ("open", "acme-film", ["Film"], ["Film"]) == before
    assert ((1, 0), ("recalled", "acme-film", [], [])) == ((found.links, again), gone)
    assert ((1, "corrected", "Mia"), ("open", "corrected", ["Put right"], ["Put right"])) == (
        (moved, placed.replaced_by, placed.replaced_who),
        after,
    )
    assert ([f"{touch}:email"], "sent") == (peer.heard, touches(doors)[touch].state)
    assert [("acme-film", "corrected")] == [(r.video, r.replaced_by) for r in recall.recalls(doors)]


@pytest.mark.parametrize("tried", [False, True])
def test_what_has_not_left_is_made_again(doors: Doors, tried: bool):
    """R9 P1: also what a mail server has put off; whoever is just about to try again finds nothing to send."""
    touch, peer = late(doors, "acme", "approved", touch=OPEN | {"channels": ["email"]}), Peer()
    if tried:
        peer.answer = NotSent("450 later", retry=True)
        deliver(doors, post(doors, peer), NOW)
    _, again = recall.recall(doors, "acme-film", "Mia", "wrong", NOW)
    told, none = recall.recall(doors, "acme-film", "Ole", "wrong too", NOW)
    later = NOW + timedelta(hours=1)
    done = deliver(doors, post(doors, peer), later)

    assert (1, 0, "Mia", "planned") == (again, none, told.who, touches(doors)[touch].state)
    assert ((), (), [f"{touch}:email"] * tried) == (done.sent, done.withheld, peer.heard)
    assert "elsewhere" == step._attempt(doors, post(doors, peer), f"{touch}:email", later)


def test_another_film_must_be_fit_to_stand_there(doors: Doors):
    """R9 P5: of the same module, for the same person, whole, made in full, and only of a film that was taken back."""
    late(doors, "acme", "sent", touch=OPEN)
    late(doors, "bolt", "sent", touch=OPEN)
    with pytest.raises(BadInput, match="was not taken back"):
        recall.replace(doors, "acme-film", "bolt-film", "Mia", NOW)
    for who, why in (("", "wrong"), ("Mia", " ")):
        with pytest.raises(BadInput, match=r"nobody takes it back|needs a reason"):
            recall.recall(doors, "acme-film", who, why, NOW)
    recall.recall(doors, "acme-film", "Mia", "wrong", NOW)
    for other, said in (
        ("bolt-film", "for somebody else"),
        ("acme-film", "it is recalled"),
        (another(doors, draft=True), "it is a draft"),
    ):
        with pytest.raises(BadInput, match=said):
            recall.replace(doors, "acme-film", other, "Mia", NOW)
    with pytest.raises(NotFound, match="no film 'nobody'"):
        recall.recall(doors, "nobody", "Mia", "wrong", NOW)


def test_one_persons_link_is_withdrawn(doors: Doors):
    """R7 R9: it opens nothing from then on, whatever the film; others of the same film still do."""
    touch = late(doors, "acme", "approved", touch=OPEN)
    deliver(doors, post(doors, Peer()), NOW)
    viewing = Viewing(doors, lambda: NOW, lambda *_: False)
    token = viewing.token(link_of(touch))

    assert "acme-ana" == recall.revoke(doors, token, NOW)
    opened = viewing.find(token)
    viewing.close()
    assert opened is not None
    assert "revoked" == opened.state
    with pytest.raises(NotFound, match="no link"):
        recall.revoke(doors, "nothing", NOW)
