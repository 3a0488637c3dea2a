"""Boxes of the ISO base media file format: init segments, fragments and whole files with the index first.

After ISO/IEC 14496-12 (boxes), -14 (mp4a, esds), -15 (avc1, avcC) and 23000-19 (CMAF). Bytes depend on the packets
alone: no clock, no name of a library.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from vitalreel.video.rendition import AudioRendition, Packet, VideoRendition

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # ISO 639-2 "und", packed
_KEY, _DEPENDS = 0x02000000, 0x01010000  # sample flags: depends on none; depends on others and is no sync sample


@dataclass(frozen=True, slots=True)
class Track:
    """What a container needs to know of one track besides its packets."""

    handler: bytes  # b"vide" or b"soun"
    timescale: int
    entry: bytes  # the sample entry box
    width_px: int = 0
    height_px: int = 0
    skip: int = 0  # samples of encoder delay before the first that is heard


def picture_track(scene: VideoRendition, width_px: int, height_px: int) -> Track:
    return Track(b"vide", scene.timescale, _avc1(scene, width_px, height_px), width_px, height_px)


def sound_track(sound: AudioRendition) -> Track:
    seconds = sum(packet.duration for packet in sound.packets) / sound.rate_hz
    rate = round(8 * sum(len(packet.data) for packet in sound.packets) / max(seconds, 1e-9))
    return Track(b"soun", sound.rate_hz, _mp4a(sound, rate), skip=sound.priming)


def init_segment(track: Track) -> bytes:
    """What a player reads before the fragments of a track."""
    brands = box(b"ftyp", b"iso6", _u32(1), b"iso6cmfcavc1")
    edit = _edit(0, track.skip) if track.skip else b""
    empty = [_full(b"stts", 0, 0, bytes(4)), _full(b"stsc", 0, 0, bytes(4)), _full(b"stsz", 0, 0, bytes(8))]
    trak = _trak(1, track, 0, 0, edit, [*empty, _full(b"stco", 0, 0, bytes(4))])
    extends = box(b"mvex", _full(b"trex", 0, 0, _u32(1, 1, 0, 0, 0)))
    return brands + box(b"moov", _mvhd(1000, 0, 2), trak, extends)


def fragment(number: int, start: int, packets: Sequence[Packet]) -> bytes:
    """One segment. number: from 1, in the order of the list; start: decode time in the track's timescale."""
    return fragment_head(number, start, packets) + b"".join(p.data for p in packets)


def fragment_head(number: int, start: int, packets: Sequence[Packet]) -> bytes:
    """One segment up to the first packet: all of it that depends on where in a film the packets stand."""
    rows = b"".join(_u32(p.duration, len(p.data), _KEY if p.key else _DEPENDS) for p in packets)

    def moof(offset: int) -> bytes:
        run = _full(b"trun", 0, 0x701, struct.pack(">Ii", len(packets), offset), rows)
        header = _full(b"tfhd", 0, 0x20000, _u32(1))
        time = _full(b"tfdt", 1, 0, struct.pack(">Q", start))
        return box(b"moof", _full(b"mfhd", 0, 0, _u32(number)), box(b"traf", header, time, run))

    head = moof(len(moof(0)) + 8)
    return box(b"styp", b"msdh", _u32(0), b"msdhmsix") + head + _box_head(b"mdat", sum(len(p.data) for p in packets))


def fast_start(
    picture: Track, pictures: Sequence[Packet], sound: Track | None = None, sounds: Sequence[Packet] = ()
) -> bytes:
    """A whole file with the index before the samples; see fast_start_head."""
    head, runs = fast_start_head(picture, pictures, sound, sounds)
    tracks = (pictures, sounds)
    return head + b"".join(packet.data for run in runs for packet in tracks[run.track][run.first : run.stop])


class Run(NamedTuple):
    """Packets of one track that stand together in a file."""

    track: int  # 0: pictures, 1: sound
    first: int
    stop: int


def fast_start_head(
    picture: Track, pictures: Sequence[Packet], sound: Track | None = None, sounds: Sequence[Packet] = ()
) -> tuple[bytes, list[Run]]:
    """A whole file up to the first packet, and the packets that follow, in turns of one second.

    Its length is the pictures': sound after that is encoded but, by the edit list, not played.
    """
    length = sum(packet.duration for packet in pictures)
    tracks = [(picture, pictures)] + ([(sound, sounds)] if sound is not None else [])
    turns = [_turns(packets, track.timescale) for track, packets in tracks]

    def index(base: int) -> bytes:
        offsets, _ = _offsets(turns, base)
        traks = [
            _trak(
                number + 1,
                track,
                sum(packet.duration for packet in packets),
                length,
                _edit(length, track.skip),
                _tables(track, packets, [len(turn) for turn in turns[number]], offsets[number]),
            )
            for number, (track, packets) in enumerate(tracks)
        ]
        return box(b"ftyp", b"isom", _u32(0x200), b"isomiso2avc1mp41") + box(
            b"moov", _mvhd(picture.timescale, length, len(tracks) + 1), *traks
        )

    _, runs = _offsets(turns, 0)
    size = sum(len(packet.data) for _, packets in tracks for packet in packets)
    return index(len(index(0)) + 8) + _box_head(b"mdat", size), runs


def box(name: bytes, *parts: bytes) -> bytes:
    return b"".join((_box_head(name, sum(map(len, parts))), *parts))


def _box_head(name: bytes, size: int) -> bytes:
    """Length and name of a box with `size` bytes in it."""
    if size + 8 >= 1 << 32:
        raise ValueError(f"a {name.decode()} box of {size} bytes needs 64-bit sizes, which are not written")
    return struct.pack(">I4s", size + 8, name)


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(name, struct.pack(">I", version << 24 | flags), *parts)


