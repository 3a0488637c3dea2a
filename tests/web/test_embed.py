"""The player and the events client on a page of another origin: which may, what they are told, and what a real browser then does."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Request
from sqlalchemy import select, update

from tests.web.watching import PAGE, PLAYER, STATIC, House, house, pages, serving
from vitalreel.errors import BadInput
from vitalreel.identity import ContactId
from vitalreel.settings import read_settings
from vitalreel.steps.hosted import id_of, register, token_for
from vitalreel.steps.track import track
from vitalreel.store.tables import video, view
from vitalreel.tracking.hosted import Hosted

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
APP = "https://app.nordwind.example"
OTHER = "https://other.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("embed")) as made:
        yield made


@pytest.fixture(scope="module")
def web(home: House) -> TestClient:
    return TestClient(home.app(origins=[APP]), headers={"User-Agent": CHROME}, follow_redirects=False)


def test_a_page_of_an_origin_that_is_named_may_read_and_no_other(home: House, web: TestClient):
    """K1 K10: script, film, files and events; by no cookie; a cache may not hand one origin's answer to another."""
    token = home.link("cors")
    asked = [
        ("GET", "/static/player.js"),
        ("GET", f"/film/{token}"),
        ("GET", f"/media/{token}/film.mp4"),
        ("POST", f"/e/{token}"),
    ]
    ours = [web.request(how, path, headers={"Origin": APP}).headers for how, path in asked]
    others = [web.request(how, path, headers={"Origin": OTHER}).headers for how, path in asked]

    assert [APP] * 4 == [h.get("access-control-allow-origin") for h in ours]
    assert [None] * 4 == [h.get("access-control-allow-origin") for h in others]
    assert all("origin" in h["vary"].lower() for h in (*ours, *others))
    assert not any("access-control-allow-credentials" in h for h in (*ours, *others))


def test_pages_for_people_and_the_console_stay_shut_to_other_origins(home: House, web: TestClient):
    """P3: what a page may read is the player's, never a viewer's page, its choices, or anything of ours."""
    token = home.link("shut")
    paths = (
        f"/v/{token}",
        f"/u/{token}",
        f"/go/{token}",
        "/",
        "/accounts/nordwind",
        "/api/runs",
        "/static/console.css",
    )
    answers = [web.get(path, headers={"Origin": APP}) for path in paths]

    assert not any("access-control-allow-origin" in a.headers for a in answers)


def test_a_browser_that_asks_first_is_told_what_it_may(home: House, web: TestClient):
    """K1: a company's own player sends JSON, for which its browser asks first; of no other origin it hears anything."""
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    path = f"/e/{home.link('first')}"
    ours, other = (web.options(path, headers={**asks, "Origin": origin}) for origin in (APP, OTHER))

    assert (204, APP, True) == (
        ours.status_code, ours.headers["access-control-allow-origin"], "POST" in ours.headers["access-control-allow-methods"],
    )  # fmt: skip
    assert "content-type" in ours.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-methods" not in other.headers and "access-control-allow-origin" not in other.headers


def test_origins_are_told_by_the_environment_and_there_are_none_before():
    """P3: nobody unless they are named; never everybody."""
    assert () == read_settings({}).origins
    assert (APP, OTHER) == read_settings({"VITALREEL_ORIGINS": f"{APP}, {OTHER}"}).origins
    for text in ("*", "null", f"{APP}/path", "http://app.example"):
        with pytest.raises(BadInput, match="VITALREEL_ORIGINS"):
            read_settings({"VITALREEL_ORIGINS": text})


def test_a_film_s_address_says_all_a_player_needs_and_nothing_of_the_sources(home: House, web: TestClient):
    """K1 K10: files, chapters, words, button, person, where events go; none of them where the viewer is not measured."""
    token = home.link("data")
    film, quiet = (web.get(f"/film/{token}{query}").json() for query in ("", "?untracked"))

    assert (PAGE["title"], 3, 3, f"/media/{token}/index.m3u8") == (
        film["title"], len(film["chapters"]), len(film["transcript"]), film["files"]["hls"],
    )  # fmt: skip
    assert (f"/e/{token}", None, f"/h/{token}?untracked") == (film["events"], quiet["events"], quiet["human"]["href"])
    assert {"text": "Book twenty minutes", "href": f"/go/{token}"} == film["button"]
    assert "ledger" not in str(film) and "secret" not in str(film)


