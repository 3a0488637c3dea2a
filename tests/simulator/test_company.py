"""A simulated company is the same for the same seed, contains the smaller one, and behaves like a company."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow.compute as pc
import pytest

from vitalreel.simulator.company import Company, simulate
from vitalreel.simulator.plan import Plan

END = date(2026, 11, 22)
PLAN = Plan(60, 200, 7, END)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(PLAN)


def test_the_same_seed_gives_the_same_company(company: Company):
    """D9: reproducible to the last row."""
    again = simulate(PLAN)

    assert {n: t.to_pylist() for n, t in company.tables.items()} == {n: t.to_pylist() for n, t in again.tables.items()}


def test_a_bigger_company_contains_the_smaller_one(company: Company):
    """D9: draws go by name, so asking for more accounts changes none of the ones there were."""
    bigger = simulate(Plan(90, 200, 7, END))
    ids = company.tables["accounts"]["account_id"]
    for name in ("accounts", "usage", "tickets", "contracts", "outcomes", "contacts"):
        part = bigger.tables[name].filter(pc.is_in(bigger.tables[name]["account_id"], value_set=ids.combine_chunks()))

        assert sorted(company.tables[name].to_pylist(), key=str) == sorted(part.to_pylist(), key=str), name


def test_another_seed_gives_another_company(company: Company):
    """D9: nothing is fixed but the rates."""
    other = simulate(Plan(60, 200, 8, END))

    assert company.tables["usage"].to_pylist() != other.tables["usage"].to_pylist()


def test_weekends_are_quiet(company: Company):
    """D9: use follows the working week (some industries work at weekends, so it is not nothing)."""
    use = company.tables["usage"].to_pylist()
    weekday = [r["active_users"] for r in use if date.fromisoformat(r["day"]).weekday() < 5]
    weekend = [r["active_users"] for r in use if date.fromisoformat(r["day"]).weekday() >= 5]

    assert sum(weekend) / len(weekend) < 0.4 * sum(weekday) / len(weekday)


def test_nothing_is_recorded_after_the_last_day_or_before_the_account(company: Company):
    """D5: history ends where it says; only planned dates lie ahead."""
    since = {r["account_id"]: r["since"] for r in company.tables["accounts"].to_pylist()}
    for name, column in (
        ("usage", "day"),
        ("tickets", "opened"),
        ("surveys", "day"),
        ("outcomes", "day"),
        ("feature_usage", "day"),
    ):
        for r in company.tables[name].to_pylist():
            assert since[r["account_id"]] <= r[column][:10] <= END.isoformat()


def test_every_live_account_has_exactly_one_contract_in_force(company: Company):
    """D1: terms follow each other without gap or overlap until an account leaves."""
    today = END.isoformat()
    churned = {r["account_id"] for r in company.tables["outcomes"].to_pylist() if r["kind"] == "churned"}
    live: dict[str, int] = {r["account_id"]: 0 for r in company.tables["accounts"].to_pylist()}
    for r in company.tables["contracts"].to_pylist():
        live[r["account_id"]] += r["start"] <= today < r["end"]

    assert {a: 0 if a in churned else 1 for a in live} == live


def test_a_plan_that_makes_no_sense_is_refused():
    """P5: sizes are named with their range."""
    with pytest.raises(ValueError, match=r"1 to 1,000,000"):
        Plan(0, 200, 7, END)
    with pytest.raises(ValueError, match="30 to"):
        Plan(10, 5, 7, END + timedelta(days=1))
