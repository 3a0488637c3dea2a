"""A kind of message that somebody does not want stays away to the last moment, and merges and commands know of it (R8)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.steps.test_unopened import Peer
from tests.steps.touched import NOW, PLAY, late
from vitalreel.cli import main
from vitalreel.delivery.message import Message
from vitalreel.steps import deliver as step
from vitalreel.steps.deliver import deliver
from vitalreel.store import tables as t
from vitalreel.store.workspace import create
from vitalreel.triggers.kinds import Kind
from vitalreel.wiring import open_doors, open_post


def test_a_no_to_a_kind_holds_what_was_approved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """R8: asked in the sending transaction; said to one of ours by command, listed, and taken back."""
    doors = open_doors(create(tmp_path / "ws").root)
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    words = lambda doors, kit, base, key, now: Message(key, "a@v.example", "A", "b", "B", "A film", "", "", {}, {})  # noqa: E731
    monkeypatch.setattr(step, "compose", words)
    kinds = (Kind("renewal", "Your renewal", (PLAY.category,)),)
    open_ = {"window_from": NOW - timedelta(days=1), "window_to": NOW + timedelta(days=20)}
    peer = Peer()
    post = replace(open_post(doors, NOW), channel=peer)
    for name in ("acme", "bolt"):
        late(doors, name, "approved", touch=open_)
    say = [
        "person",
        "consent",
        "ana@acme.example",
        "--channel",
        "email",
        "--kind",
        "renewal",
        "-w",
        str(doors.workspace.root),
        "--json",
    ]
    told = CliRunner().invoke(main, [*say, "--deny"])
    done = deliver(replace(doors, programme=replace(doors.programme, kinds=kinds)), post, NOW)
    with doors.engine.connect() as c:
        states = {r.account: r.state for r in c.execute(select(t.touch))}

    assert [("email", "renewal", False)] == [
        (r["channel"], r["kind"], r["allowed"]) for r in json.loads(told.stdout)["preferences"]
    ]
    assert [("acme", "kind declined")] == [(h.account, h.reason) for h in done.withheld]
    assert (1, {"acme": "stopped", "bolt": "sent"}) == (len(peer.heard), states)
    wrong = CliRunner().invoke(main, [*say[:6], "fax", *say[7:], "--deny"])
    assert 2 == wrong.exit_code and "there are: education" in wrong.stderr
