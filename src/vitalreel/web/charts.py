"""The console's pictures as SVG. Colours come from the stylesheet by class, so both themes share a picture."""

# ruff: noqa: S704 (every word from outside is escaped before it is put into a picture)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from markupsafe import Markup

from vitalreel.health.explain import Explanation, Move
from vitalreel.health.scorecard import TENTHS
from vitalreel.tracking.attention import Attention
from vitalreel.web.figures import clock, day, signed

BAND_EDGES = (("green", 80, 100), ("yellow", 60, 80), ("orange", 40, 60), ("red", 0, 40))
BANDS = tuple(name for name, _low, _high in BAND_EDGES)
_SHAPES: Mapping[str, str] = {
    "green": '<circle cx="6" cy="6" r="5"/>',
    "yellow": '<path d="M6 .8 11.2 6 6 11.2.8 6z"/>',
    "orange": '<path d="M6 1.200 11.300 10.800H.7z"/>',
    "red": '<rect x="1.300" y="1.300" width="9.400" height="9.400" rx=".6"/>',
}
SHOWN_MOVES = 7


def glyph(band: str, x: float | None = None, y: float | None = None) -> Markup:
    """A band's sign: a circle, a diamond, a triangle or a square. With x and y it is placed inside another picture."""
    placed = "" if x is None else f' x="{x:.1f}" y="{y:.1f}"'
    return Markup(
        f'<svg class="g-{band}"{placed} width="12" height="12" viewBox="0 0 12 12" stroke-linejoin="round" aria-hidden="true">'
        f"{_SHAPES[band]}</svg>"
    )


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def spark(values: Sequence[float] | None, band: str | None = None, top: float | None = None) -> Markup:
    """A way over the scored days on a strip of 72 by 20, between its own lowest and highest, at least a tenth of `top` apart."""
    if not values or len(values) < 2:
        return Markup("")
    least = (top or 100) / 10
    low, high = min(values), max(values)
    middle, span = (low + high) / 2, max(high - low, least)
    points = [(3 + 64 * i / (len(values) - 1), 10 - 14 * (v - middle) / span) for i, v in enumerate(values)]
    x, y = points[-1]
    return Markup(
        f'<svg class="spark {band or ""}" width="72" height="20" viewBox="0 0 72 20" aria-hidden="true">'
        f'<polyline points="{_line(points)}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2"/></svg>'
    )


def shares(values: Mapping[str, int]) -> Markup:
    """One bar of all bands, each as wide as its share."""
    whole = sum(values.values())
    if not whole:
        return Markup("")
    drawn, x = [], 0.0
    for band in BANDS:
        width = 1000 * values[band] / whole
        if width:
            drawn.append(f'<rect class="f-{band}" x="{x:.1f}" width="{max(width - 3, 1):.1f}" height="10" rx="2"/>')
        x += width
    return Markup(
        f'<svg class="shares" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{"".join(drawn)}</svg>'
    )


def flows(moved: Mapping[tuple[str, str], int]) -> Markup:
    """Who changed bands: ribbons from the bands before to the bands now; who stayed is only counted."""
    before, after = ({b: sum(n for k, n in moved.items() if k[side] == b) for b in BANDS} for side in (0, 1))
    changed = {k: n for k, n in moved.items() if k[0] != k[1]}
    if not changed:
        return Markup("")
    thick = min(4.0, 22 / max(max(sum(n for k, n in changed.items() if k[s] == b) for b in BANDS) for s in (0, 1)))
    left, right, top, pitch = 150, 610, 20, 44
    out: dict[str, float] = dict.fromkeys(BANDS, 0.0)
    into: dict[str, float] = dict.fromkeys(BANDS, 0.0)
    ribbons = []
    for (a, b), n in sorted(changed.items(), key=lambda x: (BANDS.index(x[0][0]), BANDS.index(x[0][1]))):
        width = max(n * thick, 1.5)
        y0, y1 = top + pitch * BANDS.index(a) + out[a] + width / 2, top + pitch * BANDS.index(b) + into[b] + width / 2
        out[a] += width
        into[b] += width
        way = "worse" if BANDS.index(b) > BANDS.index(a) else "better"
        ribbons.append(
            f'<path class="{way}" stroke-width="{width:.1f}" d="M{left + 16} {y0:.1f}C380 {y0:.1f} 380 {y1:.1f} {right - 16} {y1:.1f}">'
            f"<title>{n} from {a} to {b}</title></path>"
        )
    labels = []
    for i, band in enumerate(BANDS):
        y = top + pitch * i + 4
        change = after[band] - before[band]
        labels.append(
            f'<text class="s" x="{left - 18}" y="{y + 4}" text-anchor="end">{band.capitalize()} {before[band]}</text>'
            f"{glyph(band, left - 8, y - 6)}{glyph(band, right, y - 6)}"
            f'<text class="b" x="{right + 24}" y="{y + 4}">{after[band]}</text>'
            f'<text class="m" x="{right + 62}" y="{y + 4}">{"no change" if not change else f"{change:+d}".replace("-", "−")}</text>'
        )
    said = ", ".join(f"{n} from {a} to {b}" for (a, b), n in changed.items())
    return Markup(
        f'<svg class="flows" viewBox="0 0 760 186" role="img" aria-label="{said}">{"".join(ribbons)}{"".join(labels)}</svg>'
    )