def test_a_link_that_opens_nothing_says_why_in_words_for_its_viewer(home: House, web: TestClient):
    """R7 R9: unknown, expired, withdrawn; a film that is still a promise leads to its page."""
    links = ("nobody.x", home.link("old", days=-1), home.link("gone", revoked=home.now))
    answers = [web.get(f"/film/{token}") for token in links]
    promised = home.link("promise", "film2")
    with home.doors.engine.begin() as c:
        c.execute(update(video).where(video.c.id == "film2").values(state="on_request"))
    asked = web.get(f"/film/{promised}")
    with home.doors.engine.begin() as c:
        c.execute(update(video).where(video.c.id == "film2").values(state="made"))

    assert [404, 410, 410] == [a.status_code for a in answers]
    assert ["This link opens nothing", "This link has expired", "This link was withdrawn"] == [
        a.json()["title"] for a in answers
    ]
    assert (409, f"/v/{promised}") == (asked.status_code, asked.json()["page"])


# --- a real browser ---------------------------------------------------------------------------------------------------


@dataclass
class Elsewhere:
    """Another origin's pages beside a running server that allows `ours`; `told` is path -> HTML, to be filled."""

    site: str  # the server
    ours: str  # an origin it allows
    others: str  # the same pages by an origin it does not
    told: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def elsewhere(home: House) -> Iterator[Elsewhere]:
    if not PLAYER.is_file() or not (STATIC / "events.js").is_file():
        folder = PLAYER.parents[4] / "player"
        subprocess.run([shutil.which("npm") or "npm", "run", "build"], cwd=folder, check=True, capture_output=True)
    told: dict[str, str] = {}
    with pages(told) as port, serving(home.app(origins=[f"http://localhost:{port}"])) as site:
        yield Elsewhere(
            site.replace("127.0.0.1", "localhost"), f"http://localhost:{port}", f"http://127.0.0.1:{port}", told
        )


def opened(browser: Browser, address: str) -> tuple[Page, list[Request], list[str]]:
    """A page, all it asks for, and what goes wrong in it. The browser has the cookie of our own people, so an event that took it
    along would be kept apart as theirs: the two sites differ by their port alone, and cookies know no ports."""
    context = browser.new_context(user_agent=CHROME)
    context.add_cookies([{"name": "staff", "value": "yes", "url": "http://localhost"}])
    page, asked, wrong = context.new_page(), list[Request](), list[str]()
    page.on("request", lambda r: asked.append(r))
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.goto(address)
    return page, asked, wrong


def until(page: Page, condition: str) -> None:
    for _ in range(400):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")


def left(page: Page) -> None:
    """Go elsewhere as a person does, so that the page says goodbye."""
    page.goto("about:blank")
    page.wait_for_timeout(300)
    page.context.close()


def measured(home: House, link_id: str) -> dict[str, Any]:
    """The view of a link, once its last words are in."""
    for _ in range(20):
        track(home.doors, home.now)
        with home.doors.engine.connect() as c:
            row = (
                c.execute(select(view).where(view.c.link == link_id).order_by(view.c.watched_s.desc()))
                .mappings()
                .first()
            )
        if row and row["watched_s"]:
            return dict(row)
        time.sleep(0.2)
    raise AssertionError(f"no view of {link_id}")


@pytest.mark.browser
def test_two_lines_of_html_play_and_measure_a_film_on_another_s_page(
    home: House, browser: Browser, elsewhere: Elsewhere
):
    """K1 K3 K4 K10: a page of another origin that is named: it plays, its button and words are there, what ran is measured to half a
    second, nobody but the two is asked, and no cookie goes along."""
    token = home.link("two-lines")
    elsewhere.told["/two"] = f"""<!doctype html><title>An app</title>
<script type="module" src="{elsewhere.site}/static/player.js"></script>
<vital-reel film="{elsewhere.site}/film/{token}"></vital-reel>"""
    page, asked, wrong = opened(browser, f"{elsewhere.ours}/two")
    page.get_by_role("button", name="Play, 0:12").click()
    until(page, "document.querySelector('vital-reel').video.currentTime >= 2.5")
    page.keyboard.press("k")
    stood = page.evaluate("document.querySelector('vital-reel').video.currentTime")
    page.get_by_text("Transcript").click()
    words = page.get_by_role("button", name="Across your 14 depots").is_visible()
    button = page.get_by_role("link", name="Book twenty minutes").get_attribute("href")
    left(page)
    hosts = {r.url.split("/")[2] for r in asked if r.url.startswith("http")}
    row = measured(home, "two-lines")

    assert [] == wrong
    assert {elsewhere.site.split("/")[2], elsewhere.ours.split("/")[2]} == hosts
    assert (True, f"{elsewhere.site}/go/{token}") == (words, button)
    assert ("jonas", True, "") == (row["contact"], row["counts"], row["why_not"])
    assert [pytest.approx([0, stood], abs=0.5)] == row["ranges"]


