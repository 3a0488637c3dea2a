"""Lets `import skia` work where libEGL and libGL are absent: servers, containers, machines without root.

The wheel is linked against both, though drawing on the processor never calls them. Where the system lacks one, a shared
object of the same SONAME is written into memory and loaded first; the dynamic linker then takes it for the real one. It
must define every function skia binds at load time (an empty one fails with "undefined symbol: eglQueryString"), and each
returns 0. So no GL context can be made on a stub: canvases are raster surfaces.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib.util
import mmap
import os
import platform
import struct
from collections.abc import Sequence
from pathlib import Path

from vitalreel.errors import Unavailable

LIBRARIES = {"libEGL.so.1": "egl", "libGL.so.1": "gl"}
"""SONAME -> what the names of its functions begin with."""

FONTS = Path(__file__).resolve().parents[1] / "library" / "fonts.conf"
"""An empty fontconfig: films use only the faces they are given, and the system's files are neither read nor complained of."""

MACHINES = {
    "x86_64": (62, bytes.fromhex("31c0c3")),  # xor eax, eax; ret
    "aarch64": (183, bytes.fromhex("000080d2c0035fd6")),  # mov x0, #0; ret
}
"""platform.machine() -> ELF's e_machine and the body of a function that returns 0."""

# Sizes and values of the ELF-64 format, System V gABI, chapters 4 and 5.
HEADER, SEGMENT, SECTION, SYMBOL, DYNAMIC = 64, 56, 64, 24, 16
SHT_DYNSYM = 11
ET_DYN = 3
PT_LOAD, PT_DYNAMIC, PT_GNU_STACK = 1, 2, 0x6474E551
READ, WRITE, EXECUTE = 4, 2, 1
DT_NULL, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_SONAME = 0, 4, 5, 6, 10, 11, 14
GLOBAL_FUNCTION = 0x12  # st_info: STB_GLOBAL << 4 | STT_FUNC
SEGMENTS = 4  # code and tables, the dynamic section (which the linker writes to), its pointer, a stack without code
PAGE = 0x10000  # the largest page size of the machines above


@functools.cache
def ensure() -> str:
    """Makes libEGL and libGL available to this process: 'system' if it has them, 'stub' if they had to be stood in for.

    Call it before the first `import skia`. Raises Unavailable where a library is absent and no stub can be made.
    """
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))
    if platform.system() != "Linux":
        return "system"
    missing = [library for library in LIBRARIES if not _loads(library)]
    with contextlib.ExitStack() as opened:
        for library in missing:
            image = stub(library, undefined_names(_skia(), LIBRARIES[library]), platform.machine())
            opened.callback(os.close, _load(library, image))
    return "stub" if missing else "system"


@functools.cache
def ready() -> None:
    """`ensure`, and the font library started without its complaint: it reads Debian's templates whatever it is told."""
    ensure()
    import skia

    kept, silent = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 2)
        skia.FontMgr()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silent)


def _loads(library: str) -> bool:
    """Whether the system's own dynamic linker finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _skia() -> Path:
    """The file of skia's extension module."""
    spec = importlib.util.find_spec("skia")
    if spec is None or spec.origin is None:
        raise Unavailable("skia", "the package skia-python is not installed", "run `make setup`")
    return Path(spec.origin)


