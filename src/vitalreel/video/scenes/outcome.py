"""Progress against the customer's goal: a track from where it was set, the goal as a tick, the better end on the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.video.counting import counter
from vitalreel.video.element import Box, Drawn, Element, offset, strength
from vitalreel.video.ink import fill, mixed, rounded, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import Clock, cue, steady
from vitalreel.video.scenes.marks import cramped, dot
from vitalreel.video.stage import Line, Stage

_TRACK_H, _START_R, _NOW_R = 18.0, 15.0, 20.0
_LEFT, _SPAN = 0.12, 0.77  # of the track: where its values begin, and how much of it they take
_BETWEEN = 44.0  # the words of start and now keep apart
_QUOTE_LEAST = 26.0
_CLEAR = 6.0  # between the ink of a number that hangs low and that of its note
_BAR_S, _LANDS_S = 1.3, 2.6


@dataclass(frozen=True, slots=True)
class _Words:
    """A number with its note below it, set in a column."""

    number: Block
    note: Block
    width: float
    fall: float  # from the number's baseline to its note's

    @property
    def height(self) -> float:
        """From the number's top to the last baseline of its note."""
        return 0.74 * self.number.style.size + self.fall + self.note.height


@dataclass(frozen=True, slots=True)
class _Laid:
    y: float  # of the track
    left: float
    right: float
    start_x: float
    now_x: float
    target_x: float | None
    start: _Words
    now: _Words
    start_left: float
    now_left: float
    goal: Block | None
    state: Block | None
    beside: bool  # goal and its state on one line
    below: float  # from the track to the words under it


def elements(picture: OutcomePicture, stage: Stage, top: float) -> list[Element]:
    flat = stage.unrolled
    laid, quote, credit, quote_y = _laid(picture, stage, top)
    made: list[Element] = []
    if quote is not None:
        made += stage.block(stage.page.left, quote_y, quote, stage.theme.ink2, Clock(0.3))
        if credit is not None:
            y = quote_y + quote.height + quote.style.size * 0.3 + credit.style.lead
            made += stage.block(stage.page.left, y, credit, stage.theme.ink3, Clock(0.3))
    lands = cue(picture.now_at_s, _LANDS_S)
    run = Clock(min(_BAR_S, max(0.8, lands - 0.8)), max(0.4, lands - min(_BAR_S, max(0.8, lands - 0.8))), steady)
    made += _track(picture, laid, flat, run)
    made += _goal(picture, laid, flat, run, cue(picture.state_at_s, lands + 0.3))
    return made + _numbers(picture, laid, flat, run)


# Layout


def _laid(picture: OutcomePicture, stage: Stage, top: float) -> tuple[_Laid, Block | None, Block | None, float]:
    """Everything's place: words below the track first, the goal above it, and what is left over for the quote."""
    page = stage.page
    half, dense = (page.right - page.left - _BETWEEN) / 2, cramped(stage, top)
    note = stage.type.axis if dense else stage.type.label
    number = replace(stage.type.row_number, tnum=False, size=stage.type.row_number.size * (0.76 if dense else 1.0))
    big = replace(stage.type.hero, size=stage.type.hero.size * 0.6 if dense else 128.0)
    start = _words(picture.start_text.shown, picture.start_note.shown, stage, half, number, note)
    now = _words(picture.now_text.shown, picture.now_note.shown, stage, half, big, note)
    goal, state, beside = _goal_words(picture, stage, dense)
    over = 0.0 if goal is None else (68.0 if beside or state is None else 110.0)
    below = 38.0 if dense else 46.0
    under = below + max(start.height, now.height) + 12
    first = top + 14 if dense else top + (16 if page.wide else 44)
    gap = 14 if dense else 24
    quote, credit = _quote(picture, stage, page.content_bottom - under - over - gap - first, dense)
    quoted = first
    if quote is not None:
        quoted += quote.height + (quote.style.size * 0.3 + credit.style.lead + credit.height if credit else 0.0)
    lowest, highest = page.content_bottom - under, quoted + over + gap
    y = highest + (0.75 if page.wide else 0.45) * max(0.0, lowest - highest)
    x = _scale(picture, page.left, page.right)
    starts, ends = x(picture.start), x(picture.now)
    lefts = _apart((starts, start.width, _START_R), (ends, now.width, None), page.left, page.right)
    target = None if picture.target is None else x(picture.target)
    laid = _Laid(y, page.left, page.right, starts, ends, target, start, now, *lefts, goal, state, beside, below)
    return laid, quote, credit, first


