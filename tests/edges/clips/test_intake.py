"""Clips that people send: trimmed, levelled and re-encoded; what is broken or made to do harm is refused in words."""

from __future__ import annotations

import io
import random
import socket
import subprocess
import sys
import wave
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.edges.clips.recordings import record
from vitalreel.edges.clips.cell import Walls
from vitalreel.edges.clips.child import Limits
from vitalreel.edges.clips.intake import Kept, spoken_words, take_in
from vitalreel.errors import BadInput
from vitalreel.sound.loudness import integrated_lufs, true_peak_db


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds, half a second of black and of silence at both ends."""
    return record(tmp_path_factory.mktemp("clips") / "clip.mp4", black_s=0.4, quiet_s=0.8)


@pytest.fixture(scope="module")
def kept(recorded: Path) -> Kept:
    return take_in(recorded)


def test_a_clip_is_kept_in_our_own_form(kept: Kept) -> None:
    """H.264 at thirty pictures a second with AAC, as long as its speech, with a poster (V8)."""
    with av.open(io.BytesIO(kept.film)) as film:
        pictures = sum(1 for _ in film.decode(video=0))
        video, audio = film.streams.video[0], film.streams.audio[0]

        assert ("h264", "aac", 640, 360) == (video.codec.name, audio.codec.name, video.width, video.height)
        assert kept.count == pictures and abs(kept.length_s - pictures / 30) < 1e-6
    with Image.open(io.BytesIO(kept.poster)) as poster:
        assert (640, 360) == poster.size


def test_silence_and_black_at_the_ends_are_cut(kept: Kept) -> None:
    """A breath is left before the first word and after the last (V8)."""
    assert 0.35 < kept.cut_head_s < 0.6
    assert 1.2 < kept.length_s < 2.6
    assert kept.voiced[0][0] < 0.5 and kept.voiced[-1][1] <= kept.length_s


def test_speech_is_levelled(kept: Kept) -> None:
    """-16 LUFS within one, peaks below -1 dBTP, whatever the microphone (V9)."""
    with wave.open(io.BytesIO(kept.speech)) as speech:
        samples = np.frombuffer(speech.readframes(speech.getnframes()), "<i2").astype(np.float32) / 32767
    stereo = np.repeat(samples[:, None], 2, 1)

    assert abs(integrated_lufs(stereo, 48_000) + 16) < 1.0
    assert true_peak_db(stereo) <= -1.0
    assert abs(len(samples) / 48_000 - kept.length_s) < 1 / 25


@pytest.mark.parametrize("kind", ["mov", "webm"])
def test_phones_and_browsers_send_other_containers(kind: str, tmp_path: Path) -> None:
    """MOV and WebM, whatever the file is called."""
    made = take_in(record(tmp_path / "clip.dat", kind, 2.0, (426, 240), 24, quiet_s=0.2))

    assert made.count > 30 and made.notes == ()


def test_an_upright_clip_stays_upright(tmp_path: Path) -> None:
    """Its shape is its own; pages decide how it is cropped."""
    made = take_in(record(tmp_path / "clip.mp4", size=(270, 480), length_s=2.0, quiet_s=0.2))

    assert (270, 480) == (made.width_px, made.height_px)


def test_the_reader_is_shut_in(kept: Kept) -> None:
    """Limits always; where the kernel has them, no network, no sockets and no programs (V8)."""
    assert "limits" in kept.walls
    if sys.platform == "linux":
        assert "no sockets, no programs" in kept.walls


def test_behind_the_walls_nothing_reaches_out() -> None:
    """A connection, a program and a fat buffer all fail there; and they work here."""
    tries = (
        "import socket, subprocess, sys\n"
        "from vitalreel.edges.clips import cell\n"
        "print(cell.enter(cell.Walls(memory=1 << 30)))\n"
        "for what in (lambda: socket.socket(), lambda: subprocess.run(['/bin/true']), lambda: bytearray(2 << 30)):\n"
        "    try: what(); print('went through')\n"
        "    except (OSError, MemoryError) as e: print(type(e).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", tries], capture_output=True, text=True, check=True)

    assert ["PermissionError", "PermissionError", "MemoryError"] == done.stdout.split("\n")[1:4]
    socket.socket().close()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n", "it is not an MP4, MOV or WebM file"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "it is not an MP4, MOV or WebM file"),
        (b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(400), "it is not an MP4, MOV or WebM file"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(3000), "it is broken or cut off"),
        (b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8, "it is broken or cut off"),
        (b"<?xml version='1.0'?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>", "it is not an MP4, MOV or WebM"),
    ],
    ids=["empty", "hls", "concat", "avi", "hollow mp4", "hollow webm", "dash"],
)
def test_what_is_no_clip_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    """Playlists that point elsewhere among them: what a file is called counts for nothing."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=why):
        take_in(path)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"size": (160, 90)}, "its picture is 160 x 90"),
        ({"sound": False}, "it has no sound"),
        ({"picture": False}, "it has no picture"),
        ({"black_s": 2.0}, "of it hold picture and speech"),
    ],
    ids=["small", "silent film", "sound only", "all black"],
)
def test_what_cannot_be_shown_is_refused(asked: dict[str, object], why: str, tmp_path: Path) -> None:
    """Each with what to do about it."""
    path = record(tmp_path / "clip.mp4", **({"length_s": 1.6, "size": (426, 240)} | asked))  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=why):
        take_in(path)


def test_a_clip_longer_than_allowed_is_refused(recorded: Path) -> None:
    """By the limit's own name."""
    with pytest.raises(BadInput, match="longer than 1 s"):
        take_in(recorded, replace(Limits(), longest_s=1.0))


def test_a_clip_that_costs_too_much_memory_is_refused(recorded: Path) -> None:
    """The decoder and its frames need more than 400 MiB of addresses whatever the machine; no time runs out here."""
    with pytest.raises(BadInput, match=r"cannot be read|more memory"):
        take_in(recorded, walls=replace(Walls(), memory=400 << 20))


def test_a_clip_that_costs_too_much_time_is_refused(tmp_path: Path) -> None:
    """Eight seconds of full HD take any core longer than the second allowed; memory is not what ends it."""
    path = record(tmp_path / "clip.mp4", length_s=8.0, size=(1920, 1080))
    with pytest.raises(BadInput, match=r"cannot be read"):
        take_in(path, walls=replace(Walls(), cpu_s=1))


def test_damaged_clips_never_do_more_than_fail(recorded: Path, tmp_path: Path) -> None:
    """Cut off and scribbled over at random: either still a clip, or refused in words."""
    whole, rng = recorded.read_bytes(), random.Random(7)
    for number in range(3):
        data = bytearray(whole[: rng.randrange(200, len(whole))] if number < 1 else whole)
        for _ in range(0 if number < 1 else 60):
            data[rng.randrange(40, len(data))] = rng.randrange(256)
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(data)
        try:
            made = take_in(path)
        except BadInput as refused:
            assert refused.hint
        else:
            assert made.count > 0


def test_words_are_timed_within_the_speech() -> None:
    """Words go where the voice is, in order, and not into pauses (V9)."""
    words = spoken_words("Thank you. It was a good year.", ((0.4, 1.0), (2.0, 4.0)))

    assert ["Thank", "you.", "It", "was", "a", "good", "year."] == [w.text for w in words]
    assert 0.4 == words[0].start_s and 4.0 == words[-1].end_s
    assert all(a.end_s <= b.start_s + 1e-6 for a, b in pairwise(words))
    assert not any(1.02 < w.start_s < 1.98 for w in words)
