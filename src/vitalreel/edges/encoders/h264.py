"""Pictures to H.264: x264 looks only at what moves, and pictures that repeat exactly are written as ready-made slices.

A repeat costs x264 4.5 ms of CPU at 1080p, though it finds nothing to code; written as one P slice in which every
macroblock is skipped it costs next to nothing. Such a slice is the same for every picture but for frame_num, so one is
made per size and setting and its number set. Constant quantiser, one reference, no B pictures and no weighted prediction
make it valid at any place; picture order type 2 makes frame_num the only number to keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType

from vitalreel.edges.encoders.colour import Planes
from vitalreel.edges.encoders.h264_bits import (
    PPS,
    SLICE,
    SPS,
    frame_num_bits,
    kind,
    length_prefixed,
    renumbered,
    units,
)
from vitalreel.edges.encoders.hints import attach
from vitalreel.errors import BadInput, Unavailable
from vitalreel.ports import Frame, Packet, Rect, VideoRendition

REVISION = 3
"""Raise it with any change here or in colour.py that makes other bytes of the same pictures."""
TICKS_PER_FRAME = 1000
_GLOBAL_HEADER = 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: SPS and PPS beside the stream, not in it
_BT709, _LIMITED = 1, 1
_STITCHABLE = (
    "bframes=0:ref=1:weightp=0:scenecut=0:b-adapt=0:no-mbtree=1:rc-lookahead=0:sync-lookahead=0:sliced-threads=0"
    ":force-cfr=1:stitchable=1:keyint=9999:min-keyint=1:open-gop=0:cabac=1:8x8dct=1"
)


@dataclass(frozen=True, slots=True)
class SkipEncoder:
    """A PictureEncoder for drawn scenes.

    preset, quantiser: x264's. gop_s: seconds between key pictures, 4 to 5. skip: False is the plain path, in which x264
    codes repeats too: 2.5 times the CPU, for a player or checker that should not trust written slices. hints: x264 is told
    what rests (hints.py) where it can be told; False: it looks for itself.
    Every setting gives the same SPS and PPS, so scenes of different settings may be joined.
    """

    preset: str = "veryfast"
    quantiser: int = 22
    gop_s: float = 5.0
    skip: bool = True
    hints: bool = True

    @property
    def name(self) -> str:
        """Every setting, the revision of this file and the build of x264: scenes of another are no longer found."""
        settings = " ".join(f"{f.name}={getattr(self, f.name)}" for f in fields(self))
        return f"h264 {REVISION}, PyAV {av.__version__}, {settings}"

    def encode(self, frames: Iterator[Frame], width_px: int, height_px: int, fps: int) -> VideoRendition:
        """One scene in closed groups of pictures; constant frame rate.

        A key picture is never the last one: two scenes joined would then have two in a row with the same idr_pic_id.
        Raises BadInput for no frames, frames of another size or a first frame that does not say it is new.
        """
        return _Encoding(self, width_px, height_px, fps).run(frames)


class _Encoding:
    """One run over one scene."""

    def __init__(self, settings: SkipEncoder, width_px: int, height_px: int, fps: int) -> None:
        self._settings, self._size, self._fps = settings, (width_px, height_px), fps
        self._gop = max(2, round(settings.gop_s * fps))
        self._context = _opened(settings, width_px, height_px, fps)
        header = units(bytes(self._context.extradata))
        self._sps, self._pps = (next(u for u in header if kind(u) == wanted) for wanted in (SPS, PPS))
        self._width = frame_num_bits(self._sps)
        self._hold = _hold_slice(settings, width_px, height_px, fps) if settings.skip else b""
        self._planes = Planes(width_px, height_px)
        self._key_at = 0

    def run(self, frames: Iterator[Frame]) -> VideoRendition:
        packets, number = [], 0
        frame = next(frames, None)
        if frame is None or frame.changed is not None:
            raise BadInput(
                "video", "a scene without a first picture", "give at least one frame, the first with changed=None"
            )
        while frame is not None:
            changed: tuple[Rect, ...] | None = frame.changed
            self._take(frame)
            frame = next(frames, None)  # the planes hold the picture: its pixels may be drawn over from here
            key = number % self._gop == 0 and (number == 0 or frame is not None)
            packets.append(self._packet(number, key, changed))
            number += 1
        return VideoRendition(self._sps, self._pps, self._fps * TICKS_PER_FRAME, tuple(packets))

    def _take(self, frame: Frame) -> None:
        height, width = frame.pixels.shape[:2]
        if (width, height) != self._size:
            raise BadInput(
                "video", f"a frame of {width} x {height}", f"this scene is {self._size[0]} x {self._size[1]}"
            )
        self._planes.update(frame.pixels, frame.changed)

    def _packet(self, number: int, key: bool, changed: tuple[Rect, ...] | None) -> Packet:
        if key:
            self._key_at = number
            changed = None
        elif changed == () and self._settings.skip:
            found = [renumbered(self._hold, number - self._key_at, self._width)]
            return Packet(length_prefixed(found), TICKS_PER_FRAME, False)
        hinted = changed if self._settings.hints else None
        found = units(_coded(self._context, self._planes.buffer, number, key, hinted))
        if self._settings.skip and not key:
            found = [self._placed(unit, number) for unit in found]
        return Packet(length_prefixed(found), TICKS_PER_FRAME, key)

    def _placed(self, unit: bytes, number: int) -> bytes:
        """x264 counts only the pictures it was given; its slices are numbered among all."""
        return renumbered(unit, number - self._key_at, self._width) if kind(unit) == SLICE else unit


def _opened(settings: SkipEncoder, width_px: int, height_px: int, fps: int) -> Any:
    try:
        context = av.CodecContext.create("libx264", "w")
    except av.codec.codec.UnknownCodecError as error:
        raise Unavailable("libx264", "PyAV was built without it", "install PyAV from its wheel") from error
    context.width, context.height, context.pix_fmt = width_px, height_px, "yuv420p"
    context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
    context.thread_count = 1  # scenes run side by side; a thread each is faster than threads within
    context.color_range, context.colorspace = _LIMITED, _BT709
    context.color_primaries, context.color_trc = _BT709, _BT709
    context.flags |= _GLOBAL_HEADER
    context.options = {
        "preset": settings.preset,
        "qp": str(settings.quantiser),
        "mb_info": "1",  # look for hints.py's
        "x264-params": f"{_STITCHABLE}:ipratio=2.5",  # a still scene is as good as its key picture: bits go there
    }
    context.open()
    return context


def _coded(context: Any, buffer: Any, number: int, key: bool, changed: tuple[Rect, ...] | None = None) -> bytes:
    """changed: what is new since the picture coded before; None: perhaps everything."""
    # PyAV reads a picture without copying it where six divides its rows, and cuts it where they do not.
    of = av.VideoFrame.from_ndarray if len(buffer) % 6 else av.VideoFrame.from_numpy_buffer
    picture = of(buffer, "yuv420p")
    picture.pts, picture.time_base = number, context.time_base
    if key:
        picture.pict_type = PictureType.I
    if changed is not None and (hint := attach()) is not None:
        hint(picture, changed)
    packets = context.encode(picture)
    if len(packets) != 1:
        raise Unavailable("libx264", "it holds pictures back", "PyAV's build ignores rc-lookahead=0")
    return bytes(packets[0])


@lru_cache(maxsize=8)
def _hold_slice(settings: SkipEncoder, width_px: int, height_px: int, fps: int) -> bytes:
    """The slice in which every macroblock is skipped: what x264 makes of a flat picture that repeats. Made once a process."""
    context = _opened(settings, width_px, height_px, fps)
    flat = np.full((height_px * 3 // 2, width_px), 128, np.uint8)
    coded = [_coded(context, flat, number, number == 0) for number in range(3)]
    slices = [unit for unit in units(coded[2]) if kind(unit) == SLICE]
    if len(slices) != 1 or len(slices[0]) > 100:
        raise Unavailable("libx264", "a repeated flat picture is not coded as skipped", "set film.encoder: plain")
    return slices[0]
