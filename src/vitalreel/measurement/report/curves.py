"""A part's curves as one picture: a panel for each end, the two arms in it as steps from nothing to the share that came to it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from vitalreel.measurement.parts.part import Curve
from vitalreel.measurement.report.pictures import ACCENT, INK, QUIET, RULE, WIDE, svg, words

HIGH, TALL = 92, 150
"""Of a panel's field, and of the panel with its name and days."""
_GAP, _LEFT = 26, 36


def curves(found: Sequence[Curve]) -> str:
    """One panel for each name, all on one scale; empty where no arm came to any end."""
    names = list(dict.fromkeys(c.panel for c in found))
    top = max((share for c in found for _, share in c.steps), default=0.0)
    if not names or top == 0:
        return ""
    most = _round_up(top)
    wide = (WIDE - _LEFT - _GAP * (len(names) - 1)) / len(names)
    drawn = [
        words(0, 14, "Share of accounts, by days from the draw", fill=INK, weight=600),
        f'<path d="M{WIDE - 178} 10h20" stroke="{ACCENT}" stroke-width="3"/>',
        words(WIDE - 153, 14, "served"),
        f'<path d="M{WIDE - 98} 10h20" stroke="{QUIET}" stroke-width="2" stroke-dasharray="4 3"/>',
        words(WIDE - 73, 14, "held out"),
    ]
    for n, name in enumerate(names):
        drawn += _panel(name, [c for c in found if c.panel == name], _LEFT + n * (wide + _GAP), wide, most, n == 0)
    said = "; ".join(f"{c.panel}, {c.name}: {c.steps[-1][1] if c.steps else 0:.0%} by day {c.days}" for c in found)
    return svg(TALL + 36, said, drawn)


def _round_up(share: float) -> float:
    """The next tenth, or the next hundredth below one."""
    step = 0.1 if share > 0.1 else 0.02
    return min(1.0, ceil(share / step - 1e-9) * step)


def _panel(name: str, mine: Sequence[Curve], left: float, wide: float, most: float, scaled: bool) -> list[str]:
    base = 66.0 + HIGH
    days = mine[0].days
    drawn = [words(left, 40, name.capitalize(), fill=INK, weight=500)]
    for at in (0.0, most):
        y = base - HIGH * at / most
        drawn.append(f'<path d="M{left:.1f} {y:.1f}h{wide:.1f}" stroke="{RULE}" stroke-width="1"/>')
        if scaled:
            drawn.append(words(left - 5, y + 4, f"{at:.0%}", "end"))
    for c in sorted(mine, key=lambda c: c.name == "served"):
        line, before = f"M{left:.1f} {base:.1f}", 0.0
        for day, share in c.steps:
            line += f"H{left + wide * min(day / days, 1):.1f}V{base - HIGH * share / most:.1f}"
            before = share
        line += f"H{left + wide:.1f}"
        style = (
            f'stroke="{ACCENT}" stroke-width="2.5"'
            if c.name == "served"
            else f'stroke="{QUIET}" stroke-width="1.8" stroke-dasharray="4 3"'
        )
        drawn.append(f'<path d="{line}" fill="none" {style}/>')
        drawn.append(
            words(
                left + wide,
                40 if c.name == "served" else 56,
                f"{before:.0%}",
                "end",
                ACCENT if c.name == "served" else QUIET,
                500,
            )
        )
    drawn += [words(left, base + 18, "0"), words(left + wide, base + 18, f"{days} days", "end")]
    return drawn
