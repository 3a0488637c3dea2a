"""What a scene can show, one record a kind: plain numbers and texts, ready to be drawn and to be checked."""

from __future__ import annotations

from vitalreel.storyboard.pictures.bars import BarsPicture
from vitalreel.storyboard.pictures.columns import ColumnsPicture
from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.pictures.timeline import TimelinePicture
from vitalreel.storyboard.pictures.title import TitlePicture

Picture = (
    BarsPicture | ColumnsPicture | LinePicture | NextStepPicture | StatementPicture | TimelinePicture | TitlePicture
)
