"""Captions: the narration verbatim in shown form, two short lines, never before the word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vitalreel.briefs.script import Line, Run, ScriptScene
from vitalreel.identity import AccountId, ContactId
from vitalreel.storyboard.captions import CHARS_PER_S, LATE_S, WIDTH, captions, reading_s, transcript, webvtt, width_on
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.storyboard import VERSION, Caption, Scene, Spoken, Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.timing import Take, frames, time_scene


@dataclass(frozen=True)
class Word:
    text: str
    at: int
    start_s: float
    end_s: float


def take(line: Line, per_char_s: float = 0.065) -> Take:
    """A voice that needs the same time for every character."""
    words, at = [], 0
    for part in line.said.split(" "):
        if any(c.isalnum() for c in part):
            words.append(Word(part.strip(".,;:—"), at, at * per_char_s, (at + len(part)) * per_char_s))
        at += len(part) + 1
    return Take(line.said, at * per_char_s, tuple(words))


def own(text: str) -> Run:
    return Run(text, text)


USE = Line(
    (
        own("Last week "),
        Run("412", "four hundred and twelve", "now"),
        own(" people opened it; a quarter ago, "),
        Run("702", "seven hundred and two", "before"),
        own("."),
    )
)
TERMS = Line(
    (
        own("The renewal of "),
        Run("$48,500", "forty-eight thousand five hundred dollars", "price"),
        own(" is due on "),
        Run("12 October 2026", "the twelfth of October", "due"),
        own(", and nothing about the terms changes before you and your team have had the time to look at them."),
    )
)


def made(*lines: Line, until_s: float = 1e9, width: int = WIDTH) -> tuple[Caption, ...]:
    takes = [take(line) for line in lines]
    starts = [0.6 + sum(t.length_s + 0.6 for t in takes[:n]) for n in range(len(takes))]
    return captions(lines, takes, starts, until_s, width)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_captions_are_the_narration_verbatim_in_shown_form() -> None:
    """V9, V14: nothing said is left out, nothing is added."""
    got = made(USE, TERMS)

    assert f"{USE.shown} {TERMS.shown}" == flat(" ".join(c.text for c in got))


def test_a_fact_is_one_word_with_the_time_of_all_its_spoken_words() -> None:
    """V2, V9: "$48,500" is lit for as long as the money is being said."""
    words = {w.text: w for c in made(TERMS) for line in c.lines for w in line}
    heard = take(TERMS).words[3:8]

    assert ("forty-eight", "dollars") == (heard[0].text, heard[-1].text)
    assert (0.6 + heard[0].start_s, 0.6 + heard[-1].end_s) == (words["$48,500"].start_s, words["$48,500"].end_s)


def test_punctuation_after_a_fact_stays_with_it() -> None:
    """V9: a full stop does not stand alone."""
    words = [w.text for c in made(USE) for line in c.lines for w in line]

    assert ("412", "702.") == (words[2], words[-1])


def test_shown_and_said_words_that_differ_share_their_time() -> None:
    """V9: "24/7" in a module's own text is heard as two words."""
    line = Line((Run("It is 24/7 cover.", "It is twenty-four seven cover."),))
    words = [(w.text, round(w.start_s, 2), round(w.end_s, 2)) for c in made(line) for row in c.lines for w in row]
    heard = {w.text: w for w in take(line).words}

    assert ("24/7", round(0.6 + heard["twenty-four"].start_s, 2), round(0.6 + heard["seven"].end_s, 2)) == words[2]


def test_lines_break_at_phrases() -> None:
    """V14: a line does not end on "of", nor a date fall apart."""
    rows = [" ".join(w.text for w in line) for c in made(TERMS) for line in c.lines]

    assert any("12 October 2026" in row for row in rows)
    assert not any(row.split()[-1] in ("of", "the", "and", "on", "to") for row in rows)


def test_a_caption_lingers_but_not_into_the_next_or_past_the_scene() -> None:
    """V14: time to read, and no two captions at once."""
    first, second = made(Line((own("Fine."),)), Line((own("Good."),)), until_s=2.4)

    assert (first.end_s, second.end_s) == (second.start_s, 2.4)


WORDS = st.text("abcdefghijklmnop", min_size=1, max_size=12)
RUNS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=9).map(" ".join).map(own),
    st.tuples(st.integers(0, 10**9), st.lists(WORDS, min_size=1, max_size=6)).map(
        lambda pair: Run(f"{pair[0]:,}", " ".join(pair[1]), "fact")
    ),
)
LINES = st.lists(RUNS, min_size=1, max_size=6).map(
    lambda runs: Line((*[part for run in runs for part in (run, own(" "))][:-1], own(".")))
)


