"""Each defect preflight promises to catch is planted in what was measured, and caught with its place and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.review.films import TEXTS, board, caption, fact, film, ledger, line, mapped, name, scene, script, seen, text
from vitalreel.review.preflight import CHECKS, Check, FileSeen, Film, Heard, Limits, StreamSeen, passed, preflight
from vitalreel.review.preflight.lettering import whole
from vitalreel.review.preflight.webvtt import Cue, read
from vitalreel.sound.heard import Hearing
from vitalreel.storyboard.pictures import Picture
from vitalreel.storyboard.pictures.columns import Column, ColumnsPicture
from vitalreel.storyboard.storyboard import Caption
from vitalreel.storyboard.text import Text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "preflight.md"


def failed(planted: Film) -> list[Check]:
    return [c for c in preflight(planted, Limits()) if not c.ok]


def test_a_sound_film_passes_every_check():
    """V14: no check cries wolf."""
    checks = preflight(film(), Limits())

    assert [] == [c for c in checks if not c.ok or c.warns]
    assert passed(checks)
    assert {k.name for k in CHECKS} - {"every part inside its window", "text clear of the platform's controls"} == {
        c.check for c in checks
    }


def dark(start: int, length: int) -> tuple[float, ...]:
    return tuple(16.0 if start <= i < start + length else 200.0 for i in range(300))


def captioned(*captions: Caption) -> Film:
    return film(board=board(scene("one"), replace(scene("two"), captions=captions)))


def heard(low: str, again: str = "") -> Film:
    return film(lines=(line(), line(heard=Hearing(low, again, 0.0))))


def published(spoil: Callable[[str], str], name: str = "captions.vtt") -> Film:
    """A film one of whose files of captions is not as it should be."""
    text = film().captions["captions.vtt"]
    return film(captions={"captions.vtt": text, "s.vtt": mapped(text), name: spoil(text)})


OVER = text("A second text", left=300, right=600, from_s=2.0, to_s=5.0)
ODD = """WEBVTT - for a test

NOTE nobody says this

STYLE
::cue { color: red }

one
00:01.000 --> 00:02.500 align:start
<v Ana>Fish &amp; chips,</v>
said <i>Ana</i>

