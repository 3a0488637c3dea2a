"""Plans: the SQL that answered a question, kept for the next time it is asked, in this process and on disk.

A plan is only as good as the code that made it, so the digest of this package's sources and the versions of what builds and
runs SQL are part of every question. The folder is a cache: it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from vitalreel.identity import fingerprint

KEPT_PLANS = 64
"""Plans kept on disk, newest first: a workspace asks a handful, anew when its configuration or the software changes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A table by name and the SELECT it is made by."""

    name: str
    sql: str


class Plans:
    """The plans of one workspace. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[Statement, ...]] = {}

    def find(self, question: Sequence[object]) -> tuple[Statement, ...] | None:
        """The statements in order; None where the question is new."""
        key = _key(question)
        if key not in self._known:
            kept = _read(self._folder / f"{key}.json")
            if kept is None:
                return None
            self._known[key] = kept
        return self._known[key]

    def save(self, question: Sequence[object], statements: Sequence[Statement]) -> None:
        key = _key(question)
        self._known[key] = tuple(statements)
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{key}.{secrets.token_hex(4)}.part"
        draft.write_text(json.dumps([asdict(s) for s in statements]), encoding="utf-8")
        draft.replace(self._folder / f"{key}.json")
        self._sweep()

    def _sweep(self) -> None:
        with os.scandir(self._folder) as found:
            kept = [entry for entry in found if entry.name.endswith(".json")]
        if len(kept) > KEPT_PLANS:
            with suppress(FileNotFoundError):  # another process sweeps too
                for entry in sorted(kept, key=lambda e: e.stat().st_mtime, reverse=True)[KEPT_PLANS:]:
                    Path(entry).unlink(missing_ok=True)


def _read(path: Path) -> tuple[Statement, ...] | None:
    """A kept plan; None where there is none, or what is there is none."""
    try:
        return tuple(Statement(**s) for s in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _key(question: Sequence[object]) -> str:
    return fingerprint(_makers(), list(question))


@cache
def _makers() -> str:
    """This package's sources, and the versions of what builds and runs its SQL."""
    found = hashlib.sha256(" ".join(version(p) for p in ("duckdb", "ibis-framework", "sqlglot")).encode())
    for path in sorted(Path(__file__).resolve().parents[1].rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