# -- one account --------------------------------------------------------------------------------------------------------


def history(scores: Sequence[Mapping[str, Any]]) -> Markup:
    """Scores over time on the bands, 0 to 100, with dates below; days without a claim are left out, not bridged by zero."""
    known = [s for s in scores if s["state"] == "scored"]
    if not known:
        return Markup("")
    first, last = known[0]["day"], known[-1]["day"]
    left, width, top, height = 34, 650, 8, 190

    def x(on: date) -> float:
        return left + (width * ((on - first) / (last - first)) if last > first else width)

    def y(points: float) -> float:
        return top + height * (1 - points / 100)

    drawn = [
        f'<rect class="t-{name}" x="{left}" y="{y(high):.1f}" width="{width}" height="{y(low) - y(high):.1f}"/>'
        f"{glyph(name, left + width + 14, y((low + high) / 2) - 6)}"
        f'<text class="m" x="{left + width + 32}" y="{y((low + high) / 2) + 4:.1f}">'
        f"{name.capitalize()}</text>"
        for name, low, high in BAND_EDGES
    ]
    drawn += [f'<text x="{left - 8}" y="{y(v) + 4:.0f}" text-anchor="end">{v}</text>' for v in (0, 40, 60, 80, 100)]
    drawn += _dates([s["day"] for s in known], x, top + height + 20)
    drawn.append(f'<polyline points="{_line([(x(s["day"]), y(s["points"])) for s in known])}"/>')
    drawn += [
        f'<circle cx="{x(s["day"]):.1f}" cy="{y(s["points"]):.1f}" r="3">'
        f"<title>{day(s['day'])}: {s['points']:.1f}, {s['band']}</title></circle>"
        for s in known
    ]
    end = known[-1]
    falling = len(known) > 1 and known[-2]["points"] > end["points"]
    drawn.append(
        f'<text class="b" x="{x(end["day"]) - 8:.1f}" y="{y(end["points"]) + (18 if falling else -9):.1f}" '
        f'text-anchor="end">{end["points"]:.1f}</text>'
    )
    said = f"Health score from {known[0]['points']:.1f} on {day(first)} to {end['points']:.1f} on {day(last)}"
    return Markup(f'<svg class="history" viewBox="0 0 760 226" role="img" aria-label="{said}">{"".join(drawn)}</svg>')


def _dates(days: Sequence[date], x: Any, y: float) -> list[str]:
    """Dates below the chart, as many as stand apart; the first and the last always."""
    first, last = days[0], days[-1]
    chosen = [first]
    for one in days[1:-1]:
        if x(one) - x(chosen[-1]) > 90 and x(last) - x(one) > 90:
            chosen.append(one)
    if last - first >= timedelta(days=1):
        chosen.append(last)
    anchors = {0: "start", len(chosen) - 1: "end"} if len(chosen) > 1 else {0: "end"}
    return [
        f'<text x="{x(d):.1f}" y="{y}" text-anchor="{anchors.get(i, "middle")}">{day(d) if i in anchors else f"{d.day} {d:%b}"}</text>'
        for i, d in enumerate(chosen)
    ]


