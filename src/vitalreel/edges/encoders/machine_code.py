"""Compiles a loop by numba once a machine and keeps it as machine code, so that later processes run it without numba.

Importing numba and reading its own cache costs a process 0.9 CPU s and 60 MB, and llvmlite, which links the kept object,
0.06 s and 70 MB. A process that draws one scene takes little more than that altogether, so what can be is loaded by `objects`.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vitalreel.edges.encoders import objects

Call = Callable[..., None]
_linked: list[Any] = []  # code lives as long as what it was loaded by


def compiled(
    loop: Callable[..., None], pointers: Sequence[str], whole: int, folders: Sequence[Path] = ()
) -> Call | None:
    """`loop` as machine code; None where numba is not installed.

    loop: a function numba can compile that only reads and writes through its arguments. pointers: what each of its first
    arguments points to, "int32" or "uint8"; after them come `whole` 64-bit integers. Call the answer with addresses and
    integers; it holds no lock of Python's. folders: where to keep the code, the first that can be written.
    """
    try:
        key = _key(loop)
    except (PackageNotFoundError, ImportError):
        return None
    places = [folder / f"{loop.__name__}-{key}.o" for folder in folders or _folders()]
    kept = next((found for place in places if (found := _read(place)) is not None), None)
    name, code = kept or _made(loop, pointers, whole)
    if kept is None:
        _keep(places, name, code)
    return _linked_call(name, code, len(pointers), whole)


def _key(loop: Callable[..., None]) -> str:
    """What the machine code depends on: the loop, the compiler and the processor."""
    body = loop.__code__
    parts = (
        body.co_code,
        repr((body.co_consts, body.co_names, sorted(_globals(loop).items()))).encode(),
        f"{version('numba')} {version('llvmlite')}".encode(),
        _processor().encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


def _processor() -> str:
    """What decides which instructions are used: as Linux tells it, else as the compiler does. Raises ImportError without either."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n", 1)[0].splitlines()
    except OSError:
        lines = []
    told = [line for line in lines if line.partition(":")[0].strip() in ("vendor_id", "cpu family", "model", "flags")]
    if len(told) == 4:  # x86
        return "\n".join(told)
    llvm = _compiler()
    return f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def _compiler() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def _globals(loop: Callable[..., None]) -> dict[str, str]:
    """The module's numbers that the loop names: the compiler freezes them into the code."""
    named = {name: loop.__globals__.get(name) for name in loop.__code__.co_names}
    return {name: repr(value) for name, value in named.items() if isinstance(value, int | float)}


def _made(loop: Callable[..., None], pointers: Sequence[str], whole: int) -> tuple[str, bytes]:
    """The name of the compiled function and the object file it is in."""
    numba: Any = import_module("numba")  # without types: the options below are not in its own
    types = numba.types
    arguments = [types.CPointer(getattr(types, pointed)) for pointed in pointers] + [types.int64] * whole
    bare = numba.njit(types.void(*arguments), nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(loop)
    made = next(iter(bare.overloads.values()))
    return made.fndesc.llvm_func_name, made.library._get_compiled_object()


def _linked_call(name: str, code: bytes, pointers: int, whole: int) -> Call:
    """numba's functions take the places of an answer and of an exception first; these loops have neither."""
    kind = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * (2 + pointers), *[ctypes.c_int64] * whole)
    function, unused = kind(_address(name, code)), ctypes.create_string_buffer(16)
    at = ctypes.addressof(unused)
    _linked.append(unused)
    return lambda *arguments: function(at, at + 8, *arguments)


def _address(name: str, code: bytes) -> int:
    """Where the function lies, for as long as the process lives."""
    if (loaded := objects.load(code, name)) is not None:
        _linked.append(loaded)
        return loaded.address
    llvm = _compiler()
    jit = llvm.create_lljit_compiler()
    linked = llvm.JITLibraryBuilder().add_object_img(code).export_symbol(name).link(jit, name)
    _linked.extend((jit, linked))
    return int(linked[name])


def _folders() -> list[Path]:
    """Beside Python's own compiled files, else in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [Path(__file__).parent / "__pycache__", cache / "vitalreel"]


def _read(place: Path) -> tuple[str, bytes] | None:
    """The name and the object kept there; None where there is none, or it is not what was written."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    digest, body = data[:32], data[32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    name, _, code = body.partition(b"\n")
    return name.decode(), code


def _keep(places: Sequence[Path], name: str, code: bytes) -> None:
    """Written to the first place that can be; to none where no folder can: the next process compiles again."""
    body = name.encode() + b"\n" + code
    for place in places:
        draft = place.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(hashlib.sha256(body).digest() + body)
            draft.replace(place)
        except OSError:
            continue
        return
