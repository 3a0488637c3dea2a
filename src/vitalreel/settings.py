"""Deployment values, from the environment only (VITALREEL_*); secrets come from nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitalreel.errors import BadInput

DEFAULT_PORT = 8321


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between machines."""

    database: str | None  # SQLAlchemy URL; None: SQLite in the workspace
    assets: Path  # voices and faces, made by `make setup`
    smtp: str | None  # smtp://[user:password@]host:port[?starttls]; None: the workspace's own mailbox folder
    base_url: str  # what links in mails begin with
    workers: int  # processes that speak and render


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from VITALREEL_DATABASE, _ASSETS, _SMTP, _BASE_URL and _WORKERS.

    Raises BadInput naming the variable where a value makes no sense.
    """
    env = os.environ if environ is None else environ
    workers = env.get("VITALREEL_WORKERS", str(os.cpu_count() or 1))
    if not workers.isdigit() or int(workers) < 1:
        raise BadInput("VITALREEL_WORKERS", f"{workers!r} is not a whole number of processes", "set it to 1 or more")
    return Settings(
        database=env.get("VITALREEL_DATABASE") or None,
        assets=Path(env["VITALREEL_ASSETS"]) if env.get("VITALREEL_ASSETS") else _default_assets(),
        smtp=env.get("VITALREEL_SMTP") or None,
        base_url=env.get("VITALREEL_BASE_URL", f"http://localhost:{DEFAULT_PORT}").rstrip("/"),
        workers=int(workers),
    )


def _default_assets() -> Path:
    """Beside the checkout where there is one, else in the user's cache."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "tools" / "assets.py").exists():
        return checkout / "var" / "assets"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "vitalreel" / "assets"
