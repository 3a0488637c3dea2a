"""What similar customers did: a thin slope for each, a thick one for each group's median, and what that does not prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.briefs.peers import GROUP_LEAST
from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.similar import Group, SimilarPicture
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import fill, rule, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes.marks import Key, cramped, dot, keys, middle, name
from vitalreel.video.stage import Stage

_COLUMN_W = 580.0  # of the words on the wide page
_LINES = Clock(0.6, 1.2, MOVE)
_OTHERS_S, _DID_S, _MEDIAN_S = 1.8, 2.5, 0.7
_THIN, _DOT_R = 2.5, 12.0
_LEAST_H = 110.0


@dataclass(frozen=True, slots=True)
class _Plot:
    box: Box  # from scale to scale; time runs left to right in every language
    low: float
    high: float

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.box.bottom - (self.box.bottom - self.box.top) * min(1.0, max(0.0, share))


@dataclass(frozen=True, slots=True)
class _Style:
    """How a group is drawn: colours of shapes and of words, and strengths."""

    ink: str
    word: str
    thin: float  # opacity
    width: float  # of the median
    clock: Clock


def elements(picture: SimilarPicture, stage: Stage, top: float) -> list[Element]:
    for group in (picture.did, picture.others):
        if len(group.pairs) < GROUP_LEAST:
            raise Refused(
                f"the group {group.words.shown!r}",
                f"{len(group.pairs)} customers are too few to be shown unnamed",
                f"tell it where {GROUP_LEAST} or more did it, and {GROUP_LEAST} or more did not",
            )
    theme = stage.theme
    did = _Style(theme.accent, theme.ink, 0.26, 8, Clock(cue(picture.did.at_s, _DID_S), _MEDIAN_S, MOVE))
    others = _Style(theme.ink2, theme.ink2, 0.34, 6, Clock(cue(picture.others.at_s, _OTHERS_S), _MEDIAN_S, MOVE))
    make = _wide if stage.page.wide else _narrow
    return make(picture, stage, top, ((picture.others, others), (picture.did, did)))


_Groups = Sequence[tuple[Group, _Style]]


# Layout


def _ends(picture: SimilarPicture) -> tuple[float, float]:
    values = [v for v, _ in picture.ticks] + [v for g in (picture.did, picture.others) for p in g.pairs for v in p]
    return min(values), max(values)


def _ticks_w(picture: SimilarPicture, stage: Stage) -> float:
    return max((stage.lettering.width(text.shown, stage.type.axis) for _, text in picture.ticks), default=0.0)


def _wide(picture: SimilarPicture, stage: Stage, top: float, groups: _Groups) -> list[Element]:
    """The slopes, and beside their ends the medians with their words; the caveat below them."""
    page, flat = stage.page, stage.unrolled
    under = max(stage.lettering.width(picture.before.shown, stage.type.label) / 2, _ticks_w(picture, stage) + 24)
    after_w = stage.lettering.width(picture.after.shown, stage.type.label)
    left, right = page.left + under, page.right - _COLUMN_W - 40
    plot = _Plot(Box(left, top + 8, right, page.content_bottom - 68), *_ends(picture))
    made = _scales(picture, plot, flat, stage.type.label, min(right, page.right - after_w / 2))
    made += _slopes(groups, plot, stage)
    caveat = stage.lettering.fit(picture.caveat.shown, stage.type.note, _COLUMN_W, 3)
    caveat_y = page.content_bottom - 62 - caveat.height
    words = [_fitted(group, stage, _COLUMN_W) for group, _ in groups]
    heights = [max(80.0, w.height + w.style.lead + 16) for _, w in words]
    ys = _spread([plot.y(g.after) for g, _ in groups], heights, top - 10, caveat_y - caveat.style.size - 26)
    for (_, style), (number, block), y in zip(groups, words, ys, strict=True):
        clock = Clock(style.clock.start_s + 0.5, 0.5)
        x = right + 40
        made += flat.block(x, middle(number, y), number, style.ink, clock)
        beside = x + stage.lettering.width(number.lines[0], number.style) + 32
        made += flat.block(beside, middle(block, y), block, style.word, clock)
    return made + flat.block(right + 40, caveat_y, caveat, stage.theme.ink3, _last(groups))


def _narrow(picture: SimilarPicture, stage: Stage, top: float, groups: _Groups) -> list[Element]:
    """The slopes over the whole width, below them a line for each group, and the caveat."""
    page, flat, width = stage.page, stage.unrolled, stage.page.right - stage.page.left
    caveat = stage.lettering.fit(picture.caveat.shown, stage.type.note, width, 3)
    dense = cramped(stage, top)
    label = stage.type.axis if dense else stage.type.label
    least = 52.0 if dense else 92.0
    words = [_fitted(group, stage, width - 70, 0.76 * least) for group, _ in groups]
    heights = [max(least, w.height + w.style.size + 18) for _, w in words]
    caveat_y = page.content_bottom - 12 - caveat.height
    lines_y = caveat_y - caveat.style.size - 14 - sum(heights)
    foot = lines_y - 10 - label.size - 16
    left = page.left + _ticks_w(picture, stage) + 22
    plot = _Plot(Box(left, top + (20 if picture.unit.shown else -8), page.right - 20, foot), *_ends(picture))
    if plot.box.bottom - plot.box.top < _LEAST_H:
        raise Refused(
            f"the comparison {picture.did.words.shown!r}",
            "its words leave no room for the slopes",
            "shorten the headline, the caveat or the groups' words in the module",
        )
    after_x = page.right - stage.lettering.width(picture.after.shown, label) / 2
    made = _scales(picture, plot, flat, label, after_x)
    made += _slopes(groups, plot, stage)
    number_w = max(stage.lettering.width(n.lines[0], n.style) for n, _ in words)
    for (_, style), (number, block), height in zip(groups, words, heights, strict=True):
        y, clock = lines_y + height / 2, Clock(style.clock.start_s + 0.5, 0.5)
        entry = Key("", 44.0, _stroke(style))
        made += keys(stage, (entry,), page.left, y + stage.type.axis.size * 0.35, page.right, stage.type.axis, clock)
        made += stage.block(page.left + 70, middle(number, y), number, style.ink, clock)
        made += stage.block(page.left + 70 + number_w + 24, middle(block, y), block, style.word, clock)
        lines_y += height
    return made + stage.block(page.left, caveat_y, caveat, stage.theme.ink3, _last(groups))


def _fitted(group: Group, stage: Stage, width: float, size: float = 0.0) -> tuple[Block, Block]:
    """The median after, and whose it is; a huge number is set smaller, so that the words keep half of the width."""
    style = replace(stage.type.row_number, tnum=False)
    natural = stage.lettering.width(group.after_text.shown, style) / style.size
    wanted = min(style.size, size or style.size, 0.5 * width / max(natural, 0.01))
    style = replace(style, size=max(wanted, 0.4 * style.size))
    number = stage.lettering.fit(group.after_text.shown, style, 0.6 * width)
    number_w = stage.lettering.width(number.lines[0], number.style)
    return number, name(stage, group.words.shown, stage.type.label_medium, width - number_w - 32, 140.0)


def _spread(ys: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Centres moved apart as little as needed, inside top and bottom, in their order from above."""
    order = sorted(range(len(ys)), key=lambda n: (ys[n], n))
    placed = list(ys)
    edge = top
    for n in order:
        placed[n] = max(placed[n], edge + heights[n] / 2)
        edge = placed[n] + heights[n] / 2
    edge = bottom
    for n in reversed(order):
        placed[n] = min(placed[n], edge - heights[n] / 2)
        edge = placed[n] - heights[n] / 2
    return placed


