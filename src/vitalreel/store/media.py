"""Media files: scenes found again by fingerprint, and whole films, each published as a folder at once."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from vitalreel.errors import NotFound
from vitalreel.identity import VideoId
from vitalreel.ports import Packet, VideoRendition
from vitalreel.store.parts import Source, write_parts
from vitalreel.video.element import Standing
from vitalreel.video.likeness import Face, Likeness
from vitalreel.video.pieces import Pieced

_MAGIC = b"vitalreel scene 2\n"


@dataclass(frozen=True, slots=True)
class StoredScene:
    """One encoded scene with what was measured on it."""

    rendition: VideoRendition
    mean_luma: tuple[float, ...]
    rests: tuple[tuple[int, int], ...]  # first frame and length of every run of identical pictures of a second or more
    errors: int
    texts: tuple[Standing, ...]  # as drawn, in px and scene time
    cpu_s: float  # what it cost to make


@dataclass(frozen=True, slots=True)
class StoredClip:
    """A recorded clip of ours."""

    film: bytes  # MP4: H.264 at 30 pictures a second and AAC
    speech: bytes  # WAV: 48 kHz, mono, 16 bits
    poster: bytes  # JPEG
    voiced: tuple[tuple[float, float], ...]  # stretches of speech, seconds
    count: int  # pictures
    length_s: float
    notes: tuple[str, ...]  # what a person should look at
    likeness: Likeness | None = None  # the faces in it; None: nobody looked for them


class Media:
    """A folder of media, all writes by a draft and a rename, so that a killed run leaves nothing half made in place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    # -- scenes -------------------------------------------------------------------------------------------------------

    def scene(self, key: str) -> StoredScene | None:
        """The scene of a fingerprint; None where it was never made or its file does not match its checksum."""
        path = self._scene_path(key)
        return _unpacked(path.read_bytes()) if path.is_file() else None

    def keep_scene(self, key: str, scene: StoredScene) -> None:
        """Store a scene under its fingerprint."""
        _write(self._scene_path(key), _packed(scene))

    def _scene_path(self, key: str) -> Path:
        return self._folder / "scenes" / key[:2] / f"{key}.scene"

    # -- people and screens -------------------------------------------------------------------------------------------

    def keep_photo(self, data: bytes) -> str:
        """Store a photograph or capture under the fingerprint of what it holds; answers its media id."""
        name = hashlib.sha256(data).hexdigest()[:32]
        _write(self._folder / "photos" / name, data)
        return name

    def photo(self, name: str) -> bytes:
        """Raises NotFound where it is missing or is no longer what its id says."""
        path = self._folder / "photos" / name
        data = path.read_bytes() if name.isalnum() and path.is_file() else b""
        if hashlib.sha256(data).hexdigest()[:32] != name:
            raise NotFound("photograph", name, "add it again with `vitalreel talent add`")
        return data

    def keep_clip(self, clip: StoredClip) -> str:
        """Store a clip, whole or not at all, under the fingerprint of what is seen and heard; answers its media id."""
        name = hashlib.sha256(hashlib.sha256(clip.film).digest() + clip.speech).hexdigest()[:32]
        told = {"voiced": clip.voiced, "count": clip.count, "length_s": clip.length_s, "notes": list(clip.notes)}
        told |= {"likeness": _told(clip.likeness)} if clip.likeness is not None else {}
        files = {"film.mp4": clip.film, "speech.wav": clip.speech, "poster.jpg": clip.poster}
        folder = _write_folder(self._folder / "clips" / name, files | {"clip.json": json.dumps(told).encode()})
        if clip.likeness is not None:  # the same clip may have been kept before anyone looked for faces in it
            _write(folder / "clip.json", json.dumps(told).encode())
        return name

    def clip(self, name: str) -> StoredClip:
        """Raises NotFound where it is missing or is no longer what its id says."""
        folder = self._folder / "clips" / name
        if name.isalnum() and (folder / "clip.json").is_file():
            told = json.loads((folder / "clip.json").read_text(encoding="utf-8"))
            film, speech, poster = ((folder / f).read_bytes() for f in ("film.mp4", "speech.wav", "poster.jpg"))
            if hashlib.sha256(hashlib.sha256(film).digest() + speech).hexdigest()[:32] == name:
                voiced = tuple((float(a), float(b)) for a, b in told["voiced"])
                return StoredClip(
                    film, speech, poster, voiced, told["count"], told["length_s"], tuple(told["notes"]), _found(told)
                )
        raise NotFound("clip", name, "add it again with `vitalreel talent add`")

    # -- films --------------------------------------------------------------------------------------------------------

    def video(self, video: VideoId) -> Path:
        """The folder of a published film. Raises NotFound."""
        folder = self._video_folder(video)
        if not folder.is_dir():
            raise NotFound("video", video, "make it with `vitalreel produce`")
        return folder

    def has_video(self, video: VideoId) -> bool:
        """Whether a film is published, whole."""
        return self._video_folder(video).is_dir()

    def publish_video(
        self, video: VideoId, files: Mapping[str, bytes], pieced: Pieced | None = None, scenes: Sequence[str] = (),
        sound: bytes = b"",
    ) -> Path:  # fmt: skip
        """All files of a film at once. A film that is there already stays as it is: films are immutable.

        files: whole ones. pieced: those made of the scenes kept under the keys `scenes`, in the film's order, and of
        `sound`; see parts.py. None: a film that is only promised.
        """
        folder = self._video_folder(video)
        if folder.is_dir():
            return folder
        draft = folder.with_name(f"{video}.{secrets.token_hex(4)}.part")
        if pieced is not None:
            write_parts(draft, pieced, [_packets_of(self._scene_path(key)) for key in scenes], sound)
        return _write_folder(folder, files, draft)

    def _video_folder(self, video: str) -> Path:
        if not video.isalnum():
            raise NotFound("video", video, "ids are letters and digits")
        return self._folder / "videos" / video


