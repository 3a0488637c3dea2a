"""What preflight wants to see of a picture is what its kind draws: every kind, on every page."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.review.films import film, seen
from tests.video.boards import SIZES, board, faces, kit
from tests.video.every import every
from tests.video.people import media
from vitalreel.review.preflight import Limits
from vitalreel.review.preflight.lettering import whole
from vitalreel.storyboard.pictures import KINDS
from vitalreel.storyboard.pictures.adoption import AdoptionPicture, AdoptionRow, Cell
from vitalreel.storyboard.pictures.line import LinePicture, Mark
from vitalreel.storyboard.pictures.texts import GIVES_WAY, NEVER_DRAWN, drawn_texts, spared_texts
from vitalreel.storyboard.text import Text
from vitalreel.video.film import standing


@pytest.mark.parametrize("size", SIZES)
def test_all_that_a_picture_says_is_drawn_on_every_page(size: str) -> None:
    """V10 V14: no text of any kind of scene is lost, wide, square or tall; and the check sees one that is."""
    long = [replace(one, frames=max(one.frames, 300)) for one in every()]
    made = board(long, *SIZES[size])
    drawn = tuple(
        seen(one.name, texts=standing(one, made, kit(), faces(), media())) for one in made.scenes
    )  # fmt: skip
    found = list(whole(film(board=made, scenes=drawn), Limits()))

    assert [] == [f.where for f in found if not f.ok]
    assert len(found) == len(made.scenes) >= len(KINDS)


def test_texts_are_wanted_unless_they_are_named() -> None:
    """V14: by exclusion; each name stands for a field there is, so that a renamed one is not forgotten."""
    for place in (*GIVES_WAY, *NEVER_DRAWN):
        kind, *names = place.split(".")
        assert names[0] in {f.name for f in fields(KINDS[kind])}, place


def test_what_has_no_place_in_a_picture_is_not_wanted() -> None:
    """V14: the word for cells without use where every cell has some; a mark on a point without a reading."""
    cells = (Cell(3.0, Text("3")), Cell(None, Text("unknown")))
    grid = AdoptionPicture((Text("North"),), (AdoptionRow(Text("Swaps"), cells),), 3.0, False, Text("not used"))
    empty = replace(grid, rows=(AdoptionRow(Text("Swaps"), (Cell(0.0, Text("0")),)),))
    marks = (Mark(0, Text("May"), 0.0), Mark(1, Text("June"), 0.0))
    line = LinePicture(
        (2.0, None, 5.0), (), (), Text("5"), Text("more"), Text("people"), marks, gap_note=Text("no data")
    )

    assert ("North", "Swaps", "3") == drawn_texts(grid)
    assert ("North", "Swaps", "not used") == drawn_texts(empty)
    assert ("5", "more", "people", "May") == drawn_texts(line)
    assert ("no data",) == spared_texts(line)
