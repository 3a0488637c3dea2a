"""How each kind of picture is drawn: one module a kind, found by the type of its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vitalreel.storyboard.pictures.adoption import AdoptionPicture
from vitalreel.storyboard.pictures.agenda import AgendaPicture
from vitalreel.storyboard.pictures.bars import BarsPicture
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture
from vitalreel.storyboard.pictures.columns import ColumnsPicture
from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.storyboard.pictures.person import PersonPicture
from vitalreel.storyboard.pictures.seats import SeatsPicture
from vitalreel.storyboard.pictures.similar import SimilarPicture
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.pictures.support import SupportPicture
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.pictures.terms import TermsPicture
from vitalreel.storyboard.pictures.timeline import TimelinePicture
from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.pictures.walk import WalkPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import furniture
from vitalreel.video.element import Element
from vitalreel.video.scenes import (
    adoption,
    agenda,
    bars,
    benchmark,
    columns,
    line,
    next_step,
    outcome,
    person,
    seats,
    similar,
    statement,
    support,
    talent,
    terms,
    timeline,
    title,
    voice,
    walk,
)
from vitalreel.video.stage import Stage

Draws = Callable[[Any, Scene, Stage], list[Element]]
"""A picture's record, the scene it is in (its headline and chrome) and the stage, to the scene's content."""


def _below(draw: Callable[[Any, Stage, float], list[Element]]) -> Draws:
    """A kind that stands below the scene's headline: `draw` is told where content starts."""

    def draws(picture: Any, scene: Scene, stage: Stage) -> list[Element]:
        made, top = furniture.heading(stage, scene.headline.shown)
        return made + draw(picture, stage, top)

    return draws


SCENES: Mapping[type, Draws] = {
    BarsPicture: _below(bars.elements),
    BenchmarkPicture: _below(benchmark.elements),
    SimilarPicture: _below(similar.elements),
    OutcomePicture: _below(outcome.elements),
    SupportPicture: _below(support.elements),
    AdoptionPicture: _below(adoption.elements),
    SeatsPicture: _below(seats.elements),
    ColumnsPicture: _below(columns.elements),
    LinePicture: _below(line.elements),
    NextStepPicture: next_step.elements,
    StatementPicture: statement.elements,
    TimelinePicture: _below(timeline.elements),
    TitlePicture: title.elements,
    WalkPicture: walk.elements,
    VoicePicture: voice.elements,
    TermsPicture: terms.elements,
    TalentPicture: talent.elements,
    PersonPicture: person.elements,
    AgendaPicture: agenda.elements,
}


def backdrop(picture: Any, stage: Stage) -> tuple[Stage, list[Element]]:
    """What lies under everything and never leaves, and the stage with the inks that read on it."""
    return talent.backdrop(picture, stage) if isinstance(picture, TalentPicture) else (stage, [])
