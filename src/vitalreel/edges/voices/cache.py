"""Takes kept by what was said, so that nothing is spoken twice; missing ones are spoken by several processes at once."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from vitalreel.identity import fingerprint
from vitalreel.ports import Samples, Speech, SpokenWord, Voice

_MAGIC = b"vitalreel take 1\n"
_FULL_SCALE = 32767
ALONE = 3
"""Fewer missing sentences than this for each worker are not worth loading the model into another process."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a take is made of, beside the voice."""

    text: str
    sounds: Mapping[str, str]


class CachedVoice:
    """A Voice whose takes are files in a folder, named by fingerprint of text, voice and pronunciation.

    make: builds the voice, in this process and in workers, so it must pickle: `functools.partial(Kokoro, assets, "af_heart")`.
    A take is 16-bit in its file and in what is returned, stored or fresh, so that both are the same samples. A file that
    fails its checksum is made again. `hits` and `misses` count since this was made.
    """

    def __init__(self, make: Callable[[], Voice], folder: Path) -> None:
        self._make, self._folder = make, folder
        self._voice = make()
        self.hits = self.misses = 0

    @property
    def name(self) -> str:
        return self._voice.name

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        return self.speak_all([Sentence(text, sounds)])[0]

    def speak_all(
        self,
        sentences: Sequence[Sentence],
        workers: int = 1,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Speech]:
        """Every sentence spoken, in the order given.

        workers: processes at most, of one thread each. progress: called with (missing sentences spoken, missing in all),
        first with 0. Each take is stored as it is made: what a killed run had spoken is not spoken again.
        """
        keys = [fingerprint(s.text, self.name, s.sounds) for s in sentences]
        found = {key: take for key in set(keys) if (take := self._load(key)) is not None}
        missing = {key: s for key, s in zip(keys, sentences, strict=True) if key not in found}
        self.misses += len(missing)
        self.hits += len(keys) - len(missing)
        progress(0, len(missing))
        for done, (key, speech) in enumerate(self._made(missing, workers), start=1):
            found[key] = self._store(key, speech)
            progress(done, len(missing))
        return [found[key] for key in keys]

    def _made(self, missing: Mapping[str, Sentence], workers: int) -> Iterator[tuple[str, Speech]]:
        hands = min(workers, len(missing) // ALONE)
        if hands < 2:
            for key, sentence in missing.items():
                yield key, self._voice.speak(sentence.text, sentence.sounds)
            return
        # spawned, not forked: a fork would copy the threads' locks of onnxruntime but not the threads
        with ProcessPoolExecutor(hands, get_context("spawn"), _load_voice, (self._make,)) as pool:
            longest_first = sorted(missing.items(), key=lambda item: -len(item[1].text))
            waiting = {pool.submit(_speak, s.text, dict(s.sounds)): key for key, s in longest_first}
            for ready in as_completed(waiting):
                yield waiting[ready], ready.result()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.take"

    def _load(self, key: str) -> Speech | None:
        try:
            return unpacked(self._path(key).read_bytes())
        except FileNotFoundError:  # never made, or swept away
            return None

    def _store(self, key: str, speech: Speech) -> Speech:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            with part.open("wb") as file:
                file.write(packed(speech))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return replace(speech, samples=_decoded(_encoded(speech.samples)))


def packed(speech: Speech) -> bytes:
    """A take as bytes: magic, SHA-256 of the rest, length of a JSON head, the head, 16-bit samples."""
    head = json.dumps(
        {"rate_hz": speech.rate_hz, "words": [[w.text, w.at, w.start_s, w.end_s] for w in speech.words]},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    body = len(head).to_bytes(4, "little") + head + _encoded(speech.samples)
    return _MAGIC + hashlib.sha256(body).digest() + body


def unpacked(data: bytes) -> Speech | None:
    """The take in `data`; None if it is not the one that was written: cut short, altered or of another make."""
    start = len(_MAGIC) + 32
    body = data[start:]
    if data[: len(_MAGIC)] != _MAGIC or hashlib.sha256(body).digest() != data[len(_MAGIC) : start]:
        return None
    end = 4 + int.from_bytes(body[:4], "little")
    head = json.loads(body[4:end])
    return Speech(_decoded(body[end:]), head["rate_hz"], tuple(SpokenWord(*word) for word in head["words"]))


def _encoded(samples: Samples) -> bytes:
    return np.rint(np.clip(samples, -1, 1) * _FULL_SCALE).astype("<i2").tobytes()


def _decoded(data: bytes) -> Samples:
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(_FULL_SCALE)


_here: list[Voice] = []
"""This worker's own voice, loaded once; empty in every other process."""


def _load_voice(make: Callable[[], Voice]) -> None:
    _here[:] = [make()]


def _speak(text: str, sounds: Mapping[str, str]) -> Speech:
    return _here[0].speak(text, sounds)
