"""The console's picture of renewals by month: what is due, what is expected of it, and between which amounts outcomes lie."""

# ruff: noqa: S704 (every word from outside is escaped before it is put into a picture)
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape

from markupsafe import Markup

from vitalreel.health.renewals import Forecast, Line
from vitalreel.web.figures import money

WIDE, HIGH, LEFT, TOP, FOOT = 760, 230, 58, 16, 34


def by_month(found: Forecast) -> Markup:
    """A column a month; months in which nothing comes up have none."""
    if not found.months:
        return Markup("")
    names = _months(found.months)
    most = max(line.due for line in found.months) or 1
    pitch = (WIDE - LEFT) / len(names)
    width = min(pitch * 0.6, 40)
    base = HIGH - FOOT

    def y(cents: int) -> float:
        return base - (base - TOP) * cents / most

    drawn = [
        f'<path class="ax" d="M{LEFT} {y(cents):.1f}H{WIDE}"/><text x="{LEFT - 8}" y="{y(cents) + 4:.1f}" text-anchor="end">'
        f"{escape(money(cents, found.currency))}</text>"
        for cents in (0, most // 2, most)
    ]
    by_name = {line.name: line for line in found.months}
    for i, name in enumerate(names):
        x = LEFT + pitch * i + (pitch - width) / 2
        drawn.append(f'<text x="{x + width / 2:.1f}" y="{base + 18}" text-anchor="middle">{_called(name, i)}</text>')
        if name in by_name:
            drawn += _column(by_name[name], x, width, y, found.currency)
    said = f"{money(found.total.due, found.currency)} due by {found.until}"
    return Markup(
        f'<svg class="months" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'
    )


def _column(line: Line, x: float, width: float, y: Callable[[int], float], currency: str) -> list[str]:
    base, words = y(0), f"{line.name}: {money(line.due, currency)} due"
    if line.expected is None or line.low is None or line.high is None:
        return [_bar("due", x, y(line.due), width, base, words)]
    words += f", {money(line.expected, currency)} expected, {money(line.low, currency)} to {money(line.high, currency)}"
    middle, low, high = x + width / 2, y(line.low), y(line.high)
    ends = "".join(f"M{middle - 5:.1f} {at:.1f}h10" for at in (high, low))
    return [
        _bar("due", x, y(line.due), width, base, words),
        _bar("exp", x, y(line.expected), width, base, words),
        f'<path class="rng" d="M{middle:.1f} {high:.1f}V{low:.1f}{ends}"/>',
    ]


def _bar(kind: str, x: float, top: float, width: float, base: float, words: str) -> str:
    size = f'x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{base - top:.1f}"'
    return f'<rect class="{kind}" {size} rx="2"><title>{escape(words)}</title></rect>'


def _months(lines: tuple[Line, ...]) -> list[str]:
    """Every month from the first to the last."""
    first, last = (date.fromisoformat(f"{lines[i].name}-01") for i in (0, -1))
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = [first.year * 12 + first.month - 1 + n for n in range(count)]
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in numbers]


def _called(name: str, place: int) -> str:
    """Nov; with its year where a year begins."""
    first = date.fromisoformat(f"{name}-01")
    return f"{first:%b %Y}" if place == 0 or first.month == 1 else f"{first:%b}"
