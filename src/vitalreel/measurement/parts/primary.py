"""The two or three metrics by which the programme is judged, and whether they were chosen before anybody saw a film (M10)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.parts.part import Answer, Part, Row, counted, refused
from vitalreel.measurement.parts.terms import REVENUE
from vitalreel.measurement.report.finding import points

TITLE = "The metrics chosen at the start"
METHOD = (
    "Named under report.primary in vitalreel.yaml; the day is that of the first decision made with exactly these. A metric chosen on the day of "
    "the first film or later was chosen with the results in sight, and is told as such. All else in this report is secondary."
)
_HEAD = ("Metric", "Chosen on", "First film", "What it says")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One primary metric."""

    name: str  # a play, or REVENUE
    on: date | None  # None: no decision has been made with it yet
    answer: Answer | None  # over all accounts so far; None: the workspace has no such play, or no revenue is known


def primary(chosen: Sequence[Chosen], first_film: date | None) -> Part:
    """first_film: the day the programme's first film was sent; None: none was."""
    rows = tuple(_row(c, first_film) for c in chosen)
    figures = (
        counted("chosen", "Metrics chosen", rows),
        counted("before", "of them before the first film", rows),
        counted("told", "of them with a figure", rows),
    )
    return Part("primary", TITLE, _said(chosen, rows), figures, METHOD, _HEAD, rows)


def _row(c: Chosen, first_film: date | None) -> Row:
    before = c.on is not None and (first_film is None or c.on < first_film)
    told = isinstance(c.answer, Estimate)
    says = "no such play" if c.answer is None else _says(c.answer)
    counts = ("chosen", *(("before",) if before else ()), *(("told",) if told else ()))
    return Row(_title(c.name), (str(c.on or "not decided with yet"), str(first_film or "none yet"), says), counts)


def _says(answer: Answer) -> str:
    if not isinstance(answer, Estimate):
        return f"not enough evidence: {answer.reason}"
    return f"{points(answer.value)} points ({points(answer.low)} to {points(answer.high)}), grade {answer.grade}"


def _title(name: str) -> str:
    return "Net revenue retention added" if name == REVENUE else name.replace("_", " ").capitalize()


def _said(chosen: Sequence[Chosen], rows: Sequence[Row]) -> str:
    if not chosen:
        return refused(
            "no metric was chosen to judge the programme by", "two or three under report.primary, before the first film"
        )
    before, told = (sum(key in r.counts for r in rows) for key in ("before", "told"))
    when = (
        "before the first film"
        if before == len(rows)
        else f"{before} of them before the first film, the others with results in sight"
    )
    each = " ".join(f"{r.name}: {r.cells[-1]}." for r in rows)
    return f"{len(rows)} {'metric was' if len(rows) == 1 else 'metrics were'} chosen, {when}; {told} can carry a figure. {each}"
