"""The few bits of H.264 (ITU-T H.264, 08/2021) needed to put a ready-made slice between encoded ones."""

from __future__ import annotations

import re

SLICE, IDR, SPS, PPS = 1, 5, 7, 8  # nal_unit_type, table 7-1
_EMULATION = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_HIGH_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128)
_HEADER_BITS = 7  # first_mb_in_slice ue(0): 1 bit, slice_type ue(5): 5 bits, pic_parameter_set_id ue(0): 1 bit


class Bits:
    """Reads a bit string as clause 9.1 writes it."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left, self.position = int.from_bytes(data, "big"), len(data) * 8, 0

    def u(self, count: int) -> int:
        self._left -= count
        self.position += count
        return (self._value >> self._left) & ((1 << count) - 1)

    def ue(self) -> int:
        zeros = 0
        while not self.u(1):
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)


def units(annexb: bytes) -> list[bytes]:
    """The NAL units of a byte stream (annex B), without start codes."""
    starts, at = [], annexb.find(b"\0\0\1")
    while at >= 0:
        starts.append(at)
        at = annexb.find(b"\0\0\1", at + 3)
    ends = [*starts[1:], len(annexb)]
    return [
        annexb[start + 3 : end].rstrip(b"\0") if end != len(annexb) else annexb[start + 3 : end]
        for start, end in zip(starts, ends, strict=True)
    ]


def kind(unit: bytes) -> int:
    return unit[0] & 31


def frame_num_bits(sps: bytes) -> int:
    """The width of frame_num. Raises ValueError where the stream is not one whose slices may be renumbered.

    Picture order must follow decoding order (pic_order_cnt_type 2): then frame_num is all that tells pictures apart.
    """
    bits = Bits(_bare(sps[1:]))
    profile = bits.u(8)
    bits.u(16)
    bits.ue()
    if profile in _HIGH_PROFILES:
        if bits.ue() != 1:
            raise ValueError("chroma is not 4:2:0")
        bits.ue()
        bits.ue()
        if bits.u(2):
            raise ValueError("the SPS has a lossless flag or scaling lists")
    width = bits.ue() + 4
    if bits.ue() != 2:
        raise ValueError("picture order does not follow decoding order")
    return width


def renumbered(unit: bytes, frame_num: int, width: int) -> bytes:
    """A P slice with another frame_num (modulo 2**width). Raises ValueError where its header is of another form."""
    bare = _bare(unit[1:])
    head = Bits(bare[:8])
    if (head.ue(), head.ue(), head.ue()) != (0, 5, 0) or head.position != _HEADER_BITS:
        raise ValueError("not a P slice of the first picture parameter set")
    shift = 32 - _HEADER_BITS - width
    mask = ((1 << width) - 1) << shift
    word = int.from_bytes(bare[:4], "big")
    word = (word & ~mask) | ((frame_num << shift) & mask)
    return unit[:1] + _EMULATION.sub(b"\0\0\3", word.to_bytes(4, "big") + bare[4:])


def length_prefixed(found: list[bytes]) -> bytes:
    """Coded slices as an AVCC access unit: four bytes of length before each."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in found if kind(unit) in (SLICE, IDR))


def _bare(payload: bytes) -> bytes:
    """The payload without emulation prevention bytes (7.4.1)."""
    return payload.replace(b"\0\0\3", b"\0\0")
