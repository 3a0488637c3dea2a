"""Where the parts of a next step stand: the code's card beside the words, or below them where the page is narrow."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.text import Text
from vitalreel.video.breaking import joined
from vitalreel.video.element import Box
from vitalreel.video.lettering import SHRINK, Block, Style
from vitalreel.video.page import TALL
from vitalreel.video.qr import tile
from vitalreel.video.stage import Stage

Row = tuple[Block | None, float]
"""A text and its first baseline."""

_CARD = Box(1364.0, 236.0, 1824.0, 850.0)  # on the wide page
_TEXT_W = 1178.0
_HEADLINE_Y = 262.0
_NAME = Style("semibold", 40)
_SQUARE_CARD_W = 392.0
_TALL_CARD_H = 356.0
_CODE_LEAST = 120.0  # narrower than this, a code's modules are too fine for a camera
_SHARES = (1.0, 0.93, 0.86, 0.8, 0.74)  # sizes of what stands below the headline, of the full ones


@dataclass(frozen=True, slots=True)
class Person:
    y: float  # of the portrait
    side: float
    rows: tuple[Row, Row, Row]  # name, role, contact


@dataclass(frozen=True, slots=True)
class Place:
    headline: Block
    headline_y: float
    line: Block | None
    line_y: float
    button: Block
    button_y: float
    button_w: float
    button_h: float
    person: Person | None
    card: Box
    code: Box
    card_text_x: float
    card_rows: tuple[Row, Row]  # what to do, the address


@dataclass(frozen=True, slots=True)
class _Opening:
    """What every page begins with: the headline and a line, and where they end."""

    headline: Block
    headline_y: float
    line: Block | None
    line_y: float
    end: float  # the last baseline


def place_of(picture: NextStepPicture, stage: Stage) -> Place:
    """Everything left to right; a page for another direction mirrors it. Raises Refused where a text does not fit."""
    page = stage.page
    if page.wide:
        return _beside(picture, stage, _opening(picture, stage, _HEADLINE_Y, _TEXT_W, 82.0))
    opening = _opening(picture, stage, page.headline_y, page.right - page.left, stage.type.line.lead * 1.35)
    below = _tall if page.name == TALL.name else _square
    for shown in (
        picture,
        replace(picture, short_url=Text("")),
    ):  # what the code holds can be left unwritten, if it must
        for share in _SHARES:
            place = below(shown, stage, opening, share)
            if place is not None:
                return place
    raise Refused(
        f"the next step {picture.lines[0].shown!r}",
        "person and code do not fit below it",
        "shorten its headline or its line",
    )


def _opening(picture: NextStepPicture, stage: Stage, y: float, width: float, below: float) -> _Opening:
    """The storyboard's lines where they fit, on the wide page smaller where they must; else the whole anew."""
    style, lines = stage.type.next_step, tuple(line.shown for line in picture.lines)
    least = SHRINK if stage.page.wide else 1.0  # a phone's page has room for another line rather than for smaller ones
    if (own := stage.lettering.as_broken(lines, style, width, least)) is not None:
        headline = own
    else:
        best, most = _headline_lines(picture, stage)
        whole = joined(lines)
        headline = stage.lettering.fitted(whole, style, width, best) or stage.lettering.fit(whole, style, width, most)
    end = y + headline.height
    if not picture.line.shown:
        return _Opening(headline, y, None, end, end)
    line = stage.lettering.fit(picture.line.shown, stage.type.line, width, 2, one_line_first=not stage.page.wide)
    return _Opening(headline, y, line, end + below, end + below + line.height)


def _headline_lines(picture: NextStepPicture, stage: Stage) -> tuple[int, int]:
    """How many lines are worth a smaller size, and how many there may be."""
    if stage.page.wide:
        most = 2 if picture.line.shown else 3
        return most, most
    return stage.page.headline_best, stage.page.headline_lines


