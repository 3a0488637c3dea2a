"""Papers told for an account: the facts of the film, traced one by one; what a customer may read; how each file's mistakes are named."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.briefs.dossiers import AS_OF, dossier, known, module
from tests.briefs.dossiers import write as film
from tests.papers.about import NAMES, PAPERS, paper, rich, told
from vitalreel.briefs.fact import Fact
from vitalreel.briefs.plainwords import strange_words
from vitalreel.briefs.script import Line, Run
from vitalreel.errors import BadConfiguration, Refused
from vitalreel.papers.page import page
from vitalreel.papers.paper import Document
from vitalreel.papers.reading import read_paper
from vitalreel.papers.trace import OPENS, trace
from vitalreel.settings import read_settings
from vitalreel.store.workspace import LIBRARY, read_yaml
from vitalreel.video.kit import Kit, read_kit
from vitalreel.wiring import read_faces

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def kit() -> Kit:
    return read_kit(read_yaml(LIBRARY / "brands/larkspur.yaml", "larkspur"), "larkspur")


def html(document: Document, kit: Kit) -> str:
    return page(document, kit, read_faces(read_settings().assets), NOW)


def test_the_pack_tells_the_facts_of_the_film_before_the_review():
    """(H14) Whatever both tell is one fact: the same value, the same words, the same source rows."""
    about = rich(inside=False)
    script, pack = film(module("pre_qbr_briefing"), about), told("qbr", about)

    both = set(script.brief.facts) & set(pack.facts)
    assert {"wau_now", "wau_before", "seat_share", "goal_now", "opened", "weekly", "by_feature.1.now", "middle"} <= both
    assert {n: pack.facts[n] for n in both} == {n: script.brief.facts[n] for n in both}


def test_the_pack_has_every_part_that_was_promised():
    """(H14) Numbers, value against the original case, milestones, benchmark, open issues, plan; each with its source line."""
    pack = told("qbr", rich(inside=False))

    assert [s.name for s in pack.sections] == ["brief", "case", "numbers", "milestones", "benchmark", "issues", "plan"]
    assert all(s.source.runs for s in pack.sections)
    assert {p.kind for s in pack.sections for p in s.pictures} == {"columns", "line", "bars", "benchmark", "outcome"}
    words = " ".join(pack.words)
    assert "When you bought, you wrote: agency spend down by a third." in words
    assert "Today 3 wait for us, the first of them since 2 November 2026." in words


def test_the_brief_has_value_risks_people_terms_and_the_next_step():
    """(H13) Each account's renewal brief, every figure of it with at least one source row or the setting it is from."""
    brief = told("renewal_brief", rich())

    assert [s.name for s in brief.sections] == ["standing", "value", "risks", "stakeholders", "terms", "next"]
    assert all(f.origin.rows or f.origin.table == "configuration" for f in brief.facts.values())
    people = next(t for s in brief.sections for t in s.tables if t.of == "people")
    assert people.heads == ("Name", "Role", "Status", "Watched best")  # columns that nobody fills are left out
    assert [cell.shown for cell in people.rows[0]] == ["Priya Raman", "sponsor", "there", "82%"]
    assert "The chance of churn within 90 days is 12%." in brief.words


@pytest.mark.parametrize("name", NAMES)
def test_everything_told_is_traced(name: str):
    """(H14) (H13) Every figure, name and date of each paper is in its ledger, and its ledger agrees with itself."""
    document = told(name, rich())

    assert trace(document) == ()
    assert {run.fact for _, line in document.lines for run in line.runs if run.fact} <= set(document.facts)


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_figure_is_caught(name: str):
    """Whichever told fact is another than the words say, the trace names it."""
    document = told(name, rich())
    spoken = {run.fact for _, line in document.lines for run in line.runs if run.fact}

    for fact in sorted(spoken):
        other = replace(document.facts[fact], shown="another", said="another", value="another", unit="name")
        assert trace(document, {**document.facts, fact: other}), fact


