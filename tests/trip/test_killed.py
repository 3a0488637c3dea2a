"""The whole trip killed at each station and started again: nothing is sent twice, nothing planned is lost (P1 T9)."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.services.mail import MailServer
from tests.trip.conftest import DAY, NOW, Company, once
from tests.trip.copied import unreviewed
from tests.trip.killed import FILMING, NONE, REVIEWING, STATIONS, behind, beside, turns
from vitalreel.steps.deliver import deliver
from vitalreel.steps.make import make_due
from vitalreel.store import tables as t

MAY_HAVE_LEFT = ("claimed, peer not asked", "message taken, answer not written")
"""Where SMTP cannot tell afterwards: the row is parked for a person, and never sent again by itself."""


@pytest.fixture(scope="session")
def rehearsed(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company after its two most urgent films were made: the first turn's and that of the turn after it."""

    def make(root: Path) -> None:
        company = Company(Path(shutil.copytree(decided, root)))
        doors = company.doors
        with company.workshop(doors) as shop:
            make_due(doors, shop, DAY, NOW, 2)
        doors.engine.dispose()

    return once(tmp_path_factory, "rehearsed", make)


@pytest.fixture
def filming(company: Company, rehearsed: Path) -> Company:
    """The company about to make its films: what they say was spoken before and drawn before, but for the first film's two
    shortest scenes. Nothing of either film is published."""
    with Company(rehearsed).doors.engine.connect() as c:
        urgent = (
            select(t.video.c.scenes)
            .join(t.touch, t.touch.c.video == t.video.c.id)
            .order_by(t.touch.c.window_to, t.touch.c.id)
        )
        scenes = c.execute(urgent).scalars().first()
    assert scenes is not None
    media, before = company.doors.workspace.media, Company(rehearsed).doors.workspace.media
    for kind in ("takes", "scenes"):
        shutil.copytree(before / kind, media / kind)
    for scene in sorted(scenes, key=lambda s: s["end_s"] - s["start_s"])[:2]:
        (media / "scenes" / scene["fingerprint"][:2] / f"{scene['fingerprint']}.scene").unlink()
    return company


def states(company: Company, channel: str = "email") -> Counter[str]:
    with company.doors.engine.connect() as c:
        return Counter(c.execute(select(t.outbox.c.state).where(t.outbox.c.channel == channel)).scalars())


def judge(company: Company, smtp: MailServer, station: str) -> None:
    """Each message was taken at most once, and every row says what became of it."""
    keys = Counter(str(r.message["Message-ID"]) for r in smtp.received)
    assert [] == [key for key, n in keys.items() if n > 1]
    counted = states(company)
    if station in MAY_HAVE_LEFT:
        assert 1 == counted["unknown"]
    else:
        assert 0 == counted["unknown"]
        assert counted["sent"] == len(keys) >= 1
    assert 0 == counted["sending"]
    assert ["sent"] == list(states(company, "in_app"))


@pytest.mark.parametrize("station", [s for s in STATIONS if s != NONE])
def test_a_trip_killed_and_started_again_sends_each_touch_once(
    request: pytest.FixtureRequest, smtp: MailServer, station: str
):
    """P1 R6 T9: kill -9, then a turn that is left alone, then another delivery: each message was taken at most once."""
    films = int(station in FILMING)
    company: Company = request.getfixturevalue("filming" if films else "filmed")
    if station in REVIEWING:
        unreviewed(company.doors)
    url = f"smtp://{smtp.host}:{smtp.port}"
    statuses = turns(company.root, url, station, films)
    doors = company.doors
    deliver(doors, company.post(doors, url), NOW)

    assert [-signal.SIGKILL, 0] == statuses
    judge(company, smtp, station)


@pytest.mark.parametrize("station", MAY_HAVE_LEFT)
def test_a_folder_that_remembers_is_asked_and_nothing_is_left_in_doubt(filmed: Company, station: str):
    """P1 R6: the mailbox and the product's inbox know what they have. The next turn asks them with nothing locked: before, it waited
    for itself on SQLite until the database gave up."""
    doors, left_out = filmed.doors, behind(station)
    for channel in ("mailbox", "in_app"):
        died = beside(filmed.root, None, [station], 0, None, left_out, channel)
        went_on = beside(filmed.root, None, [NONE], 0, None, left_out, channel)
        deliver(doors, filmed.post(doors), NOW)
        mails = list(doors.workspace.mail.glob("*.eml"))
        with doors.engine.begin() as c:
            states, laid = set(c.execute(select(t.outbox.c.state)).scalars()), c.execute(select(t.inbox.c.key)).all()
            for table in (t.outbox, t.inbox):  # once more, for the other channel
                c.execute(delete(table))
            c.execute(update(t.touch).where(t.touch.c.state == "sent").values(state="approved"))
        for mail in mails:
            mail.unlink()

        assert ([-signal.SIGKILL], [0], {"sent"}) == (died, went_on, states)
        assert (1, 1) == (len(mails), len(laid))
