"""The viewer's page in a real Chromium, small: axe, the keyboard alone, and one session reconstructed (the whole: benchmarks)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from benchmarks.events.session import TOLERANCE_S, VIDEO, WATCHER, compared, hidden, reach, seek, until
from benchmarks.player import AXE, CHROME, axe, tabbed
from playwright.sync_api import Browser, Page

from tests.web.watching import PLAYER, House, house, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("page")) as made:
        yield made


@pytest.fixture(scope="module")
def site(home: House) -> Iterator[str]:
    if not PLAYER.is_file():
        folder = PLAYER.parents[4] / "player"
        subprocess.run([shutil.which("npm") or "npm", "run", "build"], cwd=folder, check=True, capture_output=True)
    with serving(home.app()) as address:
        yield address


def opened(browser: Browser, address: str, **more: Any) -> Page:
    page = browser.new_context(user_agent=CHROME, **more).new_page()
    page.goto(address)
    until(page, f"{VIDEO}?.readyState >= 2")
    return page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_to_say_of_the_film_s_page(home: House, site: str, browser: Browser, scheme: str, width: int):
    """K1, issue 6 point 9: WCAG 2.2 AA and axe's best practice, with the questions that stand below the film."""
    if not AXE.is_file():
        pytest.fail("no axe-core: run `make setup`", pytrace=False)
    page = opened(
        browser, f"{site}/v/{home.link(f'axe-{scheme}')}", color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    page.get_by_role("button", name="Share with a colleague").click()
    page.get_by_label("Link for a colleague").wait_for()
    passed, broken = axe(page)
    page.context.close()

    assert [] == broken
    assert passed > 20


def test_everything_is_reached_and_done_by_the_keyboard_alone(home: House, site: str, browser: Browser):
    """K1, issue 6 point 9: Tab to the start, through all there is and out again; play, pause, move, captions, rate."""
    page = opened(browser, f"{site}/v/{home.link('keys')}")
    names = []
    for name in tabbed(page):
        names.append(name)
        if "Play, 0:12" in name:
            page.keyboard.press("Enter")
            until(page, f"!{VIDEO}.paused")
            page.keyboard.press("k")
            until(page, f"{VIDEO}.paused")
        elif "1 of 5" in name:
            page.keyboard.press("ArrowRight")
    page.keyboard.press("l")
    until(page, f"{VIDEO}.currentTime > 9")
    page.keyboard.press("c")
    until(page, f"{VIDEO}.textTracks[0].mode === 'showing'")
    rated = page.locator(".rate input:checked").get_attribute("value")
    page.context.close()
    wanted = (
        "Play, 0:12",
        "captions",
        "fullscreen",
        "Book twenty minutes",
        "Write",
        "Share with a colleague",
        "Mail and tracking choices",
    )

    assert [] == [want for want in wanted if not any(want.lower() in name.lower() for name in names)]
    assert "2" == rated


def test_a_session_is_reconstructed_to_half_a_second_a_range(home: House, site: str, browser: Browser):
    """K3 K4, issue 6 point 2: play, seek, replay, speed, a hidden tab, a reload, beside what the film's own clock showed every 40 ms."""
    context = browser.new_context(user_agent=CHROME)
    context.add_init_script(WATCHER)
    page = context.new_page()
    page.goto(f"{site}/v/{home.link('session')}")
    until(page, f"{VIDEO}?.readyState >= 2")
    page.locator("vital-reel button.start").click()
    reach(page, 2)
    seek(page, 4)
    reach(page, 5.2)
    seek(page, 0.5)  # again
    reach(page, 1.6)
    seek(page, 7)
    page.evaluate(f"{VIDEO}.playbackRate = 1.5")
    reach(page, 8.2)
    with hidden(page):
        reach(page, 9.4)
    reach(page, 10.4)
    page.reload()
    before = page.evaluate("JSON.parse(sessionStorage.getItem('seen'))")
    until(page, f"{VIDEO}?.readyState >= 2")
    page.locator("vital-reel button.start").click()
    reach(page, 1.5)
    page.keyboard.press("k")
    after = page.evaluate("seen")
    page.goto("about:blank")
    page.wait_for_timeout(500)
    context.close()
    first, second = compared(home, "session", [before, after])

    assert (4, 1, 1) == (len(first.shown), len(first.shown_again), len(second.shown))
    assert first.off_s <= TOLERANCE_S and second.off_s <= TOLERANCE_S, (first, second)
