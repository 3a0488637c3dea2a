"""What a recogniser heard of a take, kept beside it: a sentence is listened to once, in whatever film it is said."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from pathlib import Path

from vitalreel.edges.voices.cache import Sentence, take_key
from vitalreel.sound.heard import Hearing


class Hearings:
    """A folder of takes with a `.heard` file beside each that was listened to."""

    def __init__(self, folder: Path, voice: str) -> None:
        self._folder, self._voice = folder, voice

    def of(self, voice: str) -> Hearings:
        """Those of another voice's takes in the same folder."""
        return Hearings(self._folder, voice)

    def find(self, sentence: Sentence, by: str) -> Hearing | None:
        """What the recogniser `by` heard of a sentence's take; None where it has not listened, or the file is not whole."""
        path = self._path(sentence)
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return Hearing(told["text"], told["again"], told["late_s"]) if told["by"] == by else None
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def keep(self, sentence: Sentence, by: str, heard: Hearing) -> None:
        """Store it, whole or not at all."""
        path = self._path(sentence)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        part.write_text(json.dumps({"by": by, **asdict(heard)}, ensure_ascii=False), encoding="utf-8")
        part.replace(path)

    def _path(self, sentence: Sentence) -> Path:
        key = take_key(sentence, self._voice)
        return self._folder / key[:2] / f"{key}.heard"
