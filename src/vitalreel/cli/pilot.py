"""`pilot`: the two plays to begin with, the pilot itself, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps import pilot as step
from vitalreel.steps.pilot import Proposal
from vitalreel.triggers.pilot import Pilot
from vitalreel.wiring import open_doors

_SEGMENT = click.option(
    "--segment", default="", help="The segment it is for (default: the one that carries most revenue at risk)."
)


@click.group()
def pilot() -> None:
    """Begin with the two plays that carry most revenue at risk, in one segment, for a quarter."""


@pilot.command()
@_SEGMENT
@framed
def propose(frame: Frame, segment: str) -> None:
    """The two plays whose accounts carry most revenue at risk, by the last two quarters; modules, segment and holdouts for them.

    \b
    $ vitalreel pilot propose -w ws --as-of 2026-11-23
    Begin with usage_drop and renewal_window, in mid_market: USD 412,000 of a year's revenue at risk at 41 accounts a quarter
    """
    proposal = step.propose(
        open_doors(frame.root()), frame.day, lambda what, n, of: frame.say(f"  {what}: {n} of {of}"), segment
    )
    frame.answer(_document(proposal), "\n".join(_lines(proposal)))


def _lines(p: Proposal) -> list[str]:
    names = " and ".join(c.play for c in p.plays)
    here = next((s for s in p.segments if s.segment == p.segment), None)
    risk, accounts = (here.at_risk, here.accounts) if here else (0, 0)
    how = (
        "the churn model's probabilities"
        if p.by_model
        else "what became of each play's accounts within 90 days; no churn model stands"
    )
    order = [
        (c.play, f"{c.accounts:,}", _money(c.arr, p), _money(c.at_risk, p), _money(c.adds, p)) for c in p.order
    ]  # fmt: skip
    segments = [(s.segment, f"{s.accounts:,}", _money(s.at_risk, p)) for s in p.segments]
    chosen = [_chosen(c) for c in p.plays]
    modules = [
        (m, play, "in the pilot" if play in {c.play for c in p.plays} else "next in line") for m, play in p.modules
    ]
    short = [] if len(p.modules) >= 5 else [f"Only {len(p.modules)} modules: a pilot wants five to ten."]
    return [
        f"Begin with {names}, in {p.segment}: {_money(risk, p)} of a year's revenue at risk at {accounts:,} accounts a quarter",
        f"By every week from {p.since} to {p.day}, and {how}.",
        "",
        table(order, ("play", "accounts a quarter", "their revenue", "at risk", "adds")),
        "",
        table(segments, ("segment", "accounts a quarter", "at risk")),
        "",
        table(chosen, ("play", "accounts in the segment", "reach the goal by themselves", "hold out", "shows")),
        "",
        table(modules, ("module", "for", "")),
        *short,
        "",
        "`vitalreel pilot start` writes it into vitalreel.yaml.",
    ]


def _chosen(c: step.Chosen) -> tuple[str, ...]:
    shows = "nothing in a quarter" if c.shows is None else f"{100 * c.shows:.1f} points or more"
    return c.play, f"{c.per_quarter:,}", f"{c.by_itself[0]} of {c.by_itself[1]}", f"{c.holdout:.0%}", shows


def _money(cents: int, p: Proposal) -> str:
    return f"{p.currency} {cents / 100:,.0f}"


def _document(p: Proposal) -> dict[str, Any]:
    return {
        "as_of": p.day, "since": p.since, "currency": p.currency, "by_model": p.by_model, "segment": p.segment,
        "plays": [
            {"play": c.play, "accounts_per_quarter": c.per_quarter, "by_itself": {"reached": c.by_itself[0], "of": c.by_itself[1]},
             "holdout": c.holdout, "shows": c.shows, "reason": c.advice.reason}
            for c in p.plays
        ],
        "order": [asdict(c) for c in p.order],
        "segments": [asdict(s) for s in p.segments],
        "modules": [{"module": m, "play": play} for m, play in p.modules],
    }  # fmt: skip


@pilot.command()
@_SEGMENT
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Its first day (default: the next one).")
@framed
def start(frame: Frame, segment: str, first: datetime | None) -> None:
    """Propose, and write the pilot into vitalreel.yaml: for a quarter only its plays open, only there, with its holdouts.

    Ladders that are under way go on. Edit `pilot:` in the file where you would rather have other plays.

    \b
    $ vitalreel pilot start -w ws --from 2026-12-01
    From 2026-12-01 to 2027-03-02 only usage_drop (30% held out) and renewal_window (40%) open, in mid_market
    """
    doors = open_doors(frame.root())
    step.refuse_second(doors)
    proposal = step.propose(doors, frame.day, lambda what, n, of: frame.say(f"  {what}: {n} of {of}"), segment)
    begins = first.date() if first else frame.day.fromordinal(frame.day.toordinal() + 1)
    written = step.start(doors, proposal, begins)
    frame.answer({**_document(proposal), "pilot": _pilot(written)}, _said(written))


def _said(p: Pilot) -> str:
    plays = " and ".join(f"{name} ({share:.0%} held out)" for name, share in p.plays.items())
    return f"From {p.start} to {p.until} only {plays} open, in {p.segment or 'all segments'}"


def _pilot(p: Pilot) -> dict[str, Any]:
    return {"plays": dict(p.plays), "segment": p.segment, "from": p.start, "until": p.until, "modules": list(p.modules),
            "shows": dict(p.shows)}  # fmt: skip


@pilot.command()
@framed
def report(frame: Frame) -> None:
    """What the pilot came to so far, for each play: scale, fix, stop, or not yet; and why.

    \b
    $ vitalreel pilot report -w ws --as-of 2027-03-02
    usage_drop      fix      no effect is shown (+2.1 points, -9.8 to +14.2, grade A), and the weakest link is the delivery: ...
    """
    standing, ends = step.tell(open_doors(frame.root()), frame.day)
    rows = [(e.play, e.verdict, f"{e.served}", f"{e.held_out}", e.why) for e in ends]
    over = "over" if frame.day >= standing.until else f"until {standing.until}"
    text = [
        f"{_said(standing)}; {over} as of {frame.day}",
        table(rows, ("play", "verdict", "served", "held out", "why")),
    ]
    frame.answer(
        {"pilot": _pilot(standing), "over": frame.day >= standing.until, "plays": [asdict(e) for e in ends]},
        "\n".join(text),
    )


@pilot.command()
@framed
def stop(frame: Frame) -> None:
    """End the pilot: every play of the workspace may open again. Its episodes, arms and films stay on record.

    \b
    $ vitalreel pilot stop -w ws
    The pilot of usage_drop and renewal_window has ended; all plays may open again
    """
    ended = step.stop(open_doors(frame.root()))
    names = " and ".join(ended.plays)
    frame.answer({"pilot": _pilot(ended)}, f"The pilot of {names} has ended; all plays may open again")
