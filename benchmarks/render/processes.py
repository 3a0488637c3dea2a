"""Runs a program and counts the CPU seconds of every process it starts, also of those that outlive their parent."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    cpu_s: float  # user and system time of the whole tree
    wall_s: float
    out: str  # what it printed


def counted(command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Linux only. Orphans of the tree come to this process (prctl, PR_SET_CHILD_SUBREAPER), which waits for them all.

    So the kernel's own sums for waited-for children (getrusage) are those of the tree. Raises RuntimeError, with the end
    of what was printed, where the program fails.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, began = _children(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True)
    wall = time.perf_counter() - began
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass
    if done.returncode:
        raise RuntimeError(f"{command[0]} left with {done.returncode}: {(done.stderr or done.stdout)[-800:]}")
    return Cost(_children() - before, wall, done.stdout)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
