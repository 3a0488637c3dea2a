"""Conditions inside a film's module: the account's facts as names, on both sides."""

from __future__ import annotations

import datetime as dt

import pytest

from vitalreel.conditions import facts

UNITS = {
    "wau_now": "count", "wau_before": "count", "drop": "percent", "arr": "money:USD", "use_case": "name", "ours": "flag",
    "renewal": "date", "promised": "date",
}  # fmt: skip
VALUES = {
    "wau_now": 12, "wau_before": 240, "drop": -0.95, "arr": 5_000_000, "use_case": "rostering", "ours": True,
    "renewal": dt.date(2026, 5, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wau_now < 10% of wau_before", True),
        ("wau_now < 5% of wau_before", False),
        ("wau_now > wau_before", False),
        ("wau_now / wau_before >= 5%", True),
        ("drop <= -60%", True),
        ("arr >= 50000 USD", True),
        ("arr > 50000 USD", False),
        ("use_case = 'rostering' and ours", True),
        ("use_case is one of ('compliance', 'rostering')", True),
        ("not (use_case is 'rostering')", False),
        ("renewal after 2026-04-30", True),
        ("days to renewal between 30 and 31", True),
        ("promised is known", False),
        ("promised is unknown and wau_now >= 2", True),
        ("renewal after promised", None),
        ("renewal after promised or ours", True),
        ("renewal after promised and wau_now = 13", False),
        ("wau_now is not 13", True),
    ],
)
def test_a_module_asks_about_its_facts(text, expected):
    """V1: one language for plays and films; a comparison with a missing fact is unknown, so its case falls through."""
    got = facts.holds(facts.check(text, UNITS).sound, VALUES, dt.date(2026, 4, 1))

    assert expected is got


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wau_now down 10% over 1 week", "E_MODULE"),
        ("wau_now > 2x own 7-day mean", "E_MODULE"),
        ("feed('usage') is fresh", "E_MODULE"),
        ("any contact where role is sponsor", "E_MODULE"),
        ("wau_now < 10% of arr", "E_UNIT"),
        ("wau_now < 10% of before", "E_BEFORE"),
        ("wau_now - wau_before > 5", "E_ARITHMETIC"),
        ("wau_no < 5", "E_NAME"),
        ("use_case is rostering", "E_QUOTE"),
        ("wau_now and drop are known", "E_WORDING"),
        ("renewal = promised", "E_TYPE"),
    ],
)
def test_what_a_module_cannot_ask_is_refused(text, code):
    """V1: a mistake in a case has the same codes as one in a play."""
    assert [code] == [m.code for m in facts.check(text, UNITS).errors]


def test_the_names_asked_about_are_told():
    """V4: a case's wording may only rely on facts it asked for."""
    tree = facts.check("wau_now < 10% of wau_before and (ours or days to renewal < 9)", UNITS).sound

    assert {"wau_now", "wau_before", "ours", "renewal"} == facts.asked(tree)


def test_a_text_can_be_checked_and_answered_at_once():
    """V1: small cases need no tree of their own."""
    assert facts.evaluate_facts("wau_now >= 12", VALUES, UNITS) is True
