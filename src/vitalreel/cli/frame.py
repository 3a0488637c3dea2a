"""What every command shares: the three common options, one way to print, and errors as exit codes."""

from __future__ import annotations

import functools
import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from vitalreel.errors import BadInput, NotFound, Refused, Unavailable, VitalreelError
from vitalreel.identity import plain

DONE, LOOK, WRONG, DOWN = 0, 1, 2, 3
"""Exit codes: done; done but something needs a look; wrong use or bad configuration; a dependency is down."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The common options of one call, and how it answers."""

    workspace: Path | None
    as_of: date | None
    as_json: bool

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def day(self) -> date:
        """The day to act as of: --as-of, else today (UTC)."""
        return self.as_of or self.now.date()

    def root(self) -> Path:
        """The workspace folder. Raises BadInput when none is named or it is not one."""
        if self.workspace is None:
            raise BadInput("--workspace", "no workspace named", "give -w DIR or set VITALREEL_WORKSPACE")
        if not (self.workspace / "vitalreel.yaml").is_file():
            raise NotFound("workspace", str(self.workspace), f"make one with `vitalreel init {self.workspace}`")
        return self.workspace

    def answer(self, document: Mapping[str, object], text: str, code: int = DONE) -> None:
        """Print the JSON document or the text, and end with `code`."""
        click.echo(json.dumps(plain(document), ensure_ascii=False, indent=2) if self.as_json else text)
        if code:
            sys.exit(code)

    @property
    def who(self) -> str:
        """Who is signed in here, for what is written down with a name."""
        return f"{getpass.getuser()} at the command line"

    def say(self, text: str) -> None:
        """Progress and remarks, on stderr so that stdout stays one document."""
        click.echo(text, err=True)


def framed(command: Callable[..., None]) -> Callable[..., None]:
    """Add -w, --as-of and --json to a command, and turn errors into one sentence and an exit code.

    The command's first argument is its Frame. Put it below `@click.command()` and above the command's own options:
    click applies decorators from the bottom up.
    """

    @functools.wraps(command)
    def run(*args: Any, workspace: str | None, as_of: datetime | None, as_json: bool, **kwargs: Any) -> None:
        frame = Frame(Path(workspace) if workspace else None, as_of.date() if as_of else None, as_json)
        try:
            command(frame, *args, **kwargs)
        except VitalreelError as e:
            click.echo(f"vitalreel: {e}", err=True)
            sys.exit(exit_code(e))

    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else there."),
        click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Act as if on this day (default: today)."),
        click.option(
            "-w", "--workspace", type=click.Path(file_okay=False), default=lambda: os.environ.get("VITALREEL_WORKSPACE"),
            help="The workspace folder (or VITALREEL_WORKSPACE).",
        ),
    ):  # fmt: skip
        run = option(run)
    return run


def exit_code(error: VitalreelError) -> int:
    """3 where something outside is down, 1 where Vitalreel refused, else 2."""
    if isinstance(error, Unavailable):
        return DOWN
    return LOOK if isinstance(error, Refused) else WRONG


def table(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> str:
    """Rows under a head, columns aligned by width, numbers to the right."""
    cells = [head, *rows]
    widths = [max(len(r[i]) for r in cells) for i in range(len(head))]
    right = [bool(rows) and all(_numeric(r[i]) for r in rows) for i in range(len(head))]
    lines = [
        "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join(lines)


def _numeric(cell: str) -> bool:
    return cell.replace(",", "").replace("%", "").lstrip("+-−").replace(".", "", 1).isdigit() or not cell
