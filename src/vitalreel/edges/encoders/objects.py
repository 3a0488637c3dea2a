"""Loads an object file of one compiled loop: its code, its constants, and nothing from outside.

A process that only runs kept code would otherwise load the whole compiler to link it, which is 70 MB of its memory. What is read
is ELF-64 for x86-64 as System V's gABI and psABI have it, with the relocations that code and its own constants need; any other
object is left to the compiler.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass

# Numbers of the ELF-64 format: gABI, chapters 4 and 5; relocations: psABI for x86-64, table 4.9.
RELOCATABLE, X86_64 = 1, 62
SYMTAB, RELA, NOBITS = 2, 4, 8
ALLOC = 0x2
READ_EXECUTE = 1 | 4  # PROT_READ | PROT_EXEC


@dataclass(frozen=True, slots=True)
class _Section:
    kind: int
    flags: int
    at: int
    size: int
    link: int
    info: int
    align: int


class Loaded:
    """Machine code in this process's memory for as long as it lives. address: of the function that was asked for."""

    def __init__(self, memory: mmap.mmap, address: int) -> None:
        self._memory = memory
        self.address = address


def load(code: bytes, name: str) -> Loaded | None:
    """The function `name` of an object file; None where the object is not of this kind or the system lets no code be made.

    code: trusted: what it holds is run.
    """
    try:
        return _load(code, name)
    except (struct.error, IndexError, ValueError, OSError, _Strange):
        return None


class _Strange(Exception):
    """Something in the object that this loader does not know."""


def _load(code: bytes, name: str) -> Loaded:
    sections = list(_sections(code))
    places, size = _laid_out(sections)
    memory = mmap.mmap(-1, max(size, 1))
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    for number, at in places.items():
        one = sections[number]
        if one.kind != NOBITS:
            memory[at : at + one.size] = code[one.at : one.at + one.size]
    symbols = next((s for s in sections if s.kind == SYMTAB), None)
    if symbols is None:
        raise _Strange
    for one in sections:
        if one.kind == RELA and one.info in places:
            _relocate(code, one, symbols, memory, base, places)
    address = base + _named(code, symbols, sections[symbols.link], name, places)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mprotect(ctypes.c_void_p(base), ctypes.c_size_t(len(memory)), READ_EXECUTE) != 0:
        raise OSError(ctypes.get_errno(), "mprotect")
    return Loaded(memory, address)


def _sections(code: bytes) -> Iterator[_Section]:
    if code[:6] != b"\x7fELF\x02\x01" or struct.unpack_from("<HH", code, 16) != (RELOCATABLE, X86_64):
        raise _Strange
    (table,) = struct.unpack_from("<Q", code, 40)
    size, count = struct.unpack_from("<HH", code, 58)
    for number in range(count):
        _, kind, flags, _, at, length, link, info, align, _ = struct.unpack_from(
            "<IIQQQQIIQQ", code, table + number * size
        )
        yield _Section(kind, flags, at, length, link, info, align)


def _laid_out(sections: list[_Section]) -> tuple[dict[int, int], int]:
    """Section number -> where it comes to lie, of those that are needed when the code runs; and how long they are together."""
    places, size = {}, 0
    for number, one in enumerate(sections):
        if one.flags & ALLOC:
            step = max(one.align, 1)
            places[number] = -(-size // step) * step
            size = places[number] + one.size
    return places, size


def _symbol(code: bytes, symbols: _Section, number: int, places: dict[int, int]) -> tuple[int, int]:
    """A symbol's name, as a place among the names, and where it comes to lie. Raises _Strange for one from outside."""
    name, _, _, section, value, _ = struct.unpack_from("<IBBHQQ", code, symbols.at + 24 * number)
    if section not in places:
        raise _Strange
    return name, places[section] + value


def _relocate(
    code: bytes, table: _Section, symbols: _Section, memory: mmap.mmap, base: int, places: dict[int, int]
) -> None:
    for at in range(table.at, table.at + table.size, 24):
        offset, info, more = struct.unpack_from("<QQq", code, at)
        place, target = places[table.info] + offset, _symbol(code, symbols, info >> 32, places)[1] + more
        match info & 0xFFFFFFFF:
            case 1:  # R_X86_64_64
                struct.pack_into("<Q", memory, place, base + target)
            case 2 | 4:  # R_X86_64_PC32, R_X86_64_PLT32
                struct.pack_into("<i", memory, place, target - place)
            case 24:  # R_X86_64_PC64
                struct.pack_into("<q", memory, place, target - place)
            case _:
                raise _Strange


def _named(code: bytes, symbols: _Section, names: _Section, name: str, places: dict[int, int]) -> int:
    for number in range(1, symbols.size // 24):
        (at,) = struct.unpack_from("<I", code, symbols.at + 24 * number)
        start = names.at + at
        if code[start : code.index(b"\0", start)] == name.encode():
            return _symbol(code, symbols, number, places)[1]
    raise _Strange
