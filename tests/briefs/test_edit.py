"""A reviewer says a line otherwise: figures stay the ledger's, and what makes no sense is named (R2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from vitalreel.briefs.edit import LONGEST, Edit, carried, edited, written
from vitalreel.briefs.fact import Fact, Origin
from vitalreel.briefs.script import Brief, Line, Run, Script, ScriptScene
from vitalreel.briefs.trace import trace
from vitalreel.errors import BadInput
from vitalreel.identity import AccountId, ContactId

DAY = date(2026, 3, 2)
NOW_USED = Fact(
    "wau_now",
    "people in a week",
    412,
    "count",
    "412",
    "four hundred and twelve",
    DAY,
    None,
    Origin("usage", "count", (), 0, ""),
)
BRIEF = Brief(
    AccountId("acme"), "Acme", ContactId("ana"), "Ana", "m", 1, None, None, "mid_market", 3, "en", (30.0, 90.0), DAY, "", "", "Dana", "CSM",
    "dana@v.example", {"wau_now": NOW_USED},
)  # fmt: skip
SAY = (
    Line((Run("Use is at ", "Use is at "), Run("412", "four hundred and twelve", "wau_now"), Run(".", "."))),
    Line((Run("So.", "So."),)),
)
SCENE = ScriptScene("line", "statement", Line((Run("Use", "Use"),)), SAY, Line(()), {}, shared=True)
SCRIPT = Script(BRIEF, Line((Run("Use", "Use"),)), (SCENE, replace(SCENE, name="clip", kind="talent")), "template")


def test_a_line_is_edited_with_its_facts_by_name_and_reads_back_the_same():
    """R2: what stands in the box, unchanged, makes the line it came from."""
    assert "Use is at {wau_now}." == written(SAY[0])
    assert SAY[0] == edited(SCRIPT, [Edit("line", 0, written(SAY[0]))]).scenes[0].say[0]


def test_other_words_keep_the_figure_of_the_ledger():
    """R2 P3: the figure is shown and said as the ledger has it; the scene is the account's own from now on; the rest stays."""
    got = edited(SCRIPT, [Edit("line", 0, "  {wau_now}   people\n used it. "), Edit("line", 1, "That is all.")])

    assert ("412 people used it.", "Four hundred and twelve people used it.") == (
        got.scenes[0].say[0].shown,
        got.scenes[0].say[0].said,
    )
    assert ("That is all.", False, SCRIPT.scenes[1]) == (
        got.scenes[0].say[1].shown,
        got.scenes[0].shared,
        got.scenes[1],
    )
    assert () == trace(got).untraced


def test_a_figure_that_is_typed_is_found_out():
    """P3: an edit is no way around the ledger."""
    got = edited(SCRIPT, [Edit("line", 1, "It was 500 in January.")])

    assert ["5", "0", "0", "January"] == [u.what for u in trace(got).untraced if u.where == "scene line, sentence 2"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit("gone", 0, "x"), "sentence 1 of scene gone: is not in this film"),
        (Edit("line", 2, "x"), "sentence 3 of scene line: is not in this film"),
        (Edit("line", -1, "x"), "is not in this film"),
        (Edit("clip", 0, "x"), "is said in a recording"),
        (Edit("line", 0, "  "), "has 0 characters"),
        (Edit("line", 0, "x" * (LONGEST + 1)), f"has {LONGEST + 1} characters"),
        (Edit("line", 0, "at {wau_then}"), "'wau_then' is no fact of this film; it has wau_now"),
        (Edit("line", 0, "at { nobody"), "a brace without a fact's name"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(edit: Edit, said: str):
    """P5: scene, sentence, remedy."""
    with pytest.raises(BadInput, match=said):
        edited(SCRIPT, [edit])


def test_a_film_that_is_made_again_says_what_was_changed_wherever_it_would_say_the_same():
    """R2: with other figures the reviewer's words stand; where the film says something else by now they fall away, and are named."""
    first, second, gone = (
        Edit("line", 0, "{wau_now} used it."),
        Edit("line", 0, "So {wau_now} it is."),
        Edit("line", 1, "Well."),
    )
    made = [(first, written(SAY[0])), (second, "{wau_now} used it."), (gone, "Another sentence.")]
    facts = {"wau_now": replace(NOW_USED, value=398, shown="398", said="three hundred and ninety-eight")}
    newer = replace(SCRIPT, brief=replace(BRIEF, facts=facts))
    got, lost = carried(newer, made)

    assert ("So 398 it is.", "So.") == tuple(line.shown for line in got.scenes[0].say)
    assert (gone,) == lost


def test_an_edit_falls_away_with_its_fact_or_its_scene():
    """R2 P3: nothing is said that this film's ledger does not have."""
    without = replace(SCRIPT, brief=replace(BRIEF, facts={}))
    fact, scene = Edit("line", 1, "So {wau_now}."), Edit("gone", 0, "So.")

    assert (without, (fact, scene)) == carried(without, [(fact, "So."), (scene, "So.")])
