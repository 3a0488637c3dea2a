"""What a picture draws must be what the ledger holds: one check a kind, sharing nothing with the makers of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.drawn import (
    adoption,
    bars,
    benchmark,
    line,
    next_step,
    outcome,
    person,
    seats,
    similar,
    support,
    talent,
    terms,
    timeline,
    title,
    voice,
    walk,
)
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

CHECKS: Mapping[type, Callable[[Any, Scene, Ledger, str], Iterator[Untraced]]] = {
    AdoptionPicture: adoption.untraced,
    BenchmarkPicture: benchmark.untraced,
    OutcomePicture: outcome.untraced,
    SeatsPicture: seats.untraced,
    SimilarPicture: similar.untraced,
    SupportPicture: support.untraced,
    BarsPicture: bars.untraced,
    LinePicture: line.untraced,
    NextStepPicture: next_step.untraced,
    TimelinePicture: timeline.untraced,
    TitlePicture: title.untraced,
    WalkPicture: walk.untraced,
    VoicePicture: voice.untraced,
    TermsPicture: terms.untraced,
    TalentPicture: talent.untraced,
    PersonPicture: person.untraced,
}
WORDS_ONLY = (AgendaPicture, ColumnsPicture, StatementPicture)
"""Kinds that draw nothing but texts, which are traced as texts."""


def drawn(scene: Scene, ledger: Ledger) -> Iterator[Untraced]:
    """Drawn values that the ledger does not hold. Raises KeyError for a kind nobody checks: it may not be drawn."""
    if not isinstance(scene.picture, WORDS_ONLY):
        yield from CHECKS[type(scene.picture)](scene.picture, scene, ledger, f"scene {scene.name}, picture")
