"""On a film's page it is taken back and another put in its place, by name; whoever had watched it is named to the CSM (R9)."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from sqlalchemy import insert, select, update

from tests.web.watching import PAGE, House, add_film, house, serving
from vitalreel.store import tables as t
from vitalreel.web.app import make_app

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


def seen(home: House) -> None:
    """Jonas has watched the film he was sent."""
    home.link("sent")
    view = {"id": "v1", "link": "sent", "video": "film1", "account": "nordwind", "contact": "jonas", "started": NOW, "watched_s": 9.0,
            "completion": 0.9, "ranges": [[0, 9]], "replays": [], "last_position_s": 9.0, "clicked": False, "asked_for_human": False,
            "counts": True, "why_not": "", "events": 3, "updated": NOW}  # fmt: skip
    with home.doors.engine.begin() as c:
        c.execute(insert(t.view), [view])
        c.execute(update(t.video).values(cost={"made": 1, "reused": 0, "wall_s": 1.0, "cpu_s": 1.0}))


def shoot(app: FastAPI, browser: Browser, folder: Path) -> None:
    with serving(app) as site:
        for width in (390, 1280):
            page = browser.new_page(viewport={"width": width, "height": 900})
            for film in ("film1", "film2"):
                page.goto(f"{site}/videos/{film}")
                page.locator("details summary").filter(has_text="wrong").first.click() if film == "film2" else None
                page.locator("section:has(#recall)").screenshot(path=folder / f"recall-{film}-{width}.png")
            page.close()


def test_a_film_is_taken_back_and_replaced_on_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
):
    """R9 C1: two forms, each asks for a name; the page says what stands; nothing is done from elsewhere; a telephone shows it whole."""
    monkeypatch.setattr("vitalreel.steps.recall.made_from_live", lambda *_: True)
    with house(tmp_path, drawn=False) as home:
        for name in ("film1", "film2"):
            folder = home.doors.workspace.media / "videos" / name
            (folder / "ledger.json").write_text('{"facts": [], "untraced": []}')
            (folder / "script.json").write_text('{"scenes": [], "brief": {"language": "en"}}')
        seen(home)
        app = make_app(home.doors, home.kit, lambda: NOW, "http://localhost:8321")
        web = TestClient(app, follow_redirects=False)
        token = re.search(r'name="csrf" value="([^"]+)"', web.get("/review").text)
        assert token is not None
        form = {"csrf": token[1], "who": "Mia Lund", "what": "recall", "why": "last year's overtime"}
        strange = web.post("/videos/film1/recall", data={**form, "csrf": "x"}).status_code
        nameless = web.post("/videos/film1/recall", data={**form, "who": " "}).status_code
        before = web.get("/videos/film1").text
        done = web.post("/videos/film1/recall", data=form)
        gone = web.get("/videos/film1").text
        add_film(home.doors, "film3", "nordwind", NOW, drawn=False)
        placed = web.post("/videos/film1/recall", data={**form, "what": "replace", "other": "film3"})
        with home.doors.engine.connect() as c:
            tasks = c.execute(select(t.task.c.account, t.task.c.title)).all()
            link = c.execute(select(t.link.c.video).where(t.link.c.id == "sent")).scalar_one()
        after = web.get("/videos/film1").text
        if folder := os.environ.get("SHOTS"):
            shoot(app, browser, Path(folder))

        assert "Take it back at once" in before and "No film can take its place yet" in gone
        assert (
            "last year&#39;s overtime" in after
            and 'href="/videos/film3"' in after
            and "Show this film instead" not in after
        )
        assert (400, 400) == (strange, nameless)
        assert ("/videos/film1#recall", 303) == (done.headers["location"], placed.status_code)
        assert [
            (
                "nordwind",
                f"Jonas Brandt at Nordwind watched “{PAGE['title']}”, which was taken back (last year's overtime): tell them",
            )
        ] == [tuple(r) for r in tasks]
        assert "film3" == link
