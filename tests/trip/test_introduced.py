"""An introduction put in front of the film that is sent: made again by the queue, looked at anew, and delivered as it was approved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from tests.edges.clips.recordings import record
from tests.trip.conftest import DAY, NOW, Company
from tests.trip.copied import unreviewed
from vitalreel.delivery.message import Message, Sent
from vitalreel.errors import BadInput
from vitalreel.identity import plain
from vitalreel.review.chain import read_review
from vitalreel.steps import intro, queue
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.introduced import introduce
from vitalreel.steps.make import make_due
from vitalreel.steps.refresh import Refreshed, refresh_due
from vitalreel.steps.review import approve, queue_reviews
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_finder

BOTH = read_review({f"tier_{n}": {"needs": ["csm", "production"]} for n in (1, 2, 3, 4)}, "the test")
WORDS = "Hello, I made this film for you."
SAID = "Small numbers move quickly, so read this with care."


@pytest.fixture
def doors(filmed: Company) -> Iterator[Doors]:
    """The company with its film waiting for the CSM and for production."""
    opened = filmed.doors
    unreviewed(opened)
    opened = replace(opened, programme=replace(opened.programme, review=BOTH))
    queue_reviews(opened, NOW)
    yield opened
    opened.engine.dispose()


def recorded(doors: Doors, video: str, folder: Path) -> str:
    clip = record(folder / "intro.webm", "webm", 2.4, (426, 240), quiet_s=0.4)
    return intro.keep(doors, clip, video, WORDS, "Ingrid", NOW, open_finder()).id


def stands(doors: Doors) -> tuple[dict[str, Any], dict[str, Any]]:
    """The touch with a film, and its review."""
    with doors.engine.connect() as c:
        review = dict(c.execute(select(t.review)).mappings().one())
        touch = dict(c.execute(select(t.touch).where(t.touch.c.id == review["touch"])).mappings().one())
    return touch, review


def script_of(doors: Doors, video: str) -> dict[str, Any]:
    path = doors.workspace.media / "videos" / video / "script.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def events(doors: Doors) -> list[str]:
    """What happened to the review, but for who was asked by name."""
    with doors.engine.connect() as c:
        told = c.execute(select(t.review_event.c.what).order_by(t.review_event.c.id)).scalars()
        return [what for what in told if what != "asked"]


class Peer:
    """A mail server that takes everything."""

    name = "email"

    def send(self, message: Message) -> Sent:
        return Sent("250 ok")


def test_what_was_recorded_is_in_front_of_what_is_sent(doors: Doors, filmed: Company, tmp_path: Path):
    """V8 R2: a button puts it there; the film behind is the reviewed one, word for word, with what its reviewers changed; the review is
    of the new film, and so are the mail and its link. Figures taken anew find it as it is."""
    touch, review = stands(doors)
    before = touch["video"]
    scene = _say_otherwise(doors, review)
    name = recorded(doors, before, tmp_path)
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as site:
        _press(site, before, name)
    making = stands(doors)
    with filmed.workshop(doors) as shop:
        queue.work_off(doors, shop, [queue.job_of(touch["id"])])
    (job,) = queue.listing(doors.engine, queue.ENDED + queue.SHOWN)
    assert "made" == job["state"], job
    touch, review = stands(doors)
    old, new = script_of(doors, before), script_of(doors, touch["video"])

    assert ("planned", "lapsed") == (making[0]["state"], making[1]["state"])
    assert (name, "in_review", touch["video"]) == (touch["intro"], touch["state"], review["video"])
    assert before != touch["video"] and ["csm", "production"] == review["needs"]
    assert ("intro", WORDS) == (new["scenes"][0]["name"], new["scenes"][0]["say"][0]["runs"][0]["shown"])
    assert [SAID if s["name"] == scene else spoken(s, 0) for s in old["scenes"]] == [
        spoken(s, 0) for s in new["scenes"][1:]
    ]
    assert [spoken(s) for s in old["scenes"] if s["name"] != scene] == [
        spoken(s) for s in new["scenes"][1:] if s["name"] != scene
    ]
    assert ["queued", "introduced", "queued"] == events(doors)
    assert Refreshed(1, 0) == _taken_anew(doors, touch["id"])
    with pytest.raises(BadInput, match="changed since it was looked at"):
        approve(doors, review["id"], "Ingrid", "csm", NOW, before)
    for who, role in (("Ingrid", "csm"), ("Pat", "production")):
        approve(doors, review["id"], who, role, NOW, touch["video"])
    gone = deliver(doors, replace(filmed.post(doors), channel=Peer()), NOW + timedelta(days=3))
    with doors.engine.connect() as c:
        carried = {c.execute(select(table.c.video)).scalars().first() for table in (t.outbox, t.link)}
    assert ((touch["id"],), {touch["video"]}) == (gone.sent, carried), gone.withheld
    with pytest.raises(BadInput, match="it has left"):
        introduce(doors, touch["id"], "", NOW)


def spoken(scene: dict[str, Any], line: int | None = None) -> str:
    """A scene's sentences, or one of them."""
    said = ["".join(r["shown"] for r in one["runs"]) for one in scene["say"]]
    return " ".join(said) if line is None else said[line]


