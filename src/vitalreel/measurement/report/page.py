"""The report as one HTML document, the same for screen and paper: a Report and typefaces in, text out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.parts.part import Event, Figure, Part, Row
from vitalreel.measurement.plan import ENDS, PROGRAMME, AnalysisPlan
from vitalreel.measurement.report import pictures
from vitalreel.measurement.report.behind import BEHIND, FIRST_EVENTS, KEPT, MOST_ROWS, ORDER, REVENUE
from vitalreel.measurement.report.curves import curves
from vitalreel.measurement.report.faces import font_faces
from vitalreel.measurement.report.finding import Answer, Finding, Report, points, told_in
from vitalreel.measurement.report.style import STYLE
from vitalreel.measurement.report.template import ANSWER, PAGE, PART, REBOUND
from vitalreel.measurement.revenue import Kept

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


def cents(value: int) -> str:
    """Integer cents as 1,234.56, with a real minus."""
    return f"{'−' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"


def arm(value: str) -> str:
    """held_out as held out."""
    return value.replace("_", " ")


def shown(figure: Figure) -> str:
    """A figure's value with its unit. Raises ValueError where it has none."""
    if figure.value is None:
        raise ValueError(f"{figure.key} has no value")
    told = _with_unit(figure.value, figure)
    return told if figure.most is None else f"{told} to {_with_unit(figure.most, figure)}"


def _with_unit(value: float, figure: Figure) -> str:
    if figure.unit == "cents":
        return cents(round(value))
    if figure.unit == "share":
        return f"{value:.0%}" if abs(value) >= 0.0995 or value == 0 else f"{value:.1%}"
    words = {
        "count": f"{value:,.0f}",
        "days": f"{value:g} days",
        "hours": f"{value:,.1f} hours",
        "points": points(value),
    }
    return words[figure.unit].replace("-", "−")


def limits(figure: Figure) -> str:
    """A figure's interval, "no limit" where a side has none."""
    low, high = ("no limit" if v is None else _with_unit(v, figure) for v in (figure.low, figure.high))
    return f"{low} to {high}"


def counts_in(part: Part, row: Row) -> str:
    """The numbers of the figures that a row counts in, as the part's table has them."""
    return ", ".join(str(n) for n, f in enumerate(part.figures, 1) if f.key in row.counts)


def planned(play: str) -> str:
    """Whose plan it is."""
    return {PROGRAMME: "Revenue the programme added", ENDS: "Churn, renewals and downgrades"}.get(play) or name(play)


def terms(plan: AnalysisPlan) -> list[tuple[str, str]]:
    """A plan's terms in words."""
    found = []
    for f in fields(plan):
        value = getattr(plan, f.name)
        if isinstance(value, Mapping):
            value = "; ".join(f"{key} {v:g}" if isinstance(v, float) else f"{key} {v}" for key, v in value.items())
        found.append((sentence(arm(f.name)), "none" if value is None else str(value)))
    return found


def ids(events: Sequence[Event]) -> str:
    """The first events of a row by kind, day and id, and how many more there are."""
    told = "; ".join(" ".join(filter(None, (e.kind, str(e.day or ""), e.id))) for e in events[:FIRST_EVENTS])
    more = len(events) - FIRST_EVENTS
    return f"{told}; and {more} more" if more > 0 else told


