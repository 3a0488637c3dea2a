"""Joining: the film is its scenes, picture for picture, and its sound, sample for sample."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest

from tests.video.boards import board, columns, faces, kit, next_step, scene, statement
from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.errors import BadInput
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.film import frames
from vitalreel.video.mp4 import fast_start, fragment, init_segment, picture_track
from vitalreel.video.rendition import AudioRendition, VideoRendition
from vitalreel.video.stitch import Files, publish

ENCODER = SkipEncoder(gop_s=1.0)
SCENES = (replace(statement(), frames=47), replace(columns(), frames=61), replace(next_step(), frames=40))
LENGTH = Fraction(sum(s.frames for s in SCENES), 30)
VTT = "WEBVTT\n\n00:00:00.400 --> 00:00:01.000\nReminders reach people\n"


@cache
def rendered() -> tuple[VideoRendition, ...]:
    return tuple(_render(one) for one in SCENES)


def _render(one: Scene) -> VideoRendition:
    return ENCODER.encode(frames(one, board([one]), kit(), faces()), 480, 270, 30)


@cache
def sound() -> AudioRendition:
    at = np.arange(int(LENGTH * 48000)) / 48000
    wave = (0.3 * np.sin(2 * np.pi * 440 * at) * (at > 1)).astype(np.float32)
    return AacEncoder().encode(np.stack([wave, wave], 1), 48000)


@cache
def files() -> Files:
    return publish(rendered(), sound(), VTT, 480, 270, 30, "en")


def decoded(data: bytes) -> list[bytes]:
    """Every picture of a file, as its planes' bytes."""
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def test_every_picture_of_the_film_is_the_scene_s_own() -> None:
    """At every joint too: nothing is decoded across one (V10)."""
    alone = []
    for rendition in rendered():
        track = picture_track(rendition, 480, 270)
        alone += decoded(fast_start(track, rendition.packets))

    assert int(LENGTH * 30) == len(alone)
    assert alone == decoded(files()["film.mp4"])


def test_the_hls_segments_are_the_same_film() -> None:
    """Init segment and segments in the playlist's order, one a group of pictures."""
    rows = files()["v.m3u8"].decode().splitlines()
    names = [row for row in rows if row.endswith(".m4s")]
    joined = files()["v_init.mp4"] + b"".join(files()[name] for name in names)
    seconds = sum(Fraction(row.split(":")[1].rstrip(",")) for row in rows if row.startswith("#EXTINF"))

    assert decoded(files()["film.mp4"]) == decoded(joined)
    assert float(LENGTH) == pytest.approx(float(seconds), abs=1e-5)


def test_picture_and_sound_are_exactly_as_long_as_the_storyboard() -> None:
    """To the frame and to the sample; the player hears no encoder delay (V14)."""
    with av.open(io.BytesIO(files()["film.mp4"])) as container:
        picture, track = container.streams.video[0], container.streams.audio[0]
        lengths = (picture.duration * picture.time_base, container.duration)  # type: ignore[operator]
        stamps = [packet.dts for packet in container.demux(picture) if packet.dts is not None]
        rate = track.rate
    with av.open(io.BytesIO(files()["film.mp4"])) as container:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    begins = int(np.argmax(np.abs(heard) > 0.05)) / rate

    assert (LENGTH, round(LENGTH * 1_000_000)) == lengths
    assert list(range(0, 1000 * len(stamps), 1000)) == stamps
    assert 1.0 == pytest.approx(begins, abs=0.002)


def test_the_index_stands_before_the_samples() -> None:
    """Playback starts before the file is there (V10)."""
    film = files()["film.mp4"]

    assert 0 < film.find(b"moov") < film.find(b"mdat")


def test_the_same_scenes_give_the_same_bytes() -> None:
    """No clock and no counter in a file (V12)."""
    assert files() == publish(rendered(), sound(), VTT, 480, 270, 30, "en")


def test_playlists_name_files_that_are_there() -> None:
    """Complete and final: a viewer's player never finds a hole (V11)."""
    playlists = {name: data.decode() for name, data in files().items() if name.endswith(".m3u8")}
    named = {
        part.strip().split('URI="')[-1].split('"')[0]
        for text in playlists.values()
        for part in text.splitlines()
        if part and (not part.startswith("#") or "URI=" in part)
    }

    assert set() == named - set(files())
    assert all("#EXT-X-ENDLIST" in text for name, text in playlists.items() if name != "master.m3u8")
    assert 'CODECS="avc1.64' in playlists["master.m3u8"]


def test_scenes_of_other_settings_do_not_join() -> None:
    """A player would show garbage after the joint: the scene is named instead."""
    other = replace(rendered()[1], pps=b"\x68\x00")

    with pytest.raises(BadInput, match="scene 2"):
        publish((rendered()[0], other), sound(), VTT, 480, 270, 30, "en")


def test_sound_that_ends_before_the_pictures_is_refused() -> None:
    """Silence at the end would be a lost sentence."""
    short = replace(sound(), packets=sound().packets[:20])

    with pytest.raises(BadInput, match="before the pictures"):
        publish(rendered(), short, VTT, 480, 270, 30, "en")


def test_a_film_of_nothing_is_refused() -> None:
    """Rather than an empty file."""
    with pytest.raises(BadInput, match="without pictures"):
        publish((), sound(), VTT, 480, 270, 30, "en")


def test_a_fragment_says_when_it_is_shown() -> None:
    """Init and one fragment from the middle decode alone: seeking needs that."""
    rendition = rendered()[1]
    track = picture_track(rendition, 480, 270)
    group = rendition.packets[30:60]

    assert group[0].key
    assert 30 == len(decoded(init_segment(track) + fragment(2, 30_000, group)))


def test_an_unchanged_scene_is_cheap_to_carry() -> None:
    """A still picture costs its key pictures and some 40 bytes a frame (V10)."""
    still_scene = scene(statement().picture, "Nothing moves", frames=120, captions=(), exits=False)
    held = [p for p in _render(still_scene).packets[100:] if not p.key]

    assert max(len(p.data) for p in held) < 64
