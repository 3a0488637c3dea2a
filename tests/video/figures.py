"""Pictures of figures for the boards: invented peers, seats, features, tickets, goals. Nobody in them exists."""

from __future__ import annotations

from collections.abc import Sequence

from vitalreel.briefs.families import quantile
from vitalreel.storyboard import axis
from vitalreel.storyboard.pictures.adoption import AdoptionPicture, AdoptionRow, Cell
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture, BenchmarkRow
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.storyboard.pictures.seats import SeatGroup, SeatsPicture
from vitalreel.storyboard.pictures.similar import Group, SimilarPicture
from vitalreel.storyboard.pictures.support import SupportMonth, SupportPicture
from vitalreel.storyboard.text import Text


def spread(low: float, middle: float, high: float, count: int = 41) -> tuple[float, ...]:
    """Invented peers whose quartiles are near the three, thinning out to both sides."""
    ends = (low - 1.6 * (high - low), low, middle, high, high + 0.8 * (high - low))
    places = [4 * n / (count - 1) for n in range(count)]
    return tuple(sorted(ends[int(p)] + (ends[min(4, int(p) + 1)] - ends[int(p)]) * (p - int(p)) for p in places))


def benchmark_row(label: str, yours: float, peers: Sequence[float], shown: str = "", at_s: float = 0.0) -> BenchmarkRow:
    low, middle, high = (quantile(peers, share) for share in (0.25, 0.5, 0.75))
    return BenchmarkRow(
        Text(label),
        yours,
        Text(shown or f"{yours:.0%}"),
        tuple(peers),
        low,
        middle,
        high,
        Text(f"peers {middle:.0%}".replace("-", "−")),
        at_s,
    )


def benchmark_of(rows: Sequence[BenchmarkRow], lower_is_better: bool = False, percent: bool = True) -> BenchmarkPicture:
    values = [v for row in rows for v in (*row.peers, row.yours)]
    return BenchmarkPicture(
        tuple(rows), axis.span(values, "peers", percent), Text("You"), Text("Peer median"), lower_is_better
    )


def benchmark() -> BenchmarkPicture:
    rows = (
        ("Wards and nursing", 0.98, (0.76, 0.84, 0.90)),
        ("Theatres", 0.95, (0.72, 0.81, 0.88)),
        ("Porters and transport", 0.94, (0.70, 0.79, 0.86)),
        ("Administration", 0.90, (0.80, 0.86, 0.92)),
        ("Imaging", 0.71, (0.69, 0.78, 0.84)),
    )
    made = [
        benchmark_row(label, yours, [min(1.0, v) for v in spread(*quarters)], at_s=2.6 if yours < 0.8 else 0.0)
        for label, yours, quarters in rows
    ]
    return benchmark_of(made)


def seat_group(seats: float, note: str, at_s: float = 0.0) -> SeatGroup:
    return SeatGroup(seats, Text(f"{seats:,.0f}"), Text(note), at_s)


def seats() -> SeatsPicture:
    return SeatsPicture(
        3200,
        10,
        seat_group(2684, "people schedule with Larkspur every week"),
        seat_group(306, "quiet for 30 days"),
        seat_group(210, "never assigned", 2.4),
    )


def adoption_of(
    rows: Sequence[tuple[str, Sequence[float | None]]],
    columns: Sequence[str],
    full: float,
    note: str = "",
    months: bool = False,
) -> AdoptionPicture:
    made = tuple(
        AdoptionRow(Text(label), tuple(Cell(v, Text("" if v is None else f"{v:,.0f}")) for v in values))
        for label, values in rows
    )
    return AdoptionPicture(tuple(Text(c) for c in columns), made, full, months, Text("not used"), Text(note))


def adoption() -> AdoptionPicture:
    rows = (
        ("Shift swaps", (13, 13, 13, 12, 11)),
        ("Open-shift offers", (13, 12, 12, 11, 8)),
        ("Leave planning", (12, 11, 11, 9, 6)),
        ("Skills matching", (11, 10, 9, 8, 4)),
        ("Fatigue limits", (9, 9, 7, 4, 2)),
        ("Auto-fill", (8, 8, 5, 0, 0)),
    )
    sites = ("Halden General", "Riverside", "St Brannoc’s", "Kings Quay", "Eastmoor")
    return adoption_of(rows, sites, 13, "Included in your plan, and not used at two sites.")


TICKETS = ((7, 2), (11, 7), (10, 4), (12, 4), (9, 32), (15, 7), (11, 0), (15, 0), (8, 0), (5, 0))
MONTHS = ("Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")


def support_of(
    tickets: Sequence[tuple[int, ...]],
    months: Sequence[str] = MONTHS,
    note: str = "",
    more: str = "",
    at_s: float = 0.0,
) -> SupportPicture:
    """tickets: in time, late and, where there is a third number, not known, of each month."""
    made = tuple(
        SupportMonth(Text(label), t[0], t[1], sum(t[2:]), Text(f"{sum(t):,}"))
        for label, t in zip(months, tickets, strict=False)
    )
    words = Text("answered within a day"), Text("took longer"), Text("no answer on record")
    return SupportPicture(made, *words, Text(note), Text(more), at_s)


def support() -> SupportPicture:
    note, more = "32 of June’s 41 tickets waited more than a day", "A payroll export fault, repaired on 6 July"
    return support_of(TICKETS, note=note, more=more, at_s=3.2)


def outcome() -> OutcomePicture:
    return OutcomePicture(
        start=0.71,
        now=0.962,
        start_text=Text("71%"),
        now_text=Text("96.2%"),
        start_note=Text("when you set the goal, 3 February"),
        now_note=Text("in the four weeks to 22 November"),
        target=0.95,
        target_text=Text("Your goal: 95%"),
        state=Text("reached 12 October"),
        quote=Text("“If we can fill ninety-five in a hundred within two days, I can stop calling agencies.”"),
        credit=Text("Priya Raman, kick-off meeting, 3 February 2026"),
        now_at_s=2.6,
        state_at_s=2.9,
    )


def group(
    before: float, after: float, count: int, noise: float, words: str, unit: str = "", at_s: float = 0.0
) -> Group:
    """Invented customers about two medians."""
    made = []
    for n in range(count):
        high = ((n * 0.618034) % 1 - 0.5) * 2
        own = ((n * 0.754877) % 1 - 0.5) * 2
        made.append((before + 8 * high, after + 4 * high + noise * own))
    befores, afters = sorted(b for b, _ in made), sorted(a for _, a in made)
    middle = (quantile(befores, 0.5), quantile(afters, 0.5))
    shown = tuple(Text(f"{v:,.0f}{unit}") for v in middle)
    return Group(tuple(made), *middle, *shown, Text(words), at_s)


def similar_of(did: Group, others: Group) -> SimilarPicture:
    values = [v for g in (did, others) for pair in g.pairs for v in pair]
    caveat = Text("A pattern, not proof: keener groups may have chosen it.")
    before, after = Text("Before"), Text("Half a year on")
    return SimilarPicture(did, others, axis.span([0.0, *values], "similar"), before, after, caveat, Text("hours"))


def similar() -> SimilarPicture:
    did = group(28, 14, 29, 2.4, "the 29 that turned it on", " h", 2.5)
    return similar_of(did, group(25.5, 24, 12, 1.6, "the 12 that left it off", " h", 1.8))
