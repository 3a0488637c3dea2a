"""Terms, agendas, people, voices, screens and clips: from a module's words to pictures, every part traced (V2, V6, V8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.briefs.dossiers import AS_OF, falling, known, write
from tests.storyboard.test_compose import LOOK, take
from vitalreel.briefs.dossier import Dossier, Known
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.module import Module
from vitalreel.briefs.reading import read_module
from vitalreel.briefs.script import Script
from vitalreel.briefs.talent import Approval, Clip, Consent, Film, Person, SpeaksFor
from vitalreel.briefs.talent import known as talent_fields
from vitalreel.briefs.trace import trace
from vitalreel.errors import BadConfiguration, Refused
from vitalreel.storyboard.compose import compose
from vitalreel.storyboard.pictures.agenda import AgendaPicture
from vitalreel.storyboard.pictures.person import PersonPicture
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.pictures.terms import TermsPicture
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.pictures.walk import WalkPicture
from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.timing import LEVELS_PER_S
from vitalreel.storyboard.trace_board import trace_board

HEAD = """
module: people
version: 2
title: "For {account.name}"
owner: cs
for: {category: renewal, segments: [], viewer: champion, length: [10 s, 90 s]}
talent: spokesperson
tone: Level.
grade: 9
asks: {button: "Choose a time", url: links.book_csm, line: "Or write to {csm.first_name}, who answers."}
success: {metric: usage.weekly_users, moves: up 15%, within: 45 days, if_not: "a task"}
facts:
  seats:    {is: "seats today", from: contract.seats, unit: [seat, seats], missing: stop, example: ["640", "six hundred and forty"]}
  arr:      {is: "yearly value", from: contract.arr, unit: money, missing: stop, example: ["$48,500", "forty-eight thousand five hundred dollars"]}
  renewal:  {is: "renewal day", from: contract.renewal, unit: date, missing: stop, example: ["21 February 2027", "the twenty-first of February"]}
  opening:  {is: "the recorded opening", from: clips.opening, unit: name, missing: drop, example: ["opening", "opening"]}
  offers:   {is: "the offers page", from: screens.offers, unit: name, missing: drop, example: ["offers", "offers"]}
scenes:
  - {scene: hello, does: [greet], headline: "A year at {account.name}", show: {talent: opening}}
  - {scene: by_voice, does: [greet], headline: "{talent.full_name} speaks", show: {voice: talent.full_name}, say_exactly: "Here is your year. It has its limits."}
"""  # noqa: E501
BODY = """
  - scene: terms
    does: [signal, figures, unknown, terms]
    headline: "The price stays as it is"
    source: "Contract, as of {as_of}."
    show:
      terms: [{what: "Seats", now: "{seats}", next: "{seats}"}, {what: "Price rise", next: "none"}]
      now_head: "This year"
      next_head: "From {renewal}"
      total: {what: "Total for the year", now: "{arr}", next: "{arr}", note: "before tax"}
      notes: ["Watching this approves nothing."]
    say_exactly: "You have {seats with unit}. The total is {arr}."
  - scene: agenda
    does: [help]
    headline: "What is open"
    show: {agenda: [{question: "Where is use lower?", about: "Reading the log", minutes: "{seats}"}, {question: "What is next?"}], when: "Before {renewal}"}
    say_exactly: "There are questions. The last one is yours."
  - scene: screens
    does: [help]
    headline: "Where offers are"
    show: {walk: [{image: offers, caption: "Open the page."}, {image: offers, caption: "Every team has its own.", area: [20, 10, 40, 15]}]}
    say_exactly: "Open the page. Every team has its own."
  - {scene: who, does: [person], headline: "{csm.first_name} answers", show: {person: csm.full_name, about: "Every message is read."}, say_exactly: "Write to {csm.full_name}."}
  - {scene: next_step, does: [next_step], headline: "Talk to {csm.first_name}", show: {next_step: asks}, say_exactly: "Choose a time."}
