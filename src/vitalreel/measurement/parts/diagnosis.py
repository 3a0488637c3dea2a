"""Why a play does not work: where from trigger to offer the chain is weakest, with the figures that say so (M21)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.parts.part import Answer, Figure, Part, Row, counted, refused, share

_HEAD = ("Account", "Arm", "Sent", "Watched", "Of the film", "Own scenes", "Clicked", "Goal reached")


@dataclass(frozen=True, slots=True)
class Link:
    """One account of a play, and how far it got along the chain."""

    account: str
    arm: str  # served | held_out
    over: bool  # its window is behind it
    moved: bool  # the goal reached in time
    sent_on: date | None = None
    watched: float | None = None  # share of the film a person saw, 0..1; None: nobody watched
    own: float | None = None  # share of its film's length that is about this account alone; None: no film
    clicked: bool = False


@dataclass(frozen=True, slots=True)
class Healthy:
    """`report.diagnosis` of vitalreel.yaml: below these a link of the chain is called weak."""

    alone: float = 0.5  # of the held out may reach the goal by themselves; above it the trigger fires on accounts that need nothing
    sent: float = 0.8  # of the served
    watched: float = 0.4  # of the sent
    whole: float = 0.5  # of those who watched saw half of the film or more
    own: float = 0.4  # of a film's length, in the middle
    clicked: float = 0.05  # of those who watched


HALF = 0.5
METHOD = (
    "Accounts as drawn, each with its first opening. The links in order: it fires on the right accounts (of the held out, few reach the goal "
    "by themselves); it is seen (of the served, sent a film); it is watched (of the sent, by a person; and half of it or more); it is about "
    "them (films of which {own:.0%} of the length or more is in scenes that no other account has); something is done (of those who watched, "
    "took the next step). Named is the first link whose whole interval lies on the wrong side of its limit (report.diagnosis). No link is a "
    "cause by itself, and those who watched are never compared with those who did not."
)


@dataclass(frozen=True, slots=True)
class _Step:
    """One link of the chain, with its limit."""

    link: str
    why: str
    figure: Figure
    limit: float
    above: bool  # whether it is weak above its limit instead of below

    @property
    def weak(self) -> bool:
        f = self.figure
        if f.value is None or f.low is None or f.high is None:
            return False
        return f.low > self.limit if self.above else f.high < self.limit


def diagnosis(play: str, links: Sequence[Link], answer: Answer, healthy: Healthy) -> Part:
    """answer: what the play changed, over all accounts so far."""
    rows = tuple(_row(a, healthy) for a in links)
    steps = _steps(rows, healthy)
    figures = (counted("accounts", "Accounts", rows), *(s.figure for s in steps))
    title = f"Where {play.replace('_', ' ')} is weakest"
    method = METHOD.format(own=healthy.own)
    return Part(f"diagnosis-{play}", title, _said(answer, steps), figures, method, _HEAD, rows)


def _steps(rows: Sequence[Row], healthy: Healthy) -> tuple[_Step, ...]:
    """The chain in order."""
    about = f"of films are {healthy.own:.0%} or more about the account alone"
    return (
        _Step("trigger", "it fires on accounts that reach the goal by themselves",
              share("alone", "of the held out reached the goal by themselves", rows, "held_over"), healthy.alone, True),
        _Step("delivery", "it is not seen", share("sent", "of the served were sent a film", rows, "served"), healthy.sent, False),
        _Step("film", "it is not watched", share("watched", "of the sent watched it", rows, "sent"), healthy.watched, False),
        _Step("film", "it is left before its middle", share("whole", "of those saw half of it or more", rows, "watched"), healthy.whole, False),
        _Step("personalisation", "it is hardly about them", share("own", about, rows, "sent"), HALF, False),
        _Step("offer", "nothing is done about it",
              share("clicked", "of those who watched took the next step", rows, "watched"), healthy.clicked, False),
    )  # fmt: skip


def _row(a: Link, healthy: Healthy) -> Row:
    counts = ["accounts", *(["served"] if a.arm == "served" else [])]
    if a.arm == "held_out" and a.over:
        counts += ["held_over", *(["alone"] if a.moved else [])]
    if a.arm == "served" and a.sent_on:
        counts += ["sent", *(["own"] if (a.own or 0.0) >= healthy.own else [])]
        if a.watched is not None:
            counts += ["watched", *(["whole"] if a.watched >= HALF else []), *(["clicked"] if a.clicked else [])]
    cells = (
        a.arm.replace("_", " "), str(a.sent_on or ""), "" if a.watched is None else "yes", _percent(a.watched), _percent(a.own),
        "yes" if a.clicked else "", "yes" if a.moved else "",
    )  # fmt: skip
    return Row(a.account, cells, tuple(counts))


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _said(answer: Answer, steps: Sequence[_Step]) -> str:
    weak = next((s for s in steps if s.weak), None)
    found = ""
    if weak is not None:
        assert weak.figure.value is not None
        side = "above" if weak.above else "below"
        found = (
            f"the weakest link is the {weak.link}: {weak.why} ({weak.figure.rests_on} {weak.figure.name}, {weak.figure.value:.0%}, {side} "
            f"the limit of {weak.limit:.0%})"
        )
    if isinstance(answer, Estimate) and answer.direction is not None:
        return f"It moves its metric; {found or 'no link of the chain is shown to be weak'}."
    what = "No effect is shown" if isinstance(answer, Estimate) else "Whether it works is not known yet"
    if found:
        return f"{what}; {found}."
    if all(s.figure.value is None for s in steps):
        return refused("too few accounts have gone through it", "more openings")
    return f"{what}, and no link of the chain is shown to be weak: what is offered does not move the metric, or too little is known to tell."
