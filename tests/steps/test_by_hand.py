"""A film in a person's hands: a draft, a link for a meeting, and nothing else that sends it (R4 R5 P1)."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.steps.test_recall import OPEN, Peer, post
from tests.steps.touched import NOW, late, touches
from vitalreel.delivery.message import Message
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.steps import by_hand
from vitalreel.steps import deliver as step
from vitalreel.steps.by_hand import InHand, hand_over
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import kit_of, open_doors


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    said = Message(
        "k",
        "mia@v.example",
        "Mia",
        "ana@acme.example",
        "Ana",
        "Your film",
        "Hello Ana",
        "<p>Hello</p>",
        {"List-Unsubscribe": "<x>"},
        {},
    )
    for room in (by_hand, step):
        monkeypatch.setattr(room, "compose", lambda *_: said)
    return open_doors(create(tmp_path / "ws").root)


def taken(doors: Doors, touch: str, who: str = "Mia", hours: int = 0) -> InHand:
    return hand_over(doors, kit_of(doors), "https://v.example", touch, who, NOW + timedelta(hours=hours))


def test_a_film_handed_over_is_a_draft_and_is_sent_by_nothing_else(doors: Doors):
    """R4 R5 P1: the same draft at every asking, on record with who has it; the loop sends neither it nor its copy."""
    touch, peer = late(doors, "acme", "approved", touch=OPEN), Peer()
    first, again = taken(doors, touch), taken(doors, touch, "Ole")
    done = deliver(doors, post(doors, peer), NOW)
    mail = message_from_bytes(first.mail, policy=policy.default)
    with doors.engine.connect() as c:
        rows = [
            tuple(r) for r in c.execute(select(t.outbox.c.channel, t.outbox.c.state, t.outbox.c.receipt, t.outbox.c.to))
        ]

    assert ([("by_hand", "sent", "a draft, in the hands of Mia", "ana@acme.example")], [], ()) == (
        rows,
        peer.heard,
        done.sent,
    )
    assert ("1", None, None, "<x>") == (mail["X-Unsent"], mail["Date"], mail["Message-ID"], mail["List-Unsubscribe"])
    assert (first.text, first.watch, "sent") == (again.text, again.watch, touches(doors)[touch].state)
    assert (first.watch.startswith("https://v.example/v/"), f"{first.watch}?untracked&play", None) == (
        True, first.present, first.not_before,
    )  # fmt: skip


def test_what_speaks_against_sending_speaks_against_a_draft(doors: Doors):
    """R8 R9: consent, the kill switch, what is not approved or gone; at night it says from when."""
    touch = late(doors, "acme", "approved", touch=OPEN)
    for row, said in (
        ((t.stop, {"scope": "account", "name": "acme", "who": "op", "at": NOW}), "stopped"),
        (
            (
                t.consent,
                {"contact": "acme-ana", "channel": "email", "allowed": False, "source": "unsubscribe", "at": NOW},
            ),
            "unsubscribed",
        ),
    ):
        table, values = row
        with doors.engine.begin() as c:
            insert_new(c, table, [values])
        with pytest.raises(Refused, match=said):
            taken(doors, touch)
        with doors.engine.begin() as c:
            c.execute(table.delete())
    with pytest.raises(BadInput, match="nobody takes it"):
        taken(doors, touch, " ")
    with pytest.raises(BadInput, match="it is in_review"):
        taken(doors, late(doors, "bolt", "in_review", touch=OPEN))
    with pytest.raises(NotFound, match="no touch"):
        taken(doors, "nothing")
    night = taken(doors, touch, hours=10)  # a Friday at 22:00

    assert (NOW + timedelta(days=2, hours=20), OPEN["window_to"]) == (night.not_before, night.until)


def test_a_film_that_is_being_sent_is_handed_to_nobody(doors: Doors):
    """P1: whoever was first has it."""
    touch = late(doors, "acme", "approved", touch=OPEN | {"channels": ["email"]})
    deliver(doors, post(doors, Peer()), NOW)
    with pytest.raises(BadInput, match="in the outbox as email"):
        taken(doors, touch)
