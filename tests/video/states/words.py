"""Titles, sentences, papers and people in every state."""

from __future__ import annotations

from dataclasses import replace

from tests.video import boards, people
from tests.video.odd_figures import LONG
from tests.video.people import PORTRAIT, SCREEN
from tests.video.states.cells import NARROW, Cells, Meaningless, RefusedState, Stands, abroad, but, of_long_account
from vitalreel.storyboard.pictures.agenda import AgendaItem
from vitalreel.storyboard.pictures.person import Way
from vitalreel.storyboard.pictures.terms import TermRow
from vitalreel.storyboard.pictures.walk import Area, WalkStep
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text

NAME = "Wolfeschlegelsteinhausenbergerdorff Þórður Łukasz-Škvorecký"
ROLE = "Principal customer success manager for acute care, community health and rehabilitation at Larkspur"
NOTHING = Text("")


def title() -> Cells:
    easy = boards.title()
    gone = (None, None, 41.0, None, 38.0, 44.0, None, None)
    dear = tuple(9e11 + 4e10 * (n % 7) for n in range(52))
    named = but(
        of_long_account(easy), kicker=f"For {LONG}", lines=(Text("Maximiliane, your first"), Text("year at all five hospitals")),
        prepared_for=f"Prepared for {NAME}, Chief Nursing Officer",
    )  # fmt: skip
    return {
        "none": Stands(but(easy, petals=(), centre="", centre_unit="")),
        "one": Stands(but(easy, petals=(41.0,), centre="1", centre_unit="week")),
        "zero": Stands(but(easy, petals=(0.0,) * 26)),
        "missing": Stands(but(easy, petals=gone, prepared_for="", centre="", centre_unit="")),
        "negative": RefusedState(but(easy, petals=(41.0, -3.0, 12.0)), "-3 is less than none"),
        "huge": Stands(but(easy, petals=dear)),
        "long": Stands(named),
    } | abroad(easy)


def statement() -> Cells:
    easy = boards.statement()
    long = (
        Text(f"Reminders reach people at {LONG} on the phone they carry."),
        Text("We do not know yet why offers stopped."),
    )
    words = Meaningless("it is made of sentences: a figure in one is words, and long is the state of many words")
    return {
        "none": RefusedState(but(easy, lines=()), "statement.*no sentence"),
        "one": Stands(but(easy, lines=(Text("Reminders reach people on the phone they carry."),))),
        "zero": words,
        "missing": Stands(but(easy, "", credit="")),
        "negative": words,
        "huge": words,
        "long": Stands(but(of_long_account(easy), lines=long, credit=f"Product notes for {LONG}")),
    } | abroad(easy)


def next_step() -> Cells:
    easy = boards.next_step()
    far = "HTTPS://LARKSPUR.EXAMPLE/T/HH7Q4K/WITH-MAXIMILIANE-OBERHUBER-AND-DIRECTORS-OF-ALL-FIVE-HOSPITALS"
    values = Meaningless("it holds a request, a person and a link, and no value")
    named = replace(boards.hard()["an invitation in full"][0], chrome=Text(LONG))
    return {
        "none": RefusedState(but(easy, lines=()), "next step.*asks for nothing"),
        "one": Meaningless("it always asks for one thing: the easy case"),
        "zero": values,
        "missing": Stands(but(easy, line="", person_role="", scan_note="", short_url="")),
        "negative": values,
        "huge": Stands(but(easy, qr=far, short_url="larkspur.example/t/hh7q4k")),
        "long": Stands(named),
    } | abroad(easy)


def _total(now: str, coming: str) -> TermRow:
    return TermRow(Text("Total"), Text(now), Text(coming))


def terms() -> Cells:
    easy = people.terms()
    row = TermRow(Text("Seats"), Text("3,200"), Text("3,400"))
    free = (TermRow(Text("Seats"), Text("0"), Text("0")), TermRow(Text("Per seat, per month"), Text("$0"), Text("$0")))
    gone = (TermRow(Text("Price rise"), NOTHING, NOTHING), TermRow(Text("Term"), NOTHING, Text("12 months")))
    back = (row, TermRow(Text("Credit for the outage in June"), Text("$0"), Text("−$24,960")))
    named = (
        TermRow(Text(f"Seats at {LONG}"), Text("3,200"), Text("3,400")),
        TermRow(
            Text("Plan"), Text("Hospital groups of up to five sites"), Text("Hospital groups of any number of sites")
        ),
    )
    heads = {"now_head": "In the year that ends", "coming_head": "From 1 February 2027 for three years"}
    bare = {"total": None, "total_note": "", "notes": ()}
    return {
        "none": RefusedState(but(easy, rows=(), **bare), "terms.*no row"),
        "one": Stands(but(easy, rows=(row,), **bare)),
        "zero": Stands(
            but(
                easy,
                "A pilot costs nothing",
                rows=free,
                total=_total("$0", "$0"),
                total_note="",
            )
        ),
        "missing": Stands(but(easy, "Some of it is not settled", rows=gone, **bare)),
        "negative": Stands(
            but(
                easy,
                "The outage is taken off",
                rows=back,
                total=_total("$399,360", "−$1,200"),
                total_note="",
            )
        ),
        "huge": Stands(people.hard_people()["huge terms"][0]),
        "long": Stands(but(of_long_account(easy), rows=named, **heads), refused=NARROW),
    } | abroad(easy)


