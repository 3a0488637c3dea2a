"""What the programme costs, by unit costs that are settings: films, modules, refresh; beside a studio's; and as a share of revenue (M8).

All money is integer cents; a range is (low, high). A share of a range of cents is rounded half up, once, at the end.
"""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from vitalreel.measurement.parts.part import Figure, Part, Row, refused
from vitalreel.measurement.revenue import Contribution

Range = tuple[int, int]
"""Integer cents, low and high."""
YEAR_DAYS = 365
TITLE = "What it costs, and what that is a share of"
_HEAD = ("What", "Kind", "Tier", "Count", "Unit cost", "Cost")


@dataclass(frozen=True, slots=True)
class Costs:
    """`report.costs` of vitalreel.yaml. Money in integer cents, shares as exact fractions."""

    traditional: Range  # a module made by a studio
    assisted: Range  # a module made with the help of software
    films: Mapping[int, Range]  # by tier: people's time on one film
    refresh: tuple[Fraction, Fraction]  # of a module's cost, a year
    healthy: tuple[Fraction, Fraction]  # programme cost as a share of the revenue it kept or added
    flagged: Fraction
    source: str  # of these two


@dataclass(frozen=True, slots=True)
class Spent:
    """What was really used in the period."""

    films: Mapping[int, int]  # by tier: films sent
    modules: tuple[str, ...]  # in use
    machine: int  # cents of computing, measured
    days: int  # of the period


def rounded(amount: Fraction) -> int:
    """Whole cents, half up."""
    return floor(amount + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Model:
    """The period's cost in cents, low and high."""

    films: Range
    refresh: Range  # of the modules in use, for the period
    machine: int
    library: Range  # what making the modules in use costs once, with software
    studio: Range  # the same by a studio
    studio_refresh: Range

    @property
    def running(self) -> Range:
        """What the period cost: films, refresh and computing. Making the modules once is no cost of a quarter."""
        return (self.films[0] + self.refresh[0] + self.machine, self.films[1] + self.refresh[1] + self.machine)


def modelled(spent: Spent, costs: Costs) -> Model:
    """The cost of what was used, by unit costs."""
    count, year = len(spent.modules), Fraction(spent.days, YEAR_DAYS)

    def refreshed(unit: Range) -> Range:
        low, high = (rounded(count * unit[i] * costs.refresh[i] * year) for i in (0, 1))
        return low, high

    films = tuple(sum(n * costs.films.get(tier, (0, 0))[i] for tier, n in spent.films.items()) for i in (0, 1))
    return Model(
        (films[0], films[1]), refreshed(costs.assisted), spent.machine, _times(costs.assisted, count),
        _times(costs.traditional, count), refreshed(costs.traditional),
    )  # fmt: skip


def _times(unit: Range, count: int) -> Range:
    return unit[0] * count, unit[1] * count


def money(spent: Spent, costs: Costs, added: Contribution | None, currency: str) -> Part:
    """added: what the programme's own holdout says it added to revenue; without a figure of that, no share and no return is told."""
    model = modelled(spent, costs)
    rows = tuple(_rows(spent, costs))
    figures = (
        _range("films", "Films, people's time on them", model.films),
        _range("refresh", f"Refresh of the modules in use, {spent.days} days", model.refresh),
        Figure("machine", "Computing, measured", model.machine, "cents"),
        _range("running", "The period together", model.running),
        _range("library", "Making the modules in use once, with software", model.library),
        _range("studio", "The same by a studio", model.studio),
        _range("studio_refresh", f"Refresh by a studio, {spent.days} days", model.studio_refresh),
        *_against(model.running, added),
    )
    return Part("costs", TITLE, _said(model.running, costs, added, currency), figures, _method(costs), _HEAD, rows)


def _range(key: str, name: str, amount: Range) -> Figure:
    return Figure(key, name, amount[0], "cents", most=None if amount[0] == amount[1] else amount[1])


def _rows(spent: Spent, costs: Costs) -> Sequence[Row]:
    found = []
    for tier, n in sorted(spent.films.items()):
        unit = costs.films.get(tier, (0, 0))
        cells = ("films sent", str(tier), str(n), span(unit), span(_times(unit, n)))
        found.append(Row(f"Tier {tier}", cells, ("films", "running")))
    for name in spent.modules:
        cells = ("module in use", "", "1", span(costs.assisted), span(costs.assisted))
        found.append(Row(name, cells, ("refresh", "running", "library", "studio", "studio_refresh")))
    cells = ("computing", "", "", "", span((spent.machine, spent.machine)))
    return [*found, Row("This machine", cells, ("machine", "running"))]


def span(amount: Range) -> str:
    """Cents as 2,000.00 to 5,000.00."""
    low, high = (f"{c // 100:,}.{c % 100:02d}" for c in amount)
    return low if amount[0] == amount[1] else f"{low} to {high}"


def _against(running: Range, added: Contribution | None) -> tuple[Figure, ...]:
    """The cost as a share of what was kept or added, and what came back, over the whole interval of both."""
    cents = added.cents if added else None
    if cents is None or cents[0] <= 0:
        why = (
            "no revenue is shown to have been kept or added" if cents is None else "what was added is not above nothing"
        )
        return (
            Figure("of_revenue", "of the revenue kept or added", None, "share", why_none=why),
            Figure("roi", "came back for each unit spent", None, "share", why_none=why),
        )
    value, low, high = cents
    middle = (running[0] + running[1]) / 2
    widest = None if low <= 0 else running[1] / low
    back = middle and (value - middle) / middle
    return (
        Figure("of_revenue", "of the revenue kept or added", middle / value, "share", "", running[0] / high, widest),
        Figure("roi", "came back beyond each unit spent", back, "share", "", (low - running[1]) / running[1], (high - running[0]) / running[0]),
    )  # fmt: skip


def _said(running: Range, costs: Costs, added: Contribution | None, currency: str) -> str:
    spent = f"The period cost {span(running)} {currency} by the unit costs set"
    cents = added.cents if added else None
    if cents is None or cents[0] <= 0:
        return refused(
            f"{spent[0].lower() + spent[1:]}, and no revenue is shown to have been kept or added, so that is a share of nothing known",
            "accounts held out from the whole programme for six months",
        )
    share = Fraction(running[0] + running[1], 2 * cents[0])
    low, high = costs.healthy
    word = (
        "called healthy"
        if low <= share <= high
        else "flagged"
        if share > costs.flagged
        else "outside what is called healthy"
    )
    return f"{spent}: {float(share):.1%} of the {span((cents[0], cents[0]))} {currency} a year the programme added, {word} ({costs.source})."


def _method(costs: Costs) -> str:
    low, high = costs.healthy
    return (
        "Films sent by tier times the unit cost of the tier, the yearly refresh of the modules in use for the days of the period, and computing "
        "at the price of a core hour. Unit costs are settings (report.costs in vitalreel.yaml): replace them by your own. Revenue is what the "
        "programme's own holdout says it added, for a year; without a figure of it no share and no return is told. "
        f"{float(low):.0%} to {float(high):.0%} is called healthy and above {float(costs.flagged):.0%} flagged by {costs.source}."
    )
