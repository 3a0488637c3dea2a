"""`tone`: how an account sounds, by channel and by person, and where that turned."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.signals.tone import ENOUGH, Course
from vitalreel.steps.screens.tone import Tone, tone_of
from vitalreel.wiring import open_doors

SHOWN = 5


@click.command()
@click.argument("account")
@framed
def tone(frame: Frame, account: str) -> None:
    """How ACCOUNT sounds, by channel and by person: its level, where that turned and what happened then, and where it is heading.

    \b
    $ vitalreel tone acc-000027 -w ws --as-of 2026-11-23
    Ullswater Foods sounds negative: -0.31 over all channels, falling, -0.44 in 4 weeks
    of        readings  level  heading
    support         41  -0.31  falling
    about: Defects 17 (-0.41), Reports and figures 9 (-0.20), How to use it 6 (+0.12)
    turned in the week of 2026-09-14, from +0.22 to -0.31: an urgent ticket: Payroll export differs (2026-09-15)
    """
    found = tone_of(open_doors(frame.root()), account, frame.day)
    frame.answer(_document(found), "\n".join(_lines(found)))


def _lines(found: Tone) -> list[str]:
    every = found.every
    if every.level is None:
        return [
            f"{found.name}: {every.readings} readings in a year, fewer than the {ENOUGH} it takes to say how it sounds"
        ]
    rows = [_cells(c.of, c) for c in found.channels] + [_cells(f"{p.name} ({p.role})", p.course) for p in found.people]
    about = [f"{a.label} {a.texts}" + ("" if a.mean is None else f" ({a.mean:+.2f})") for a in found.topics[:SHOWN]]
    lines = [
        f"{found.name} sounds {found.mood}: {every.level:+.2f} over all channels{_heading(every)}",
        table(rows, ("of", "readings", "level", "heading")),
        *([f"about: {', '.join(about)}"] if about else []),
    ]
    for of in (every, *found.channels, *(p.course for p in found.people)):
        for turn in of.turns:
            near = "; ".join(f"{e.what} ({e.day})" for e in turn.events[:3]) or "nothing known happened near it"
            lines.append(
                f"{of.of} turned in the week of {turn.week}, from {turn.before:+.2f} to {turn.after:+.2f}: {near}"
            )
    return lines


def _heading(c: Course) -> str:
    if c.heading in ("steady", "not known") or c.ahead is None:
        return f", {c.heading}" if c.heading == "steady" else ""
    return f", {c.heading}, {c.ahead:+.2f} in 4 weeks"


def _cells(of: str, c: Course) -> tuple[str, ...]:
    return of, str(c.readings), "too few" if c.level is None else f"{c.level:+.2f}", c.heading


def _document(found: Tone) -> dict[str, Any]:
    return {
        "account": found.account, "name": found.name, "as_of": found.day, "mood": found.mood, "every": asdict(found.every),
        "channels": [asdict(c) for c in found.channels],
        "topics": [asdict(a) for a in found.topics],
        "people": [{"contact": p.contact, "name": p.name, "role": p.role, **asdict(p.course)} for p in found.people],
    }  # fmt: skip
