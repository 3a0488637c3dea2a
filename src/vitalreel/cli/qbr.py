"""`qbr`: an account's pack for the business review, and the page its customer may be shown."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.frame import DONE, Frame, exit_code, framed
from vitalreel.settings import read_settings
from vitalreel.steps.papers import QBR, facts_told, folder_of, paper, write_paper
from vitalreel.wiring import kit_of, open_doors, open_printer, read_faces


@click.command()
@click.argument("account")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files (default: WORKSPACE/var/papers/ACCOUNT).",
)
@framed
def qbr(frame: Frame, account: str, out: Path | None) -> None:
    """An account's pack for its business review, as page, PDF and JSON, of the facts its pre-QBR film tells.

    \b
    $ vitalreel qbr acc-000017 -w ws --out papers
    """
    doors = open_doors(frame.root())
    document = paper(doors, QBR, account, frame.day)
    folder = out or folder_of(doors, account)
    written = write_paper(
        document, folder, frame.now, kit_of(doors), read_faces(read_settings().assets), open_printer()
    )
    if written.missing:
        frame.say(f"vitalreel: {written.missing}")
    answer = {
        "account": account, "as_of": document.as_of, "files": {k: str(p) for k, p in written.files.items()},
        "sections": [s.name for s in document.sections], "words": document.words, "facts": facts_told(document),
        "not_known": document.missing, "untraced": [], "missing": str(written.missing) if written.missing else None,
    }  # fmt: skip
    files = f"Written: {', '.join(str(p) for p in written.files.values())}"
    frame.answer(answer, "\n".join([*document.words, files]), exit_code(written.missing) if written.missing else DONE)
