"""Joints in a real browser: the shipped player plays a film of several scenes as if it were one, from HLS and from MP4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from tests.web.watching import PLAYER, STATIC, serving
from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.identity import VideoId
from vitalreel.ports import Frame, Rect
from vitalreel.steps.viewing import MEDIA_TYPES
from vitalreel.store.media import Media, StoredScene
from vitalreel.store.parts import stored
from vitalreel.video.pieces import payload
from vitalreel.video.stitch import in_pieces
from vitalreel.web.ranges import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

W, H, FPS, BITS, SIDE = 480, 270, 30, 8, 40
SCENES = ((0, 47, 30), (47, 61, 61), (108, 40, 12))
"""First frame of the film, frames, and after how many of them the scene holds still."""
FRAMES = sum(count for _, count, _ in SCENES)
SHOWN = [first + min(i, moving - 1) for first, count, moving in SCENES for i in range(count)]
"""The number each frame of the film shows."""
JOINTS = [first for first, _, _ in SCENES[1:]]
VTT = "WEBVTT\n\n00:00:00.200 --> 00:00:04.800\nIt counts on.\n"
TRIES = 6
"""A busy machine drops a frame anywhere, now and then; a bad joint drops the same one every time it is played."""


def numbered(first: int, count: int, moving: int) -> Iterator[Frame]:
    """Frames that show their number in the film as blocks of black and white."""
    pixels = np.full((H, W, 4), 255, np.uint8)
    for i in range(count):
        if i < moving:
            for bit in range(BITS):
                pixels[200 : 200 + SIDE, bit * SIDE : (bit + 1) * SIDE, :3] = 255 * ((first + i) >> bit & 1)
            pixels[20:100, :, 0] = np.arange(W)[None] * (i + 1) % 256
        changed = (Rect(0, 0, W, H),) if i < moving else ()
        yield Frame(pixels, None if i == 0 else changed)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the film in parts, as it is stored, and a page for each way to play it."""
    if not PLAYER.is_file():
        pytest.fail("the player is not built: run `make setup`", pytrace=False)
    media = Media(tmp_path_factory.mktemp("media"))
    scenes = {f"s{n}": SkipEncoder(gop_s=1.0).encode(numbered(*scene), W, H, FPS) for n, scene in enumerate(SCENES)}
    for key, rendition in scenes.items():
        media.keep_scene(key, StoredScene(rendition, (), (), 0, (), 0.0))
    wave = 0.1 * np.sin(np.arange(FRAMES * 48_000 // FPS) * 2 * np.pi * 440 / 48_000)
    sound = AacEncoder().encode(np.stack([wave, wave], 1).astype(np.float32), 48_000)
    pieced = in_pieces(list(scenes.values()), sound, VTT, W, H, FPS, "en")
    folder = media.publish_video(VideoId("film"), {}, pieced, list(scenes), payload(sound.packets))
    app = FastAPI()
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.api_route("/film/{name}", methods=["GET", "HEAD"])
    def file(request: Request, name: str) -> Response:
        found = stored(folder, name)
        return (
            Response(status_code=404) if found is None else served(request, found, MEDIA_TYPES[Path(name).suffix], {})
        )

    @app.get("/watch/{name}")
    def page(name: str) -> HTMLResponse:
        script = '<script type="module" src="/static/player.js"></script>'
        return HTMLResponse(
            f'<!doctype html>{script}<vital-reel src="/film/{name}" length="5" lang="en" captions="/film/captions.vtt"></vital-reel>'
        )

    with serving(app) as address:
        yield address


PLAY = """async () => {
  const video = document.querySelector('vital-reel').video, told = {waiting: [], stalled: [], error: [], times: []};
  video.muted = true;
  video.currentTime = 0;
  await new Promise(done => setTimeout(done, 800));
  for (const type of ['waiting', 'stalled', 'error']) video.addEventListener(type, () => told[type].push(video.currentTime));
  const before = video.getVideoPlaybackQuality();
  const each = (_, frame) => { told.times.push(frame.mediaTime); video.requestVideoFrameCallback(each); };
  video.requestVideoFrameCallback(each);
  await video.play();
  await new Promise(done => { video.addEventListener('ended', done, {once: true}); setTimeout(done, 40000); });
  const after = video.getVideoPlaybackQuality();
  told.dropped = after.droppedVideoFrames - before.droppedVideoFrames;
  told.ended = video.ended;
  told.duration = video.duration;
  told.buffered = Array.from({length: video.buffered.length}, (_, i) => [video.buffered.start(i), video.buffered.end(i)]);
  return told;
}"""

SEEK = """async ([seconds, bits, side]) => {
  const video = document.querySelector('vital-reel').video;
  const shown = new Promise(done => video.requestVideoFrameCallback(done));
  video.currentTime = seconds;
  await Promise.race([shown, new Promise(done => setTimeout(done, 3000))]);
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight), pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0);
  const row = pen.getImageData(0, 200 + side / 2, video.videoWidth, 1).data;
  let number = 0;
  for (let bit = 0; bit < bits; bit++) if (row[4 * (bit * side + side / 2)] > 128) number |= 1 << bit;
  return number;
}"""


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_function("document.querySelector('vital-reel')?.video?.readyState >= 3", timeout=60_000)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("name", ["master.m3u8", "film.mp4"])
def test_a_film_plays_through_its_joints(browser: Browser, site: str, name: str) -> None:
    """No stall, no gap, no dropped frame, and exactly as long as its scenes (V10 V14 P2)."""
    page = opened(browser, f"{site}/watch/{name}")
    never, plays = set(range(FRAMES)), list[dict[str, Any]]()
    while never and len(plays) < TRIES:
        plays.append(page.evaluate(PLAY))
        never = set() if not plays[-1]["dropped"] else never - {round(at * FPS) for at in plays[-1]["times"]}
    page.close()

    assert set() == never
    for play in plays:
        assert ([], [], [], True) == (play["waiting"], play["stalled"], play["error"], play["ended"])
        assert pytest.approx(FRAMES / FPS, abs=0.001) == play["duration"]
        assert [[pytest.approx(0, abs=0.05), pytest.approx(FRAMES / FPS, abs=0.06)]] == play["buffered"]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["master.m3u8", "film.mp4"])
def test_the_frames_on_both_sides_of_a_joint_are_where_they_belong(browser: Browser, site: str, name: str) -> None:
    """Read back from the picture after a seek: last and first of each scene, the middle of a hold, and both ends (V10)."""
    page = opened(browser, f"{site}/watch/{name}")
    asked = [0, *(joint + side for joint in JOINTS for side in (-1, 0, 1)), 40, 130, FRAMES - 1]
    seen = [page.evaluate(SEEK, [(frame + 0.5) / FPS, BITS, SIDE]) for frame in asked]
    page.close()

    assert [SHOWN[frame] for frame in asked] == seen


TRACKS = """() => Array.from(document.querySelector('vital-reel').video.textTracks,
  track => [track.mode, track.cues ? Array.from(track.cues, cue => cue.text) : []])"""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["master.m3u8", "film.mp4"])
def test_no_word_is_shown_twice(browser: Browser, site: str, name: str) -> None:
    """The picture has its captions: the shipped player has one track beside it, of the same words, shown to whoever asks (V10 K1)."""
    page = opened(browser, f"{site}/watch/{name}")
    page.locator("vital-reel .start").click()
    page.wait_for_function("document.querySelector('vital-reel').video.currentTime > 0.5", timeout=20_000)
    playing = page.evaluate(TRACKS)
    page.locator("media-captions-button").click()
    page.wait_for_function(f"({TRACKS})()[0][1].length === 1", timeout=20_000)
    chosen = page.evaluate(TRACKS)
    page.close()

    assert [["disabled", []]] == playing
    assert [["showing", ["It counts on."]]] == chosen
