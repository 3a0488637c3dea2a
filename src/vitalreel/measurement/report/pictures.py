"""The report's pictures as SVG: weeks as columns, an interval against zero, and how far the evidence is from a figure.

Colours stand in the pictures themselves: paper has one theme, and not every printer applies a page's styles inside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.parts.part import Figure
from vitalreel.measurement.report.finding import Week, told_in

INK, SOFT, QUIET, ACCENT, PALE, RULE = "#14162b", "#4a4e68", "#666b84", "#4038d6", "#b9bdd6", "#e3e4ee"
WIDE = 480
"""Units of a picture's width; text of 13 stays readable on a phone of 360."""


def words(
    x: float, y: float, said: str, anchor: str = "start", fill: str = SOFT, weight: int = 400, size: int = 13
) -> str:
    """A line of text at a place."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-family="Inter, sans-serif" font-size="{size}" '
        f'font-weight="{weight}">{escape(said)}</text>'
    )


def svg(height: int, said: str, drawn: Sequence[str]) -> str:
    """The picture; `said` is read to whoever does not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height}" viewBox="0 0 {WIDE} {height}" role="img" '
        f'aria-label="{escape(said)}">{"".join(drawn)}</svg>'
    )


# -- weeks --------------------------------------------------------------------------------------------------------------


def weeks(all_weeks: Sequence[Week], end: date) -> str:
    """Two rows of columns on one scale of weeks up to the quarter's `end`: episodes by arm, and films sent and watched.

    Empty where nothing happened.
    """
    opened = [(w.served, w.held_out) for w in all_weeks]
    films = [(w.films, w.watched) for w in all_weeks]
    if not any(map(sum, opened)) and not any(map(sum, films)):
        return ""
    first = all_weeks[0].first
    x = _days_on(first, end)
    places = [x(w.first) for w in all_weeks]
    drawn, top = [], 18
    if any(map(sum, opened)):
        drawn += _row(top, opened, places, ("Episodes opened", "served", "held out"), stacked=True)
        top += 130
    if any(map(sum, films)):
        drawn += _row(top, films, places, ("Films", "sent", "watched"), stacked=False)
        top += 130
    drawn += _months(first, end, x, top - 12)
    totals = [sum(v) for v in zip(*opened, strict=True)] + [sum(v) for v in zip(*films, strict=True)]
    said = "By week: {} episodes opened for served accounts, {} for held-out ones; {} films sent, {} watched".format(
        *totals
    )
    return svg(top - 4, said, drawn)


def _days_on(first: date, end: date) -> Callable[[date], float]:
    return lambda day: 30 + (WIDE - 40) * (day - first).days / (end - first).days


def _row(
    top: float, values: Sequence[tuple[int, int]], places: Sequence[float], names: tuple[str, str, str], stacked: bool
) -> list[str]:
    """One row of columns: two values on top of each other, or the second inside the first."""
    height = 76
    most = max(max(a + b if stacked else max(a, b) for a, b in values), 1)
    base = top + 24 + height
    drawn = [
        words(0, top, names[0], fill=INK, weight=600),
        f'<rect x="{WIDE - 176}" y="{top - 10}" width="11" height="11" rx="2" fill="{ACCENT}"/>',
        words(WIDE - 160, top, names[1]),
        f'<rect x="{WIDE - 92}" y="{top - 10}" width="11" height="11" rx="2" fill="{PALE}"/>',
        words(WIDE - 76, top, names[2]),
        f'<path d="M30 {base}H{WIDE - 10}" stroke="{QUIET}" stroke-width="1"/>',
        words(22, base + 4, "0", "end"),
        words(22, top + 28, str(most), "end"),
    ]
    for (a, b), x, until in zip(values, places, [*places[1:], WIDE - 10], strict=True):
        wide = min(22.0, until - x - 4)
        one, two = height * a / most, height * b / most
        if stacked:
            drawn += [_column(x + 3, base - one, wide, one, ACCENT), _column(x + 3, base - one - two, wide, two, PALE)]
        else:
            drawn += [
                _column(x + 3, base - one, wide / 2, one, ACCENT),
                _column(x + 3 + wide / 2, base - two, wide / 2, two, PALE),
            ]
    return drawn


