"""The console's small pictures as SVG, and how its figures are written."""

# ruff: noqa: S704 (every word from outside is escaped before it is put into a picture)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from markupsafe import Markup

BAND_EDGES = (("green", 80, 100), ("yellow", 60, 80), ("orange", 40, 60), ("red", 0, 40))


def money(cents: int | None) -> str:
    """Whole dollars, shortened: $412k."""
    if cents is None:
        return "–"
    dollars = cents / 100
    if dollars >= 1e6:
        return f"${dollars / 1e6:.1f}M"
    return f"${dollars / 1e3:.0f}k" if dollars >= 10_000 else f"${dollars:,.0f}"


def day(value: date | datetime | None) -> str:
    """17 Nov 2026."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def clock(seconds: float) -> str:
    """1:34."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def signed(value: float) -> str:
    """+1.5 or −6.8, with a real minus."""
    return f"{value:+.1f}".replace("-", "−")


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def spark(values: Sequence[float] | None) -> Markup:
    """A score's way over the scored days, 0 to 100 on a strip of 88 by 22."""
    if not values or len(values) < 2:
        return Markup("")
    points = [(2 + 80 * i / (len(values) - 1), 20 - 18 * v / 100) for i, v in enumerate(values)]
    x, y = points[-1]
    return Markup(
        f'<svg class="spark" width="88" height="22" viewBox="0 0 88 22" aria-hidden="true"><polyline points="{_line(points)}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2"/></svg>'
    )


def history(scores: Sequence[Mapping[str, Any]]) -> Markup:
    """Scores over time on the bands, with dates below; days without a claim are left out, not bridged by zero."""
    known = [s for s in scores if s["points"] is not None]
    if not known:
        return Markup("")
    first, last = known[0]["day"].toordinal(), known[-1]["day"].toordinal()
    left, width, top, height = 34, 560, 8, 168

    def x(s: Mapping[str, Any]) -> float:
        return left + (width * (s["day"].toordinal() - first) / (last - first) if last > first else width)

    def y(points: float) -> float:
        return top + height * (1 - points / 100)

    bands = "".join(
        f'<rect class="band-{name}" x="{left}" y="{y(high):.0f}" width="{width}" height="{y(low) - y(high):.0f}"/>'
        for name, low, high in BAND_EDGES
    )
    ticks = "".join(
        f'<text x="{left - 8}" y="{y(v) + 4:.0f}" text-anchor="end">{v}</text>' for v in (0, 40, 60, 80, 100)
    )
    dots = "".join(
        f'<circle cx="{x(s):.1f}" cy="{y(s["points"]):.1f}" r="3"><title>{day(s["day"])}: {s["points"]:.1f}</title></circle>'
        for s in known
    )
    ends = f'<text x="{left}" y="{top + height + 18}">{day(known[0]["day"])}</text>'
    ends += f'<text x="{left + width}" y="{top + height + 18}" text-anchor="end">{day(known[-1]["day"])}</text>'
    words = f"Health score from {known[0]['points']:.1f} on {day(known[0]['day'])} to {known[-1]['points']:.1f} on {day(known[-1]['day'])}"
    line = _line([(x(s), y(s["points"])) for s in known])
    return Markup(
        f'<svg class="history" viewBox="0 0 606 200" role="img" aria-label="{escape(words)}">{bands}{ticks}'
        f'<polyline points="{line}"/>{dots}{ends}</svg>'
    )


def waterfall(parts: Sequence[Mapping[str, Any]], before: float, after: float) -> Markup:
    """From the score before to the score now, part by part; what moved by nothing is left out, and the bars add up exactly."""
    moved = [p for p in parts if abs(p["points"] - p["before"]) >= 0.05]
    if not moved:
        return Markup("")
    shown, rest = moved[:7], moved[7:]
    steps = [(str(p["label"]), p["points"] - p["before"]) for p in shown]
    if rest:
        steps.append((f"{len(rest)} more", sum(p["points"] - p["before"] for p in rest)))
    heights = [before, after]
    level = before
    for _, change in steps:
        level += change
        heights.append(level)
    low, high = min(heights), max(heights)
    floor = max(0.0, low - 0.25 * (high - low) - 2)
    return Markup(_bars(steps, before, after, floor, high))


def _bars(steps: Sequence[tuple[str, float]], before: float, after: float, floor: float, high: float) -> str:
    columns = len(steps) + 2
    pitch, height, top = 640 / columns, 130, 22

    def y(v: float) -> float:
        return top + height * (1 - (v - floor) / max(high - floor, 1e-9))

    def bar(i: int, a: float, b: float, kind: str, value: str, label: str) -> str:
        x, upper, lower = i * pitch + 6, min(y(a), y(b)), max(y(a), y(b))
        middle = x + (pitch - 12) / 2
        words = "".join(f'<tspan x="{middle:.1f}" dy="12">{escape(w)}</tspan>' for w in _wrapped(label))
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{upper:.1f}" width="{pitch - 12:.1f}" height="{max(lower - upper, 1.5):.1f}" rx="2"/>'
            f'<text class="b" x="{middle:.1f}" y="{upper - 6:.1f}" text-anchor="middle">{value}</text>'
            f'<text class="m" x="{middle:.1f}" y="{top + height + 4}" text-anchor="middle">{words}</text>'
        )

    drawn = [bar(0, floor, before, "whole", f"{before:.1f}", "before")]
    level = before
    for i, (label, change) in enumerate(steps, start=1):
        drawn.append(bar(i, level, level + change, "up" if change > 0 else "down", signed(change), label))
        level += change
    drawn.append(bar(columns - 1, floor, after, "whole", f"{after:.1f}", "now"))
    words = f"From {before:.1f} to {after:.1f}: " + ", ".join(f"{label} {signed(c)}" for label, c in steps)
    return (
        f'<svg class="waterfall" viewBox="0 0 640 206" role="img" aria-label="{escape(words)}">{"".join(drawn)}</svg>'
    )


def _wrapped(label: str) -> list[str]:
    """A label in lines of about twelve letters, three at most."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) > 12 and len(lines) < 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def strip(ranges: Sequence[Sequence[float]], length_s: float, scenes: Sequence[Mapping[str, Any]] = ()) -> Markup:
    """What was watched, on the film's own timeline, with its scenes as cuts."""
    seen = "".join(
        f'<rect class="seen" x="{100 * a / length_s:.2f}" y="0" width="{100 * (b - a) / length_s:.2f}" height="6"/>'
        for a, b in ranges
    )
    cuts = "".join(
        f'<rect class="cut" x="{100 * s["start_s"] / length_s:.2f}" y="0" width="0.4" height="6"/>' for s in scenes[1:]
    )
    words = ", ".join(f"{clock(a)} to {clock(b)}" for a, b in ranges) or "nothing"
    return Markup(
        f'<svg class="strip" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="Watched {words}">'
        f'<rect class="track" width="100" height="6"/>{seen}{cuts}</svg>'
    )
