"""A feature of the product on captures of its own screens: what to look at is lit, and a line beside says what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import skia

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.walk import Area, WalkPicture, WalkStep
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import furniture, look
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import colour, fill, rounded, rule, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.media import SMOOTH, contain, photo, still_image
from vitalreel.video.motion import MOVE, Clock
from vitalreel.video.scenes import aside
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

_RADIUS = 20.0
_MOVE_S, _CROSS_S = 0.6, 0.4
_SHADE = 0.4  # how much of the scrim lies on what is not lit
_GROW = 10.0  # the light reaches beyond the area by so much
_MOST = 5
_WIDEST, _NARROWEST = 1270.0, 560.0  # right edge of captures, and least width they take, on the wide page
_WHOLE: Area = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where captures stand."""

    box: Box  # on this page (mirrored where the page is)
    text_left: float
    text_right: float
    text_top: float
    text_bottom: float


def elements(picture: WalkPicture, scene: Scene, stage: Stage) -> list[Element]:
    """Captures under the headline, lines beside or below. Raises Refused where a capture is not among the media."""
    steps = picture.steps[:_MOST]
    if not steps:
        raise empty("walk", "step")
    made, top = _heading(scene, stage)
    frame = _frame(steps, stage, top)
    lines = _lines(steps, stage, frame)
    for image in dict.fromkeys(step.image for step in steps):
        made.append(_capture(image, steps, stage, frame))
    made.append(_light(steps, stage, frame))
    return [*made, *lines]


def _heading(scene: Scene, stage: Stage) -> tuple[list[Element], float]:
    """The headline, and where captures start; smaller on the square page, where they need the room."""
    if stage.page.width == stage.page.height:
        made, last = aside.headline(stage, scene.headline.shown)
        return made, last + 48
    made, top = furniture.heading(stage, scene.headline.shown)
    return made, top - 12


def _frame(steps: tuple[WalkStep, ...], stage: Stage, top: float) -> _Frame:
    """Captures left, as wide as their shape allows, and lines beside them; on other pages the line stands below."""
    page = stage.page
    if page.wide:
        box = Box(page.left, top, _WIDEST, page.content_bottom)
        images = [still_image(photo(stage.media, step.image)) for step in steps]
        room = (box.right - box.left, box.bottom - box.top)
        widest = max(contain(image.width(), image.height(), *room)[0] for image in images)
        return _Frame(box, page.left + max(widest, _NARROWEST) + 72, page.right, top, page.content_bottom)
    label, width = stage.type.label_strong, page.right - page.left
    most = max(len(stage.lettering.fit(step.line.shown, label, width, 3).lines) for step in steps)
    height = label.lead * most + 36
    box = Box(page.left, top, page.right, page.content_bottom - height)
    return _Frame(box, page.left, page.right, box.bottom, page.content_bottom)


def _starts(steps: tuple[WalkStep, ...]) -> list[float]:
    """When each step begins; the first is there from the start, and none comes before the one it follows."""
    starts = [0.0]
    for step in steps[1:]:
        starts.append(max(starts[-1] + 0.05, step.at_s))
    return starts


def _placed(image: Any, stage: Stage, frame: _Frame) -> Box:
    """Where a capture stands: whole, never stretched, at the top of its frame; in the middle where it is alone on its line."""
    room = frame.box
    width, height = contain(image.width(), image.height(), room.right - room.left, room.bottom - room.top)
    left = room.left if stage.page.wide else room.left + (room.right - room.left - width) / 2
    top = room.top if stage.page.wide else room.top + (room.bottom - room.top - height) / 2
    return stage.box(left, top, left + width, top + height)


