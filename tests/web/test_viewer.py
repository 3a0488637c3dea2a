"""The viewer's routes over real HTTP machinery: tokens, files, events, choices, and a real browser that watches a film."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Request
from sqlalchemy import func, select

from tests.web.watching import LENGTH_S, PAGE, PLAYER, House, house, serving
from vitalreel.errors import Unavailable
from vitalreel.steps.track import track
from vitalreel.store.tables import consent, event, view
from vitalreel.web.limits import Limit

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
_SOURCES = PLAYER.parents[4] / "player"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("viewing")) as made:
        yield made


@pytest.fixture(scope="module")
def web(home: House) -> TestClient:
    return TestClient(home.app(), headers={"User-Agent": CHROME}, follow_redirects=False)


@pytest.fixture(scope="module")
def site(home: House) -> Iterator[str]:
    """A running site with the player built."""
    if not PLAYER.is_file():
        subprocess.run([shutil.which("npm") or "npm", "run", "build"], cwd=_SOURCES, check=True, capture_output=True)
    with serving(home.app()) as address:
        yield address


def told(view_: str, *steps: tuple[str, float, int]) -> dict[str, Any]:
    """A batch of (type, position, second) events."""
    return {"events": [
        {"id": f"{view_}.{n}", "view": view_, "type": kind, "position_s": position, "seq": n, "device": "d1",
         "at": f"2026-11-20T10:00:{second:02d}Z"}
        for n, (kind, position, second) in enumerate(steps)
    ]}  # fmt: skip


def stored(home: House, view_: str) -> int:
    with home.doors.engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(event.c.view == view_)).scalar_one())


def test_the_page_shows_the_film_and_keeps_to_itself(home: House, web: TestClient):
    """Words, player and choices are there; nothing is loaded from elsewhere, indexed, or leaked by the referrer (K10)."""
    answer = web.get(f"/v/{home.link('page')}")
    loaded = re.findall(r'(?:src|href|poster|action)="(https?:[^"]+)"', answer.text)

    assert 200 == answer.status_code
    assert all(
        words in answer.text for words in (PAGE["title"], "Talk to a human", "Watch without tracking", "<vital-reel")
    )
    assert [] == loaded
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert ("noindex", "no-referrer") == (answer.headers["x-robots-tag"][:7], answer.headers["referrer-policy"])


def test_a_closed_link_says_so_decently(home: House, web: TestClient):
    """Expired and revoked links explain themselves and open nothing, their files neither (R7 R9)."""
    for token, words in ((home.link("old", days=-1), "expired"), (home.link("gone", revoked=home.now), "withdrawn")):
        assert words in web.get(f"/v/{token}").text
        assert [410, 404] == [web.get(f"{route}").status_code for route in (f"/v/{token}", f"/media/{token}/film.mp4")]


def test_files_come_in_ranges(home: House, web: TestClient):
    """Seeking fetches the middle of a film (K1)."""
    answer = web.get(f"/media/{home.link('ranges')}/film.mp4", headers={"Range": "bytes=4-7"})

    assert (206, b"ftyp", "video/mp4") == (answer.status_code, answer.content, answer.headers["content-type"])


@pytest.mark.parametrize(
    "name",
    ["../film2/film.mp4", "..%2ffilm2%2ffilm.mp4", "%2e%2e/film2/film.mp4", "ledger.json", "page.json", "/etc/passwd", "",
     "film.mp4/", "film.mp4%00", "....//film2/film.mp4", "..\\film2\\film.mp4", "nothing.mp4"],
)  # fmt: skip
def test_only_the_link_s_own_film_is_served(home: House, web: TestClient, name: str):
    """Another account's film, source rows and the rest of the disk stay shut, however the path is written (P3 P8)."""
    token = home.viewing.token("ranges")

    assert 404 == web.get(f"/media/{token}/{name}").status_code


def test_a_link_out_of_the_folder_is_not_followed(home: House, web: TestClient):
    """A symbolic link in a film's folder leads nowhere (P8)."""
    folder = home.doors.workspace.media / "videos" / "film1"
    (folder / "other.mp4").symlink_to(folder.parent / "film2" / "film.mp4")

    assert 404 == web.get(f"/media/{home.viewing.token('ranges')}/other.mp4").status_code


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_token_but_the_signed_one_opens_anything(home: House, web: TestClient, data: st.DataObject):
    """Changed, cut, mixed and invented tokens are refused by every route alike (P3 R7)."""
    real = home.viewing.token("ranges")
    at = data.draw(st.integers(0, len(real) - 1))
    letter = data.draw(st.sampled_from("abcXYZ019-_."))
    changed = [real[:at], real[:at] + letter + real[at + 1 :], "page" + real[len("ranges") :], real + letter, letter]
    token = data.draw(st.sampled_from([t for t in changed if t.strip(".") and t != real]))
    answers = [
        web.get(f"/v/{token}"), web.get(f"/media/{token}/film.mp4"), web.post(f"/e/{token}", json=told("forged")),
        web.get(f"/u/{token}"), web.post(f"/u/{token}"), web.post(f"/h/{token}"), web.get(f"/go/{token}"),
    ]  # fmt: skip

    assert {404} == {a.status_code for a in answers} - {429}


