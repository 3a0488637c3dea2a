"""Calls and calendars end to end: tied to accounts and people, and what was said in them a signal with its sentence (D11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.edges.test_calls import ICS, VTT
from vitalreel.conditions import parse
from vitalreel.settings import read_settings
from vitalreel.steps import talks
from vitalreel.steps.doors import Doors
from vitalreel.steps.held import held_rows
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.loads import load_source
from vitalreel.steps.look import look
from vitalreel.steps.sync import Counts, Loaded, origins
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CRM = """
source: a-crm
files: {accounts: accounts.csv, people: people.csv, events: calendar.ics}
account: {from: accounts, key: id, name: name, domain: domain}
contact: {from: people, key: id, account: account, name: name, email: email}
"""
CALENDAR = """
source: calendar
files: {events: calendar.ics}
calendar_item: {from: events, key: uid, account: attendees, kind: kind, day: day, title: title}
"""
CALLS = """
source: calls
connection: {calls: calls}
files: {calls: "*"}
known: row_date_on_first_import
conversation:
  from: calls
  key: id
  account: folder
  at: at
  kind: {always: call}
  participants: speakers
  transcript: transcript
"""


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    root = tmp_path / "ws"
    create(root)
    for shipped in (root / "mappings").glob("*"):
        shipped.unlink()
    for name, text in {"a-crm": CRM, "calendar": CALENDAR, "calls": CALLS}.items():
        (root / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8")
    data = root / "data"
    data.mkdir()
    (data / "accounts.csv").write_text("id,name,domain\nacme,Acme,acme.example\nbeta,Beta,\n", encoding="utf-8")
    (data / "people.csv").write_text(
        "id,account,name,email\np1,acme,Zoë Hartmann,zoe@acme.example\np2,acme,Sam,\np3,acme,Sam,\n", encoding="utf-8"
    )
    (data / "calendar.ics").write_text(ICS, encoding="utf-8")
    (root / "calls" / "acme").mkdir(parents=True)
    (root / "calls" / "acme" / "2026-02-15 kick-off.vtt").write_text(VTT, encoding="utf-8")
    return open_doors(root, read_settings({}))


def load_all(doors: Doors, hours: int = 0) -> dict[str, Loaded]:
    done = {}
    for n, origin in enumerate(origins(doors)):
        at = NOW + timedelta(hours=hours, minutes=n)
        done[origin.mapping.source] = load_source(doors, origin, doors.workspace.root / "data", lambda a=at: a, "hand")
    return done


def rows(doors: Doors, table: str, day: date = date(2026, 3, 2)) -> list[dict[str, Any]]:
    with doors.lake.session() as session:
        return sorted(session.as_of(day)[table].to_pyarrow().to_pylist(), key=lambda r: str(r["row_key"]))


def test_participants_are_the_contacts_they_are(doors: Doors):
    """D11: by address, or by a name that one person at the account has; two Sams are neither."""
    load_all(doors)
    (call,) = rows(doors, "conversation")

    assert ("acme", "p1|Sam", date(2026, 2, 15)) == (call["account_id"], call["participants"], call["at"].date())


def test_a_meeting_finds_its_account_by_who_was_asked(doors: Doors):
    """D11: QBR dates from the calendar; what leads to no account goes to quarantine."""
    load_all(doors)

    assert [("acme", "qbr", date(2026, 3, 15), "Acme QBR, spring")] == [
        (r["account_id"], r["kind"], r["day"], r["title"]) for r in rows(doors, "calendar_item")
    ]
    assert [("calendar_item", "missing_value")] * 2 == [(h.table, h.code) for h in held_rows(doors)]


def test_what_was_said_is_kept_with_its_sentence_and_traced(doors: Doors):
    """D11: asks, risks and commitments, on the day of the call, from the file and line of the call."""
    done = load_all(doors)
    said = {(r["kind"], r["sentence"], r["speaker"], r["contact_id"], r["start_s"]) for r in rows(doors, "remark")}
    (ask,) = (r for r in rows(doors, "remark") if r["kind"] == "ask")

    assert {
        ("ask", "Can you send the plan?", "Zoë Hartmann", "p1", 1.0),
        ("commitment", "I'll do that.", "Sam", None, 3610.0),
    } == said
    assert (date(2026, 2, 15), "calls", "*", 1) == tuple(ask[n] for n in ("known_on", "source", "location", "line"))
    assert {"conversation": Counts(1, 1, 0, 0), "remark": Counts(1, 1, 0, 0)} == done["calls"].tables


def test_loading_calls_again_changes_nothing_and_phrases_may_change(doors: Doors):
    """D11, D2: idempotent; with another remarks.yaml what is new is found in old calls too."""
    load_all(doors)
    again = load_all(doors, hours=1)["calls"].tables
    file = doors.workspace.root / "remarks.yaml"
    file.write_text("remarks: 1\nrisk: {phrases: [thanks]}\n", encoding="utf-8")
    load_all(doors, hours=2)

    assert {0} == {c.accepted for c in again.values()}
    assert ["risk"] == [r["kind"] for r in rows(doors, "remark") if r["sentence"] == "Thanks for coming."]


def test_a_risk_in_a_call_is_a_signal_that_conditions_may_ask_for(doors: Doors):
    """D11, H1: `call.asked within 30 days`, for the account and its contact."""
    load_all(doors)
    catalogue = catalogue_of(doors)
    asked = parse("call.asked within 30 days and no call.risk for 30 days", catalogue)
    names = frozenset({"call.asked", "call.risk", "call.promised"})
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue, date(2026, 3, 1), names)
        found = signals.tables["events"].to_pyarrow().to_pylist()

    assert () == asked.errors
    assert {("acme", "call.asked", "p1"), ("acme", "call.promised", None)} == {
        (r["account_id"], r["event"], r["contact"]) for r in found if r["event"] in names
    }


def test_check_shows_calls_without_keeping_them(doors: Doors):
    """D3, D11."""
    load_all(doors)
    seen = look(doors, doors.workspace.root / "data", NOW)

    assert ("conversation", 1, 0) in [(s.table, s.read, s.quarantined) for s in seen.samples]


def test_rows_that_name_nobody_are_not_looked_up(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """D11: a million conversations of known contacts cost no more than they did."""
    load_all(doors)
    (doors.workspace.root / "data" / "talks.csv").write_text("id,account,at,who\nt1,acme,2026-02-20 10:00:00,p1|p2\n")
    (doors.workspace.root / "mappings" / "talks.yaml").write_text(
        "source: talks\nfiles: {t: talks.csv}\nconversation: {from: t, key: id, account: account, at: at, participants: who}\n"
    )

    def asked(_: object) -> object:
        raise AssertionError("everybody was loaded")

    monkeypatch.setattr(talks, "people_of", asked)
    (origin,) = origins(doors, ["talks"])
    load_source(doors, origin, doors.workspace.root / "data", lambda: NOW + timedelta(hours=1), "hand")

    assert ["p1|p2"] == [r["participants"] for r in rows(doors, "conversation") if r["conversation_id"] == "t1"]
