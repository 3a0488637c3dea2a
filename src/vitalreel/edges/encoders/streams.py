"""Reads a film's HLS as a player would: playlists, heads, segments, and whether they are the film that was checked (RFC 8216).

Every segment is measured by itself, and the pictures' and the sound's are read in a row by a demuxer that had no part in making them.
"""

from __future__ import annotations

import io
import math
import re
import struct
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

import av

from vitalreel.ports import AudioRendition, Packet, VideoRendition

_EXACT_S = 0.001
"""A length in a playlist against its segment's own."""
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)')
_MASTER = "master.m3u8"


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a player makes of a film's HLS."""

    segments: int  # of pictures and of sound
    wrong: tuple[
        tuple[float | None, str], ...
    ]  # film time, None where the whole film is meant; the file and what is wrong with it


@dataclass(frozen=True, slots=True)
class _List:
    """A media playlist as it is written."""

    name: str
    init: str | None
    target: int  # seconds
    segments: tuple[tuple[Fraction, str], ...]


class _Broken(Exception):
    """A file that nothing can be made of."""


def inspect_streams(
    files: Mapping[str, bytes], scenes: Sequence[VideoRendition], sound: AudioRendition, width_px: int, height_px: int
) -> Streamed:
    """Hold the published HLS to what the film was made from.

    files: name -> content of all that is published. scenes, sound: each decoded in full when it was made.
    """
    look = _Look(files)
    pictures = [packet for scene in scenes for packet in scene.packets]
    length = Fraction(sum(p.duration for p in pictures), scenes[0].timescale)
    lists = look.master(scenes[0], (width_px, height_px))
    look.track(lists.get("pictures"), pictures, scenes[0].timescale, 0, length, _avcc(scenes[0]))
    look.track(lists.get("AUDIO"), sound.packets, sound.rate_hz, sound.priming, length, sound.config)
    look.texts(lists.get("SUBTITLES"), length)
    look.leftover(lists)
    return Streamed(look.segments, tuple(look.wrong))


