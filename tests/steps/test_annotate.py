"""Texts are read at load: once, by the annotator that was chosen or its stand-in, and what the source says stands (D7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services import llm
from vitalreel.conditions import parse
from vitalreel.edges import asking
from vitalreel.settings import read_settings
from vitalreel.signals.topics import read_topics
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.loads import load_source
from vitalreel.steps.look import look
from vitalreel.steps.screens.tone import tone_of
from vitalreel.steps.sync import Loaded, origins
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MAPPING = """
source: desk
files: {accounts: accounts.csv, people: people.csv, tickets: tickets.csv, talks: talks.csv}
account: {from: accounts, key: id, name: name}
contact: {from: people, key: id, account: account, name: name}
ticket: {from: tickets, key: id, account: account, opened: at, subject: subject, body: body, sentiment: mood}
conversation: {from: talks, key: id, account: account, at: at, kind: kind, summary: summary, transcript: transcript}
"""
TICKETS = """id,account,at,subject,body,mood
t1,acme,2026-02-01 09:00:00,Billing,"This is bad, the invoice is wrong.",
t2,acme,2026-02-02 09:00:00,Billing,"This is bad, the invoice is wrong.",
t3,beta,2026-02-03 09:00:00,Exports,"Good work, the export is fast.",0.25
t4,beta,2026-02-04 09:00:00,,,
t5,nobody,2026-02-05 09:00:00,Secret,Of an account nobody knows,
"""
TALKS = """id,account,at,kind,summary,transcript
c1,acme,2026-02-06 09:00:00,call,,"[0:00:01] Zoe: The rollout is bad and slow.
[0:00:09] Sam of Larkspur: I am so happy to hear good things!"
c2,acme,2026-02-07 09:00:00,email,"Good news, we love the planner.",
"""


def workspace(tmp_path: Path, read_by: str = "offline", env: dict[str, str] | None = None) -> Doors:
    root = tmp_path / "ws"
    if not root.exists():
        create(root)
        for shipped in (root / "mappings").glob("*"):
            shipped.unlink()
        (root / "mappings" / "desk.yaml").write_text(MAPPING, encoding="utf-8")
        data = root / "data"
        data.mkdir()
        (data / "accounts.csv").write_text("id,name\nacme,Acme\nbeta,Beta\n", encoding="utf-8")
        (data / "people.csv").write_text("id,account,name\np1,acme,Zoe\n", encoding="utf-8")
        (data / "tickets.csv").write_text(TICKETS, encoding="utf-8")
        (data / "talks.csv").write_text(TALKS, encoding="utf-8")
    file = root / "vitalreel.yaml"
    lines = [f"texts: {{read_by: {read_by}}}" if x.startswith("texts:") else x for x in file.read_text().splitlines()]
    file.write_text("\n".join(lines) + "\n")
    return open_doors(root, read_settings(env or {}))


def load(doors: Doors, hours: int = 0) -> Loaded:
    (origin,) = origins(doors)
    return load_source(doors, origin, doors.workspace.root / "data", lambda: NOW + timedelta(hours=hours), "hand")


def rows(doors: Doors, table: str) -> dict[str, dict[str, Any]]:
    with doors.lake.session() as session:
        found = session.as_of(date(2026, 3, 2))[table].to_pyarrow().to_pylist()
    return {r["row_key"]: r for r in found}


def kept(doors: Doors) -> int:
    with reading(doors.engine).connect() as c:
        return len(c.execute(t.text_reading.select()).all())


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[llm.Llm]:
    monkeypatch.setattr(asking, "wait", lambda _: None)
    with llm.server() as started:
        yield started


def test_tickets_and_conversations_are_read_at_load(tmp_path: Path):
    """D7: sentiment where the source gives none, topics of all that has words; of a call only what the customer said."""
    doors = workspace(tmp_path)
    load(doors)
    tickets, talks = rows(doors, "ticket"), rows(doors, "conversation")

    assert (
        tickets["t1"]["sentiment"] < -0.2
        and "offline" == tickets["t1"]["sentiment_by"]
        and "billing" in tickets["t1"]["topics"]
    )
    assert (0.25, None) == (tickets["t3"]["sentiment"], tickets["t3"]["sentiment_by"]) and "data" in tickets["t3"][
        "topics"
    ]
    assert (None, None, None) == tuple(tickets["t4"][n] for n in ("sentiment", "sentiment_by", "topics"))
    assert talks["c1"]["sentiment"] < -0.2 < 0.2 < talks["c2"]["sentiment"]


def test_no_text_is_read_twice(tmp_path: Path, endpoint: llm.Llm):
    """D7: alike texts once, and a second load asks nobody and changes nothing; what is in quarantine is never sent."""
    doors = workspace(tmp_path, f"openai:{llm.MODEL}", llm.environment(endpoint))
    load(doors)
    asked = [text for texts in endpoint.passages for text in texts]
    again = load(doors, 1)

    assert 4 == len(asked) == len(set(asked)) == kept(doors) and not any("Secret" in text for text in asked)
    assert asked == [text for texts in endpoint.passages for text in texts]
    assert {0} == {c.accepted for c in again.tables.values()}
    assert (-0.8, f"openai:{llm.MODEL}") == tuple(rows(doors, "ticket")["t1"][n] for n in ("sentiment", "sentiment_by"))


def test_where_the_model_fails_offline_reads_and_it_is_said(tmp_path: Path, endpoint: llm.Llm):
    """D7: a finding that somebody looks at; the model reads the rest as soon as it answers, once."""
    doors = workspace(tmp_path, f"openai:{llm.MODEL}", llm.environment(endpoint))
    endpoint.troubles = [503] * 40
    first = load(doors)
    read_offline = rows(doors, "ticket")["t1"]["sentiment_by"]
    endpoint.troubles = []
    second = load(doors, 1)
    told = {f.table: f for f in first.findings if f.code == "read_by_stand_in"}

    assert (
        {"ticket", "conversation"} == set(told)
        and first.look
        and not any(f.code == "read_by_stand_in" for f in second.findings)
    )
    assert "503" in told["ticket"].example and 2 == told["ticket"].count and "asked again" in told["ticket"].did
    assert ("offline", f"openai:{llm.MODEL}") == (read_offline, rows(doors, "ticket")["t1"]["sentiment_by"])


def test_labels_that_are_none_are_read_offline(tmp_path: Path, endpoint: llm.Llm):
    """D7: one bad label costs one text."""
    doors = workspace(tmp_path, f"openai:{llm.MODEL}", llm.environment(endpoint))
    endpoint.troubles = [lambda labels: [{**x, "sentiment": 99} for x in labels]] * 2
    done = load(doors)

    assert "no label of the form" in next(f.example for f in done.findings if f.code == "read_by_stand_in")
    assert {"offline"} == {r["sentiment_by"] for r in rows(doors, "ticket").values() if r["sentiment_by"]}


def test_a_check_reads_nothing(tmp_path: Path, endpoint: llm.Llm):
    """D3, D7: `check` sends no customer's word anywhere and keeps nothing."""
    doors = workspace(tmp_path, f"openai:{llm.MODEL}", llm.environment(endpoint))
    look(doors, doors.workspace.root / "data", NOW)

    assert ([], 0) == (endpoint.asked, kept(doors))


