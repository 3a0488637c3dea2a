"""Shipped ladders in a real workspace end with their occasion: done, put off, cancelled, renewed, watched (T6 R8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.steps.companies import at, put
from tests.steps.occasions import decide, noon, on, queued, renewal, review, runs, tasks, workspace
from vitalreel.delivery.message import Sent
from vitalreel.identity import fingerprint
from vitalreel.steps import deliver as step
from vitalreel.steps import occasion
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.occasion import Kept, Occasion
from vitalreel.store import tables as t
from vitalreel.wiring import open_post

OVER = ("stopped", "what it was about is over")


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """The day on which all five open is decided."""
    opened = workspace(tmp_path / "ws")
    decide(opened, 0)
    assert {"running"} == {state for state, _ in runs(opened).values()}
    return opened


def test_a_shipped_ladder_does_not_outlive_its_occasion(doors: Doors):
    """T6: nobody is told of a stall that is over, of a review that was cancelled, or of a film unanswered that was watched or worked."""
    put(
        doors,
        "milestone",
        [{"account_id": "done", "milestone": "go live", "due": on(-3), "done": on(1)}],
        known_on=on(3),
    )
    review(doors, on(12), on(3), kind="cancelled")
    renewal(doors, "renewed", on(440), on(12))
    put(doors, "content_view", [{"view_id": "v", "account_id": "seen", "contact_id": "seen-sponsor", "at": at(on(6)), "share": 0.8,
                                 "module": "renewal_window_opener"}])  # fmt: skip
    before = runs(doors)
    decide(doors, 4)
    then = runs(doors)
    for n in (11, 21):
        decide(doors, n)

    assert ("running", None) == before["done"]
    assert (OVER, OVER) == (then["done"], then["met"])
    assert (OVER, ("stopped", "stop condition")) == (runs(doors)["renewed"], runs(doors)["seen"])
    assert [("still", "call"), ("still", "structured_help")] == tasks(doors)
    with doors.engine.connect() as c:
        because = c.execute(select(t.play_run.c.because).where(t.play_run.c.account == "seen")).scalar_one()
        kept = c.execute(select(t.play_run.c.catalogue).distinct()).scalars().all()
        read = c.execute(select(t.play_version.c.language, t.play_version.c.catalogue).distinct()).all()
    assert "watched 'renewal_window_opener'" in because
    assert ([fingerprint(catalogue_of(doors))], [(1, kept[0])]) == (kept, [tuple(r) for r in read])


class Counting:
    """A mail channel that keeps what it was given."""

    name = "email"

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, message: Any) -> Sent:
        self.sent.append(message)
        return Sent("taken")


def test_what_is_loaded_after_the_decision_counts_as_a_film_leaves(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """R8 R3 T6: one is stopped by a load before its claim, one by a load while its claim is committed; a review put off moves its film."""
    touch = queued(doors, "done", "still", "seen")
    finished = {"milestone": "go live", "due": on(-3), "done": on(0)}
    put(doors, "milestone", [{"account_id": "done", **finished}], known_on=on(0))
    review(doors, on(18), on(0))
    claim = step._claim

    def meanwhile(c: Any, at: Doors, key: str, *more: Any) -> Any:
        held = claim(c, at, key, *more)
        if key.startswith(touch["still"]):
            claimed.append(held)
        return held

    claimed: list[Any] = []

    def keep_up(self: Occasion, now: Any) -> Kept:
        if claimed and not arrived:
            arrived.append(True)
            put(doors, "milestone", [{"account_id": "still", **finished}], known_on=on(0))
        return usual(self, now)

    arrived: list[bool] = []
    usual = Occasion.keep_up
    monkeypatch.setattr(Occasion, "keep_up", keep_up)
    monkeypatch.setattr(step, "_claim", meanwhile)
    monkeypatch.setattr(step, "compose", lambda *_: None)
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    post = replace(open_post(doors, noon(0)), channel=Counting())
    done = step.deliver(doors, post, noon(0))
    with doors.engine.connect() as c:
        states = {r.account: r.state for r in c.execute(select(t.touch))}
        outbox = {r.account: (r.state, r.attempts) for r in c.execute(select(t.outbox))}
        window = c.execute(select(t.touch.c.window_from, t.touch.c.window_to).where(t.touch.c.account == "met")).one()
        said = {r.account: r.reason for r in c.execute(select(t.withheld)) if r.reason != "no contact"}

    assert ((touch["seen"],), 1, [None]) == (done.sent, len(post.channel.sent), claimed)
    assert {"done": "run ended", "still": "run ended"} == {h.account: h.reason for h in done.withheld}
    assert (OVER, OVER, ("stopped", 0)) == (runs(doors)["done"], runs(doors)["still"], outbox["still"])
    assert {"done": "stopped", "still": "stopped", "seen": "sent", "met": "planned", "renewed": "planned"} == states
    assert (on(8), on(14)) == tuple((x + dt.timedelta(hours=1)).date() for x in window)  # midnight in London, in summer
    assert "window moved" == said["met"]


def test_nothing_is_asked_again_where_nothing_was_loaded(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """R8: the day's decision was the last word on what is loaded; a review that is cancelled ends its film before another is decided."""
    asked: list[str] = []
    real = occasion._ask
    monkeypatch.setattr(occasion, "_ask", lambda *a: asked.append("") or real(*a))
    idle = Occasion(doors, on(0)).keep_up(noon(0))
    before = len(asked)
    review(doors, on(12), on(0), kind="cancelled")
    watch = Occasion(doors, on(0))
    kept = [watch.keep_up(noon(0)) for _ in range(2)]

    assert (Kept(), 0, [Kept(ended=1), Kept()], 1) == (idle, before, kept, len(asked))
    assert OVER == runs(doors)["met"]
