"""Which machine and commit a figure was measured on, and where figures are kept: benchmarks/results.md."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results.md"


def commit() -> str:
    """The commit the figures are of."""
    told = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return told.stdout.strip() or "unknown"


def stated() -> str:
    """The day, the commit, the processor and how busy the machine is besides."""
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    return (
        f"{datetime.now(UTC):%-d %B %Y}, commit {commit()}, {os.cpu_count()} cores of {model}"
        f" (load {os.getloadavg()[0]:.1f}), {platform.system()}, Python {platform.python_version()}"
    )


def keep(title: str, command: str, text: str, page: Path = RESULTS) -> None:
    """Put a section into a page in place of the one of that title, or at the end."""
    found = page.read_text(encoding="utf-8")
    section = f"## {title}\n\n`{command}`\n\n{text}\n"
    there = re.compile(rf"## {re.escape(title)}\n.*?(?=\n## |\Z)", re.DOTALL)
    kept = there.sub(lambda _: section, found) if there.search(found) else f"{found.rstrip()}\n\n{section}"
    page.write_text(kept, encoding="utf-8")


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
