"""Kokoro-82M, int8, on the CPU: the voice of films. Word times come from the model's own duration predictor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from vitalreel.edges.voices.english import READING, English
from vitalreel.edges.voices.recital import PACE, recite
from vitalreel.errors import BadInput, Unavailable
from vitalreel.ports import Samples, Speech
from vitalreel.sound.casting import KOKORO

PRODUCTS, EXACT = "kokoro-products.onnx", "exact.onnx"
"""The same model with its convolutions as products of signed bytes, and a model that tells whether those are exact here."""


class Kokoro:
    """Speaks with one voice of the model in `assets` (the folder `make setup` fills). One thread; load once a process.

    speed: 1 is the model's own pace. Raises Unavailable where the model or the voice is not there, BadInput for a voice
    that is not one of casting.KOKORO.
    """

    def __init__(self, assets: Path, voice: str = "af_heart", speed: float = PACE) -> None:
        if voice not in KOKORO:
            raise BadInput("voice", f"no voice {voice!r}", f"use one of {', '.join(KOKORO)}")
        self._model, self._style = assets / "kokoro.onnx", assets / "voices" / f"{voice}.bin"
        for path in (self._model, *(assets / file for file in (PRODUCTS, EXACT)), self._style):
            if not path.is_file():
                raise Unavailable(f"voice {voice}", f"{path} is missing", "run `make setup`")
        self._voice, self._speed = voice, speed

    @cached_property
    def name(self) -> str:
        """Engine, what its files hold, voice, speed and reading."""
        digest = hashlib.sha256()
        for path in (self._model, self._style):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return f"kokoro-82m:{digest.hexdigest()[:12]}:{self._voice}:{self._speed:g}:{READING}"

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        return recite(text, sounds, self._english, self._utter)

    @cached_property
    def _english(self) -> English:
        return English(british=self._voice.startswith("b"))

    @cached_property
    def _styles(self) -> NDArray[np.float32]:
        """(510, 256): the voice's manner, by how many phonemes it has to say."""
        return np.fromfile(self._style, "<f4").reshape(-1, 256)

    def _utter(self, ids: Sequence[int]) -> tuple[Samples, NDArray[np.float32]]:
        style = self._styles[min(len(ids), len(self._styles)) - 1]
        feeds = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": style[None],
            "speed": np.array([self._speed], np.float32),
        }
        samples, frames = _session(self._model).run(None, feeds, _giving_back())[:2]
        return samples.ravel(), frames.ravel()


@cache
def _session(model: Path) -> ort.InferenceSession:
    """The model, loaded once a process whatever voices speak: they differ in their styles alone.

    As products it takes little more than half the time and says the same to the last bit, where products of bytes are exact.
    """
    quick = products_are_exact(_loaded(model.with_name(EXACT)))
    return _loaded(model.with_name(PRODUCTS) if quick else model)


def products_are_exact(tried: ort.InferenceSession) -> bool:
    """Whether this processor multiplies and adds bytes without cutting sums off at 16 bits, as some without VNNI do.

    tried: what tools/products.py makes to find out.
    """
    rows: NDArray[np.uint8] = np.array([[255, 0, 255, 255], [255, 255, 1, 0]], np.uint8)
    (shape,) = (given.shape for given in tried.get_inputs())
    rows = np.tile(rows, (shape[0] // 2, shape[1] // 4))
    sums, weights = tried.run(None, {"rows": rows})
    return np.array_equal(sums, rows.astype(np.int32) @ weights.astype(np.int32))


def _loaded(model: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    as_asked = ("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})  # not to the next power of two
    return ort.InferenceSession(str(model), options, providers=[as_asked])


def _giving_back() -> ort.RunOptions:
    """What a sentence was worked out in goes back to the system after it: a quarter of a gigabyte for eight seconds of speech."""
    options = ort.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options
