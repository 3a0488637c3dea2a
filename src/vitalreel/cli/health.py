"""`score` and `explain`: every account's health as of a day, and what one account's score is made of or was moved by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.health.explain import Explanation, Part, Standing, points
from vitalreel.health.scorecard import TENTHS
from vitalreel.identity import AccountId
from vitalreel.steps.assess import Assessed, assess
from vitalreel.steps.chances import BLIND, Chances, Told
from vitalreel.steps.explain import churn, scored_before, standing
from vitalreel.steps.explain import explain as explained
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.outside import Outside, outside
from vitalreel.wiring import open_doors


@click.command()
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@framed
def score(frame: Frame, accounts: tuple[str, ...]) -> None:
    """Score all accounts, or only some, and save the scores with their parts.

    \b
    $ vitalreel score -w ws --as-of 2024-09-30
    420 accounts on 2024-09-30: 420 scored, 0 with too little data
    green 148  yellow 203  orange 63  red 6
    Churn within 90 days: 420 accounts have a probability, by model 1f0c9a3b7d21 of 2024-09-01 (AUC 0.741).
    3.1 s, 4.2 CPU s, 410 MB
    """
    doors = open_doors(frame.root())
    done = assess(doors, frame.day, frame.now, [AccountId(a) for a in accounts] or None)
    lines = [_summary(done)]
    if accounts:
        lines = [_line(standing(doors, AccountId(a), frame.day), a) for a in accounts]
    frame.answer(_scored(done), "\n".join(lines), DONE if done.scored else LOOK)


def _scored(done: Assessed) -> Mapping[str, object]:
    return {
        "day": done.day,
        "accounts": done.accounts,
        "scored": done.scored,
        "insufficient": done.insufficient,
        "bands": done.bands,
        "seconds": round(done.seconds, 3),
        "cpu_seconds": round(done.cpu_seconds, 3),
        "peak_mb": round(done.peak_mb, 1),
        "run": done.run,
        "churn": _churn_of(done.churn),
    }


def _churn_of(churn: Chances) -> Mapping[str, object]:
    """`off` says why no account has a probability; else None."""
    kept = churn.kept if churn.rows is not None else None
    return {
        "accounts": churn.rows.num_rows if churn.rows is not None else 0,
        "model": kept.model.version if kept else None,
        "horizon_days": kept.model.horizon_days if kept else None,
        "auc": kept.figures["auc"] if kept else None,
        "tells_apart": kept.tells_apart if kept else None,
        "off": churn.off or None,
    }


def _summary(done: Assessed) -> str:
    return "\n".join(
        [
            f"{done.accounts} accounts on {done.day}: {done.scored} scored, {done.insufficient} with too little data",
            "  ".join(f"{band} {n}" for band, n in done.bands.items()),
            done.churn.said,
            f"{done.seconds:.1f} s, {done.cpu_seconds:.1f} CPU s, {done.peak_mb:.0f} MB",
        ]
    )


def _line(now: Standing, account: str) -> str:
    """One account on one line: `acme  62.4/100 yellow  (no data: Ratings of support)`."""
    lacking = [p.label for p in now.parts if p.state == "missing"]
    without = f"  (no data: {', '.join(lacking)})" if lacking else ""
    if now.tenths is None:
        return f"{account}  insufficient data: {now.coverage:.0%} of the weight is covered{without}"
    return f"{account}  {points(now.tenths)}/100 {now.band}{without}"


@click.command()
@click.argument("account")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="What moved it since this day (default: the score before)."
)
@framed
def explain(frame: Frame, account: str, since: datetime | None) -> None:
    """Why an account's score is what it is, and what moved it since an earlier day.

    \b
    $ vitalreel explain A-00cac8 -w ws --as-of 2024-09-30 --since 2024-07-01
    A-00cac8 on 2024-09-30: 66.9 points, yellow, 100% of the weight has fresh data
    ...
    """
    doors = open_doors(frame.root())
    known = AccountId(account)
    earlier = since.date() if since else scored_before(doors, known, frame.day)
    if earlier is None:
        now, change = standing(doors, known, frame.day), None
    else:
        change = explained(doors, known, frame.day, earlier)
        now = change.after
    chance = churn(doors, known, frame.day)
    with doors.lake.session() as session:
        others = outside(session, known, frame.day, lambda: catalogue_of(doors).master)
    document = {**_document(account, now, change), "churn": _chance(chance), "outside": [asdict(o) for o in others]}
    lines = [_told(account, now, change), "", *churn_told(chance), *(_outside_line(o) for o in others)]
    frame.answer(document, "\n".join(lines))


def _outside_line(other: Outside) -> str:
    """Another platform's score in one line: on its own scale, beside ours and never in it."""
    said = ", ".join(str(x) for x in (None if other.score is None else f"{other.score:g}", other.band) if x is not None)
    todo = f"; it asks for: {other.call_to_action}" if other.call_to_action else ""
    chief = " (the master score)" if other.master else ""
    return f"{other.platform}{chief} on {_day(other.day)}: {said or 'no score'}{todo}"


