"""What a scene can show, one record a kind: plain numbers and texts, ready to be drawn and to be checked."""

from __future__ import annotations

from collections.abc import Mapping

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

Picture = (
    AdoptionPicture
    | AgendaPicture
    | BarsPicture
    | BenchmarkPicture
    | ColumnsPicture
    | LinePicture
    | NextStepPicture
    | OutcomePicture
    | PersonPicture
    | SeatsPicture
    | SimilarPicture
    | StatementPicture
    | SupportPicture
    | TalentPicture
    | TermsPicture
    | TimelinePicture
    | TitlePicture
    | VoicePicture
    | WalkPicture
)


KINDS: Mapping[str, type[Picture]] = {
    "adoption": AdoptionPicture,
    "agenda": AgendaPicture,
    "bars": BarsPicture,
    "benchmark": BenchmarkPicture,
    "columns": ColumnsPicture,
    "line": LinePicture,
    "next_step": NextStepPicture,
    "outcome": OutcomePicture,
    "person": PersonPicture,
    "seats": SeatsPicture,
    "similar": SimilarPicture,
    "statement": StatementPicture,
    "support": SupportPicture,
    "talent": TalentPicture,
    "terms": TermsPicture,
    "timeline": TimelinePicture,
    "title": TitlePicture,
    "voice": VoicePicture,
    "walk": WalkPicture,
}
"""The picture of each kind of scene."""


def shows_headline(picture: Picture) -> bool:
    """Whether the scene's headline is drawn: not where a person's name stands in its place, or lines of the picture's own."""
    own_lines = TitlePicture | NextStepPicture
    return not isinstance(picture, PersonPicture | TalentPicture | VoicePicture | own_lines)


def media_of(picture: Picture) -> tuple[str, ...]:
    """Ids of all photographs, captures and clips a picture shows."""
    match picture:
        case NextStepPicture() | PersonPicture() | VoicePicture():
            return (picture.portrait,) if picture.portrait else ()
        case TalentPicture():
            return (picture.clip,)
        case WalkPicture():
            return tuple(dict.fromkeys(step.image for step in picture.steps))
        case _:
            return ()
