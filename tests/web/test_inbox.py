"""The inbox and the portal as their person sees them: what is new, what was not opened, the brand, and nobody else's films (C2 R4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta

import pytest
from benchmarks.player import axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from tests.web.watching import STATIC, House, house, pages, serving
from vitalreel.errors import BadInput
from vitalreel.identity import ContactId
from vitalreel.settings import read_settings
from vitalreel.steps.hosted import register
from vitalreel.steps.inbox import way_in
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.tracking.hosted import Hosted
from vitalreel.web.assets import Assets
from vitalreel.web.beacon import Beacon
from vitalreel.web.embed import embed_router
from vitalreel.web.inbox import inbox_router
from vitalreel.web.origins import Origins
from vitalreel.web.viewer import viewer_router

PRODUCT = "https://app.nordwind.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("inbox")) as made:
        with made.doors.engine.begin() as c:
            film = dict(c.execute(t.video.select().where(t.video.c.id == "film1")).mappings().one())
            insert_new(
                c,
                t.video,
                [film | {"id": "film3", "title": "<b>What changed</b> since the spring", "as_of": film["as_of"]}],
            )
        for name, film_id in (("first", "film1"), ("second", "film3")):
            made.link(name, film_id)
        with made.doors.engine.begin() as c:
            insert_new(c, t.inbox, [
                {"key": f"{n}:in_app", "link": n, "account": "nordwind", "contact": "jonas", "title": "x",
                 "at": made.now - timedelta(days=age), "shown": made.now if age else None}
                for n, age in (("first", 3), ("second", 0))
            ])  # fmt: skip
        yield made


def app(home: House, origins: Collection[str] = ()) -> Origins:
    site = FastAPI()
    site.mount("/static", Assets(directory=STATIC))
    site.include_router(viewer_router(home.viewing, home.kit))
    site.include_router(inbox_router(home.doors, home.kit, lambda: home.now, [PRODUCT]))
    site.include_router(embed_router(home.viewing))
    return Origins(origins, Beacon(home.viewing.intake, site))


@pytest.fixture(scope="module")
def web(home: House) -> TestClient:
    return TestClient(app(home), follow_redirects=False)


def token(home: House, who: str = "jonas") -> str:
    return way_in(home.doors, ContactId(who), home.now)


def test_the_inbox_lists_what_is_new_and_puts_what_was_not_opened_first(home: House, web: TestClient):
    """R4: the reminder first; every film by the person's own link; what a module says is never markup."""
    page = web.get(f"/in/{token(home)}")
    links = re.findall(r'href="/v/([a-z]+)\.', page.text)

    assert (200, ["first", "second"]) == (page.status_code, links)
    assert "Not watched yet" in page.text
    assert "&lt;b&gt;What changed&lt;/b&gt;" in page.text
    assert all(200 == web.get(path).status_code for path in re.findall(r'href="(/v/[^"]+)"', page.text))


def test_only_the_product_may_frame_it_and_nothing_is_loaded_from_elsewhere(home: House, web: TestClient):
    """C2 K10: the policy names the product's origin; the address is a key, so no referrer and no index."""
    page = web.get(f"/in/{token(home)}")

    assert f"frame-ancestors {PRODUCT}" in page.headers["content-security-policy"]
    assert ("no-referrer", "noindex") == (page.headers["referrer-policy"], page.headers["x-robots-tag"][:7])
    assert [] == re.findall(r'(?:src|href)="https?:', page.text)


def test_origins_that_may_frame_it_are_told_by_the_environment():
    """C2: written as origins; anything a policy would read otherwise is refused."""
    assert (PRODUCT, "http://localhost:3000") == read_settings(
        {"VITALREEL_FRAMES": f"{PRODUCT}, http://localhost:3000"}
    ).frames
    for text in ("*", "app.example", f"{PRODUCT}/path", "https://a.example; script-src *"):
        with pytest.raises(BadInput, match="VITALREEL_FRAMES"):
            read_settings({"VITALREEL_FRAMES": text})


def test_somebody_else_sees_none_of_it(home: House, web: TestClient):
    """R7: another account's person has an inbox of their own; a token that is none opens nothing."""
    other = web.get(f"/in/{token(home, 'priya')}")

    assert "Nothing new" in other.text
    assert 404 == web.get("/in/in_nobody.x").status_code
    assert 404 == web.get(f"/in/{home.link('loose')}").status_code