def _last(groups: _Groups) -> Clock:
    return Clock(max(style.clock.end_s for _, style in groups) + 0.5, 0.5)


# Drawing


def _scales(picture: SimilarPicture, plot: _Plot, stage: Stage, label: Style, after_x: float) -> list[Element]:
    """Two scales, numbers at the first, and when each of them is."""
    theme, clock, box = stage.theme, Clock(0.35, 0.5), plot.box

    def draw(canvas: Any, way: float) -> None:
        for x in (box.left, box.right):
            canvas.drawLine(x, box.top - 8, x, box.bottom, rule(theme.ink, 2, 0.55 * way))

    made = [stage.shape(Box(box.left - 2, box.top - 8, box.right + 2, box.bottom), clock, draw)]
    style = stage.type.axis
    room = (box.bottom - box.top) / max(1, len(picture.ticks) - 1)
    every = 1 if room >= style.size * 1.15 else 2 if 2 * room >= style.size * 1.15 else max(1, len(picture.ticks) - 1)
    for n, (value, text) in enumerate(picture.ticks):
        if n % every == 0:
            y = plot.y(value) + style.size * 0.36
            made.append(stage.text(box.left - 22, y, text.shown, style, theme.ink3, clock, anchor="end"))
    if picture.unit.shown:
        made.append(stage.text(stage.page.left, box.top - 28, picture.unit.shown, style, theme.ink3, clock))
    y = box.bottom + label.size + 18
    half = stage.lettering.width(picture.before.shown, label) / 2
    before_x = max(box.left, stage.page.left + half)
    made.append(stage.text(before_x, y, picture.before.shown, label, theme.ink2, clock, anchor="centre"))
    made.append(stage.text(after_x, y, picture.after.shown, label, theme.ink2, clock, anchor="centre"))
    return made


