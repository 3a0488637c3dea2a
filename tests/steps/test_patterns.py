"""Patterns in a workspace: churns of its lake, conditions of its language, one command."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.steps.companies import DAY, SIGNALS, START, company, put
from vitalreel.cli import main
from vitalreel.conditions import parse
from vitalreel.errors import BadConfiguration
from vitalreel.health.patterns import read_questions
from vitalreel.signals.catalogue import read_catalogue
from vitalreel.steps.doors import Doors
from vitalreel.steps.patterns import look_for
from vitalreel.store.workspace import LIBRARY, read_yaml

LEAVERS, STAYERS, HORIZON = 32, 32, 60
QUESTIONS = """
patterns:
  drop: {label: Use fell, when: usage.active_users down X% over 1 quarter, x: [10, 30, 60]}
  other: {label: Asked elsewhere, when: mails.opened down X% over 1 quarter, x: [10, 30]}
"""


def leaving(root: Path) -> Doors:
    """LEAVERS lose 40 % of their people seven weeks before they leave; STAYERS keep theirs. A reading a week."""
    doors = company(root)
    (root / "signals.yaml").write_text(
        SIGNALS.replace("usage: 3", "usage: 8").replace("feed: usage, fresh: 3", "feed: usage, fresh: 8"),
        encoding="utf-8",
    )
    (root / "patterns.yaml").write_text(QUESTIONS, encoding="utf-8")
    ends = {f"l{i:02d}": DAY - dt.timedelta(days=25 + i) for i in range(LEAVERS)}
    names = [*ends, *(f"s{i:02d}" for i in range(STAYERS))]
    put(doors, "account", [{"account_id": a, "name": a, "segment": "mid_market", "since": START} for a in names])
    put(doors, "outcome", [{"outcome_id": a, "account_id": a, "day": d, "kind": "churned"} for a, d in ends.items()])
    days = [DAY - dt.timedelta(days=7 * n) for n in range(40)]
    put(doors, "usage", [
        {"account_id": a, "day": d, "metric": "active_users",
         "value": 6.0 if a in ends and ends[a] - dt.timedelta(days=49) <= d else 10.0}
        for a in names for d in days if d <= ends.get(a, DAY)
    ])  # fmt: skip
    return doors


def test_history_proposes_the_threshold_of_the_usage_drop(tmp_path: Path) -> None:
    """H21: 30 % of 10, 30 and 60, on nobody who stayed; per segment too; a question of signals that are not there is not asked."""
    doors = leaving(tmp_path / "ws")
    common = ["-w", str(doors.workspace.root), "--as-of", DAY.isoformat(), "--json", "--horizon", str(HORIZON)]
    said = json.loads(CliRunner().invoke(main, ["patterns", *common]).stdout)

    assert (None, ["all accounts", "mid_market"]) == (said["refused"], [g["group"] for g in said["groups"]])
    for group in said["groups"]:
        assert [["drop"]] == [p["names"] for p in group["single"]]
        best = group["single"][0]
        assert (["usage.active_users down 30% over 1 quarter"], 0.0) == (best["conditions"], best["false"])
        assert (LEAVERS, LEAVERS) == (best["churns"], best["hits"])


def test_a_company_with_few_churns_is_told_so(tmp_path: Path) -> None:
    """H21: a refusal names what is missing and leaves the plays as they are."""
    doors = leaving(tmp_path / "ws")
    early = DAY - dt.timedelta(days=30)
    got = CliRunner().invoke(
        main, ["patterns", "-w", str(doors.workspace.root), "--as-of", early.isoformat(), "--horizon", str(HORIZON)]
    )

    assert 1 == got.exit_code
    assert "too few, 30 are needed" in got.stdout


def test_a_question_that_is_not_sound_is_named(tmp_path: Path) -> None:
    """H21: file, question and reason."""
    doors = leaving(tmp_path / "ws")
    (doors.workspace.root / "patterns.yaml").write_text(QUESTIONS.replace("down X%", "down X points"), encoding="utf-8")

    with pytest.raises(BadConfiguration, match=r"patterns\.drop"):
        look_for(doors, DAY, HORIZON)


def test_every_shipped_question_is_sound() -> None:
    """H21: with the shipped catalogue, at every threshold."""
    catalogue = read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")
    questions = read_questions(read_yaml(LIBRARY / "patterns.yaml", "patterns.yaml"), "patterns.yaml")

    assert {} == {t: parse(t, catalogue).errors for q in questions for t in q.texts if parse(t, catalogue).errors}
