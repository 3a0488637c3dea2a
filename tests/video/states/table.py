"""Every kind of scene in every state: what stands, what is refused and why, and which states mean nothing for a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.video.states import charts, figures, words
from tests.video.states.cells import STATES, Cell, Cells, Meaningless, RefusedState, Stands

_MAKERS: Mapping[str, Callable[[], Cells]] = {
    "adoption": figures.adoption,
    "agenda": words.agenda,
    "bars": charts.bars,
    "benchmark": figures.benchmark,
    "columns": charts.columns,
    "line": charts.line,
    "next_step": words.next_step,
    "outcome": figures.outcome,
    "person": words.person,
    "seats": figures.seats,
    "similar": figures.similar,
    "statement": words.statement,
    "support": figures.support,
    "talent": words.talent,
    "terms": words.terms,
    "timeline": charts.timeline,
    "title": words.title,
    "voice": words.voice,
    "walk": words.walk,
}

TABLE: Mapping[str, Cells] = {kind: make() for kind, make in _MAKERS.items()}

SHORTEST = 180
"""Frames: by then everything of the slowest kind is there."""


def _named(cell: Stands, kind: str) -> Stands:
    return replace(cell, scene=replace(cell.scene, kind=kind, frames=max(SHORTEST, cell.scene.frames)))


STANDING: Mapping[str, Stands] = {
    f"{kind}-{state.replace(' ', '-')}": _named(cell, kind)
    for kind, cells in TABLE.items()
    for state, cell in cells.items()
    if isinstance(cell, Stands)
}
"""What is drawn, by the name of its golden frame."""

REFUSED: Mapping[str, RefusedState] = {
    f"{kind}-{state.replace(' ', '-')}": cell
    for kind, cells in TABLE.items()
    for state, cell in cells.items()
    if isinstance(cell, RefusedState)
}

__all__ = ["REFUSED", "SHORTEST", "STANDING", "STATES", "TABLE", "Cell", "Meaningless", "RefusedState", "Stands"]