@pytest.mark.browser
def test_a_video_hosted_elsewhere_plays_and_is_measured(home: House, browser: Browser, elsewhere: Elsewhere):
    """K7: its file lies with a host that allows no other origin, as hosts do: it plays all the same, and counts for the contact."""
    url = f"{elsewhere.site.replace('localhost', '127.0.0.1')}/media/{home.link('file')}/film.mp4"
    asset = Hosted("seats", "Seats explained", url, "pricing", 12.0, date(2026, 3, 2), "seats")
    register(home.doors, asset, home.now)
    token = token_for(home.doors, "seats", ContactId("jonas"), home.now)
    elsewhere.told["/asset"] = f"""<!doctype html><title>An app</title>
<script type="module" src="{elsewhere.site}/static/player.js"></script>
<vital-reel film="{elsewhere.site}/film/{token}"></vital-reel>"""
    page, _, wrong = opened(browser, f"{elsewhere.ours}/asset")
    page.get_by_role("button", name="Play, 0:12").click()
    until(page, "document.querySelector('vital-reel').video.currentTime >= 2.3")
    stood = page.evaluate("document.querySelector('vital-reel').video.currentTime")
    left(page)
    row = measured(home, token.partition(".")[0])
    shown = register(home.doors, replace(asset, name="page", url="https://learn.example/seats"), home.now)
    bare = token_for(home.doors, "page", ContactId("jonas"), home.now)
    elsewhere.told["/bare-asset"] = elsewhere.told["/asset"].replace(token, bare)
    page, _, _ = opened(browser, f"{elsewhere.ours}/bare-asset")
    page.get_by_role("link", name="Open its page").wait_for()
    leads = page.get_by_role("link", name="Open its page").get_attribute("href")
    page.context.close()

    assert [] == wrong
    assert ("jonas", True, id_of("seats")) == (row["contact"], row["counts"], row["video"])
    assert [pytest.approx([0, stood], abs=0.5)] == row["ranges"]
    assert (id_of("page"), "https://learn.example/seats") == (shown, leads)


@pytest.mark.browser
def test_a_page_of_an_origin_that_is_not_named_gets_no_player(home: House, browser: Browser, elsewhere: Elsewhere):
    """K1 P3: the very same page by another name of its host."""
    elsewhere.told["/not"] = (
        f'<script type="module" src="{elsewhere.site}/static/player.js"></script><vital-reel></vital-reel>'
    )
    page, _, wrong = opened(browser, f"{elsewhere.others}/not")
    defined = page.evaluate("customElements.get('vital-reel') !== undefined")
    page.context.close()

    assert not defined
    assert any("CORS" in said for said in wrong)


@pytest.mark.browser
def test_the_events_client_follows_anybody_s_own_video(home: House, browser: Browser, elsewhere: Elsewhere):
    """K1 K3 K4: a bare <video> on another's page, and two calls: what it played is measured, and a click is told."""
    token = home.link("bare")
    elsewhere.told["/bare"] = f"""<!doctype html><title>A player of one's own</title>
<video src="{elsewhere.site}/media/{token}/film.mp4" controls></video>
<script type="module">
import {{ watch }} from "{elsewhere.site}/static/events.js";
const watching = watch(document.querySelector("video"), "{elsewhere.site}/e/{token}");
window.booked = () => watching.tell("click");
</script>"""
    page, _, wrong = opened(browser, f"{elsewhere.ours}/bare")
    until(page, "window.booked !== undefined && document.querySelector('video').readyState >= 2")
    page.mouse.click(5, 5)  # a hand on the page
    page.evaluate("document.querySelector('video').play()")
    until(page, "document.querySelector('video').currentTime >= 2.2")
    page.evaluate("window.booked(); document.querySelector('video').currentTime = 9")
    until(page, "document.querySelector('video').currentTime >= 10")
    stood = page.evaluate("document.querySelector('video').currentTime")
    left(page)
    row = measured(home, "bare")

    assert [] == wrong
    assert (True, "", True) == (row["counts"], row["why_not"], row["clicked"])
    assert [pytest.approx([0, 2.2], abs=0.5), pytest.approx([9, stood], abs=0.5)] == row["ranges"]