def _u32(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def _turns(packets: Sequence[Packet], timescale: int) -> list[list[Packet]]:
    """Packets in chunks of one second."""
    chunks: list[list[Packet]] = [[]]
    filled = 0
    for packet in packets:
        if filled >= timescale:
            chunks.append([])
            filled = 0
        chunks[-1].append(packet)
        filled += packet.duration
    return chunks


def _offsets(turns: Sequence[Sequence[Sequence[Packet]]], base: int) -> tuple[list[list[int]], list[Run]]:
    """Where each track's chunks start in the file, and what is written one after the other."""
    offsets: list[list[int]] = [[] for _ in turns]
    done = [0] * len(turns)
    order: list[Run] = []
    at = base
    for second in range(max(len(chunks) for chunks in turns)):
        for number, chunks in enumerate(turns):
            if second < len(chunks):
                offsets[number].append(at)
                order.append(Run(number, done[number], done[number] + len(chunks[second])))
                done[number] += len(chunks[second])
                at += sum(len(packet.data) for packet in chunks[second])
    return offsets, order


def _tables(track: Track, packets: Sequence[Packet], counts: Sequence[int], offsets: Sequence[int]) -> list[bytes]:
    durations = [(len(list(same)), value) for value, same in groupby(packet.duration for packet in packets)]
    tables = [_full(b"stts", 0, 0, _u32(len(durations)), *(_u32(*row) for row in durations))]
    if track.handler == b"vide":
        keys = [number + 1 for number, packet in enumerate(packets) if packet.key]
        tables.append(_full(b"stss", 0, 0, _u32(len(keys), *keys)))
    firsts = [(i + 1, count, 1) for i, count in enumerate(counts) if i == 0 or counts[i - 1] != count]
    tables.append(_full(b"stsc", 0, 0, _u32(len(firsts)), *(_u32(*row) for row in firsts)))
    tables.append(_full(b"stsz", 0, 0, _u32(0, len(packets), *(len(packet.data) for packet in packets))))
    return [*tables, _full(b"stco", 0, 0, _u32(len(offsets), *offsets))]


def _mvhd(timescale: int, length: int, next_track: int) -> bytes:
    head = _u32(0, 0, timescale, length, 0x10000)
    return _full(b"mvhd", 0, 0, head, struct.pack(">H10x", 0x100), _MATRIX, bytes(24), _u32(next_track))


def _edit(length: int, skip: int) -> bytes:
    """Play `length` (movie timescale) from `skip` (track timescale) on."""
    return box(b"edts", _full(b"elst", 0, 0, struct.pack(">IIIHH", 1, length, skip, 1, 0)))


def _trak(number: int, track: Track, duration: int, length: int, edit: bytes, tables: Sequence[bytes]) -> bytes:
    """duration: of the samples, in the track's timescale; length: of the film, in the movie's."""
    is_picture = track.handler == b"vide"
    volume, group = (0, 0) if is_picture else (0x100, 1)
    header = _full(
        b"tkhd",
        0,
        3,
        _u32(0, 0, number, 0, length),
        bytes(8),
        struct.pack(">HHHH", 0, group, volume, 0),
        _MATRIX,
        _u32(track.width_px << 16, track.height_px << 16),
    )
    name = b"Video\0" if is_picture else b"Audio\0"
    media = box(
        b"mdia",
        _full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, track.timescale, duration, _UNDETERMINED, 0)),
        _full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, track.handler), name),
        box(
            b"minf",
            _full(b"vmhd", 0, 1, bytes(8)) if is_picture else _full(b"smhd", 0, 0, bytes(4)),
            box(b"dinf", _full(b"dref", 0, 0, _u32(1), _full(b"url ", 0, 1))),
            box(b"stbl", _full(b"stsd", 0, 0, _u32(1), track.entry), *tables),
        ),
    )
    return box(b"trak", header, edit, media)


def _avc1(scene: VideoRendition, width_px: int, height_px: int) -> bytes:
    sps, pps = scene.sps, scene.pps
    sets = (
        bytes([1, *sps[1:4], 0xFF, 0xE1])
        + struct.pack(">H", len(sps))
        + sps
        + b"\1"
        + struct.pack(">H", len(pps))
        + pps
    )
    high = b"\xfd\xf8\xf8\0" if sps[1] in (100, 110, 122, 144) else b""  # 4:2:0, 8 bits, 8 bits, no extensions
    visual = struct.pack(">HHIIIH", width_px, height_px, 0x480000, 0x480000, 0, 1)
    return box(
        b"avc1",
        bytes(6) + struct.pack(">H", 1) + bytes(16) + visual + bytes(32) + struct.pack(">Hh", 24, -1),
        box(b"avcC", sets + high),
        box(b"colr", b"nclx", struct.pack(">HHHB", 1, 1, 1, 0)),  # BT.709, limited range
        box(b"pasp", _u32(1, 1)),
    )


def _mp4a(sound: AudioRendition, bits_per_second: int) -> bytes:
    def descriptor(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x80, 0x80, 0x80, len(content)]) + content

    decoder = struct.pack(">BB", 0x40, 0x15) + bytes(3) + _u32(bits_per_second, bits_per_second)
    stream = struct.pack(">HB", 1, 0) + descriptor(4, decoder + descriptor(5, sound.config)) + descriptor(6, b"\2")
    audio = struct.pack(">HHHHI", sound.channels, 16, 0, 0, sound.rate_hz << 16)
    return box(b"mp4a", bytes(6) + struct.pack(">H", 1) + bytes(8) + audio, _full(b"esds", 0, 0, descriptor(3, stream)))
