"""A personal introduction: recorded in a real browser with a false camera, agreed to, and put in front of a film (V8)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.briefs.dossiers import write
from tests.edges.clips.recordings import record
from tests.services import chromium
from tests.steps.filming import NOW, ORDER, made
from tests.storyboard.test_people import people, told
from tests.web.watching import serving
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.steps import intro
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import Batch
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_finder

WORDS = "Hello Priya, this is Daniel."


@pytest.fixture(scope="module")
def kept(doors: Doors, batch: Batch, tmp_path_factory: pytest.TempPathFactory) -> intro.Intro:
    clip = record(tmp_path_factory.mktemp("intro") / "clip.webm", "webm", 2.4, (426, 240), quiet_s=0.4)
    return intro.keep(doors, clip, batch.made[0].video, WORDS, "Daniel Osei", NOW, open_finder())


def test_an_introduction_is_put_in_front_of_the_film(doors: Doors, batch: Batch, kept: intro.Intro) -> None:
    """Its speaker, its words and its pictures first; the film after it is the same, scene for scene (V8, V12)."""
    film = made(doors, replace(ORDER, intro=kept.id)).made[0]
    first = film.board.scenes[0]
    assert isinstance(first.picture, TalentPicture)

    assert (kept.clip, "Daniel Osei") == (first.picture.clip, first.picture.name.shown)
    assert WORDS == film.board.narration[0].shown
    assert abs(kept.focus[0] - 50) <= 1 and abs(kept.focus[1] - 44) <= 1  # where the face was found
    assert [s.name for s in batch.made[0].board.scenes] == [s.name for s in film.board.scenes[1:]]
    assert (1, len(batch.made[0].board.scenes)) == (film.made, film.reused)
    assert [] == [c for c in film.checks if not c.ok and c.check != "no source gone stale"]


def test_a_film_may_be_longer_by_its_introduction(kept: intro.Intro) -> None:
    """V7 V14: the format's window is the film's; what stands in front is beside it."""
    script = write(people(), told())
    low, high = script.brief.length_s

    assert (low, high + kept.length_s) == intro.in_front(kept, script).brief.length_s


def test_an_agreement_ends(kept: intro.Intro) -> None:
    """And holds for the person who answered then, no other."""
    script = write(people(), told())
    late = replace(script, brief=replace(script.brief, as_of=kept.until + dt.timedelta(days=1)))
    other = replace(script, brief=replace(script.brief, human_name="Ana Ruiz"))

    with pytest.raises(Refused, match="the agreement of Daniel Osei ended on"):
        intro.in_front(kept, late)
    with pytest.raises(Refused, match="it is by Daniel Osei, and Ana Ruiz answers now"):
        intro.in_front(kept, other)


def test_who_means_it_so_is_named_in_preflight(kept: intro.Intro) -> None:
    """V14: the film's ledger says who looked at the recording; without that it says nothing."""
    script = write(people(), told())
    plain, meant = (intro.in_front(replace(kept, as_it_is=said), script) for said in (False, True))

    assert "intro.looked_at" not in plain.brief.facts
    assert "Daniel Osei on 2026-11-22" == meant.brief.facts["intro.looked_at"].shown


def test_without_words_or_agreement_nothing_is_kept(doors: Doors, batch: Batch, tmp_path: Path) -> None:
    """A recording that nobody agreed to show is not even read."""
    clip = tmp_path / "clip.webm"
    clip.write_bytes(b"never read")
    with pytest.raises(BadInput, match="nobody agreed"):
        intro.keep(doors, clip, batch.made[0].video, WORDS, " ", NOW, open_finder())
    with pytest.raises(BadInput, match="without its words"):
        intro.keep(doors, clip, batch.made[0].video, " ", "Daniel Osei", NOW, open_finder())
    with pytest.raises(NotFound, match="record it on the film's page"):
        intro.read(doors, "0" * 32)


def test_only_the_recording_page_may_use_the_camera(doors: Doors, batch: Batch) -> None:
    """And a form of another site keeps nothing (K4)."""
    client = TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321", finder=open_finder()))
    page, other = client.get(f"/videos/{batch.made[0].video}/intro"), client.get(f"/videos/{batch.made[0].video}")
    forged = client.post(
        f"/videos/{batch.made[0].video}/intro", data={"csrf": "x"}, files={"recording": ("r", b"r")},
        headers={"Accept": "application/json"},
    )  # fmt: skip

    assert "camera=(self)" in page.headers["Permissions-Policy"] and "camera=()" in other.headers["Permissions-Policy"]
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "20 February 2027" in page.text and "Introduce it yourself" in other.text
    assert 400 <= forged.status_code < 500


@pytest.mark.browser
def test_an_introduction_is_recorded_in_a_browser(doors: Doors, batch: Batch) -> None:
    """Camera, record, stop, words, consent, keep; then it is played back as it was kept (V8)."""
    app = make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321", finder=open_finder())
    false_camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with serving(app) as address, chromium.browser(*false_camera) as browser:
        page = browser.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        page.goto(f"{address}/videos/{batch.made[0].video}/intro")
        page.click("#open")
        page.wait_for_selector("#start:enabled", timeout=20_000)
        page.click("#start")
        page.wait_for_timeout(4_000)
        page.click("#stop")
        page.fill("textarea[name=words]", WORDS)
        page.fill("input[name=who]", "Daniel Osei")
        page.check("input[name=agreed]")
        page.wait_for_selector("#keep:enabled")
        page.click("#keep")
        page.wait_for_selector("#kept:not([hidden])", timeout=240_000)
        fault = page.inner_text("#notes")
        page.click("#meant")
        page.wait_for_selector("#meant", state="hidden", timeout=240_000)
        meant = page.inner_text("#next")
        command = page.inner_text("#make")
        page.wait_for_function("document.getElementById('shown').readyState >= 1", timeout=20_000)
        length = page.evaluate("document.getElementById('shown').duration")
    found = re.search(r"--intro (\w+)", command)
    assert found is not None
    recorded = intro.read(doors, found[1])

    assert (
        "There is no face at 0.0 s" in fault and recorded.as_it_is and "warn with your name" in meant
    )  # a false camera shows none
    assert (WORDS, "Daniel Osei") == (recorded.words, recorded.agreed_by)
    assert 1.0 < length < 5.0 and abs(length - recorded.length_s) < 0.2
    assert [] == refused