def _slopes(groups: _Groups, plot: _Plot, stage: Stage) -> list[Element]:
    return [_thin(groups, plot)] + [_median(group, style, plot, stage) for group, style in groups]


def _thin(groups: _Groups, plot: _Plot) -> Element:
    """Everyone at once, drawn at the speed of time."""
    box = plot.box.grown(4)

    def element(t: float) -> Drawn | None:
        way = strength(_LINES.at(t))
        if way <= 0:
            return None

        def draw(canvas: Any) -> None:
            x = plot.box.left + (plot.box.right - plot.box.left) * way
            for group, style in groups:
                paint = stroke(style.ink, _THIN, style.thin)
                for before, after in group.pairs:
                    y = plot.y(before) + (plot.y(after) - plot.y(before)) * way
                    canvas.drawLine(plot.box.left, plot.y(before), x, y, paint)

        return Drawn((way,), box, draw)

    return element


def _median(group: Group, style: _Style, plot: _Plot, stage: Stage) -> Element:
    start, end = (plot.box.left, plot.y(group.before)), (plot.box.right, plot.y(group.after))
    box = Box(start[0], min(start[1], end[1]), end[0], max(start[1], end[1])).grown(_DOT_R + 10)

    def element(t: float) -> Drawn | None:
        way = strength(style.clock.at(t))
        if t < style.clock.start_s:
            return None

        def draw(canvas: Any) -> None:
            x, y = start[0] + (end[0] - start[0]) * way, start[1] + (end[1] - start[1]) * way
            canvas.drawLine(*start, x, y, stroke(style.ink, style.width))
            dot(canvas, *start, _DOT_R, style.ink, stage.ground)
            if way > 0:
                dot(canvas, x, y, _DOT_R, style.ink, stage.ground)

        return Drawn((way,), box, draw)

    return element


def _stroke(style: _Style) -> Any:
    def draw(canvas: Any, box: Box) -> None:
        y = (box.top + box.bottom) / 2
        canvas.drawLine(box.left + 4, y, box.right - 4, y, stroke(style.ink, style.width))
        canvas.drawCircle((box.left + box.right) / 2, y, 9, fill(style.ink))

    return draw
