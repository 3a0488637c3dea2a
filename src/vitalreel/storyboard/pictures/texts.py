"""Which texts of a picture must be readable in it: all of them, less those its kind may do without, named here with why."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from vitalreel.storyboard.pictures import KINDS, Picture
from vitalreel.storyboard.pictures.adoption import AdoptionPicture
from vitalreel.storyboard.pictures.bars import BarsPicture
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture
from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.storyboard.pictures.similar import SimilarPicture
from vitalreel.storyboard.pictures.support import SupportPicture
from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.text import Text

GIVES_WAY = ("columns.columns.workings", "agenda.items.about", "terms.notes", "next_step.short_url", "line.gap_note")
"""The first to go where a page is short: the voice says it, or the code holds it. Drawn whole, or not at all."""
NEVER_DRAWN = ("seats.facts", "similar.did.before_text", "similar.others.before_text")
"""Held for the tracing of what is drawn as marks."""


def drawn_texts(picture: Picture) -> tuple[str, ...]:
    """Every text that must stand in the picture, in the order of its fields.

    By exclusion: a text that a kind gets later must be drawn unless it is named above or in `_idle`.
    """
    kind = next(name for name, of in KINDS.items() if isinstance(picture, of))
    left_out = {*GIVES_WAY, *NEVER_DRAWN, *(f"{kind}.{place}" for place in _idle(picture))}
    return tuple(text for place, text in _texts(picture, kind) if not left_out & _around(place))


def spared_texts(picture: Picture) -> tuple[str, ...]:
    """Texts that may be left out of the picture, and are drawn whole where they are drawn."""
    kind = next(name for name, of in KINDS.items() if isinstance(picture, of))
    return tuple(text for place, text in _texts(picture, kind) if {*GIVES_WAY} & _around(place))


def _around(place: str) -> set[str]:
    """A place and all it stands in, with the numbers of list items and without."""
    parts = place.split(".")
    wholes = [parts[:n] for n in range(2, len(parts) + 1)]
    return {".".join(w) for w in wholes} | {".".join(p for p in w if not p.isdigit()) for w in wholes}


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Place (`terms.rows.0.what`) and text of all below a record that are not empty."""
    if isinstance(value, Text):
        if value.shown:
            yield place, value.shown
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _texts(item, f"{place}.{number}")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for f in dataclasses.fields(value):
            yield from _texts(getattr(value, f.name), f"{place}.{f.name}")


def _idle(picture: Picture) -> Iterator[str]:
    """Texts without a place in this picture: the word for what there is none of, a unit without its number; and names of
    points on a scale that may be left out beside the ones that stay, where two would touch."""
    match picture:
        case AdoptionPicture(rows=rows):
            cells = [(f"rows.{r}.cells.{c}", cell) for r, row in enumerate(rows) for c, cell in enumerate(row.cells)]
            yield from (place for place, cell in cells if not cell.value)
            yield from () if any(cell.value == 0 for _, cell in cells) else ("off",)
        case BarsPicture(bars=bars):
            yield from () if bars and bars[0].before_text.shown else ("before_unit",)
            yield from () if bars and bars[0].now_text.shown else ("now_unit",)
        case LinePicture():
            yield from _idle_on_a_line(picture)
        case BenchmarkPicture(ticks=ticks) | SimilarPicture(ticks=ticks):
            yield from (f"ticks.{n}" for n in range(1, len(ticks)))
        case NextStepPicture(person=person) if not person.shown:
            yield from ("person_role", "person_contact")
        case OutcomePicture():
            yield from ("target_text", "state") if picture.target is None else ()
            yield from () if picture.target_text.shown else ("state",)
            yield from () if picture.quote.shown else ("credit",)
        case SupportPicture(months=months):
            yield from () if any(m.late for m in months) else ("late",)
            yield from () if any(m.unknown for m in months) else ("unknown",)
            yield from (f"months.{n}.label" for n in range(1, len(months)))
        case TitlePicture(petals=petals) if not petals:
            yield from ("centre", "centre_unit")
        case _:
            return


def _idle_on_a_line(picture: LinePicture) -> Iterator[str]:
    known = [index for index, value in enumerate(picture.values) if value is not None]
    if not known:
        yield from ("end_value", "unit", *(("end_note",) if picture.gap_note.shown else ()))
    for n, mark in enumerate(picture.marks):
        stands_for_the_end = known and mark.index == known[-1] and mark.label.shown == picture.end_value.shown
        if mark.index not in known or stands_for_the_end:
            yield f"marks.{n}"
    yield from (f"ticks.{n}" for n in range(1, len(picture.ticks) - 1))
    yield from (f"labels.{n}" for n in range(1, len(picture.labels)))
