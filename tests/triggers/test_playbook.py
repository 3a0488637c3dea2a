"""Sequences of tasks for people: read with every mistake named, begun by a play, asked on their days, turn after turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from tests.triggers.books import SHIPPED
from tests.triggers.plays import RAW, RULES, known, play, standing, standings
from vitalreel.errors import BadConfiguration
from vitalreel.identity import AccountId
from vitalreel.triggers.calendar import is_business_day
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Task
from vitalreel.triggers.matrix import Play, TaskStep, read_play
from vitalreel.triggers.playbook import in_order, read_playbook
from vitalreel.triggers.version import kept, read_kept

ACME, MONDAY = AccountId("acme"), date(2026, 6, 1)  # no holiday of Great Britain's until the end of August
CALL = {"task": "call", "owner": "csm", "title": "Call {account.name}", "due": "1 business day"}


def begun(name: str = "red_account") -> Play:
    ladder = [{"step": "people", "playbook": name}]
    return read_play({**RAW, "ladder": ladder, "stop_when": []}, "plays/usage_drop.yaml", SHIPPED)


def asked(play: Play, days: Mapping[int, bool]) -> list[Task]:
    """Tasks of acme's run, day by day from its opening. days: which of them are decided."""
    episodes: dict[Any, Any] = {}
    runs: tuple[Any, ...] = ()
    found: list[Task] = []
    for n in (n for n, there in days.items() if there):
        stored = known(episodes=episodes, runs=runs)
        answers = {"usage_drop": {ACME: Answers(when=True)}}
        there = standings(standing(country="GB", running=("usage_drop",) if runs else ()))
        got = decide([play], answers, there, stored, RULES, MONDAY + timedelta(days=n))
        episodes |= {(e.account, e.play): e for e in got.episodes}
        runs = tuple(r for r in got.runs if r.state == "running")
        found += got.tasks
    return found


def test_a_red_account_is_worked_on_hour_by_hour_at_first_and_until_day_ninety():
    """T10: diagnosis, executives, stand-ups each working day to day 30, a look each week, a talk every two while stabilising."""
    found = asked(begun(), dict.fromkeys(range(92), True))
    day = {k.step: (k.day - MONDAY).days for k in found}
    stand_ups = [k.day for k in found if k.series == "people.stand_up"]
    talks = [(k.day - MONDAY).days for k in found if k.series == "people.check_in"]

    assert (0, 1, 3, 31, 90) == tuple(
        day[f"people.{x}"] for x in ("diagnosis", "executive_alignment", "recovery_plan", "stabilise", "close")
    )
    assert [d for n in range(3, 31) if is_business_day(d := MONDAY + timedelta(days=n), "GB")] == stand_ups
    assert [7, 14, 21, 28] == [
        n for n in range(29) if any((k.day - MONDAY).days == n and "score_check" in k.step for k in found)
    ]
    assert [38, 52, 66, 80] == talks
    assert {"red_account"} == {k.playbook for k in found}


def test_days_that_nobody_decided_ask_once_for_what_comes_again():
    """T10: after a week without a turn of the loop there is one stand-up, today's, and everything that is asked once."""
    found = asked(begun(), {n: n in (0, 8) for n in range(9)})

    assert [8] == [(k.day - MONDAY).days for k in found if k.series == "people.stand_up"]
    assert {"people.diagnosis", "people.executive_alignment", "people.recovery_plan"} <= {k.step for k in found}
    assert len({k.step for k in found}) == len(found)


def test_a_playbook_stands_in_the_ladder_and_is_kept_with_the_run():
    """T6 T9: its steps lie between the play's own by their days; a definition that was kept says the same again."""
    own = [{"step": "late", "after": "20 days", "task": {"owner": "csm", "title": "Late", "due": "1 day"}}]
    mixed = read_play({**RAW, "ladder": [{"step": "people", "playbook": "stabilising"}, *own]}, "p", SHIPPED)
    days = [s.after_days for s in mixed.ladder]

    assert sorted(days) == days
    assert "late" in [s.name for s in mixed.ladder][1:-1]
    assert mixed == read_kept(kept(mixed))  # type: ignore[arg-type]
    assert ("", False) == (play().ladder[-1].series, play().ladder[-1].working_days)  # type: ignore[union-attr]


def test_the_spec_s_playbooks_ship_and_plays_begin_them():
    """T10: recovery, weekly looks and talks, expansion acceleration, proactive success, each begun by a shipped play."""
    names = {c.name for b in SHIPPED.values() for c in b.chores}

    assert {"red_account", "stabilising", "expansion", "proactive"} == set(SHIPPED)
    assert {"diagnosis", "executive_alignment", "stand_up", "score_check", "check_in", "identify", "value_story", "stakeholders", "close",
            "wins", "people", "roadmap", "multi_year"} <= names  # fmt: skip
    assert [0, 14, 35, 60] == [day for day, _, _ in in_order(SHIPPED["proactive"])]
    assert all(isinstance(s, TaskStep) for s in begun("expansion").ladder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tasks": []}, "has no tasks"),
        ({"tasks": [CALL, CALL]}, "'call' is there twice"),
        (
            {"tasks": [{**CALL, "every": "2 business days", "until": "9 days"}]},
            r"task 1 \(call\): every.*write `1 business day`",
        ),
        ({"tasks": [{**CALL, "until": "9 days"}]}, "has an end and no turns"),
        ({"tasks": [{**CALL, "after": "9 days", "every": "7 days", "until": "9 days"}]}, "ends on day 9"),
        ({"tasks": [{**CALL, "due": "soon"}]}, "cannot read 'soon'"),
        ({"tasks": [{k: v for k, v in CALL.items() if k != "owner"}]}, "'owner' is missing"),
        ({"tasks": [{**CALL, "whom": "x"}]}, "'whom' is not known"),
        ({"playbook": "No Name"}, "is no name"),
    ],
)
def test_a_mistake_in_a_playbook_is_named_with_its_place(changes: dict[str, Any], said: str):
    """P5: file, task and remedy."""
    with pytest.raises(BadConfiguration, match=said):
        read_playbook({"playbook": "p", "tasks": [CALL], **changes}, "playbooks/p.yaml")


def test_a_play_that_begins_a_playbook_nobody_wrote_is_refused():
    """P5: the file that is missing, and those there are."""
    with pytest.raises(BadConfiguration, match=r"no playbooks/nowhere.yaml.*there are expansion, proactive"):
        read_play({**RAW, "ladder": [{"step": "people", "playbook": "nowhere"}]}, "p", SHIPPED)
