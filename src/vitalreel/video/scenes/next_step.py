"""One button, one person, one QR code."""

from __future__ import annotations

from typing import Any

from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import look
from vitalreel.video.element import Box, Element
from vitalreel.video.ink import colour, fill, gradient, mixed, polyline, rounded, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.qr import tile
from vitalreel.video.stage import Stage

_CARD = Box(1364.0, 236.0, 1824.0, 850.0)
_TEXT_W = 1178.0
_PORTRAIT = 160.0
_BUTTON_H = 104.0


def elements(picture: NextStepPicture, scene: Scene, stage: Stage) -> list[Element]:
    """It sets its own words large; the scene's headline is among them."""
    headline = _headline(picture, stage)
    made: list[Element] = []
    for i, line in enumerate(headline.lines):
        one = Block((line,), headline.style)
        made += stage.block(
            stage.page.left - 2, 262 + i * headline.style.lead, one, stage.theme.ink, Clock(0.26 + 0.08 * i), 28
        )
    y = 262 + headline.height
    if picture.line.shown:
        line_block = stage.lettering.fit(picture.line.shown, stage.type.line, _TEXT_W, 2)
        made += stage.block(stage.page.left, y + 82, line_block, stage.theme.ink2, Clock(0.48), 20)
        y += 82 + line_block.height
    made += _button(picture, stage, y + 60)
    made += _person(picture, stage, max(690.0, y + 60 + _BUTTON_H + 36))
    return [*made, *_card(picture, stage)]


def _headline(picture: NextStepPicture, stage: Stage) -> Block:
    lines = tuple(line.shown for line in picture.lines)
    if all(stage.lettering.width(line, stage.type.next_step) <= _TEXT_W for line in lines):
        return Block(lines, stage.type.next_step)
    return stage.lettering.fit(" ".join(lines), stage.type.next_step, _TEXT_W, 3 if not picture.line.shown else 2)


def _button(picture: NextStepPicture, stage: Stage, y: float) -> list[Element]:
    """The rule of the scene before grows into the button; its word and arrow follow."""
    theme = stage.theme
    label = stage.lettering.fit(picture.button.shown, stage.type.button, 700)
    width = max(392.0, stage.lettering.width(label.lines[0], label.style) + 44 + 140)
    start = cue(picture.button_at_s, 0.0)
    grow = Clock(max(0.0, start - 0.3) if start else 0.0, 0.6, MOVE)
    box = stage.box(stage.page.left, y, stage.page.left + width, y + _BUTTON_H)

    def draw(canvas: Any, way: float) -> None:
        height, half = 4 + (_BUTTON_H - 4) * way, (532 + (width - 532) * way)
        grown = stage.box(stage.page.left, y, stage.page.left + half, y + height)
        rounded(
            canvas,
            Box(grown.left + 14, y + 16 * way, grown.right - 14, grown.bottom + 16 * way),
            2 + 22 * way,
            fill(theme.accent, 0.34 * way, 22),
        )
        rounded(canvas, grown, 2 + 22 * way, fill(theme.accent))

    made = [
        stage.shape(
            stage.box(stage.page.left, y, stage.page.left + max(532.0, width), y + _BUTTON_H + 16).grown(70), grow, draw
        )
    ]
    appear = Clock(grow.start_s + 0.56, 0.4)
    made += stage.block(stage.page.left + 44, y + 66, label, theme.on_accent, appear, ground=theme.accent)
    return [*made, _arrow(stage, box, appear)]


def _arrow(stage: Stage, button: Box, clock: Clock) -> Element:
    x, y = (button.left + 64, button.top + 52) if stage.rtl else (button.right - 64, button.top + 52)
    side = -1 if stage.rtl else 1

    def draw(canvas: Any, way: float) -> None:
        tip = x - side * 14 * (1 - way)
        points = [(tip - side * 10, y - 14), (tip + side * 6, y), (tip - side * 10, y + 14)]
        canvas.drawPath(polyline(points), stroke(stage.theme.on_accent, 5, way))

    return stage.shape(Box(x - 34, y - 22, x + 34, y + 22), clock, draw)


def _person(picture: NextStepPicture, stage: Stage, y: float) -> list[Element]:
    if not picture.person.shown:
        return []
    theme, clock = stage.theme, Clock(0.75)
    width = _TEXT_W - _PORTRAIT - 32
    made: list[Element] = [_initials(picture.person.shown, stage, y, clock)]
    rows = (
        (picture.person.shown, Style("semibold", 40), theme.ink, 52),
        (picture.person_role.shown, stage.type.label, theme.ink2, 100),
        (picture.person_contact.shown, stage.type.label_medium, theme.ink2, 146),
    )
    for text, style, ink, below in rows:
        if text:
            block = stage.lettering.fit(text, style, width)
            made += stage.block(stage.page.left + _PORTRAIT + 32, y + below, block, ink, clock, 24)
    letters = "".join(word[0] for word in picture.person.shown.split()[:2] if word[0].isalpha()).upper()
    if letters:
        monogram = stage.lettering.fit(letters, Style("serif", 60), _PORTRAIT - 30)
        centre = stage.page.left + _PORTRAIT / 2
        made += stage.block(
            centre, y + _PORTRAIT / 2 + 20, monogram, theme.on_accent, clock, 24, "centre", theme.accent
        )
    return made


def _initials(name: str, stage: Stage, y: float, clock: Clock) -> Element:
    """The round tile behind a person's initials: three tones of the accent, as a portrait would be lit."""
    box = stage.box(stage.page.left, y, stage.page.left + _PORTRAIT, y + _PORTRAIT)
    light, deep = (
        mixed(stage.theme.accent, stage.theme.on_accent, 0.12),
        mixed(stage.theme.accent, stage.theme.ink, 0.12),
    )

    def draw(canvas: Any) -> None:
        paint = gradient((box.left, box.top), (box.right, box.bottom), (colour(light), colour(deep)))
        canvas.drawCircle((box.left + box.right) / 2, y + _PORTRAIT / 2, _PORTRAIT / 2, paint)

    return stage.sprite(box.grown(2), clock, 24, draw)


def _card(picture: NextStepPicture, stage: Stage) -> list[Element]:
    """The white tile with the code, the note and the address it holds."""
    theme, clock = stage.theme, Clock(0.9)
    card = stage.box(*_CARD)
    inner = card.right - card.left - 64
    code, draw_code = tile(picture.qr, card.left + 32, card.top + 32, inner)
    shift = (inner - (code.right - code.left)) // 2
    code, draw_code = tile(picture.qr, card.left + 32 + shift, card.top + 32, inner)

    def draw(canvas: Any) -> None:
        rounded(canvas, card.moved(0, 18), look.CARD_RADIUS, fill(theme.shadow, theme.shadow_strength, 26))
        rounded(canvas, card.moved(0, 3), look.CARD_RADIUS, fill(theme.shadow, theme.shadow_strength * 0.6, 4))
        rounded(canvas, card, look.CARD_RADIUS, fill(theme.card))
        draw_code(canvas)

    made = [stage.sprite(card.grown(90), clock, 24, draw)]
    y = code.bottom + 58.0
    rows = (
        (picture.scan_note.shown, stage.type.label_strong, theme.ink, 2),
        (picture.short_url.shown, stage.type.note, theme.ink2, 2),
    )
    for text, style, ink, most in rows:
        if text:
            block = stage.lettering.fit(text, style, _CARD.right - _CARD.left - 84, most)
            made += stage.block(_CARD.left + 42, y, block, ink, clock, 24, ground=theme.card)
            y += block.height + 48
    return made
