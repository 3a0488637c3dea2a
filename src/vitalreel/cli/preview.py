"""`preview`: drafts of one module in seconds, for one account or several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vitalreel.cli.films import document, line
from vitalreel.cli.frame import DONE, LOOK, Frame, framed
from vitalreel.errors import BadInput, Refused
from vitalreel.steps.preview import MOST, Column, Previewer
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.side_by_side import side_by_side
from vitalreel.store.media import Media
from vitalreel.store.parts import copy_whole, make_whole
from vitalreel.wiring import open_doors, open_workshop


@click.command()
@click.argument("module")
@click.option(
    "--account", "accounts", required=True, multiple=True, help="The account's id; several stand side by side."
)
@click.option("--contact", help="The contact's id (default: the module's first choice of role).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Put the files into this folder.")
@framed
def preview(frame: Frame, module: str, accounts: tuple[str, ...], contact: str | None, out: Path | None) -> None:
    """A draft of a module: the light voice, a coarser picture, and only what changed since the last one is made.

    With several accounts it writes a page on which their drafts stand side by side. While you edit, the console's Preview page
    answers faster: it keeps voice and figures at hand.

    \b
    $ vitalreel preview usage_drop_recovery -w ws --account acc-000057
    ws/var/media/videos/91c2…/film.mp4  63.3 s long  scenes 1 made, 5 found again  made in 2.4 s, 2.1 CPU s  24 checks passed
    """
    if len(accounts) > MOST or (contact and len(accounts) > 1):
        raise BadInput("--account", f"{len(accounts)} given", f"at most {MOST}, and one where --contact is named")
    doors = open_doors(frame.root())
    with open_workshop(doors, True) as workshop, Shelf(doors) as shelf:
        columns = Previewer(doors, workshop, shelf).preview(module, accounts, frame.day, frame.now, contact)
    media = Media(doors.workspace.media)
    if len(columns) == 1:
        _one(frame, columns[0], module, media, out)
    else:
        _several(frame, columns, module, media, out or doors.workspace.var / "preview" / module)


def _one(frame: Frame, column: Column, module: str, media: Media, out: Path | None) -> None:
    if column.made is None:
        raise Refused(f"the preview of {module} for {column.account}", column.reason)
    folder = media.video(column.made.video)
    if out is not None:
        copy_whole(folder, out)
    else:
        make_whole(folder, folder, ["film.mp4"])
    failed = sum(not c.ok for c in column.made.checks)
    frame.answer(
        document(column.made, out or folder), line(column.made, out or folder, failed), LOOK if failed else DONE
    )


def _several(frame: Frame, columns: tuple[Column, ...], module: str, media: Media, out: Path) -> None:
    films: list[dict[str, Any]] = []
    videos, lines = [], []
    for column in columns:
        if column.made is None:
            films.append({"account": column.account, "segment": column.segment, "reason": column.reason})
            videos.append("")
            lines.append(f"{column.account}: no film: {column.reason}")
            continue
        copy_whole(media.video(column.made.video), out / column.account)
        differs = column.differs
        told = (
            {"words": round(differs.words, 3), "seconds": round(differs.seconds, 3), "theatre": differs.theatre}
            if differs
            else None
        )
        films.append(
            {
                "account": column.account,
                "segment": column.segment,
                "differs": told,
                **document(column.made, out / column.account),
            }
        )
        videos.append(f"{column.account}/film.mp4")
        lines.append(line(column.made, out / column.account, sum(not c.ok for c in column.made.checks)))
    page = out / "index.html"
    out.mkdir(parents=True, exist_ok=True)
    page.write_text(side_by_side(module, columns, videos), encoding="utf-8")
    look = any(c.made is None or not c.made.ok for c in columns)
    frame.answer(
        {"page": str(page), "films": films}, "\n".join([*lines, f"side by side: {page}"]), LOOK if look else DONE
    )
