"""Runs every check of the house and says how each went; leaves with status 1 if one failed.

    python tools/checks.py lint                     style, format, types, import order
    python tools/checks.py test [pytest's options]  the same, the tests, the player's types and tests

All are run even after one has failed, so that one run shows all there is to mend. What needs one core and no quiet (types,
the player's checks) runs beside the tests, which often wait for servers and browsers; it is shown after them. With options
for pytest, only pytest runs, in one process. The last line counts the tests of both languages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "var" / "test"
WORKERS = 3
"""One more than the cores the project counts on: servers, browsers and mail keep a test waiting a fifth of its time."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    report: Path | None = None  # JUnit XML it writes


def tool(name: str) -> str:
    """A program of this environment."""
    return str(Path(sys.executable).parent / name)


QUICK = (
    Check("style", (tool("ruff"), "check")),
    Check("format", (tool("ruff"), "format", "--check")),
    Check("import order", (tool("lint-imports"),)),
)
TYPES = Check("types", (sys.executable, "-m", "mypy"))


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


@dataclass(frozen=True, slots=True)
class Result:
    check: Check
    passed: bool
    output: str  # "" where it went to the terminal as it came


def run(check: Check, held: bool = False) -> Result:
    """Run it. Its output goes to the terminal as it comes, or is held until somebody shows it."""
    head = f"\n== {check.name}"
    if not held:
        print(head, flush=True)
    if check.report is not None:
        check.report.parent.mkdir(parents=True, exist_ok=True)
        check.report.unlink(missing_ok=True)
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=check.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if held else None,
        stderr=subprocess.STDOUT if held else None,
        env={**os.environ, "NO_COLOR": "1"},
        text=True,
    )
    passed = done.returncode == 0
    tail = f"== {check.name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.1f} s"
    if not held:
        print(tail, flush=True)
    return Result(check, passed, f"{head}\n{done.stdout}{tail}" if held else "")


def run_all(checks: Sequence[Check], beside: Sequence[Check]) -> list[Result]:
    """`checks` one after another; `beside` too, at the same time, shown at the end."""
    with ThreadPoolExecutor(1) as other:
        held = [other.submit(run, check, True) for check in beside]
        results = [run(check) for check in checks]
    for one in held:
        print(one.result().output, flush=True)
    return results + [one.result() for one in held]


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
        results = run_all((*QUICK, TYPES), ())
    elif options:
        results = run_all((tests(tuple(options)),), ())
    else:
        results = run_all((*QUICK, tests(())), (TYPES, *player()))
    failed = [result.check.name for result in results if not result.passed]
    print(
        f"\n{len(results) - len(failed)} of {len(results)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    counts = [counted(result.check.report) for result in results if result.check.report is not None]
    if counts:
        good, bad, skipped = (sum(column) for column in zip(*counts, strict=True))
        print(f"tests: {good} passed, {bad} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