def test_other_words_read_all_again(tmp_path: Path):
    """D7: with another vocabulary the next load brings new versions; what was known before stays as it was known."""
    doors = workspace(tmp_path)
    load(doors)
    (doors.workspace.root / "topics.yaml").write_text(
        "topics: 1\nmoney: {label: Money, phrases: [invoice]}\n", encoding="utf-8"
    )
    load(workspace(tmp_path), 1)
    with doors.lake.session() as session:
        versions = session.versions("ticket").to_pyarrow().to_pylist()

    assert ["money"] == [r["topics"] for r in versions if r["row_key"] == "t1" and r["learnt"] > NOW]
    assert "billing" in next(r["topics"] for r in versions if r["row_key"] == "t1" and r["learnt"] == NOW)


def test_what_an_account_writes_about_is_told_with_its_tone(tmp_path: Path):
    """D7, H16: topics by how often, each with how it sounds."""
    doors = workspace(tmp_path)
    load(doors)
    topics = {x.name: x for x in tone_of(doors, "acme", date(2026, 3, 2)).topics}

    assert ("Billing and price", 2) == (topics["billing"].label, topics["billing"].texts)
    assert topics["billing"].mean is not None and topics["billing"].mean < -0.2


def test_conditions_may_ask_what_was_written_about(tmp_path: Path):
    """D7: `text.about('billing')` of tickets and conversations alike, by the topics that topics.yaml ships."""
    doors = workspace(tmp_path)
    load(doors)
    catalogue = catalogue_of(doors)
    asked = parse("at least 2 text.about('billing') within 60 days", catalogue)
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue, date(2026, 3, 1), frozenset({"text.about"}))
        found = [(r["account_id"], r["arg"]) for r in signals.tables["events"].to_pyarrow().to_pylist()]
    shipped = {topic.name for topic in read_topics(doors.workspace.yaml("topics.yaml"), "topics.yaml")}

    assert () == asked.errors and 2 == found.count(("acme", "billing")) and ("beta", "data") in found
    assert shipped == set(catalogue.signals["text.about"].args)
