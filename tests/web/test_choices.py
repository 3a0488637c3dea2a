"""The page of choices: by channel and kind of message, heard by whatever would be sent next (R8)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.web.watching import House, house, serving
from vitalreel.steps.people import people_of
from vitalreel.store import tables as t


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("choices"), drawn=False) as made:
        yield made


def refused(home: House) -> set[tuple[str, str]]:
    """(channel, category) that Jonas does not want, as decisions see it."""
    with home.doors.engine.connect() as c:
        return set(people_of(c, ["nordwind"], home.doors.programme.kinds)["nordwind"][0].declined)


def test_kinds_are_chosen_and_one_click_stops_the_whole_channel(home: House):
    """R8, RFC 8058: a form says what is wanted, of the rest nothing; one click is about mail altogether and leaves the choice as it is."""
    token, web = home.link("kinds"), TestClient(home.app())
    before = (web.get(f"/u/{token}").text.count(" checked"), refused(home))
    page = web.post(
        f"/u/{token}", data={"what": "kinds", "email.renewal": "yes", "in_app.renewal": "yes", "in_app.offers": "yes"}
    ).text
    after = refused(home)
    web.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    again = web.post(f"/u/{token}", data={"what": "kinds", "List-Unsubscribe": "One-Click"})
    with home.doors.engine.connect() as c:
        said = {r.channel: r.allowed for r in c.execute(select(t.consent).where(t.consent.c.contact == "jonas"))}

    assert (8, set()) == before
    assert 3 == page.count(" checked") and "Saved." in page
    assert ("email", "renewal_window") not in after and ("in_app", "expansion") not in after
    assert {("email", "expansion"), ("email", "usage_drop"), ("in_app", "red_band")} <= after
    assert (200, {"email": False}, after) == (again.status_code, said, refused(home))


@pytest.mark.parametrize(
    "data", [{"what": "kinds", "fax.renewal": "yes"}, {"what": "kinds", "email.nothing": "yes", "x": "y"}]
)
def test_what_is_no_kind_or_channel_is_nothing(home: House, data: dict[str, str]):
    """P8: a form is data; nothing but the kinds of the programme is ever stored, and a page without them refuses none."""
    token, web = home.link(f"odd{len(data)}", "film2"), TestClient(home.app())
    assert 200 == web.post(f"/u/{token}", data=data).status_code
    with home.doors.engine.connect() as c:
        rows = {(r.channel, r.kind) for r in c.execute(select(t.preference).where(t.preference.c.contact == "priya"))}

    assert {(c, k.name) for c in ("email", "in_app") for k in home.doors.programme.kinds} == rows


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_a_telephone_and_is_worked_by_keyboard(home: House, browser: Browser, width: int):
    """C3: no scrolling to the side, every box is named and large enough for a thumb; the space bar ticks it."""
    token = home.link(f"wide{width}", "film2")
    with serving(home.app()) as site:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(f"{site}/u/{token}")
        box = page.get_by_role("checkbox", name="Your renewal by mail")
        box.focus()
        was = box.is_checked()
        page.keyboard.press("Space")
        sizes = page.eval_on_selector_all(
            ".kinds label", "all => all.map(l => Math.min(l.clientWidth, l.clientHeight))"
        )
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder) / f"choices-{width}.png", full_page=True)
        page.get_by_role("button", name="Save").click()
        saved = (
            page.get_by_text("Saved.").is_visible(),
            page.get_by_role("checkbox", name="Your renewal by mail").is_checked(),
        )
        page.close()

    assert (0, 8, (True, not was)) == (max(wide, 0), len(sizes), saved)
    assert 44 <= min(sizes)
