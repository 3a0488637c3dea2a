"""Rating a film and passing it on, as viewers do: the pages over HTTP, and both in a real browser with nothing but keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.web.watching import House, house, serving
from vitalreel.steps.track import track
from vitalreel.store.tables import link, view

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("passing")) as made:
        yield made


@pytest.fixture
def web(home: House) -> TestClient:
    return TestClient(home.app(), headers={"User-Agent": CHROME}, follow_redirects=False)


def test_pressing_makes_a_link_and_opening_the_page_makes_none(home: House, web: TestClient):
    """K1 R7: shown on a page where there are no scripts, told as JSON where there are; each opens the film and says whose it is not."""
    token = home.link("press")
    before = web.get(f"/s/{token}").text
    page = web.post(f"/s/{token}", data={"key": "k"})
    href = re.findall(r'class="button" href="(/v/[^"]+)"', page.text)
    again = web.post(f"/s/{token}", data={"key": "k"}, headers=JSON)
    theirs = web.get(href[0]).text

    assert "Links you passed on" not in before
    assert (200, 201, href) == (page.status_code, again.status_code, [again.json()["href"]])
    assert "passed this video on to you" in theirs and "yours alone" not in theirs
    assert 'action="/s/' not in theirs and "/u/" not in theirs


def test_a_link_taken_back_opens_nothing(home: House, web: TestClient):
    """R7: at once, its files too; the page lists those that stand."""
    token = home.link("back")
    href = web.post(f"/s/{token}", data={"key": "k"}, headers=JSON).json()["href"]
    theirs = href.removeprefix("/v/")
    with home.doors.engine.connect() as c:
        name = c.execute(select(link.c.id).where(link.c.passed_on_from == "back")).scalar_one()
    answer = web.post(f"/s/{token}", data={"take_back": name})

    assert (303, f"/s/{token}") == (answer.status_code, answer.headers["location"])
    assert [410, 404, 410] == [
        web.get(path).status_code for path in (href, f"/media/{theirs}/film.mp4", f"/film/{theirs}")
    ]
    assert "Links you passed on" not in web.get(f"/s/{token}").text


def test_who_may_not_pass_on_is_told_why(home: House, web: TestClient):
    """R7 P6: a colleague, a link that ended or never was, and a hand that presses without end."""
    token = home.link("may")
    theirs = web.post(f"/s/{token}", data={"key": "k"}, headers=JSON).json()["href"].removeprefix("/v/")
    links = (theirs, home.link("past", days=-1), "nobody.x")
    answers = [web.post(f"/s/{one}", data={"key": "k"}, headers=JSON) for one in links]
    still = TestClient(home.app(clock=lambda: 0.0))
    flood = [still.post(f"/s/{token}", data={"key": "k"}, headers=JSON).status_code for _ in range(11)]

    assert [403, 410, 404] == [a.status_code for a in answers]
    assert "This link was passed on to you" == answers[0].json()["title"]
    assert ([201] * 10, 503) == (flood[:-1], flood[-1])
    assert [403, 404] == [web.get(f"/s/{one}").status_code for one in (theirs, "nobody.x")]
    assert [404, 404] == [web.request(how, f"/u/{theirs}").status_code for how in ("GET", "POST")]


def test_a_colleague_who_asks_for_a_person_is_heard_as_one(home: House, web: TestClient):
    """K3: the wish is the account's, by nobody we know."""
    token = home.link("wish")
    theirs = web.post(f"/s/{token}", data={"key": "k"}, headers=JSON).json()["href"].removeprefix("/v/")
    answer = web.post(f"/h/{theirs}", data={"words": "hello"})
    track(home.doors, datetime.now(UTC))
    with home.doors.engine.connect() as c:
        row = c.execute(select(view).where(view.c.link == "wish")).mappings().one()

    assert 200 == answer.status_code
    assert ("nordwind", "", True) == (row["account"], row["contact"], row["asked_for_human"])


def until(page: Page, condition: str) -> None:
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")


def watch(page: Page) -> None:
    page.get_by_role("button", name="Play, ").click()
    until(page, "document.querySelector('vital-reel').video.currentTime >= 2.2")


@pytest.mark.browser
def test_a_viewer_rates_and_passes_on_by_keys_alone_and_the_colleague_watches(home: House, browser: Browser):
    """K1 K3 K9: two browsers: the contact's says four of five and gives a link, the other one watches by it as nobody known."""
    token = home.link("whole")
    with serving(home.app()) as site:
        mine = browser.new_context(user_agent=CHROME).new_page()
        mine.goto(f"{site}/v/{token}")
        watch(mine)
        mine.get_by_role("radio", name="3 of 5").focus()
        mine.keyboard.press("Space")
        mine.keyboard.press("ArrowRight")  # the group's own key; the player must not take it
        rated = mine.get_by_role("radio", name="4 of 5").is_checked()
        mine.get_by_role("button", name="Share with a colleague").focus()
        mine.keyboard.press("Enter")
        given = mine.get_by_label("Link for a colleague").input_value()
        mine.goto("about:blank")
        theirs = browser.new_context(user_agent=CHROME).new_page()
        theirs.goto(given)
        watch(theirs)
        shares = theirs.get_by_role("button", name="Share with a colleague").count()
        theirs.goto("about:blank")
        theirs.wait_for_timeout(300)
        mine.context.close()
        theirs.context.close()
    track(home.doors, datetime.now(UTC))
    with home.doors.engine.connect() as c:
        rows = c.execute(select(view).where(view.c.link == "whole").order_by(view.c.started)).mappings().all()

    assert (True, 0, True) == (rated, shares, given.startswith(f"{site}/v/") and token not in given)
    assert [("jonas", 4, True), ("", None, False)] == [(r["contact"], r["rating"], r["shared"]) for r in rows]
    assert all(r["counts"] for r in rows)
