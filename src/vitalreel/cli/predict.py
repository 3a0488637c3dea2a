"""`predict`: the chance that an account churns, learnt from the company's own history, judged, and shown with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.health.predict.rolling import Evaluation, Refusal
from vitalreel.health.predict.words import told
from vitalreel.identity import AccountId
from vitalreel.steps.chances import Chance
from vitalreel.steps.predict import Shown, judged, show, train
from vitalreel.wiring import open_doors

SHOWN = 20
_horizon = click.option("--horizon", default=90, show_default=True, help="Days ahead that are predicted.")


@click.group()
def predict() -> None:
    """Churn probability: train, show, evaluate."""


@predict.command("train")
@_horizon
@framed
def train_(frame: Frame, horizon: int) -> None:
    """Learn from the company's own history, judge, and keep every account's probability.

    \b
    $ vitalreel predict train -w ws --as-of 2024-09-30
    """
    done = train(open_doors(frame.root()), frame.day, frame.now, horizon)
    if isinstance(done, Refusal):
        _refuse(frame, done)
        return
    document = {
        **_figures(done.evaluation),
        "version": done.model.version,
        "horizon_days": horizon,
        "snapshots": done.model.snapshots,
        "learnt_from": done.model.events,
        "accounts": done.accounts,
    }
    first = f"Model {done.model.version} learnt from {done.model.events} churns; {done.accounts} accounts have a probability."
    frame.answer(document, "\n".join([first, *told(done.evaluation)]), _code(done.evaluation))


@predict.command("evaluate")
@_horizon
@framed
def evaluate_(frame: Frame, horizon: int) -> None:
    """How well churn would have been predicted, at earlier cut-offs and by what was known then.

    \b
    $ vitalreel predict evaluate -w ws --as-of 2024-09-30
    """
    found = judged(open_doors(frame.root()), frame.day, horizon)
    if isinstance(found, Refusal):
        _refuse(frame, found)
        return
    frame.answer(_figures(found), "\n".join(told(found)), _code(found))


@predict.command("show")
@click.argument("account", required=False)
@framed
def show_(frame: Frame, account: str | None) -> None:
    """The probability of an account with its reasons, or the highest of all, beside the model's figures.

    \b
    $ vitalreel predict show acct-000012 -w ws
    """
    found = show(open_doors(frame.root()), frame.day, AccountId(account) if account else None)
    document = {
        "day": found.day,
        "version": found.version,
        "horizon_days": found.horizon_days,
        "figures": found.figures,
        "in_words": list(found.in_words),
        "accounts": [_chance(c) for c in found.chances],
        "drift": asdict(found.drift) if found.drift else None,
    }
    head = f"Chance of churn within {found.horizon_days} days of {found.day.isoformat()}, by model {found.version}:"
    frame.answer(document, "\n".join([head, *_listed(found.chances, account), "", *found.in_words, *_moved(found)]))


def _moved(found: Shown) -> list[str]:
    """How the model stands against what followed."""
    drift = found.drift
    if drift is None:
        return []
    said = list(drift.told.values()) or ["nothing has drifted"]
    return ["", f"Since it learnt on {drift.learnt_on}, as of {drift.day}: {'; '.join(said)}."]


def _listed(chances: tuple[Chance, ...], account: str | None) -> list[str]:
    if account:
        return [f"{account}  {chances[0].probability:.1%}", *(f"  {r.said}" for r in chances[0].reasons)]
    rows = [
        (c.account, f"{c.probability:.1%}", c.reasons[0].said if c.reasons else "like the average account")
        for c in chances[:SHOWN]
    ]
    return [table(rows, ("account", "chance", "first reason"))]


def _chance(c: Chance) -> Mapping[str, Any]:
    return {
        "account": c.account,
        "probability": c.probability,
        "reasons": [{"name": r.name, "label": r.label, "log_odds": r.log_odds, "in_words": r.said} for r in c.reasons],
    }


def _figures(found: Evaluation) -> dict[str, Any]:
    f = found.figures
    return {
        "auc": f.auc,
        "auc_interval": list(f.auc_interval),
        "pr_auc": f.pr_auc,
        "brier": f.brier,
        "brier_null": f.brier_null,
        "top_decile_lift": f.top_decile_lift,
        "lead_time_days": found.lead.median_days,
        "events": found.events,
        "refused": None,
        "base_rate": f.base_rate,
        "calibration_intercept": f.calibration_intercept,
        "calibration_slope": f.calibration_slope,
        "calibration_slope_interval": list(f.calibration_slope_interval),
        "reliability": [{"n": b.n, "predicted": b.predicted, "observed": b.observed} for b in f.reliability],
        "cut_offs": list(found.cut_offs),
        "tells_apart": f.tells_apart,
        "weak": f.weak,
        "challenger": {"auc": found.challenger.auc, "auc_interval": list(found.challenger.auc_interval)},
        "in_words": list(told(found)),
    }


def _code(found: Evaluation) -> int:
    return LOOK if found.figures.weak else DONE


def _refuse(frame: Frame, refusal: Refusal) -> None:
    """No figure is given where there is none."""
    keys = ("auc", "auc_interval", "pr_auc", "brier", "brier_null", "top_decile_lift", "lead_time_days")
    document = {
        **dict.fromkeys(keys),
        "events": refusal.events,
        "refused": refusal.reason,
        "would_help": refusal.would_help,
    }
    frame.answer(document, f"Refused: {refusal.reason}. What would help: {refusal.would_help}.", LOOK)
