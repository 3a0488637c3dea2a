"""What belongs to the repository: its tracked files, and those new files that are not ignored."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def files(pattern: str = "*") -> tuple[Path, ...]:
    """Absolute paths, sorted; `pattern` is git's, so "*.py" matches in every folder. Skips the test outside a checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip("not a git checkout, so its files cannot be told from others")
    found = (ROOT / name for name in sorted(set(done.stdout.split("\0")) - {""}))
    return tuple(path for path in found if path.is_file())


def text(path: Path) -> str:
    """The content of a text file; empty for one that is not text."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
