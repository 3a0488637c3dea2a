"""The music of a workspace's films: a family's bed, composed, or the company's own file, looped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vitalreel.edges.decoders.recording import recording
from vitalreel.errors import BadInput
from vitalreel.ports import Samples
from vitalreel.sound.music import FAMILIES, bed, is_file, looped


@dataclass(frozen=True, slots=True)
class Beds:
    """Beds by name. folder: the workspace, in which a company's own files are named."""

    folder: Path

    def named(self, music: str) -> str:
        """What a film's document calls its music: the family, or the file with what it holds, so that another file is another film.

        "" for none. Raises BadInput where there is no such family or file.
        """
        if not is_file(music):
            if music and music not in FAMILIES:
                raise BadInput("music", f"no family {music!r}", f"use one of {', '.join(FAMILIES)}, or none")
            return music
        path = self._path(music)
        if not path.is_file():
            raise BadInput(f"music {music}", f"there is no file {path}", "put it into the workspace")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"{music}#{digest[:12]}"

    def bed(self, name: str, seconds: float, seed: int) -> Samples | None:
        """(n, 2) at 48 kHz of a name that `named` gave; None for a film without music. Raises BadInput as `recording` does."""
        if not name:
            return None
        file, mark, _ = name.rpartition("#")
        return looped(recording(self._path(file)), seconds) if mark else bed(name, seconds, seed)

    def _path(self, music: str) -> Path:
        return self.folder / music
