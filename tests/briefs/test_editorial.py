"""The program's share of the editorial standard: each fault is found, and only the fault (V4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.briefs.dossiers import falling, module, write
from vitalreel.briefs.editorial import check
from vitalreel.briefs.readability import grade, words_in
from vitalreel.briefs.script import Line, Run, Script

SCRIPT = write(module("usage_drop_recovery"), falling(), "t")


def own(text: str) -> Line:
    return Line((Run(text, text),))


def saying(text: str, headline: str = "") -> Script:
    """The usage line's first sentence, and its headline if given, in other words."""
    scene = SCRIPT.scenes[1]
    changed = replace(scene, say=(own(text), *scene.say), headline=own(headline) if headline else scene.headline)
    return replace(SCRIPT, scenes=(SCRIPT.scenes[0], changed, *SCRIPT.scenes[2:]))


def findings(script: Script) -> list[str]:
    return [f.what for f in check(script, 7) if f.where == "scene usage_line"]


def test_a_good_script_has_no_findings() -> None:
    """Else nobody would read them."""
    assert () == check(SCRIPT, 7)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("We noticed a change.", "watching the customer: 'We noticed'"),
        ("Your account is at risk.", "watching the customer: 'at risk'"),
        ("Your team failed to sign in.", "blaming the customer: 'Your team failed to'"),
        ("It is a seamless tool.", "selling: 'seamless'"),
        ("We miss you.", "false closeness: 'We miss you'"),
        ("It is a last chance.", "pressure: 'last chance'"),
        ("Thanks to us, it rose.", "a cause: 'Thanks to'"),
        ("Good news!", "an exclamation mark"),
    ],
)
def test_a_forbidden_phrase_is_found(text: str, what: str) -> None:
    """editorial.md, Never."""
    assert [what] == findings(saying(text))


def test_a_long_sentence_is_found_by_its_segments_limit() -> None:
    """Twenty-two words for mid-market; a name counts as one word."""
    words = " ".join(["so"] * 23)

    assert [f"a sentence of 23 words, 22 at most: {words}."] == findings(saying(f"{words}."))


def test_a_headline_said_again_is_found() -> None:
    """The headline is the finding, the voice what it means: four words running in both are one too many."""
    found = findings(saying("It is as low as it has been.", "Now as low as it has been"))

    assert ["headline and voice share 'as low as it'"] == found


def test_a_long_headline_is_found() -> None:
    """Sixty characters: two lines on screen."""
    assert any("a headline of 80 characters" in w for w in findings(saying("So it is.", "x" * 80)))


def test_a_direction_word_must_match_the_sign() -> None:
    """ "41% higher" beside a fall is the worst sentence a film could say."""
    facts = dict(SCRIPT.brief.facts)
    facts["fall"] = replace(facts["fall"], value=0.41)
    risen = replace(SCRIPT, brief=replace(SCRIPT.brief, facts=facts))

    assert any("fall rose, and the text says" in f.what for f in check(risen, 7))


def test_a_second_question_is_found() -> None:
    """One question a film."""
    assert any(f.what == "2 questions, 1 at most" for f in check(saying("Is it so? Or not?"), 7))


def test_three_figures_in_a_sentence_are_found() -> None:
    """Two are what an ear keeps."""
    now = Run("412", "four hundred and twelve", "wau_now")
    line = Line((now, Run(" and ", " and "), now, Run(" and ", " and "), now))
    scene = replace(SCRIPT.scenes[1], say=(line,))
    found = check(replace(SCRIPT, scenes=(SCRIPT.scenes[0], scene, *SCRIPT.scenes[2:])), 7)

    assert any(f.what.startswith("3 figures in a sentence") for f in found)


def test_a_film_outside_its_window_is_found() -> None:
    """The length a module promises is kept before anything is spoken."""
    short = replace(SCRIPT, brief=replace(SCRIPT.brief, length_s=(10.0, 20.0)))

    assert any("made for 10 to 20" in f.what for f in check(short, 7))


def test_facts_do_not_count_into_the_grade() -> None:
    """A long company name is no fault of the writer's (editorial.md: names left out)."""
    short = Line((Run("Ann", "Ann", "x"), Run(" did it.", " did it.")))
    long = Line((Run("Ann", "Gemeinschaftsklinikum", "x"), Run(" did it.", " did it.")))

    assert grade([short]) == grade([long])
    assert 4 == words_in("sign-in isn’t so hard")
