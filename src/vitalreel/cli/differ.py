"""`differ`: how much of a film is its viewer's own, and which films only greet by another name."""

from __future__ import annotations

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.identity import AccountId
from vitalreel.steps.compare import Pair, compare
from vitalreel.wiring import open_doors


@click.command()
@click.argument("module")
@click.option("--account", "accounts", multiple=True, required=True, help="An account's id; name two or more.")
@framed
def differ(frame: Frame, module: str, accounts: tuple[str, ...]) -> None:
    """How much the films of MODULE differ between accounts; those that differ in little but the greeting are flagged.

    \b
    $ vitalreel differ usage_drop_recovery -w ws --account acc-000012 --account acc-000031
    account     and         words  seconds  own scenes
    acc-000012  acc-000031    71%      83%  title, usage_line, where, similar, next_step
    """
    doors = open_doors(frame.root())
    found = compare(doors, module, [AccountId(a) for a in accounts], frame.day)
    rows = [_cells(pair) for pair in found.pairs]
    lines = [table(rows, ("account", "and", "words", "seconds", "own scenes"))] if rows else []
    lines += [f"{account}: no film: {reason}" for account, reason in found.refused]
    theatre = any(pair.difference.theatre for pair in found.pairs)
    if theatre:
        lines.append(
            "Flagged pairs differ in little but the greeting: give the module cases that speak of what differs."
        )
    document = {
        "module": module,
        "pairs": [_entry(pair) for pair in found.pairs],
        "refused": [{"account": a, "reason": r} for a, r in found.refused],
    }
    frame.answer(document, "\n".join(lines), LOOK if theatre or found.refused else DONE)


def _cells(pair: Pair) -> tuple[str, ...]:
    d = pair.difference
    flag = "  GREETING ONLY" if d.theatre else ""
    return (pair.first, pair.second, f"{d.words:.0%}", f"{d.seconds:.0%}", f"{', '.join(d.own_scenes) or '-'}{flag}")


def _entry(pair: Pair) -> dict[str, object]:
    d = pair.difference
    return {"a": pair.first, "b": pair.second, "words": round(d.words, 4), "seconds": round(d.seconds, 4),
            "own_scenes": list(d.own_scenes), "theatre": d.theatre}  # fmt: skip
