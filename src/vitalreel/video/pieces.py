"""Files of a film in pieces: what is the film's own, and where in its scenes and its sound the rest lies.

A segment of HLS is a head that says when its packets are shown, and the packets. The packets of a scene are the same in
every film that has the scene; so are those of the MP4. Kept in pieces, they need not be kept again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from vitalreel.video.rendition import Packet


class Span(NamedTuple):
    """A stretch of a source's packets laid end to end, half-open, in bytes.

    source: an index; the scenes in the film's order come first, then the sound.
    """

    source: int
    start: int
    stop: int


Pieces = tuple[bytes | Span, ...]
"""A file: its pieces one after the other."""

Pieced = Mapping[str, Pieces]
"""File name -> pieces; the names are relative to one folder."""


def size(pieces: Pieces) -> int:
    """Length of the whole file in bytes."""
    return sum(piece.stop - piece.start if isinstance(piece, Span) else len(piece) for piece in pieces)


def whole(pieces: Pieces, sources: Sequence[bytes]) -> bytes:
    """The file itself. sources: each source's packets laid end to end."""
    return b"".join(sources[p.source][p.start : p.stop] if isinstance(p, Span) else p for p in pieces)


def payload(packets: Iterable[Packet]) -> bytes:
    """Packets laid end to end."""
    return b"".join(packet.data for packet in packets)


class Places:
    """Where each packet of a track lies in its source."""

    def __init__(self, sources: Iterable[tuple[int, Sequence[Packet]]]) -> None:
        """sources: number of a source and those of its packets that are in the track, from its first on."""
        self._spans: list[Span] = []
        for number, packets in sources:
            at = 0
            for packet in packets:
                self._spans.append(Span(number, at, at + len(packet.data)))
                at += len(packet.data)

    def spans(self, first: int, stop: int) -> tuple[Span, ...]:
        """The packets `first` to `stop` of the track, as few spans as there can be."""
        joined: list[Span] = []
        for span in self._spans[first:stop]:
            if joined and joined[-1].source == span.source and joined[-1].stop == span.start:
                joined[-1] = Span(span.source, joined[-1].start, span.stop)
            else:
                joined.append(span)
        return tuple(joined)
