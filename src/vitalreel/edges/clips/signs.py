"""Which container a file is, by its own first bytes: what it is called counts for nothing."""

from __future__ import annotations

from vitalreel.errors import BadInput

CONTAINERS = {"mov": (4, b"ftyp"), "matroska": (0, b"\x1a\x45\xdf\xa3")}
"""Demuxer -> where its sign stands in the file, and the sign. No playlist is among them."""


def container_of(head: bytes) -> str:
    """The demuxer to open a file with, from its first 64 bytes. Raises BadInput for anything else."""
    for name, (at, sign) in CONTAINERS.items():
        if head[at : at + len(sign)] == sign:
            return name
    raise BadInput("clip", "it is not an MP4, MOV or WebM file", "export it as MP4, whatever its name ends in")
