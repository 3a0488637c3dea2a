"""The tracer finds every figure and name that the ledger does not hold, wherever it was slipped in (V2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.briefs.dossiers import falling, module, rising, write
from vitalreel.briefs.fact import Fact
from vitalreel.briefs.plainwords import strange_words
from vitalreel.briefs.script import Line, Run, Script
from vitalreel.briefs.trace import check_fact, trace, untraced_in

SCRIPTS = [write(module("usage_drop_recovery"), falling()), write(module("renewal_window_opener"), rising())]
PLACES = [
    (n, scene, line, run)
    for n, script in enumerate(SCRIPTS)
    for scene, made in enumerate(script.scenes)
    for line, said in enumerate(made.say)
    for run, part in enumerate(said.runs)
    if part.fact is not None
]
FIGURES = [
    (n, name)
    for n, script in enumerate(SCRIPTS)
    for name, f in script.brief.facts.items()
    if any(map(str.isdigit, f.shown))
]


def with_run(script: Script, scene: int, line: int, run: int, changed: Run) -> Script:
    said = script.scenes[scene].say[line]
    runs = (*said.runs[:run], changed, *said.runs[run + 1 :])
    say = (*script.scenes[scene].say[:line], Line(runs), *script.scenes[scene].say[line + 1 :])
    scenes = (*script.scenes[:scene], replace(script.scenes[scene], say=say), *script.scenes[scene + 1 :])
    return replace(script, scenes=scenes)


def saying(text: str) -> Script:
    """A script whose first sentence is `text`, in the module's own words."""
    return with_run(SCRIPTS[0], 1, 0, 0, Run(text, text))


def test_finished_scripts_are_traced_whole() -> None:
    """What the writer makes is clean, and every fact it used is listed."""
    for script in SCRIPTS:
        found = trace(script)

        assert () == found.untraced
        assert {"wau_now", "account.name", "csm.first_name"} <= set(found.facts)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), st.data())
def test_one_changed_character_of_a_quoted_fact_is_found(place: tuple[int, int, int, int], data: st.DataObject) -> None:
    """Shown or said, first letter or last: a corrupted figure does not pass (V2)."""
    n, scene, line, run = place
    original = SCRIPTS[n].scenes[scene].say[line].runs[run]
    form = data.draw(st.sampled_from(["shown", "said"]))
    text = getattr(original, form)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("0123456789aeotxz").filter(lambda c: c != text[at].lower()))
    changed = replace(original, **{form: text[:at] + letter + text[at + 1 :]})

    assert trace(with_run(SCRIPTS[n], scene, line, run, changed)).untraced


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FIGURES), st.data())
def test_one_changed_digit_of_the_ledger_itself_is_found(place: tuple[int, str], data: st.DataObject) -> None:
    """Script and ledger corrupted alike still disagree with the value."""
    n, name = place
    fact = SCRIPTS[n].brief.facts[name]
    if fact.unit.partition(":")[0] in ("series", "rows"):
        return
    at = data.draw(st.sampled_from([i for i, c in enumerate(fact.shown) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != fact.shown[at]]))

    assert list(check_fact(replace(fact, shown=fact.shown[:at] + digit + fact.shown[at + 1 :])))


def test_a_said_figure_must_mean_the_value() -> None:
    """ "about seven hundred" for 412 is a lie in plain words."""
    fact = SCRIPTS[0].brief.facts["wau_now"]

    assert list(check_fact(replace(fact, said="about seven hundred")))
    assert not list(check_fact(fact))


@pytest.mark.parametrize(
    "text",
    [
        "We counted 7 more.", "We counted seven more.", "Twenty-one teams did.", "Half of them did.", "It cost €.", "Up by %.",
        "A quarter of them left.", "One hundred did.", "One in them did.", "It doubled.", "Since March it fell.",
        "Since Monday it fell.", "Then Dunmore fell.", "Dunmore fell.", "It is what Ana said.", "Ana said so.", "Ana’s team did.",
        "The ACME teams did.", "An iPhone did.", "Write to a@b.", "It was ½ of it.", "It was Ⅳ of it.", "It was ٣ of it.",
        "The 三 teams did.", "It fell by a third.", "On the twelfth it fell.", "Nearly a dozen did.", "A million did.",
    ],
)  # fmt: skip
def test_a_figure_or_name_in_own_words_is_found(text: str) -> None:
    """Digits, words, shares, dates, currencies and names, in any script of numerals (V2)."""
    assert trace(saying(text)).untraced


@pytest.mark.parametrize(
    "text",
    [
        "One useful thing.", "This is one of your teams.", "It may be so, and we do not know why.", "Last week it fell.",
        "A quarter ago it was so. Then it fell.", "Is it so? Nobody knows.", "We’ll say what we know, and I mean it.",
        "Scale starts at zero.",
    ],
)  # fmt: skip
def test_plain_words_pass(text: str) -> None:
    """A tracer that cries at everything would be switched off."""
    assert [] == list(strange_words(text))


@pytest.mark.parametrize("before", ["-", "−", "1", "+", "x"])
def test_nothing_may_grow_onto_a_fact(before: str) -> None:
    """ "-41%" or "1412" would be other figures."""
    script = SCRIPTS[0]
    line = Line(
        (Run(f"It was {before}", f"It was {before}"), *[r for r in script.scenes[1].say[0].runs if r.fact == "wau_now"])
    )
    scenes = (script.scenes[0], replace(script.scenes[1], say=(line,)), *script.scenes[2:])

    assert trace(replace(script, scenes=scenes)).untraced


def test_a_fact_that_is_not_in_the_ledger_is_found() -> None:
    """Also one that only a picture draws."""
    script = SCRIPTS[0]
    ledger = {name: fact for name, fact in script.brief.facts.items() if name != "weekly"}

    assert "weekly" in untraced_in(trace(script, ledger).untraced)


def test_words_of_a_picture_are_traced_too() -> None:
    """A note on a chart is read as well as heard."""
    script = SCRIPTS[0]
    scene = replace(script.scenes[1], show={**script.scenes[1].show, "note": {"text": [["41% lower", None]]}})

    assert trace(replace(script, scenes=(script.scenes[0], scene, *script.scenes[2:]))).untraced


def test_the_button_is_traced() -> None:
    """A price on the button would be a promise."""
    script = SCRIPTS[0]
    last = replace(script.scenes[-1], show={**script.scenes[-1].show, "button": {"text": [["Get 20% off", None]]}})

    assert trace(replace(script, scenes=(*script.scenes[:-1], last))).untraced


def test_a_sign_that_is_wrong_is_found() -> None:
    """A fall shown as a gain."""
    fact = Fact(
        "x",
        "x",
        -1204,
        "count",
        "1,204",
        "minus twelve hundred",
        SCRIPTS[0].brief.as_of,
        None,
        SCRIPTS[0].brief.facts["as_of"].origin,
    )

    assert list(check_fact(fact))
