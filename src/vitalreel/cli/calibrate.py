"""`calibrate`: what a scorecard's measures should be worth by what came of accounts; written only when a person accepts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.health.calibrate import Proposal, Proposed
from vitalreel.health.scorecard import TENTHS
from vitalreel.steps.calibrate import Tried, accept
from vitalreel.steps.calibrate import calibrate as proposals
from vitalreel.wiring import open_doors


@click.command()
@click.option("--horizon", default=90, show_default=True, help="Days ahead in which a churn counts.")
@click.option("--accept", "accepted", metavar="PROPOSAL", help="Write this proposal into its scorecard.")
@click.option("--by", default="", help="Who accepts it.")
@framed
def calibrate(frame: Frame, horizon: int, accepted: str | None, by: str) -> None:
    """New points for the scorecards, from what came of accounts.

    \b
    $ vitalreel calibrate -w ws
    $ vitalreel calibrate -w ws --accept 4f1c09ab77de --by "Ines Roth"
    """
    doors = open_doors(frame.root())
    if accepted is None:
        found: Sequence[Tried] = proposals(doors, frame.day, horizon)
    else:
        found = [accept(doors, accepted, by, frame.day, frame.now, horizon)]
    said = [line for tried in found for line in (*_told(tried), "")]
    if accepted is not None:
        said.append(f"Accepted by {by.strip()}; scores from now on go by it, earlier ones stay as they are.")
    document = {
        "measures": [_measure(t.scorecard, m) for t in found if t.proposal for m in t.proposal.measures],
        "scorecards": [_scorecard(t) for t in found],
        "accepted": accepted,
    }
    frame.answer(document, "\n".join(said).rstrip(), DONE if any(t.proposal for t in found) else LOOK)


def _measure(scorecard: str, m: Proposed) -> Mapping[str, object]:
    return {
        "scorecard": scorecard,
        "name": m.name,
        "label": m.label,
        "old": m.old / TENTHS,
        "new": m.new / TENTHS,
        "interval": list(m.interval),
        "evidence": {
            "known": m.evidence.known,
            "churn_lowest_third": m.evidence.lowest,
            "churn_highest_third": m.evidence.highest,
            "in_words": m.evidence.said,
        },
    }


def _scorecard(tried: Tried) -> Mapping[str, object]:
    """`refused` says why there is no proposal; else None."""
    p = tried.proposal
    return {
        "scorecard": tried.scorecard,
        "proposal": p.id if p else None,
        "snapshots": p.snapshots if p else None,
        "events": p.events if p else tried.refused.events if tried.refused else None,
        "auc_old": p.auc_old if p else None,
        "auc_new": p.auc_new if p else None,
        "gain_interval": list(p.gain) if p else None,
        "better": p.better if p else None,
        "moves": [{"from": old, "to": new, "accounts": n} for (old, new), n in tried.moves.items()],
        "refused": tried.refused.reason if tried.refused else None,
        "would_help": tried.refused.would_help if tried.refused else None,
    }


def _told(tried: Tried) -> list[str]:
    p = tried.proposal
    if p is None:
        why = tried.refused
        return [
            f"Scorecard {tried.scorecard}: {why.reason}. What would help: {why.would_help}." if why else tried.scorecard
        ]
    rows = [
        (
            m.label,
            f"{m.old / TENTHS:.1f}",
            f"{m.new / TENTHS:.1f}",
            f"{m.interval[0]:.1f} to {m.interval[1]:.1f}",
            m.evidence.said,
        )
        for m in sorted(p.measures, key=lambda m: (-abs(m.new - m.old), m.name))
    ]
    return [
        f"Scorecard {p.scorecard}, proposal {p.id}, from {p.events} churns as known on {p.made_of}:",
        table(rows, ("measure", "now", "new", "interval", "evidence")),
        _judged(p),
        _bands(tried),
    ]


def _judged(p: Proposal) -> str:
    verdict = "better beyond chance" if p.better else "no better beyond chance: there is no need to accept it"
    return (
        f"On accounts left out, the measures tell churners from others with AUC {p.auc_old:.3f} by the points now and {p.auc_new:.3f} by "
        f"the new ones (difference {p.gain[0]:+.3f} to {p.gain[1]:+.3f}): {verdict}."
    )


def _bands(tried: Tried) -> str:
    if not tried.moves:
        return "Today no account would stand in another band."
    return "Today " + ", ".join(f"{n} would go from {a} to {b}" for (a, b), n in tried.moves.items()) + "."
