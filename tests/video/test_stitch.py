"""Joining: the film is its scenes, picture for picture, and its sound, sample for sample."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest

from tests.video.boards import board, columns, faces, kit, next_step, scene, statement
from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.edges.encoders.streams import inspect_streams
from vitalreel.errors import BadInput
from vitalreel.review.preflight.webvtt import read
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.film import frames
from vitalreel.video.mp4 import fast_start, fragment, init_segment, picture_track
from vitalreel.video.rendition import AudioRendition, VideoRendition
from vitalreel.video.stitch import Files, peak_bits, publish

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


def heard(data: bytes) -> np.ndarray:
    """Every sample of a file, as a decoder gives it out."""
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def joined(letter: str) -> bytes:
    """Head and segments of one of the streams, in its playlist's order."""
    names = [row for row in files()[f"{letter}.m3u8"].decode().splitlines() if row.endswith(".m4s")]
    return files()[f"{letter}_init.mp4"] + b"".join(files()[name] for name in names)


def renditions(kind: str) -> list[str]:
    return [row for row in files()["master.m3u8"].decode().splitlines() if f"TYPE={kind}," in row]


def test_the_sound_of_hls_is_the_sound_of_the_mp4() -> None:
    """One rendition, sample for sample the same, and no encoder delay to be heard: the tone begins at its second (V10)."""
    whole, streamed = heard(files()["film.mp4"]), heard(joined("a"))
    begins = int(np.argmax(np.abs(streamed[0]) > 0.05)) / 48_000

    assert 1 == len(renditions("AUDIO")) == files()["master.m3u8"].count(b'AUDIO="a"')
    assert "DEFAULT=YES" in renditions("AUDIO")[0]
    assert sound().priming > 0 and struct.pack(">II", sound().priming, 1 << 16) in files()["a_init.mp4"]
    assert np.array_equal(whole, streamed)
    assert 1.0 == pytest.approx(begins, abs=0.002)


def test_a_segment_of_sound_is_heard_where_it_stands() -> None:
    """From the middle alone, with its head: what a player fetches after a seek (V10)."""
    alone = files()["a_init.mp4"] + files()["a2.m4s"]
    with av.open(io.BytesIO(alone)) as container:
        stamps = [packet.pts for packet in container.demux(audio=0) if packet.size]
    first = 48_000 * 4 // 1024 * 1024 - sound().priming
    whole = heard(files()["film.mp4"])[:, first : first + 1024 * len(stamps)]

    assert first == stamps[0]
    told = heard(alone)
    assert 1024 * 40 < told.shape[1]
    assert np.allclose(told[:, 1024:], whole[:, 1024 - told.shape[1] :], atol=1e-4)  # its first lacks the one before it


def test_the_captions_of_hls_are_those_of_the_file() -> None:
    """The same cues at the same times of the stream, for as long as the film, and only for whoever chooses them (V10)."""
    plain, streamed = (read(files()[name].decode()) for name in ("captions.vtt", "s.vtt"))
    rows = files()["s.m3u8"].decode().splitlines()

    assert (plain.cues, (), True) == (streamed.cues, streamed.faults, streamed.mapped)
    assert "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000" == files()["s.vtt"].decode().splitlines()[1]
    assert [f"#EXTINF:{float(LENGTH):.6f},", "s.vtt", "#EXT-X-ENDLIST"] == rows[-3:]
    assert 1 == len(renditions("SUBTITLES")) == files()["master.m3u8"].count(b'SUBTITLES="s"')
    assert "DEFAULT=NO,AUTOSELECT=NO" in renditions("SUBTITLES")[0]


def spoilt(name: str, change: Callable[[bytes], bytes] | None) -> list[tuple[float | None, str]]:
    """What is wrong with the streams when one file is another, or (None) is not there."""
    there = dict(files())
    before = there.pop(name, b"")
    if change is not None:
        there[name] = change(before)
    return list(inspect_streams(there, rendered(), sound(), 480, 270).wrong)