@dataclass(slots=True)
class _Look:
    files: Mapping[str, bytes]
    segments: int = 0
    peak: Fraction = Fraction(0)  # bits a second of the heaviest segments, all tracks together
    wrong: list[tuple[float | None, str]] = field(default_factory=list)

    def fault(self, name: str, what: str, at_s: float | None = None) -> None:
        self.wrong.append((at_s, f"{name}: {what}"))

    # -- playlists --------------------------------------------------------------------------------------------------------

    def master(self, scene: VideoRendition, size: tuple[int, int]) -> dict[str, _List]:
        """The playlists by what they hold: "pictures", "AUDIO" and "SUBTITLES", one each."""
        try:
            rows = self._rows(_MASTER)
        except _Broken as e:
            self.fault(_MASTER, str(e))
            return {}
        media = [_attributes(row) for row in rows if row.startswith("#EXT-X-MEDIA:")]
        streams = [
            (_attributes(row), rows[n + 1]) for n, row in enumerate(rows[:-1]) if row.startswith("#EXT-X-STREAM-INF:")
        ]
        if len(streams) != 1:
            self.fault(_MASTER, f"{len(streams)} renditions of the pictures, not one")
            return {}
        stream, uri = streams[0]
        wanted = {"CODECS": f"avc1.{scene.sps[1:4].hex()},mp4a.40.2", "RESOLUTION": f"{size[0]}x{size[1]}"}
        for name, value in wanted.items():
            if stream.get(name) != value:
                self.fault(_MASTER, f"{name} is {stream.get(name)}, and the film's {value}")
        found = {"pictures": self._list(uri)}
        for kind in ("AUDIO", "SUBTITLES"):
            mine = [m for m in media if m.get("TYPE") == kind and m.get("GROUP-ID") == stream.get(kind)]
            if len(mine) != 1:
                self.fault(_MASTER, f"{len(mine)} renditions of {kind} in the group of the pictures, not one")
                continue
            found[kind] = self._list(mine[0].get("URI", ""))
        lists = {kind: one for kind, one in found.items() if one is not None}
        self.peak = sum((self._heaviest(lists[k]) for k in ("pictures", "AUDIO") if k in lists), Fraction(0))
        if not stream.get("BANDWIDTH", "").isdecimal() or int(stream["BANDWIDTH"]) < self.peak:
            self.fault(_MASTER, f"BANDWIDTH is {stream.get('BANDWIDTH')}, and its segments need {math.ceil(self.peak)}")
        return lists

    def _heaviest(self, listed: _List) -> Fraction:
        """The largest rate of any segments in a row that last half to one and a half target durations (RFC 8216, 4.1)."""
        rates: list[Fraction] = []
        run = deque[tuple[Fraction, int]]()
        rows = [(seconds, 8 * len(self.files.get(name, b""))) for seconds, name in listed.segments if seconds > 0]
        for row in rows:
            run.append(row)
            while 2 * sum(s for s, _ in run) > 3 * listed.target:
                run.popleft()
            for left in range(len(run)):
                seconds = sum((s for s, _ in islice(run, left, None)), Fraction(0))
                if 2 * seconds >= listed.target:
                    rates.append(sum(bits for _, bits in islice(run, left, None)) / seconds)
        whole = sum((s for s, _ in rows), Fraction(0))
        return max(rates, default=sum(bits for _, bits in rows) / whole if whole else whole)

    def _rows(self, name: str) -> list[str]:
        if name not in self.files:
            raise _Broken("it is not there")
        rows = [row for row in self.files[name].decode("utf-8", "replace").splitlines() if row]
        if not rows or rows[0] != "#EXTM3U":
            raise _Broken("it is no playlist")
        return rows

    def _list(self, name: str) -> _List | None:
        """A media playlist that is complete and final; what else is wrong with it is told."""
        try:
            rows = self._rows(name)
            lengths = [Fraction(row[8:].partition(",")[0]) for row in rows if row.startswith("#EXTINF:")]
            target = next(
                (int(row.partition(":")[2]) for row in rows if row.startswith("#EXT-X-TARGETDURATION:")), None
            )
        except (_Broken, ValueError) as e:
            self.fault(name, str(e))
            return None
        names = [row for row in rows if not row.startswith("#")]
        if rows[-1] != "#EXT-X-ENDLIST" or "#EXT-X-PLAYLIST-TYPE:VOD" not in rows:
            self.fault(name, "it is not closed: a player would wait for more")
        if len(lengths) != len(names) or not names or len(set(names)) != len(names):
            self.fault(name, f"{len(lengths)} lengths for {len(set(names))} segments")
        if target is None or any(math.floor(one + Fraction(1, 2)) > target for one in lengths):
            self.fault(
                name,
                f"a target duration of {target} s, and a segment of {float(max(lengths, default=Fraction(0))):.3f} s",
            )
        init = next((_attributes(row).get("URI") for row in rows if row.startswith("#EXT-X-MAP:")), None)
        return _List(name, init, target or 0, tuple(zip(lengths, names, strict=False)))

    # -- pictures and sound -----------------------------------------------------------------------------------------------

    def track(
        self,
        listed: _List | None,
        packets: Sequence[Packet],
        timescale: int,
        skip: int,
        length: Fraction,
        described: bytes,
    ) -> None:
        """A playlist's head and segments against the packets they should hold.

        skip: ticks of encoder delay before what is heard. described: the decoder's settings as they must stand in the head.
        """
        if listed is None:
            return
        head = self.files.get(listed.init or "")
        if head is None:
            self.fault(listed.name, f"its head {listed.init} is not there")
            return
        at = first = 0
        for number, (seconds, name) in enumerate(listed.segments, start=1):
            begins = float(Fraction(at - skip, timescale))
            try:
                run = _run(self.files[name])
            except KeyError:
                self.fault(name, f"{listed.name} names it, and it is not there", begins)
                continue
            except (struct.error, _Broken) as e:
                self.fault(name, f"it cannot be read: {e}", begins)
                continue
            for what in _differs(run, number, at, packets[first : first + len(run.durations)], seconds, timescale):
                self.fault(name, what, begins)
            at, first = at + sum(run.durations), first + len(run.durations)
        self.segments += len(listed.segments)
        if abs(Fraction(at - skip, timescale) - length) > _EXACT_S:
            self.fault(listed.name, f"{float(Fraction(at - skip, timescale)):.3f} s of a film of {float(length):.3f} s")
        self._in_a_row(listed, head, packets, skip, described)

    def _in_a_row(self, listed: _List, head: bytes, packets: Sequence[Packet], skip: int, described: bytes) -> None:
        """All segments behind their head, as libavformat takes them apart."""
        data = head + b"".join(self.files.get(name, b"") for _, name in listed.segments)
        ticks, count = -skip, 0
        try:
            with av.open(io.BytesIO(data), "r") as container:
                stream = container.streams[0]
                if stream.codec_context.extradata != described:
                    self.fault(str(listed.init), "it is the head of another film")
                for packet in container.demux(stream):
                    if not packet.size:
                        continue
                    wanted = packets[count] if count < len(packets) else None
                    if wanted is None or bytes(packet) != wanted.data or packet.pts != ticks:
                        begins = float((packet.pts or 0) * (packet.time_base or 0))
                        self.fault(listed.name, "a demuxer finds other pictures or sound than were checked", begins)
                        return
                    ticks, count = ticks + wanted.duration, count + 1
        except av.error.FFmpegError as error:
            self.fault(listed.name, f"a demuxer gives up: {error.strerror}")

    # -- texts, and what is left ------------------------------------------------------------------------------------------

    def texts(self, listed: _List | None, length: Fraction) -> None:
        """The captions' playlist: as long as the film; what stands in its files is looked at where captions are."""
        if listed is None:
            return
        for _, name in listed.segments:
            if name not in self.files:
                self.fault(name, f"{listed.name} names it, and it is not there")
        told = sum((seconds for seconds, _ in listed.segments), Fraction(0))
        if abs(told - length) > _EXACT_S:
            self.fault(listed.name, f"{float(told):.3f} s of a film of {float(length):.3f} s")

    def leftover(self, lists: Mapping[str, _List]) -> None:
        """Segments that no playlist names are of another film, or were forgotten."""
        named = {name for listed in lists.values() for _, name in listed.segments}
        for name in sorted(n for n in self.files if n.endswith(".m4s") and n not in named):
            self.fault(name, "no playlist names it")


