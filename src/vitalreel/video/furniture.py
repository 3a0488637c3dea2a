"""What every scene shares: the sign and the account's name, the headline, captions and the source line."""

from __future__ import annotations

from typing import Any

import skia

from vitalreel.storyboard.storyboard import Caption, Scene
from vitalreel.video import look
from vitalreel.video.element import Box, Drawn, Element, union
from vitalreel.video.ink import fill, outline, rounded
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import STAGGER_S, Clock
from vitalreel.video.stage import Anchor, Line, Stage

_MARK_SIDE = 42.0
_NAME_X, _BETWEEN_NAMES = 44.0, 40.0  # where the company's name starts; the least room to the account's
_TICK_W, _TICK_GAP = 6.0, 32.0
_TICK_UP = 34 / 42  # of a caption's size, above its first baseline
START: Anchor = "start"
END: Anchor = "end"


def chrome(stage: Stage, scene: Scene) -> list[Element]:
    """The company's sign and name, and the account's. There from the first frame: scenes are cut, not faded."""
    theme = stage.theme
    left = stage.page.left - 6
    box = stage.box(
        left, stage.page.chrome_y - 12 - _MARK_SIDE / 2, left + _MARK_SIDE, stage.page.chrome_y - 12 + _MARK_SIDE / 2
    )
    room, path = stage.page.right - stage.page.left, outline(stage.kit.mark)

    def draw(canvas: Any, way: float) -> None:
        canvas.save()
        canvas.translate(box.left, box.top)
        canvas.scale(_MARK_SIDE / stage.kit.mark.size, _MARK_SIDE / stage.kit.mark.size)
        canvas.drawPath(path, fill(theme.accent, way))
        canvas.restore()

    name = stage.lettering.fit(stage.kit.name, stage.type.chrome_name, min(800.0, 0.46 * room))
    elements = [stage.shape(box, Clock(0, 0), draw)]
    elements += stage.block(stage.page.left + _NAME_X, stage.page.chrome_y, name, theme.ink)
    if scene.chrome.shown:
        own = _NAME_X + stage.lettering.width(name.lines[0], name.style) + _BETWEEN_NAMES
        width, lines = (0.52 * room, 1) if stage.page.wide else (room - own, 2)
        account = stage.lettering.fit(scene.chrome.shown, stage.type.chrome, width, lines)
        first = stage.page.chrome_y - account.height / 2
        elements += stage.block(stage.page.right, first, account, theme.ink2, anchor="end")
    return elements


def heading(stage: Stage, text: str) -> tuple[list[Element], float]:
    """The headline's lines, rising one after the other, and where content starts below them."""
    if not text:
        return [], stage.page.top(1)
    page = stage.page
    lettering, style = stage.lettering, stage.type.headline
    few, most = page.headline_best, page.headline_lines
    block = (
        lettering.fitted(text, style, page.headline_w, few, broken=False)
        or lettering.fitted(text, style, page.headline_w, most, broken=False)
        or lettering.fit(text, style, page.headline_w, most)
    )
    made = [
        element
        for i, line in enumerate(block.lines)
        for element in stage.block(
            page.left - 2,
            page.headline_y + i * block.style.lead,
            Block((line,), block.style),
            stage.theme.ink,
            Clock(0.1 + STAGGER_S * i),
            28,
        )
    ]
    return made, page.top(len(block.lines))


def source(stage: Stage, text: str) -> list[Element]:
    """Where the data comes from and as of when: beside the captions and flush right, or below them."""
    if not text:
        return []
    page = stage.page
    block = stage.lettering.fit(text, stage.type.source, page.right - page.source_left, 3 if page.wide else 2)
    x, anchor = (page.right, END) if page.wide else (page.left, START)
    return stage.block(x, page.source_y - block.height, block, stage.theme.ink3, Clock(0.5, 0.5), anchor=anchor)


def captions(stage: Stage, scene: Scene) -> list[Element]:
    """One element a caption: there from its first word to its end, words in full ink once they are spoken."""
    right = stage.page.caption_right if scene.source.shown else stage.page.right
    return [
        _caption(stage, caption, right - stage.page.left - _TICK_GAP) for caption in scene.captions if caption.lines
    ]


def _caption(stage: Stage, caption: Caption, width: float) -> Element:
    lines = [" ".join(word.text for word in line) for line in caption.lines]
    style = min((stage.lettering.fit(line, stage.type.caption, width).style for line in lines), key=lambda s: s.size)
    top = stage.page.caption_y if len(lines) > 1 else stage.page.caption_y + stage.type.caption.lead / 2 + 1
    places = [
        (word.start_s, line)
        for row, words in enumerate(caption.lines)
        for word, line in zip(
            words, _placed(stage, [w.text for w in words], style, top + row * stage.type.caption.lead), strict=True
        )
    ]
    tick = stage.box(
        stage.page.left,
        stage.page.caption_y - _TICK_UP * stage.type.caption.size,
        stage.page.left + _TICK_W,
        stage.page.caption_y + stage.type.caption.lead + 10,
    )

    def element(t: float) -> Drawn | None:
        if not caption.start_s - 1e-6 <= t < caption.end_s - 1e-6:
            return None
        spoken = sum(start <= t + 1e-6 for start, _ in places)
        words = [_word(stage, line, index < spoken) for index, (_, line) in enumerate(places)]
        return _together(words, tick, stage.theme.accent, spoken)

    return element


def _placed(stage: Stage, words: list[str], style: Style, y: float) -> list[Line]:
    """Words of a line one after the other, with the face's own space between them."""
    space = stage.lettering.width("n n", style) - 2 * stage.lettering.width("n", style)
    x, lines = stage.page.left + _TICK_GAP, []
    for word in words:
        lines.append(Line(x, y, word, style, stage.theme.ink))
        x += stage.lettering.width(word, style) + space
    return lines


def _word(stage: Stage, line: Line, spoken: bool) -> Drawn | None:
    alpha = 1.0 if spoken else look.CAPTION_COMING
    return stage.live(lambda _: Line(line.x, line.y, line.text, line.style, line.colour, alpha, settled=spoken))(0)


def _together(words: list[Drawn | None], tick: Box, accent: str, spoken: int) -> Drawn:
    """All words of a caption and its tick as one element."""
    drawn = [word for word in words if word is not None]

    def draw(canvas: skia.Canvas) -> None:
        rounded(canvas, tick, 3, fill(accent))
        for word in drawn:
            word.draw(canvas)

    texts = tuple(text for word in drawn for text in word.texts)
    return Drawn((spoken,), union([tick.grown(1), *(word.box for word in drawn)]), draw, texts)
