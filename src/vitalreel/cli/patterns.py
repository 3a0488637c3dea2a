"""`patterns`: what came before churn, and which thresholds that proposes for plays."""

from __future__ import annotations

from collections.abc import Mapping

import click

from vitalreel.cli.frame import LOOK, Frame, framed, table
from vitalreel.health.patterns import Found, Pattern
from vitalreel.measurement.shares import wilson
from vitalreel.steps.patterns import Looked, look_for
from vitalreel.wiring import open_doors

HEAD = ("before churn", "of churns", "of other days", "churn after it", "days before")


@click.command()
@click.option(
    "--horizon", default=90, show_default=True, type=click.IntRange(10, 728), help="Days within which churn counts."
)
@framed
def patterns(frame: Frame, horizon: int) -> None:
    """What came before churn, by how long, and how often it came before nothing: conditions for plays, from history.

    \b
    $ vitalreel patterns -w ws --as-of 2026-09-30
    all accounts: 212 churns; 3.1% of days are followed by one within 90 days
    before churn                                  of churns       of other days   churn after it  days before
    usage.weekly_users down 30% over 1 quarter    61% (54 to 67)  8% (7 to 9)     17%             58
    """
    looked = look_for(open_doors(frame.root()), frame.day, horizon)
    if looked.refused:
        document = {"refused": looked.refused, "churns": looked.churns, "groups": []}
        frame.answer(document, f"Refused: {looked.refused}. Plays keep their thresholds.", LOOK)
        return
    text = "\n\n".join(_text(f, horizon) for f in looked.found)
    frame.answer(_document(looked), f"{text}\n\n{NOTE}")


NOTE = (
    "Rates are of accounts on which the threshold was not chosen, with intervals of 95%. A condition goes into a play's `when`; what it "
    "would have done is told by `vitalreel backtest`."
)


def _text(found: Found, horizon: int) -> str:
    head = f"{found.group}: {found.churns} churns; {found.base:.1%} of days are followed by one within {horizon} days"
    parts = [head, table([_row(p) for p in found.single], HEAD)]
    if found.together:
        parts += [
            "together, followed by churn more often than each alone:",
            table([_row(p) for p in found.together], HEAD),
        ]
    return "\n".join(parts)


def _row(p: Pattern) -> tuple[str, ...]:
    hit, false = _intervals(p)
    return (
        " and ".join(p.conditions), f"{p.hit:.0%} ({100 * hit[0]:.0f} to {100 * hit[1]:.0f})",
        f"{p.false:.0%} ({100 * false[0]:.0f} to {100 * false[1]:.0f})", f"{p.precise:.0%}",
        "-" if p.lead_days is None else str(p.lead_days),
    )  # fmt: skip


def _intervals(p: Pattern) -> tuple[tuple[float, float], tuple[float, float]]:
    margin = 1.96 * p.false_error
    return wilson(p.hits, p.churns), (max(0.0, p.false - margin), min(1.0, p.false + margin))


def _document(looked: Looked) -> Mapping[str, object]:
    groups = [
        {"group": f.group, "churns": f.churns, "base": f.base, "single": [_said(p) for p in f.single],
         "together": [_said(p) for p in f.together]}
        for f in looked.found
    ]  # fmt: skip
    return {"refused": None, "churns": looked.churns, "days": looked.days, "groups": groups}


def _said(p: Pattern) -> Mapping[str, object]:
    hit, false = _intervals(p)
    return {
        "names": p.names, "conditions": p.conditions, "churns": p.churns, "hits": p.hits, "hit": p.hit, "hit_interval": hit,
        "false": p.false, "false_interval": false, "precise": p.precise, "lead_days": p.lead_days,
    }  # fmt: skip
