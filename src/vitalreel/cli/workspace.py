"""`init`, `migrate` and `doctor`: a workspace is made, kept up to date, and looked over."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed
from vitalreel.settings import read_settings
from vitalreel.store.database import migrate as bring_up_to_date
from vitalreel.store.database import open_database, sqlite_url
from vitalreel.store.workspace import Workspace, create
from vitalreel.wiring import open_doors


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--example", help="Lay an example over the defaults, e.g. ravenstack.")
@framed
def init(frame: Frame, folder: Path, example: str | None) -> None:
    """Make a workspace in a new or empty folder.

    \b
    $ vitalreel init ws --example ravenstack
    Made the workspace ws from the example ravenstack. Next: vitalreel load -w ws --data DIR
    """
    workspace = create(folder, example)
    open_doors(workspace.root)
    origin = f"the example {example}" if example else "the shipped defaults"
    text = f"Made the workspace {folder} from {origin}. Next: vitalreel load -w {folder} --data DIR"
    frame.answer({"workspace": str(folder), "example": example}, text)


@click.command()
@framed
def migrate(frame: Frame) -> None:
    """Bring the workspace's database to the form this version needs.

    \b
    $ vitalreel migrate -w ws
    The database is at revision 0001 (was 0001).
    """
    settings, workspace = read_settings(), Workspace(frame.root())
    workspace.var.mkdir(exist_ok=True)
    before, after = bring_up_to_date(open_database(settings.database or sqlite_url(workspace.database)))
    frame.answer({"before": before, "after": after}, f"The database is at revision {after} (was {before or 'empty'}).")


@click.command()
@framed
def doctor(frame: Frame) -> None:
    """Look over this machine and, with -w, the workspace: what is missing and what to do.

    \b
    $ vitalreel doctor
    ok    voice model      var/assets/voice/kokoro.onnx
    """
    assets = read_settings().assets
    rows = [
        (
            "voice model",
            (assets / "voice" / "kokoro.onnx").is_file(),
            str(assets / "voice" / "kokoro.onnx"),
            "run `make setup`",
        ),
        ("typefaces", any((assets / "faces").glob("*.ttf")), str(assets / "faces"), "run `make setup`"),
        ("free disk over 1 GB", shutil.disk_usage(Path.cwd()).free > 1e9, str(Path.cwd()), "make room"),
    ]
    if frame.workspace is not None:
        doors = open_doors(frame.root())
        rows.append(("workspace", True, str(doors.workspace.root), ""))
    lines = [
        f"{'ok' if ok else 'LOOK':5} {name:20} {where}{'' if ok else '; ' + hint}" for name, ok, where, hint in rows
    ]
    healthy = all(ok for _, ok, _, _ in rows)
    document = {"ok": healthy, "checks": [{"name": n, "ok": ok, "where": w, "hint": h} for n, ok, w, h in rows]}
    frame.answer(document, "\n".join(lines), DONE if healthy else LOOK)
