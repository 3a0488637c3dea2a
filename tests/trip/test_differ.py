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
