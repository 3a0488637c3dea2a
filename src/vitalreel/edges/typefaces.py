"""The folder of font files, read file by file as they are asked for."""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from pathlib import Path

from vitalreel.lookup import Lookup


class FaceFiles(Lookup[bytes]):
    """Font file name -> content. It crosses process borders as the folder's name, so that no fonts are copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(sorted(p.name for p in folder.glob("*.tt[fc]")), partial(_read, folder))

    def digest(self, name: str) -> str:
        """SHA-256 of a file's content, read once a process for as long as the file stays as it is. Raises KeyError for none."""
        if name not in self:
            raise KeyError(name)
        path = self.folder / name
        seen = path.stat()
        return _digest(path, seen.st_size, seen.st_mtime_ns)


def _read(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


@lru_cache(256)
def _digest(path: Path, _size: int, _changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
