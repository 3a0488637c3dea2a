"""`renewals`: what comes up, what is expected to renew, and one account's brief."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, Frame, exit_code, framed
from vitalreel.health.renewals import Forecast, Line
from vitalreel.measurement.report.page import cents
from vitalreel.settings import read_settings
from vitalreel.steps.papers import RENEWAL, facts_told, folder_of, paper, write_paper
from vitalreel.steps.renewals import renewals as forecasts
from vitalreel.wiring import kit_of, open_doors, open_printer, read_faces


@click.command()
@click.argument("account", required=False)
@click.option(
    "--months", type=int, help="Calendar months ahead, this one included (default: renewals.months of vitalreel.yaml)."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for an account's brief (default: WORKSPACE/var/papers/ACCOUNT).",
)
@framed
def renewals(frame: Frame, account: str | None, months: int | None, out: Path | None) -> None:
    """The renewals ahead, and an account's brief.

    By month, segment and tier with 95% intervals: by the churn model where it stands, else by the renewals decided so far; below 30
    of them no chance is claimed. With an account: its renewal brief as page, PDF and JSON.

    \b
    $ vitalreel renewals -w ws --months 3
    USD, 2026-11-23 to 2027-01-31: 41 contracts, 1,204,000.00 due; expected 1,090,312.00 (953,000.00 to 1,171,000.00)
      2026-11: 9 contracts, ...
    """
    doors = open_doors(frame.root())
    if account is None:
        found = forecasts(doors, frame.day, months)
        frame.answer(
            {"forecasts": [_document(f) for f in found]}, "\n".join(line for f in found for line in _lines(f)), DONE
        )
        return
    document = paper(doors, RENEWAL, account, frame.day)
    folder = out or folder_of(doors, account)
    kit, faces = kit_of(doors), read_faces(read_settings().assets)
    written = write_paper(document, folder, frame.now, kit, faces, open_printer())
    if written.missing:
        frame.say(f"vitalreel: {written.missing}")
    answer = {
        "account": account, "as_of": document.as_of, "files": {k: str(p) for k, p in written.files.items()}, "words": document.words,
        "facts": facts_told(document), "not_known": document.missing, "missing": str(written.missing) if written.missing else None,
    }  # fmt: skip
    text = "\n".join([*document.words, f"Written: {', '.join(str(p) for p in written.files.values())}"])
    frame.answer(answer, text, exit_code(written.missing) if written.missing else DONE)


def _document(found: Forecast) -> dict[str, object]:
    """A forecast for machines: every line with its loss and best case, every rate with its exact interval."""
    lines = {kind: [_line(line) for line in getattr(found, kind)] for kind in ("months", "segments", "tiers")}
    rates = [{**asdict(r), "limits": r.limits} for r in found.rates]
    return {**asdict(found), "total": _line(found.total), **lines, "rates": rates}


def _line(line: Line) -> dict[str, object]:
    return {**asdict(line), "best_case": line.high, "loss": line.loss, "loss_limits": line.loss_limits}


def _lines(found: Forecast) -> list[str]:
    """A forecast as a person reads it in a terminal."""
    lines = [f"{found.currency}, {found.day} to {found.until}: {_told(found.total)}"]
    if found.refused:
        lines.append(f"  {found.refused}")
    for kind, listed in (("", found.months), ("segment ", found.segments), ("tier ", found.tiers)):
        lines += [f"  {kind}{line.name or 'unknown'}: {_told(line)}" for line in listed]
    for rate in found.rates:
        low, high = rate.limits
        whose = f"{rate.segment or 'all'}{', short contracts' if rate.short else ''}"
        lines.append(
            f"  renewed so far, {whose}: {rate.renewed} of {rate.decided}, {low:.1%} to {high:.1%} (exact, 95%)"
        )
    lines.append(
        f"  chances: {found.by_model} by the churn model, {found.by_rate} by the rates; {found.draws} draws, seed {found.seed}"
    )
    return lines


def _told(line: Line) -> str:
    said = f"{line.accounts} contract{'s' if line.accounts != 1 else ''}, {cents(line.due)} due"
    if line.expected is not None and line.low is not None and line.high is not None:
        said += f"; expected {cents(line.expected)} ({cents(line.low)} to {cents(line.high)})"
    many = "s" if line.at_risk_accounts != 1 else ""
    at_risk = (
        f"; {cents(line.at_risk)} with {line.at_risk_accounts} account{many} at risk" if line.at_risk_accounts else ""
    )
    unpriced = f"; {line.unpriced} without an amount" if line.unpriced else ""
    return f"{said}{at_risk}{unpriced}"
