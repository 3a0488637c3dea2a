"""Parts that several kinds draw alike: names fitted into a room, dots with a ring, dots that travel, a key of colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.video import look
from vitalreel.video.counting import counter
from vitalreel.video.element import Box, Drawn, Element, offset, strength
from vitalreel.video.ink import fill
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import Clock
from vitalreel.video.stage import Anchor, Line, Stage

_CRAMPED_H = 480.0
NAME_LEAST = 0.62
"""A very long name goes down to this share of its size; everything else is refused at 80%."""


def name(
    stage: Stage, text: str, style: Style, width: float, room: float, most: int = 4, least: float = NAME_LEAST
) -> Block:
    """A name in as few lines as it needs, smaller before it is broken, never taller than `room` px.

    least: the smallest share of its size. Raises Refused, naming it, where not even that in `most` lines will do: nothing is
    ever cut.
    """
    for lines in range(1, most + 1):
        for step in range(round((1 - least) / 0.02) + 1):
            share = 1 - 0.02 * step
            smaller = replace(style, size=style.size * share, lead=style.lead * share)
            if (lines - 1) * smaller.lead + smaller.size > room:
                continue
            wrapped = stage.lettering.wrap(text, smaller, width, lines)
            if len(wrapped) <= lines and all(stage.lettering.width(w, smaller) <= width + 0.01 for w in wrapped):
                return Block(wrapped, smaller)
    raise Refused(
        f"the text {text!r}",
        f"it does not fit {width:.0f} x {room:.0f} px in {most} lines, even at {least:.0%} of its size",
        "shorten it in the source or the module, or show fewer things at once",
    )


def names(
    stage: Stage,
    texts: Sequence[str],
    style: Style,
    width: float,
    room: float,
    most: int = 4,
    least: float = NAME_LEAST,
) -> tuple[Block, ...]:
    """Names of one column, each in `room`: those of one line all of the size that the longest of them needs."""
    blocks = [name(stage, text, style, width, room, most, least) for text in texts]
    single = [b.style for b in blocks if len(b.lines) == 1]
    same = min(single, key=lambda s: s.size, default=style)
    return tuple(replace(b, style=same) if len(b.lines) == 1 else b for b in blocks)


def cramped(stage: Stage, top: float) -> bool:
    """Whether so little height is left below the headline of a narrow page that words must be set smaller."""
    return not stage.page.wide and stage.page.content_bottom - top < _CRAMPED_H


def unbroken(lines: Sequence[str], text: str) -> bool:
    """Whether the lines break only where words do: at spaces, after hyphens and slashes, and between CJK characters."""
    at = 0
    for line in lines[:-1]:
        at = text.find(line, at) + len(line)
        last, following = line[-1:], text[at : at + 1]
        if (
            not following.isspace()
            and last not in "-/"
            and not (last and (ord(last) >= 0x2E80 or ord(following) >= 0x2E80))
        ):
            return False
    return True


def middle(block: Block, y: float) -> float:
    """The first baseline of a block that stands centred on `y`."""
    return y + block.style.size * 0.35 - block.height / 2


def widest(stage: Stage, blocks: Sequence[Block]) -> float:
    return max((stage.lettering.width(line, b.style) for b in blocks for line in b.lines), default=0.0)


def dot(canvas: Any, x: float, y: float, radius: float, ink: str, ring: str, size: float = 1.0) -> None:
    """A dot cut out of what is behind it by a ring of the ground's colour."""
    canvas.drawCircle(x, y, (radius + look.DOT_RING) * size, fill(ring))
    canvas.drawCircle(x, y, radius * size, fill(ink))


@dataclass(frozen=True, slots=True)
class Travel:
    """A dot's way along a line: from where to where, and when."""

    start: float
    end: float
    y: float
    radius: float
    ink: str
    clock: Clock

    def x(self, t: float) -> float:
        way = self.clock.at(t)
        return self.end if way >= 1 else offset(self.start + (self.end - self.start) * way)


def travelling(stage: Stage, travel: Travel) -> Element:
    """The dot appears where its way begins, within a sixth of it, and moves to its end."""
    appear = Clock(travel.clock.start_s, travel.clock.dur_s / 6)

    def element(t: float) -> Drawn | None:
        size = strength(appear.at(t))
        if size <= 0:
            return None
        x, reach = travel.x(t), travel.radius + look.DOT_RING + 2
        box = Box(x - reach, travel.y - reach, x + reach, travel.y + reach)
        ring = stage.ground
        return Drawn(
            (x, size), box, lambda canvas: dot(canvas, x, travel.y, travel.radius, travel.ink, ring, 0.6 + 0.4 * size)
        )

    return element


def counting(
    shown: str, low: float, x: float, y: float, style: Style, ink: str, clock: Clock, anchor: Anchor = "start"
) -> Callable[[float], Line | None]:
    """A number that counts from `low` (as a part 0..1 of itself) as the clock runs, for `Stage.live`; else it appears."""
    parts, appear = counter(shown), Clock(clock.start_s, min(0.3, clock.dur_s))

    def at(t: float) -> Line | None:
        alpha = strength(appear.at(t))
        if alpha <= 0:
            return None
        way = clock.at(t)
        text = shown if parts is None or way >= 1 else parts.write(parts.value * (low + (1 - low) * way))
        return Line(x, y, text, style, ink, alpha, anchor, settled=way >= 1 and alpha >= 1)

    return at


@dataclass(frozen=True, slots=True)
class Key:
    """One mark of a key and its word."""

    word: str
    width: float  # of the mark
    draw: Callable[[Any, Box], None]  # into a box of its width and the words' size


def keys(
    stage: Stage, entries: Sequence[Key], x: float, y: float, right: float, style: Style, clock: Clock
) -> list[Element]:
    """Marks with their words one after the other from `x`, a new line where `right` is reached; `y`: the first baseline."""
    made: list[Element] = []
    left = x
    for entry in entries:
        word = stage.lettering.fit(entry.word, style, right - x - entry.width - 14)
        width = entry.width + 14 + stage.lettering.width(word.lines[0], word.style)
        if left > x and left + width > right:
            left, y = x, y + style.lead
        middle_y = y - style.size * 0.35
        box = stage.box(left, middle_y - style.size / 2, left + entry.width, middle_y + style.size / 2)
        made.append(stage.shape(box.grown(3), clock, _mark(entry, box)))
        made += stage.block(left + entry.width + 14, y, word, stage.theme.ink2, clock)
        left += width + 44
    return made


def _mark(entry: Key, box: Box) -> Callable[[Any, float], None]:
    """The mark at any strength: it fades with its word through a layer."""

    def draw(canvas: Any, way: float) -> None:
        if way >= 1:
            entry.draw(canvas, box)
            return
        canvas.saveLayerAlpha(None, int(255 * way))
        entry.draw(canvas, box)
        canvas.restore()

    return draw
