"""Pictures of a document as SVG: what a film shows of the same facts, standing still and to be read at one's own pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import cast

from vitalreel.briefs.fact import Fact, Ledger
from vitalreel.briefs.windows import read_values
from vitalreel.identity import Plain
from vitalreel.papers.paper import Picture
from vitalreel.papers.pen import Pen
from vitalreel.storyboard import axis
from vitalreel.storyboard.depict.scene import name_of, number_of, signed, text_of

Show = Mapping[str, Plain]


def draw(picture: Picture, ledger: Ledger, as_of: date, pen: Pen) -> str:
    """The picture as SVG text. `columns` are no picture here: the page sets them as type."""
    return MAKERS[picture.kind](picture.show, ledger, as_of, pen)


def _parts(show: Show, key: str) -> list[Show]:
    return cast("list[Show]", show.get(key, []))


def _scale(low: float, high: float, left: float, right: float) -> Callable[[float], float]:
    return lambda value: left + (right - left) * (value - low) / ((high - low) or 1)


# -- a line by week -----------------------------------------------------------------------------------------------------


def line(show: Show, ledger: Ledger, as_of: date, pen: Pen) -> str:
    """A reading a week with the last one named; a week without one is a gap."""
    series, end = ledger[name_of(show["line"])], ledger[name_of(show["end"])]
    values = read_values(str(series.value))
    ticks = axis.ticks(values, series.name)
    height, left, top, foot = (190.0 if pen.narrow else 220.0), 40.0, 40.0, 26.0
    x = _scale(0, len(values) - 1, left, pen.wide - 12)
    y = _scale(0, ticks[-1][0] or 1, height - foot, top)
    drawn = [_grid(pen, y(at), left, label.shown) for at, label in ticks]
    drawn.append(pen.text(0, 12, text_of(show["unit"]).shown))
    ends = [as_of - timedelta(weeks=len(values) - 1 - n) for n in range(len(values))]
    months = axis.months(ends, series.name)
    drawn += [pen.text(x(n), height - 6, label.shown, "middle") for n, label in months[:: 2 if pen.narrow else 1]]
    points = [(x(n), None if v is None else y(v)) for n, v in enumerate(values)]
    for run in _runs(points):
        steps = "L".join(f"{a:.1f} {b:.1f}" for a, b in run)
        area = f"M{run[0][0]:.1f} {y(0):.1f}L{steps}L{run[-1][0]:.1f} {y(0):.1f}Z"
        drawn.append(pen.path(area, "none", 0, fill=pen.theme.accent, opacity=0.08))
        drawn.append(pen.path(f"M{steps}", pen.theme.accent, 2.2))
    drawn += [_marked(pen, part, values, x, y, height - foot) for part in _parts(show, "marks")]
    known = [n for n, v in enumerate(values) if v is not None]
    if known:
        at, value = known[-1], cast("float", values[known[-1]])
        drawn.append(pen.dot(x(at), y(value), 4.5, pen.theme.accent))
        words = f"{end.shown} {text_of(show.get('note')).shown}".strip()
        drawn.append(pen.text(pen.wide, 12, words, "end", pen.theme.ink, 600))
    return pen.svg(height, f"By week: {end.shown} {text_of(show['unit']).shown} in the last one", drawn)


def _grid(pen: Pen, y: float, left: float, label: str) -> str:
    return pen.path(f"M{left} {y:.1f}H{pen.wide - 4}", pen.theme.grey2) + pen.text(left - 8, y + 4, label, "end")


def _runs(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Stretches without a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            found.append([])
        else:
            found[-1].append((x, y))
    return [run for run in found if run]


def _marked(
    pen: Pen,
    part: Show,
    values: Sequence[float | None],
    x: Callable[[float], float],
    y: Callable[[float], float],
    foot: float,
) -> str:
    """A week that is named: a ring on the line, its words below the curve."""
    at = len(values) - 1 - int(cast("int", part["back"]))
    value = values[at] if 0 <= at < len(values) else None
    if value is None:
        return ""
    words = text_of(part["label"]).shown
    place, anchor = pen.fits(x(at), words)
    low = min(y(value) + 24, foot - 6)
    return pen.dot(x(at), y(value), 4, pen.theme.card, pen.theme.ink2, 1.8) + pen.text(place, low, words, anchor)


# -- bars ---------------------------------------------------------------------------------------------------------------


def bars(show: Show, ledger: Ledger, _as_of: date, pen: Pen) -> str:
    """Before and now, one row a thing."""
    family = ledger[name_of(show["bars"])]
    stems = [f"{family.name}.{n}" for n in range(1, int(cast("int", family.value)) + 1)]
    rows = [(ledger[f"{s}.name"], ledger[f"{s}.before"], ledger[f"{s}.now"], ledger.get(f"{s}.change")) for s in stems]
    most = max(max(number_of(before), number_of(now)) for _, before, now, _ in rows) or 1
    right, top = pen.wide - 64, 26.0
    width = _scale(0, most, 0, right)
    before_words, now_words = text_of(show["before_unit"]).shown, text_of(show["now_unit"]).shown
    drawn = [
        pen.rect(0, 2, 11, 11, pen.theme.accent), pen.text(17, 12, now_words),
        pen.rect(30 + pen.room(now_words), 2, 11, 11, pen.theme.grey2), pen.text(47 + pen.room(now_words), 12, before_words),
    ]  # fmt: skip
    for i, (label, before, now, change) in enumerate(rows):
        y = top + 52 * i
        drawn.append(pen.text(0, y + 14, label.shown, fill=pen.theme.ink, weight=600))
        if change is not None:
            fell = number_of(change) < 0
            sign = "−" if fell else "+" if number_of(change) > 0 else ""
            colour = pen.theme.warn if fell else pen.theme.ink2
            drawn.append(pen.text(pen.wide, y + 14, f"{sign}{change.shown}", "end", colour, 600))
        for fact, at, high, fill in ((now, y + 20, 11.0, pen.theme.accent), (before, y + 33, 7.0, pen.theme.grey2)):
            drawn.append(pen.rect(0, at, width(number_of(fact)), high, fill))
            drawn.append(pen.text(width(number_of(fact)) + 6, at + high, fact.shown, size=11.5))
    said = "; ".join(
        f"{label.shown}: {now.shown} {now_words}, {before.shown} {before_words}" for label, before, now, _ in rows
    )
    return pen.svg(top + 52 * len(rows), said, drawn)


# -- among others -------------------------------------------------------------------------------------------------------


def benchmark(show: Show, ledger: Ledger, _as_of: date, pen: Pen) -> str:
    """The account's figure among those of others, without a name: each a dot, their middle half a band."""
    parts = _parts(show, "benchmark")
    drawn, height, said = [], 0.0, []
    for part in parts:
        yours, peers = ledger[name_of(part["yours"])], ledger[name_of(part["peers"])]
        drawn += _among(pen, show, part, yours, peers, ledger, height)
        middle = ledger[f"{peers.name}.median"]
        said.append(f"{text_of(part['label']).shown}: you {signed(yours).shown}, the middle {signed(middle).shown}")
        height += 134
    return pen.svg(height, "; ".join(said), drawn)