def _chance(told: Told) -> Mapping[str, object]:
    """`off` says why the account has no probability; else None."""
    model = told.kept.model if told.kept and told.chance else None
    return {
        "probability": told.chance.probability if told.chance else None,
        "horizon_days": model.horizon_days if model else None,
        "model": model.version if model else None,
        "tells_apart": told.kept.tells_apart if told.kept and told.chance else None,
        "reasons": [
            {"name": r.name, "label": r.label, "log_odds": r.log_odds, "in_words": r.said}
            for r in (told.chance.reasons if told.chance else ())
        ],
        "off": told.off or None,
    }


def churn_told(told: Told) -> list[str]:
    """The probability with its reasons: a number of its own, which no point of the score goes into."""
    if told.chance is None or told.kept is None:
        return [f"No churn probability: {told.off}"]
    days, p = told.kept.model.horizon_days, told.chance.probability
    weak = "" if told.kept.tells_apart else f" {BLIND}"
    head = f"Chance of churn within {days} days of {_day(told.chance.day)}: {p:.1%}, by model {told.kept.model.version}.{weak}"
    return [head, *(f"  {r.said}" for r in told.chance.reasons)]


def _number(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / TENTHS


def _document(account: str, now: Standing, change: Explanation | None) -> Mapping[str, object]:
    return {
        "account": account,
        "day": now.day,
        "score": _number(now.tenths),
        "band": now.band,
        "state": now.state,
        "coverage": now.coverage,
        "scorecard": now.scorecard,
        "config": now.config,
        "parts": {p.name: _number(p.tenths) for p in now.parts},
        "missing": [p.name for p in now.parts if p.state == "missing"],
        "change": _changed(change) if change else None,
    }


def _changed(change: Explanation) -> Mapping[str, object]:
    return {
        "since": change.before.day,
        "from": _number(change.before.tenths),
        "to": _number(change.after.tenths),
        "points": _number(change.tenths),
        "parts": {m.name: _number(m.tenths) for m in change.moves},
        "causes": {m.name: {cause: _number(t) for cause, t in m.causes.items()} for m in change.moves},
        "in_words": change.sentence,
    }


def _told(account: str, now: Standing, change: Explanation | None) -> str:
    lines = [_headline(account, now), "", _parts_table(now)]
    if change is not None:
        lines += ["", f"Since {_day(change.before.day)}: {change.sentence}"]
        lines += ["", _moves_table(change)] if change.moves else []
    return "\n".join(lines)


def _headline(account: str, now: Standing) -> str:
    if now.tenths is None:
        return f"{account} on {_day(now.day)}: insufficient data, {now.coverage:.0%} of the weight has fresh data"
    return (
        f"{account} on {_day(now.day)}: {points(now.tenths)} points, {now.band}, "
        f"{now.coverage:.0%} of the weight has fresh data"
    )


def _parts_table(now: Standing) -> str:
    """The parts, largest worth first, over their sum."""
    ordered = sorted(now.parts, key=lambda p: (-p.weight, p.name))
    rows: list[tuple[str, ...]] = [
        (p.label, _reading(p), f"{p.weight:g}" if p.weight else "", _points(p)) for p in ordered
    ]
    if now.tenths is not None:
        rows.append(("Score", "", f"{sum(p.weight for p in ordered):g}", points(now.tenths)))
    return table(rows, ("part", "reading", "of", "points"))


def _points(part: Part) -> str:
    return "no data" if part.state == "missing" else points(part.tenths)


def _reading(part: Part) -> str:
    return "" if part.value is None else f"{part.value:,.2f}".rstrip("0").rstrip(".")


def _moves_table(change: Explanation) -> str:
    """What moved, largest first, over the change it adds up to."""
    rows: list[tuple[str, ...]] = [
        (m.label, " + ".join(m.causes) or "data", points(m.tenths, signed=True)) for m in change.moves
    ]
    rows.append(("Change", "", points(change.tenths or 0, signed=True)))
    return table(rows, ("moved by", "because of", "points"))


def _day(day: date) -> str:
    return day.isoformat()