def waterfall(moved: Explanation) -> Markup:
    """From the score before to the score after, part by part, the largest first; the bars add up exactly, in tenths."""
    before, after = moved.before.tenths, moved.after.tenths
    if before is None or after is None or not moved.moves:
        return Markup("")
    told = [m for m in moved.moves if m.tenths]
    steps = [(m.label, m.tenths) for m in told[:SHOWN_MOVES]]
    if rest := told[SHOWN_MOVES:]:
        steps.append((f"{len(rest)} more", sum(m.tenths for m in rest)))
    return Markup(
        _bars(steps, (before, moved.before.band, moved.before.day), (after, moved.after.band, moved.after.day))
    )


End = tuple[int, str | None, date]


def _bars(steps: Sequence[tuple[str, int]], start: End, end: End) -> str:
    levels = [start[0]]
    for _, change in steps:
        levels.append(levels[-1] + change)
    low, high = min(*levels, end[0]) / TENTHS, max(*levels, end[0]) / TENTHS
    floor = waterfall_floor(low, high)
    columns, left, top, height = len(steps) + 2, 34, 26, 160
    pitch = 720 / columns

    def y(tenths: float) -> float:
        return top + height * (1 - (tenths / TENTHS - floor) / (high - floor))

    def column(i: int, a: float, b: float, kind: str, value: str, label: str, below: bool = False) -> str:
        wide = min(pitch - 14, 64)
        x = left + (i + 0.5) * pitch - wide / 2
        upper, lower = min(y(a), y(b)), max(y(a), y(b))
        said = "".join(f'<tspan x="{x + wide / 2:.1f}" dy="14">{escape(w)}</tspan>' for w in _wrapped(label))
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{upper:.1f}" width="{wide:.1f}" height="{max(lower - upper, 1.5):.1f}" rx="2"/>'
            f'<text class="b" x="{x + wide / 2:.1f}" y="{lower + 15 if below else upper - 7:.1f}" text-anchor="middle">{value}</text>'
            f'<text class="m" x="{x + wide / 2:.1f}" y="{top + height + 8}" text-anchor="middle">{said}</text>'
        )

    drawn = [
        f'<path class="grid" d="M{left} {y(v * TENTHS):.1f}H754"/>'
        f'<text x="{left - 8}" y="{y(v * TENTHS) + 4:.1f}" text-anchor="end">{v:g}</text>'
        for v in _ticks(floor, high)
    ]
    drawn.append(
        column(
            0, floor * TENTHS, start[0], f"f-{start[1]}", f"{start[0] / TENTHS:.1f}", f"{start[2].day} {start[2]:%b}"
        )
    )
    for i, (label, change) in enumerate(steps, start=1):
        kind = "up" if change > 0 else "down"
        drawn.append(column(i, levels[i - 1], levels[i], kind, signed(change / TENTHS), label, below=change < 0))
    drawn.append(
        column(
            columns - 1, floor * TENTHS, end[0], f"f-{end[1]}", f"{end[0] / TENTHS:.1f}", f"{end[2].day} {end[2]:%b}"
        )
    )
    said = f"From {start[0] / TENTHS:.1f} to {end[0] / TENTHS:.1f}: " + ", ".join(
        f"{n} {signed(c / TENTHS)}" for n, c in steps
    )
    return f'<svg class="waterfall" viewBox="0 0 760 240" role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'


