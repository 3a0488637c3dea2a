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
from vitalreel.video.stage import Line, Stage

_MARK_SIDE = 42.0
_TICK_W, _TICK_GAP = 6.0, 32.0


def chrome(stage: Stage, scene: Scene) -> list[Element]:
    """The company's sign and name, and the account's. There from the first frame: scenes are cut, not faded."""
    theme = stage.theme
    left = look.LEFT - 6
    box = stage.box(left, look.CHROME_Y - 12 - _MARK_SIDE / 2, left + _MARK_SIDE, look.CHROME_Y - 12 + _MARK_SIDE / 2)
    path = outline(stage.kit.mark)

    def draw(canvas: Any, way: float) -> None:
        canvas.save()
        canvas.translate(box.left, box.top)
        canvas.scale(_MARK_SIDE / stage.kit.mark.size, _MARK_SIDE / stage.kit.mark.size)
        canvas.drawPath(path, fill(theme.accent, way))
        canvas.restore()

    name = stage.lettering.fit(stage.kit.name, look.CHROME_NAME, 800)
    elements = [stage.shape(box, Clock(0, 0), draw)]
    elements += stage.block(look.LEFT + 44, look.CHROME_Y, name, theme.ink)
    if scene.chrome.shown:
        account = stage.lettering.fit(scene.chrome.shown, look.CHROME, 900)
        elements += stage.block(look.RIGHT, look.CHROME_Y, account, theme.ink2, anchor="end")
    return elements


def headline_block(stage: Stage, text: str, width: float = look.HEADLINE_W, lines: int = 2) -> Block:
    return stage.lettering.fit(text, look.HEADLINE, width, lines)


def headline(stage: Stage, block: Block, y: float = look.HEADLINE_Y) -> list[Element]:
    """Lines that rise one after the other."""
    return [
        element
        for i, line in enumerate(block.lines)
        for element in stage.block(
            look.LEFT - 2,
            y + i * block.style.lead,
            Block((line,), block.style),
            stage.theme.ink,
            Clock(0.1 + STAGGER_S * i),
            28,
        )
    ]


def source(stage: Stage, text: str) -> list[Element]:
    """Where the data comes from and as of when, flush right on the captions' last baseline."""
    if not text:
        return []
    block = stage.lettering.fit(text, look.SOURCE, look.RIGHT - look.SOURCE_LEFT, 3)
    last = look.CAPTION_Y + look.CAPTION_LEAD
    return stage.block(look.RIGHT, last - block.height, block, stage.theme.ink3, Clock(0.5, 0.5), anchor="end")


def captions(stage: Stage, scene: Scene) -> list[Element]:
    """One element a caption: there from its first word to its end, words in full ink once they are spoken."""
    right = look.CAPTION_RIGHT if scene.source.shown else look.RIGHT
    return [_caption(stage, caption, right - look.LEFT - _TICK_GAP) for caption in scene.captions if caption.lines]


def _caption(stage: Stage, caption: Caption, width: float) -> Element:
    lines = [" ".join(word.text for word in line) for line in caption.lines]
    style = min((stage.lettering.fit(line, look.CAPTION, width).style for line in lines), key=lambda s: s.size)
    top = look.CAPTION_Y if len(lines) > 1 else look.CAPTION_Y + look.CAPTION_LEAD / 2 + 1
    places = [
        (word.start_s, line)
        for row, words in enumerate(caption.lines)
        for word, line in zip(
            words, _placed(stage, [w.text for w in words], style, top + row * look.CAPTION_LEAD), strict=True
        )
    ]
    tick = stage.box(look.LEFT, look.CAPTION_Y - 34, look.LEFT + _TICK_W, look.CAPTION_Y + look.CAPTION_LEAD + 10)

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
    x, lines = look.LEFT + _TICK_GAP, []
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