def _among(pen: Pen, show: Show, part: Show, yours: Fact, peers: Fact, ledger: Ledger, top: float) -> list[str]:
    low, middle, high = (ledger[f"{peers.name}.{name}"] for name in ("low", "median", "high"))
    others = [v for v in read_values(str(peers.value)) if v is not None]
    values = [*others, number_of(yours), number_of(low), number_of(high)]
    ticks = axis.span(values, peers.name, yours.unit.startswith("percent"))
    x = _scale(ticks[0][0], ticks[-1][0], 16, pen.wide - 20)
    base = top + 92
    drawn = [pen.text(0, top + 14, text_of(part["label"]).shown, fill=pen.theme.ink, weight=600)]
    drawn.append(pen.rect(x(number_of(low)), base - 34, x(number_of(high)) - x(number_of(low)), 34, pen.theme.bg1, 4))
    drawn.append(pen.path(f"M8 {base}H{pen.wide - 8}", pen.theme.grey2))
    step = 2 if pen.narrow and len(ticks) > 5 else 1
    drawn += [pen.text(x(at), base + 20, label.shown, "middle") for at, label in ticks[::step]]
    drawn += [pen.dot(px, py, 3.2, pen.theme.grey) for px, py in _stacked([x(v) for v in others], base - 7)]
    at = x(number_of(middle))
    drawn.append(pen.path(f"M{at:.1f} {base - 38}V{base + 4}", pen.theme.ink2, 1.6, "2 3"))
    mine = x(number_of(yours))
    drawn.append(pen.path(f"M{mine:.1f} {base - 40}V{base}", pen.theme.accent, 2))
    drawn.append(pen.dot(mine, base - 42, 5.5, pen.theme.accent))
    you = f"{text_of(show['you']).shown} {signed(yours).shown}"
    place, anchor = pen.fits(mine, you)
    drawn.append(pen.text(place, base - 54, you, anchor, pen.theme.accent, 600))
    words = f"{text_of(show['middle']).shown} {signed(middle).shown}"
    place, anchor = pen.fits(at, words)
    drawn.append(pen.text(place, base + 38, words, anchor))
    return drawn


