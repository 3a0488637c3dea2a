"""Films in parts: read back they are the whole film, and a scene two films share lies on the disk once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.identity import VideoId
from vitalreel.ports import AudioRendition, Packet, VideoRendition
from vitalreel.store import parts
from vitalreel.store.media import Media, StoredScene
from vitalreel.store.parts import Stored, copy_whole, make_whole, stored
from vitalreel.video.pieces import payload
from vitalreel.video.stitch import in_pieces, publish

SPS, PPS = b"\x67\x64\x00\x28\xac", b"\x68\xee\x3c\x80"
VTT = "WEBVTT\n"


def scene(letter: str, frames: int, size: int = 300) -> VideoRendition:
    """Packets that cannot be mistaken for another scene's; a key picture each 30."""
    packets = tuple(Packet(f"{letter}{i}.".encode().ljust(size, b"x"), 1000, i % 30 == 0) for i in range(frames))
    return VideoRendition(SPS, PPS, 30_000, packets)


def sound(seconds: float, letter: str = "s") -> AudioRendition:
    count = int(seconds * 48_000 / 1024) + 3
    packets = tuple(Packet(f"{letter}{i}".encode().ljust(40, b"a"), 1024, True) for i in range(count))
    return AudioRendition(b"\x11\x90", 48_000, 2, 1024, packets)


def film(media: Media, name: str, scenes: dict[str, VideoRendition], heard: AudioRendition) -> Path:
    """Publish scenes, kept under their names, as the film `name`."""
    for key, one in scenes.items():
        if media.scene(key) is None:
            media.keep_scene(key, StoredScene(one, (), (), 0, (), 0.0))
    pieced = in_pieces(list(scenes.values()), heard, VTT, 480, 270, 30, "en")
    return media.publish_video(VideoId(name), {"page.json": b"{}"}, pieced, list(scenes), payload(heard.packets))


def size_of(*folders: Path) -> int:
    """Bytes on the disk, each file once however many names it has."""
    stats = {s.st_ino: s.st_size for f in folders for p in f.rglob("*") if p.is_file() for s in [p.stat()]}
    return sum(stats.values())


def test_every_file_read_back_is_the_whole_film_s(tmp_path: Path) -> None:
    """MP4, segments, playlists and captions, byte for byte (V10)."""
    scenes = {"intro": scene("i", 45), "shared": scene("h", 95), "end": scene("e", 20)}
    folder = film(Media(tmp_path), "one", scenes, sound(160 / 30))
    whole = publish(list(scenes.values()), sound(160 / 30), VTT, 480, 270, 30, "en")
    read = {name: b"".join(found.read()) for name in whole if (found := stored(folder, name)) is not None}

    assert whole == read
    assert {name: len(data) for name, data in whole.items()} == {n: stored(folder, n).size for n in whole}  # type: ignore[union-attr]


def test_a_shared_scene_is_kept_once(tmp_path: Path) -> None:
    """The second account's film adds its own scene, its sound and the heads, though the shared one starts later in it (V12)."""
    media = Media(tmp_path)
    film(media, "one", {"anna": scene("a", 40), "shared": scene("h", 600, 2000)}, sound(640 / 30))
    before = size_of(tmp_path)
    film(media, "two", {"ben": scene("b", 47), "shared": scene("h", 600, 2000)}, sound(647 / 30, "t"))
    added = size_of(tmp_path) - before
    own = 47 * 300 + len(payload(sound(647 / 30).packets))

    assert own < added < own + 40_000


@pytest.mark.parametrize("gone", ["scenes", "videos/one"])
def test_what_is_deleted_takes_nothing_from_another_film(tmp_path: Path, gone: str) -> None:
    """The cache of scenes may be emptied at any time, and a film may be erased for one customer (S4)."""
    media = Media(tmp_path)
    film(media, "one", {"anna": scene("a", 40), "shared": scene("h", 90)}, sound(130 / 30))
    folder = film(media, "two", {"ben": scene("b", 40), "shared": scene("h", 90)}, sound(130 / 30))
    shutil.rmtree(tmp_path / gone)
    whole = publish([scene("b", 40), scene("h", 90)], sound(130 / 30), VTT, 480, 270, 30, "en")

    assert whole["film.mp4"] == b"".join(stored(folder, "film.mp4").read())  # type: ignore[union-attr]


def test_a_disk_without_hard_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger, and as right."""

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(parts.os, "link", refuse)
    folder = film(Media(tmp_path), "one", {"anna": scene("a", 40)}, sound(40 / 30))

    assert stored(folder, "v1.m4s") is not None
    assert 1 == next((folder / "scenes").iterdir()).stat().st_nlink


def test_whole_files_can_be_had(tmp_path: Path) -> None:
    """For a person who opens the MP4, and for a plain web server (`vitalreel produce --out`)."""
    folder = film(Media(tmp_path), "one", {"anna": scene("a", 40)}, sound(40 / 30))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "film.mp4").write_bytes(b"of another film, written there before")
    copy_whole(folder, tmp_path / "out")
    make_whole(folder, folder, ["film.mp4"])
    whole = publish([scene("a", 40)], sound(40 / 30), VTT, 480, 270, 30, "en")

    assert {**whole, "page.json": b"{}"} == {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    assert folder / "film.mp4" == stored(folder, "film.mp4").path  # type: ignore[union-attr]
    assert whole["film.mp4"] == (folder / "film.mp4").read_bytes()


def test_a_name_that_is_not_the_film_s_is_nothing(tmp_path: Path) -> None:
    """Nor are the names of its parts a way to other files."""
    folder = film(Media(tmp_path), "one", {"anna": scene("a", 40)}, sound(40 / 30))

    assert [None, None, None] == [stored(folder, name) for name in ("v9.m4s", "", "two/film.mp4")]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=6), st.integers(0, 130), st.integers(0, 130)
)
def test_any_range_is_that_slice_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: Sequence[tuple[int, int]], start: int, stop: int
) -> None:
    """Players ask for ranges of the MP4; a part may begin or end anywhere in one."""
    path = tmp_path_factory.getbasetemp() / "bytes.bin"
    data = bytes(range(64))
    path.write_bytes(data)
    file = Stored(tuple((path, a, a + n) for a, n in rows))
    whole = b"".join(data[a : a + n] for a, n in rows)

    assert whole == b"".join(file.read())
    assert whole[start:stop] == b"".join(file.read(start, stop))
