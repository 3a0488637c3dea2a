"""From the mail to the next score: a real browser plays the film, and watching moves the score by the configured points."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.services.mail import MailServer
from tests.trip.conftest import DAY, NOW, Company
from tests.web.watching import serving
from vitalreel.identity import AccountId
from vitalreel.steps.assess import assess
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.explain import standing
from vitalreel.steps.track import track
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
"""A browser that does not call itself headless: one that does is taken for a scanner (K9)."""
RATE = 4
"""Playback speed: a minute of film in a quarter of one. Ranges are in media time, so nothing else changes."""


def until(page: Page, true: str, seconds: float = 60) -> None:
    """Wait until an expression holds. The page's policy forbids evaluating strings in it, so it is asked from outside."""
    end = time.monotonic() + seconds
    while not page.evaluate(true):
        assert time.monotonic() < end, f"never came true: {true}"
        page.wait_for_timeout(50)


def position(page: Page) -> float:
    return float(page.evaluate("document.querySelector('vital-reel').video.currentTime"))


def play_until(page: Page, second: float) -> float:
    """Play at RATE until the film stands past `second`, pause, and answer where it stands."""
    page.evaluate(
        f"() => {{ const v = document.querySelector('vital-reel').video; v.muted = false; v.playbackRate = {RATE}; return v.play() }}"
    )
    until(page, f"document.querySelector('vital-reel').video.currentTime >= {second}")
    page.evaluate("document.querySelector('vital-reel').video.pause()")
    page.wait_for_timeout(300)
    return position(page)


def score_of(doors: Doors, account: AccountId) -> dict[str, float]:
    """The account's parts today, in points."""
    assess(doors, NOW.date(), NOW, [account])
    shown = standing(doors, account, NOW.date())
    return {p.name: p.tenths / 10 for p in shown.parts} | {"score": (shown.tenths or 0) / 10}


@pytest.mark.browser
def test_a_film_opened_from_its_mail_moves_the_next_score(filmed: Company, smtp: MailServer, browser: Browser):
    """K1 K3 K4 H3 H18: play, seek back, close; the ranges are right to half a second and the score moves by the scorecard's points."""
    doors = filmed.doors
    done = deliver(doors, filmed.post(doors, f"smtp://{smtp.host}:{smtp.port}"), NOW)
    assert 1 == len(done.sent), done
    with doors.engine.connect() as c:
        film = c.execute(select(t.video.c.account, t.video.c.length_s, t.video.c.module)).mappings().one()
    account = AccountId(film["account"])
    assess(doors, DAY, NOW)
    before = score_of(doors, account)
    text = smtp.received[0].message.get_body(("plain",)).get_content()
    link = re.search(r"http://localhost:8321(/v/\S+)", text)
    assert link is not None
    with serving(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as address:
        page = browser.new_context(user_agent=PERSON).new_page()
        page.goto(address + link[1].rstrip(".,"))
        until(page, "document.querySelector('vital-reel').video?.readyState >= 3")
        stopped = play_until(page, film["length_s"] * 0.6)
        page.evaluate("document.querySelector('vital-reel').video.currentTime = 10")
        until(page, "!document.querySelector('vital-reel').video.seeking")
        replayed = play_until(page, 16)
        page.goto("about:blank")  # leaving: the page's last events go by beacon
        page.wait_for_timeout(1_500)
        page.close()
    track(doors, NOW)
    with doors.engine.connect() as c:
        view = c.execute(select(t.view)).mappings().one()

    assert [[pytest.approx(0, abs=0.5), pytest.approx(stopped, abs=0.5)]] == view["ranges"]
    assert [(pytest.approx(10, abs=0.5), pytest.approx(replayed, abs=0.5))] == [
        (r["from"], r["to"]) for r in view["replays"]
    ]
    assert pytest.approx(stopped, abs=0.5) == view["watched_s"]
    assert view["counts"]
    after = score_of(doors, account)
    moved = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in after | before}
    points = {"usage_drop_recovery": (15, 12, 8), "renewal_window_opener": (25, 20, 15, 10)}[film["module"]]
    rule = {"usage_drop_recovery": "way_back_film", "renewal_window_opener": "renewal_film"}[film["module"]]
    (film_points,) = (v for k, v in moved.items() if k.startswith(rule) and v)
    assert film_points in points
    assert pytest.approx(sum(v for k, v in moved.items() if k != "score")) == moved["score"]
