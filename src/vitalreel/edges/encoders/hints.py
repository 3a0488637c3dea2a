"""Tells x264 which part of a picture is new, so that it does not search for what rests.

libavcodec reads such hints from a frame (AV_FRAME_DATA_VIDEO_HINT, read by libx264's `mb_info`), and PyAV has no call to
attach them: this module does, by libavutil's own function, on the AVFrame that a PyAV frame holds. Where that memory is, is
PyAV's own affair, so it is looked at only in versions this was proved with, and only after the addresses and the size found
there are those PyAV tells of itself. Everywhere else pictures are encoded without hints: the same pictures, slower.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import av

from vitalreel.ports import Rect

PROVED = ("18.1.",)
"""Versions of PyAV whose frames lie in memory as this module reads them."""
_FRAME_AT = 24
"""Bytes from a PyAV frame's beginning to its AVFrame*: after CPython's head of an object and the table of methods."""
_DATA_AT, _WIDTH_AT, _HEIGHT_AT = 0, 104, 108
"""Of AVFrame: the first plane's address; width and height, after eight addresses, eight line sizes and one more address."""
_CHANGED = 1  # AV_VIDEO_HINT_TYPE_CHANGED

Attach = Callable[[Any, Sequence[Rect]], None]
"""A PyAV video frame, and what is new on it; everything else is as in the picture encoded before."""


class _Hint(ctypes.Structure):
    """AVVideoHint of libavutil/video_hint.h."""

    _fields_ = (
        ("nb_rects", ctypes.c_size_t),
        ("rect_offset", ctypes.c_size_t),
        ("rect_size", ctypes.c_size_t),
        ("type", ctypes.c_int),
    )


class _Rect(ctypes.Structure):
    """AVVideoRect of libavutil/video_hint.h."""

    _fields_ = tuple((name, ctypes.c_uint32) for name in ("x", "y", "width", "height"))


@cache
def attach() -> Attach | None:
    """What attaches hints in this process; None where it cannot be done safely."""
    create = _creator() if av.__version__.startswith(PROVED) else None
    if create is None or not _as_expected(av.VideoFrame(64, 48, "yuv420p")):
        return None

    def hint(frame: Any, changed: Sequence[Rect]) -> None:
        areas = _on_picture(changed, frame.width, frame.height)
        place = create(_frame(frame), max(1, len(areas)))  # it gives no room for none
        if not place:
            raise MemoryError("libavutil has no memory for a frame's hints")
        head = _Hint.from_address(place)
        head.type, head.nb_rects = _CHANGED, len(areas)
        for number, area in enumerate(areas):
            of = _Rect.from_address(place + head.rect_offset + number * head.rect_size)
            of.x, of.y, of.width, of.height = area

    return hint


def _on_picture(changed: Sequence[Rect], width: int, height: int) -> list[tuple[int, int, int, int]]:
    """(x, y, width, height) of what is new and lies on the picture: libx264 believes what it is told."""
    areas = []
    for rect in changed:
        left, top = max(0, rect.left), max(0, rect.top)
        right, bottom = min(width, rect.right), min(height, rect.bottom)
        if left < right and top < bottom:
            areas.append((left, top, right - left, bottom - top))
    return areas


def _creator() -> Callable[[int, int], int | None] | None:
    """libavutil's function that gives a frame room for hints: of the library PyAV itself has loaded."""
    package = Path(av.__file__).parent
    found = sorted([*(package.parent / "av.libs").glob("libavutil-*.so*"), *(package / ".dylibs").glob("libavutil.*")])
    if len(found) != 1:
        return None
    try:
        create = ctypes.CDLL(str(found[0])).av_video_hint_create_side_data
    except (OSError, AttributeError):
        return None
    create.restype, create.argtypes = ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_size_t)
    call: Callable[[int, int], int | None] = create
    return call


def _frame(frame: Any) -> int:
    return int(ctypes.c_void_p.from_address(id(frame) + _FRAME_AT).value or 0)


def _as_expected(frame: Any) -> bool:
    """Whether the AVFrame found there is this frame's."""
    place = _frame(frame)
    if not place:
        return False
    data = ctypes.c_void_p.from_address(place + _DATA_AT).value
    size = tuple(ctypes.c_int.from_address(place + at).value for at in (_WIDTH_AT, _HEIGHT_AT))
    return bool(data == frame.planes[0].buffer_ptr and size == (frame.width, frame.height))
