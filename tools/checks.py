"""Runs every check of the house and says how each went; leaves with status 1 if one failed.

    python tools/checks.py lint                     style, format, types, import order
    python tools/checks.py test [pytest's options]  the same, the tests, the player's types and tests

All are run even after one has failed, so that one run shows all there is to mend. With options for pytest, only pytest
runs, in one process. The last line counts the tests of both languages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "var" / "test"
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    report: Path | None = None  # JUnit XML it writes


def tool(name: str) -> str:
    """A program of this environment."""
    return str(Path(sys.executable).parent / name)


LINT = (
    Check("style", (tool("ruff"), "check")),
    Check("format", (tool("ruff"), "format", "--check")),
    Check("types", (sys.executable, "-m", "mypy")),
    Check("import order", (tool("lint-imports"),)),
)


def tests(options: tuple[str, ...]) -> Check:
    report = REPORTS / "pytest.xml"
    spread = options or ("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
    return Check("tests", (sys.executable, "-m", "pytest", f"--junitxml={report}", *spread), report=report)


def player() -> tuple[Check, ...]:
    report, folder = REPORTS / "player.xml", ROOT / "player"
    npm = shutil.which("npm") or "npm"
    write = ("--", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
    return (
        Check("player types", (npm, "--silent", "run", "typecheck"), folder),
        Check("player tests", (npm, "--silent", "test", *write), folder, report),
    )


def run(check: Check) -> bool:
    """Whether it passed; its output goes to the terminal as it comes."""
    print(f"\n== {check.name}", flush=True)
    if check.report is not None:
        check.report.parent.mkdir(parents=True, exist_ok=True)
        check.report.unlink(missing_ok=True)
    started = time.monotonic()
    done = subprocess.run(
        check.command, cwd=check.folder, stdin=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"}
    )
    passed = done.returncode == 0
    print(f"== {check.name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.1f} s", flush=True)
    return passed


def counted(report: Path) -> tuple[int, int, int]:
    """Tests passed, failed and skipped, from a JUnit report; all 0 where none was written."""
    if not report.is_file():
        return 0, 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, skipped, failed, broken = (
        sum(int(suite.get(kind, 0)) for suite in suites) for kind in ("tests", "skipped", "failures", "errors")
    )
    return total - skipped - failed - broken, failed + broken, skipped


def main(arguments: list[str]) -> int:
    kind, *options = arguments
    if kind == "lint":
        checks: tuple[Check, ...] = LINT
    elif options:
        checks = (tests(tuple(options)),)
    else:
        checks = (*LINT, tests(()), *player())
    results = {check.name: run(check) for check in checks}
    failed = [name for name, passed in results.items() if not passed]
    print(
        f"\n{len(checks) - len(failed)} of {len(checks)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    counts = [counted(check.report) for check in checks if check.report is not None]
    if counts:
        good, bad, skipped = (sum(column) for column in zip(*counts, strict=True))
        print(f"tests: {good} passed, {bad} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
