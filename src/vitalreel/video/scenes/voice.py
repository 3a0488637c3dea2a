"""A person whose words a computer speaks: portrait, the voice as it sounds, and the disclosure from first frame to last."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import skia

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.ink import fill, rounded
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock
from vitalreel.video.scenes.portrait import Standing, portrait, standing, words
from vitalreel.video.stage import ALWAYS, Stage

_RADIUS, _CARD_RADIUS = 24.0, 20.0
_BAR_W, _PITCH = 5.5, 12.17
_FLAT = 8.0  # height of a bar where nothing is heard
_SIGN = (20.0, 46.0, 32.0, 56.0, 24.0)  # five bars: the sign of a synthetic voice
_LEAST_ROOM = 44.0  # for the wave, from the last baseline above it to the card
_RISE_S, _STAGGER_S = 0.5, 0.006


@dataclass(frozen=True, slots=True)
class _Wave:
    left: float
    right: float
    middle: float
    height: float  # of the loudest bar, beyond _FLAT


def elements(picture: VoicePicture, scene: Scene, stage: Stage) -> list[Element]:
    """The scene's headline is not drawn: the person's name stands for it."""
    at = standing(stage)
    made = portrait(stage, picture.name.shown, picture.portrait, at.picture, _RADIUS, Clock(0.0, 0.5))
    named, last = words(stage, at, picture.name.shown, picture.role.shown, (Clock(0.2), Clock(0.28)))
    card, top = _card(picture, stage, at)
    above = max(at.below, last)
    middle = (above + top) / 2 + (6 if stage.page.wide else 0)
    room = top - above
    if room < _LEAST_ROOM:
        raise Refused(
            f"the voice of {picture.name.shown!r}",
            "name, role and disclosure leave no room for the wave",
            "shorten the role in the source, or the disclosure",
        )
    wave = _Wave(at.left, at.right, middle, max(24.0, min(168.0, room * 0.46 - _FLAT)))
    return [*made, *named, _bars(picture, stage, wave), *card]


def _card(picture: VoicePicture, stage: Stage, at: Standing) -> tuple[list[Element], float]:
    """The disclosure, always there, on a card that ends where the portrait or the page's content does; and its top."""
    theme, kind = stage.theme, stage.type
    inset = 138.0
    text = stage.lettering.fit(
        picture.disclosure.shown, kind.note, at.right - at.left - inset - 36, 4, one_line_first=stage.page.wide
    )
    heading = Block((picture.heading.shown,), kind.label_strong)
    height = 58 + kind.label_strong.size * 1.35 + text.height + 32
    bottom = stage.page.content_bottom - 20
    top = bottom - height
    box = stage.box(at.left, top, at.right, bottom)
    sign_x, sign_y = stage.box(at.left + 40, top, at.left + 98, bottom).left, (top + bottom) / 2

    def draw(canvas: Any) -> None:
        rounded(canvas, box.moved(0, 18), _CARD_RADIUS, fill(theme.shadow, theme.shadow_strength, 26))
        rounded(canvas, box.moved(0, 3), _CARD_RADIUS, fill(theme.shadow, theme.shadow_strength * 0.6, 4))
        rounded(canvas, box, _CARD_RADIUS, fill(theme.card))
        for i, bar in enumerate(_SIGN):
            x = sign_x + i * 13
            rounded(canvas, Box(x, sign_y - bar / 2, x + 6, sign_y + bar / 2), 3, fill(theme.accent))

    made: list[Element] = [stage.sprite(box.grown(90), ALWAYS, 0, draw)]
    y = top + 58
    made += stage.block(at.left + inset, y, heading, theme.ink, ground=theme.card)
    y += kind.label_strong.size * 1.35
    return [*made, *stage.block(at.left + inset, y, text, theme.ink2, ground=theme.card)], top


def heights(levels: Sequence[float], count: int) -> tuple[float, ...]:
    """`levels` as `count` bars of 0..1: the loudest level within each, or the nearest where there are fewer levels."""
    if not levels:
        return (0.0,) * count
    edges = [i * len(levels) / count for i in range(count + 1)]
    parts = [levels[int(a) : max(int(a) + 1, math.ceil(b))] for a, b in pairwise(edges)]
    return tuple(max(0.0, min(1.0, max(part))) for part in parts)


def _bars(picture: VoicePicture, stage: Stage, wave: _Wave) -> Element:
    """Bars rise once; then each takes the accent as the voice passes it, in the language's own direction."""
    count = 1 + round((wave.right - wave.left - _BAR_W) / _PITCH)
    tall = heights(picture.levels, count)
    pitch = (wave.right - wave.left - _BAR_W) / max(1, count - 1)
    lefts = [stage.box(wave.left + i * pitch, 0, wave.left + i * pitch + _BAR_W, 0).left for i in range(count)]
    rises = [Clock(0.3 + _STAGGER_S * i, _RISE_S) for i in range(count)]
    span = picture.ends_s - picture.starts_s
    passes = [picture.starts_s + span * i / count for i in range(count)] if picture.levels else [math.inf] * count
    reach = wave.height / 2 + _FLAT / 2 + 1
    whole = stage.box(wave.left, wave.middle - reach, wave.right, wave.middle + reach).grown(1)
    theme = stage.theme

    def element(t: float) -> Drawn | None:
        if t < rises[0].start_s:
            return None
        risen = min(t, rises[-1].end_s)
        played = bisect.bisect_right(passes, t + 1e-6)

        def draw(canvas: Any) -> None:
            on, off = fill(theme.accent), fill(theme.grey)
            for i, left in enumerate(lefts):
                way = rises[i].at(risen)
                if way > 0:
                    half = (2 + (_FLAT - 2 + tall[i] * wave.height) * way) / 2
                    bar = skia.Rect.MakeLTRB(left, wave.middle - half, left + _BAR_W, wave.middle + half)
                    canvas.drawRoundRect(bar, 2.75, 2.75, on if i < played else off)

        def since(earlier: tuple[object, ...]) -> Box | None:
            """Between two moments after the rise, only the bars the voice has passed differ."""
            before, then = earlier
            if then != risen or not isinstance(before, int) or before >= played:
                return None
            edges = lefts[before:played]
            return Box(min(edges), whole.top, max(edges) + _BAR_W, whole.bottom).grown(1)

        return Drawn((played, risen), whole, draw, since=since)

    return element
