"""The only place that builds real things: a workspace folder and the environment in, opened doors out."""

from __future__ import annotations

from pathlib import Path

from vitalreel.errors import NotFound
from vitalreel.settings import Settings, read_settings
from vitalreel.steps.doors import Doors
from vitalreel.store.database import migrate, open_database, sqlite_url
from vitalreel.store.lake import Lake
from vitalreel.store.workspace import Workspace


def open_doors(root: Path, settings: Settings | None = None) -> Doors:
    """Open a workspace: its files read and checked, its database brought up to date, its lake ready.

    Raises NotFound where `root` is no workspace, BadConfiguration where its settings are wrong, Unavailable where the
    database does not answer.
    """
    settings = settings or read_settings()
    workspace = Workspace(root)
    if not (root / "vitalreel.yaml").is_file():
        raise NotFound("workspace", str(root), f"make one with `vitalreel init {root}`")
    programme = workspace.programme()
    workspace.var.mkdir(exist_ok=True)
    engine = open_database(settings.database or sqlite_url(workspace.database))
    migrate(engine)
    return Doors(workspace, programme, engine, Lake(workspace.lake, engine))