@given(st.lists(LINES, min_size=1, max_size=3), st.sampled_from([(1920, 1080), (1080, 1080), (1080, 1920)]))
def test_any_narration_fits_is_whole_and_is_never_early(lines: list[Line], size: tuple[int, int]) -> None:
    """V14: two lines of 42 (36 on a square page, 32 on a tall one), in order, half-open, verbatim, and each caption comes
    with its first word, or LATE_S after it where the one before needs that.
    """
    got = made(*lines, width=width_on(*size))

    assert flat(" ".join(line.shown for line in lines)) == flat(" ".join(c.text for c in got))
    assert all(
        len(c.lines) <= 2 and len(" ".join(w.text for w in row)) <= width_on(*size) for c in got for row in c.lines
    )
    assert all(0 <= c.start_s - c.lines[0][0].start_s <= LATE_S + 1e-9 for c in got)
    assert all(c.start_s < c.end_s for c in got)
    assert all(a.end_s <= b.start_s for a, b in pairwise(got))
    assert all(w.end_s <= c.end_s + 1e-9 for c in got for row in c.lines for w in row)


def test_captions_can_be_read_at_the_pace_of_the_voice() -> None:
    """V14: at most 17 characters a second at 150 words a minute."""
    speeds = [len(c.text) / (c.end_s - c.start_s) for c in made(USE, TERMS)]

    assert max(speeds) <= CHARS_PER_S


def test_a_caption_that_is_a_little_too_quick_keeps_the_next_waiting() -> None:
    """V9, V14: what a voice says in a hurry in mid-sentence is read in full, and the next caption is hardly late."""
    quick, rest = (
        "If you were told something else, on the telephone or in a meeting,",
        "the written quote is what counts,",
    )
    line = Line((own(f"{quick} {rest} for every one of us, and for all of you."),))
    heard = take(line, 0.0575)  # up to 17.4 characters a second
    first, second = captions((line,), (heard,), (0.6,))

    assert first.end_s == second.start_s and 0 < second.start_s - second.lines[0][0].start_s <= LATE_S
    assert len(first.text) / (first.end_s - first.start_s) <= CHARS_PER_S + 1e-9


# The film's text tracks


def board() -> Storyboard:
    scene = Scene(
        "use", "statement", 300, Text("Use fell & rose"), StatementPicture(()), made(USE), Text("Usage log."), Text("")
    )
    return Storyboard(
        VERSION, Text("A note for Halden"), AccountId("a"), ContactId("c"), "m", 1, date(2026, 11, 20), "en", 1920, 1080, 30,
        "brand", "light", "voice", "", (scene, replace(scene, name="again")),
        (Spoken(0, 0.6, USE.said, USE.shown, (), ()), Spoken(1, 10.6, USE.said, USE.shown, (), ())), "Synthetic voice. <AI>",
    )  # fmt: skip


def test_webvtt_is_in_film_time_and_escaped() -> None:
    """V10: captions as WebVTT; the second scene's captions come ten seconds later."""
    cues = webvtt(board()).split("\n\n")

    assert ["WEBVTT", "NOTE Synthetic voice. &lt;AI&gt;"] == cues[:2]
    assert cues[2].startswith("1\n00:00:00.600 --> ")
    assert any("\n00:00:10.600 --> " in cue for cue in cues)
    assert "412" in cues[2]


def test_the_transcript_begins_with_the_disclosure() -> None:
    """V8, V10: who speaks is said first, in text as on screen."""
    rows = transcript(board()).splitlines()

    assert [
        "Synthetic voice. <AI>",
        "",
        "A note for Halden",
        "",
        "[0:00] Use fell & rose",
        USE.shown,
        "Usage log.",
    ] == rows[:7]
    assert "[0:10] Use fell & rose" in rows


@given(
    st.lists(st.text("abcde ", min_size=3, max_size=60).filter(str.strip), min_size=1, max_size=4),
    st.floats(0.03, 0.07),
)
def test_a_quick_voice_waits_until_its_captions_can_be_read(texts: list[str], per_char_s: float) -> None:
    """V9, V14: the breath after a sentence is as long as its last caption needs; nothing else moves."""
    lines = tuple(Line((own(" ".join(text.split()) + "."),)) for text in texts)
    takes = [take(line, per_char_s) for line in lines]
    scene = ScriptScene("quick", "line", Line(()), lines, Line(()), {})
    timing = time_scene(scene, takes, [reading_s(line, spoken) for line, spoken in zip(lines, takes, strict=True)])
    got = captions(lines, takes, timing.starts_s, frames(timing, 0.0, "line", 30, 60) / 30)
    ends = [c for c in got if c.text.endswith(".")]
    breaths = [b - a - t.length_s for (a, b), t in zip(pairwise(timing.starts_s), takes, strict=False)]

    assert all(len(c.text) / (c.end_s - c.start_s) <= CHARS_PER_S + 1e-6 for c in ends)
    assert all(breath >= 0.6 - 1e-9 for breath in breaths)
    assert per_char_s < 1 / CHARS_PER_S or max(breaths, default=0.6) <= 0.6 + 1e-9
