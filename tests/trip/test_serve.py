"""`vitalreel serve` as a process of its own: it comes up, answers, and ends when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.trip.conftest import Company


@pytest.fixture
def address(company: Company) -> Iterator[str]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = int(s.getsockname()[1])
    env = {**os.environ, "VITALREEL_BASE_URL": f"http://localhost:{port}"}
    call = [sys.executable, "-m", "vitalreel", "serve", "-w", str(company.root), "--port", str(port)]
    process = subprocess.Popen(call, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def test_the_server_shows_the_portfolio_and_refuses_a_strange_link(address: str) -> None:
    """The real process over a real workspace, as `make demo` leaves it running."""
    with urllib.request.urlopen(f"{address}/", timeout=60) as page:
        text = page.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/v/not-a-token", timeout=60)

    assert (200, 404) == (page.status, refused.value.code)
    assert "acc-0000" in text
