"""Rewrites the voice model's quantised convolutions as matrix products, which processors with 8-bit dot products do faster.

A one-dimensional convolution over `taps` places is one product of a matrix: each row the taps' inputs side by side, each column
a filter. onnxruntime's ConvInteger multiplies two unsigned matrices and cannot use instructions for signed ones; MatMulInteger
with signed weights can. 128 is taken from every weight and from its zero point, which changes no product: the sums are the same
integers, and all that follows them in the graph is left as it was. What is spoken is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

SMALLEST = 64 * 64
"""Pairs of channels. Below, turning the input costs more than the product gains."""
SHIFT = 128
"""Between unsigned and signed bytes."""
SIDE = 64
"""Of the matrices by which `exact_model` tries a processor."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """A ConvInteger with one step and one group: what it reads, its filters (out, in, taps), and how far apart taps lie."""

    node: Any
    filters: np.ndarray[Any, np.dtype[np.uint8]]
    zero: int
    spread: int
    pads: tuple[int, int]


def in_products(model: bytes) -> bytes:
    """The same model with its large quantised convolutions as matrix products.

    Raises ValueError where there is none: another model, whose speed this would not change.
    """
    whole = onnx.load_model_from_string(model)
    graph = whole.graph
    known = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[Any] = []
    tensors: list[Any] = []
    for node in graph.node:
        found = _convolution(node, known)
        if found is None:
            nodes.append(node)
            continue
        more, weights = _product(found)
        nodes += more
        tensors += weights
    if not tensors:
        raise ValueError("the voice model has no quantised convolution")
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *tensors])
    return bytes(whole.SerializeToString())


def _convolution(node: Any, known: dict[str, Any]) -> Convolution | None:
    if node.op_type != "ConvInteger":
        return None
    filters = numpy_helper.to_array(known[node.input[1]])
    zero = numpy_helper.to_array(known[node.input[3]]).ravel()
    asked = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    plain = (
        asked.get("strides", [1]) == [1]
        and asked.get("group", 1) == 1
        and asked.get("auto_pad", b"NOTSET") == b"NOTSET"
    )
    if not plain or len(zero) > 1 or filters.dtype != np.uint8 or filters.shape[0] * filters.shape[1] < SMALLEST:
        return None
    before, after = asked.get("pads", [0, 0])
    return Convolution(node, filters, int(zero[0]), asked.get("dilations", [1])[0], (before, after))


def _product(one: Convolution) -> tuple[list[Any], list[Any]]:
    """The nodes that take its place, and the tensors they need."""
    name, taps = f"{one.node.name}/product", one.filters.shape[2]
    data, zero = one.node.input[0], one.node.input[2]
    turned = np.ascontiguousarray((one.filters.astype(np.int16) - SHIFT).astype(np.int8).transpose(2, 1, 0))
    tensors = [
        numpy_helper.from_array(turned.reshape(-1, one.filters.shape[0]), f"{name}/weights"),
        numpy_helper.from_array(np.array(one.zero - SHIFT, np.int8), f"{name}/zero"),
    ]
    nodes = [helper.make_node("Transpose", [data], [f"{name}/turned"], perm=[0, 2, 1])]
    rows = f"{name}/turned"
    if taps > 1:
        nodes += _side_by_side(name, zero, taps)
        tensors += _places(name, taps, one.spread, one.pads)
        rows = f"{name}/rows"
    inputs = [rows, f"{name}/weights", zero, f"{name}/zero"]
    nodes.append(helper.make_node("MatMulInteger", inputs, [f"{name}/sums"]))
    nodes.append(helper.make_node("Transpose", [f"{name}/sums"], [one.node.output[0]], perm=[0, 2, 1]))
    return nodes, tensors


def _side_by_side(name: str, zero: str, taps: int) -> Iterator[Any]:
    """What each tap reads, one beside the other; outside the input lies its zero point."""
    yield helper.make_node("Pad", [f"{name}/turned", f"{name}/pads", zero], [f"{name}/padded"])
    for tap in range(taps):
        places = [f"{name}/first{tap}", f"{name}/last{tap}", f"{name}/axis"]
        yield helper.make_node("Slice", [f"{name}/padded", *places], [f"{name}/tap{tap}"])
    yield helper.make_node("Concat", [f"{name}/tap{tap}" for tap in range(taps)], [f"{name}/rows"], axis=2)


def _places(name: str, taps: int, spread: int, pads: tuple[int, int]) -> Iterator[Any]:
    def numbers(what: str, *values: int) -> Any:
        return numpy_helper.from_array(np.array(values, np.int64), f"{name}/{what}")

    yield numbers("pads", 0, pads[0], 0, 0, pads[1], 0)
    yield numbers("axis", 1)
    for tap in range(taps):
        yield numbers(f"first{tap}", tap * spread)
        left = (taps - 1 - tap) * spread  # what later taps read beyond this one's last
        yield numbers(f"last{tap}", -left if left else np.iinfo(np.int64).max)


def exact_model() -> bytes:
    """A product of the largest and smallest bytes there are, `rows` (SIDE, SIDE) by fixed weights, with the weights as `weights`.

    Some processors add such products in 16 bits and cut off what does not fit; whoever runs this can see whether theirs does.
    """
    weights = np.where(np.add.outer(np.arange(SIDE), np.arange(SIDE)) % 3 == 0, -128, 127).astype(np.int8)
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node("MatMulInteger", ["rows", "fixed"], ["sums"]),
            helper.make_node("Identity", ["fixed"], ["weights"]),
        ],
        "exact",
        [tensor("rows", onnx.TensorProto.UINT8, [SIDE, SIDE])],
        [tensor("sums", onnx.TensorProto.INT32, [SIDE, SIDE]), tensor("weights", onnx.TensorProto.INT8, [SIDE, SIDE])],
        [numpy_helper.from_array(weights, "fixed")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    return bytes(model.SerializeToString())
