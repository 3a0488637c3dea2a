"""Seats as dots, filled column by column; the quiet ones fade, the free ones stay empty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.seats import SeatGroup, SeatsPicture
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import fill, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes.marks import cramped, middle, name
from vitalreel.video.stage import Anchor, Stage

ACTIVE, QUIET, FREE, REST, OVER = "active", "quiet", "free", "rest", "over"
_QUIET = 0.38
_PITCH_MOST, _ROWS_MOST = 72.0, 24
_SHARE = 0.347  # of a dot's radius in the pitch
_FILL_S, _COLUMN_S, _POP_S = 0.5, 0.018, 0.24
_RULE_GAP, _LEGEND_GAP = 30.0, 70.0  # from the dots to the rule, from the rule to the baseline


@dataclass(frozen=True, slots=True)
class _Grid:
    kinds: tuple[str, ...]  # of each dot, column by column
    rows: int
    left: float  # centre of the first dot, from the page's start
    top: float
    across: float  # pitch
    down: float
    radius: float

    @property
    def columns(self) -> int:
        return math.ceil(len(self.kinds) / self.rows) if self.rows else 0

    @property
    def bottom(self) -> float:
        """Lower edge of the dots."""
        return self.top + max(0, self.rows - 1) * self.down + self.radius

    def x(self, column: float) -> float:
        return self.left + column * self.across

    def span(self, kind: str) -> tuple[float, float] | None:
        """Left and right edge of a group's columns; a shared column is of the group that has most of it."""
        of = sorted({n // self.rows for n, k in enumerate(self.kinds) if k == kind})
        own = [c for c in of if self._owner(c) == kind] or of
        return (self.x(own[0]) - self.radius, self.x(own[-1]) + self.radius) if own else None

    def _owner(self, column: int) -> str:
        kinds = self.kinds[column * self.rows : (column + 1) * self.rows]
        return max(kinds, key=kinds.count)


def elements(picture: SeatsPicture, stage: Stage, top: float) -> list[Element]:
    kinds = dots(picture)
    return _wide(picture, kinds, stage, top) if stage.page.wide else _narrow(picture, kinds, stage, top)


def dots(picture: SeatsPicture) -> tuple[str, ...]:
    """What each dot stands for. Every group has its share of the dots, one at least where it has a seat at all.

    Where more are in use than the contract has, the dots beyond it are `over`. Raises Refused for a count below zero.
    """
    groups = [(ACTIVE, picture.active), (QUIET, picture.quiet), (FREE, picture.free)]
    for _, group in groups:
        if group is not None and group.seats < 0:
            raise Refused(
                f"the seats {group.note.shown!r}",
                f"{group.seats:g} is less than none",
                "correct the seat register, or give the fact `floor: 0` so that the film does without it",
            )
    counts = {kind: group.seats for kind, group in groups if group is not None and group.seats > 0}
    used = sum(counts.values())
    counts[REST] = max(0.0, picture.seats - used)
    capacity = round(picture.seats / picture.per_dot) or (1 if picture.seats > 0 else 0)
    total = max(capacity, round(used / picture.per_dot), sum(n > 0 for n in counts.values()))
    shares = _shared(counts, total)
    kinds = [kind for kind in (ACTIVE, QUIET, FREE, REST) for _ in range(shares.get(kind, 0))]
    limit = capacity if used > picture.seats else total
    return tuple(OVER if n >= limit and kind == ACTIVE else kind for n, kind in enumerate(kinds))


def _shared(counts: dict[str, float], total: int) -> dict[str, int]:
    """Whole dots that sum to `total`: the largest remainders are rounded up, and no group is left without one."""
    known = {kind: n for kind, n in counts.items() if n > 0}
    whole = sum(known.values())
    if not known:
        return {}
    exact = {kind: total * n / whole for kind, n in known.items()}
    shares = {kind: max(1, math.floor(e)) for kind, e in exact.items()}
    for kind in sorted(exact, key=lambda k: shares[k] - exact[k])[: max(0, total - sum(shares.values()))]:
        shares[kind] += 1
    while sum(shares.values()) > max(total, len(shares)):
        shares[max(shares, key=lambda k: shares[k] - exact[k] if shares[k] > 1 else -math.inf)] -= 1
    return shares


def _grid(kinds: tuple[str, ...], left: float, right: float, top: float, bottom: float) -> _Grid:
    """The largest dots that fit, in as few rows as that takes, spread over the whole width where they fill it."""
    count, width, height = len(kinds), right - left, bottom - top
    if not count:
        return _Grid((), 0, left, top, 0.0, 0.0, 0.0)

    def pitch(rows: int) -> float:
        return min(width / math.ceil(count / rows), height / rows, _PITCH_MOST)

    rows = max(range(1, min(count, _ROWS_MOST) + 1), key=lambda r: (round(pitch(r), 3), -r))
    down, columns = pitch(rows), math.ceil(count / rows)
    radius = down * _SHARE
    full = (width - 2 * radius) / (columns - 1) if columns > 1 else down
    across = full if full <= 1.2 * down else down
    return _Grid(kinds, rows, left + radius, top + radius, across, down, radius)


# Motion


@dataclass(frozen=True, slots=True)
class _Times:
    column: float  # from column to column
    quiet: Clock
    free: Clock

    @staticmethod
    def of(picture: SeatsPicture, columns: int) -> _Times:
        word = cue(picture.active.at_s, 0.0) - _POP_S - _FILL_S
        column = min(max(_COLUMN_S, word / max(1, columns)), 0.05)
        filled = _FILL_S + columns * column + _POP_S
        quiet = cue(picture.quiet.at_s if picture.quiet else 0.0, filled + 0.3)
        free = cue(picture.free.at_s if picture.free else 0.0, max(filled, quiet if picture.quiet else 0.0) + 0.5)
        return _Times(column, Clock(max(quiet, filled), 0.4, MOVE), Clock(max(free, filled), 0.5))


def _columns(grid: _Grid, times: _Times, stage: Stage) -> list[Element]:
    return [_column(grid, column, times, stage) for column in range(grid.columns)]


def _column(grid: _Grid, column: int, times: _Times, stage: Stage) -> Element:
    kinds = grid.kinds[column * grid.rows : (column + 1) * grid.rows]
    pop = Clock(_FILL_S + column * times.column, _POP_S)
    x, theme = stage.x(grid.x(column)), stage.theme
    box = Box(x - grid.radius, grid.top - grid.radius, x + grid.radius, grid.bottom).grown(3)
    quiet = QUIET in kinds

    def element(t: float) -> Drawn | None:
        size = strength(pop.at(t))
        if size <= 0:
            return None
        dim = strength(1 - (1 - _QUIET) * times.quiet.at(t)) if quiet else 1.0

        def draw(canvas: Any) -> None:
            radius = grid.radius * (0.6 + 0.4 * size)
            paints = {
                ACTIVE: fill(theme.accent, size),
                QUIET: fill(theme.accent, size * dim),
                OVER: fill(theme.warn_fill, size),
                FREE: stroke(theme.ink3, 3, size),
                REST: stroke(theme.ink3, 2, 0.5 * size),
            }
            for row, kind in enumerate(kinds):
                inset = 1.5 if kind in (FREE, REST) else 0.0
                canvas.drawCircle(x, grid.top + row * grid.down, radius - inset, paints[kind])

        return Drawn((size, dim), box, draw)

    return element


# Wide: words under and over the groups


def _wide(picture: SeatsPicture, kinds: tuple[str, ...], stage: Stage, top: float) -> list[Element]:
    page = stage.page
    first = top + (54 if picture.free else 10)
    groups = [g for g in (picture.active, picture.quiet) if g is not None]
    two = _two_lines(groups, stage)
    floor = page.content_bottom - 6 - (58 if two else 0) - _LEGEND_GAP - _RULE_GAP
    grid = _grid(kinds, page.left, page.right, first, floor)
    times = _Times.of(picture, grid.columns)
    made = _columns(grid, times, stage)
    y = grid.bottom + _RULE_GAP
    made += _legend(picture.active, grid, stage, y, Clock(_FILL_S + 0.3, 0.5), two)
    if picture.quiet:
        made += _quiet_legend(picture.quiet, picture.active, grid, stage, y, times.quiet, two)
    if picture.free:
        made += _free_legend(picture.free, grid, stage, first - 34, times.free)
    return made


def _pair(group: SeatGroup, stage: Stage, small: bool = False) -> tuple[Block, Block, float]:
    """Number, note, and how wide they are together."""
    style = replace(stage.type.row_number, tnum=False)
    style = stage.type.label_strong if small else style
    number = stage.lettering.fit(group.number.shown, style, 520)
    number_w = stage.lettering.width(number.lines[0], number.style)
    note = stage.lettering.fit(group.note.shown, stage.type.label, stage.page.right - stage.page.left - number_w - 20)
    return number, note, number_w + 20 + stage.lettering.width(note.lines[0], note.style)


def _two_lines(groups: Sequence[SeatGroup], stage: Stage) -> bool:
    """Whether the words under the dots do not fit beside each other."""
    widths = [_pair(group, stage, n > 0)[2] for n, group in enumerate(groups)]
    return len(widths) > 1 and sum(widths) + 70 > stage.page.right - stage.page.left


def _rule(
    span: tuple[float, float] | None, y: float, ink: str, alpha: float, stage: Stage, clock: Clock
) -> list[Element]:
    if span is None:
        return []
    box = stage.box(span[0], y - 3, span[1], y + 3)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(box.left + 2, y, max(box.right - 2, box.left + 2), y, stroke(ink, 4, alpha * way))

    return [stage.shape(box.grown(2), clock, draw)]


def _said(
    group: SeatGroup, x: float, y: float, ink: str, stage: Stage, clock: Clock, small: bool = False
) -> list[Element]:
    """A number and its note from `x` on, on one baseline."""
    number, note, width = _pair(group, stage, small)
    beside = x + width - stage.lettering.width(note.lines[0], note.style)
    return stage.block(x, y, number, ink, clock) + stage.block(beside, y, note, stage.theme.ink2, clock)


def _legend(group: SeatGroup, grid: _Grid, stage: Stage, y: float, clock: Clock, two: bool) -> list[Element]:
    over = OVER in grid.kinds
    made = _rule(grid.span(ACTIVE), y, stage.theme.accent, 1.0, stage, clock)
    made += _rule(grid.span(OVER), y, stage.theme.warn_fill, 1.0, stage, clock)
    ink = stage.theme.warn if over else stage.theme.accent
    return made + _said(group, stage.page.left - 2, y + _LEGEND_GAP, ink, stage, clock)


def _quiet_legend(
    group: SeatGroup, active: SeatGroup, grid: _Grid, stage: Stage, y: float, clock: Clock, two: bool
) -> list[Element]:
    """Flush with the end of its dots; further right where the words before it need the room; below them if both do."""
    span = grid.span(QUIET)
    made = _rule(span, y, stage.theme.accent, 0.55, stage, clock)
    width = _pair(group, stage, True)[2]
    least = stage.page.left if two else stage.page.left + _pair(active, stage)[2] + 70
    wanted = (span[1] if span else stage.page.right) - width
    x = min(max(wanted, least), stage.page.right - width)
    return made + _said(group, x, y + _LEGEND_GAP + (58 if two else 0), stage.theme.ink, stage, clock, True)


def _free_legend(group: SeatGroup, grid: _Grid, stage: Stage, y: float, clock: Clock) -> list[Element]:
    span = grid.span(FREE)
    made = _rule(span, y + 4, stage.theme.ink, 1.0, stage, clock)
    width = _pair(group, stage)[2]
    end = min(max(span[1] if span else 0.0, stage.page.left + width), stage.page.right)
    return made + _said(group, end - width, y - 22, stage.theme.ink, stage, clock)


# Narrow: dots first, then a line for every group


def _narrow(picture: SeatsPicture, kinds: tuple[str, ...], stage: Stage, top: float) -> list[Element]:
    page = stage.page
    groups = [
        (k, g) for k, g in ((ACTIVE, picture.active), (QUIET, picture.quiet), (FREE, picture.free)) if g is not None
    ]
    pitch = 96.0 if not cramped(stage, top) else min(74.0, (page.content_bottom - top) * 0.52 / len(groups))
    size = min(0.86 * stage.type.row_number.size, 0.74 * pitch)
    number = replace(stage.type.row_number, tnum=False, size=size)
    grid = _grid(kinds, page.left, page.right, top + 10, page.content_bottom - pitch * len(groups) - 30)
    times = _Times.of(picture, grid.columns)
    made = _columns(grid, times, stage)
    numbers = [stage.lettering.fit(g.number.shown, number, 0.45 * (page.right - page.left)) for _, g in groups]
    number_w = max(stage.lettering.width(b.lines[0], b.style) for b in numbers)
    clocks = {ACTIVE: Clock(_FILL_S + 0.3, 0.5), QUIET: times.quiet, FREE: times.free}
    inks = {
        ACTIVE: stage.theme.warn if OVER in kinds else stage.theme.accent,
        QUIET: stage.theme.ink,
        FREE: stage.theme.ink,
    }
    first = grid.bottom + 30 + pitch / 2
    for n, ((kind, group), block) in enumerate(zip(groups, numbers, strict=True)):
        y, x = first + n * pitch, page.left + 56
        end: Anchor = "end"
        made.append(_swatch(kind, y, stage, clocks[kind]))
        made += stage.block(x + number_w, middle(block, y), block, inks[kind], clocks[kind], anchor=end)
        note_x = x + number_w + 24
        note = name(stage, group.note.shown, stage.type.label, page.right - note_x, pitch, 2)
        made += stage.block(note_x, middle(note, y), note, stage.theme.ink2, clocks[kind])
    return made


def _swatch(kind: str, y: float, stage: Stage, clock: Clock) -> Element:
    x, radius = stage.x(stage.page.left + 18), 15.0

    def draw(canvas: Any, way: float) -> None:
        if kind == FREE:
            canvas.drawCircle(x, y, radius - 1.5, stroke(stage.theme.ink3, 3, way))
        else:
            canvas.drawCircle(x, y, radius, fill(stage.theme.accent, way * (_QUIET if kind == QUIET else 1.0)))

    return stage.shape(Box(x - 18, y - 18, x + 18, y + 18), clock, draw)