01:00:01.000 --> 01:00:02.000
So."""
FAST = caption(1.0, 0.4, "Halden", "Health", "had", "412", "people", "there", "and", "everywhere", "else.")
CUT = (replace(TEXTS[0], text="412 peo"), TEXTS[1], text("Halden Health had 412", top=950, bottom=1000), TEXTS[3])


def tall(top: float, bottom: float) -> Film:
    upright = replace(board(scene("one"), scene("two")), width_px=1080, height_px=1920)
    high = tuple(replace(t, left=96, right=400, top=300 + 100 * n, bottom=380 + 100 * n) for n, t in enumerate(TEXTS))
    low = text("Low", top=top, bottom=bottom)
    return film(board=upright, scenes=(seen("one", texts=high), seen("two", texts=(*high, low))))


def test_a_tall_film_keeps_text_from_under_a_phone_s_controls():
    """Platforms lay 220 px at the top and 240 at the foot of 1080 x 1920 over with their own (V10)."""
    checks = preflight(tall(1600, 1680), Limits())

    assert [("text clear of the platform's controls", True, "0 px")] == [
        (c.check, c.ok, c.value) for c in checks if "controls" in c.check
    ]
    assert not [c for c in preflight(film(), Limits()) if "controls" in c.check]


@pytest.mark.parametrize(
    ("planted", "check", "where", "at_s"),
    [
        (film(untraced=("usage_line: '413'",)), "every figure traced", "usage_line: '413'", None),
        (film(editorial=("headline over 60 characters",)), "editorial standard", "headline over 60 characters", None),
        (film(script=script(facts=ledger(fact(as_of=date(2026, 2, 1))))), "no fact past its freshness",
         "wau_now is of 2026-02-01, may be quoted 8 days", None),
        (film(feeds={"usage": False}), "no source gone stale", "usage", None),
        (film(scenes=(seen("one"), seen("two", texts=(*TEXTS, text("For Haldan Health’s people", top=300, bottom=340))))),
         "names as in the source", "two: account.name is 'Halden Health' in the source", 11.0),
        (film(script=script(facts=ledger(name(shown="Haldon Health")))), "names as in the source",
         "account.name is 'Halden Health' in the source", None),
        (film(disclosed={"captions.vtt": False}), "synthetic voice disclosed", "captions.vtt", None),
        (film(script=script((30.0, 60.0))), "runtime inside the format's window", "", None),
        (film(script=script(value=("two", 12.0, 20.0))), "every part inside its window", "value", 10.0),
        (film(scenes=(seen("one"), seen("two", frames=299))), "decodes cleanly", "two", 10.0),
        (film(file=FileSeen(600, ((7.5, "a picture cannot be decoded"),))), "decodes cleanly",
         "film.mp4: a picture cannot be decoded", 7.5),
        (film(file=FileSeen(598, ())), "decodes cleanly", "film.mp4", None),
        (film(stream=StreamSeen(12, ((4.0, "v2.m4s: v.m3u8 names it, and it is not there"),))), "streams whole",
         "v2.m4s: v.m3u8 names it, and it is not there", 4.0),
        (published(lambda text: text.replace("412", "413", 1)), "published captions whole",
         "captions.vtt: 'Halden Health had 413 people.' is not what is said there", 1.0),
        (published(lambda text: text[: text.rindex("\n\n2")]), "published captions whole",
         "captions.vtt: it breaks off before the voice does", 4.0),
        (published(lambda text: text.replace("WEBVTT", "WEBVT", 1)), "published captions whole",
         "captions.vtt: line 1: it does not begin with WEBVTT", None),
        (published(lambda text: text.replace("00:00:11.000 -->", "00:11.00 -->")), "published captions whole",
         "captions.vtt: line 10: no times of a cue", None),
        (published(lambda text: text.replace("00:00:04.000", "00:00:11.500")), "published captions whole",
         "captions.vtt: 'Halden Health had 412 people.' stands while another does, or after the end", 11.0),
        (published(lambda text: text.replace("00:00:14.000", "00:00:20.500")), "published captions whole",
         "captions.vtt: 'Halden Health had 412 people.' stands while another does, or after the end", 11.0),
        (published(lambda text: text, "s.vtt"), "published captions whole",
         "s.vtt: it does not say which moment of the stream its times are of", None),
        (published(lambda text: text.replace("00:00:01.000 -->", "00:00:01.400 -->")), "captions in sync",
         "captions.vtt: 'Halden Health had 412 people.'", 1.4),
        (published(lambda text: text.replace("--> 00:00:14.000", "--> 00:00:11.700")), "captions in sync",
         "captions.vtt: 'Halden Health had 412 people.'", 11.0),
        (published(lambda text: mapped(text, 63_000), "s.vtt"), "captions in sync",
         "s.vtt: 'Halden Health had 412 people.'", 1.7),
        (film(scenes=(seen("one"), seen("two", mean_luma=dark(60, 15)))), "no black stretch", "two", 12.0),
        (film(scenes=(seen("one", rests=((120, 130),)), seen("two"))), "no rest while nobody speaks", "one", 4.0),
        (film(sound=Heard(20.0, -13.0, -1.4, (1.0, 1.0))), "loudness", "", None),
        (film(sound=Heard(20.0, -16.0, -0.2, (1.0, 1.0))), "true peak", "", None),
        (film(sound=Heard(20.0, -16.0, -1.4, (7.5, 6.0))), "no silent stretch", "", 7.5),
        (film(sound=Heard(20.3, -16.0, -1.4, (7.5, 1.0))), "picture and sound equally long", "", None),
        (film(lines=(line(), line(late_s=0.2))), "sentences where the captions have them", "'Halden Health had 412 people.'", 11.0),
        (film(lines=(line(), line(over_db=-3.0))), "voice over the music", "'Halden Health had 412 people.'", 11.0),
        (film(scenes=(seen("one"), seen("two", texts=(*TEXTS, text("Very long", right=1950, top=400, bottom=480))))),
         "text inside the safe area", "two: 'Very long'", 11.0),
        (tall(1610, 1690), "text clear of the platform's controls", "two: 'Low'", 11.0),
        (tall(200, 260), "text clear of the platform's controls", "two: 'Low'", 11.0),
        (film(scenes=(seen("one"), seen("two", texts=CUT))), "no text cut off", "two: 'people'", 10.0),
        (film(scenes=(seen("one"), seen("two", texts=(*TEXTS, OVER)))), "no text on another",
         "two: '412 people' and 'A second text'", 12.0),
        (film(scenes=(seen("one"), seen("two", texts=(*TEXTS, text("Faint", top=300, bottom=340, colour="#C8C8C8"))))),
         "text stands out from its ground", "two: 'Faint'", 11.0),
        (captioned(caption(1.4)), "captions in sync", "two: 'Halden Health had 412 people.'", 11.4),
        (captioned(replace(caption(), start_s=0.5)), "captions in sync", "two: 'Halden Health had 412 people.'", 10.5),
        (heard("Halden Health had 413 people."), "every number heard",
         "said 'Halden Health had four hundred and twelve people.', heard 'Halden Health had 413 people.'", 11.0),
        (film(lines=(line(), line(heard=Hearing("Halden Health had 412 people.", "", 0.6)))), "words heard when they are shown",
         "'Halden Health had 412 people.'", 11.0),
        (heard("Halden Health, sad 412 beagle."), "words heard", "'Halden Health had 412 people.'", 11.0),
    ],
)  # fmt: skip
def test_a_planted_defect_is_caught_with_place_and_time(planted: Film, check: str, where: str, at_s: float | None):
    """V14: the one failed check names what is wrong, where and when."""
    assert [(check, where, at_s)] == [(c.check, c.where, c.at_s) for c in failed(planted)]


def test_a_caption_too_fast_to_read_is_caught():
    """V14: 17 characters a second at most; the words it has in common with the voice are still with it."""
    fast = replace(FAST, end_s=2.0)

    assert "captions readable" in {c.check for c in failed(captioned(fast))}


def test_a_stuck_picture_is_told_from_a_hold():
    """V14: the three seconds a code is held for at the end are meant; eight under a voice that goes on are not."""
    held = film(scenes=(seen("one"), seen("two", rests=((200, 100),))))
    stuck = film(scenes=(seen("one", rests=((0, 260),)), seen("two")))

    assert [] == failed(held)
    assert {"no frozen stretch", "no rest while nobody speaks"} == {c.check for c in failed(stuck)}


@pytest.mark.parametrize(
    ("chrome", "drawn"),
    [
        ("Halden 🚀 Health", "Halden Health"),
        ("Halden 🚀 Health", "Halden 🚀 Health"),
        ("Halden❤️Health ✨", "HaldenHealth"),
        ("👩‍⚕️ Halden Health™", "Halden Health™"),
    ],
)
def test_decoration_may_be_left_out_and_nothing_else(chrome: str, drawn: str):
    """V10 V14: an emoji that no typeface has is not drawn; where a word beside it is missing the film still stops."""
    named = replace(board(scene("one")), scenes=(replace(scene("one"), chrome=Text(chrome)),))
    texts = (TEXTS[0], text(drawn, left=1500, right=1800), *TEXTS[2:])
    short = (TEXTS[0], text(drawn.split("H")[0] + "Hal", left=1500, right=1800), *texts[2:])

    assert [True] == [f.ok for f in whole(film(board=named, scenes=(seen("one", texts=texts),)), Limits())]
    assert [False] == [f.ok for f in whole(film(board=named, scenes=(seen("one", texts=short),)), Limits())]


SHOWN = ColumnsPicture(
    (
        Column(Text("People"), Text("412"), Text("41% lower"), (Text("Product log, weekly."),)),
        Column(Text("Peers"), Text("38"), Text("no change")),
    )
)
LINES = ("People", "412", "41% lower", "Peers", "38", "no change")


def pictured(*lines: str, picture: Picture = SHOWN) -> list[tuple[bool, str]]:
    """What the check says of a picture of which these lines are drawn, on a scene that draws all else."""
    one = replace(scene("one", headline=""), picture=picture, captions=(caption(1.0, 0.5, "412", "people."),))
    texts = tuple(text(line, top=300 + 60 * n, bottom=340 + 60 * n) for n, line in enumerate(lines))
    all_ = (*texts, text("412 people."), text("Halden Health", left=1500, right=1800))
    return [(f.ok, f.where) for f in whole(film(board=board(one), scenes=(seen("one", texts=all_),)), Limits())]


def test_every_text_of_a_picture_must_be_drawn():
    """V14: a chart's number, a row's name, a label: whatever is missing is named, even where the caption says it too."""
    lost = {line: pictured(*(one for one in LINES if one != line)) for line in LINES}
    cut_off = pictured("People", "41", "41% lower", "Peers", "38", "no change")

    assert [(True, "one")] == pictured(*LINES)
    assert {line: [(False, f"one: {line.split()[0]!r}")] for line in LINES} == lost
    assert [(False, "one: '412'")] == cut_off


def test_what_gives_way_on_a_short_page_is_drawn_whole_or_not_at_all():
    """V14: workings may be left to the voice; the half of them may not be drawn."""
    assert [(True, "one")] == pictured(*LINES, "Product log, weekly.")
    assert [(True, "one")] == pictured(*LINES)
    assert [(False, "one: 'weekly.'")] == pictured(*LINES, "Product log,")


def test_a_name_broken_over_lines_is_whole_and_a_broken_figure_is_not():
    """V14: a very long name is broken where no size keeps it whole; a figure in two is another figure."""
    long = ColumnsPicture((Column(Text("Wolfeschlegelsteinhausen"), Text("31,870"), Text("")),))

    assert [(True, "one")] == pictured("Wolfeschlegel", "31,870", "steinhausen", picture=long)
    assert [(False, "one: '31,870'")] == pictured("Wolfeschlegelsteinhausen", "31,", "870", picture=long)


def test_captions_of_any_player_are_read_as_they_read_them() -> None:
    """V14: hours or none, ids or none, settings, notes, tags and marks; another clock is followed to the stream's."""
    plain, stream = read(ODD), read(mapped(ODD, 900_000, "00:00:02.000"))

    assert ((), False, (Cue(1.0, 2.5, "Fish & chips,\nsaid Ana"), Cue(3601.0, 3602.0, "So."))) == (
        plain.faults, plain.mapped, plain.cues,
    )  # fmt: skip
    assert ([9.0, 3609.0], True) == ([cue.start_s for cue in stream.cues], stream.mapped)