def test_a_figure_written_into_the_words_is_caught():
    document = told("qbr", rich())
    first = document.sections[0]
    for words in ("About 40 of them.", "In March it rose.", "It cost twelve dollars.", "They like Acme."):
        line = Line((Run(words, words),))
        wrong = replace(document, sections=(replace(first, lines=(line,)), *document.sections[1:]))
        assert trace(wrong), words


@pytest.mark.parametrize("name", ["qbr", "how_things_stand"])
def test_a_customer_reads_no_score_no_chance_and_no_source_row(name: str, kit: Kit):
    """(H12) Also where all of it is in the dossier: in the customer's words, never "health score"."""
    document = told(name, rich())
    shown = re.sub(r"<style>.*?</style>", "", html(document, kit), flags=re.S).lower()

    assert not any(f.origin.table in ("score", "score_part", "churn_probability") for f in document.facts.values())
    for word in ("health", "score", "churn", "at risk", "band", ".csv:"):
        assert word not in shown, word


def test_the_view_of_a_customer_has_measures_progress_and_what_would_help():
    """(H12) In the customer's words: the goal as it was written down, where it is, and what each side can do."""
    document = told("how_things_stand", rich(inside=False))

    assert [s.name for s in document.sections] == ["wanted", "measures", "progress", "help"]
    assert document.words[0].startswith("You wanted to fill open shifts within two days.")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_known_is_left_out_and_nothing_is_claimed_instead(name: str):
    """An account of which hardly anything is known has a paper all the same, and no figure that is not there."""
    bare = dossier(
        [None] * 65, without=("contract.seats", "contract.arr", "tickets.opened", "account.outcome"), peers=0
    )
    document = told(name, bare)

    assert trace(document) == ()
    assert "wau_now" in document.missing and "wau_now" not in document.facts
    assert not any(word in " ".join(document.words) for word in ("fewer", "Fewer", "More of your", "As many"))


def test_a_paper_without_a_title_to_tell_is_refused():
    with pytest.raises(Refused, match=r"account\.name is missing"):
        told("qbr", dossier([None] * 65, without=("account.name",)))


def test_the_page_links_every_figure_to_its_row_in_the_list(kit: Kit):
    """(H14) Nothing is linked that is not listed; the rows of a table or a chart are one figure there."""
    document = told("qbr", rich(inside=False))
    shown = html(document, kit)

    linked, listed = set(re.findall(r'href="#(fact-\d+)"', shown)), set(re.findall(r'<tr id="(fact-\d+)"', shown))
    assert linked and linked <= listed
    assert "agreed.1.name" in document.facts and "name of row 1" not in shown
    assert shown.count("<svg") == 1 + 2 * 4  # the mark, and four pictures for a desk and for a phone


def test_names_of_a_customer_are_text_and_never_markup(kit: Kit):
    about = rich(inside=False)
    nasty = '<script>alert(1)</script> & "Söhne" 株式会社'
    about = replace(about, fields={**about.fields, "account.name": known(nasty), "goal.phrase": known(nasty)})
    shown = html(told("qbr", about), kit)

    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_equal_documents_make_equal_pages(kit: Kit):
    assert html(told("qbr", rich()), kit) == html(told("qbr", rich()), kit)


# Reading


