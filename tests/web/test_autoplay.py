"""A film that begins by itself in a real browser: aloud after a press on the page before, silently without, and how it gets its sound."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.services import chromium
from tests.web.watching import House, house, serving
from vitalreel.steps.track import track
from vitalreel.store.tables import event, view

pytestmark = pytest.mark.browser
PHONE = {"width": 480, "height": 900}
VIDEO = "document.querySelector('vital-reel').video"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("autoplay")) as made:
        yield made


@pytest.fixture(scope="module")
def site(home: House) -> Iterator[str]:
    with serving(home.app()) as address:
        yield address


@pytest.fixture(scope="module")
def strict() -> Iterator[Browser]:
    """A browser as people have it: no sound before a press."""
    with chromium.browser("--autoplay-policy=document-user-activation-required") as running:
        yield running


def opened(strict: Browser, address: str, **more: Any) -> Page:
    page = strict.new_context(user_agent=CHROME, **more).new_page()
    page.goto(address)
    return page


def state(page: Page) -> dict[str, Any]:
    """What the film does. Asked only once something has settled: a question of the driver counts as a press."""
    told: dict[str, Any] = page.evaluate(
        f"({{paused: {VIDEO}.paused, muted: {VIDEO}.muted, at: {VIDEO}.currentTime, captions: {VIDEO}.textTracks[0].mode}})"
    )
    return told


def test_a_film_that_may_not_be_heard_begins_silently_and_gets_its_sound(
    home: House, site: str, strict: Browser
) -> None:
    """With the captions of its picture, not a track's beside them, and a button that plays it from its start; only then it counts as a
    view (K1 K9)."""
    page = opened(strict, f"{site}/v/{home.link('silent')}?play")
    page.get_by_role("button", name="Play with sound").wait_for(timeout=20_000)
    page.wait_for_timeout(1200)
    silent = state(page)
    page.get_by_role("button", name="Play with sound").click()
    page.wait_for_timeout(300)
    loud = state(page)
    gone = page.get_by_role("button", name="Play with sound").is_hidden()
    page.wait_for_timeout(2500)
    page.goto("about:blank")
    page.wait_for_timeout(300)
    page.context.close()
    track(home.doors, home.now)
    with home.doors.engine.connect() as c:
        counts = c.execute(select(view.c.counts, view.c.why_not).where(view.c.link == "silent")).one()

    assert (False, True, "disabled") == (silent["paused"], silent["muted"], silent["captions"]) and silent["at"] > 0.8
    assert (False, False, "hidden", True) == (loud["paused"], loud["muted"], loud["captions"], gone)
    assert loud["at"] < silent["at"]
    assert (True, "") == tuple(counts)


def test_a_film_nobody_turned_up_is_no_view(home: House, site: str, strict: Browser) -> None:
    """It moved in front of nobody who asked (K9)."""
    page = opened(strict, f"{site}/v/{home.link('ignored')}?play")
    for _ in range(100):  # the page itself is asked nothing: that would count as a press
        time.sleep(0.2)
        with home.doors.engine.connect() as c:
            if "play" in c.execute(select(event.c.type).where(event.c.link == "ignored")).scalars().all():
                break
    time.sleep(2.5)
    page.goto("about:blank")
    page.wait_for_timeout(300)
    page.context.close()
    track(home.doors, home.now)
    with home.doors.engine.connect() as c:
        told = c.execute(select(view.c.counts, view.c.why_not).where(view.c.link == "ignored")).one()

    assert (False, "muted autoplay") == tuple(told)


def test_whoever_wants_no_motion_is_asked_for_a_press(home: House, site: str, strict: Browser) -> None:
    """The button waits with the focus on it; on a phone the film is as wide as the screen (C5, K1)."""
    page = opened(strict, f"{site}/v/{home.link('still')}?play&untracked", reduced_motion="reduce", viewport=PHONE)
    page.get_by_text("The browser asks for a click before it plays").wait_for(state="attached", timeout=20_000)
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    pressed, frame = state(page), page.locator("vital-reel").bounding_box()
    page.context.close()

    assert (False, False) == (pressed["paused"], pressed["muted"]) and pressed["at"] > 0
    assert frame is not None and PHONE["width"] == frame["width"]


def test_a_press_on_the_page_before_lets_it_begin_aloud(home: House, site: str, strict: Browser) -> None:
    """The viewer asked for the film there, and hears it here from its first word (V11)."""
    token = home.link("asked")
    page = opened(strict, f"{site}/v/{token}?untracked")
    page.locator("h1").click()
    page.evaluate(f"location.assign('{site}/v/{token}?play&untracked')")
    page.wait_for_url("**?play&untracked")
    page.get_by_role("button", name="Play, ").wait_for(state="hidden", timeout=20_000)
    page.wait_for_timeout(600)
    asked = state(page)
    page.context.close()

    assert (False, False, True) == (asked["paused"], asked["muted"], asked["at"] > 0.2)
