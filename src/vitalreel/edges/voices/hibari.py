"""Hibari "heart", some seventy times cheaper than Kokoro and distilled from it: the voice of drafts and tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import hibari.dsp
import hibari.voices
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from vitalreel.edges.voices.english import READING, English
from vitalreel.edges.voices.recital import PACE, recite
from vitalreel.errors import Unavailable
from vitalreel.ports import Samples, Speech

TIMING = bytes.fromhex("3a1862160a0e") + b"/Clip_output_0" + bytes.fromhex("12040a020801")
"""Protobuf messages that are concatenated merge: these bytes make the durations an output of the ONNX model."""


class Hibari:
    """Speaks with the one voice its package carries; nothing is fetched. One thread; load once a process.

    speed: 1 is the model's own pace. Raises Unavailable where the package came without its model.
    """

    def __init__(self, speed: float = PACE) -> None:
        self._model = Path(hibari.voices.ASSETS) / "hibari.onnx"
        if not self._model.is_file():
            raise Unavailable("voice hibari", f"{self._model} is missing", "run `make setup`")
        self._speed = speed

    @cached_property
    def name(self) -> str:
        """Engine, what its file holds, voice, speed and reading."""
        digest = hashlib.sha256(self._model.read_bytes()).hexdigest()[:12]
        return f"hibari:{digest}:heart:{self._speed:g}:{READING}"

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        return recite(text, sounds, self._english, self._utter)

    @cached_property
    def _english(self) -> English:
        return English(british=False)

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return ort.InferenceSession(self._model.read_bytes() + TIMING, options, providers=["CPUExecutionProvider"])

    def _utter(self, ids: Sequence[int]) -> tuple[Samples, NDArray[np.float32]]:
        feeds = {"ids": np.array([[0, *ids, 0]], np.int64), "speed": np.array([self._speed], np.float32)}
        *spectrum, frames = self._session.run(None, feeds)
        breath = np.random.default_rng(0)  # the unvoiced part is noise; a fixed one makes equal takes of equal text
        samples: Samples = hibari.dsp.synth(*(part[0] for part in spectrum), breath)
        return samples, frames.ravel()
