"""What is seen and heard in a clip: where speech and picture begin and end, its tone, its sharpest picture, its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image

_WINDOW_S = 0.02
_BELOW_LOUD_DB = -35.0  # speech is what is within this of the loudest tenth
_QUIETEST_DB = -60.0
_LEAD_S, _TAIL_S = 0.35, 0.5  # kept before the first word and after the last
_PAUSE_S = 0.25  # a shorter silence is part of speaking
_BLACK = 20  # mean level below which a picture is black
_CUT = 42.0  # mean difference of two pictures in a row that no moving speaker makes
_FLICKER = 14.0  # levels of brightness from one second to another
_MOST_TONE = 1.22
DARK, LIGHT = 24.0, 226.0
EVERY = 6
"""Every so many pictures one is kept small, for whoever looks for faces: five a second."""
LOOK_PX, PHOTO_PX = 480, 640
"""Longest side of such a picture, in a clip and of a photograph: a face an eighth as tall as the picture is still found."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Every picture at 64 x 36 in grey, with its time."""

    times_s: NDArray[np.float64]
    small: NDArray[np.uint8]  # (n, 36, 64)

    @property
    def length_s(self) -> float:
        return float(self.times_s[-1] - self.times_s[0]) + 1 / 30

    def within(self, begin_s: float, end_s: float) -> NDArray[np.uint8]:
        inside = (self.times_s >= begin_s - 1e-6) & (self.times_s < end_s)
        return self.small[inside] if inside.any() else self.small[:1]


def loud(speech: NDArray[np.float32], rate_hz: int) -> NDArray[np.bool_]:
    """Whether each window of _WINDOW_S is heard, against the clip's own loudness."""
    size = max(1, int(rate_hz * _WINDOW_S))
    count = max(1, len(speech) // size)
    windows = np.resize(speech, count * size).reshape(count, size).astype(np.float64)
    level = 10 * np.log10(np.mean(windows**2, 1) + 1e-12)
    threshold = max(_QUIETEST_DB, float(np.percentile(level, 90)) + _BELOW_LOUD_DB)
    return np.asarray(level > threshold)


def voiced(speech: NDArray[np.float32], rate_hz: int) -> tuple[tuple[float, float], ...]:
    """Stretches of speech in seconds; pauses shorter than _PAUSE_S are part of them."""
    found: list[tuple[float, float]] = []
    for index in np.flatnonzero(loud(speech, rate_hz)):
        start, end = float(index * _WINDOW_S), float((index + 1) * _WINDOW_S)
        if found and start - found[-1][1] < _PAUSE_S:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple((round(a, 3), round(b, 3)) for a, b in found if b - a > 0.08)


def trimmed(speech: NDArray[np.float32], rate_hz: int, seen: Seen) -> tuple[float, float]:
    """From where to where there is picture and, with a breath around it, speech."""
    stretches = voiced(speech, rate_hz)
    lit = np.flatnonzero(seen.small.mean((1, 2)) >= _BLACK)
    if not len(lit) or not stretches:
        return 0.0, 0.0
    first, last = float(seen.times_s[lit[0]]), float(seen.times_s[lit[-1]]) + 1 / 30
    begin = max(first, float(seen.times_s[0]), stretches[0][0] - _LEAD_S)
    return begin, max(begin, min(last, len(speech) / rate_hz, stretches[-1][1] + _TAIL_S))


def tone(seen: Seen, begin_s: float, end_s: float) -> NDArray[np.uint8]:
    """One curve for the whole clip: darkest and lightest parts drawn out to DARK and LIGHT, by a fifth at most."""
    low, high = (float(v) for v in np.percentile(seen.within(begin_s, end_s), (1, 99)))
    gain = min(_MOST_TONE, max(1.0, (LIGHT - DARK) / max(1.0, high - low)))
    middle = (low + high) / 2
    shift = min(14.0, max(-14.0, (DARK + LIGHT) / 2 - middle)) if gain > 1 else 0.0
    levels = np.arange(256, dtype=np.float64)
    return np.clip((levels - middle) * gain + middle + shift, 0, 255).round().astype(np.uint8)


def sharpest(seen: Seen, begin_s: float, end_s: float) -> float:
    """The time of the picture with the most detail in the middle three fifths."""
    margin = (end_s - begin_s) / 5
    inside = np.flatnonzero((seen.times_s >= begin_s + margin) & (seen.times_s <= end_s - margin))
    if not len(inside):
        return float(seen.times_s[0])
    pictures = seen.small[inside].astype(np.float32)
    detail = np.abs(np.diff(pictures, axis=1)).mean((1, 2)) + np.abs(np.diff(pictures, axis=2)).mean((1, 2))
    return float(seen.times_s[inside[int(np.argmax(detail))]])


def notes(seen: Seen, begin_s: float, end_s: float) -> tuple[str, ...]:
    """What a person should look at: cuts inside the clip, and light that changes."""
    pictures = seen.within(begin_s, end_s).astype(np.float32)
    told = []
    jumps = np.abs(np.diff(pictures, axis=0)).mean((1, 2)) if len(pictures) > 1 else np.zeros(1)
    if (cuts := int((jumps > _CUT).sum())) > 0:
        told.append(f"{cuts} cut{'s' if cuts > 1 else ''} inside the clip: the speaker or the room changes")
    brightness = pictures.mean((1, 2))
    steady = np.array([brightness[i : i + 30].mean() for i in range(0, len(brightness), 30)])
    if len(steady) > 1 and float(np.ptp(steady)) > _FLICKER:
        told.append(f"the light changes by {float(np.ptp(steady)):.0f} of 255 levels")
    return tuple(told)


def small(picture: Image.Image, most_px: int) -> Image.Image:
    """The picture in grey, its longest side `most_px`."""
    by = most_px / max(picture.size)
    width, height = (max(8, round(side * by)) for side in picture.size)
    return picture.convert("L").resize((width, height), Image.Resampling.BOX if by < 1 else Image.Resampling.BILINEAR)


def size_kept(frame: Any, most_px: int) -> tuple[int, int]:
    """Width and height as they are kept: upright, even, the shorter side `most_px` at most."""
    width, height = (frame.height, frame.width) if frame.rotation % 180 else (frame.width, frame.height)
    by = min(1.0, most_px / min(width, height))
    return max(2, round(width * by / 2) * 2), max(2, round(height * by / 2) * 2)


def upright(frame: Any, size: tuple[int, int], curve: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as RGB at `size`, turned as its camera was held, in the clip's tone."""
    turn = frame.rotation
    width, height = (size[1], size[0]) if turn % 180 else size
    known = frame.colorspace not in (0, 2)  # rgb and unspecified: taken for what cameras of its size write
    source = None if known else (Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601)
    plain = frame.reformat(
        width=width, height=height, format="rgb24", src_colorspace=source, dst_color_range=ColorRange.JPEG
    )
    picture: NDArray[np.uint8] = plain.to_ndarray()
    if turn % 360:
        picture = np.ascontiguousarray(np.rot90(picture, round(turn / 90)))
    return np.ascontiguousarray(curve[picture])