def test_events_are_acknowledged_when_they_are_stored_and_once(home: House, web: TestClient):
    """202 means on disk; the same batch again adds nothing (K3 P2)."""
    token, batch = home.link("events"), told("ev", ("play", 0, 0), ("pause", 5, 5))
    first, second = web.post(f"/e/{token}", json=batch), web.post(f"/e/{token}", json=batch)

    assert [(202, 2), (202, 0)] == [(a.status_code, a.json()["accepted"]) for a in (first, second)]
    assert 2 == stored(home, "ev")


def test_what_cannot_be_read_is_dropped_by_name_and_the_rest_is_kept(home: House, web: TestClient):
    """One bad event does not cost the good ones (P5)."""
    batch = told("mixed", ("play", 0, 0))
    batch["events"] += [{"id": "x"}, None, [], {**batch["events"][0], "id": "y", "position_s": float(10**9)}]

    assert {"accepted": 1, "dropped": {"malformed": 4}} == web.post(f"/e/{home.link('mixed')}", json=batch).json()


def test_nobody_writes_into_another_link_s_view(home: House, web: TestClient):
    """A view belongs to the link it began on (P3)."""
    web.post(f"/e/{home.link('mine')}", json=told("own", ("play", 0, 0)))
    batch = {"events": [{**told("own", ("play", 0, 0))["events"][0], "id": "foreign"}]}
    answer = web.post(f"/e/{home.link('theirs', 'film2')}", json=batch)

    assert {"accepted": 0, "dropped": {"another view": 1}} == answer.json()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"events": 3}', b'{"events": [], "sent_at": "x"}', b"[" * 20_000, b"\xff"]
)
def test_a_body_that_is_no_batch_is_refused(home: House, web: TestClient, body: bytes):
    """Clear refusal, no fault (P5)."""
    assert 400 == web.post(f"/e/{home.link(f'body{len(body)}-{body[:12].hex()}')}", content=body).status_code


def test_a_body_that_is_too_large_is_refused(home: House, web: TestClient):
    """Memory is bounded, also for a body that does not say its length (P8)."""
    pieces = (b" " * 8192 for _ in range(20))

    assert 413 == web.post(f"/e/{home.link('large')}", content=pieces).status_code


def test_too_many_batches_are_told_to_wait(home: House):
    """A broken player cannot drown the others (P6): all of these come in the same instant."""
    token, web = home.link("flood"), TestClient(home.app(clock=lambda: 0.0), headers={"User-Agent": CHROME})
    answers = [web.post(f"/e/{token}", json={"events": []}) for _ in range(61)]

    assert {202} == {a.status_code for a in answers[:-1]}
    assert 429 == answers[-1].status_code and int(answers[-1].headers["retry-after"]) >= 1


def test_an_overloaded_store_says_when_to_come_back(home: House, web: TestClient, monkeypatch: pytest.MonkeyPatch):
    """Nothing is acknowledged that is not stored (K8 P2)."""

    def full(rows: object) -> int:
        raise Unavailable("the event store", "too many batches are waiting")

    monkeypatch.setattr(home.viewing.intake._journal, "append", full)
    answer = web.post(f"/e/{home.link('busy')}", json=told("busy", ("play", 0, 0)))

    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert 0 == stored(home, "busy")


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_click_unsubscribes_and_opening_the_page_does_not(home: House, web: TestClient, form: str):
    """RFC 8058 by both encodings; scanners that open links change nothing; an expired link still unsubscribes (R4 R8)."""
    token = home.link(f"unsub-{form}", "film2", days=-1)
    web.post(f"/u/{token}", data={"channel": "email", "allowed": "yes"})
    web.get(f"/u/{token}")
    before = _allowed(home, "priya")
    field = {"List-Unsubscribe": "One-Click"}
    sent = {"data": field} if form == "urlencoded" else {"files": {k: (None, v) for k, v in field.items()}}
    answer = web.post(f"/u/{token}", **sent)

    assert 200 == answer.status_code
    assert (True, False) == (before, _allowed(home, "priya"))


def _allowed(home: House, who: str) -> bool | None:
    query = select(consent.c.allowed).where(consent.c.contact == who, consent.c.channel == "email")
    with home.doors.engine.connect() as connection:
        return connection.execute(query).scalar_one_or_none()


