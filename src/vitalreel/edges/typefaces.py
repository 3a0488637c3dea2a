"""The folder of font files, read file by file as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path


class FaceFiles(Mapping[str, bytes]):
    """Font file name -> content. It crosses process borders as the folder's name, so that no fonts are copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = tuple(sorted(p.name for p in folder.glob("*.tt[fc]")))

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return (self.folder / name).read_bytes()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
