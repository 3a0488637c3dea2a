"""How an account sounds, by channel and person; a turn beside what happened then; what plays and scores do with it (H16)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from tests.steps.companies import DAY, START, at, put
from vitalreel.cli import main
from vitalreel.errors import BadConfiguration, NotFound
from vitalreel.signals.tone import Limits, read_limits
from vitalreel.steps.asking import ask, check_play, named_by
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.screens.tone import tone_of
from vitalreel.store import tables as t
from vitalreel.store.workspace import LIBRARY, create, read_yaml
from vitalreel.triggers.matrix import TaskStep, read_play
from vitalreel.wiring import open_doors

TURN = dt.date(2025, 11, 10)
MOODS = ("negative", "neutral", "positive")


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    """`sour` turned in November, the week its sponsor left, in what Ana says and not in what Bo writes; others stay the same."""
    opened = open_doors(create(tmp_path_factory.mktemp("tone") / "ws").root)
    names = ["sour", *MOODS, "one_ticket"]
    put(
        opened,
        "account",
        [{"account_id": a, "name": a.title(), "segment": "enterprise", "tier": 1, "since": START} for a in names],
    )
    put(opened, "sponsor_change", [{"account_id": "sour", "day": TURN + dt.timedelta(days=1)}])
    with opened.engine.begin() as c:
        row = {"row": {}, "updated": at(DAY)}
        c.execute(insert(t.account), [{"id": a, "name": a.title(), **row} for a in names])
        c.execute(insert(t.contact), [
            {"id": who, "account": "sour", "name": name, "email": f"{who}@sour.example", "role": role, "active": True, **row}
            for who, name, role in (("ana", "Ana Costa", "sponsor"), ("bo", "Bo Li", "admin"))
        ])  # fmt: skip
    tickets, talks = [], []
    for n in range(72):
        day = DAY - dt.timedelta(days=5 * n)
        wave = 0.05 if n % 2 else -0.05
        was = 0.4 if day < TURN else -0.5
        for account, level in (("sour", was), ("negative", -0.4), ("neutral", 0.0), ("positive", 0.4)):
            tickets.append({"ticket_id": f"{account}{n}", "account_id": account, "opened": at(day), "closed": at(day, 14),
                            "severity": "low", "sentiment": level + wave})  # fmt: skip
        if n % 2:
            talks.append({"conversation_id": f"c{n}", "account_id": "sour", "at": at(day), "kind": "call", "sentiment": was + wave,
                          "participants": "ana@sour.example|Somebody Else"})  # fmt: skip
            talks.append({"conversation_id": f"m{n}", "account_id": "sour", "at": at(day), "kind": "email", "sentiment": 0.3 + wave,
                          "participants": "Bo Li"})  # fmt: skip
    tickets.append(
        {"ticket_id": "only", "account_id": "one_ticket", "opened": at(DAY), "severity": "low", "sentiment": -1.0}
    )
    put(opened, "ticket", tickets)
    put(opened, "conversation", talks)
    return opened


def test_a_turn_is_told_of_the_channel_and_the_person_in_which_it_happened(doors: Doors):
    """H16: tickets and Ana's calls turned in the week the sponsor left, Bo's mails did not."""
    got = tone_of(doors, "sour", DAY)
    turned = {name: [(turn.week, [e.what for e in turn.events]) for turn in c.turns] for name, _, c in got.rows}

    found = [(TURN, ["the sponsor changed"])]
    assert {
        "All channels": found,
        "Support": found,
        "Call": found,
        "Email": [],
        "Ana Costa": found,
        "Bo Li": [],
    } == turned
    assert {"ana": "sponsor", "bo": "admin"} == {p.contact: p.role for p in got.people}
    assert [("Support", 72), ("Call", 36), ("Email", 36)] == [(n, c.readings) for n, _, c in got.rows[1:4]]
    assert -0.5 == pytest.approx(next(c.level for n, _, c in got.rows if n == "Ana Costa"), abs=0.06)


def test_moods_are_told_by_the_programme_s_limits_and_one_ticket_is_none(doors: Doors):
    """H16."""
    got = {name: tone_of(doors, name, DAY).mood for name in (*MOODS, "one_ticket")}

    assert {**{m: m for m in MOODS}, "one_ticket": None} == got


def test_as_of_a_day_nothing_later_is_known(doors: Doors):
    """D5: in October nothing had turned."""
    assert () == tone_of(doors, "sour", TURN - dt.timedelta(days=7)).every.turns


@pytest.mark.parametrize("name", MOODS)
def test_each_mood_has_its_answer_and_it_is_a_person_s(doors: Doors, name: str):
    """H16: positive, a case or a reference; neutral, a review of the value; negative, a person at once. One ticket fires none of them."""
    play = read_play(read_yaml(LIBRARY / "plays" / f"sentiment_{name}.yaml", name), f"plays/sentiment_{name}.yaml")
    (step,) = play.ladder
    assert isinstance(step, TaskStep) and play.critical and "csm" == step.owner
    assert {"negative": "speak to them today", "neutral": "propose a review", "positive": "share a case"}[
        name
    ] in step.title
    assert {"negative": 1, "neutral": 5, "positive": 10}[name] == step.due.days

    when = play.when.partition(" and band")[0].partition(" and feed")[0]  # of the tone alone: nothing here has a band
    assert "tone.readings >= 8" in when
    catalogue = catalogue_of(doors)
    asked = check_play(
        read_play({**read_yaml(LIBRARY / "plays" / f"sentiment_{name}.yaml", name), "when": when}, "p"), catalogue
    )
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue, DAY, named_by([asked], {}))
        said = ask([asked], signals, [], {})[play.name]
    assert {name} | ({"sour"} if name == "negative" else set()) == {a for a, x in said.items() if x.when}


def test_the_tone_is_part_of_every_shipped_score():
    """H16 H1: beside severity and ratings, a measure of the support group."""
    for path in sorted((LIBRARY / "scorecards").glob("[!_]*.yaml")):
        assert "tone" == read_yaml(path, path.name)["groups"]["support"]["measures"]["tone"]["signal"], path.name


def test_the_command_says_it_in_words_and_as_json(doors: Doors):
    """H16: a person reads the turn and its event, a program every week."""
    ask_for = ["tone", "sour", "-w", str(doors.workspace.root), "--as-of", DAY.isoformat()]
    words = CliRunner().invoke(main, ask_for).stdout
    document: dict[str, Any] = json.loads(CliRunner().invoke(main, [*ask_for, "--json"]).stdout)

    assert "turned in the week of 2025-11-10" in words
    assert "the sponsor changed (2025-11-11)" in words
    assert 52 == len(document["every"]["weeks"]) and {"ana", "bo"} == {p["contact"] for p in document["people"]}
    few = CliRunner().invoke(main, ["tone", "one_ticket", *ask_for[2:]]).stdout
    assert "1 readings in a year, fewer than the 8 it takes" in few
    with pytest.raises(NotFound, match="portfolio"):
        tone_of(doors, "nobody", DAY)


@pytest.mark.parametrize(
    "raw", [0.2, {"positive": 0.2}, {"positive": -0.3, "negative": 0.3}, {"positive": "good", "negative": "bad"}]
)
def test_limits_that_cannot_be_read_are_named(raw: object):
    """P5."""
    with pytest.raises(BadConfiguration, match="tone"):
        read_limits(raw, "vitalreel.yaml: tone")
    assert Limits(0.3, -0.1) == read_limits({"positive": 0.3, "negative": -0.1}, "x")
