"""Decodes an encoded scene, or a published film, as a viewer's machine would, and reports what is to be seen and heard in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np

from vitalreel.ports import AudioRendition, Packet, Samples, VideoRendition

STRIDE = 4
"""Every fourth pixel each way is compared and averaged: 130,000 of a 1080p picture, and text strokes are wider."""
REST_FRAMES = 30
"""Shorter runs of identical pictures are not worth telling."""
THREADS = 2
"""Key pictures of a published film are decoded two at a time: all else is done by then, and somebody may wait."""
SAME_LUMA = 0.02
"""Means are kept to two decimals."""
_START = b"\0\0\0\1"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decoder makes of one scene."""

    frames: int
    mean_luma: tuple[float, ...]  # per frame, limited range (16 is black)
    rests: tuple[tuple[int, int], ...]  # first frame and length of every run of REST_FRAMES identical pictures or more
    errors: int


def inspect(rendition: VideoRendition) -> Seen:
    """Decode every picture of a rendition. A packet that cannot be decoded counts as an error; the rest goes on."""
    decoder = av.CodecContext.create("h264", "r")
    look = _Look()
    head = _START + rendition.sps + _START + rendition.pps
    for packet in rendition.packets:
        data = (head if packet.key else b"") + annex_b(packet.data)
        look.take(decoder, av.Packet(data))
    look.take(decoder, None)
    return look.seen()


def annex_b(data: bytes) -> bytes:
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
        self.run = 1
        self.rests: list[tuple[int, int]] = []

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
        if self.run == REST_FRAMES:
            self.rests.append((len(self.luma) - self.run, self.run))
        elif self.run > REST_FRAMES:
            self.rests[-1] = (self.rests[-1][0], self.run)
        self.last = sample

    def seen(self) -> Seen:
        return Seen(len(self.luma), tuple(round(x, 2) for x in self.luma), tuple(self.rests), self.errors)


# The sound of a film


@dataclass(frozen=True, slots=True)
class Sounding:
    """What a decoder makes of a film's sound."""

    samples: Samples  # (n, 2), from film time 0
    rate_hz: int
    errors: int  # access units that cannot be decoded


def inspect_sound(rendition: AudioRendition) -> Sounding:
    """Decode every access unit. One that cannot be decoded counts as an error; the rest goes on."""
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata, decoder.sample_rate = rendition.config, rendition.rate_hz
    heard: list[Any] = []  # (2, n) each
    errors = 0
    for packet in rendition.packets:
        try:
            heard += [frame.to_ndarray() for frame in decoder.decode(av.Packet(packet.data))]
        except av.error.FFmpegError:
            errors += 1
    whole = np.concatenate(heard, axis=1) if heard else np.zeros((rendition.channels, 0), np.float32)
    end = sum(packet.duration for packet in rendition.packets)
    samples = whole[:, rendition.priming : end].T.astype(np.float32, order="C")
    return Sounding(samples, rendition.rate_hz, errors)


# A published film


@dataclass(frozen=True, slots=True)
class Published:
    """What a player makes of a film's file."""

    frames: int  # in the file
    decoded: int  # of them decoded now; the bytes of all others are those decoded when their scene was made
    wrong: tuple[tuple[float, str], ...]  # film time, and what is wrong there


def inspect_film(
    mp4: bytes, scenes: Sequence[VideoRendition], sound: AudioRendition, luma: Sequence[float], whole: bool = False
) -> Published:
    """Take a published MP4 apart again with a demuxer and decoders that had no part in making it.

    scenes, sound: what it was made from, each decoded in full when it was made, with `luma`, the mean of every picture of the film.
    Every access unit must be theirs, byte for byte and at its time; key pictures are decoded again and must look the same.
    whole: decode all pictures again.
    """
    film = _Film([packet for scene in scenes for packet in scene.packets], sound, luma, whole)
    try:
        with av.open(io.BytesIO(mp4)) as container:
            film.read(container)
    except av.error.FFmpegError as error:
        film.fault(f"the file breaks off: {error.strerror}")
    return film.told()


@dataclass(slots=True)
class _Film:
    """A file read packet by packet against what it should hold."""

    expected: list[Packet]
    sound: AudioRendition
    luma: Sequence[float]
    whole: bool
    frames: int = 0
    decoded: int = 0
    sounded: int = 0  # access units of sound so far
    at: tuple[int, Fraction] = (0, Fraction(1))  # of the packet at hand: its ticks, and the length of one in seconds
    wrong: list[tuple[float, str]] = field(default_factory=list)
    due: list[int] = field(default_factory=list)  # pictures fed to the decoder and not yet seen

    def read(self, container: Any) -> None:
        if not container.streams.video or not container.streams.audio:
            self.wrong.append((0.0, "the file lacks pictures or sound"))
            return
        video, audio = container.streams.video[0], container.streams.audio[0]
        video.codec_context.thread_type, video.codec_context.thread_count = "FRAME", THREADS
        if (audio.codec_context.extradata, audio.rate) != (self.sound.config, self.sound.rate_hz):
            self.fault("its sound is described as another")
        ticks, heard = 0, -self.sound.priming
        for packet in container.demux(video, audio):
            if not packet.size:
                continue
            self.at = (packet.pts, packet.time_base)
            if packet.stream.type == "audio":
                heard += self._hear(packet, heard)
            else:
                ticks += self._look(packet, ticks, video)
        for picture in self._decoded(video, None):
            self._compare(picture)
        if self.sounded < len(self.sound.packets):
            self.fault("its sound ends early")

    def _hear(self, packet: Any, due: int) -> int:
        number, self.sounded = self.sounded, self.sounded + 1
        if number >= len(self.sound.packets):
            self.fault("more sound than was checked")
            return 0
        wanted = self.sound.packets[number]
        if bytes(packet) != wanted.data:
            self.fault("not the sound that was checked")
        elif packet.pts != due:
            self.fault("sound at the wrong time")
        return wanted.duration

    def _look(self, packet: Any, ticks: int, video: Any) -> int:
        number, self.frames = self.frames, self.frames + 1
        if number >= len(self.expected):
            self.fault("a picture too many")
            return 0
        wanted = self.expected[number]
        if bytes(packet) != wanted.data:
            self.fault("not the picture that was checked")
        elif packet.pts != ticks:
            self.fault("a picture at the wrong time")
        if self.whole or wanted.key:
            self.due.append(number)
            for picture in self._decoded(video, packet):
                self._compare(picture)
        return wanted.duration

    def _decoded(self, video: Any, packet: Any) -> list[Any]:
        try:
            return list(video.codec_context.decode(packet))
        except av.error.FFmpegError as error:
            self.fault(f"a picture cannot be decoded: {error.strerror}")
            return []

    def _compare(self, picture: Any) -> None:
        self.decoded += 1
        number = self.due.pop(0) if self.due else 0
        plane = picture.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        mean = float(rows[::STRIDE, : plane.width : STRIDE].mean())
        if picture.is_corrupt or abs(mean - self.luma[number]) > SAME_LUMA:
            self.fault("a picture does not look as it did when it was checked")

    def fault(self, what: str) -> None:
        self.wrong.append((float(self.at[0] * self.at[1]), what))

    def told(self) -> Published:
        return Published(self.frames, self.decoded, tuple(self.wrong))
