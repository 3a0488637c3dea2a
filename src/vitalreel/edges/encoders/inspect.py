"""Decodes an encoded scene again, as a viewer's machine would, and reports what is to be seen in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import numpy as np

from vitalreel.ports import VideoRendition

STRIDE = 4
"""Every fourth pixel each way is compared and averaged: 130,000 of a 1080p picture, and text strokes are wider."""
_START = b"\0\0\0\1"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decoder makes of one scene."""

    frames: int
    mean_luma: tuple[float, ...]  # per frame, limited range (16 is black)
    longest_frozen: tuple[int, int]  # first frame and length of the longest run of identical pictures
    errors: int


def inspect(rendition: VideoRendition) -> Seen:
    """Decode every picture of a rendition. A packet that cannot be decoded counts as an error; the rest goes on."""
    decoder = av.CodecContext.create("h264", "r")
    look = _Look()
    head = _START + rendition.sps + _START + rendition.pps
    for packet in rendition.packets:
        data = (head if packet.key else b"") + _annex_b(packet.data)
        look.take(decoder, av.Packet(data))
    look.take(decoder, None)
    return look.seen()


def _annex_b(data: bytes) -> bytes:
    """Length-prefixed NAL units with start codes instead."""
    out, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        out.append(_START + data[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(out)


class _Look:
    """Pictures one after the other; keeps only the last."""

    def __init__(self) -> None:
        self.luma: list[float] = []
        self.errors = 0
        self.last: Any = None
        self.run, self.longest = 1, (0, 0)

    def take(self, decoder: Any, packet: Any) -> None:
        try:
            pictures = decoder.decode(packet)
        except av.error.InvalidDataError:
            self.errors += 1
            return
        for picture in pictures:
            self._look(picture)

    def _look(self, picture: Any) -> None:
        plane = picture.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        sample = rows[::STRIDE, : plane.width : STRIDE].copy()
        same = self.last is not None and np.array_equal(sample, self.last)
        self.run = self.run + 1 if same else 1
        self.luma.append(float(sample.mean()))
        if self.run > self.longest[1]:
            self.longest = (len(self.luma) - self.run, self.run)
        self.last = sample

    def seen(self) -> Seen:
        return Seen(len(self.luma), tuple(round(x, 2) for x in self.luma), self.longest, self.errors)