def test_a_component_is_told_the_same_as_the_page(home: House, web: TestClient):
    """C2, issue 6: as JSON for who takes that: in the same order, with the film's address for a player; and nothing for a stranger."""
    told = web.get(f"/in/{token(home)}", headers={"Accept": "application/json"})
    first, second = told.json()["items"]
    film = web.get(first["film"]).json()
    stranger = web.get("/in/in_nobody.x", headers={"Accept": "application/json"})

    assert (True, "application/json") == ("Accept" in told.headers["vary"].split(", "), told.headers["content-type"])
    assert (True, False, "<b>What changed</b> since the spring") == (first["shown"], second["shown"], second["title"])
    assert ("film1", 12.0, first["video"]) == (film["id"], film["length_s"], film["id"])
    assert 200 == web.get(first["poster"]).status_code
    assert (404, "This link opens nothing") == (stranger.status_code, stranger.json()["title"])


def test_a_video_hosted_elsewhere_opens_by_the_person_s_way_in(home: House, web: TestClient):
    """K2 K7: by its name and the entrance of whoever is signed in: a link of their own, and where its events go; nobody else's."""
    url = "https://learn.example/seats.mp4"
    register(home.doors, Hosted("seats", "Seats explained", url, "pricing", 95.0, date(2026, 3, 2), "seats"), home.now)
    told = web.get(f"/asset/{token(home)}/seats")
    again = web.get(f"/asset/{token(home)}/seats")
    film = web.get(told.headers["location"]).json()
    own = film["events"].removeprefix("/e/")
    opened = home.viewing.find(own)
    strangers = [web.get(path).status_code for path in ("/asset/in_nobody.x/seats", f"/asset/{token(home)}/other")]

    assert (303, told.headers["location"]) == (told.status_code, again.headers["location"])
    assert ("Seats explained", 95.0, url, None) == (
        film["title"],
        film["length_s"],
        film["files"]["mp4"],
        film["share"],
    )
    assert opened is not None and ("jonas", "nordwind") == (opened.contact, opened.account)
    assert [404, 404] == strangers


@pytest.mark.browser
def test_it_reads_well_in_a_narrow_frame(home: House, browser: Browser):
    """C2: 320 px wide, as products frame it: nothing runs out, every film can be pressed by a finger and reached by keyboard."""
    with serving(app(home)) as site:
        page = browser.new_page(viewport={"width": 320, "height": 560})
        page.goto(f"{site}/in/{token(home)}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        heights = [box["height"] for a in page.locator(".films a").all() if (box := a.bounding_box())]
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/v/first"))
        page.close()

    assert (320, 2) == (wide, len(heights))
    assert min(heights) >= 44


@pytest.mark.browser
def test_the_component_lists_and_plays_on_another_s_page_by_keys_alone(home: House, browser: Browser):
    """C2 K1, issue 6: two lines of HTML on another origin: the list, a film in its place, and back to where it was pressed.

    It comes last: a film that is watched no longer stands first.
    """
    told: dict[str, str] = {}
    with pages(told) as port, serving(app(home, [f"http://localhost:{port}"])) as site:
        told["/"] = f"""<!doctype html><html lang="en"><title>An app</title><main><h1>Home</h1>
<script type="module" src="{site}/static/player.js"></script>
<vital-inbox src="{site}/in/{token(home)}"></vital-inbox></main></html>"""
        page = browser.new_page(viewport={"width": 360, "height": 640})
        wrong: list[str] = []
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("console", lambda m: wrong.append(m.text) if "CORS" in m.text or "Content Security" in m.text else None)
        page.goto(f"http://localhost:{port}/")
        page.get_by_role("button", name="Where Nordwind stands").wait_for()
        listed = [
            " ".join(b.inner_text().split())
            for b in page.get_by_role("region", name="Videos for you").get_by_role("button").all()
        ]
        _, broken = axe(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "document.querySelector('vital-inbox').shadowRoot.querySelector('vital-reel')?.video?.currentTime > 0.5"
        )
        page.get_by_role("button", name="All videos").focus()
        page.keyboard.press("Enter")
        page.wait_for_function(
            "document.querySelector('vital-inbox').shadowRoot.activeElement?.dataset.video === 'film1'"
        )
        again = page.get_by_role("button", name="Where Nordwind stands").inner_text()
        page.close()

    assert ([], []) == (wrong, broken)
    assert listed[0].startswith("Not watched yet Where Nordwind stands") and listed[1].startswith(
        "New <b>What changed</b>"
    )
    assert "Not watched yet" not in again and "New" not in again