def _capture(name: str, steps: tuple[WalkStep, ...], stage: Stage, frame: _Frame) -> Element:
    """One capture: there while its steps are, crossing over to the next; on a hairline and the shadow of a card."""
    image = still_image(photo(stage.media, name))
    box = _placed(image, stage, frame)
    theme = stage.theme
    starts = _starts(steps)
    shown = [(Clock(0.35 if i == 0 else s, _CROSS_S), steps[i].image == name) for i, s in enumerate(starts)]

    def draw(canvas: Any) -> None:
        rounded(canvas, box.moved(0, 18), _RADIUS, fill(theme.shadow, theme.shadow_strength, 26))
        rounded(canvas, box.moved(0, 3), _RADIUS, fill(theme.shadow, theme.shadow_strength * 0.6, 4))
        canvas.save()
        canvas.clipRRect(skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(*box), _RADIUS, _RADIUS), True)
        canvas.drawImageRect(image, skia.Rect.MakeLTRB(*box), SMOOTH)
        canvas.restore()
        rounded(canvas, box.grown(-1), _RADIUS - 1, stroke(theme.ink, 2, theme.grid_strength))

    rest = stage.sprite(box.grown(90), Clock(0.0, 0.0), 0, draw)

    def element(t: float) -> Drawn | None:
        alpha = 0.0
        for clock, mine in shown:
            way = clock.at(t)
            alpha += ((1.0 if mine else 0.0) - alpha) * way
        alpha, whole = strength(alpha), rest(t)
        if alpha <= 0 or whole is None:
            return None
        if alpha >= 1:
            return whole

        def faded(canvas: Any) -> None:
            canvas.saveLayerAlpha(skia.Rect.MakeLTRB(*whole.box), round(alpha * 255))
            whole.draw(canvas)
            canvas.restore()

        return Drawn((alpha,), whole.box, faded)

    return element


def _light(steps: tuple[WalkStep, ...], stage: Stage, frame: _Frame) -> Element:
    """What to look at: the rest of the capture under a shade, an accent line round the area; it moves from step to step."""
    starts = _starts(steps)
    boxes = [_placed(still_image(photo(stage.media, s.image)), stage, frame) for s in steps]
    areas = [_area(step.area or _WHOLE, box) for step, box in zip(steps, boxes, strict=True)]
    lit = [step.area is not None for step in steps]
    moves = [Clock(0.9 if i == 0 else s, _MOVE_S, MOVE) for i, s in enumerate(starts)]
    theme, shade = stage.theme, stage.kit.dark.bg1
    around = Box(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    ).grown(_GROW + 6)

    def element(t: float) -> Drawn | None:
        box, area, alpha = boxes[0], areas[0], 0.0
        for i, move in enumerate(moves):
            way = move.at(t)
            if way > 0:
                alpha += ((1.0 if lit[i] else 0.0) - alpha) * way
                area = _between(area, areas[i], way) if i and lit[i] and lit[i - 1] else (areas[i] if lit[i] else area)
                box = _between(box, boxes[i], way)
        alpha = strength(alpha)
        if alpha <= 0:
            return None
        area, box = _quartered(area), _quartered(box)

        def draw(canvas: Any) -> None:
            path = skia.Path()
            path.addRRect(skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(*box), _RADIUS, _RADIUS))
            path.addRRect(skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(*area), 12, 12))
            path.setFillType(skia.PathFillType.kEvenOdd)
            paint = skia.Paint(AntiAlias=True)
            paint.setColor4f(colour(shade, _SHADE * alpha))
            canvas.drawPath(path, paint)
            rounded(canvas, area, 12, stroke(theme.accent, 5, alpha))

        return Drawn((alpha, area, box), around, draw)

    return element


def _area(area: Area, box: Box) -> Box:
    """The lit area on the page, a little larger than asked, inside the capture. Captures are never mirrored."""
    width, height = box.right - box.left, box.bottom - box.top
    left, top, right, bottom = area
    asked = Box(
        box.left + left * width, box.top + top * height, box.left + right * width, box.top + bottom * height
    ).grown(_GROW)
    return Box(
        max(asked.left, box.left + 3), max(asked.top, box.top + 3),
        min(asked.right, box.right - 3), min(asked.bottom, box.bottom - 3),
    )  # fmt: skip


def _between(one: Box, other: Box, way: float) -> Box:
    return Box(*(a + (b - a) * way for a, b in zip(one, other, strict=True)))


def _quartered(box: Box) -> Box:
    """Edges in quarter pixels, so that a move ends in exact repeats."""
    return Box(*(round(edge * 4) / 4 for edge in box))


