"""The report as one HTML document, the same for screen and paper: a Report and typefaces in, text out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.report import pictures
from vitalreel.measurement.report.faces import font_faces
from vitalreel.measurement.report.finding import Answer, Finding, Report, points
from vitalreel.measurement.report.style import STYLE
from vitalreel.measurement.report.template import ANSWER, PAGE

FLOORS = Floors()


def day(value: date) -> str:
    """17 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def sentence(words: str) -> str:
    """The words with their first letter large."""
    return words[:1].upper() + words[1:]


def name(play: str) -> str:
    """usage_drop as Usage drop."""
    return sentence(play.replace("_", " "))


def _short(answer: Answer) -> str:
    return points(answer.value) if isinstance(answer, Estimate) else "refused"


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters |= {"day": day, "name": name, "points": points, "sentence": sentence, "short": _short}
_PAGE = _ENVIRONMENT.from_string(PAGE)
_PART = _ENVIRONMENT.from_string(ANSWER)


def page(report: Report, faces: Mapping[str, bytes], now: datetime) -> str:
    """The whole document. faces: file name -> TTF, of which it holds the letters it uses. Equal inputs, equal text."""
    quarter = report.period.quarter
    values = {
        "r": report,
        "quarter": quarter,
        "last": date.fromordinal(quarter.end.toordinal() - 1),
        "length": (quarter.end - quarter.start).days,
        "gone": (report.period.until - quarter.start).days,
        "made": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "written": f"{day(now)}, {now:%H:%M} UTC,",
        "style": Markup(STYLE),  # noqa: S704 (ours)
        "under": under(report),
        "totals": _totals(report),
        "by_week": Markup(pictures.weeks(report.weeks, quarter.end)),  # noqa: S704 (escaped where it is drawn)
        "floors": FLOORS,
        "answer": _answer,
        "drawn": _drawn,
    }
    bare = _PAGE.render(faces="", **values)
    return _PAGE.render(faces=Markup(font_faces(bare, faces)), **values)  # noqa: S704 (ours)


def under(report: Report) -> str:
    """What stands below the headline: how many plays have a figure, and when the next one could."""
    every, with_figure = len(report.findings), len(report.claims)
    if not every:
        return "The workspace has no plays."
    days = [f.answer.earliest for f in report.findings if isinstance(f.answer, Refusal) and f.answer.earliest]
    next_one = "Another" if with_figure else "The first"
    soonest = f" {next_one} could on {day(min(days))} at the earliest." if days else ""
    plays = f"{every} plays" if every > 1 else "the one play"
    if not with_figure:
        return f"{'None of ' + plays + ' can' if every > 1 else 'The one play cannot'} carry a figure for this quarter.{soonest}"
    meaning = "A figure is the difference in the share of accounts that reached the play's goal, served minus held out."
    return f"{with_figure} of {plays} can carry a figure.{soonest} {meaning}"


def _totals(report: Report) -> tuple[tuple[str, int], ...]:
    served, held = sum(w.served for w in report.weeks), sum(w.held_out for w in report.weeks)
    return (
        ("Episodes", served + held),
        ("Served", served),
        ("Held out", held),
        ("Films sent", sum(w.films for w in report.weeks)),
        ("Films watched", sum(w.watched for w in report.weeks)),
    )


def _answer(about: str, answer: Answer, opened: int) -> Markup:
    refused = isinstance(answer, Refusal)
    short = pictures.evidence(answer, FLOORS) if isinstance(answer, Refusal) and opened else ""
    return Markup(_PART.render(about=about, a=answer, refused=refused, short=Markup(short)))  # noqa: S704 (autoescaped)


def _drawn(finding: Finding) -> Markup:
    rows = [("This quarter", finding.answer)] + ([] if finding.first else [("So far", finding.so_far)])
    return Markup(pictures.interval([(n, a) for n, a in rows if isinstance(a, Estimate)]))  # noqa: S704