"""  # noqa: E501
PHOTO, CLIP, PAGE = "a" * 32, "b" * 32, "c" * 32
MARIT = Person(
    "marit", "Marit Lindqvist", "Marit", "Chief Executive", ("spokesperson",), SpeaksFor(),
    Consent(date(2026, 1, 1), "in writing", ("portrait", "clip", "voice"), date(2027, 12, 31)),
    portrait=PHOTO, clips={"opening": Clip(CLIP, "Thank you for a year of hard work.", (67, 40))},
    approved={"people": Approval(2, date(2026, 11, 20))},
)  # fmt: skip
FILM = Film("people", 2, "renewal", "mid_market", 2, AS_OF, ("talent", "voice"))


def people(body: str = BODY) -> Module:
    return read_module(HEAD + body, "people.yaml")


def told(person: Person = MARIT, without: tuple[str, ...] = ()) -> Dossier:
    page = Known(PAGE, AS_OF, Origin("screens", "screens/offers.png", (), 0, "d"))
    more = {**dict(talent_fields(person, "talent", FILM)), "screens.offers": page, "csm.phone": known("+1 555 0142")}
    return falling(extra={name: value for name, value in more.items() if name not in without})


def filmed(script: Script) -> Storyboard:
    takes = [[replace(take(line.said), levels=(0.1, 0.8, 0.4)) for line in scene.say] for scene in script.scenes]
    return compose(script, takes, LOOK)


def scenes(board: Storyboard) -> Mapping[str, Scene]:
    return {scene.kind: scene for scene in board.scenes}


BOARD = filmed(write(people(), told()))
LEDGER = write(people(), told()).brief.facts


def test_a_film_of_people_and_papers_is_traced_whole() -> None:
    """Every text, photograph, clip and capture of it (V2)."""
    script = write(people(), told())

    assert () == trace(script).untraced
    assert () == trace_board(BOARD, LEDGER).untraced
    assert {"talent", "voice", "terms", "agenda", "walk", "person", "next_step"} == set(scenes(BOARD))


def test_terms_are_rows_of_facts_with_the_total_last() -> None:
    """A row without a value today has a dash; the total comes in on its word."""
    picture = scenes(BOARD)["terms"].picture
    assert isinstance(picture, TermsPicture)
    said = next(s for s in BOARD.narration if "total" in s.said)

    assert [("Seats", "640", "640"), ("Price rise", "", "none")] == [
        (r.what.shown, r.now.shown, r.coming.shown) for r in picture.rows
    ]
    assert picture.total is not None and picture.total.coming.facts == ("arr",)
    assert picture.total.at_s > 0 and said.shown.endswith("$48,500.")


def test_questions_and_steps_come_in_with_what_is_said() -> None:
    """A capture's step begins with its sentence; a question on its fact's word."""
    walk, agenda = (scenes(BOARD)[kind].picture for kind in ("walk", "agenda"))
    assert isinstance(walk, WalkPicture) and isinstance(agenda, AgendaPicture)
    number = [s.kind for s in BOARD.scenes].index("walk")
    begins = sum(s.frames for s in BOARD.scenes[:number]) / BOARD.fps
    starts = [s.start_s - begins for s in BOARD.narration if s.scene == number]

    assert [0.0, pytest.approx(starts[1])] == [step.at_s for step in walk.steps]
    assert (0.2, 0.1, pytest.approx(0.6), pytest.approx(0.25)) == walk.steps[1].area
    assert [PAGE, PAGE] == [step.image for step in walk.steps]
    assert ("Where is use lower?", "What is next?") == tuple(i.question.shown for i in agenda.items)


def test_a_voice_is_as_loud_as_it_was_spoken_and_says_what_it_is() -> None:
    """Levels stand where the voice has them, pauses are silent, and the disclosure names who approved and when (V8)."""
    picture = scenes(BOARD)["voice"].picture
    assert isinstance(picture, VoicePicture)
    length = picture.ends_s - picture.starts_s

    assert round(length * LEVELS_PER_S) == len(picture.levels)
    assert (0.1, 0.8, 0.4, 0.0) == picture.levels[:4] and 2 == picture.levels.count(0.8)
    assert "Spoken by a computer. Marit approved every word on 20 November 2026." == picture.disclosure.shown
    assert PHOTO == picture.portrait


def test_the_transcript_says_who_approved_only_where_that_is_recorded() -> None:
    """An approval holds for the version it was given for; without one, nobody is said to have approved (V8)."""
    for approved in ({}, {"people": Approval(1, date(2026, 9, 1))}):
        board = filmed(write(people(), told(replace(MARIT, approved=approved))))
        picture = scenes(board)["voice"].picture
        assert isinstance(picture, VoicePicture)

        assert board.disclosure.endswith("Written from your data as of 22 November 2026.")
        assert "Spoken by a computer. Written from your data as of 22 November 2026." == picture.disclosure.shown
    assert BOARD.disclosure.endswith("Marit Lindqvist approved every word on 20 November 2026.")


def test_a_clip_begins_with_its_first_picture_and_says_its_own_words() -> None:
    """No lead and no tail: lips and sound stay together; captions are what is said in it (V8, V9)."""
    scene = scenes(BOARD)["talent"]
    picture, said = scene.picture, BOARD.narration[0]
    assert isinstance(picture, TalentPicture)
    length = take(said.said).length_s

    assert (CLIP, (0.67, 0.4)) == (picture.clip, picture.focus)
    assert (0.0, "Thank you for a year of hard work.") == (said.start_s, said.shown)
    assert "Thank you for a year of hard work." == " ".join(c.text for c in scene.captions).replace("\n", " ")
    assert 0 <= scene.frames / 30 - max(length, 1.5) < 2 / 30


def test_a_clip_that_a_computer_made_says_so() -> None:
    """On the storyboard, and a board that hides it is untraced (V8)."""
    made = replace(MARIT, clips={"opening": replace(MARIT.clips["opening"], synthetic=True)})
    script = write(people(), told(made))
    board = filmed(script)
    scene = scenes(board)["talent"]
    assert isinstance(scene.picture, TalentPicture)
    hidden = replace(scene, picture=replace(scene.picture, disclosure=Text("")))
    forged = replace(board, scenes=tuple(hidden if s is scene else s for s in board.scenes))

    assert "Synthetic presenter. Made by a computer." == scene.picture.disclosure.shown
    assert () == trace_board(board, script.brief.facts).untraced
    assert "is shown without saying that a computer made it" in {
        u.why for u in trace_board(forged, script.brief.facts).untraced
    }


def test_who_answers_can_be_reached_and_has_their_own_face() -> None:
    """Ways come from the data; without consent there is no photograph, and the film stands with initials."""
    picture = scenes(BOARD)["person"].picture
    assert isinstance(picture, PersonPicture)

    assert ("Daniel Osei", None) == (picture.name.shown, picture.portrait)
    assert ["daniel@larkspur.example", "+1 555 0142"] == [way.value.shown for way in picture.ways]


def test_a_film_without_its_clip_or_capture_leaves_those_scenes_out() -> None:
    """`missing: drop` holds for media as for any fact."""
    gone = ("clips.opening", "screens.offers")
    board = filmed(write(people(), told(without=gone)))

    assert {"voice", "terms", "agenda", "person", "next_step"} == set(scenes(board))


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("voice", {"portrait": "f" * 32}, "is not the portrait of Marit Lindqvist"),
        ("person", {"portrait": PHOTO}, "is not the portrait of Daniel Osei"),
        ("next_step", {"portrait": PHOTO}, "is not the portrait of Daniel Osei"),
        ("talent", {"clip": "f" * 32}, "is no clip of the ledger"),
        ("voice", {"levels": (2.0,)}, "is no stretch of a voice"),
    ],
)
def test_a_strangers_face_or_clip_is_untraced(kind: str, change: Mapping[str, Any], why: str) -> None:
    """What is drawn is what the ledger holds, photographs and clips too (V2)."""
    scene = scenes(BOARD)[kind]
    forged = replace(scene, picture=replace(scene.picture, **change))
    board = replace(BOARD, scenes=tuple(forged if s is scene else s for s in BOARD.scenes))

    assert why in {u.why for u in trace_board(board, LEDGER).untraced}


def test_a_capture_nobody_gave_is_untraced() -> None:
    """And so is a light that lies beside it."""
    scene = scenes(BOARD)["walk"]
    assert isinstance(scene.picture, WalkPicture)
    first = scene.picture.steps[0]
    forged = WalkPicture((replace(first, image="f" * 32), replace(first, area=(0.5, 0.5, 0.4, 0.6))))
    board = replace(
        BOARD, scenes=tuple(replace(s, picture=forged) if s is scene else s for s in BOARD.scenes)
    )  # fmt: skip
    found = {u.why for u in trace_board(board, LEDGER).untraced}

    assert {"is no capture of the ledger", "is not on the capture"} <= found


@pytest.mark.parametrize(
    ("old", "new", "told_so"),
    [
        ("area: [20, 10, 40, 15]", "area: [20, 10, 90, 15]", "an area is [left, top, width, height] in per cent"),
        ('terms: [{what: "Seats"', 'terms: [{thing: "Seats"', "terms.terms needs what"),
        ("total: {what:", "total: {sum: x, what:", "terms.total has no sum"),
        ('    source: "Contract, as of {as_of}."\n', "", "a terms picture without a source line"),
        ('show: {person: csm.full_name', "show: {person: csm.fullname", "'csm.fullname', which is no fact"),
        ('when: "Before {renewal}"', 'details: ["a", "b", "c", "d"]', "agenda has room for 3 details, not 4"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_picture_is_told_with_its_line(old: str, new: str, told_so: str) -> None:
    """Whoever writes a module reads what is wrong and where (V5)."""
    assert old in BODY
    with pytest.raises(BadConfiguration, match=r"people.yaml line \d+") as raised:
        people(BODY.replace(old, new))

    assert told_so in str(raised.value)


def test_a_clips_words_are_its_own() -> None:
    """Nobody puts words into a recorded mouth."""
    with pytest.raises(BadConfiguration, match="a recorded clip says what it says"):
        read_module(
            HEAD.replace("show: {talent: opening}", 'show: {talent: opening}, say_exactly: "Hello."') + BODY, "x"
        )


def test_a_film_needs_the_person_it_names() -> None:
    """A voice that belongs to nobody is not shown as somebody's."""
    with pytest.raises(Refused, match=r"talent\.full_name is missing"):
        write(people(), falling())