def _say_otherwise(doors: Doors, review: dict[str, Any]) -> str:
    """A reviewer's words for the first sentence of a scene, as a retake keeps them; answers its name."""
    scene = script_of(doors, review["video"])["scenes"][1]
    was = "".join(r["shown"] if r["fact"] is None else f"{{{r['fact']}}}" for r in scene["say"][0]["runs"])
    row = {"review": review["id"], "number": 1, "scene": scene["name"], "line": 0, "text": SAID, "was": was, "video": review["video"],
           "who": "Ingrid", "at": NOW}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(t.line_edit.insert().values(row))
    return str(scene["name"])


def _press(site: TestClient, video: str, name: str) -> None:
    """The button on the page where it was recorded."""
    page = site.get(f"/videos/{video}/intro").text
    form = re.search(r'<form id="front".*?</form>', page)
    assert form is not None and "Put it in front of the film" in page
    given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0])) | {"intro": name}
    answer = site.post(f"/videos/{video}/introduce", data=given, follow_redirects=False)
    assert (303, "/films") == (answer.status_code, answer.headers["location"])


def _taken_anew(doors: Doors, touch: str) -> Refreshed:
    """The film seen again on the day before its window, with the same figures."""
    with doors.engine.begin() as c:
        opens = {"window_from": NOW + timedelta(days=3), "window_to": NOW + timedelta(days=6)}
        c.execute(update(t.touch).where(t.touch.c.id == touch).values(**opens))
        c.execute(update(t.video).values(at=NOW - timedelta(days=7)))
    return refresh_due(doors, DAY, NOW + timedelta(days=2))


def kept(doors: Doors, touch: dict[str, Any], until: date) -> str:
    """An introduction to a touch's film, agreed to until a day; its clip is looked at by nobody."""
    brief = script_of(doors, touch["video"])["brief"]
    made = intro.Intro(
        "ab12", touch["video"], "", WORDS, brief["human_name"], "", "Ingrid", NOW, until, 9.0, (), contact=touch["contact"]
    )  # fmt: skip
    path = doors.workspace.media / "intros" / "ab12.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(plain(made)), encoding="utf-8")
    return made.id


def test_an_introduction_that_stops_the_film_is_left_out(doors: Doors, filmed: Company):
    """V8 V14: nobody goes without a film because of it; the reviewers are told why, and the film there was waits for them again."""
    before, _ = stands(doors)
    name = kept(doors, before, DAY - timedelta(days=1))
    introduce(doors, before["id"], name, NOW)
    with pytest.raises(BadInput, match="it is being made"):
        introduce(doors, before["id"], name, NOW)
    with filmed.workshop(doors) as shop:
        made = make_due(doors, shop, DAY, NOW, 1)
    after, review = stands(doors)
    with doors.engine.connect() as c:
        why = c.execute(select(t.review_event.c.detail).where(t.review_event.c.what == "left out")).scalar_one()

    assert (1, 0) == (made.made, made.refused)
    assert ("", "in_review", before["video"], "waiting") == (
        after["intro"],
        after["state"],
        review["video"],
        review["state"],
    )
    assert "the agreement of Ingrid ended" in why
    assert ["queued", "introduced", "left out", "queued"] == events(doors)


def test_an_introduction_is_for_the_person_it_was_recorded_for(doors: Doors):
    """V8: a greeting to one is not put in front of another's film; taking away needs nothing recorded."""
    touch, _ = stands(doors)
    name = kept(doors, touch, NOW.date())
    with doors.engine.begin() as c:
        other = c.execute(select(t.contact.c.id).where(t.contact.c.id != touch["contact"])).scalars().first()
        c.execute(update(t.touch).where(t.touch.c.id == touch["id"]).values(contact=other))

    with pytest.raises(BadInput, match="recorded for another person"):
        introduce(doors, touch["id"], name, NOW)
    assert "in_review" == stands(doors)[0]["state"]