def waterfall_floor(low: float, high: float) -> float:
    """Where the axis of the bars starts: zero where that still shows them, else a round number below the lowest."""
    span = max(high - low, 2.0)
    return 0.0 if span > high / 2 else max(0.0, 5 * ((low - span / 2) // 5))


def _ticks(floor: float, high: float) -> list[float]:
    step = next(s for s in (1, 2, 5, 10, 20, 50) if (high - floor) / s <= 6)
    first = step * -(-floor // step)
    return [first + step * i for i in range(int((high - first) // step) + 1)]


def _wrapped(label: str) -> list[str]:
    """A label in lines of about twelve letters, three at most."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) > 12 and len(lines) < 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# -- one film -----------------------------------------------------------------------------------------------------------


def strip(
    ranges: Sequence[Sequence[float]],
    length_s: float,
    scenes: Sequence[Mapping[str, Any]] = (),
    replays: Sequence[Mapping[str, Any]] = (),
) -> Markup:
    """What was watched on the film's own timeline, what was watched again darker, the scenes as cuts."""

    def part(kind: str, a: float, b: float) -> str:
        return f'<rect class="{kind}" x="{100 * a / length_s:.2f}" width="{100 * (b - a) / length_s:.2f}" height="8"/>'

    seen = "".join(part("seen", a, b) for a, b in ranges) + "".join(part("again", r["from"], r["to"]) for r in replays)
    cuts = "".join(part("cut", s["start_s"], s["start_s"] + length_s / 200) for s in scenes[1:])
    said = ", ".join(f"{clock(a)} to {clock(b)}" for a, b in ranges) or "nothing"
    again = "; again " + ", ".join(f"{clock(r['from'])} to {clock(r['to'])}" for r in replays) if replays else ""
    return Markup(
        f'<svg class="strip" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="Watched {said}{again}">'
        f'<rect class="track" width="100" height="8"/>{seen}{cuts}</svg>'
    )


def reel(scenes: Sequence[Mapping[str, Any]], length_s: float) -> Markup:
    """The film's scenes on its timeline, each as wide as it is long, named as far as there is room."""
    drawn = []
    for scene in scenes:
        x, width = 760 * scene["start_s"] / length_s, 760 * (scene["end_s"] - scene["start_s"]) / length_s - 2
        name = scene["name"].replace("_", " ").capitalize()
        shown = _fitting(name, width - 12)
        drawn.append(
            f"<g><title>{clock(scene['start_s'])} {escape(name)}: {escape(scene['headline'])}</title>"
            f'<rect x="{x:.1f}" width="{width:.1f}" height="26" rx="3"/><text x="{x + 7:.1f}" y="17">{escape(shown)}</text></g>'
        )
    said = ", ".join(f"{clock(s['start_s'])} {escape(s['name'].replace('_', ' '))}" for s in scenes)
    return Markup(
        f'<svg class="reel" viewBox="0 0 760 26" role="img" aria-label="Scenes: {said}">{"".join(drawn)}</svg>'
    )


def _fitting(words: str, width: float) -> str:
    """As much of it as there is room for at about 6 units a letter."""
    room = int(width / 6)
    return words if len(words) <= room else f"{words[: max(0, room - 1)]}…"


def attention(found: Attention, scenes: Sequence[Mapping[str, Any]], length_s: float) -> Markup:
    """The attention a module gets on one film's timeline: the share of viewers who saw each part, and where they leave and look again.

    scenes, length_s: of the film; scenes that no viewer's film has are left blank.
    """
    by_name = {s.name: s for s in found.scenes}
    drawn, said = [], []
    for scene in scenes:
        seen = by_name.get(scene["name"])
        if seen is None:
            continue
        start, wide = 760 * scene["start_s"] / length_s, 760 * (scene["end_s"] - scene["start_s"]) / length_s
        points = [(start + wide * (n + 0.5) / len(seen.curve), 64 - 56 * share) for n, share in enumerate(seen.curve)]
        line = [(start, points[0][1]), *points, (start + wide - 2, points[-1][1])]
        notes = [f"{seen.left} left"] if seen.left else []
        notes += [f"{seen.replayed} again"] if seen.replayed else []
        name = scene["name"].replace("_", " ").capitalize()
        told = f"{name}: {seen.reached} of {seen.viewers} reached it and saw {seen.share:.0%} on average"
        said.append(", ".join([told, *notes]))
        drawn.append(
            f"<g><title>{escape(said[-1])}</title>"
            f'<polygon points="{_line([(start, 64), *line, (start + wide - 2, 64)])}"/><polyline points="{_line(line)}"/>'
            f'<text class="m" x="{start + 2:.1f}" y="80">{escape(_fitting(name, wide))}</text>'
            + "".join(f'<text x="{start + 2:.1f}" y="{96 + 15 * n}">{note}</text>' for n, note in enumerate(notes)) + "</g>"
        )  # fmt: skip
    grid = "".join(f'<path class="grid" d="M0 {y}H760"/>' for y in (8, 36, 64))
    deep = 84 + 15 * max(((s.left > 0) + (s.replayed > 0) for s in by_name.values()), default=0)
    return Markup(
        f'<svg class="attention" viewBox="0 0 760 {deep + 6}" role="img" aria-label="Attention. {escape("; ".join(said))}">'
        f"{grid}{''.join(drawn)}</svg>"
    )


def moves_table(moves: Sequence[Move]) -> list[tuple[str, str, str]]:
    """The bars as rows for those who read rather than look: (part, change, why)."""
    return [(m.label, signed(m.tenths / TENTHS), ", ".join(m.causes)) for m in moves if m.tenths]
