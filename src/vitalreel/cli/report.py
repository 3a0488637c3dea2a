"""`report`: what the programme changed in a quarter, or why that cannot be said yet."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.frame import DONE, Frame, exit_code, framed
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.quarter import Period, quarter_of, read_quarter
from vitalreel.measurement.report.finding import Report, points
from vitalreel.settings import read_settings
from vitalreel.steps.report import refused, write_report
from vitalreel.steps.report import report as made
from vitalreel.wiring import open_doors, open_printer, read_faces


@click.command()
@click.option("--quarter", metavar="YYYYQn", help="The calendar quarter (default: the one that holds the day).")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files (default: WORKSPACE/var/reports/QUARTER-as-of-DATE).",
)
@framed
def report(frame: Frame, quarter: str | None, out: Path | None) -> None:
    """What each play did and changed in a quarter, as HTML, PDF and JSON; where the data cannot carry a claim, a refusal with
    its reason and the earliest day. A quarter that still runs is told up to the day.

    \b
    $ vitalreel report -w ws --quarter 2026Q4
    2026Q4 as known at the end of 2026-11-23, not over yet: Not enough evidence yet for any claim.
      usage_drop: 0 served and 0 held-out accounts have their 45-day window behind them ... Earliest: 2027-03-04
    """
    doors = open_doors(frame.root())
    period = Period(read_quarter(quarter) if quarter else quarter_of(frame.day), frame.day)
    faces = read_faces(read_settings().assets)
    found = made(doors, period)
    folder = out or doors.workspace.var / "reports" / f"{period.quarter}-as-of-{period.day}"
    written = write_report(found, folder, frame.now, faces, open_printer())
    document = {
        "files": {k: str(p) for k, p in written.files.items()},
        "headline": found.headline,
        "refusals": refused(found),
        "quarter": str(period.quarter),
        "as_of": period.day,
        "over": period.over,
        "missing": str(written.missing) if written.missing else None,
        "findings": found.findings,
    }
    if written.missing:
        frame.say(f"vitalreel: {written.missing}")
    files = f"Written: {', '.join(str(p) for p in written.files.values())}"
    frame.answer(document, "\n".join([*_lines(found), files]), exit_code(written.missing) if written.missing else DONE)


def _lines(found: Report) -> list[str]:
    """The report as a person reads it in a terminal."""
    period = found.period
    so_far = "" if period.over else ", not over yet"
    lines = [f"{period.quarter} as known at the end of {period.day}{so_far}: {found.headline}"]
    for f in found.findings:
        if isinstance(f.answer, Estimate):
            a = f.answer
            said = f"{points(a.value)} points ({points(a.low)} to {points(a.high)}), grade {a.grade}"
        else:
            when = f" Earliest: {f.answer.earliest}" if f.answer.earliest else ""
            said = f"{f.answer.reason}; what would help: {f.answer.would_help}.{when}"
        lines.append(f"  {f.play}: {said}")
    return lines