def _told(seen: Likeness) -> dict[str, object]:
    looks = [[(f.left, f.top, f.right, f.bottom, f.sure) for f in faces] for faces in seen.looks]
    return {"every_s": seen.every_s, "aspect": seen.aspect, "looks": looks, "alike": seen.alike}


def _found(clip: Mapping[str, Any]) -> Likeness | None:
    """The faces in a clip as they were kept; None where they were not looked for."""
    told = clip.get("likeness")
    if told is None:
        return None
    looks = tuple(tuple(Face(*face) for face in faces) for faces in told["looks"])
    return Likeness(told["every_s"], told["aspect"], looks, tuple(told["alike"]))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(4)}.part")
    draft.write_bytes(data)
    draft.replace(path)


def _write_folder(folder: Path, files: Mapping[str, bytes], draft: Path | None = None) -> Path:
    """All files at once: a folder is there whole or not at all. One that is there already stays as it is.

    draft: a folder beside it that holds some of them.
    """
    draft = draft or folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.part")
    for name, data in files.items():
        target = draft / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    try:
        draft.rename(folder)
    except OSError:  # another run published the same meanwhile
        shutil.rmtree(draft)
        if not folder.is_dir():
            raise
    return folder


def _packed(scene: StoredScene) -> bytes:
    """Magic, SHA-256 of the rest, length of a JSON head, the head, the packets end to end."""
    told = asdict(scene) | {"texts": [astuple(text) for text in scene.texts]}
    rendition = scene.rendition
    told["rendition"] = {
        "sps": rendition.sps.hex(), "pps": rendition.pps.hex(), "timescale": rendition.timescale,
        "packets": [[len(p.data), p.duration, p.key] for p in rendition.packets],
    }  # fmt: skip
    head = json.dumps(told, separators=(",", ":")).encode()
    body = len(head).to_bytes(4, "little") + head + b"".join(p.data for p in rendition.packets)
    return _MAGIC + hashlib.sha256(body).digest() + body


def _packets_of(path: Path) -> Source:
    """Where a stored scene's packets begin."""
    at = len(_MAGIC) + 32
    with path.open("rb") as file:
        file.seek(at)
        return Source(path, at + 4 + int.from_bytes(file.read(4), "little"))


def _unpacked(data: bytes) -> StoredScene | None:
    start = len(_MAGIC) + 32
    body = data[start:]
    if data[: len(_MAGIC)] != _MAGIC or hashlib.sha256(body).digest() != data[len(_MAGIC) : start]:
        return None
    at = 4 + int.from_bytes(body[:4], "little")
    told = json.loads(body[4:at])
    packets = []
    for size, duration, key in told["rendition"]["packets"]:
        packets.append(Packet(body[at : at + size], duration, key))
        at += size
    encoded = told["rendition"]
    rendition = VideoRendition(
        bytes.fromhex(encoded["sps"]), bytes.fromhex(encoded["pps"]), encoded["timescale"], tuple(packets)
    )
    rests = tuple((first, length) for first, length in told["rests"])
    texts = tuple(Standing(*text) for text in told["texts"])
    return StoredScene(rendition, tuple(told["mean_luma"]), rests, told["errors"], texts, told["cpu_s"])
