"""`backtest`: what a play would have done over days that are past."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps.backtest import After, Backtest
from vitalreel.steps.backtest import backtest as test
from vitalreel.triggers.backtest import NEAR
from vitalreel.wiring import open_doors

_DAY = click.DateTime(["%Y-%m-%d"])
_BAR = 40  # characters of the longest week


@click.command()
@click.argument("play")
@click.option("--from", "start", type=_DAY, help="First day. Thirteen weeks before the last one if not given.")
@click.option("--to", "last", type=_DAY, help="Last day. The day before --as-of if not given.")
@framed
def backtest(frame: Frame, play: str, start: datetime | None, last: datetime | None) -> None:
    """What a play would have done over days that are past: when, for whom, beside which others, and what became of those accounts.

    Every day is asked with what was known at its end. Guards, caps and holdouts are left aside. Writes nothing.

    \b
    $ vitalreel backtest usage_drop -w ws --from 2026-04-01 --to 2026-06-30
    usage_drop from 2026-04-01 to 2026-06-30: fired 24 times for 24 of 138 accounts
    """
    until = (last.date() + timedelta(days=1)) if last else frame.day
    begins = start.date() if start else until - timedelta(weeks=13)
    found = test(
        open_doors(frame.root()),
        play,
        begins,
        until,
        frame.day,
        lambda what, n, of: frame.say(f"  {what}: {n} of {of}"),
    )
    frame.answer(_document(found), _told(found))


def _document(b: Backtest) -> dict[str, object]:
    return {
        "play": b.play, "from": b.start, "to": b.until - timedelta(days=1), "fired": len(b.fired), "accounts": b.accounts,
        "audience": b.audience, "unknown": b.unknown, "days": [{"account": f.account, "day": f.day} for f in b.fired],
        "per_week": [{"week": week, "fired": n} for week, n in b.per_week],
        "overlap": {o.play: {"fired": o.fired, "shared": o.shared} for o in b.overlaps},
        "outcome": {
            "days": b.after.days,
            "fired": {"accounts": b.after.fired.accounts, "churned": b.after.fired.churned},
            "others": {"accounts": b.after.others.accounts, "churned": b.after.others.churned},
            "gap": b.after.gap,
        },
    }  # fmt: skip


def _told(b: Backtest) -> str:
    times = "once" if len(b.fired) == 1 else f"{len(b.fired)} times"
    head = f"{b.play} from {b.start} to {b.until - timedelta(days=1)}: fired {times} for {b.accounts} of {b.audience} accounts"
    lines = [head if b.fired else f"{head}. Nothing it asks about came true in these days."]
    if b.unknown:
        lines.append(
            f"{b.unknown} answers of an account on a day were unknown: what it asks about was missing or stale"
        )
    if b.fired:
        most = max(n for _, n in b.per_week)
        rows = [(week.isoformat(), str(n), "#" * -(-n * _BAR // most)) for week, n in b.per_week]
        lines += ["", table(rows, ("week of", "fired", ""))]
    if b.overlaps:
        near = [(o.play, str(o.fired), f"{o.shared} of {len(b.fired)}") for o in b.overlaps]
        lines += ["", table(near, ("other play", "fired", f"within {NEAR.days} days of it"))]
    return "\n".join([*lines, "", *_after(b.after)])


def _after(after: After) -> list[str]:
    if after.gap is None:
        return [
            f"What came of it is not known yet: nobody's {after.days} days afterwards are over, or nobody was left to compare with."
        ]
    value, low, high = (100 * v for v in after.gap)
    found = "Not enough evidence that it finds accounts at risk" if low <= 0 <= high else (
        "It finds accounts at risk" if value > 0 else "It finds accounts that stay"
    )  # fmt: skip
    return [
        f"churned within {after.days} days: {after.fired.churned} of {after.fired.accounts} it fired for, "
        f"{after.others.churned} of {after.others.accounts} others",
        f"{found}: {value:+.1f} points, 95 % interval {low:+.1f} to {high:+.1f}. This is no effect of any film.",
    ]