def _column(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"/>' if high else ""


def _months(first: date, end: date, x: Callable[[date], float], y: float) -> list[str]:
    """The quarter's months below the columns, each at its first day."""
    starts = [first, *(date(first.year, first.month + i, 1) for i in (1, 2))]
    return [
        f'<path d="M{x(s):.1f} {y - 18}v6" stroke="{QUIET}" stroke-width="1"/>{words(x(s), y, f"{s:%B}")}'
        for s in starts
        if s < end
    ]


# -- answers ------------------------------------------------------------------------------------------------------------


def interval(rows: Sequence[tuple[str, Estimate]]) -> str:
    """Differences of one unit with their 95% intervals against zero, one row each; empty where there are none."""
    if not rows:
        return ""
    low = min(0.0, *(e.low for _, e in rows))
    high = max(0.0, *(e.high for _, e in rows))
    left, right = 150 if any(len(name) > 14 for name, _ in rows) else 110, WIDE - 24
    height = 34 + 40 * len(rows)

    def x(share: float) -> float:
        return left + (right - left) * (share - low) / ((high - low) or 1)

    drawn = [
        f'<path d="M{x(0):.1f} 6V{height - 24}" stroke="{QUIET}" stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round"/>',
        words(x(0), height - 8, "no difference", _anchor((x(0) - left) / (right - left))),
    ]
    for i, (name, e) in enumerate(rows):
        y = 28 + 40 * i
        drawn += [
            words(0, y + 5, name, fill=INK, weight=600),
            f'<path d="M{x(e.low):.1f} {y}H{x(e.high):.1f}" stroke="{ACCENT}" stroke-width="4" stroke-linecap="round"/>',
            f'<circle cx="{x(e.value):.1f}" cy="{y}" r="6" fill="{ACCENT}"/>',
            words(x(e.value), y - 12, told_in(e, e.value), "middle", INK, 600),
        ]
    said = "; ".join(
        f"{n}: {told_in(e, e.value)} {e.unit}, 95% interval {told_in(e, e.low)} to {told_in(e, e.high)}"
        for n, e in rows
    )
    return svg(height, said, drawn)


LEAST_SHARES = 3
"""Shares a part must have to be drawn: fewer are read off its table as fast."""


def shares(figures: Sequence[Figure]) -> str:
    """Shares with their 95% intervals from nothing to all, one row each; empty where a part has too few of them."""
    rows = [
        f for f in figures if f.unit == "share" and f.value is not None and f.low is not None and f.high is not None
    ]
    if len(rows) < LEAST_SHARES:
        return ""
    left, right, height = 300, WIDE - 48, 26 * len(rows) + 22

    def x(share: float) -> float:
        return left + (right - left) * min(max(share, 0.0), 1.0)

    drawn = [
        f'<path d="M{x(at):.1f} 2V{height - 20}" stroke="{RULE}" stroke-width="1"/>{words(x(at), height - 5, f"{at:.0%}", "middle")}'
        for at in (0, 0.5, 1)
    ]
    for i, f in enumerate(rows):
        y = 14 + 26 * i
        low, value, high = (x(v) for v in (f.low or 0.0, f.value or 0.0, f.high or 0.0))
        drawn += [
            words(0, y + 4, f.name if len(f.name) <= NAME else f"{f.name[: NAME - 1]}…", fill=INK),
            f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{PALE}" stroke-width="5" stroke-linecap="round"/>',
            f'<circle cx="{value:.1f}" cy="{y}" r="4.5" fill="{ACCENT}"/>',
            words(WIDE, y + 4, f"{f.value:.0%}", "end", INK, 600),
        ]
    said = "; ".join(f"{f.name}: {f.value:.0%}, 95% interval {f.low:.0%} to {f.high:.0%}" for f in rows)
    return svg(height, said, drawn)


NAME = 44
"""Letters of a share's name that fit beside it."""


def _anchor(share: float) -> str:
    """How a word at this share of the way across stays inside the picture."""
    return "start" if share < 0.15 else "end" if share > 0.85 else "middle"


def evidence(refusal: Refusal, floors: Floors) -> str:
    """How much of what a figure needs is there: accounts of each arm with their window over, and outcomes."""
    rows = (
        ("Served, window over", refusal.n[0], floors.per_arm),
        ("Held out, window over", refusal.n[1], floors.per_arm),
        ("Outcomes", sum(refusal.events or ()), floors.outcomes),
    )
    left, wide = 158, 220
    drawn = []
    for i, (name, have, need) in enumerate(rows):
        y = 16 + 26 * i
        filled = wide * min(have / need, 1)
        drawn += [
            words(0, y + 4, name),
            f'<rect x="{left}" y="{y - 5}" width="{wide}" height="10" rx="3" fill="{RULE}"/>',
            f'<rect x="{left}" y="{y - 5}" width="{filled:.1f}" height="10" rx="3" fill="{ACCENT}"/>' if have else "",
            words(left + wide + 10, y + 4, f"{have} of {need}", fill=INK, weight=500),
        ]
    return svg(82, "; ".join(f"{name}: {have} of {need} needed" for name, have, need in rows), drawn)