def test_a_cue_that_makes_no_sense_is_named_by_its_line() -> None:
    """V14: one that ends before it begins, one without words."""
    bad = "WEBVTT\n\n00:02.000 --> 00:01.000\nBack\n\n00:03.000 --> 00:04.000\n&nbsp;\n"

    assert ("line 3: it ends before it begins", "line 6: a cue without words") == read(bad).faults


def test_texts_one_after_the_other_in_one_place_are_not_on_each_other():
    """V14: captions follow one another where they stand."""
    after = text("Another", from_s=9.0, to_s=10.0)

    assert [] == failed(film(scenes=(seen("one"), seen("two", texts=(*TEXTS, after)))))


def test_a_number_heard_at_the_second_hearing_is_heard():
    """V14: a recogniser's slip under music does not stop a film whose voice is right."""
    assert [] == failed(heard("Halden Health had 420 people.", "Halden Health had 412 people."))


def test_a_name_the_recogniser_does_not_know_only_warns():
    """V14: names only warn."""
    checks = preflight(heard("Bolding hell had 412 people."), Limits())

    assert [("names heard", "Halden Health")] == [(c.check, c.where) for c in checks if c.warns]
    assert passed(checks)


def test_a_film_nobody_listened_to_says_so():
    """V14: a check that was not made is not a check that was passed in silence."""
    checks = preflight(film(deaf="the recogniser is not installed"), Limits())
    told = {c.check: c.value for c in checks if c.warns}

    assert {"words heard", "every number heard", "words heard when they are shown", "names heard"} == set(told)
    assert {"not listened to: the recogniser is not installed"} == set(told.values())


def test_the_page_lists_every_check_with_its_limit():
    """V14: docs/concepts/preflight.md and the table of checks are one list."""
    table = PAGE.read_text(encoding="utf-8").split("|---|---|---|\n")[1].split("\n\n")[0]

    assert [f"| {k.name} | {k.limit(Limits())} | {k.why} |" for k in CHECKS] == table.splitlines()
