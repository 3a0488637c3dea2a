"""Narration: no digit reaches the voice, names are said as their owner says them, and what is not heard is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.briefs.numerals import cardinal
from vitalreel.briefs.script import Line, Run
from vitalreel.sound.heard import missing, numbers
from vitalreel.sound.narration import spoken, spoken_line

AS_OF = date(2026, 11, 20)
CASES = {
    "Use fell by 41%, from 1,204 to 702.": (
        "Use fell by forty-one per cent, from one thousand two hundred and four to seven hundred and two."
    ),
    "$48,500 is due on 12 October 2026.": "forty-eight thousand five hundred dollars is due on the twelfth of October.",
    "On the 3rd of March 2028": "On the third of March twenty twenty-eight",
    "2024-09-23": "the twenty-third of September twenty twenty-four",
    "$1.2M; €310,000; £9.99; $0.60; -$300": (
        "one point two million dollars; three hundred and ten thousand euros; nine pounds ninety-nine; sixty cents; "
        "minus three hundred dollars"
    ),
    "48k seats, +7 pts, −12%, 3x": "forty-eight thousand seats, plus seven points, minus twelve per cent, three times",
    "4.6/5, 24/7, 3 of 11, 1/2": "four point six out of five, twenty-four seven, three of eleven, a half",
    "10–20 people, 41%–52%": "ten to twenty people, forty-one per cent to fifty-two per cent",
    "Q3 FY26, the Q2 2026 plan, H1": (
        "the third quarter of fiscal year twenty twenty-six, the second quarter of twenty twenty-six plan, the first half"
    ),
    "at 14:30, 10:00, 2:05 pm or noon": "at two thirty P.M., ten A.M., two oh five P.M. or noon",
    "It ends at 10:00.": "It ends at ten A.M.",
    "See https://vitalreel.example/w/a-1.": "See vitalreel dot example slash w slash a dash one.",
    "ana.b@halden.example": "ana dot b at halden dot example",
    "ARR, QBR, B2B, SOC 2, YoY vs plan, e.g. R&D": "ARR, QBR, B to B, sock two, year on year versus plan, for example R and D",
    "In May 12 people came; 2026 was the 21st.": "In May twelve people came; twenty twenty-six was the twenty-first.",
    "The 30th of February 2026": "The thirtieth of February twenty twenty-six",
    "007, x², ٣": "zero zero seven, x two, three",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_text_is_said_as_a_person_says_it(text: str, expected: str) -> None:
    """V9: numbers, money, dates, times, addresses and business shorthand are read properly."""
    assert expected == spoken(text, AS_OF)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60))
def test_no_digit_is_left_in_any_text(text: str) -> None:
    """V9: the voice is never given a figure to guess at."""
    assert not any(c.isdigit() for c in spoken(text, AS_OF))


_PIECES = "$|€|12|2026|-|−| |/|.|,|%|k|October|Q3|FY26|:30|1,204|pts|th| a@b.co |x"
FRAGMENTS = _PIECES.split("|")
_WORDS = "one twenty two hundred and point thousand million zero second twelfth per cent"
NUMBER_WORDS = _WORDS.split()


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join))
def test_figures_run_together_still_leave_no_digit_and_settle(text: str) -> None:
    """V9: whatever a customer types as a name is said without a digit, and saying it again changes nothing."""
    said = spoken(text, AS_OF)

    assert not any(c.isdigit() for c in said)
    assert said == spoken(said, AS_OF)


def test_a_line_is_said_run_by_run_so_that_facts_keep_their_place() -> None:
    """V2: the words of a fact can still be told from the module's own."""
    line = Line((Run("At ", "At "), Run("Studio 54", "Studio 54", "account"), Run(", 24/7.", ", 24/7.")))
    said = spoken_line(line, AS_OF)

    assert ("At Studio fifty-four, twenty-four seven.", line.shown) == (said.said, said.shown)
    assert "Studio fifty-four" == said.runs[1].said


@given(st.integers(0, 10**9))
def test_a_number_is_the_same_in_figures_and_in_words(number: int) -> None:
    """V14: a recogniser writes figures, the script has words; they must meet."""
    assert numbers(f"{number:,}") == numbers(cardinal(number)) == (Decimal(number),)


@given(
    st.lists(
        st.sampled_from(
            [
                "one",
                "twenty",
                "two",
                "hundred",
                "and",
                "point",
                "thousand",
                "million",
                "zero",
                "second",
                "twelfth",
                "per",
                "cent",
            ]
        ),
        max_size=12,
    )
)
def test_number_words_in_any_order_are_read_without_an_error(words: list[str]) -> None:
    """V14: what a recogniser hears may be nonsense; judging it must not fail."""
    assert isinstance(numbers(" ".join(words)), tuple)


def test_the_numbers_that_were_not_heard_are_told() -> None:
    """V14: every number and date of the script must be heard."""
    said = "Four hundred and twelve people, forty-one per cent, by the twelfth of October."

    assert () == missing(said, "412 people, 41%, by the 12th of October.")
    assert (Decimal(41), Decimal(12)) == missing(said, "412 people, 14%, by the 20th of October.")
