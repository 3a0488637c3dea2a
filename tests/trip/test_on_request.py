"""Just in time: a film is promised in a mail, made when its viewer asks, and only then there, whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from tests.edges.clips.recordings import record
from tests.trip.conftest import DAY, NOW, SETTING, Company
from vitalreel.errors import BadInput
from vitalreel.steps import demo, intro, queue
from vitalreel.steps.deliver import deliver, watch_url
from vitalreel.steps.introduced import front_of, introduce
from vitalreel.steps.make import make_orders
from vitalreel.steps.on_request import asked, stand
from vitalreel.steps.orders import Order
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, upsert
from vitalreel.video.kit import Kit
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_finder, utc_now


class Viewer:
    """One viewer with the link of a promised film, and the workshop that could make it."""

    def __init__(self, company: Company, shop: Workshop, kit: Kit) -> None:
        self.doors, self.shop = company.doors, shop
        self.order: Order = demo._candidates(self.doors, SETTING)[0]
        with self.doors.engine.begin() as c:
            c.execute(update(t.touch).where(t.touch.c.id == self.order.touch).values(made="on_request"))
        self.promised = make_orders(self.doors, shop, [self.order], DAY, NOW)
        queue_reviews(self.doors, NOW)
        self.post = company.post(self.doors)
        self.sent = deliver(self.doors, self.post, NOW)
        with self.doors.engine.connect() as c:
            self.link = c.execute(select(t.link.c.id)).scalar_one()
        self.path = watch_url(self.doors, "", self.order.touch, NOW)
        self.page = TestClient(make_app(self.doors, kit, lambda: NOW, "http://localhost:8321"), follow_redirects=False)

    def wait(self) -> None:
        """Let a worker make what was asked for."""
        queue.work_off(self.doors, self.shop, [asked(self.link)])

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.doors.engine.connect() as c:
            return [dict(r) for r in c.execute(select(table)).mappings()]


@pytest.fixture
def viewer(short: Company) -> Iterator[Viewer]:
    with short.workshop(short.doors) as shop:
        made = Viewer(short, shop, kit_of(short.doors))
        with made.page:
            yield made


def test_a_film_is_made_when_its_viewer_asks_and_shown_whole(viewer: Viewer):
    """V11 V12 R6: the mail leaves without a film; opening the page makes nothing; two tabs ask once; then it is there, checked."""
    (video,) = viewer.rows(t.video)
    opened = [viewer.page.get(viewer.path) for _ in range(2)]
    before = [r for r in viewer.rows(t.film_job) if r["kind"] == "asked"]
    answers = [viewer.page.post(viewer.path).status_code for _ in range(2)]
    jobs = [r for r in viewer.rows(t.film_job) if r["kind"] == "asked"]
    waiting = viewer.page.get(viewer.path)
    viewer.wait()
    shown = viewer.page.get(f"{viewer.path}?play")
    (link,) = viewer.rows(t.link)
    made = next(r for r in viewer.rows(t.video) if r["id"] == link["video"])
    media = viewer.path.replace("/v/", "/media/")
    late = stand(viewer.doors, link["id"], viewer.rows(t.touch)[0]["id"], NOW)

    assert ("making", 1.0) == (late.state, late.share), (
        "a page that looked its link up before the film was there looks again"
    )
    assert (1, "on_request", 1) == (viewer.promised.made, video["state"], len(viewer.sent.sent))
    assert [200, 200] == [o.status_code for o in opened]
    assert all("Make my video" in o.text and "<vital-reel" not in o.text for o in opened)
    assert ([], [303, 303], 1) == (before, answers, len(jobs))
    assert ("1; url=" in waiting.headers["Refresh"], "is being made" in waiting.text) == (True, True)
    assert ("made", NOW.date(), True) == (made["state"], made["as_of"], all(c["ok"] for c in made["preflight"]))
    assert "<vital-reel" in shown.text
    assert "autoplay" in shown.text
    assert "#EXT-X-ENDLIST" in viewer.page.get(f"{media}/v.m3u8").text
    assert {made["id"]} == {r["video"] for r in (*viewer.rows(t.outbox), *viewer.rows(t.link))}


def test_an_introduction_recorded_after_the_mail_left_is_in_the_film_that_is_asked_for(viewer: Viewer, tmp_path: Path):
    """V8 V11: put in front of a promise, it is made when the viewer asks, and can be changed no more once they have."""
    (promise,) = viewer.rows(t.video)
    clip = record(tmp_path / "intro.webm", "webm", 2.4, (426, 240), quiet_s=0.4)
    kept = intro.keep(viewer.doors, clip, promise["id"], "Hello, I made this for you.", "Ingrid", NOW, open_finder())
    front = front_of(viewer.doors, promise["id"])
    assert front is not None
    introduce(viewer.doors, front.touch, kept.id, NOW)
    viewer.page.post(viewer.path)
    with pytest.raises(BadInput, match="its viewer has asked for it"):
        introduce(viewer.doors, front.touch, "", NOW)
    viewer.wait()
    (link,) = viewer.rows(t.link)
    made = next(r for r in viewer.rows(t.video) if r["id"] == link["video"])

    assert ("made", "intro") == (made["state"], made["scenes"][0]["name"]), viewer.rows(t.film_job)


def test_a_film_that_cannot_be_made_leaves_its_viewer_with_a_person(viewer: Viewer, monkeypatch: pytest.MonkeyPatch):
    """V11 T6: a civil page with a way to a human, and a task for whoever looks after the account; never half a film."""

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a scene nobody foresaw")

    monkeypatch.setattr(queue, "film", broken)
    monkeypatch.setattr(queue, "BACK_OFF", (timedelta(0), timedelta(0)))
    viewer.page.post(viewer.path)
    viewer.wait()
    page = viewer.page.get(viewer.path)
    tasks = [r for r in viewer.rows(t.task) if r["step"].startswith("film:")]

    assert "could not be made just now" in page.text
    assert "Ask for a call" in page.text
    assert "Refresh" not in page.headers
    assert 1 == len(tasks)
    assert "a scene nobody foresaw" in tasks[0]["title"]
    assert ["on_request"] == [r["state"] for r in viewer.rows(t.video)]


@pytest.mark.parametrize("why", ["stopped", "unsubscribed", "left"])
def test_a_film_is_not_made_where_it_is_not_wanted(viewer: Viewer, why: str):
    """R8 R9 V11: kill switch, consent and a contact who left hold for what is asked for as for what is sent."""
    with viewer.doors.engine.begin() as c:
        if why == "stopped":
            insert_new(c, t.stop, [{"scope": "module", "name": viewer.order.module, "who": "Ingrid", "at": NOW}])
        elif why == "unsubscribed":
            row = {
                "contact": viewer.order.contact,
                "channel": "email",
                "allowed": False,
                "source": "unsubscribe",
                "at": NOW,
            }
            upsert(c, t.consent, [row])
        else:
            c.execute(update(t.contact).where(t.contact.c.id == viewer.order.contact).values(active=False))
    viewer.page.post(viewer.path)
    page = viewer.page.get(viewer.path)

    assert "is not offered any more" in page.text
    assert not re.search("<form[^>]*/v/", page.text)
    assert [] == [r for r in viewer.rows(t.film_job) if r["kind"] == "asked"]


def test_a_film_people_must_review_is_made_ahead(company: Company):
    """R1 V11: what nobody has seen cannot be approved, so on_request gives way to review."""
    doors = company.doors
    order = demo._candidates(doors, SETTING)[0]
    with doors.engine.begin() as c:
        c.execute(update(t.touch).where(t.touch.c.id == order.touch).values(made="on_request"))
        c.execute(update(t.account).where(t.account.c.id == order.account).values(tier=1))
    (job,) = queue.enter_orders(doors, [order], DAY, NOW, True, utc_now())

    assert ["touch"] == [r["kind"] for r in queue.listing(doors.engine) if r["id"] == job]