def test_who_declines_tracking_is_not_tracked_by_any_way(home: House, web: TestClient):
    """Playback stays, events stop: the page sends none and the server takes none (K10)."""
    token = home.link("quiet", "film2")
    untracked = web.get(f"/v/{token}?untracked").text
    web.post(f"/u/{token}", data={"channel": "tracking", "allowed": "no"})
    page, answer = web.get(f"/v/{token}").text, web.post(f"/e/{token}", json=told("quiet", ("play", 0, 0)))
    web.post(f"/u/{token}", data={"channel": "tracking", "allowed": "yes"})

    assert 'events="' not in untracked and 'events="' not in page and "<vital-reel" in page
    assert {"accepted": 0, "dropped": {"tracking declined": 1}} == answer.json()


def test_the_button_leads_on_and_is_written_down(home: House, web: TestClient):
    """A click from the mail counts as a click, and leads only where the film says (K3)."""
    answer = web.get(f"/go/{home.link('button')}?to=https://evil.example")

    assert (303, PAGE["button_url"]) == (answer.status_code, answer.headers["location"])
    assert 1 == stored(home, "click.button")


def test_asking_for_a_human_reaches_somebody(home: House, web: TestClient):
    """The wish is stored as an event, so the score and the ladder hear of it (K3 T6)."""
    answer = web.post(f"/h/{home.link('wish')}", data={"words": "about\nrenewal"})
    track(home.doors, home.now)
    with home.doors.engine.connect() as connection:
        asked = connection.execute(select(view.c.asked_for_human).where(view.c.link == "wish")).scalar_one()

    assert 200 == answer.status_code and "Ingrid Solheim knows now" in answer.text
    assert asked is True


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200))
def test_a_limit_never_lets_in_more_than_rate_and_burst_allow(gaps: list[float]):
    """The law of the bucket, at any rhythm of knocking."""
    clock = [0.0]
    limit = Limit(rate=2, burst=5, clock=lambda: clock[0])
    let_in = 0
    for gap in gaps:
        clock[0] += gap
        let_in += limit.wait_s("x") == 0

    assert let_in <= 5 + 2 * clock[0] + 1e-6


# --- a real browser ---------------------------------------------------------------------------------------------------


def watching(browser: Browser, address: str, **more: Any) -> tuple[Page, list[str]]:
    """A page at `address` with the film loaded, and every request it makes to elsewhere."""
    page = browser.new_context(user_agent=CHROME, **more).new_page()
    strange: list[str] = []

    def check(request: Request) -> None:
        if not request.url.startswith((address.split("/v/")[0], "blob:", "data:")):
            strange.append(request.url)

    page.on("request", check)
    page.on("pageerror", lambda e: strange.append(f"error: {e}"))
    page.on("console", lambda m: strange.append(m.text) if m.type == "error" else None)
    page.goto(address)
    until(page, "document.querySelector('vital-reel').video?.readyState >= 2")
    return page, strange


def leave(page: Page) -> None:
    """Go elsewhere as a person does; closing a context outright ends the page before it can say goodbye."""
    page.goto("about:blank")
    page.wait_for_timeout(300)
    page.context.close()


