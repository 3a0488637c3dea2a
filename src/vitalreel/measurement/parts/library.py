"""The film library's health: what fired, what should have, what nobody watches, moves nothing or is old (M11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.parts.part import Answer, Part, Row, counted

TITLE = "The library"
METHOD = (
    "One row a module of the workspace. Should have fired: touches of the quarter for which no film could be made, by reason. No views: "
    "{least} films or more were sent and no person watched one. No effect: the play that sends it has a figure, whose interval holds zero. "
    "Stale: unchanged for {stale} days or more. Silent: no play names it, or it was sent to nobody in the quarter though its play opened."
)
_HEAD = ("Module", "Sent", "Watched", "Not made", "Of plays", "Changed", "Alarms")


@dataclass(frozen=True, slots=True)
class Module:
    """What one module did in the quarter."""

    name: str
    plays: tuple[str, ...]  # that send it
    opened: int  # episodes of those plays for served accounts, in the quarter
    sent: int
    watched: int
    not_made: Mapping[str, int]  # why no film could be made -> touches
    changed: date | None  # its last version's first film, or its file's day; None: not known
    answers: tuple[Answer, ...]  # of its plays, over all accounts so far


@dataclass(frozen=True, slots=True)
class Limits:
    """`report.library` of vitalreel.yaml."""

    least_films: int = 10  # sent before "nobody watches it" is an alarm
    stale_days: int = 180


def library(modules: Sequence[Module], limits: Limits, today: date) -> Part:
    """The whole library with its alarms."""
    alarms = {m.name: alarms_of(m, limits, today) for m in modules}
    rows = tuple(_row(m, alarms[m.name]) for m in modules)
    figures = (
        counted("modules", "Modules", rows),
        counted("fired", "were sent in the quarter", rows),
        counted("silent", "are silent", rows),
        counted("should_have", "should have been sent and could not be made", rows),
        counted("no_views", "are watched by nobody", rows),
        counted("no_effect", "move nothing that can be shown", rows),
        counted("stale", "are stale", rows),
    )
    wrong = [m.name for m in modules if alarms[m.name]]
    words = "; ".join(f"{name}: {', '.join(a.words for a in alarms[name])}" for name in wrong)
    said = (
        f"{len(wrong)} of {len(modules)} modules want a look. {words}."
        if wrong
        else f"None of {len(modules)} modules wants a look."
    )
    method = METHOD.format(least=limits.least_films, stale=limits.stale_days)
    return Part("library", TITLE, said, figures, method, _HEAD, rows)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something wrong with a module."""

    key: str  # of the figure it counts in
    words: str


def alarms_of(m: Module, limits: Limits, today: date) -> tuple[Alarm, ...]:
    """What wants a look, worst first."""
    found = []
    if not m.plays:
        found.append(Alarm("silent", "no play sends it"))
    elif m.opened and not m.sent:
        found.append(Alarm("silent", f"sent to nobody, though its play opened {m.opened} times"))
    if m.not_made:
        most = max(sorted(m.not_made), key=lambda why: m.not_made[why])
        found.append(Alarm("should_have", f"{sum(m.not_made.values())} could not be made ({most})"))
    if m.sent >= limits.least_films and not m.watched:
        found.append(Alarm("no_views", f"{m.sent} sent, none watched"))
    told = [a for a in m.answers if isinstance(a, Estimate)]
    if told and all(a.direction is None for a in told):
        found.append(Alarm("no_effect", "no effect is shown"))
    if m.changed is not None and (today - m.changed).days >= limits.stale_days:
        found.append(Alarm("stale", f"unchanged since {m.changed}"))
    return tuple(found)


def _row(m: Module, alarms: Sequence[Alarm]) -> Row:
    counts = ("modules", *(("fired",) if m.sent else ()), *(a.key for a in alarms))
    not_made = ", ".join(f"{n} {why}" for why, n in sorted(m.not_made.items()))
    cells = (
        str(m.sent),
        str(m.watched),
        not_made,
        ", ".join(m.plays),
        str(m.changed or ""),
        ", ".join(a.words for a in alarms),
    )
    return Row(m.name, cells, tuple(dict.fromkeys(counts)))