def _attributes(row: str) -> dict[str, str]:
    """The attribute list of a tag (RFC 8216, 4.2)."""
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(row.partition(":")[2])}


def _avcc(scene: VideoRendition) -> bytes:
    """Beginning of the decoder's settings of a scene's pictures (ISO/IEC 14496-15, 5.3.3), as they must stand in the head."""
    sps, pps = scene.sps, scene.pps
    sets = struct.pack(">H", len(sps)) + sps + b"\1" + struct.pack(">H", len(pps)) + pps
    high = b"\xfd\xf8\xf8\0" if sps[1] in (100, 110, 122, 144) else b""
    return bytes([1, *sps[1:4], 0xFF, 0xE1]) + sets + high


# -- one segment


@dataclass(frozen=True, slots=True)
class _Run:
    """A segment's own account of its packets."""

    number: int
    start: int  # ticks
    durations: tuple[int, ...]
    keys: tuple[bool, ...]
    data: tuple[bytes, ...]


def _run(segment: bytes) -> _Run:
    """A segment taken apart (ISO/IEC 14496-12, 8.8). Raises _Broken or struct.error where it is none."""
    boxes = {name: (start, stop) for name, start, stop in _boxes(segment, 0, len(segment))}
    if not {b"moof", b"mdat"} <= boxes.keys():
        raise _Broken("it has no head, or no packets")
    moof = {name: (start, stop) for name, start, stop in _boxes(segment, *boxes[b"moof"])}
    traf = {name: (start, stop) for name, start, stop in _boxes(segment, *moof[b"traf"])} if b"traf" in moof else {}
    if not {b"tfdt", b"trun"} <= traf.keys() or b"mfhd" not in moof:
        raise _Broken("its head is not whole")
    (number,) = struct.unpack_from(">I", segment, moof[b"mfhd"][0] + 4)
    (start,) = struct.unpack_from(">Q", segment, traf[b"tfdt"][0] + 4)
    at, _ = traf[b"trun"]
    flags, count, offset = struct.unpack_from(">IIi", segment, at)
    if flags != 0x701:
        raise _Broken("its packets are told in a way we do not write")
    rows = [struct.unpack_from(">III", segment, at + 12 + 12 * n) for n in range(count)]
    if not rows:
        raise _Broken("it is empty")
    place, data = boxes[b"moof"][0] - 8 + offset, list[bytes]()
    if place != boxes[b"mdat"][0] or place + sum(size for _, size, _ in rows) != boxes[b"mdat"][1]:
        raise _Broken("its packets are not where its head says")
    for _, size, _ in rows:
        data.append(segment[place : place + size])
        place += size
    keys = tuple(not flags & 0x10000 for _, _, flags in rows)
    return _Run(number, start, tuple(duration for duration, _, _ in rows), keys, tuple(data))


def _boxes(data: bytes, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Name and place of the content of each box between two places."""
    while start < stop:
        size, name = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > stop:
            raise _Broken(f"a box {name!r} that does not end where it should")
        yield name, start + 8, start + size
        start += size


def _differs(
    run: _Run, number: int, at: int, wanted: Sequence[Packet], seconds: Fraction, timescale: int
) -> Iterator[str]:
    """What is wrong with a segment: where it stands, what is in it, how long it says it is."""
    if run.number != number:
        yield f"it says it is number {run.number}"
    if run.start != at:
        yield f"it says it begins at {run.start / timescale:.3f} s"
    if run.data != tuple(p.data for p in wanted):
        yield "not the packets that were checked"
    if not run.keys[0]:
        yield "it does not begin with a key picture"
    if abs(Fraction(sum(run.durations), timescale) - seconds) > _EXACT_S:
        yield f"{sum(run.durations) / timescale:.3f} s long, and listed as {float(seconds):.3f} s"
