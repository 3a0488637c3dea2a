"""`plan-test`: what so many accounts can show, how many an effect needs, and how large a holdout should be."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.errors import BadInput
from vitalreel.measurement.planner import (
    ALPHA,
    CLAIMS,
    POWER,
    Claim,
    Plan,
    Way,
    accounts_needed,
    advise,
    first_answer,
    smallest_effect,
)

_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)
_USUAL = 0.3  # of the rarer side of the outcome: the effect asked for where none is named


@click.command("plan-test")
@click.option("--base", type=_SHARE, required=True, metavar="P", help="Share with the outcome if nothing is done.")
@click.option(
    "--accounts", type=click.IntRange(min=2), required=True, metavar="N", help="Accounts that can begin now, both arms."
)
@click.option("--holdout", type=_SHARE, required=True, metavar="H", help="Share of them held out.")
@click.option(
    "--effect", type=_SHARE, metavar="D", help="Difference to be seen, as a share (default: 0.3 of the rarer side)."
)
@click.option(
    "--way", type=click.Choice(["fall", "rise"]), help="Hoped for (default: fall up to a base of a half, else rise)."
)
@click.option(
    "--per-month", type=click.FloatRange(min=0, min_open=True), metavar="M", help="Accounts that come to it later."
)
@click.option(
    "--window", type=click.IntRange(min=1), default=90, show_default=True, help="Days until an outcome is known."
)
@click.option("--claims", is_flag=True, help="Beside it, what vendors claim, labelled as theirs.")
@framed
def plan_test(
    frame: Frame, base: float, accounts: int, holdout: float, effect: float | None, way: Way | None, per_month: float | None, window: int,
    claims: bool,
) -> None:  # fmt: skip
    """What a test can show before it begins, and when: exact, with 80% chance at the 5% level. Needs no workspace.

    \b
    $ vitalreel plan-test --base 0.1 --accounts 400 --holdout 0.3 --per-month 30 --as-of 2026-11-27
    400 accounts, 280 served and 120 held out, show a fall from 10.0% of 7.0 points or more, by 2027-02-25.
    A fall of 3.0 points needs about 3,134 accounts: not before 2034-09-30 at 30 a month.
    Held out 10%: 8.7  15%: 7.9  20%: 7.5  30%: 7.0  40%: 6.8  50%: 6.8 points
    Advice: hold out 20%: no size shows 3.0 points; this one shows 7.5, and more held out little less.
    """
    plan = Plan(base, holdout, way or ("fall" if base <= 0.5 else "rise"))
    wanted = _USUAL * min(base, 1 - base) if effect is None else effect
    if wanted > plan.room:
        raise BadInput("--effect", f"{base:.1%} cannot {plan.way} by {100 * wanted:g} points", f"at most {plan.room:g}")
    document = _document(plan, accounts, wanted, per_month, window, frame.day)
    if claims:
        document["claims"] = [_claim(plan, c) for c in CLAIMS]
    frame.answer(document, "\n".join(_told(plan, document)))


def _document(
    plan: Plan, accounts: int, wanted: float, per_month: float | None, window: int, day: date
) -> dict[str, Any]:
    smallest, needed = smallest_effect(plan, accounts), accounts_needed(plan, wanted)
    advice = advise(plan, accounts, wanted)
    return {
        "base": plan.base, "accounts": accounts, "holdout": plan.holdout, "arms": plan.arms(accounts), "way": plan.way,
        "alpha": ALPHA, "power": POWER, "window_days": window, "per_month": per_month,
        "mde": smallest, "mde_relative": None if smallest is None else smallest / plan.base,
        "mde_on": None if smallest is None else first_answer(accounts, accounts, per_month, window, day),
        "effect": wanted, "needed": needed,
        "earliest": None if needed is None else first_answer(needed, accounts, per_month, window, day),
        "holdouts": [{"holdout": s.holdout, "mde": s.effect} for s in advice.sizes],
        "advice": {"holdout": advice.holdout, "reason": advice.reason},
    }  # fmt: skip


def _told(plan: Plan, d: dict[str, Any]) -> list[str]:
    served, held = d["arms"]
    who = f"{d['accounts']:,} accounts, {served:,} served and {held:,} held out, show"
    if d["mde"] is None:
        lines = [
            f"{who} no {plan.way} from {plan.base:.1%} with {d['power']:.0%} chance, not even the largest there is."
        ]
    else:
        lines = [f"{who} a {plan.way} from {plan.base:.1%} of {100 * d['mde']:.1f} points or more, by {d['mde_on']}."]
    lines.append(f"A {plan.way} of {100 * d['effect']:.1f} points needs {_needs(d)}.")
    sizes = "  ".join(f"{s['holdout']:.0%}: {_points(s['mde'])}" for s in d["holdouts"])
    lines.append(f"Held out {sizes} points")
    advice = d["advice"]
    hold = "" if advice["holdout"] is None else f"hold out {advice['holdout']:.0%}: "
    lines.append(f"Advice: {hold}{advice['reason']}.")
    for c in d.get("claims", ()):
        seen = (
            "; to see that here takes " + " to ".join(_count(n) for n in reversed(c["needed"])) if c["needed"] else ""
        )
        lines.append(f"{c['label'].capitalize()}: {c['said']}{seen}.")
    return lines


def _claim(plan: Plan, claim: Claim) -> dict[str, Any]:
    """With the accounts that each end of a claim in points would need here; None where it cannot be."""
    ends = (
        None if claim.points is None else [accounts_needed(plan, p) if p <= plan.room else None for p in claim.points]
    )
    return {"said": claim.said, "label": claim.label, "needed": ends}


def _count(accounts: int | None) -> str:
    return "(impossible)" if accounts is None else f"{accounts:,} accounts"


def _points(effect: float | None) -> str:
    return "none" if effect is None else f"{100 * effect:.1f}"


def _needs(d: dict[str, Any]) -> str:
    if d["needed"] is None:
        return "more accounts than any programme has"
    about = f"about {d['needed']:,} accounts"
    if d["needed"] <= d["accounts"]:
        return f"{about}, which are there: by {d['earliest']}"
    if d["per_month"] is None:
        return f"{about}; say --per-month to hear until when"
    if d["earliest"] is None:
        return f"{about}: never at {d['per_month']:g} a month"
    return f"{about}: not before {d['earliest']} at {d['per_month']:g} a month"