def _scale(picture: OutcomePicture, left: float, right: float) -> Callable[[float], float]:
    """Value to place: from the worst of the three on the left to the best on the right."""
    sign = 1 if picture.rising else -1
    values = [sign * v for v in (picture.start, picture.now, picture.target) if v is not None]
    low, span = min(values), (max(values) - min(values)) or 1.0
    return lambda v: left + (right - left) * (_LEFT + _SPAN * (sign * v - low) / span)


def _words(number: str, note: str, stage: Stage, width: float, style: Style, noted: Style) -> _Words:
    natural = stage.lettering.width(number, style)
    smaller = replace(style, size=style.size * min(1.0, max(0.35, width / max(1.0, natural))))
    fitted = stage.lettering.fit(number, smaller, width)
    said = stage.lettering.fit(note, noted, width, 3)
    wide = max(stage.lettering.width(line, b.style) for b in (fitted, said) for line in b.lines)
    ink, below = (stage.lettering.shape(b.lines[0] if b.lines else "", b.style).ink for b in (fitted, said))
    return _Words(fitted, said, wide, max(14 + said.style.lead, ink.bottom - below.top + _CLEAR))


def _goal_words(picture: OutcomePicture, stage: Stage, dense: bool) -> tuple[Block | None, Block | None, bool]:
    """The goal's words and its state; on one line where a narrow page has the room."""
    if picture.target is None or not picture.target_text.shown:
        return None, None, False
    width = stage.page.right - stage.page.left - 44
    goal = stage.lettering.fit(picture.target_text.shown, stage.type.label_strong, width)
    if not picture.state.shown:
        return goal, None, False
    state = stage.lettering.fit(picture.state.shown, stage.type.label, width)
    both = sum(stage.lettering.width(b.lines[0], b.style) for b in (goal, state)) + 18
    return goal, state, dense and both <= width


def _quote(picture: OutcomePicture, stage: Stage, room: float, dense: bool) -> tuple[Block | None, Block | None]:
    """The customer's own words, as large as the room lets them be; refused where they would be too small to read."""
    if not picture.quote.shown:
        return None, None
    width = stage.page.right - stage.page.left
    noted = stage.type.source if dense else stage.type.note
    credit = stage.lettering.fit(picture.credit.shown, noted, width, 2) if picture.credit.shown else None
    size = 44.0 if stage.page.wide else 0.9 * stage.type.line.size
    while size >= _QUOTE_LEAST:
        style = Style("serif", size, size * 1.24)
        lines = stage.lettering.wrap(picture.quote.shown, style, width)
        tall = (len(lines) - 1) * style.lead + (size * 0.3 + credit.style.lead + credit.height if credit else 0.0)
        if tall <= room:
            return Block(lines, style), credit
        size -= 1.0
    raise Refused(
        f"the quote {picture.quote.shown!r}",
        "with this headline it does not fit the page at a size that can be read",
        "shorten the quote or the headline in the module",
    )


def _apart(
    start: tuple[float, float, float | None], now: tuple[float, float, float | None], left: float, right: float
) -> tuple[float, float]:
    """Left edges of the two columns of words: under their dots, inside the page, and never on each other."""

    def wanted(place: float, width: float, lead: float | None) -> float:
        first = place - (width / 2 if lead is None else lead)
        return min(max(first, left), right - width)

    starts, ends = wanted(*start), wanted(*now)
    if start[0] <= now[0]:
        ends = min(max(ends, starts + start[1] + _BETWEEN), right - now[1])
        starts = min(starts, ends - _BETWEEN - start[1])
    else:
        starts = min(max(starts, ends + now[1] + _BETWEEN), right - start[1])
        ends = min(ends, starts - _BETWEEN - now[1])
    return starts, ends


# Drawing


def _ink(picture: OutcomePicture, stage: Stage) -> tuple[str, str]:
    """Of shapes and of words: amber where it went the wrong way."""
    theme = stage.theme
    return (theme.warn_fill, theme.warn) if picture.worse else (theme.accent, theme.accent)