def _beside(picture: NextStepPicture, stage: Stage, opening: _Opening) -> Place:
    """Words left, the card right."""
    fit = stage.lettering.fit
    label = fit(picture.button.shown, stage.type.button, 700)
    y, height = opening.end + 60, 104.0
    top, side = max(690.0, y + height + 36), 160.0
    code = _code(picture, _CARD.left + 32, _CARD.top + 32, _CARD.right - _CARD.left - 64)
    rows, at = [], code.bottom + 58.0
    for text, style in ((picture.scan_note.shown, stage.type.label_strong), (picture.short_url.shown, stage.type.note)):
        block = fit(text, style, _CARD.right - _CARD.left - 84, 2) if text else None
        rows.append((block, at))
        at += block.height + 48 if block is not None else 0
    card = _CARD if rows[0][0] and rows[1][0] else _closed(code, rows)
    styles = (_NAME, stage.type.label, stage.type.label_medium)
    person = _person(picture, stage, styles, top, side, (52, 100, 146), _TEXT_W - side - 32)
    return Place(
        opening.headline, opening.headline_y, opening.line, opening.line_y,
        label, y, max(392.0, stage.lettering.width(label.lines[0], label.style) + 44 + 140), height,
        person, card, code, _CARD.left + 42, (rows[0], rows[1]),
    )  # fmt: skip


def _closed(code: Box, rows: list[Row]) -> Box:
    """The card of the wide page, no longer than what stands on it."""
    lows = [y + block.height + 42 for block, y in rows if block is not None]
    return Box(_CARD.left, _CARD.top, _CARD.right, max([code.bottom + 32, *lows]))


def _person(
    picture: NextStepPicture,
    stage: Stage,
    styles: tuple[Style, Style, Style],
    y: float,
    side: float,
    below: tuple[float, float, float],
    width: float,
) -> Person | None:
    """below: from the portrait's top to each baseline. None where nobody is named."""
    if not picture.person.shown:
        return None
    texts = (picture.person.shown, picture.person_role.shown, picture.person_contact.shown)
    there = sum(map(bool, texts))  # rows close up and stand in the middle where one is missing
    step, row = (below[2] - below[0]) / 2, [0, 0, 0]
    for n in range(1, len(texts)):
        row[n] = row[n - 1] + bool(texts[n - 1])
    first = below[0] + step * (len(texts) - there) / 2
    downs = below if there == len(texts) else tuple(first + step * n for n in row)
    name, role, contact = (
        (stage.lettering.fit(text, style, width) if text else None, y + down)
        for text, style, down in zip(texts, styles, downs, strict=True)
    )
    return Person(y, side, (name, role, contact))


