"""The pulse beside the server: it lives as long as the server, and no longer."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from vitalreel.web import pulse
from vitalreel.web.pulse import PulseBeside


def beside(monkeypatch: pytest.MonkeyPatch, folder: Path, then: str) -> Path:
    """Processes that write a letter into the answered file when they start, in place of the pulse's."""
    starts = folder / "starts"
    code = f"import sys; open({str(starts)!r}, 'a').write('x'); {then}"
    monkeypatch.setattr(pulse, "_command", lambda _root: [sys.executable, "-S", "-c", code])
    monkeypatch.setattr(pulse, "EVERY_S", 0.02)
    return starts


def times_started(starts: Path, wanted: int) -> int:
    for _ in range(500):
        if starts.exists() and len(starts.read_text()) >= wanted:
            break
        time.sleep(0.01)
    return len(starts.read_text())


def test_a_pulse_that_ends_is_started_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """One crash must not keep watching from the scores until somebody looks (K5 P6)."""
    starts = beside(monkeypatch, tmp_path, "pass")
    kept = PulseBeside(tmp_path)
    started = times_started(starts, 3)
    kept.close()

    assert started >= 3


def test_a_pulse_ends_with_its_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """It reads the other end of the server's pipe, which closes however the server ends (P6)."""
    starts = beside(monkeypatch, tmp_path, "sys.stdin.read()")
    kept = PulseBeside(tmp_path)
    started = times_started(starts, 1)
    kept.close()

    assert (1, 0) == (started, kept._child.returncode)
    assert not kept._thread.is_alive()
