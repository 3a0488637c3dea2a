"""`vitalreel condition`: the command line's contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from vitalreel.cli.conditions import condition

CATALOGUE = str(Path(__file__).parent / "catalogue.yaml")


def run(*words: str):
    return CliRunner().invoke(condition, [*words, "--catalogue", CATALOGUE])


def test_a_sound_condition_is_told_with_its_written_form_and_tree():
    """commands.md: ok, canonical, tree, errors."""
    got = run("check", "Band IS red", "--json")

    tree = {"is": {"signal": "band"}, "op": "is", "to": {"word": "red"}}
    assert (0, {"ok": True, "canonical": "band is red", "tree": tree, "errors": []}) == (
        got.exit_code,
        json.loads(got.stdout),
    )


def test_a_mistake_is_told_with_code_place_and_readings():
    """commands.md: errors[{code, at[start, end], message, suggestion}]."""
    got = run("check", "band is red or orange", "--json")
    (error,) = json.loads(got.stdout)["errors"]

    assert (2, "E_LIST", [5, 21], "is one of (red, orange)") == (
        got.exit_code,
        error["code"],
        error["at"],
        error["suggestion"],
    )


def test_a_person_sees_the_place_under_the_line():
    """T3: the position is shown, not counted."""
    got = run("check", "tier = 1\n  and band is blue")

    expected = "  and band is blue\n              ^^^^ E_VALUE: 'blue' is none of: red, orange, yellow, green."
    assert expected == got.stdout.strip("\n")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "accounts.csv").write_text("account_id,since\nacme,2026-01-01\nbolt,2026-01-01\n")
    (tmp_path / "facts.csv").write_text("account_id,signal,day,num,word,known_on\nacme,tier,2026-03-01,1,,2026-03-01\n")
    return tmp_path


def test_a_folder_of_csvs_is_asked(data: Path):
    """commands.md: yes[], unknown[]; tables without a file are empty."""
    got = run("eval", "tier <= 2", "--data", str(data), "--as-of", "2026-03-31", "--json")
    answer = json.loads(got.stdout)

    assert (["acme"], ["bolt"]) == (answer["yes"], answer["unknown"])


def test_a_table_that_cannot_be_read_is_named(data: Path):
    """Errors name the thing and the place."""
    (data / "events.csv").write_text("account_id,day\nacme,yesterday\n")
    got = run("eval", "tier <= 2", "--data", str(data), "--as-of", "2026-03-31")

    assert (2, True) == (got.exit_code, "events.csv: this is not a table of that kind" in got.stderr)
