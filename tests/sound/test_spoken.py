"""Spoken forms by the table beside this file, and the laws that hold for any text whatever."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.briefs.script import Line, Run
from vitalreel.sound.narration import spoken, spoken_line

AS_OF = date(2026, 11, 20)
TABLE = [
    tuple(line.split(" = ", 1))
    for line in Path(__file__).with_name("spoken.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]
_PIECES = (
    "$|€|12|2026|-|−| |/|.|,|%|k|October|Q3|FY26|:30|1,204|pts|th| a@b.co |x|p|h|m|min|s|(|)|'|’|+|#|1/2|½|v|USD|CHF|am| p.m.|ET|UTC|"
    "Oct|Mon|0|19|20|the |The |w/|n/a|AM|etc.|Inc.|no. |p. |&|·|=|×|–|—|T|Z|H1|1Q|SOC|b/c|and/or|a|A|one|per|user|/mo|¢|c|d|°|٣|²|II|Type "
)
FRAGMENTS = st.lists(st.sampled_from(_PIECES.split("|")), max_size=8).map("".join)
ANYTHING = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)


def test_the_table_is_long_enough_to_mean_something() -> None:
    """V9: every kind of figure a success team writes has its lines."""
    assert len(TABLE) >= 150
    assert len(TABLE) == len(dict(TABLE))


@pytest.mark.parametrize(("written", "said"), TABLE, ids=[written for written, _ in TABLE])
def test_what_is_written_is_said_as_a_person_says_it(written: str, said: str) -> None:
    """V9: money, dates, percentages, points, ranges, times, versions, telephone numbers and shorthand are read properly."""
    assert said == spoken(written, AS_OF)


@pytest.mark.parametrize("said", [said for _, said in TABLE])
def test_what_is_said_stays_as_it_is(said: str) -> None:
    """V12: a line that is spoken already is the same take."""
    assert said == spoken(said, AS_OF)


@given(FRAGMENTS | ANYTHING, st.sampled_from([None, AS_OF]))
def test_any_text_is_said_without_a_digit_and_settles(text: str, as_of: date | None) -> None:
    """V9: whatever a customer types as a name, the voice is given no figure to guess at, and nothing is raised."""
    said = spoken(text, as_of)

    assert not any(c.isdigit() for c in said)
    assert said == spoken(said, as_of)


@given(st.lists(st.tuples(FRAGMENTS, st.sampled_from([None, "wau_now", "account.name"])), max_size=5))
def test_every_run_keeps_its_place_and_its_fact(parts: list[tuple[str, str | None]]) -> None:
    """V2: the words of a fact are told from the module's own, before and after."""
    line = Line(tuple(Run(text, text, fact) for text, fact in parts))
    said = spoken_line(line, AS_OF)

    assert [(r.shown, r.fact) for r in line.runs] == [(r.shown, r.fact) for r in said.runs]
    assert not any(c.isdigit() for c in said.said)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (("It ends at 4 p.m.", "."), "It ends at four P.M."),
        (("Since ", "12 October 2025", ", use rose."), "Since the twelfth of October twenty twenty-five, use rose."),
        (("Use fell by ", "forty-one", "%."), "Use fell by forty-one per cent."),
        (("On ", "30 Nov.", " it ends"), "On the thirtieth of November it ends"),
    ],
)
def test_runs_join_as_one_text_would(runs: tuple[str, ...], said: str) -> None:
    """V9: a fact at the end of a sentence does not double its stop, and the blanks between runs stay."""
    line = Line(tuple(Run(text, text, "fact" if number == 1 else None) for number, text in enumerate(runs)))

    assert said == spoken_line(line, AS_OF).said
