"""A second H.264 decoder, by other people than libavcodec's: Cisco's OpenH264, where the system has its library."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

NAMES = ("libopenh264.so.7", "libopenh264.so.8", "libopenh264.so.6")
PACKAGE = "libopenh264-7"


class _Property(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint), ("kind", ctypes.c_int))


class _Parameters(ctypes.Structure):
    """SDecodingParam of codec_app_def.h."""

    _fields_ = (
        ("file", ctypes.c_char_p), ("load", ctypes.c_uint), ("layer", ctypes.c_ubyte), ("conceal", ctypes.c_int),
        ("parse_only", ctypes.c_bool), ("video", _Property),
    )  # fmt: skip


class _Memory(ctypes.Structure):
    _fields_ = (
        ("width", ctypes.c_int), ("height", ctypes.c_int), ("format", ctypes.c_int), ("stride", ctypes.c_int * 2),
    )  # fmt: skip


class _Info(ctypes.Structure):
    """SBufferInfo: `planes` are filled from version 2.0 on."""

    _fields_ = (
        ("ready", ctypes.c_int), ("time_in", ctypes.c_ulonglong), ("time_out", ctypes.c_ulonglong), ("memory", _Memory),
        ("planes", ctypes.c_void_p * 3),
    )  # fmt: skip


_METHODS = ("initialize", "uninitialize", "decode_frame", "decode_no_delay", "decode_2", "flush")
"""The head of ISVCDecoderVtbl, in its order (codec_api.h)."""


def pictures(units: Sequence[bytes]) -> list[NDArray[np.uint8]]:
    """Every access unit (annex B) decoded, as (height * 3 // 2, width) yuv420p.

    Fails the test where the library is absent, unless the machine is to do without system packages (SKIP_SYSTEM=1): then it
    is skipped. Raises AssertionError where the decoder finds anything wrong: it is told
    to hide nothing.
    """
    with _decoder() as (decoder, call):
        found = [picture for unit in units for picture in _decoded(decoder, call["decode_no_delay"], unit)]
        for _ in range(len(units) - len(found)):  # what it holds back for reordering
            info, planes = _Info(), (ctypes.c_void_p * 3)()
            state = call["flush"](decoder, planes, ctypes.byref(info))
            assert (0, 1) == (state, info.ready), f"OpenH264 has no more pictures: {state:#x}"
            found.append(_picture(info))
    return found


def _decoded(decoder: Any, decode: Any, unit: bytes) -> Iterator[NDArray[np.uint8]]:
    info, planes = _Info(), (ctypes.c_void_p * 3)()
    state = decode(decoder, unit, len(unit), planes, ctypes.byref(info))
    assert state == 0, f"OpenH264 reports {state:#x}"
    if info.ready == 1:
        yield _picture(info)


def _picture(info: _Info) -> NDArray[np.uint8]:
    width, height = info.memory.width, info.memory.height
    out = []
    for place, stride, w, h in zip(
        info.planes, (info.memory.stride[0], *[info.memory.stride[1]] * 2), (width, width // 2, width // 2),
        (height, height // 2, height // 2), strict=True,
    ):  # fmt: skip
        raw = np.ctypeslib.as_array(ctypes.cast(place, ctypes.POINTER(ctypes.c_ubyte)), (h, stride))
        out.append(raw[:, :w].reshape(-1).copy())
    return np.concatenate(out).reshape(height * 3 // 2, width)


@contextmanager
def _decoder() -> Iterator[tuple[Any, dict[str, Any]]]:
    library = next(filter(None, map(_library, NAMES)), None)
    if library is None:
        lacks = f"NO SECOND DECODER: skip slices are checked by libavcodec alone; apt-get install {PACKAGE}"
        if os.environ.get("SKIP_SYSTEM") == "1":
            pytest.skip(lacks)
        pytest.fail(f"{lacks}, or set SKIP_SYSTEM=1 to go without", pytrace=False)
    decoder = ctypes.c_void_p()
    assert library.WelsCreateDecoder(ctypes.byref(decoder)) == 0
    table = ctypes.cast(decoder, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    planes, info = ctypes.POINTER(ctypes.c_void_p * 3), ctypes.POINTER(_Info)
    kinds = {
        "initialize": (ctypes.c_long, ctypes.c_void_p, ctypes.POINTER(_Parameters)),
        "uninitialize": (ctypes.c_long, ctypes.c_void_p),
        "decode_no_delay": (ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, planes, info),
        "flush": (ctypes.c_int, ctypes.c_void_p, planes, info),
    }
    call = {name: ctypes.CFUNCTYPE(*kind)(table[_METHODS.index(name)]) for name, kind in kinds.items()}
    wanted = _Parameters(layer=255, conceal=0, video=_Property(ctypes.sizeof(_Property), 0))
    assert call["initialize"](decoder, ctypes.byref(wanted)) == 0
    try:
        yield decoder, call
    finally:
        call["uninitialize"](decoder)
        library.WelsDestroyDecoder(decoder)


def _library(name: str) -> Any:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None
