"""The six kinds that draw distributions, grids and goals in every state."""

from __future__ import annotations

from dataclasses import replace

from tests.video import boards, figures
from tests.video.figures import (
    adoption_of,
    benchmark_of,
    benchmark_row,
    group,
    seat_group,
    similar_of,
    spread,
    support_of,
)
from tests.video.odd_figures import LONG
from tests.video.states.cells import NARROW, Cells, Meaningless, RefusedState, Stands, abroad, but, of_long_account
from vitalreel.storyboard.pictures import Picture
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.storyboard.pictures.seats import SeatsPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text

TOO_FEW = "too few to be shown unnamed"


def _odd(name: str) -> Stands:
    return Stands(*boards.odd()[name])


def _with(one: Scene, headline: str, picture: Picture) -> Scene:
    return replace(one, headline=Text(headline), picture=picture, captions=())


def benchmark() -> Cells:
    easy = boards.benchmark()
    few = benchmark_of([benchmark_row("Seats", 0.5, spread(0.4, 0.5, 0.6, 9))])
    return {
        "none": RefusedState(but(easy, rows=()), "benchmark.*no row"),
        "one": _odd("one measure"),
        "zero": _odd("at zero"),
        "missing": RefusedState(_with(easy, "Nine peers", few), TOO_FEW),
        "negative": _odd("below zero among peers"),
        "huge": _odd("a huge measure"),
        "long": Stands(of_long_account(_with(easy, "Names in full", _long_rows())), "de"),
    } | abroad(easy)


def _long_rows() -> Picture:
    ten = spread(0.4, 0.5, 0.6, 10)
    rows = [benchmark_row(LONG, 0.5, ten), benchmark_row(f"{LONG} Süd", 0.9, ten), benchmark_row("Theatres", 0.1, ten)]
    return benchmark_of([replace(row, middle_text=Text("peers 50%")) for row in rows])


def seats() -> Cells:
    easy = boards.seats()
    below = SeatsPicture(80, 1, seat_group(90, "people"), seat_group(-10, "quiet"))
    named = SeatsPicture(
        3200,
        10,
        seat_group(2684, f"people of {LONG[:42]}"),
        seat_group(306, LONG),
        seat_group(210, f"free at {LONG[:42]}"),
    )
    return {
        "none": Meaningless("the seats in use are what the picture is of; none of them is its zero"),
        "one": _odd("one seat, free"),
        "zero": _odd("no seats"),
        "missing": _odd("part not told"),
        "negative": RefusedState(_with(easy, "Fewer than none", below), "floor: 0"),
        "huge": _odd("a hundred million seats"),
        "long": Stands(of_long_account(_with(easy, "Names in full", named))),
    } | abroad(easy)


def adoption() -> Cells:
    easy = boards.adoption()
    below = adoption_of([("Shift swaps", (13.0, -2.0))], ["Riverside", "Kings Quay"], 13)
    rich = adoption_of(
        [("Shift swaps", (128_450_912_300.0, 3.0, 0.0)), ("Auto-fill", (97e9, 1.0, 12.0))],
        ["North", "South", "East"],
        128_450_912_300,
    )
    named = adoption_of(
        [(LONG, (13.0, 0.0, 4.0)), (f"{LONG} Süd", (3.0, 12.0, 1.0)), ("Swaps", (1.0, 2.0, 3.0))], [LONG[:42], "Ost", LONG[22:58]], 13,
        f"Included in the plan of {LONG[:42]}.",
    )  # fmt: skip
    return {
        "none": RefusedState(but(easy, rows=()), "adoption.*no feature"),
        "one": _odd("one cell"),
        "zero": _odd("nothing used"),
        "missing": _odd("not known yet"),
        "negative": RefusedState(_with(easy, "Less than never", below), "-2 is less than none"),
        "huge": Stands(_with(easy, "Uses by the billion", rich)),
        "long": Stands(of_long_account(_with(easy, "Names in full", named)), "de", NARROW),
    } | abroad(easy)


def support() -> Cells:
    easy = boards.support()
    crowd = support_of([(40_000, 0)] * 12)
    told = f"All of the tickets of {LONG} waited longer than a day"
    return {
        "none": RefusedState(but(easy, months=()), "support.*no month"),
        "one": _odd("one ticket"),
        "zero": _odd("no tickets"),
        "missing": _odd("answers not on record"),
        "negative": RefusedState(
            _with(easy, "Fewer than none", support_of([(3, -1)], ("Nov",))), "-1 is less than none"
        ),
        "huge": RefusedState(_with(easy, "Too many to be told apart", crowd), "bars or columns"),
        "long": Stands(
            of_long_account(_with(easy, "Notes in full", support_of(figures.TICKETS, note=told, more=LONG)))
        ),
    } | abroad(easy)


def outcome() -> Cells:
    easy = boards.outcome()
    picture = easy.picture
    assert isinstance(picture, OutcomePicture)
    bare = replace(picture, quote=Text(""), credit=Text(""), start_note=Text(""), now_note=Text(""), state=Text(""))
    named = replace(
        picture,
        start_note=Text(f"when {LONG} set the goal"),
        now_note=Text(f"in the four weeks at {LONG}"),
        credit=Text(LONG),
    )
    return {
        "none": _odd("no goal set"),
        "one": _odd("no step yet"),
        "zero": _odd("all the same"),
        "missing": Stands(_with(easy, "A goal and two figures", bare)),
        "negative": _odd("below zero"),
        "huge": _odd("a huge goal"),
        "long": Stands(of_long_account(_with(easy, "Names in full", named)), refused=NARROW),
    } | abroad(easy)


def similar() -> Cells:
    easy = boards.similar()
    five = group(28, 14, 5, 2.0, "the 5 that did", " h")
    one = similar_of(group(28, 14, 1, 1, "did"), group(28, 20, 9, 1, "others"))
    plain = similar_of(replace(five, words=Text("did")), replace(five, words=Text("did not")))
    named = similar_of(replace(five, words=Text(LONG)), replace(five, words=Text(f"{LONG} Süd")))
    bare = replace(plain, caveat=Text(""), unit=Text(""), before=Text(""), after=Text(""))
    return {
        "none": RefusedState(_with(easy, "Nobody did", similar_of(replace(five, pairs=()), five)), TOO_FEW),
        "one": RefusedState(_with(easy, "One did", one), TOO_FEW),
        "zero": _odd("nothing anywhere"),
        "missing": Stands(_with(easy, "Two groups without a word beside them", bare)),
        "negative": _odd("groups below zero"),
        "huge": _odd("huge and long"),
        "long": Stands(of_long_account(_with(easy, "Names in full", named))),
    } | abroad(easy)
