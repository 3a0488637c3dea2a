"""Takes kept by what was said, so that nothing is spoken twice, by whatever process."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from vitalreel.identity import fingerprint
from vitalreel.ports import Done, Give, Samples, Speech, SpokenWord, Voice

_MAGIC = b"vitalreel take 1\n"
_FULL_SCALE = 32767


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a take is made of, beside the voice."""

    text: str
    sounds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Take:
    """A sentence spoken, and what that took this time."""

    speech: Speech
    cpu_s: float
    again: bool  # found, or being spoken for somebody else already


def take_key(sentence: Sentence, voice: str) -> str:
    """The fingerprint of a take: of the text, the voice's name and the pronunciation."""
    return fingerprint(sentence.text, voice, sentence.sounds)


class CachedVoice:
    """A Voice whose takes are files in a folder, named by fingerprint of text, voice and pronunciation.

    make: builds the voice, in this process and in others, so it must pickle: `functools.partial(Kokoro, assets, "af_heart")`.
    A take is 16-bit in its file and in what is returned, stored or fresh, so that both are the same samples. A file that
    fails its checksum is made again. What a killed run had spoken is not spoken again. Thread-safe.
    """

    def __init__(self, make: Callable[[], Voice], folder: Path) -> None:
        self._make, self._folder = make, folder
        self._voice = make()
        self._lock = threading.Lock()
        self._speaking: dict[str, Future[Done[Speech]]] = {}

    @property
    def name(self) -> str:
        return self._voice.name

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        return self.take(Sentence(text, sounds)).result().speech

    def take(self, sentence: Sentence, give: Give | None = None) -> Future[Take]:
        """The sentence, spoken: found, or made by `give` (None: here and now). A sentence asked for twice is spoken once."""
        key = take_key(sentence, self.name)
        taken: Future[Take] = Future()
        with self._lock:
            making = self._speaking.get(key)
            again = making is not None
            if making is None:
                if (found := load(self._path(key))) is not None:
                    taken.set_result(Take(found, 0.0, True))
                    return taken
                _here.setdefault(self.name, self._voice)
                work = partial(_speak, self._make, self.name, self._path(key), sentence)
                making = self._speaking[key] = (give or _now)(work)
        making.add_done_callback(partial(self._spoken, key, taken, again))
        return taken

    def _spoken(self, key: str, taken: Future[Take], again: bool, made: Future[Done[Speech]]) -> None:
        self._speaking.pop(key, None)
        if made.cancelled():
            taken.cancel()
        elif (error := made.exception()) is not None:
            taken.set_exception(error)
        else:
            done = made.result()
            taken.set_result(Take(done.value, 0.0 if again else done.cpu_s, again))

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.take"


def load(path: Path) -> Speech | None:
    """The take in a file; None where there is none, or not the one that was written."""
    try:
        return unpacked(path.read_bytes())
    except FileNotFoundError:  # never made, or swept away
        return None


def store(path: Path, speech: Speech) -> Speech:
    """Write a take, whole or not at all, and answer it as it will be found again."""
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


_here: dict[str, Voice] = {}
"""This process's voices by name, each loaded once."""


def voice_here(make: Callable[[], Voice], name: str) -> Voice:
    """The voice of that name in this process, made the first time."""
    if name not in _here:
        _here[name] = make()
    return _here[name]


def _speak(make: Callable[[], Voice], name: str, path: Path, sentence: Sentence) -> Speech:
    """Speak and keep a take; made to run in any process."""
    return store(path, voice_here(make, name).speak(sentence.text, sentence.sounds))


def _now(work: Callable[[], Speech]) -> Future[Done[Speech]]:
    done: Future[Done[Speech]] = Future()
    began = time.thread_time()
    try:
        done.set_result(Done(work(), time.thread_time() - began))
    except Exception as e:  # noqa: BLE001 (whoever asks for the result gets it)
        done.set_exception(e)
    return done
