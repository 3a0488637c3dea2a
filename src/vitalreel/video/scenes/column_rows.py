"""One to three figures one below the other: figure and words side by side, or stacked where there is room for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.columns import Column, ColumnsPicture
from vitalreel.video.element import Element
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes.figure import figure, figure_rule, number_width
from vitalreel.video.stage import Stage

_CAP = 0.727  # height of capitals and figures, as a share of their size (Inter)
_NUMBER_SHARE = 0.43  # of the page's text width, where words stand beside the number
_GUTTER = 32.0
_NUMBERS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46)  # sizes of a figure, of its largest
_STACKED_LEAST = 0.76  # a smaller figure had better stand beside its words
_WORDS = (1.0, 0.93, 0.86, 0.8, 0.74)  # sizes of words, of their own
_LEAST_AIR = 14.0
_AIR = (34.0, 26.0, 20.0)  # above the first text of a row and below the last
_BETWEEN, _ROUND_NUMBER = 0.54, 0.75  # from a text to the next, and round a number, as shares of a label's size
_MOST_ROW = 420.0  # a row is never taller: few rows stand together at the top


@dataclass(frozen=True, slots=True)
class _Setting:
    beside: bool  # words stand beside the number, else above and below it
    number: float  # shares of the full sizes
    words: float
    air: float
    lines: int  # of a text at most
    workings: bool  # the finest print is the first to give way; the voice and the ledger keep it


@dataclass(frozen=True, slots=True)
class _Words:
    """A text with its role: label, comparison or a line of workings."""

    block: Block
    ink: str
    late: bool  # comes after the number


@dataclass(frozen=True, slots=True)
class _Row:
    column: Column
    setting: _Setting
    size: float  # of the figure
    phrase: Block | None  # in place of a figure
    words: tuple[_Words, ...]
    number_w: float
    gap: float  # between texts

    @property
    def round(self) -> float:
        """Above and below a number that stands between its words: signs of money reach beyond its figures."""
        return self.gap * _ROUND_NUMBER / _BETWEEN

    @property
    def number_h(self) -> float:
        return self.phrase.height + _CAP * self.phrase.style.size if self.phrase is not None else _CAP * self.size

    @property
    def height(self) -> float:
        """From its rule to the next."""
        words, gaps = sum(_words_h(word) for word in self.words), self.gap * max(0, len(self.words) - 1)
        if self.setting.beside:
            inner = max(self.number_h, words + gaps)
        else:
            inner = self.number_h + words + gaps + self.gap + min(2, len(self.words)) * (self.round - self.gap)
        return inner + 2 * self.setting.air


def elements(picture: ColumnsPicture, stage: Stage, top: float) -> list[Element]:
    """top: where content starts under the headline. Raises Refused where the rows are taller than the page allows."""
    rows = _rows(picture, stage, stage.page.content_bottom - top)
    spare = stage.page.content_bottom - top - sum(row.height for row in rows)
    made: list[Element] = []
    y = top
    for i, row in enumerate(rows):
        extra = min(spare / len(rows), max(0.0, _MOST_ROW - row.height))
        made += _row(row, stage, y, min(extra / 2, row.setting.air * 0.5), i, cue(row.column.at_s, 0.45 + 0.35 * i))
        y += row.height + extra
    return made


def _rows(picture: ColumnsPicture, stage: Stage, room: float) -> list[_Row]:
    """The largest setting at which all rows stand on the page, all figures of one size."""
    for setting in _settings(len(picture.columns)):
        rows = [_fitted(column, stage, setting) for column in picture.columns]
        made = [row for row in rows if row is not None]
        if len(made) == len(rows) and sum(row.height for row in made) <= room:
            return made
    raise Refused(
        f"the figures {', '.join(repr(c.number.shown) for c in picture.columns)}",
        "they do not fit the page with their words",
        "shorten their labels, comparisons or workings in the module",
    )


def _settings(count: int) -> Iterator[_Setting]:
    """From the most generous to the closest."""
    for lines, sizes, workings in ((1, _WORDS[:3], True), (2, _WORDS, True), (2, _WORDS, False)):
        for words, air in product(sizes, _AIR):
            settings = [_Setting(beside, n, words, air, lines, workings) for beside in (False, True) for n in _NUMBERS]
            yield from (s for s in settings if (count > 1 if s.beside else s.number >= _STACKED_LEAST))
    for workings, words, number in product((True, False), _WORDS, _NUMBERS):
        yield _Setting(False, number, words, _LEAST_AIR, 2, workings)


def _fitted(column: Column, stage: Stage, setting: _Setting) -> _Row | None:
    """One row at a setting; None where a text does not fit its width."""
    full = stage.page.right - stage.page.left
    number_w = full * _NUMBER_SHARE if setting.beside else full
    words_w = full - number_w - _GUTTER if setting.beside else full
    size, phrase = stage.type.hero.size * setting.number, None
    if number_width(column, stage, stage.type.hero.size * _NUMBERS[-1]) > number_w:
        at = stage.type.label_strong.size * 1.3 * setting.words
        phrase = stage.lettering.fitted(
            column.number.shown, replace(stage.type.label_strong, size=at, lead=at * 1.18), number_w, 3
        )
        if phrase is None or not any(c.isalpha() for c in column.number.shown):
            return None  # figures are never broken over lines
    elif number_width(column, stage, size) > number_w:
        return None
    theme, kinds = stage.theme, stage.type
    note = replace(kinds.note, lead=kinds.note.size * 1.25)
    texts: list[tuple[str, Style, str, bool]] = [
        (column.label.shown, kinds.label, theme.ink2, False),
        (column.comparison.shown, kinds.label_medium, theme.ink, True),
        *((working.shown, note, theme.ink3, True) for working in column.workings if setting.workings),
    ]
    words = []
    for text, style, ink, late in texts:
        if text:
            smaller = replace(style, size=style.size * setting.words, lead=style.lead * setting.words)
            block = stage.lettering.fitted(text, smaller, words_w, setting.lines)
            if block is None:
                return None
            words.append(_Words(block, ink, late))
    return _Row(column, setting, size, phrase, tuple(words), number_w, _BETWEEN * stage.type.label.size * setting.words)


def _words_h(word: _Words) -> float:
    return word.block.height + _CAP * word.block.style.size


def _row(row: _Row, stage: Stage, y: float, extra: float, index: int, start: float) -> list[Element]:
    """extra: more air above the texts."""
    page = stage.page
    made = [
        figure_rule(
            stage, page.left, y, page.right - page.left, row.column.accent, Clock(0.35 + 0.08 * index, 0.6, MOVE)
        )
    ]
    at, gap = y + row.setting.air + extra, row.gap
    if row.setting.beside:
        x = page.left + row.number_w + _GUTTER
        stacked, end = _stack(row.words, stage, x, at, gap, start)
        lower = max(0.0, (end - gap - at - row.number_h) / 2) if row.words else 0.0
        return [*made, *_number(row, stage, at + lower, start), *stacked]
    first, at = _stack(row.words[:1], stage, page.left, at, row.round, start)
    made += first + _number(row, stage, at, start)
    rest, _ = _stack(row.words[1:], stage, page.left, at + row.number_h + row.round, gap, start)
    return [*made, *rest]


def _number(row: _Row, stage: Stage, top: float, start: float) -> list[Element]:
    if row.phrase is not None:
        ink = stage.theme.accent if row.column.accent else stage.theme.ink
        return stage.block(stage.page.left, top + _CAP * row.phrase.style.size, row.phrase, ink, Clock(start), 20)
    return figure(row.column, stage, stage.page.left, top + _CAP * row.size, row.size, start)


def _stack(
    words: Sequence[_Words], stage: Stage, x: float, top: float, gap: float, start: float
) -> tuple[list[Element], float]:
    """Texts one below the other from `top`, and where the next would begin."""
    made: list[Element] = []
    for word in words:
        clock = Clock(start + 0.55, 0.5) if word.late else Clock(start)
        made += stage.block(x, top + _CAP * word.block.style.size, word.block, word.ink, clock, 0 if word.late else 20)
        top += _words_h(word) + gap
    return made, top
