"""Pictures and sound as encoded samples, ready to be put in a container."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packet:
    data: bytes  # AVCC access unit (length-prefixed NALs) or raw AAC frame
    duration: int  # in the track's timescale
    key: bool


@dataclass(frozen=True, slots=True)
class VideoRendition:
    """One scene, encoded: closed GOPs, decode order = presentation order."""

    sps: bytes
    pps: bytes
    timescale: int
    packets: tuple[Packet, ...]


@dataclass(frozen=True, slots=True)
class AudioRendition:
    config: bytes  # AudioSpecificConfig
    rate_hz: int
    channels: int
    priming: int  # samples of encoder delay to skip
    packets: tuple[Packet, ...]
