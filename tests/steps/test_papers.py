"""Papers and forecasts from a real lake: by command, with files, source rows and exit codes; and where nothing can be told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.steps.companies import DAY, NOW, START, at, put
from vitalreel.cli import main
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import AccountId, ContactId
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.look import look
from vitalreel.steps.orders import Order, write
from vitalreel.steps.papers import qbr_pack, renewal_brief
from vitalreel.steps.renewals import renewals
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

WEEKS = [DAY - dt.timedelta(weeks=n) for n in range(60)]
RENEWS = DAY + dt.timedelta(days=80)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    """Halden and twelve like it: a year of weeks each, seats, a goal, milestones, tickets, people, a review ahead."""
    opened = open_doors(create(tmp_path_factory.mktemp("papers") / "ws").root)
    names = ["halden", *(f"peer{n}" for n in range(12))]
    put(
        opened,
        "account",
        [
            {
                "account_id": a,
                "name": a.title(),
                "segment": "enterprise",
                "tier": 1,
                "since": START,
                "csm": "mia",
                "outcome": "a calm rota",
            }
            for a in names
        ],
    )
    put(
        opened,
        "csm",
        [{"csm_id": "mia", "name": "Mia Lund", "first_name": "Mia", "email": "mia@larkspur.example", "title": "CSM"}],
    )
    put(
        opened,
        "contract",
        [
            {
                "contract_id": f"c-{a}",
                "account_id": a,
                "start": START,
                "end": RENEWS,
                "renewal": RENEWS,
                "arr": 4_850_000,
                "currency": "USD",
                "seats": 300 + n,
            }
            for n, a in enumerate(names)
        ],
    )
    put(
        opened,
        "usage",
        [
            {"account_id": a, "day": day, "metric": "weekly_users", "value": float(200 - n + 3 * i)}
            for i, a in enumerate(names)
            for n, day in enumerate(WEEKS)
        ],
    )
    put(
        opened,
        "feature_usage",
        [
            {"account_id": "halden", "day": day, "feature": f, "value": 40.0 - n % 7}
            for n, day in enumerate(WEEKS)
            for f in ("swaps", "rota", "leave")
        ],
    )
    put(
        opened,
        "contact",
        [
            {
                "contact_id": "ana",
                "account_id": "halden",
                "name": "Ana Costa",
                "first_name": "Ana",
                "role": "sponsor",
                "active": True,
                "email": "a@x.example",
            },
            {"contact_id": "bo", "account_id": "halden", "name": "Bo Li", "role": "admin", "active": False},
        ],
    )
    put(
        opened,
        "milestone",
        [
            {"account_id": "halden", "milestone": "go live", "due": START, "done": START},
            {"account_id": "halden", "milestone": "payroll export", "due": DAY - dt.timedelta(days=9)},
        ],
    )
    put(
        opened,
        "ticket",
        [
            {
                "ticket_id": f"t{n}",
                "account_id": "halden",
                "opened": at(DAY - dt.timedelta(days=3 * n + 2)),
                "severity": "low",
            }
            for n in range(4)
        ],
    )
    put(
        opened,
        "calendar_item",
        [{"item_id": "q", "account_id": "halden", "kind": "qbr", "day": DAY + dt.timedelta(days=14)}],
        START,
    )
    return opened


def run(doors: Doors, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "-w", str(doors.workspace.root), "--as-of", str(DAY)])


def test_the_pack_and_the_film_before_the_review_are_of_one_ledger(doors: Doors):
    """(H14) From the lake on: each fact both tell has one value and one digest of source rows."""
    pack = qbr_pack(doors, "halden", DAY)
    with doors.lake.session() as session:
        tables = known_tables(session, doors.programme, DAY)
        film = write(
            doors, tables, Order(AccountId("halden"), ContactId("ana"), "pre_qbr_briefing"), DAY
        ).script.brief.facts

    both = set(pack.facts) & set(film)
    assert {"wau_now", "wau_before", "seat_share", "seats", "middle", "opened", "weekly", "by_feature"} <= both
    assert {n: pack.facts[n] for n in both} == {n: film[n] for n in both}


def test_the_command_writes_page_pdf_and_json_with_every_source_row(doors: Doors, tmp_path: Path):
    """(H14) Each fact of the JSON names its table, its rows and their digest; nothing is untraced."""
    done = run(doors, "qbr", "halden", "--out", str(tmp_path), "--json")
    answer: dict[str, Any] = json.loads(done.stdout)

    assert done.exit_code == 0, done.output
    assert set(answer["files"]) == {"html", "pdf", "json"} and answer["untraced"] == []
    assert Path(answer["files"]["pdf"]).read_bytes().startswith(b"%PDF-")
    for fact in answer["facts"]:
        source = fact["source"]
        nothing = fact["value"] == 0 and source["count"] == 0  # none of them is a count too
        assert (
            nothing
            or source["table"] == "configuration"
            or (source["rows"] and source["digest"] and source["count"] >= 1)
        ), fact
    assert json.loads((tmp_path / "qbr.json").read_text(encoding="utf-8"))["facts"] == answer["facts"]


def test_the_brief_names_who_left_and_what_is_late(doors: Doors, tmp_path: Path):
    """(H13) People with their status, the milestone past its day, the terms and what comes next."""
    brief = renewal_brief(doors, "halden", DAY)
    done = run(doors, "renewals", "halden", "--out", str(tmp_path), "--json")

    people = next(t for s in brief.sections for t in s.tables if t.of == "people")
    assert [[cell.shown for cell in row] for row in people.rows] == [
        ["Ana Costa", "sponsor", "there"],
        ["Bo Li", "admin", "left"],
    ]
    words = " ".join(brief.words)
    assert (
        "payroll export" in words
        and f"{RENEWS.day} {RENEWS:%B %Y}" in words
        and "No chance of churn is claimed" in words
    )
    assert done.exit_code == 0 and json.loads(done.stdout)["words"] == list(brief.words)


def test_a_forecast_of_a_company_without_history_is_rules_only(doors: Doors):
    """(H13) No outcome is known: what is due is told, and nothing is expected."""
    (found,) = renewals(doors, DAY, 4)
    done = run(doors, "renewals", "--months", "4", "--json")

    assert (found.total.accounts, found.total.due, found.total.expected) == (13, 13 * 4_850_000, None)
    assert found.refused.startswith("rules only: 0 renewals")
    total = json.loads(done.stdout)["forecasts"][0]["total"]
    assert (total["due"], total["best_case"], total["loss"], total["loss_limits"]) == (13 * 4_850_000, None, None, None)


def test_a_history_of_renewals_and_other_currencies_are_told_apart(tmp_path: Path):
    """(H13) Thirty outcomes: an expected amount with its limits; euros are a forecast of their own and are never added to dollars."""
    doors = open_doors(create(tmp_path / "ws").root)
    put(
        doors,
        "account",
        [{"account_id": f"a{n}", "name": f"A{n}", "segment": "mid_market", "since": START} for n in range(40)],
    )
    put(
        doors,
        "contract",
        [
            {
                "contract_id": f"c{n}",
                "account_id": f"a{n}",
                "start": START,
                "end": RENEWS,
                "arr": 1_000_000,
                "currency": "EUR" if n < 10 else "USD",
            }
            for n in range(40)
        ],
    )
    put(
        doors,
        "outcome",
        [
            {
                "outcome_id": f"o{n}",
                "account_id": f"a{n}",
                "day": DAY - dt.timedelta(days=30 + n),
                "kind": "renewed" if n % 5 else "churned",
            }
            for n in range(30)
        ],
    )
    dollars, euros = renewals(doors, DAY)

    assert (dollars.currency, dollars.total.accounts, euros.currency, euros.total.accounts) == ("USD", 30, "EUR", 10)
    assert dollars.refused == "" and dollars.rates[0].decided == 30
    assert dollars.total.expected == round(30 * 1_000_000 * 24.5 / 31)
    assert dollars.total.low is not None and dollars.total.high is not None
    assert dollars.total.low < dollars.total.expected < dollars.total.high <= dollars.total.due
    told = json.loads(run(doors, "renewals", "--json").stdout)["forecasts"][0]
    line = dollars.total
    assert told["total"]["loss_limits"] == [line.due - line.high, line.due - line.low]
    assert told["total"]["best_case"] == line.high and told["rates"][0]["limits"] == list(dollars.rates[0].limits)
    text = run(doors, "renewals").output
    assert "renewed so far, all: 24 of 30" in text and "4000 draws, seed 13" in text


def test_what_nobody_knows_is_named(doors: Doors):
    with pytest.raises(NotFound, match="nobody"):
        qbr_pack(doors, "nobody", DAY)
    with pytest.raises(BadInput, match="--months"):
        renewals(doors, DAY, 0)
    assert run(doors, "qbr", "nobody").exit_code == 2
    assert run(doors, "renewals", "--months", "99").exit_code == 2


def test_check_names_a_mistake_in_a_paper(tmp_path: Path):
    """A workspace's own papers are looked over with everything else people write, file and line named."""
    doors = open_doors(create(tmp_path / "ws").root)
    assert [p for p in look(doors, None, NOW).problems if "papers/" in p.where] == []
    path = doors.workspace.root / "papers" / "qbr.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{review_day}", "{no_such_day}"), encoding="utf-8")

    (wrong,) = [p for p in look(doors, None, NOW).problems if "papers/" in p.where]
    assert wrong.where.startswith("papers/qbr.yaml line ") and "'no_such_day', which is no fact" in wrong.what
