"""Which way text runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.video.bidi import is_rtl, runs

ALPHABET = "ab אב عر 12 ٣٤ +%,.()-"


def shown(text: str, rtl: bool | None = None) -> str:
    """`text` as it stands on the line from left to right, without mirroring."""
    return "".join(text[r.start : r.end][:: -1 if r.rtl else 1] for r in runs(text, rtl))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Halden Health", "Halden Health"),
        ("אבג", "גבא"),
        ("אב 12 גד", "דג 12 בא"),  # numbers keep their direction (W2, I2)
        ("אב 1,234 גד", "דג 1,234 בא"),  # and their separators (W4)
        ("Daniel אבג Osei", "Daniel גבא Osei"),
        ("אב Halden גד", "דג Halden בא"),
        ("עלה ב-38% מאז", "זאמ 38%-ב הלע"),  # a per cent sign stays with its European number (W5)
        ("12 אב", "בא 12"),
        ("عر $1.34M عر", "رع $1.34M رع"),  # a sum stays as the ledger has it,
        ("عر −42% عر", "رع −42% رع"),  # and so do a sign and a per cent sign (HL5, as CLDR's Arabic patterns)
        ("عر +$24,960", "+$24,960 رع"),
        ("عر Q-2291 عر", "رع Q-2291 رع"),
        ("عر 10:45", "10:45 رع"),
    ],
)
def test_mixed_text_stands_as_the_unicode_algorithm_says(text: str, expected: str) -> None:
    """Names in Arabic and Hebrew are shown with Latin figures and signs (V10)."""
    assert expected == shown(text)


@given(st.text(ALPHABET, max_size=30), st.sampled_from([None, True, False]))
def test_every_character_stands_exactly_once(text: str, rtl: bool | None) -> None:
    """Reordering loses nothing."""
    places = sorted(i for run in runs(text, rtl) for i in range(run.start, run.end))

    assert list(range(len(text))) == places


@given(st.text("abc 123,.-()", max_size=30))
def test_text_without_rtl_letters_is_left_alone(text: str) -> None:
    """One run, or none."""
    assert (text, False) == (shown(text), is_rtl(text))
