"""How much two accounts' films of one module differ, asked on the command line."""

from __future__ import annotations

import json

from click.testing import CliRunner

from tests.trip.conftest import DAY, Company
from tests.trip.test_truth import MODULE, two
from vitalreel.cli import main


def asked(company: Company, module: str, *accounts: str) -> tuple[int, dict[str, object]]:
    options = [word for account in accounts for word in ("--account", account)]
    done = CliRunner().invoke(
        main, ["differ", module, "-w", str(company.root), "--as-of", DAY.isoformat(), *options, "--json"]
    )
    return done.exit_code, json.loads(done.stdout) if done.stdout else {"error": done.stderr}


def test_films_of_two_accounts_differ_in_more_than_the_greeting(company: Company) -> None:
    """Both shares, the scenes that are each viewer's own, and no flag where the data differ (V3)."""
    first, second = (written.order.account for written in two(company))
    code, found = asked(company, MODULE, first, second)
    [pair] = found["pairs"]  # type: ignore[misc]

    assert (0, False) == (code, pair["theatre"])
    assert pair["words"] > 0.4 and pair["seconds"] > 0.4 and "use_over_year" in pair["own_scenes"]


GREETING = """
module: greeting
version: 1
title: "For {account.name}"
owner: cs
for: {category: renewal, segments: [], viewer: champion else admin else sponsor else user, length: [5 s, 90 s]}
talent: spokesperson
tone: Level.
grade: 9
asks: {button: "Choose {asks.minutes with unit}", url: links.book_csm, minutes: 20, line: "Or write to {csm.first_name}, who answers."}
success: {metric: usage.weekly_users, moves: up 15%, within: 45 days, if_not: "a task"}
facts: {}
scenes:
  - scene: title
    does: [greet]
    headline: "A short note"
    show: {title: ["A short note"], kicker: "For {account.name}", prepared_for: "Prepared for {contact.full_name}"}
    say_exactly: "Hello {contact.first_name}. This is a short note for {account.name} about how we work together."
  - scene: offer
    does: [signal, figures, unknown]
    headline: "A short talk"
    show: {statement: ["A talk of {asks.minutes with unit}."]}
    say_exactly: "This is written on {as_of}. On {as_of} our calendar was open. We offer every customer a talk of {asks.minutes with unit}. What we do not know is what you want to ask."
  - {scene: next_step, does: [next_step, person], headline: "Talk to us", show: {next_step: asks}, say_exactly: "Choose a time that suits you and bring what you want to ask."}
"""  # noqa: E501


def test_a_pair_that_differs_in_the_greeting_only_is_flagged(company: Company) -> None:
    """V3: personalisation theatre: the flag in the document and the table, and an exit code that asks for a look."""
    (company.root / "modules" / "greeting.yaml").write_text(GREETING, encoding="utf-8")
    first, second = (written.order.account for written in two(company))
    code, found = asked(company, "greeting", first, second)
    [pair] = found["pairs"]  # type: ignore[misc]
    options = ["--account", first, "--account", second]
    table = CliRunner().invoke(
        main, ["differ", "greeting", "-w", str(company.root), "--as-of", DAY.isoformat(), *options]
    )

    assert (1, [], True, []) == (code, found["refused"], pair["theatre"], pair["own_scenes"])
    assert 0 < pair["words"] < 0.4
    assert (1, 1) == (table.exit_code, table.stdout.count("GREETING ONLY"))
    assert "Flagged pairs differ in little but the greeting" in table.stdout


def test_an_account_without_a_film_is_named_with_its_reason(company: Company) -> None:
    """It keeps no other from being compared, and the exit code asks for a look (V3)."""
    one, _ = two(company)
    code, found = asked(company, MODULE, one.order.account, "acc-999999")

    assert (1, []) == (code, found["pairs"])
    assert ["acc-999999"] == [refused["account"] for refused in found["refused"]]  # type: ignore[index, union-attr]


def test_one_account_is_not_enough(company: Company) -> None:
    """A wrong use is told as one, with the remedy."""
    code, found = asked(company, MODULE, "acc-000001")

    assert 2 == code
    assert "name two accounts or more" in str(found["error"])