def swapped(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


def flipped(data: bytes) -> bytes:
    """One bit of the last packet."""
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def later(data: bytes) -> bytes:
    """The segment says that it begins a tick later."""
    at = data.index(b"tfdt") + 15
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def in_turn(data: bytes) -> bytes:
    """Two segments in each other's place."""
    return data.replace(b"v2.m4s", b"x").replace(b"v3.m4s", b"v2.m4s").replace(b"x", b"v3.m4s")


def another(data: bytes) -> bytes:
    """The head of a film that was encoded with other settings."""
    return data.replace(rendered()[0].pps, bytes(len(rendered()[0].pps)))


def test_streams_as_they_are_published_are_whole() -> None:
    """V14: no fault is found where there is none."""
    there = inspect_streams(files(), rendered(), sound(), 480, 270)

    assert () == there.wrong
    assert sum(name.endswith(".m4s") for name in files()) == there.segments


@pytest.mark.parametrize(
    ("lengths", "peak"),
    [
        ([(4, 400), (4, 800), (4, 400)], 1600),
        ([(4, 400), (Fraction(1, 10), 200)], Fraction(4800 * 10, 41)),  # the short one counts with the one before it
        ([(1, 50)], 400),  # nothing as long as half a target
        ([(2, 100), (2, 500), (2, 300)], 2000),  # any that last 2 to 6 seconds together
    ],
)
def test_the_bandwidth_is_the_peak_segment_bit_rate(lengths: list[tuple[Fraction, int]], peak: Fraction) -> None:
    """RFC 8216, 4.1: of segments in a row that last half to one and a half target durations."""
    assert Fraction(peak) == peak_bits([(Fraction(s), b) for s, b in lengths], 4)


def test_a_last_segment_of_three_frames_is_no_rate_of_the_film() -> None:
    """V13: the declared bandwidth is the published playlists', lengths as they are written there."""
    short = (*rendered()[:2], replace(rendered()[2], packets=rendered()[2].packets[:3]))
    made = publish(short, sound(), VTT, 480, 270, 30, "en")

    assert () == inspect_streams(made, short, sound(), 480, 270).wrong


@pytest.mark.parametrize(
    ("name", "change", "at_s", "what"),
    [
        ("master.m3u8", None, None, "master.m3u8: it is not there"),
        ("master.m3u8", swapped('AUDIO="a"', 'AUDIO="b"'), None, "0 renditions of AUDIO in the group"),
        ("master.m3u8", swapped("TYPE=SUBTITLES", "TYPE=AUDIO"), None, "0 renditions of SUBTITLES"),
        ("master.m3u8", swapped("RESOLUTION=480x270", "RESOLUTION=1920x1080"), None, "RESOLUTION is 1920x1080, and the film's 480x270"),
        ("master.m3u8", swapped("avc1.64", "avc1.42"), None, "CODECS is avc1.42"),
        ("master.m3u8", swapped("BANDWIDTH=", "BANDWIDTH=1 "), None, "and its segments need"),
        ("master.m3u8", swapped("v.m3u8", "w.m3u8"), None, "w.m3u8: it is not there"),
        ("v.m3u8", swapped("#EXTM3U", "#EXT"), None, "v.m3u8: it is no playlist"),
        ("v.m3u8", swapped("#EXT-X-ENDLIST", ""), None, "v.m3u8: it is not closed"),
        ("v.m3u8", swapped("TYPE:VOD", "TYPE:EVENT"), None, "v.m3u8: it is not closed"),
        ("v.m3u8", swapped("TARGETDURATION:2", "TARGETDURATION:0"), None, "a target duration of 0 s"),
        ("a.m3u8", swapped("TARGETDURATION:4", "TARGETDURATION:3"), None, "a target duration of 3 s, and a segment of 3.989 s"),
        ("v.m3u8", swapped("#EXTINF:1.000000", "#EXTINF:1.500000"), 0.0, "v1.m4s: 1.000 s long, and listed as 1.500 s"),
        ("v.m3u8", swapped("v2.m4s", "v1.m4s"), None, "6 lengths for 5 segments"),
        ("v.m3u8", in_turn, 1.0, "v3.m4s: it says it is number 3"),
        ("a.m3u8", swapped("a2.m4s", "#a2.m4s"), None, "a.m3u8"),
        ("v_init.mp4", None, None, "v.m3u8: its head v_init.mp4 is not there"),
        ("v_init.mp4", another, None, "v_init.mp4: it is the head of another film"),
        ("a_init.mp4", lambda data: data.replace(sound().config, b"\x12\x08"), None, "a_init.mp4: it is the head of another film"),
        ("a_init.mp4", lambda data: data.replace(struct.pack(">I", 1024), struct.pack(">I", 0)), 0.0, "a.m3u8: a demuxer finds"),
        ("v3.m4s", None, 47 / 30, "v3.m4s: v.m3u8 names it, and it is not there"),
        ("v3.m4s", flipped, 47 / 30, "v3.m4s: not the packets that were checked"),
        ("v3.m4s", later, 47 / 30, "v3.m4s: it says it begins at"),
        ("v3.m4s", lambda data: data[:-30], 47 / 30, "v3.m4s: it cannot be read"),
        ("v3.m4s", lambda data: data[: data.index(b"mdat") - 4], 47 / 30, "v3.m4s: it cannot be read: it has no head, or no packets"),
        ("v3.m4s", lambda data: files()["v1.m4s"], 47 / 30, "v3.m4s: it says it is number 1"),
        ("a2.m4s", flipped, 3.968, "a2.m4s: not the packets that were checked"),
        ("v99.m4s", lambda _: files()["v1.m4s"], None, "v99.m4s: no playlist names it"),
        ("s.vtt", None, None, "s.vtt: s.m3u8 names it, and it is not there"),
        ("s.m3u8", swapped("EXTINF:4.9", "EXTINF:3.9"), None, "s.m3u8: 3.933 s of a film of 4.933 s"),
    ],
)  # fmt: skip
def test_a_spoilt_stream_is_caught_where_it_is_spoilt(
    name: str, change: Callable[[bytes], bytes] | None, at_s: float | None, what: str
) -> None:
    """V14: the first fault names the file, what is wrong with it, and when a viewer would come to it."""
    found = spoilt(name, change)

    assert what in found[0][1], found
    assert (at_s if at_s is None else pytest.approx(at_s, abs=0.001)) == found[0][0]


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
