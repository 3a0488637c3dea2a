"""Files of a published film that lie in parts: heads of the film's own, and stretches of scenes and sound kept once.

A film's folder holds its small files as they are, `parts.bin` (the heads), `sound.bin` (the sound), `scenes/` (its scenes,
hard links into the store's) and `parts.json`, which says of which stretches its other files are made. Deleting a folder
or the store's scene takes nothing from any other film.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vitalreel.video.pieces import Pieced, Span

INDEX, HEADS, SOUND, SCENES = "parts.json", "parts.bin", "sound.bin", "scenes"
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds packets end to end, from a byte on."""

    path: Path
    start: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a film: stretches of files of its folder, each a path and a half-open range of bytes."""

    parts: tuple[tuple[Path, int, int], ...]

    @property
    def size(self) -> int:
        return sum(stop - start for _, start, stop in self.parts)

    @property
    def path(self) -> Path | None:
        """Where the file lies as it is; None where it lies in parts."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only[0] if only is not None and only[1:] == (0, only[0].stat().st_size) else None

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes of a half-open range, in chunks. stop: None for the end."""
        stop = self.size if stop is None else min(stop, self.size)
        at = 0
        for path, first, last in self.parts:
            begin, end = first + max(0, start - at), min(last, first + stop - at)
            at += last - first
            if begin < end:
                yield from _stretch(path, begin, end)


def write_parts(folder: Path, pieced: Pieced, scenes: Sequence[Source], sound: bytes) -> None:
    """Everything of `pieced` into `folder`: whole where a file is the film's own, else in parts.

    scenes: the files of the film's scenes, in its order. Each is linked into the folder, or copied where the disk has no
    hard links.
    """
    (folder / SCENES).mkdir(parents=True)
    for source in {scene.path: scene for scene in scenes}.values():
        _link(source.path, folder / SCENES / source.path.name)
    (folder / SOUND).write_bytes(sound)
    names = [HEADS, *(f"{SCENES}/{scene.path.name}" for scene in scenes), SOUND]
    starts = [0, *(scene.start for scene in scenes), 0]
    heads: bytearray = bytearray()
    index: dict[str, list[list[int]]] = {}
    for name, pieces in pieced.items():
        if len(pieces) == 1 and isinstance(pieces[0], bytes):
            (folder / name).write_bytes(pieces[0])
            continue
        rows = index.setdefault(name, [])
        for piece in pieces:
            if isinstance(piece, Span):
                number = piece.source + 1
                rows.append([number, starts[number] + piece.start, starts[number] + piece.stop])
            else:
                rows.append([0, len(heads), len(heads) + len(piece)])
                heads += piece
    (folder / HEADS).write_bytes(heads)
    (folder / INDEX).write_text(json.dumps({"files": names, "parts": index}, separators=(",", ":")), encoding="utf-8")


def stored(folder: Path, name: str) -> Stored | None:
    """A file of the film in `folder`, whole or in parts; None where it has none of that name."""
    path = folder / name
    if path.is_file():
        return Stored(((path, 0, path.stat().st_size),))
    found = _index(folder)
    rows = found.parts.get(name)
    return None if rows is None else Stored(tuple((folder / found.files[i], a, b) for i, a, b in rows))


def make_whole(folder: Path, to: Path, names: Sequence[str] = ()) -> None:
    """Files that lie in parts as files of their own in `to`. names: which; none named: all."""
    for name in names or _index(folder).parts:
        if not (to / name).is_file() and (found := stored(folder, name)) is not None:
            draft = to / f"{name}.part"
            with draft.open("wb") as file:
                file.writelines(found.read())
            draft.replace(to / name)


def copy_whole(folder: Path, to: Path) -> None:
    """The film in `folder` as any web server can hand it out: every file whole, nothing in parts.

    Files of that name that lie in `to` already, of another film perhaps, are replaced.
    """
    for name in _index(folder).parts:
        (to / name).unlink(missing_ok=True)
    ours = shutil.ignore_patterns(INDEX, HEADS, SOUND, SCENES)
    shutil.copytree(folder, to, dirs_exist_ok=True, ignore=ours)
    make_whole(folder, to)


@dataclass(frozen=True, slots=True)
class _Index:
    files: tuple[str, ...]
    parts: Mapping[str, Sequence[tuple[int, int, int]]]  # file name -> rows of: which file, from, to


def _index(folder: Path) -> _Index:
    path = folder / INDEX
    if not path.is_file():
        return _Index((), {})
    read = json.loads(path.read_text(encoding="utf-8"))
    return _Index(tuple(read["files"]), read["parts"])


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _stretch(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop:
            chunk = file.read(min(_CHUNK, stop - start))
            if not chunk:
                raise OSError(f"{path} ends at {start}, before {stop}")
            start += len(chunk)
            yield chunk