def _code(picture: NextStepPicture, left: float, top: float, side: float) -> Box:
    """The code's tile in the middle of a square's width, at its top."""
    box, _ = tile(picture.qr, left, top, side)
    return box.moved((side - (box.right - box.left)) // 2, 0)


def _square(picture: NextStepPicture, stage: Stage, opening: _Opening, share: float) -> Place | None:
    """Headline and line; below them button and person left, the card right; None where they are too tall at this share."""
    page, fit = stage.page, stage.lettering.fit
    card_left, top, pad = page.right - _SQUARE_CARD_W, opening.end + 46, 26.0
    width = card_left - page.left - 36
    strong, note = _sized(stage.type.label_strong, 0.8 * share), _sized(stage.type.note, 0.86 * share)
    most = page.content_bottom - top
    scan = fit(picture.scan_note.shown, strong, _SQUARE_CARD_W - 2 * pad, 2) if picture.scan_note.shown else None
    url = fit(picture.short_url.shown, note, _SQUARE_CARD_W - 2 * pad, 2) if picture.short_url.shown else None
    text_h = sum(block.height + 1.5 * block.style.size for block in (scan, url) if block is not None)
    code = _code(
        picture, card_left + pad, top + pad, max(_CODE_LEAST, min(_SQUARE_CARD_W - 2 * pad, most - text_h - 2 * pad))
    )
    code = code.moved((_SQUARE_CARD_W - 2 * pad - (code.right - code.left)) // 2 - (code.left - card_left - pad), 0)
    scan_y = code.bottom + (1.5 * scan.style.size if scan is not None else 0)
    url_y = scan_y + (scan.height if scan is not None else 0) + 1.45 * note.size
    bottom = (url_y + url.height if url is not None else scan_y + (scan.height if scan is not None else 0)) + pad
    card = Box(card_left, top, page.right, bottom)
    button = replace(stage.type.button, lead=stage.type.button.size * 1.1)
    label = fit(picture.button.shown, button, width - 44 - 112, 2, one_line_first=True)
    label_w = max(stage.lettering.width(line, label.style) for line in label.lines)
    tall = max(112.0 * max(0.8, share), label.height + 1.7 * label.style.size)
    side, lead = 108.0 * share, strong.lead * 1.05
    name = _sized(stage.type.label_strong, 0.95 * share)
    role, contact = _sized(stage.type.label, 0.8 * share), _sized(stage.type.label_medium, 0.8 * share)
    person = _stacked_person(picture, stage, (name, role, contact), side, width, lead)
    if person is not None:
        height = max(side, person.rows[2][1] + 8)
        person = _moved(person, top + tall + max(36.0 * share, (bottom - top - tall - height) / 2))
    if max(bottom, _end(person)) > page.content_bottom or code.right - code.left < _CODE_LEAST:
        return None
    return Place(
        opening.headline, opening.headline_y, opening.line, opening.line_y,
        label, top, min(width, max(392.0, label_w + 44 + 140)), tall,
        person, card, code, card_left + pad + 4, ((scan, scan_y), (url, url_y)),
    )  # fmt: skip


def _tall(picture: NextStepPicture, stage: Stage, opening: _Opening, share: float) -> Place | None:
    """All below each other; the card lies, the code left of its words; None where they are too tall at this share."""
    page, fit, full = stage.page, stage.lettering.fit, stage.page.right - stage.page.left
    label, height, gap = (
        fit(picture.button.shown, stage.type.button, full - 44 - 140),
        124.0 * max(0.84, share),
        46.0 * share,
    )
    button_y = opening.end + 54 * share
    strong, plain = _sized(stage.type.label_strong, share), _sized(stage.type.label, share)
    styles = (_sized(strong, 1.1), plain, _sized(stage.type.label_medium, share))
    person = _stacked_person(picture, stage, styles, 156.0 * share, full, plain.lead)
    y = button_y + height + gap
    if person is not None:
        person, y = _moved(person, y), y + max(person.side, person.rows[2][1] + 8) + gap
    pad, card_h = 30.0, min(_TALL_CARD_H, page.content_bottom - y)
    if card_h < _CODE_LEAST + 2 * pad:
        return None
    code, _ = tile(picture.qr, page.left + pad, y + pad, card_h - 2 * pad)
    card = Box(page.left, y, page.right, code.bottom + pad)
    text_x, middle = code.right + 40, (card.top + card.bottom) / 2
    width = page.right - pad - text_x
    note = _sized(stage.type.note, share)
    scan = fit(picture.scan_note.shown, strong, width, 2) if picture.scan_note.shown else None
    url = fit(picture.short_url.shown, note, width, 2) if picture.short_url.shown else None
    between = 60.0 * share
    tall = (scan.height if scan is not None else 0) + (url.height + between if url is not None else 0)
    scan_y = middle - tall / 2 + strong.size * 0.3
    url_y = scan_y + (scan.height if scan is not None else 0) + between
    if tall + 1.2 * strong.size > card.bottom - card.top:
        return None
    return Place(
        opening.headline, opening.headline_y, opening.line, opening.line_y,
        label, button_y, full, height, person, card, code, text_x, ((scan, scan_y), (url, url_y)),
    )  # fmt: skip


def _stacked_person(
    picture: NextStepPicture, stage: Stage, styles: tuple[Style, Style, Style], side: float, width: float, lead: float
) -> Person | None:
    """At the top of the page; a role takes two lines where it must. None where nobody is named."""
    if not picture.person.shown:
        return None
    room, fit = width - side - 32, stage.lettering.fit
    name = fit(picture.person.shown, styles[0], room, 2, one_line_first=True)
    role = (
        fit(picture.person_role.shown, styles[1], room, 2, one_line_first=True) if picture.person_role.shown else None
    )
    mail = picture.person_contact.shown
    contact = fit(mail, styles[2], room, 2, one_line_first=True) if mail else None
    first = styles[0].size * 0.86
    second = first + name.height + lead
    third = second + (role.height + lead if role is not None else 0)
    last = third + (contact.height if contact is not None else -lead)
    shift = max(0.0, (side - last - 6) / 2)
    return Person(0.0, side, ((name, first + shift), (role, second + shift), (contact, third + shift)))


def _end(person: Person | None) -> float:
    """The lowest of a person's baselines or the portrait's foot."""
    if person is None:
        return 0.0
    return max(person.y + person.side, *(y + block.height for block, y in person.rows if block is not None))


def _moved(person: Person, y: float) -> Person:
    name, role, contact = ((block, baseline + y) for block, baseline in person.rows)
    return replace(person, y=y, rows=(name, role, contact))


def _sized(style: Style, by: float) -> Style:
    return replace(style, size=style.size * by, lead=style.lead * by)
