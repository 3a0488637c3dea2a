"""What people wrote down, as fields a film may quote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from vitalreel.briefs.fact import Origin
from vitalreel.briefs.written import goal_fields, quote_fields, statement_fields, value_fields

AS_OF = date(2026, 11, 20)
DAYS = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))


def origin(table: str, query: str, rows: Iterable[dict[str, Any]]) -> Origin:
    listed = list(rows)
    return Origin(table, query, tuple(f"{table}:{n}" for n, _ in enumerate(listed)), len(listed), "d")


def goal(**other: Any) -> dict[str, Any]:
    return {
        "goal_id": "g1", "rank": 1, "phrase": "to fill ninety-five in a hundred", "short": "Fill 95%", "metric": "filled",
        "unit": "percent", "by": date(2026, 12, 31), "set_on": date(2026, 2, 2), "start": 0.71, "target": 0.95, "now": None,
        "owner": "Priya Raman", "confirmed_on": None, **other,
    }  # fmt: skip


def told(goals: list[dict[str, Any]], values: Iterable[float]) -> dict[str, Any]:
    readings = [{"goal_id": "g1", "day": day, "value": value} for day, value in zip(DAYS, values, strict=False)]
    return {name: known.value for name, known in goal_fields(goals, readings, AS_OF, origin)}


@pytest.mark.parametrize(
    ("start", "target", "values", "met", "held", "gap"),
    [
        (0.71, 0.95, (0.80, 0.95, 0.962), True, True, 0.0),
        (0.71, 0.95, (0.96, 0.94, 0.97), True, False, 0.0),
        (0.71, 0.95, (0.80, 0.96, 0.90), False, False, 0.05),
        (0.11, 0.06, (0.09, 0.06, 0.055), True, True, 0.0),  # lower is better
    ],
)
def test_a_goal_is_held_against_its_own_direction(
    start: float, target: float, values: tuple[float, ...], met: bool, held: bool, gap: float
) -> None:
    """A goal to lower something is met from above; "held" speaks of every reading since the first that reached it (D12, H15)."""
    got = told([goal(start=start, target=target)], values)

    assert (met, held, gap) == (got["goal.met"], got["goal.held"], pytest.approx(got["goal.gap"]))


def test_a_goal_never_reached_has_no_day_on_which_it_was() -> None:
    """Absent, not false: a film must not say "first met on" for a goal that was not."""
    got = told([goal()], (0.72, 0.8, 0.85))

    assert (False, True, None, None) == (
        got["goal.met"], got["goal.nearer"], got.get("goal.met_on"), got.get("goal.held"),
    )  # fmt: skip


def test_goals_come_in_their_rank() -> None:
    """The first goal is the customer's first, whenever it was typed in."""
    second = goal(goal_id="g2", rank=2, phrase="to publish early", set_on=date(2026, 1, 1))
    got = told([second, goal()], (0.9,))

    assert ("to fill ninety-five in a hundred", "to publish early") == (got["goal.phrase"], got["goal_2.phrase"])


def test_money_saved_is_in_cents_and_only_where_something_was() -> None:
    """A sum that rose is no saving, and nothing calls it one."""
    row = {"name": "agency_spend", "kind": "money", "begins": date(2026, 2, 1), "ends": AS_OF, "before": 4.31e6, "after": 2.97e6,
           "currency": "USD", "basis": "your own agency invoices", "owner": "D", "confirmed_on": AS_OF}  # fmt: skip
    less = {n: (k.value, k.currency) for n, k in value_fields([row], origin)}
    more = {n for n, _ in value_fields([row | {"after": 5e6}], origin)}

    assert ((134_000_000, "USD"), False) == (less["value.agency_spend.saved"], "value.agency_spend.saved" in more)


def quote(**other: Any) -> dict[str, Any]:
    return {
        "quote_id": "q", "issued": date(2026, 11, 1), "valid_until": date(2027, 1, 31), "seats": 3400, "seat_price": 1040,
        "seat_price_before": 1000, "total": 42_432_000, "currency": "USD", "term_months": 12, "approved": True, **other,
    }  # fmt: skip


def test_only_an_approved_quote_that_stands_is_quoted() -> None:
    """A price in a film is a promise: drafts, old and coming quotes are not read out."""
    others = [quote(approved=False, seats=1), quote(valid_until=date(2026, 11, 19)), quote(issued=date(2026, 11, 21))]
    nothing = list(quote_fields(others, 3200, AS_OF, origin))
    got = {n: k.value for n, k in quote_fields([*others, quote()], 3200, AS_OF, origin)}

    assert ([], 3400, 200, 0.04, 72) == (
        nothing, got["quote.seats"], got["quote.seats_more"], got["quote.price_change"], got["quote.days_valid"],
    )  # fmt: skip


def test_a_statement_is_as_old_as_the_day_somebody_last_stood_by_it() -> None:
    """A claim without a figure is a fact too, with an owner and a date (V2)."""
    row = {"topic": "hard_cost", "text": "some of your people were paid late", "day": date(2026, 7, 1), "owner": "Daniel Osei",
           "confirmed_on": date(2026, 11, 15)}  # fmt: skip
    [(name, known)] = statement_fields([row], origin)

    assert ("statement.hard_cost", date(2026, 11, 15), "written by Daniel Osei on 2026-07-01") == (
        name, known.as_of, known.origin.query,
    )  # fmt: skip
