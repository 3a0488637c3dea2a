"""A CSM is asked for a reading, gives it, and it counts in the score until it expires."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.steps.companies import CARD, DAY, NOW, SIGNALS, START, at, company, put
from vitalreel.cli import main
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import AccountId
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.pulse import asked, give

PULSE = "  survey.pulse: {type: number, min: 1, max: 5, feed: survey, fresh: 30}\n"
MEASURE = """      csm: {signal: survey.pulse, scale: {1: 0, 5: 100}, weight: 4}
  support:"""
ACME = AccountId("acme")
THEN = at(DAY, 18)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    opened = company(tmp_path / "ws")
    root = opened.workspace.root
    feeds = SIGNALS.replace("feeds: {", "feeds: {survey: 60, ")
    (root / "signals.yaml").write_text(feeds + PULSE, encoding="utf-8")
    (root / "scorecards" / "everybody.yaml").write_text(CARD.replace("  support:", MEASURE, 1), encoding="utf-8")
    owners = {"acme": "csm-1", "bolt": "csm-2", "gone": "csm-1", "tail": None}
    put(opened, "account", [{"account_id": a, "name": a, "csm": csm, "since": START} for a, csm in owners.items()])
    put(opened, "contract", [{"contract_id": a, "account_id": a, "start": START, "arr": 1000_00, "seats": 10, "currency": "USD",
                              "end": dt.date(2026, 1, 1) if a == "gone" else None} for a in owners])  # fmt: skip
    days = [DAY - dt.timedelta(days=n) for n in range(60)]
    put(opened, "usage", [{"account_id": "acme", "day": d, "metric": "active_users", "value": 8.0} for d in days])
    return opened


def level(doors: Doors, day: dt.date) -> tuple[float | None, float | None]:
    """(level of the CSM's reading, of the account's use) on a day."""
    assess(doors, day, NOW)
    with doors.lake.session() as session:
        rows = session.as_of(day)["score_part"].to_pyarrow().to_pylist()
    of = {r["part"]: r["level"] for r in rows if r["account_id"] == "acme" and r["day"] == day}
    return of["csm"], of["people"]


def test_the_owners_of_live_accounts_are_asked_until_they_answer(doors: Doors) -> None:
    """H4: those without an owner or a contract are nobody's to ask; a call asks again."""
    before = [(d.account, d.owner) for d in asked(doors, DAY)]
    give(doors, ACME, 4, "Ines", "", DAY - dt.timedelta(days=5), THEN)
    after = [d.account for d in asked(doors, DAY)]
    put(doors, "conversation", [{"conversation_id": "k", "account_id": "acme", "at": at(DAY), "kind": "call"}])

    assert [("acme", "csm-1"), ("bolt", "csm-2")] == before
    assert (["bolt"], ["acme"]) == (after, [d.account for d in asked(doors, DAY, "csm-1")])


def test_a_reading_is_one_measure_beside_the_others_and_expires(doors: Doors) -> None:
    """H4: it overrides nothing, the next takes its place, and after its days it counts as missing, not as low."""
    give(doors, ACME, 2, "Ines", "asks for offers", DAY, THEN)
    first = level(doors, DAY)
    done = give(doors, ACME, 5, "Ines", "took it back", DAY, THEN + dt.timedelta(hours=1))

    assert ((0.25, 0.8), (1.0, 0.8)) == (first, level(doors, DAY))
    assert done.counts_until == DAY + dt.timedelta(days=29)
    assert 1.0 == level(doors, done.counts_until)[0]
    assert None is level(doors, done.counts_until + dt.timedelta(days=1))[0]


def test_a_reading_of_a_past_day_changes_no_score_of_it(doors: Doors) -> None:
    """H2, H4: known when it was said, not before; a simulated company lives on the day that is acted on."""
    past = DAY - dt.timedelta(days=9)
    before = level(doors, past)
    give(doors, ACME, 5, "Ines", "", past, THEN)
    real = (level(doors, past), level(doors, DAY)[0])
    (doors.workspace.var / "truth.csv").write_text("account_id\n", encoding="utf-8")
    give(doors, ACME, 5, "Ines", "", past, THEN + dt.timedelta(hours=1))

    assert (before, 1.0) == real
    assert 1.0 == level(doors, past)[0]


def test_what_is_no_reading_is_refused(doors: Doors) -> None:
    """H4: a value outside 1 to 5, nobody's name, an account nobody knows."""
    for account, value, by, error in (
        (ACME, 6, "Ines", BadInput),
        (ACME, 3, " ", BadInput),
        (AccountId("x"), 3, "I", NotFound),
    ):
        with pytest.raises(error):
            give(doors, account, value, by, "", DAY, NOW)


def test_the_command_asks_and_takes_the_answer(doors: Doors) -> None:
    """H4: `vitalreel pulse give`, then `due` names the others."""
    (doors.workspace.var / "truth.csv").write_text(
        "account_id\n", encoding="utf-8"
    )  # of a simulated company, on its day
    common = ["-w", str(doors.workspace.root), "--as-of", DAY.isoformat(), "--json"]
    given = CliRunner().invoke(main, ["pulse", "give", "acme", "3", "--by", "Ines", *common])
    left = CliRunner().invoke(main, ["pulse", "due", *common])

    assert (0, 3) == (given.exit_code, json.loads(given.stdout)["value"])
    assert ["bolt"] == [d["account"] for d in json.loads(left.stdout)["due"]]
