"""A folder of CSV, JSON Lines or Parquet files as a Source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from vitalreel.edges.connectors.formats import read_table
from vitalreel.errors import BadInput
from vitalreel.ports import Arrived


class Files:
    """Reads tables from one folder. Paths may not leave it."""

    def __init__(self, folder: Path, encoding: str = "utf-8") -> None:
        """encoding: of CSV and JSON Lines."""
        self._folder, self._encoding = folder, encoding

    def read(self, tables: Mapping[str, str]) -> Iterator[Arrived]:
        """tables: name -> path inside the folder, ending in .csv, .tsv, .jsonl or .parquet.

        Raises BadInput naming file and line where one is missing or cannot be read.
        """
        for name, path in tables.items():
            file = self._inside(path)
            try:
                with file.open("rb") as content:
                    digest = hashlib.file_digest(content, "sha256").hexdigest()[:32]
                yield Arrived(name, path, read_table(file, path, self._encoding), digest)
            except OSError as e:
                raise BadInput(path, f"cannot be read: {e.strerror}", f"check {file}") from e

    def _inside(self, path: str) -> Path:
        root = self._folder.resolve()
        file = (root / path).resolve()
        if not file.is_relative_to(root):
            raise BadInput(path, "lies outside the folder of the data", "put the file inside and name it from there")
        if not file.is_file():
            there = (
                ", ".join(sorted(p.name for p in file.parent.glob("*") if p.is_file())[:8])
                if file.parent.is_dir()
                else ""
            )
            raise BadInput(
                path, f"there is no such file in {file.parent}", f"there are: {there}" if there else "check --data"
            )
        return file