def _stacked(places: Sequence[float], base: float) -> list[tuple[float, float]]:
    """Dots side by side, and on top of each other where they would touch; five at most."""
    found: list[tuple[float, float]] = []
    for x in sorted(places):
        level = 0
        while level < 4 and any(abs(x - a) < 6.6 and abs(base - 6.6 * level - b) < 1 for a, b in found):
            level += 1
        found.append((x, base - 6.6 * level))
    return found


# -- a goal -------------------------------------------------------------------------------------------------------------


def outcome(show: Show, ledger: Ledger, _as_of: date, pen: Pen) -> str:
    """From where the goal was set to where it stands, and what was asked for; the better end on the right."""
    start, now = ledger[name_of(show["goal_start"])], ledger[name_of(show["outcome"])]
    goal = ledger[name_of(show["goal"])] if "goal" in show else None
    values = [number_of(f) for f in (start, now, goal) if f is not None]
    rising = (number_of(goal) if goal is not None else number_of(now)) >= number_of(start)
    room = (max(values) - min(values)) * 0.12 or 1
    ends = (min(values) - room, max(values) + room)
    x = _scale(*(ends if rising else ends[::-1]), 12, pen.wide - 12)
    base = 66.0
    left, right = sorted((x(number_of(start)), x(number_of(now))))
    drawn = [pen.rect(0, base - 4, pen.wide, 8, pen.theme.grey2, 4)]
    drawn.append(pen.rect(left, base - 4, right - left, 8, pen.theme.accent, 0))
    notes = [
        (start, text_of(show.get("start_note")).shown, pen.theme.ink2),
        (now, text_of(show.get("now_note")).shown, pen.theme.accent),
    ]
    if goal is not None:
        at = x(number_of(goal))
        drawn.append(pen.path(f"M{at:.1f} {base - 16}V{base + 16}", pen.theme.ink, 2.4))
        words = text_of(show.get("goal_note")).shown
        place, anchor = pen.fits(at, words)
        drawn.append(pen.text(place, base - 30, words, anchor, pen.theme.ink, 600))
    for row, (fact, note, colour) in enumerate(notes):
        at = x(number_of(fact))
        drawn.append(pen.dot(at, base, 6.5, colour, pen.theme.card, 2))
        drawn.append(pen.path(f"M{at:.1f} {base + 9}V{base + 18 + 20 * row}", colour, 1))
        words = f"{signed(fact).shown} {note}".strip()
        place, anchor = pen.fits(at, words)
        drawn.append(pen.text(place, base + 32 + 20 * row, words, anchor, colour, 600))
    reached = f", asked for {goal.shown}" if goal is not None else ""
    return pen.svg(base + 60, f"From {start.shown} to {now.shown}{reached}", drawn)


MAKERS: Mapping[str, Callable[[Show, Ledger, date, Pen], str]] = {
    "line": line, "bars": bars, "benchmark": benchmark, "outcome": outcome,
}  # fmt: skip