def agenda() -> Cells:
    easy = people.agenda()
    only = AgendaItem(Text("Did we meet your goal?"), Text("Shifts filled in 48 hours"), Text("45 min"))
    bare = (
        AgendaItem(Text("Did we meet your goal?")),
        AgendaItem(Text("What is next year for?"), minutes=Text("20 min")),
    )
    named = (
        AgendaItem(Text(f"What should {LONG} do first?"), Text("With whom, and by when"), Text("120 min")),
        AgendaItem(Text("What went wrong in June?"), Text(f"Payroll export at {LONG}"), Text("15 min")),
    )
    minutes = Meaningless("it holds questions; how long each takes is words beside it")
    return {
        "none": RefusedState(but(easy, items=(), when="", details=()), "agenda.*no question"),
        "one": Stands(but(easy, "One question on 3 December", items=(only,))),
        "zero": minutes,
        "missing": Stands(but(easy, "Two questions", items=bare, when="", details=())),
        "negative": minutes,
        "huge": minutes,
        "long": Stands(but(of_long_account(easy), "Names in full", items=named, details=(Text(f"With {NAME}"),))),
    } | abroad(easy)


def person() -> Cells:
    easy = people.person()
    values = Meaningless("it holds a human being and addresses, and no value")
    long = tuple(
        Way(Text(label), Text(f"{label.lower()}.maximiliane.oberhuber-wisniewska@larkspur.example"))
        for label in ("Write", "Invite")
    )
    return {
        "none": Stands(but(easy, ways=())),
        "one": Stands(but(easy, ways=(Way(Text("Write"), Text("daniel@larkspur.example")),))),
        "zero": values,
        "missing": Stands(but(easy, role="", line="", portrait=None)),
        "negative": values,
        "huge": values,
        "long": Stands(
            but(of_long_account(easy), name=NAME, role=ROLE, ways=long, portrait=None),
            refused={"square": "leave one out"},
        ),
    } | abroad(easy)


def voice() -> Cells:
    easy = people.voice()
    shares = Meaningless("loudness is a share of the loudest there can be, 0 to 1, measured by us")
    told = f"Spoken by a computer. {NAME} approved every word on 20 November 2026, for {LONG}."
    return {
        "none": Stands(people.hard_people()["a silent voice"][0]),
        "one": Stands(but(easy, levels=(0.7,))),
        "zero": Stands(but(easy, levels=(0.0,) * 90)),
        "missing": Stands(but(easy, role="", portrait=None)),
        "negative": shares,
        "huge": shares,
        "long": Stands(but(of_long_account(easy), name=NAME, role=ROLE, disclosure=told), refused=NARROW),
    } | abroad(easy)


def _looking_at(area: Area | None, image: str = SCREEN) -> Scene:
    return but(people.walk(), steps=(WalkStep(image, Text("Each team has its own switch."), area),))


def walk() -> Cells:
    easy = people.walk()
    lines = ("Open Offers", "Choose the team", "Turn it on", "Look at tomorrow’s open shifts", "Send it")
    named = tuple(
        WalkStep(PORTRAIT if n % 2 else SCREEN, Text(f"{line} at {LONG[:42]}"), None, n * 0.7)
        for n, line in enumerate(lines)
    )
    return {
        "none": RefusedState(but(easy, steps=()), "walk.*no step"),
        "one": Stands(_looking_at((0.2, 0.26, 0.97, 0.36))),
        "zero": Stands(_looking_at((0.5, 0.5, 0.5, 0.5))),
        "missing": Stands(_looking_at(None)),
        "negative": Stands(_looking_at((-0.4, 0.3, 0.17, 0.6))),
        "huge": Stands(_looking_at((-2.0, -2.0, 9.0, 9.0))),
        "long": Stands(but(of_long_account(easy), steps=named)),
    } | abroad(easy)


def talent() -> Cells:
    easy = people.talent()
    values = Meaningless("it shows a clip and a name, and no value")
    return {
        "none": RefusedState(but(easy, clip="gone"), "clip gone"),
        "one": Stands(but(easy, clip=people.STILL)),
        "zero": values,
        "missing": Stands(but(easy, role="")),
        "negative": values,
        "huge": values,
        "long": Stands(
            but(of_long_account(easy), name=NAME, role=ROLE, disclosure="Synthetic presenter. Made by a computer.")
        ),
    } | abroad(easy)