def until(page: Page, condition: str) -> None:
    """Wait for a condition of the page, asked from outside: its own policy forbids evaluating text inside it."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        time.sleep(0.05)
    raise AssertionError(f"never came true: {condition}")


def position(page: Page) -> float:
    return float(page.evaluate("document.querySelector('vital-reel').video.currentTime"))


def reach(page: Page, seconds: float) -> None:
    until(page, f"document.querySelector('vital-reel').video.currentTime >= {seconds}")


@pytest.mark.browser
def test_a_film_watched_in_a_browser_is_measured_to_half_a_second(home: House, site: str, browser: Browser):
    """Play, seek back, pause, close: the database then holds the ranges that really ran (K1 K3 K4, issue 2 point 2)."""
    token = home.link("watched")
    page, strange = watching(browser, f"{site}/v/{token}")
    page.get_by_role("button", name="Play, ").click()
    reach(page, 3)
    left = position(page)
    page.evaluate("document.querySelector('vital-reel').seek(1)")
    page.wait_for_timeout(700)
    page.locator(".chapters button").last.click()
    reach(page, 9.5)
    page.keyboard.press("k")
    until(page, "document.querySelector('vital-reel').video.paused")
    stopped = position(page)
    leave(page)
    measured = _measured(home, "watched")

    assert [] == strange
    assert ("jonas", True, "") == (measured["contact"], measured["counts"], measured["why_not"])
    assert [pytest.approx([0, left], abs=0.5), pytest.approx([8, stopped], abs=0.5)] == measured["ranges"]
    assert measured["replays"][0]["from"] == pytest.approx(1, abs=0.5)
    assert measured["watched_s"] == pytest.approx(left + stopped - 8, abs=0.5)


@pytest.mark.browser
def test_a_page_closed_while_playing_loses_nothing_it_showed(home: House, site: str, browser: Browser):
    """The beacon of a page that goes says where the film stood (K3)."""
    page, _ = watching(browser, f"{site}/v/{home.link('closed')}")
    page.get_by_role("button", name="Play, ").click()
    reach(page, 2.5)
    left = position(page)
    leave(page)
    measured = _measured(home, "closed")

    assert [pytest.approx([0, left], abs=0.5)] == measured["ranges"]


@pytest.mark.browser
def test_events_of_an_offline_viewer_arrive_later_with_the_same_ids(home: House, site: str, browser: Browser):
    """What was watched in a tunnel is not lost (K3)."""
    page, _ = watching(browser, f"{site}/v/{home.link('tunnel')}")
    page.wait_for_timeout(2500)  # the whole film is loaded and "loaded" is sent
    page.route("**/e/**", lambda route: route.abort())
    page.evaluate("document.querySelector('vital-reel').seek(2)")
    reach(page, 3)
    page.keyboard.press(" ")
    page.wait_for_timeout(500)
    before = _count(home, "tunnel")
    page.unroute("**/e/**")
    page.reload()
    page.wait_for_timeout(1500)
    page.context.close()

    assert 1 == before
    assert _measured(home, "tunnel")["watched_s"] >= 0.9


@pytest.mark.browser
def test_the_keyboard_and_the_captions_work(home: House, site: str, browser: Browser):
    """Everything without a mouse, and words for who cannot hear (K1)."""
    page, _ = watching(browser, f"{site}/v/{home.link('keys')}?untracked")
    video = "document.querySelector('vital-reel').video"
    page.keyboard.press("c")
    page.keyboard.press("l")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    until(page, f"Math.abs({video}.currentTime - 5) < 0.1")
    until(page, f"{video}.textTracks[0].activeCues?.[0]?.startTime > 1")
    mode, words = page.evaluate(f"[{video}.textTracks[0].mode, {video}.textTracks[0].activeCues[0].text]")
    page.keyboard.press("m")
    page.keyboard.press(" ")
    until(page, f"!{video}.paused")
    current = page.locator(".chapters [aria-current]").inner_text()
    muted = page.evaluate(f"{video}.muted")
    kept = page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('vitalreel')).length")
    page.context.close()

    assert ("showing", "Across your 14 depots.", True) == (mode, words, muted)
    assert "Overtime across your 14 depots" in current
    assert (0, 0) == (kept, _count(home, "keys"))


@pytest.mark.browser
def test_a_forwarded_link_is_a_colleague_s(home: House, site: str, browser: Browser):
    """The second browser on a personal link is never credited to the contact (R7 K9)."""
    token = home.link("forwarded")
    for _ in range(2):
        page, _ = watching(browser, f"{site}/v/{token}")
        page.get_by_role("button", name="Play, ").click()
        reach(page, 4)  # the play has left by now: goodbyes of a driven Chromium carry its own name, a scanner's
        leave(page)
    track(home.doors, home.now)
    with home.doors.engine.connect() as connection:
        query = select(view.c.contact).where(view.c.link == "forwarded", view.c.counts).order_by(view.c.started)
        whose = connection.execute(query).scalars().all()

    assert ["jonas", ""] == whose


@pytest.mark.browser
def test_a_film_that_cannot_be_loaded_says_so(home: House, site: str, browser: Browser):
    """An error state with a way out, never a dead picture (K1)."""
    page = browser.new_context(user_agent=CHROME).new_page()
    page.route("**/media/**", lambda route: route.fulfill(status=404))
    page.goto(f"{site}/v/{home.link('broken')}")
    page.get_by_role("button", name="Try again").wait_for(timeout=20_000)
    shown = page.get_by_text("The video does not play right now.").is_visible()
    page.context.close()

    assert shown


def _count(home: House, link_id: str) -> int:
    with home.doors.engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(event.c.link == link_id)).scalar_one())


def _measured(home: House, link_id: str) -> dict[str, Any]:
    """The view of a link, once its last beacon is in."""
    time.sleep(0.5)
    track(home.doors, home.now)
    query = select(view).where(view.c.link == link_id).order_by(view.c.watched_s.desc())
    with home.doors.engine.connect() as connection:
        row = dict(connection.execute(query).mappings().first() or {})
    assert row, f"no view of {link_id}; length {LENGTH_S}, {json.dumps(_count(home, link_id))} events"
    return row
