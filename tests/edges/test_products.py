"""The voice model's convolutions as products of signed bytes: the same speech, and used only where the products are exact."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from vitalreel.edges.voices import kokoro
from vitalreel.edges.voices.kokoro import EXACT, PRODUCTS, Kokoro, products_are_exact

VOICE = Path(os.environ.get("VITALREEL_ASSETS") or Path(__file__).resolve().parents[2] / "var" / "assets") / "voice"
LINE = "Forty-one per cent lower."


def _session(file: str) -> ort.InferenceSession:
    if not (VOICE / file).is_file():
        pytest.skip("the neural voice is not assembled: run `make setup`")
    return kokoro._loaded(VOICE / file)


def test_both_models_say_the_same_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """V12: a take spoken on one machine is the take of another, whichever of the two its processor can use."""
    if not products_are_exact(_session(EXACT)):
        pytest.skip("this processor's products of signed bytes are not exact: it speaks with the plain model")
    said = []
    for file in ("kokoro.onnx", PRODUCTS):
        session = _session(file)
        monkeypatch.setattr(kokoro, "_session", lambda _, session=session: session)
        said.append(Kokoro(VOICE).speak(LINE, {}))

    assert np.array_equal(said[0].samples, said[1].samples)
    assert said[0].words == said[1].words


def test_the_convolutions_became_products() -> None:
    """All but the few small ones, which product and turning would make slower."""
    kinds = [_operators((VOICE / file).read_bytes()) for file in ("kokoro.onnx", PRODUCTS) if _session(file)]

    assert kinds[0]["ConvInteger"] > 10 * kinds[1]["ConvInteger"] > 0
    assert kinds[1]["MatMulInteger"] - kinds[0]["MatMulInteger"] == kinds[0]["ConvInteger"] - kinds[1]["ConvInteger"]


def _operators(model: bytes) -> dict[str, int]:
    import onnx

    names = [node.op_type for node in onnx.load_model_from_string(model).graph.node]
    return {name: names.count(name) for name in ("ConvInteger", "MatMulInteger")}


class Cutting:
    """A processor that adds pairs of products in 16 bits and cuts off what does not fit, as AVX2's vpmaddubsw does."""

    def __init__(self, honest: ort.InferenceSession) -> None:
        self.honest = honest

    def get_inputs(self) -> list[ort.NodeArg]:
        return list(self.honest.get_inputs())

    def run(self, names: None, given: dict[str, NDArray[np.uint8]]) -> list[NDArray[np.int32]]:
        _, weights = self.honest.run(names, given)
        terms = given["rows"].astype(np.int32)[:, :, None] * weights.astype(np.int32)[None]
        pairs = np.clip(terms[:, 0::2] + terms[:, 1::2], -(1 << 15), (1 << 15) - 1)
        return [pairs.sum(axis=1), weights]


def test_a_processor_that_cuts_sums_off_is_told() -> None:
    """It keeps the plain model, which is right everywhere."""
    honest = _session(EXACT)

    assert not products_are_exact(Cutting(honest))  # type: ignore[arg-type]
    sums, weights = honest.run(None, {"rows": (rows := np.full(tuple(honest.get_inputs()[0].shape), 3, np.uint8))})
    assert np.array_equal(sums, rows.astype(np.int32) @ weights.astype(np.int32))
