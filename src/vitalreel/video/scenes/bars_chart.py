"""Where bars and their words stand: labels left of the bars, or above them where the page is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.bars import Bar, BarsPicture
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import cue
from vitalreel.video.scenes.marks import name
from vitalreel.video.stage import Stage

_LABEL_W, _LABEL_MOST = 286.0, 470.0
_LABEL_GAP = 18.0  # between the labels and the axis
_PITCH = 110.0
_CHANGE_GAP = 56.0
_LEAST_W = 160.0  # narrower than this, bars say nothing
_STAGE_S = 2.6
_CAP = 0.727  # height of capitals, as a share of their size (Inter)
_SHARES = (
    1.0,
    0.94,
    0.88,
    0.82,
    0.76,
    0.7,
    0.66,
)  # heights on a narrow page, of the full ones; slimmer, values would touch
_LEAST_TEXT = 0.8  # text shrinks with the heights, to this share
_LABEL_AIR, _ROW_AIR = 0.33, 0.92  # below a label and below a row, as shares of the label's size
_MOST_AIR = 1.3  # what is left of the page goes between rows, up to this share


@dataclass(frozen=True, slots=True)
class Heights:
    """Of a row's two bars and the room between them."""

    before: float
    gap: float
    now: float

    @property
    def full(self) -> float:
        return self.before + self.gap + self.now

    def scaled(self, by: float) -> Heights:
        return Heights(self.before * by, self.gap * by, self.now * by)


_BESIDE, _BELOW = Heights(22.0, 6.0, 50.0), Heights(20.0, 6.0, 42.0)


@dataclass(frozen=True, slots=True)
class Words:
    """What stands at the ends of the bars."""

    before: Style
    now: Style
    leader_w: float  # from a value to the note beside it


@dataclass(frozen=True, slots=True)
class Chart:
    """Where everything stands: one scale for all rows, zero inside it."""

    tops: tuple[float, ...]  # of each row's bars
    heights: Heights
    zero: float
    per_unit: float  # px
    words: Words
    labels: tuple[Block, ...]
    label_ys: tuple[float, ...]  # first baselines
    changes: tuple[Block | None, ...]
    change_ys: tuple[float, ...]
    notes: tuple[Block | None, ...]
    notes_below: bool
    axis: tuple[tuple[float, float], ...]  # top and bottom of its pieces
    stage_s: float

    def x(self, value: float) -> float:
        return self.zero + value * self.per_unit


def chart_of(picture: BarsPicture, stage: Stage, top: float) -> Chart:
    """Raises Refused where words leave no room for the bars, or the rows none for each other."""
    if stage.page.wide:
        return _beside(picture, stage, top)
    for notes_below in (False, True):
        for share in _SHARES:
            chart = _below(picture, stage, top, share, notes_below)
            if chart is not None:
                return chart
    raise _no_room(picture)


def _label(stage: Stage, text: str, width: float) -> Block:
    """In one line or two; a very long name smaller, in up to four."""
    style = stage.type.label_medium
    return stage.lettering.fitted(text, style, width, 2, one_line_first=True) or name(
        stage, text, style, width, _PITCH - 8
    )


def before_words(picture: BarsPicture, bar: Bar, row: int) -> str:
    unit = f" {picture.before_unit.shown}" if row == 0 and picture.before_unit.shown else ""
    return bar.before_text.shown + unit if bar.before_text.shown else ""


def now_words(picture: BarsPicture, bar: Bar, row: int) -> str:
    unit = f" {picture.now_unit.shown}" if row == 0 and picture.now_unit.shown else ""
    return bar.now_text.shown + unit if bar.now_text.shown else ""


def _no_room(picture: BarsPicture) -> Refused:
    return Refused(
        f"the bars of {', '.join(repr(b.label.shown) for b in picture.bars)}",
        "the words beside them leave no room",
        "shorten their labels, units or notes in the module",
    )


def _beside(picture: BarsPicture, stage: Stage, top: float) -> Chart:
    """Labels left of the axis, changes flush right; heights shrink with the pitch so that five rows fit."""
    fit, width, kinds = stage.lettering.fit, stage.lettering.width, stage.type
    natural = max((width(b.label.shown, kinds.label_medium) for b in picture.bars), default=0.0)
    label_w = min(_LABEL_MOST, max(_LABEL_W, natural))
    labels = tuple(_label(stage, b.label.shown, label_w) for b in picture.bars)
    changes = tuple(
        fit(b.change_text.shown, kinds.row_number, 420) if b.change_text.shown else None for b in picture.bars
    )
    change_w = max((width(c.lines[0], c.style) for c in changes if c is not None), default=0.0)
    left = stage.page.left + label_w + _LABEL_GAP
    right = stage.page.right - (change_w + _CHANGE_GAP if change_w else 0)
    notes = tuple(fit(b.note.shown, kinds.label, 640, 2) if b.note.shown else None for b in picture.bars)
    rows = len(picture.bars)
    first = top + (24 if rows > 3 else 40)
    pitch = min(_PITCH if rows > 3 else 136.0, (stage.page.content_bottom - 6 - first) / max(1, rows))
    tall = min(1.0, pitch / _PITCH)
    tops = tuple(first + row * pitch for row in range(rows))
    words = Words(kinds.note, kinds.label_strong, 72.0)
    scale = _scale(picture, stage, left, right, words, notes)
    if scale is None:
        raise _no_room(picture)
    return Chart(
        tops=tops,
        heights=_BESIDE.scaled(tall),
        zero=scale[0],
        per_unit=scale[1],
        words=words,
        labels=labels,
        label_ys=tuple(y + 50 * tall - label.height / 2 for y, label in zip(tops, labels, strict=True)),
        changes=changes,
        change_ys=tuple(y + 66 * tall for y in tops),
        notes=notes,
        notes_below=False,
        axis=((first - 14, first + (rows - 1) * pitch + _BESIDE.full * tall + 12),),
        stage_s=cue(picture.stage_at_s, _STAGE_S),
    )