HEAD = 'paper: x\nversion: 1\nfor: {who}\nfacts_of: pre_qbr_briefing\ntitle: "{{account.name}}"\nunder: "As of {{as_of}}"\n'


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("sections:\n  - {section: a, title: A}\n", "tells nothing"),
        ("sections:\n  - {section: a, title: A, lines: [\"{nobody}\"]}\n", "'nobody', which is no fact"),
        ("sections:\n  - {section: a, title: A, lines: [3]}\n", "a line is a text"),
        ("sections:\n  - {section: a, title: A, show: {line: weekly, end: wau_now, unit: people}}\n", "without a source line"),
        ("sections:\n  - {section: a, title: A, source: x, show: {terms: [], now_head: a, next_head: b}}\n", "no picture 'terms'"),
        ("sections:\n  - {section: a, title: A, table: {rows: wau_now, columns: {A: name}}}\n", "no fact of a list"),
        ("sections:\n  - {section: a, title: A, colour: red, lines: [x]}\n", "no key 'colour'"),
        ("facts:\n  wau_now: {is: x, from: qbr.next, unit: date, missing: reword, example: [a, b]}\nsections: []\n", "has a fact wau_now"),
        ("facts:\n  s: {is: x, from: inside.score, unit: number, missing: reword, example: [a, b]}\nsections: []\n", "no customer is told"),
        ("facts:\n  s: {is: x, from: \"list of inside.risks, at most 3\", unit: [a, b], missing: reword, example: [a, b]}\nsections: []\n",
         "no customer is told"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_paper_is_named_with_its_line(body: str, says: str):
    with pytest.raises(BadConfiguration, match=f"(?s)x.yaml line \\d+.*{re.escape(says)}"):
        read_paper(HEAD.format(who="customer") + body, "x.yaml", module("pre_qbr_briefing"))


def test_a_film_cannot_tell_what_is_for_our_own_people():
    """(H12) A module that names the score is refused when it is read."""
    text = (LIBRARY / "modules/pre_qbr_briefing.yaml").read_text(encoding="utf-8")
    line = "  s: {is: x, from: inside.score, unit: number, missing: reword, example: [a, b]}\nscenes:\n"
    from vitalreel.briefs.reading import read_module

    with pytest.raises(BadConfiguration, match=r"inside\.score, which no customer is told"):
        read_module(text.replace("scenes:\n", line, 1), "x.yaml")


def test_the_papers_of_the_box_are_what_they_say():
    assert {p.stem for p in PAPERS.glob("*.yaml")} == set(NAMES)
    assert {name: paper(name).audience for name in NAMES} == {
        "qbr": "customer", "renewal_brief": "inside", "how_things_stand": "customer",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_of_a_paper_would_be_refused_when_its_turn_comes(name: str):
    """H13, H14: also those that are told of few accounts: their own words hold no figure and no name."""
    wrong = []
    for say in (say for section in paper(name).sections for says in section.lines for say in says):
        for sentence in say.sentences:
            before = ""
            for part in sentence.parts:
                if isinstance(part, str):
                    wrong += [
                        (part, what)
                        for what, why in strange_words(part, before)
                        if not (what.lower() in OPENS and "opening" in why)
                    ]
                before += part if isinstance(part, str) else "x"

    assert [] == wrong


def test_the_day_of_a_paper_is_the_day_asked_for():
    document = told("qbr", rich())

    assert document.as_of == AS_OF
    assert isinstance(document.facts["as_of"], Fact) and document.facts["as_of"].value == AS_OF


# Laws

NAMED = sorted(set(rich().fields) - {"account.name"})
ODD = [
    "",
    " ",
    "0",
    "NaN",
    "<b>&amp;",
    "🙂👩‍👩‍👧",
    "עברית",
    "العربية",
    "\u202eright",
    "株式会社",
    'O\'Brien "x"',
    "{account.name}",
    "a" * 400,
    "1e308",
    "-1",
    "ß\u0301",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(NAMED), max_size=len(NAMED)), st.sampled_from(NAMES))
def test_whatever_is_missing_all_that_is_told_is_traced(gone: set[str], name: str):
    """(H14) (H13) (H12) Any part of the dossier may be missing: nothing untraced is told, and no fact that is not there."""
    about = rich()
    about = replace(about, fields={n: k for n, k in about.fields.items() if n not in gone})
    document = told(name, about)

    assert trace(document) == ()
    assert not set(document.facts) & gone


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ODD), st.sampled_from(NAMES))
def test_whatever_a_customer_is_called_the_page_holds(odd: str, name: str):
    """Odd names and phrases are text of the page: no markup of theirs is in it, and every figure stays traced."""
    about = rich()
    texts = ("account.name", "account.outcome", "goal.phrase", "milestones.late", "account.business_case")
    document = told(name, replace(about, fields={**about.fields, **{n: known(odd) for n in texts}}))
    shown = html(document, read_kit(read_yaml(LIBRARY / "brands/larkspur.yaml", "larkspur"), "larkspur"))

    assert trace(document) == ()
    assert "<b>" not in re.sub(r'<p class="vendor">.*?</p>', "", shown, flags=re.S)