def _signed(value: float) -> str:
    return f"{value:+,.3g}".replace("-", "−")


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters |= {"day": day, "name": name, "points": points, "sentence": sentence, "short": _short}
_ENVIRONMENT.filters |= {"cents": cents, "arm": arm, "signed": _signed, "plain": lambda v: f"{v:,.4g}"}
_ENVIRONMENT.filters |= {"shown": shown, "limits": limits, "planned": planned, "terms": terms, "ids": ids}
_ENVIRONMENT.filters |= {f"pct{digits or ''}": lambda v, digits=digits: f"{v:.{digits}%}" for digits in (0, 1, 2)}
_BEHIND, _KEPT, _REVENUE, _ORDER, _REBOUND = map(_ENVIRONMENT.from_string, (BEHIND, KEPT, REVENUE, ORDER, REBOUND))
_PAGE = _ENVIRONMENT.from_string(PAGE)
_ANSWER = _ENVIRONMENT.from_string(ANSWER)
_PART = _ENVIRONMENT.from_string(PART)


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
        "revenue": _revenue(report),
        "order": _order(report),
        "rebound": lambda f: Markup(_REBOUND.render(f=f, b=f.rebound)),  # noqa: S704 (autoescaped)
        "part": _part,
        "behind": Markup(_BEHIND.render(r=report, most=MOST_ROWS, first=FIRST_EVENTS, kept=_kept, counts_in=counts_in)),  # noqa: S704 (autoescaped)
    }
    bare = _PAGE.render(faces="", **values)
    return _PAGE.render(faces=Markup(font_faces(bare, faces)), **values)  # noqa: S704 (ours)


def _part(part: Part) -> Markup:
    drawn = Markup(curves(part.curves) or pictures.shares(part.figures))  # noqa: S704 (escaped where it is drawn)
    told = [(about, a) for about, a in part.answers if isinstance(a, Estimate) or a.reason not in part.says]
    compared = Markup(pictures.interval(_alike(part)))  # noqa: S704 (escaped where it is drawn)
    of = any(f.rests_on or f.why_none for f in part.figures)
    intervals = any(f.low is not None or f.high is not None or f.why_none for f in part.figures)
    return Markup(  # noqa: S704 (autoescaped)
        _PART.render(p=part, answer=_answer, drawn=drawn, compared=compared, answers=told, of=of, intervals=intervals)
    )


def _alike(part: Part) -> list[tuple[str, Estimate]]:
    """The part's estimates that can stand on one scale, by the first words of their titles; none where there are not two."""
    found = [(title, a) for title, a in part.answers if isinstance(a, Estimate)]
    mine = [(title, a) for title, a in found if a.unit == found[0][1].unit]
    if len(mine) < 2:
        return []
    return [(f"{title.split(',')[0]}{'' if a.grade == 'A' else ', matched'}", a) for title, a in mine]


def _kept(place: str, caption: str, cohort: Sequence[Kept], currency: str) -> Markup:
    return Markup(_KEPT.render(id=place, caption=caption, cohort=cohort, currency=currency, most=MOST_ROWS))  # noqa: S704


def _revenue(report: Report) -> Markup:
    v = report.revenue
    if v is None:
        return Markup("")
    s = v.sums
    bridge = (("Before", s.before), ("Lost", -s.lost), ("Shrunk", -s.shrunk), ("Grown", s.grown), ("After", s.after))
    return Markup(_REVENUE.render(v=v, bridge=bridge, added=v.added.answer))  # noqa: S704 (autoescaped)


def _order(report: Report) -> Markup:
    if report.ranking is None or len(report.findings) < 2:
        return Markup("")
    modules = {f.play: f.modules for f in report.findings}
    places = {f.play: i for i, f in enumerate(report.findings, 1)}
    return Markup(_ORDER.render(ranking=report.ranking, modules=modules, places=places))  # noqa: S704 (autoescaped)


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
    values = {"about": about, "a": answer, "refused": refused, "short": Markup(short), "told_in": told_in}  # noqa: S704 (ours)
    return Markup(_ANSWER.render(**values, lesser=lesser(answer)))  # noqa: S704 (autoescaped)


def lesser(answer: Answer) -> str:
    """What an estimate of grade C is; empty for all others."""
    if answer.grade != "C":
        return ""
    return "exploratory" if answer.checks.get("analysis plan", "").startswith("exploratory") else "direction only"


def _drawn(finding: Finding) -> Markup:
    rows = [("This quarter", finding.answer)] + ([] if finding.first else [("So far", finding.so_far)])
    return Markup(pictures.interval([(n, a) for n, a in rows if isinstance(a, Estimate)]))  # noqa: S704
