"""Whether films are answered: who took the action a film proposed, by play, module, segment and channel (M1)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from vitalreel.measurement.parts.part import Event, Part, Row, counted, refused, share

TITLE = "Who took the action a film proposed"
METHOD = (
    "One row a film sent in the quarter. Answered: on the film's page a person clicked the action it proposes, or asked for a human, by the end of the report's day; our "
    "own people and scanners do not count. A rate is of the films sent, whoever opened them, with its 95% interval by films. It says how films are answered, not what "
    "they changed: who answers differs from who does not, and films to some accounts were sent for other reasons than films to others."
)
_HEAD = ("Account", "Play", "Module", "Segment", "Channel", "Sent", "Watched", "Answered", "How")


@dataclass(frozen=True, slots=True)
class Offered:
    """One film that was sent, and what was done about what it proposes."""

    account: str
    play: str
    module: str
    segment: str
    channel: str
    sent: Event
    watched: Event | None
    answered: Event | None
    how: str = ""  # clicked | asked for a human


_BY: tuple[tuple[str, Callable[[Offered], str]], ...] = (
    ("play", lambda o: o.play),
    ("module", lambda o: o.module),
    ("segment", lambda o: o.segment),
    ("channel", lambda o: o.channel),
)


def response(offered: Sequence[Offered]) -> Part:
    """The rates over all films, and by each of play, module, segment and channel that has more than one."""
    rows = tuple(_row(o) for o in sorted(offered, key=lambda o: (o.sent.day, o.account, o.sent.id)))
    figures = [
        counted("sent", "Films sent", rows),
        share("answered", "of films sent were answered", rows, "sent"),
        share("answered", "of films watched were answered", rows, "watched"),
    ]
    for what, of in _BY:
        names = sorted({of(o) for o in offered})
        if len(names) > 1 or what == "channel":
            figures += [
                share(f"answered_{what}_{n}", f"{what} {_words(n)}: answered", rows, f"sent_{what}_{n}") for n in names
            ]
    return Part("response", TITLE, _said(rows), tuple(figures), METHOD, _HEAD, rows)


def _row(o: Offered) -> Row:
    counts = ["sent", *(f"sent_{what}_{of(o)}" for what, of in _BY), *(["watched"] if o.watched else [])]
    if o.answered:
        counts += ["answered", *(f"answered_{what}_{of(o)}" for what, of in _BY)]
    days = (str(o.sent.day), _day(o.watched), _day(o.answered))
    cells = (_words(o.play), o.module, _words(o.segment), _words(o.channel), *days, o.how)
    return Row(o.account, cells, tuple(counts), 0.0, tuple(e for e in (o.sent, o.watched, o.answered) if e))


def _day(event: Event | None) -> str:
    found: date | None = event.day if event else None
    return str(found or "")


def _words(name: str) -> str:
    return name.replace("_", " ") or "not known"


def _said(rows: Sequence[Row]) -> str:
    f = share("answered", "", rows, "sent")
    if f.value is None or f.low is None or f.high is None:
        return refused(f"{len(rows)} films were sent in the quarter; a rate must rest on 5", "films sent")
    return f"{f.rests_on} films sent in the quarter were answered: {f.value:.1%} (95% interval {f.low:.1%} to {f.high:.1%})."