def _below(picture: BarsPicture, stage: Stage, top: float, share: float, notes_below: bool) -> Chart | None:
    """Labels and changes above their bars, at a share of the full heights; None where something does not fit."""
    page, kinds, text = stage.page, stage.type, max(_LEAST_TEXT, share)
    full, size = page.right - page.left, kinds.label.size * text
    change_style = replace(kinds.row_number, size=size * 1.2)
    changes = _blocks(
        [b.change_text.shown for b in picture.bars], stage, change_style, [0.4 * full] * len(picture.bars), 1
    )
    if changes is None:
        return None
    widths = [full - (stage.lettering.width(c.lines[0], c.style) + 24 if c is not None else 0.0) for c in changes]
    labels = _blocks([b.label.shown or " " for b in picture.bars], stage, _sized(kinds.label_medium, text), widths, 2)
    note_w = full if notes_below else full * 0.5
    note_style = replace(kinds.note, size=kinds.note.size * text, lead=kinds.note.size * text * 1.2)
    notes = _blocks(
        [b.note.shown for b in picture.bars], stage, note_style, [note_w] * len(picture.bars), 2, names=False
    )
    words = Words(_sized(kinds.note, max(0.72, share)), _sized(kinds.label_strong, text), 34.0)
    scale = _scale(picture, stage, page.left + 2, page.right, words, None if notes_below else notes)
    if labels is None or notes is None or scale is None:
        return None
    heights, named = _BELOW.scaled(share * kinds.label.size / 38), [block for block in labels if block is not None]
    rows = []
    for label, note in zip(named, notes, strict=True):
        extra = note.height + note.style.size * 1.3 if note is not None and notes_below else 0.0
        rows.append((label.height + size * (_CAP + _LABEL_AIR), heights.full + extra))
    air = size * _ROW_AIR * share
    spare = page.content_bottom - top - sum(map(sum, rows)) - air * (len(rows) - 1)
    if spare < 0:
        return None
    pitch_air = air + min(spare / max(1, len(rows)), air * _MOST_AIR)
    tops, y = [], top
    for above, under in rows:
        tops.append(y + above)
        y += above + under + pitch_air
    return Chart(
        tops=tuple(tops),
        heights=heights,
        zero=scale[0],
        per_unit=scale[1],
        words=words,
        labels=tuple(named),
        label_ys=tuple(y - size * _LABEL_AIR - label.height for y, label in zip(tops, named, strict=True)),
        changes=changes,
        change_ys=tuple(y - size * _LABEL_AIR for y in tops),
        notes=notes,
        notes_below=notes_below,
        axis=tuple((y - 5, y + heights.full + 5) for y in tops),
        stage_s=cue(picture.stage_at_s, _STAGE_S),
    )


def _sized(style: Style, by: float) -> Style:
    return replace(style, size=style.size * by, lead=style.lead * by)


def _blocks(
    texts: Sequence[str], stage: Stage, style: Style, widths: Sequence[float], most: int, names: bool = True
) -> tuple[Block | None, ...] | None:
    """Each text fitted, None for an empty one; None in all where one does not fit. names: in one line rather than large."""
    made = tuple(
        stage.lettering.fitted(text, style, width, most, one_line_first=names) if text else None
        for text, width in zip(texts, widths, strict=True)
    )
    return None if any(text and block is None for text, block in zip(texts, made, strict=True)) else made


def _scale(
    picture: BarsPicture,
    stage: Stage,
    left: float,
    right: float,
    words: Words,
    notes: Sequence[Block | None] | None,
) -> tuple[float, float] | None:
    """Zero's place and px per unit: the largest at which every value's words, and every note, still fit beside it.

    notes: None where none stand beside the bars. None where no scale leaves the bars _LEAST_W.
    """
    values = [v for b in picture.bars for v in (b.before, b.now) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    negative = _widest(picture, stage, words) + 20 if low < 0 else 0.0
    room, span = right - left - negative, (high - low) or 1.0
    per_unit = room / span
    for row, bar in enumerate(picture.bars):
        note = notes[row] if notes is not None else None
        for value, text_w in _reaches(picture, bar, row, stage, words, note):
            reach = max(0.0, value or 0.0) - low
            if text_w > room:
                per_unit = 0.0
            elif reach > 0:
                per_unit = min(per_unit, (room - text_w) / reach)
    return None if per_unit * span < _LEAST_W else (left + negative - low * per_unit, per_unit)


def _reaches(
    picture: BarsPicture, bar: Bar, row: int, stage: Stage, words: Words, note: Block | None
) -> tuple[tuple[float | None, float], ...]:
    """Each bar's value and the width of what stands to its right."""
    before = stage.lettering.width(before_words(picture, bar, row), words.before) + 20
    now = stage.lettering.width(now_words(picture, bar, row), words.now) + 20
    if note is not None:
        now += words.leader_w + 40 + max(stage.lettering.width(line, note.style) for line in note.lines)
    return (bar.before, before), (bar.now, now)


def _widest(picture: BarsPicture, stage: Stage, words: Words) -> float:
    return max(
        (stage.lettering.width(now_words(picture, b, i), words.now) for i, b in enumerate(picture.bars)), default=0.0
    )
