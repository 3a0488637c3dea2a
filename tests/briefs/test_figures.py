"""Figures: shown exactly, said in words, rounded only where the editorial standard allows and owned up to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.briefs.figures import noun, say, show
from vitalreel.briefs.numerals import cardinal, compact, decimal, ordinal, read_number, year
from vitalreel.errors import BadInput

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1204, "count:person|people", "1,204"),
        (0.41, "percent", "41%"),
        (-0.12, "percent", "−12%"),
        (0.0581, "percent:1", "5.8%"),
        (-0.0063, "percent", "−0.6%"),
        (7, "points", "7 points"),
        (1, "points", "1 point"),
        (4_850_000, "money:USD", "$48,500"),
        (1_040, "price:USD", "$10.40"),
        (31_240_050, "price:GBP", "£312,400.50"),
        (31_240_050, "money:GBP", "£312,400"),
        (-30_000, "money:EUR", "−€300"),
        (4_850_000, "money:CHF", "CHF 48,500"),
        (date(2026, 10, 12), "date", "12 October 2026"),
        (date(2026, 10, 1), "month", "October 2026"),
        (date(2026, 10, 5), "week", "week of 5 October 2026"),
        (3.5, "hours", "3.5 hours"),
        (4.6, "number", "4.6"),
        ("Studio 54", "name", "Studio 54"),
    ],
)
def test_a_value_is_shown_as_the_standard_has_it(value: object, unit: str, expected: str) -> None:
    """V2, V9: exact counts, whole percents, symbols, a real minus sign, dates in full."""
    assert expected == show(value, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "style", "expected"),
    [
        (96, "count", "", "ninety-six"),
        (1204, "count", "", "just over twelve hundred"),
        (612, "count", "", "just over six hundred"),
        (440, "count", "", "four hundred and forty"),
        (2680, "count", "", "nearly two thousand seven hundred"),
        (12_446, "count", "", "about twelve thousand"),
        (1204, "count", "exact", "one thousand two hundred and four"),
        (0.41, "percent", "", "forty-one per cent"),
        (0.0063, "percent", "", "zero point six per cent"),
        (0.058, "percent:1", "", "five point eight per cent"),
        (7, "points", "", "seven points"),
        (31_240_000, "money:USD", "", "just over three hundred and ten thousand dollars"),
        (4_850_000, "money:USD", "exact", "forty-eight thousand five hundred dollars"),
        (1_040, "price:USD", "", "ten dollars forty"),
        (60, "price:GBP", "", "sixty pence"),
        (134_000_000, "money:EUR", "exact", "one point three four million euros"),
        (date(2026, 10, 12), "date", "", "the twelfth of October"),
        (date(2028, 1, 31), "date", "", "the thirty-first of January twenty twenty-eight"),
        (date(2027, 10, 20), "date", "", "the twentieth of October"),
        (date(2027, 10, 21), "date", "", "the twenty-first of October twenty twenty-seven"),
        (date(2026, 10, 1), "month", "", "October"),
        (1, "hours", "", "one hour"),
    ],
)
def test_a_value_is_said_as_the_standard_has_it(value: object, unit: str, style: str, expected: str) -> None:
    """V9: British English words; years only where they are more than eleven months off."""
    assert expected == say(value, unit, style, AS_OF)  # type: ignore[arg-type]


def test_nothing_is_said_to_be_zero_or_whole_that_is_not() -> None:
    """P4: rounding never crosses zero or the whole."""
    said = [say(v, "percent", "", AS_OF) for v in (0.004, 0.996, 0.0, 1.0)]

    assert [
        "zero point four per cent",
        "ninety-nine point six per cent",
        "zero per cent",
        "one hundred per cent",
    ] == said


def test_a_goal_just_missed_is_not_said_to_be_met() -> None:
    """P4: 89.6% of a goal of 90% is not ninety per cent, said or shown."""
    assert "eighty-nine point six per cent" == say(0.896, "percent", "", AS_OF, limit=0.9)
    assert "89.6%" == show(0.896, "percent", limit=0.9)
    assert "nine hundred and ninety-five" == say(995, "count", "", AS_OF, limit=1000)


def test_the_noun_agrees_with_the_count() -> None:
    """V4: "1 people" would give the machine away."""
    got = [noun(n, "count:person|people") for n in (0, 1, 2)]

    assert ["people", "person", "people"] == got


@pytest.mark.parametrize(
    ("value", "unit"), [(1, "furlongs"), (1, "money:"), ("x", "count"), (float("nan"), "percent"), (3, "date")]
)
def test_what_cannot_be_a_figure_is_refused(value: object, unit: str) -> None:
    """V2: a wrong unit stops the film instead of reading nonsense."""
    with pytest.raises(BadInput):
        show(value, unit)  # type: ignore[arg-type]


def read_back(words: str) -> tuple[str, Decimal]:
    for qualifier in ("nearly ", "just over ", "about "):
        if words.startswith(qualifier):
            return qualifier.strip(), read_number(words.removeprefix(qualifier))
    return "", read_number(words)


@given(st.integers(-(10**12), 10**12))
def test_a_count_reads_back_to_within_its_stated_rounding(count: int) -> None:
    """P4: what is heard is the number, or the number near it that the words own up to."""
    qualifier, near = read_back(say(count, "count", "", AS_OF))
    off = abs(count) - abs(near)

    assert {"": off == 0, "nearly": off < 0, "just over": off > 0, "about": off != 0}[qualifier]
    assert abs(off) <= Decimal("0.05") * abs(count)
    assert any(c.isdigit() for c in say(count, "count", "", AS_OF)) is False


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_rounding_stays_on_its_side_of_any_limit(count: int, limit: int) -> None:
    """P4: never round across a goal or a limit, nor onto it."""
    _, near = read_back(say(count, "count", "", AS_OF, limit=limit))

    assert (count > limit, count == limit) == (near > limit, near == limit)


@given(st.integers(-(10**14), 10**14))
def test_cardinals_read_back(number: int) -> None:
    """V9: words and value are one."""
    assert number == read_number(cardinal(number)) == read_number(compact(Decimal(number)))


@given(st.decimals(-(10**6), 10**6, places=3))
def test_decimals_read_back(number: Decimal) -> None:
    """V9: digits after the point are said one by one."""
    assert number == read_number(decimal(number))


def test_ordinals_and_years_are_said_as_people_say_them() -> None:
    """V9: dates are read properly."""
    assert ["first", "twelfth", "twenty-first", "thirtieth", "one hundredth"] == [
        ordinal(n) for n in (1, 12, 21, 30, 100)
    ]
    assert ["twenty twenty-six", "two thousand and eight", "nineteen oh five", "nineteen hundred"] == [
        year(n) for n in (2026, 2008, 1905, 1900)
    ]
