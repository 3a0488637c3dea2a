"""One button, one person, one QR code."""

from __future__ import annotations

from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import look
from vitalreel.video.element import Box, Element
from vitalreel.video.ink import colour, fill, gradient, mixed, polyline, rounded, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.qr import tile
from vitalreel.video.scenes.next_step_place import Person, Place, place_of
from vitalreel.video.scenes.portrait import initials, portrait
from vitalreel.video.stage import Stage

_RULE_W = 532.0  # of the rule the button grows from


def elements(picture: NextStepPicture, scene: Scene, stage: Stage) -> list[Element]:
    """It sets its own words large; the scene's headline is among them."""
    if not picture.lines or not picture.button.shown:
        raise Refused("the next step", "it asks for nothing", "give the scene a headline and a `button:` in the module")
    place = place_of(picture, stage)
    made: list[Element] = []
    for i, line in enumerate(place.headline.lines):
        one = Block((line,), place.headline.style)
        made += stage.block(
            stage.page.left - 2,
            place.headline_y + i * place.headline.style.lead,
            one,
            stage.theme.ink,
            Clock(0.26 + 0.08 * i),
            28,
        )
    if place.line is not None:
        made += stage.block(stage.page.left, place.line_y, place.line, stage.theme.ink2, Clock(0.48), 20)
    made += _button(picture, place, stage)
    if place.person is not None:
        made += _person(picture, place.person, stage)
    return [*made, *_card(picture, place, stage)]


def _button(picture: NextStepPicture, place: Place, stage: Stage) -> list[Element]:
    """The rule of the scene before grows into the button; its word and arrow follow."""
    theme, y, width, tall = stage.theme, place.button_y, place.button_w, place.button_h
    start = cue(picture.button_at_s, 0.0)
    grow = Clock(max(0.0, start - 0.3) if start else 0.0, 0.6, MOVE)
    box = stage.box(stage.page.left, y, stage.page.left + width, y + tall)

    def draw(canvas: Any, way: float) -> None:
        height, half = 4 + (tall - 4) * way, (_RULE_W + (width - _RULE_W) * way)
        grown = stage.box(stage.page.left, y, stage.page.left + half, y + height)
        rounded(
            canvas,
            Box(grown.left + 14, y + 16 * way, grown.right - 14, grown.bottom + 16 * way),
            2 + 22 * way,
            fill(theme.accent, 0.34 * way, 22),
        )
        rounded(canvas, grown, 2 + 22 * way, fill(theme.accent))

    reach = stage.box(stage.page.left, y, stage.page.left + max(_RULE_W, width), y + tall + 16).grown(70)
    made = [stage.shape(reach, grow, draw)]
    appear = Clock(grow.start_s + 0.56, 0.4)
    baseline = y + tall / 2 + place.button.style.size / 3 - place.button.height / 2
    made += stage.block(stage.page.left + 44, baseline, place.button, theme.on_accent, appear, ground=theme.accent)
    return [*made, _arrow(stage, box, appear)]


def _arrow(stage: Stage, button: Box, clock: Clock) -> Element:
    y = (button.top + button.bottom) / 2
    x = button.left + 64 if stage.rtl else button.right - 64
    side = -1 if stage.rtl else 1

    def draw(canvas: Any, way: float) -> None:
        tip = x - side * 14 * (1 - way)
        points = [(tip - side * 10, y - 14), (tip + side * 6, y), (tip - side * 10, y + 14)]
        canvas.drawPath(polyline(points), stroke(stage.theme.on_accent, 5, way))

    return stage.shape(Box(x - 34, y - 22, x + 34, y + 22), clock, draw)


def _person(picture: NextStepPicture, person: Person, stage: Stage) -> list[Element]:
    theme, clock = stage.theme, Clock(0.75)
    made: list[Element] = _face(picture, person, stage, clock)
    inks = (theme.ink, theme.ink2, theme.ink2)
    for (block, baseline), ink in zip(person.rows, inks, strict=True):
        if block is not None:
            made += stage.block(stage.page.left + person.side + 32, baseline, block, ink, clock, 24)
    return made


def _face(picture: NextStepPicture, person: Person, stage: Stage, clock: Clock) -> list[Element]:
    """The photograph, round, where there is one; else initials."""
    if picture.portrait is not None:
        left = stage.page.left
        box = Box(left, person.y, left + person.side, person.y + person.side)
        return portrait(stage, picture.person.shown, picture.portrait, box, person.side / 2, clock, 24)
    made: list[Element] = [_initials(stage, person, clock)]
    if letters := initials(picture.person.shown):
        style = Style("serif", 60 * person.side / 160)
        monogram = stage.lettering.fit(letters, style, person.side - 30)
        centre, baseline = stage.page.left + person.side / 2, person.y + person.side / 2 + person.side / 8
        made += stage.block(
            centre, baseline, monogram, stage.theme.on_accent, clock, 24, "centre", stage.theme.accent
        )  # fmt: skip
    return made


def _initials(stage: Stage, person: Person, clock: Clock) -> Element:
    """The round tile behind a person's initials: three tones of the accent, as a portrait would be lit."""
    box = stage.box(stage.page.left, person.y, stage.page.left + person.side, person.y + person.side)
    light, deep = (
        mixed(stage.theme.accent, stage.theme.on_accent, 0.12),
        mixed(stage.theme.accent, stage.theme.ink, 0.12),
    )

    def draw(canvas: Any) -> None:
        paint = gradient((box.left, box.top), (box.right, box.bottom), (colour(light), colour(deep)))
        canvas.drawCircle((box.left + box.right) / 2, person.y + person.side / 2, person.side / 2, paint)

    return stage.sprite(box.grown(2), clock, 24, draw)


def _card(picture: NextStepPicture, place: Place, stage: Stage) -> list[Element]:
    """The white tile with the code, the note and the address it holds."""
    theme, clock = stage.theme, Clock(0.9)
    card = stage.box(*place.card)
    code = stage.box(*place.code)
    _, draw_code = tile(picture.qr, code.left, code.top, code.right - code.left)

    def draw(canvas: Any) -> None:
        rounded(canvas, card.moved(0, 18), look.CARD_RADIUS, fill(theme.shadow, theme.shadow_strength, 26))
        rounded(canvas, card.moved(0, 3), look.CARD_RADIUS, fill(theme.shadow, theme.shadow_strength * 0.6, 4))
        rounded(canvas, card, look.CARD_RADIUS, fill(theme.card))
        draw_code(canvas)

    made = [stage.sprite(card.grown(90), clock, 24, draw)]
    for (block, baseline), ink in zip(place.card_rows, (theme.ink, theme.ink2), strict=True):
        if block is not None:
            made += stage.block(place.card_text_x, baseline, block, ink, clock, 24, ground=theme.card)
    return made