def _lines(steps: tuple[WalkStep, ...], stage: Stage, frame: _Frame) -> list[Element]:
    return _listed(steps, stage, frame) if stage.page.wide else _below(steps, stage, frame)


def _listed(steps: tuple[WalkStep, ...], stage: Stage, frame: _Frame) -> list[Element]:
    """All lines in one column: what is being said in ink, what was or will be in grey, each under its rule."""
    width = frame.text_right - frame.text_left
    for size in (48.0, 42.0, 38.0, 34.0, 30.0):
        style = Style("medium", size, size * 1.24)
        blocks = [Block(stage.lettering.wrap(step.line.shown, style, width), style) for step in steps]
        used = sum(block.height + size * 1.5 for block in blocks) + size * 0.9 * (len(blocks) - 1)
        if used <= frame.text_bottom - frame.text_top:
            break
    else:
        raise Refused(f"a walk of {len(steps)} steps", "its lines do not fit the page", "shorten them")
    starts, theme = _starts(steps), stage.theme
    made: list[Element] = []
    y = frame.text_top
    for i, block in enumerate(blocks):
        enter = Clock(0.5 + 0.08 * i)
        ends = starts[i + 1] if i + 1 < len(starts) else float("inf")
        begins = 0.0 if i == 0 else starts[i]
        made.append(_tick(stage, frame, y, begins, ends, enter))
        for n, line in enumerate(block.lines):
            at = y + block.style.size * 1.42 + n * block.style.lead
            one = Block((line,), block.style)
            made += stage.block(frame.text_left, at, one, theme.ink3, enter, 16)
            made += [_only(e, begins, ends) for e in stage.block(frame.text_left, at, one, theme.ink, enter, 16)]
        y += block.height + block.style.size * 2.4
    return made


def _only(element: Element, begins: float, ends: float) -> Element:
    """The element between two moments. What is read for its text is the grey line below it."""

    def shown(t: float) -> Drawn | None:
        found = element(t) if begins - 1e-6 <= t < ends - 1e-6 else None
        return None if found is None else replace(found, texts=())

    return shown


def _tick(stage: Stage, frame: _Frame, y: float, begins: float, ends: float, enter: Clock) -> Element:
    """A rule over a line: it fills with the accent as its step begins."""
    left, right = stage.x(frame.text_left), stage.x(frame.text_right)
    theme, move = stage.theme, Clock(max(begins, enter.start_s), 0.6, MOVE)

    def element(t: float) -> Drawn | None:
        there = strength(enter.at(t))
        if there <= 0:
            return None
        way = move.at(t) if begins - 1e-6 <= t < ends - 1e-6 else 0.0

        def draw(canvas: Any) -> None:
            canvas.drawLine(left, y, right, y, rule(theme.ink, look.GRID_W, theme.grid_strength * there))
            if way > 0:
                canvas.drawLine(left, y, left + (right - left) * way, y, rule(theme.accent, 4))

        return Drawn((there, way), stage.box(frame.text_left, y - 3, frame.text_right, y + 3), draw)

    return element


def _below(steps: tuple[WalkStep, ...], stage: Stage, frame: _Frame) -> list[Element]:
    """One line at a time below the capture, in the place of the one before."""
    starts, style = _starts(steps), stage.type.label_strong
    width = frame.text_right - frame.text_left
    made: list[Element] = []
    for i, (step, start) in enumerate(zip(steps, starts, strict=True)):
        block = stage.lettering.fit(step.line.shown, style, width, 3)
        ends = starts[i + 1] if i + 1 < len(starts) else float("inf")
        y = frame.text_bottom - block.height - 8
        y = frame.text_top + 22 + style.size + (y - (frame.text_top + 22 + style.size)) * 0.5
        clock = Clock(0.6 if i == 0 else start, 0.5)
        made += [
            _until(e, ends)
            for e in stage.block(frame.text_left, y, block, stage.theme.ink, clock, 16 if i == 0 else 10)
        ]
    return made


def _until(element: Element, ends: float) -> Element:
    return lambda t: element(t) if t < ends - 1e-6 else None
