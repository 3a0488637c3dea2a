"""Advocates: found as of a day, asked by a play, answered, and the answer counted in the score (H10)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from tests.steps.companies import DAY, NOW, at, put
from tests.steps.growing import RULES
from tests.steps.test_opportunity import CARD_HERE, opened
from vitalreel.cli import main
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import AccountId
from vitalreel.steps.advocacy import advocates, answer
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.look import look
from vitalreel.store import tables as t

A02 = AccountId("a02")
THEN = at(DAY, 18)
SPEAKS = (
    "points:\n  - {name: advocate, label: Agreed to speak for us, when: advocacy.agreed within 1 year, points: +5}\n"
)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Four accounts answered the survey; the sponsor of one of them with a ten."""
    found = opened(tmp_path / "ws")
    root = found.workspace.root
    (root / "advocacy.yaml").write_text(RULES, encoding="utf-8")
    (root / "scorecards" / "everybody.yaml").write_text(CARD_HERE + SPEAKS, encoding="utf-8")
    put(found, "survey", [{"survey_id": f"s{i}", "account_id": f"a{i:02}", "contact_id": f"a{i:02}-sponsor", "day": DAY, "kind": "nps",
                           "score": score} for i, score in ((1, 10.0), (2, 10.0), (3, 9.0), (4, 2.0))])  # fmt: skip
    return found


def named(doors: Doors, day: dt.date = DAY) -> list[str]:
    return [c.account for c in advocates(doors, day).candidates]


def scores(doors: Doors) -> dict[str, float]:
    assess(doors, DAY, NOW)
    with doors.lake.session() as session:
        rows = session.as_of(DAY)["score"].to_pyarrow().to_pylist()
    return {r["account_id"]: float(r["points"]) for r in rows if r["day"] == DAY and r["account_id"] in ("a02", "a03")}


def test_who_might_be_asked_why_and_whom(doors: Doors) -> None:
    """H10: content and calm; a01 has an urgent ticket, a04 would not recommend us; the sponsor said so themselves."""
    found = advocates(doors, DAY)
    first = found.candidates[0]
    assert first.ask is not None

    assert ["a02", "a03"] == [c.account for c in found.candidates]
    assert (["They would recommend us", "No severe ticket"], ["reference"]) == (
        [w.label for w in first.why],
        [k.name for k in first.kinds],
    )
    assert ("a02-sponsor", DAY, True) == (first.ask.contact, first.ask.promoted_on, first.ask.mail)
    assert "testimonial: it needs result" in found.left_out


def test_an_answer_is_a_signal_the_score_reads_and_a_no_takes_nothing(doors: Doors) -> None:
    """H10: yes gives its points from its day on; no gives none and takes none; both rest for a year, done counts as agreed."""
    before = scores(doors)
    answer(doors, A02, "reference", "yes", "Ines", DAY, THEN, "a02-sponsor", "From January on")
    answer(doors, AccountId("a03"), "reference", "no", "Ines", DAY, THEN)

    assert {"a02": before["a02"] + 5, "a03": before["a03"]} == scores(doors)
    assert [] == named(doors)
    assert [("a02", "yes", "From January on")] == [
        (a.account, a.said, a.comment) for a in advocates(doors, DAY).answers if a.account == "a02"
    ]


def test_an_answer_of_a_later_day_changes_nothing_before_it(doors: Doors) -> None:
    """H10, D3: no look-ahead, in who might be asked and in the score."""
    before = named(doors), scores(doors)
    answer(doors, A02, "reference", "yes", "Ines", DAY + dt.timedelta(days=1), THEN)

    assert before == (named(doors), scores(doors))
    assert () == advocates(doors, DAY).answers


def test_another_answer_on_the_same_day_takes_its_place(doors: Doors) -> None:
    """H10: heard wrongly, written anew."""
    answer(doors, A02, "reference", "yes", "Ines", DAY, THEN)
    answer(doors, A02, "reference", "later", "Ines", DAY, THEN + dt.timedelta(hours=1))

    assert ["later"] == [a.said for a in advocates(doors, DAY).answers]


def test_what_is_no_answer_is_refused(doors: Doors) -> None:
    """H10: an answer, a kind, a name, an account, a person that there is not."""
    for account, kind, said, by, contact, error in (
        (A02, "reference", "maybe", "Ines", None, BadInput), (A02, "speech", "yes", "Ines", None, BadInput),
        (A02, "reference", "yes", " ", None, BadInput), (AccountId("x"), "reference", "yes", "Ines", None, NotFound),
        (A02, "reference", "yes", "Ines", "a03-sponsor", NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            answer(doors, account, kind, said, by, DAY, THEN, contact)


def test_a_request_is_a_run_of_a_play_of_advocacy(doors: Doors) -> None:
    """H10: what the shipped play has opened stands beside the candidate."""
    run = {"id": "r1", "play": "advocacy", "account": "a02", "occurrence": DAY.isoformat(), "arm": "served", "opened_on": DAY,
           "state": "running", "step": 0, "config": "x", "at": NOW}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(insert(t.play_run), [run, {**run, "id": "r2", "play": "usage_drop", "account": "a03"}])
    found = advocates(doors, DAY)
    asked = found.asked("a02")
    assert asked is not None

    assert ("advocacy", DAY, "running", None) == (asked.play, asked.opened_on, asked.state, found.asked("a03"))


def test_the_command_lists_and_takes_the_answer(doors: Doors) -> None:
    """H10: `vitalreel advocacy list`, `answer`, and `list` again."""
    (doors.workspace.var / "truth.csv").write_text(
        "account_id\n", encoding="utf-8"
    )  # of a simulated company, on its day
    common = ["-w", str(doors.workspace.root), "--as-of", DAY.isoformat(), "--json"]
    before = json.loads(CliRunner().invoke(main, ["advocacy", "list", *common]).stdout)
    given = CliRunner().invoke(main, ["advocacy", "answer", "a02", "reference", "yes", "--by", "Ines", *common])
    after = json.loads(CliRunner().invoke(main, ["advocacy", "list", *common]).stdout)

    assert (0, "2027-03-26") == (given.exit_code, json.loads(given.stdout)["rests_until"])
    assert (["a02", "a03"], ["a03"]) == tuple([c["account"] for c in x["candidates"]] for x in (before, after))
    assert ["a02"] == [a["account"] for a in after["answers"]]


def test_check_names_what_is_wrong_in_either_file(doors: Doors) -> None:
    """H9, H10: `vitalreel check` reads both; what a workspace has not got is no mistake."""
    sound = {p.where for p in look(doors, None, NOW, connect=False).problems}
    for name in ("advocacy.yaml", "expansion.yaml"):
        (doors.workspace.root / name).write_text("rest: a year\n", encoding="utf-8")
    wrong = {p.where for p in look(doors, None, NOW, connect=False).problems} - sound

    assert {"advocacy.yaml", "expansion.yaml"} == {place.partition(":")[0] for place in wrong}
