"""What was asked, risked and promised in a call, each with its sentence (D11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration
from vitalreel.signals.remarks import KINDS, find_remarks, read_phrases
from vitalreel.store.workspace import LIBRARY, read_yaml

PHRASES = read_phrases(read_yaml(LIBRARY / "remarks.yaml", "remarks.yaml"), "remarks.yaml")


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Can you add single sign-on for our contractors?", ["ask"]),
        ("We’d like a report by site.", ["ask"]),
        ("Honestly, we are evaluating other vendors.", ["risk"]),
        ("If this stays broken we will cancel in June.", ["risk"]),  # a threat is no promise
        ("I'll send the numbers by Friday.", ["commitment"]),
        ("Let me quickly check and get back to you.", ["commitment"]),
        ("We need this fixed or we switch to another tool.", ["ask", "risk"]),
        ("We are not leaving, do not worry.", []),
        ("Nobody is unhappy here.", []),
        ("We don't plan to cancel.", []),
        ("The team grew by forty people.", []),
        ("Our competition budget is for the sports club.", []),
    ],
)
def test_sentences_are_told_apart(sentence: str, kinds: list[str]):
    """D11: by phrases of remarks.yaml, taken back by a no just before them."""
    assert kinds == [r.kind for r in find_remarks(sentence, PHRASES)]


def test_each_keeps_its_sentence_its_speaker_and_its_time():
    """D11: so that a person can check it against the recording."""
    talk = "[0:00:05] Zoë Hartmann: Thanks. Could you send the plan? It was too expensive last year.\n[1:02:03] Sam: I'll do that."
    got = [(r.kind, r.sentence, r.speaker, r.start_s) for r in find_remarks(talk, PHRASES)]

    assert [
        ("ask", "Could you send the plan?", "Zoë Hartmann", 5.0),
        ("risk", "It was too expensive last year.", "Zoë Hartmann", 5.0),
        ("commitment", "I'll do that.", "Sam", 3723.0),
    ] == got


@given(st.text(max_size=300))
def test_whatever_was_said_is_read(text: str):
    """P5: naughty strings are no remarks, or sentences of the text itself."""
    for remark in find_remarks(text, PHRASES):
        assert remark.kind in KINDS
        assert remark.sentence.strip() in " ".join(text.splitlines()) or remark.sentence in text


@pytest.mark.parametrize(
    "raw", [{}, {"remarks": 1, "asks": {"phrases": ["x"]}}, {"remarks": 1, "ask": {}}, {"remarks": 1, "ask": ["x"]}]
)
def test_a_file_of_phrases_that_cannot_be_read_is_told(raw: object):
    with pytest.raises(BadConfiguration, match=r"remarks\.yaml"):
        read_phrases(raw, "remarks.yaml")
