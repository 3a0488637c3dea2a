"""`opportunities`: who is ready to expand, and what is open at one account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.health.opportunity.recommend import Advice
from vitalreel.steps.openings import Found, Opening, Ready, growth_on, open_at
from vitalreel.steps.opportunity import assess_growth
from vitalreel.wiring import open_doors

SHOWN = 20
HEAD = ("account", "name", "points", "ready", "seats in use", "full on", "features open", "next feature", "speak of it")


@click.command()
@click.argument("account", required=False)
@click.option("--all", "everyone", is_flag=True, help="All accounts, not the first 20.")
@framed
def opportunities(frame: Frame, account: str | None, everyone: bool) -> None:
    """Who is ready to expand, and what is open at ACCOUNT: why, its next feature, and when to speak of it.

    \b
    $ vitalreel opportunities -w ws --as-of 2026-11-23
    Ready to expand on 2026-11-23: 41 of 300 accounts
    account     name        points  ready  seats in use  full on     features open  next feature  speak of it
    acc-000027  Acme Foods  84.2    yes    96% of 120    2026-11-23  2              Auto fill     now: its seats are full
    """
    doors = open_doors(frame.root())
    if account is None:
        assess_growth(doors, frame.day, frame.now)
        found = growth_on(doors, frame.day)
        frame.answer(_everybody(found), _list(found, everyone))
    else:
        one = open_at(doors, account, frame.day)
        frame.answer(_document(one), "\n".join(_lines(one)))


# -- all accounts


def _list(found: Found, everyone: bool) -> str:
    ready = sum(r.ready for r in found.rows)
    shown = found.rows if everyone else found.rows[:SHOWN]
    lines = [
        f"Ready to expand on {found.day}: {ready} of {len(found.rows)} accounts",
        table([_row(r) for r in shown], HEAD),
    ]
    if len(shown) < len(found.rows):
        lines.append(f"and {len(found.rows) - len(shown)} more: --all")
    lines += [f"left out of expansion.yaml: {said}" for said in found.left_out]
    return "\n".join([*lines, "", *_company(found.company)])


def _row(r: Ready) -> tuple[str, ...]:
    p = r.pressure
    return (
        r.account, r.name, "-" if r.points is None else f"{r.points:.1f}", "yes" if r.ready else "no",
        "unknown" if p.share is None else f"{p.share:.0%} of {p.seats}", str(r.full_on or "-"),
        "unknown" if r.features_open is None else str(r.features_open), r.advice_name or "-", f"{r.timing.state}: {r.timing.why}",
    )  # fmt: skip


def _company(company: Mapping[str, Any]) -> list[str]:
    """What all accounts together tell, refusals said."""
    names = company["features"]

    def named(feature: str) -> str:
        return str(names.get(feature, feature))

    lines = [
        "Features in the order they are taken up: "
        + (", ".join(named(f) for f in company["order"]) or "too few accounts to say")
    ]
    rows = [
        (named(p["feature"]), f"{p['took']} of {p['watched']}", _days(p["median_days"]),
         f"{_days(p['low_days'])} to {_days(p['high_days'])}")
        for p in company["paces"] if "took" in p
    ]  # fmt: skip
    if rows:
        lines.append(table(rows, ("feature", "taken up by", "median days", "95%")))
    beside = [
        (named(s["feature"]), f"{s['using_stayed']} of {s['using']}", f"{s['without_stayed']} of {s['without']}",
         f"{100 * s['difference']:+.0f} ({100 * s['low']:+.0f} to {100 * s['high']:+.0f})", s["goes_with"])
        for s in company["staying"] if "using" in s
    ]  # fmt: skip
    if beside:
        lines.append(table(beside, ("used before they decided", "stayed", "stayed without", "points", "goes with")))
    refused = [x for kind in ("paces", "staying") for x in company[kind] if "reason" in x]
    lines += [f"not said of {named(x['of'])}: {x['reason']}" for x in refused]
    return [*lines, "What goes with staying need not cause it; intervals hold for all features together."]


def _days(days: int | None) -> str:
    return "not reached" if days is None else str(days)


def _everybody(found: Found) -> dict[str, Any]:
    return {
        "as_of": found.day, "ready": sum(r.ready for r in found.rows), "accounts": [_said(r) for r in found.rows], "company": found.company,
        "left_out": found.left_out,
    }  # fmt: skip


def _said(r: Ready) -> dict[str, Any]:
    p = r.pressure
    return {
        "account": r.account, "name": r.name, "segment": r.segment, "points": r.points, "coverage": r.coverage, "ready": r.ready,
        "held_by": r.held_by, "band": r.band, "arr": r.arr,
        "seats": {"paid": p.seats, "used": p.used, "before": p.before, "share": p.share, "free": p.free, "full_on": r.full_on},
        "features": r.features, "features_open": r.features_open, "next_feature": _next(r), "timing": asdict(r.timing),
    }  # fmt: skip


def _next(r: Ready) -> dict[str, Any]:
    return (
        {"feature": r.advice.feature, "name": r.advice_name, **_counts(r.advice)}
        if r.advice
        else {"refused": r.no_advice}
    )


def _counts(a: Advice) -> dict[str, Any]:
    return {"using": a.using, "well": a.well, "others_using": a.others_using, "others": a.others}


# -- one account


def _lines(one: Opening) -> list[str]:
    r, p = one.of, one.of.pressure
    score = "no score: too little fresh data" if r.points is None else f"{r.points:.1f} of 100"
    lines = [f"{r.name} on {r.day}: {score}, {'ready to expand' if r.ready else 'not ready to expand'}"]
    lines += [f"  held by {said}" for said in r.held_by]
    lines += [f"  {x.points:+6.1f}  {x.label}{_part(x.state, x.value)}" for x in one.parts]
    used = "how many come each week is not known" if p.used is None else f"{p.used:.0f} people each week"
    full = f", full on {r.full_on} at last quarter's pace" if r.full_on else ""
    since = f", from {r.timing.on}" if r.timing.on else ""
    lines += [f"seats: {p.seats or 'unknown'}, {used}{full}", f"when: {r.timing.state}{since}: {r.timing.why}"]
    lines.append(f"next feature: {advised(r)}")
    lines += [f"open: {g.kind.replace('_', ' ')} {g.name}: {g.why}" for g in one.gaps if g.state == "open"]
    lines += [f"unknown: {g.kind.replace('_', ' ')}: {g.why}" for g in one.gaps if g.state == "unknown"]
    lines += [
        f"took up {t.name} on {t.first}{_after(t.after_days)}{'' if t.in_use else ', not in use any more'}"
        for t in one.path
    ]
    return [*lines, f"how often such accounts buy more: {chance(one.chance)}"]


def advised(r: Ready) -> str:
    """The next feature and who uses it, or why there is none."""
    if r.advice is None:
        return f"none: {r.no_advice}"
    a = r.advice
    beside = f", and {a.others_using} of {a.others} others" if a.others is not None else ""
    return f"{r.advice_name}, used by {a.using} of {a.well} similar accounts that did well{beside}"


def chance(said: Mapping[str, Any]) -> str:
    """A base rate in words, or why none is told."""
    if "reason" in said:
        return f"not said: {said['reason']}"
    words = f"{said['expanded']} of {said['decided']} {said['group'].replace('_', ' ')} that decided in two years"
    return f"{words} ({said['low']:.0%} to {said['high']:.0%})"


def _part(state: str, value: float | None) -> str:
    return " (no data)" if state == "missing" else "" if value is None else f" ({value:.3g})"


def _after(days: int | None) -> str:
    return "" if days is None else f", {days} days after its start"


def _document(one: Opening) -> dict[str, Any]:
    gaps = {state: [asdict(g) for g in one.gaps if g.state == state] for state in ("open", "unknown")}
    return {
        "as_of": one.of.day, **_said(one.of), "parts": [asdict(x) for x in one.parts], **gaps, "path": [asdict(t) for t in one.path],
        "seat_price": one.seat_price, "chance": one.chance,
    }  # fmt: skip