def _load(library: str, image: bytes) -> int:
    """Loads a shared object from memory, for every later one to bind to, and returns its open descriptor.

    The linker knows what it loaded by path first, and the path holds the descriptor's number: a number used again while
    loading a second library would be taken for the first.
    """
    descriptor = os.memfd_create(library)
    try:
        os.write(descriptor, image)
        ctypes.CDLL(f"/proc/self/fd/{descriptor}", mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        os.close(descriptor)
        raise Unavailable(library, str(error), "install libegl1 and libgl1") from error
    return descriptor


def undefined_names(shared_object: Path, prefix: str) -> list[str]:
    """Functions a shared object expects from others, of the form `prefix` + capital letter: eglInitialize, glClear."""
    with shared_object.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as image:
        (table,) = struct.unpack_from("<Q", image, 40)  # e_shoff
        (count,) = struct.unpack_from("<H", image, 60)  # e_shnum
        sections = [struct.unpack_from("<IIQQQQIIQQ", image, table + SECTION * index) for index in range(count)]
        symbols = next(section for section in sections if section[1] == SHT_DYNSYM)
        strings = sections[symbols[6]]  # sh_link
        found = []
        for start in range(symbols[4], symbols[4] + symbols[5], SYMBOL):
            name_at, _, _, section = struct.unpack_from("<IBBH", image, start)
            if section == 0 and name_at:  # SHN_UNDEF
                at = strings[4] + name_at
                found.append(image[at : image.find(b"\0", at)].decode())
    return sorted(name for name in found if name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isupper())


def stub(soname: str, names: Sequence[str], machine: str) -> bytes:
    """An ELF-64 shared object that exports `names` as functions returning 0.

    machine: as platform.machine() says it. Raises Unavailable for one not in MACHINES.
    """
    if machine not in MACHINES:
        raise Unavailable(soname, f"no stand-in can be made for {machine}", "install libegl1 and libgl1")
    number, code = MACHINES[machine]
    offsets, strings = _string_table([soname, *names])
    count = len(names) + 1  # symbol 0 is the undefined one
    symbols_at = HEADER + SEGMENTS * SEGMENT
    hash_at = symbols_at + count * SYMBOL
    strings_at = hash_at + 4 * (3 + count)
    code_at = _aligned(strings_at + len(strings))
    dynamic_at = _aligned(code_at + len(code))

    dynamic = _pairs(
        (DT_SONAME, offsets[soname]), (DT_HASH, hash_at), (DT_STRTAB, strings_at), (DT_SYMTAB, symbols_at),
        (DT_STRSZ, len(strings)), (DT_SYMENT, SYMBOL), (DT_NULL, 0),
    )  # fmt: skip
    symbols = bytes(SYMBOL) + b"".join(
        struct.pack("<IBBHQQ", offsets[name], GLOBAL_FUNCTION, 0, 1, code_at, len(code)) for name in names
    )
    segments = (
        _segment(PT_LOAD, READ | EXECUTE, 0, 0, dynamic_at, PAGE)
        + _segment(PT_LOAD, READ | WRITE, dynamic_at, PAGE, len(dynamic), PAGE)
        + _segment(PT_DYNAMIC, READ | WRITE, dynamic_at, PAGE, len(dynamic), 8)
        + _segment(PT_GNU_STACK, READ | WRITE, 0, 0, 0, 16)
    )
    tables = _header(number) + segments + symbols + _hash_table(count) + strings
    return (tables.ljust(code_at, b"\0") + code).ljust(dynamic_at, b"\0") + dynamic


def _aligned(offset: int) -> int:
    """The next multiple of 16."""
    return -(-offset // 16) * 16


def _string_table(names: Sequence[str]) -> tuple[dict[str, int], bytes]:
    """Name -> offset, and the table itself: NUL-terminated names after one NUL."""
    offsets, table = {}, b"\0"
    for name in names:
        offsets[name] = len(table)
        table += name.encode() + b"\0"
    return offsets, table


def _hash_table(count: int) -> bytes:
    """DT_HASH with a single bucket: a chain through symbols 1 to count - 1, which a look-up walks from end to end."""
    following = [index + 1 if index + 1 < count else 0 for index in range(1, count)]
    return struct.pack(f"<{3 + count}I", 1, count, 1 if count > 1 else 0, 0, *following)


def _header(machine: int) -> bytes:
    """A little-endian ELF-64 header of a shared object with SEGMENTS segments and no sections."""
    kind = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    sizes = HEADER, SEGMENT, SEGMENTS, SECTION, 0, 0
    return kind + struct.pack("<HHIQQQIHHHHHH", ET_DYN, machine, 1, 0, HEADER, 0, 0, *sizes)


def _segment(kind: int, flags: int, offset: int, shift: int, size: int, alignment: int) -> bytes:
    """A program header; `shift` is how far its addresses lie above its offsets in the file."""
    return struct.pack("<IIQQQQQQ", kind, flags, offset, offset + shift, offset + shift, size, size, alignment)


def _pairs(*entries: tuple[int, int]) -> bytes:
    """The dynamic section: tag and value, 8 bytes each."""
    return b"".join(struct.pack("<QQ", tag, value) for tag, value in entries)
