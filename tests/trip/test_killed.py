"""The whole trip killed at each station and started again: nothing is sent twice, nothing planned is lost (P1 T9)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.services.mail import MailServer
from tests.trip.conftest import NOW, Company
from tests.trip.killed import FILMING, NONE, STATIONS
from vitalreel.steps.deliver import deliver
from vitalreel.store import tables as t

ROOT = Path(__file__).resolve().parents[2]
MAY_HAVE_LEFT = ("claimed, mail server not asked", "mail taken, answer not written")
"""Where SMTP cannot tell afterwards: the row is parked for a person, and never sent again by itself."""


def turn(company: Company, smtp: MailServer, station: str, films: int) -> int:
    """One tick in its own process; answers its exit status."""
    url = f"smtp://{smtp.host}:{smtp.port}"
    call = [sys.executable, "-m", "tests.trip.killed", str(company.root), url, station, str(films)]
    return subprocess.run(call, cwd=ROOT, check=False, capture_output=True, timeout=240).returncode


def states(company: Company) -> Counter[str]:
    with company.doors.engine.connect() as c:
        return Counter(c.execute(select(t.outbox.c.state)).scalars())


@pytest.mark.parametrize("station", [s for s in STATIONS if s != NONE])
def test_a_trip_killed_and_started_again_sends_each_touch_once(
    request: pytest.FixtureRequest, smtp: MailServer, station: str
):
    """P1 R6 T9: kill -9, then a turn that is left alone, then another delivery: each message was taken at most once."""
    films = int(station in FILMING)
    company: Company = request.getfixturevalue("company" if films else "filmed")
    statuses = turn(company, smtp, station, films), turn(company, smtp, NONE, films)
    doors = company.doors
    deliver(doors, company.post(doors, f"smtp://{smtp.host}:{smtp.port}"), NOW)

    assert (-signal.SIGKILL, 0) == statuses
    keys = Counter(str(r.message["Message-ID"]) for r in smtp.received)
    assert [] == [key for key, n in keys.items() if n > 1]
    counted = states(company)
    if station in MAY_HAVE_LEFT:
        assert 1 == counted["unknown"]
    else:
        assert 0 == counted["unknown"]
        assert counted["sent"] == len(keys) >= 1
    assert 0 == counted["sending"]
