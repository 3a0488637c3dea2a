"""The folder of font files, read file by file as they are asked for."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from vitalreel.lookup import Lookup


class FaceFiles(Lookup[bytes]):
    """Font file name -> content. It crosses process borders as the folder's name, so that no fonts are copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(sorted(p.name for p in folder.glob("*.tt[fc]")), partial(_read, folder))


def _read(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()
