"""`report`: what the programme changed, or why that cannot be said yet."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.measurement.estimate import Refusal
from vitalreel.steps.report import report as made
from vitalreel.steps.report import write_report
from vitalreel.wiring import open_doors


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files (default: WORKSPACE/var/reports/DATE).",
)
@framed
def report(frame: Frame, out: Path | None) -> None:
    """What each play changed, as HTML and JSON; a refusal with its reason and day where the data cannot carry a claim.

    \b
    $ vitalreel report -w ws
    Not enough evidence yet for any claim.
      usage_drop: 0 served and 0 held-out accounts have their 45-day window behind them ... Earliest: 2027-03-04
    """
    doors = open_doors(frame.root())
    found = made(doors, frame.day)
    files = write_report(found, out or doors.workspace.var / "reports" / frame.day.isoformat(), frame.now)
    lines = [found.headline]
    for f in found.findings:
        if isinstance(f.answer, Refusal):
            when = f" Earliest: {f.answer.earliest}" if f.answer.earliest else ""
            lines.append(f"  {f.play}: {f.answer.reason}; what would help: {f.answer.would_help}.{when}")
        else:
            lines.append(
                f"  {f.play}: {f.answer.value:+.1%} ({f.answer.low:+.1%} to {f.answer.high:+.1%}), grade {f.answer.grade}"
            )
    lines.append(f"Written: {', '.join(str(p) for p in files.values())}")
    refusals = [{"play": f.play, "reason": f.answer.reason, "would_help": f.answer.would_help, "earliest": f.answer.earliest}
                for f in found.findings if isinstance(f.answer, Refusal)]  # fmt: skip
    document = {
        "files": {k: str(p) for k, p in files.items()},
        "headline": found.headline,
        "refusals": refusals,
        "findings": found.findings,
    }
    frame.answer(document, "\n".join(lines))
