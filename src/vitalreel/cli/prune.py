"""`prune`: takes nobody uses any more make room; each is spoken again if it is ever needed."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.errors import BadInput
from vitalreel.store.sweep import Swept, sweep
from vitalreel.store.workspace import Workspace

SIZES = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


@click.command()
@click.option("--unused", "unused_days", type=click.IntRange(0), help="Remove what was not used for this many days.")
@click.option("--most", help="Remove the longest unused until the rest takes no more than this: 500MB, 2GB.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@framed
def prune(frame: Frame, unused_days: int | None, most: str | None, dry_run: bool) -> None:
    """Make room among the takes: sentences that were spoken once and are found again.

    \b
    $ vitalreel prune -w ws --unused 90 --most 2GB
    takes: 1,204 of 310 MB; removed 211 of 52 MB
    """
    workspace = Workspace(frame.root())
    unused = None if unused_days is None else timedelta(days=unused_days)
    done = sweep(workspace.media / "takes", ".take", frame.now, unused, size_bytes(most), dry_run)
    document = {
        "takes": done.files, "bytes": done.size_bytes, "removed": done.removed, "freed_bytes": done.freed_bytes, "dry_run": dry_run,
    }  # fmt: skip
    frame.answer(document, _text(done, dry_run))


def size_bytes(text: str | None) -> int | None:
    """ "2GB" in bytes. Raises BadInput."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]B)?\s*", text.upper())
    if not found:
        raise BadInput("--most", f"{text!r} is not a size", "write it as 500MB or 2GB")
    return round(float(found[1]) * SIZES[found[2] or ""])


def _text(done: Swept, dry: bool) -> str:
    mb, freed = done.size_bytes / 10**6, done.freed_bytes / 10**6
    return f"takes: {done.files:,} of {mb:,.1f} MB; {'would remove' if dry else 'removed'} {done.removed:,} of {freed:,.1f} MB"
