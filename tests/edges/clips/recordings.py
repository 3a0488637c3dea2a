"""Recordings of a drawn person with a photographed face and a humming voice, in the containers people send."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.photographs import COLLINS, with_head
from tests.video.people import someone

RATE_HZ = 48_000
CODECS = {"mp4": ("libx264", "aac"), "mov": ("libx264", "aac"), "webm": ("libvpx", "libopus")}
QUICK = {
    "libx264": {"preset": "ultrafast"}, "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:pools=none"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"}, "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}  # fmt: skip
TURNED = struct.pack(">9I", 0, 1 << 16, 0, 0xFFFF0000, 0, 0, 0, 0, 1 << 30)
"""The matrix with which a phone that was held upright says that its pictures are to be shown a quarter turn to the right."""


def humming(length_s: float, quiet_s: float, level: float = 0.1, seed: int = 3) -> NDArray[np.float32]:
    """A voice-like hum in syllables, silent for `quiet_s` at both ends."""
    t = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in (1, 2, 3, 5))
    syllables = np.clip(np.sin(2 * np.pi * 2.2 * t) + 0.4, 0, 1)
    noise = np.random.default_rng(seed).normal(0, 0.0003, len(t))
    inside = (t >= quiet_s) & (t < length_s - quiet_s)
    return np.asarray(level * tone * syllables * inside + noise, np.float32)


def record(
    path: Path,
    kind: str = "mp4",
    length_s: float = 3.0,
    size: tuple[int, int] = (640, 360),
    fps: int = 25,
    black_s: float = 0.0,
    quiet_s: float = 0.6,
    picture: bool = True,
    sound: bool = True,
    level: float = 0.1,
    who: str | None = COLLINS,
    codec: str = "",
    transfer: int = 1,
    upright: bool = False,
) -> Path:
    """Write a recording and answer its path. who: whose face; None: a drawn one, which is none. codec: of the pictures; "" for the
    container's usual one. transfer: characteristics by their number (ITU-T H.273). upright: held so by a phone, whose pictures lie."""
    base = np.ascontiguousarray(someone(*(size[::-1] if upright else size))[..., 2::-1])
    base = base if who is None else with_head(base, who, (0.5, 0.44))
    base = np.ascontiguousarray(np.rot90(base)) if upright else base
    video, audio = CODECS[kind]
    with av.open(str(path), "w", format="mov" if kind == "mov" else kind) as out:
        pictures = _video(out, codec or video, size, fps, transfer) if picture else None
        voice = out.add_stream(audio, rate=RATE_HZ, layout="mono") if sound else None
        for number in range(int(length_s * fps) if pictures else 0):
            at = number / fps
            shown = np.array(base) if black_s <= at < length_s - black_s else np.zeros_like(base)
            shown[-8:, : 8 + number * 2] = 255  # something moves
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            out.mux(pictures.encode(frame))  # type: ignore[union-attr]
        if voice is not None:
            _hum(out, voice, humming(length_s, quiet_s, level))
        for stream in filter(None, (pictures, voice)):
            out.mux(stream.encode(None))
    if upright:
        path.write_bytes(path.read_bytes().replace(_LYING, TURNED, 1))
    return path


_LYING = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def _video(out: Any, codec: str, size: tuple[int, int], fps: int, transfer: int) -> Any:
    stream = out.add_stream(codec, rate=fps, options=QUICK[codec])
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    stream.codec_context.color_trc = transfer
    return stream


def _hum(out: Any, stream: Any, samples: NDArray[np.float32]) -> None:
    resampler = av.AudioResampler(
        format=stream.codec_context.format or "fltp", layout="mono", rate=RATE_HZ, frame_size=960
    )
    for start in range(0, len(samples), 960):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, start : start + 960]), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
        for part in resampler.resample(frame):
            out.mux(stream.encode(part))
