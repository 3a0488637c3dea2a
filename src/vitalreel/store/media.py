"""Media files: scenes found again by fingerprint, and whole films, each published as a folder at once."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from vitalreel.errors import NotFound
from vitalreel.identity import VideoId
from vitalreel.ports import Packet, VideoRendition
from vitalreel.store.parts import Source, write_parts
from vitalreel.video.pieces import Pieced

_MAGIC = b"vitalreel scene 1\n"


@dataclass(frozen=True, slots=True)
class StoredScene:
    """One encoded scene with what was measured on it."""

    rendition: VideoRendition
    mean_luma: tuple[float, ...]
    longest_frozen: tuple[int, int]
    errors: int
    boxes: tuple[tuple[str, float, float, float, float], ...]  # text as drawn: text, left, top, right, bottom in px
    cpu_s: float  # what it cost to make


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
        self, video: VideoId, files: Mapping[str, bytes], pieced: Pieced, scenes: Sequence[str], sound: bytes
    ) -> Path:
        """All files of a film at once. A film that is there already stays as it is: films are immutable.

        files: whole ones. pieced: those made of the scenes kept under the keys `scenes`, in the film's order, and of
        `sound`; see parts.py.
        """
        folder = self._video_folder(video)
        if folder.is_dir():
            return folder
        draft = folder.with_name(f"{video}.{secrets.token_hex(4)}.part")
        write_parts(draft, pieced, [_packets_of(self._scene_path(key)) for key in scenes], sound)
        for name, data in files.items():
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        try:
            draft.rename(folder)
        except OSError:  # another run published the same film meanwhile
            shutil.rmtree(draft)
            if not folder.is_dir():
                raise
        return folder

    def _video_folder(self, video: str) -> Path:
        if not video.isalnum():
            raise NotFound("video", video, "ids are letters and digits")
        return self._folder / "videos" / video


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(4)}.part")
    draft.write_bytes(data)
    draft.replace(path)


def _packed(scene: StoredScene) -> bytes:
    """Magic, SHA-256 of the rest, length of a JSON head, the head, the packets end to end."""
    told = asdict(scene)
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
    first, length = told["longest_frozen"]
    boxes = tuple((text, left, top, right, bottom) for text, left, top, right, bottom in told["boxes"])
    return StoredScene(rendition, tuple(told["mean_luma"]), (first, length), told["errors"], boxes, told["cpu_s"])
