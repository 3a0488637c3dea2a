"""`cohort`: accounts plays were served for against others of the loaded company made alike, where nobody was held out."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.estimate import told
from vitalreel.cli.frame import DONE, LOOK, Frame, framed
from vitalreel.measurement.ends import ENDINGS
from vitalreel.measurement.estimate import Refusal
from vitalreel.steps.effect import document
from vitalreel.steps.parts.cohort import as_csv, of_company
from vitalreel.wiring import open_doors


@click.command()
@click.option(
    "--play", "plays", multiple=True, metavar="NAME", help="Served by this play; may be repeated (default: by any)."
)
@click.option("--end", type=click.Choice(ENDINGS), default="churned", show_default=True, help="What is compared.")
@click.option(
    "--window", type=click.IntRange(1, 730), default=90, show_default=True, metavar="DAYS", help="In which it counts."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the accounts as a CSV for `estimate`."
)
@framed
def cohort(frame: Frame, plays: tuple[str, ...], end: str, window: int, out: Path | None) -> None:
    """What came of accounts a play was served for, beside others weighted to resemble them by what was known before; or why that
    says nothing. Never more than consistent with an effect: a holdout says more.

    \b
    $ vitalreel cohort -w ws --play usage_drop --as-of 2026-11-23
    Refused: 62% of the treated are like none of the others ... What would help: more others who resemble the treated.
    """
    found = of_company(open_doors(frame.root()), frame.day, plays, end, window)
    if out is not None:
        out.write_text(as_csv(found.seen), encoding="utf-8")
        frame.say(f"Written: {out}")
    answer = found.answer
    frame.answer(
        {**document(answer), "accounts": found.seen}, "\n".join(told(answer)), LOOK if isinstance(answer, Refusal) else DONE
    )  # fmt: skip
