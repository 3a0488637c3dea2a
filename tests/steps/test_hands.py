"""The processes that speak and draw: urgent work first, a dead one costs only what it had in hand, none outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import pytest

from vitalreel.steps.hands import Hands


def nothing() -> None:
    """A start that takes no time."""


def note(folder: Path, name: str) -> str:
    """Write down when it was done."""
    (folder / name).write_text(str(time.monotonic_ns()))
    return name


def wait_for(file: Path) -> None:
    """Be busy until somebody makes the file."""
    while not file.exists():
        time.sleep(0.01)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands(2, nothing)
    yield made
    made.close()


def test_urgent_work_overtakes_what_waits(hands: Hands, tmp_path: Path):
    """V11 V15: a viewer's film waits for what is in hand, never for what waits."""
    one, other = tmp_path / "one", tmp_path / "other"
    busy = [hands.give((9, 0), partial(wait_for, gate)) for gate in (one, other)]
    later = [hands.give((9, n), partial(note, tmp_path, f"later{n}")) for n in (1, 0)]
    urgent = hands.give((1, 2), partial(note, tmp_path, "urgent"))
    one.touch()  # one process does all that waits, one after another, while the other is busy still
    for done in (busy[0], urgent, *later):
        done.result(60)
    other.touch()
    order = sorted(("urgent", "later0", "later1"), key=lambda name: int((tmp_path / name).read_text()))

    assert ["urgent", "later0", "later1"] == order


def test_a_process_that_dies_costs_what_was_in_hand_and_no_more(hands: Hands, tmp_path: Path):
    """P6: a scene that kills its process fails; the next piece of work is done by a new one."""
    with pytest.raises(BrokenProcessPool):
        hands.give((1, 0), die).result(60)

    assert "after" == hands.give((1, 0), partial(note, tmp_path, "after")).result(60).value


def test_one_hand_works_in_its_callers_own_process():
    """P10: the smallest machine starts no process, and errors reach whoever asks for the result."""
    alone = Hands(1, nothing)

    assert os.getpid() == alone.give((1, 0), os.getpid).result().value
    assert isinstance(alone.give((1, 0), partial(int, "x")).exception(), ValueError)


def test_one_hand_apart_works_in_a_process_of_its_own():
    """P10: what is large in a way of its own, as the sound's process is, makes no other process larger."""
    alone = Hands(1, nothing, apart=True)
    try:
        elsewhere = {alone.give((1, 0), os.getpid).result(60).value for _ in range(2)}
    finally:
        alone.close()

    assert len(elsewhere) == 1 and os.getpid() not in elsewhere


def freed(size: int) -> int:
    """Take that many bytes in small pieces, let all but the last go, and answer what this process holds afterwards."""
    pieces = [bytearray(4_000) for _ in range(size // 4_000)]
    last = bytearray(4_000)
    pieces.clear()
    return len(last)


def test_what_work_let_go_is_given_back():
    """P10: a process is after its work about as large as before it, whatever the C library would like to keep."""
    alone = Hands(1, nothing, apart=True)
    try:
        before = alone.give((1, 0), resident).result(60).value
        alone.give((1, 0), partial(freed, 200_000_000)).result(60)
        after = alone.give((1, 0), resident).result(60).value
    finally:
        alone.close()

    assert after - before < 50_000_000


def resident() -> int:
    """Bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_processes_end_with_a_parent_that_was_killed():
    """P1: kill -9 of a worker leaves no processes behind that hold its memory."""
    code = (
        "import os, signal\n"
        "from vitalreel.steps.hands import Hands\n"
        "if __name__ == '__main__':\n"
        "    hands = Hands(2)\n"
        "    print(hands.give((0, 0), os.getpid).result().value, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    child = Path(f"/proc/{int(done.stdout)}")
    end = time.monotonic() + 20
    while child.exists() and time.monotonic() < end:
        time.sleep(0.05)

    assert -signal.SIGKILL == done.returncode
    assert not child.exists()