def _track(picture: OutcomePicture, laid: _Laid, stage: Stage, run: Clock) -> list[Element]:
    y, half, ink = laid.y, _TRACK_H / 2, _ink(picture, stage)[0]
    whole = Box(laid.left, y - half, laid.right, y + half)

    def track(canvas: Any, way: float) -> None:
        end = laid.left + (laid.right - laid.left) * way
        rounded(canvas, Box(laid.left, y - half, end, y + half), half, fill(stage.theme.grey2))

    def bar(t: float) -> Drawn | None:
        if t < run.start_s:
            return None
        way = run.at(t)
        tip = laid.now_x if way >= 1 else offset(laid.start_x + (laid.now_x - laid.start_x) * way)
        shape = Box(min(laid.start_x, tip), y - half, max(laid.start_x, tip), y + half)

        def draw(canvas: Any) -> None:
            rounded(canvas, shape.moved(0, 10), half, fill(ink, 0.22, 12))
            rounded(canvas, shape, half, fill(ink))
            dot(canvas, tip, y, _NOW_R, ink, stage.ground)

        return Drawn((tip,), shape.grown(52), draw)

    def begun(canvas: Any, way: float) -> None:
        dot(canvas, laid.start_x, y, _START_R, ink, stage.ground, way)

    reach = _START_R + 8
    first = Box(laid.start_x - reach, y - reach, laid.start_x + reach, y + reach)
    made = [stage.shape(whole.grown(1), Clock(0.6, 0.6), track)]
    return [*made, stage.shape(first, Clock(0.8, 0.3), begun), bar]


def _goal(picture: OutcomePicture, laid: _Laid, stage: Stage, run: Clock, state_s: float) -> list[Element]:
    """The tick, its words, and once it is crossed, or known not to be, its state."""
    if laid.target_x is None or laid.goal is None:
        return []
    x, y, theme = laid.target_x, laid.y, stage.theme
    rise = 68.0 if laid.beside or laid.state is None else 124.0
    box = Box(x - 4, y - rise, x + 4, y + 22).grown(2)
    appear, crossed = Clock(0.6, 0.5), Clock(run.end_s if picture.reached else 1e9, 0.3)

    def tick(t: float) -> Drawn | None:
        way, dark = strength(appear.at(t)), strength(crossed.at(t))
        if way <= 0:
            return None
        ink = mixed(theme.ink3, theme.ink, dark)
        return Drawn((way, dark), box, lambda c: c.drawLine(x, y - rise, x, y + 22, stroke(ink, 4, way)))

    blocks = [b for b in (laid.goal, laid.state) if b is not None]
    widths = [stage.lettering.width(b.lines[0], b.style) for b in blocks]
    whole = sum(widths) + 18 if laid.beside else max(widths)
    before = x - 22 - whole >= laid.left
    edge = x - 22 if before else min(x + 22, laid.right - whole)
    made: list[Element] = [tick]
    for n, (block, width) in enumerate(zip(blocks, widths, strict=True)):
        baseline = y - rise + 28 + (0 if laid.beside else n * 42 * block.style.size / 34)
        left = edge - (whole if laid.beside else width) if before else edge
        left += n * (widths[0] + 18) if laid.beside else 0
        ink, clock = (theme.ink, Clock(0.8, 0.5)) if n == 0 else (theme.ink2, Clock(state_s, 0.3))
        made += stage.block(left, baseline, block, ink, clock)
    return made


def _numbers(picture: OutcomePicture, laid: _Laid, stage: Stage, run: Clock) -> list[Element]:
    theme, begun = stage.theme, Clock(0.8, 0.5)
    made: list[Element] = []
    first = laid.y + laid.below
    at = first + 0.74 * laid.start.number.style.size
    made += stage.block(laid.start_left, at, laid.start.number, theme.ink, begun)
    made += stage.block(laid.start_left, at + laid.start.fall, laid.start.note, theme.ink2, begun)
    at = first + 0.74 * laid.now.number.style.size
    end = laid.now_left + laid.now.width if laid.now_x > laid.start_x else None
    made.append(stage.live(_counting(picture, laid, stage, at, run, end)))
    landed = Clock(run.end_s - 0.3, 0.5)
    below = at + laid.now.fall
    if end is None:
        return made + stage.block(laid.now_left, below, laid.now.note, theme.ink2, landed)
    return made + stage.block(end, below, laid.now.note, theme.ink2, landed, anchor="end")


def _counting(
    picture: OutcomePicture, laid: _Laid, stage: Stage, y: float, run: Clock, end: float | None
) -> Callable[[float], Line | None]:
    """The number counts from the start's value as the bar runs, and lands with it on its word."""
    shown, style, ink = picture.now_text.shown, laid.now.number.style, _ink(picture, stage)[1]
    parts, appear = counter(shown), Clock(run.start_s, 0.3)
    if picture.now == 0 or picture.start / picture.now < 0:
        parts = None  # it would count through another sign
    begin = 0.0 if parts is None else parts.value * picture.start / picture.now

    def at(t: float) -> Line | None:
        alpha, way = strength(appear.at(t)), run.at(t)
        if alpha <= 0:
            return None
        text = shown if parts is None or way >= 1 else parts.write(begin + (parts.value - begin) * way)
        x = laid.now_left if end is None else end
        return Line(x, y, text, style, ink, alpha, "start" if end is None else "end", way >= 1 and alpha >= 1)

    return at
