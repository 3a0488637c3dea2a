"""Compiled loops: made once, found again by other processes, made anew where the file is not what was written."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitalreel.edges.encoders import objects
from vitalreel.edges.encoders.machine_code import compiled

FACTOR = 3


def scaled(source: Any, target: Any, count: int, offset: int) -> None:
    """target[i] = FACTOR * source[i] + offset."""
    for i in range(count):
        target[i] = np.int32(FACTOR * source[i] + offset)


def run(folder: Path) -> list[int]:
    call = compiled(scaled, ("uint8", "int32"), 2, [folder])
    assert call is not None
    source, target = np.arange(5, dtype=np.uint8), np.zeros(5, np.int32)
    call(source.ctypes.data, target.ctypes.data, 5, 7)
    return target.tolist()


def test_the_code_is_kept_and_found_again(tmp_path: Path) -> None:
    """A second use links what the first one wrote (V12: the same integers)."""
    first, kept = run(tmp_path), [path.read_bytes() for path in tmp_path.iterdir()]
    again = run(tmp_path)

    assert [7, 10, 13, 16, 19] == first == again
    assert kept == [path.read_bytes() for path in tmp_path.iterdir()]
    assert 1 == len(kept)


@pytest.mark.parametrize("left", [b"", b"x" * 400], ids=["torn", "changed"])
def test_a_file_that_is_not_what_was_written_is_made_anew(tmp_path: Path, left: bytes) -> None:
    """A torn write or a changed file is never run."""
    run(tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:32] + left)

    assert [7, 10, 13, 16, 19] == run(tmp_path)
    assert hashlib.sha256(path.read_bytes()[32:]).digest() == path.read_bytes()[:32]


def test_a_changed_number_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler freezes the module's numbers into the code; a kept file of other numbers would draw other colours."""
    run(tmp_path)
    monkeypatch.setitem(scaled.__globals__, "FACTOR", 5)

    assert [7, 12, 17, 22, 27] == run(tmp_path)
    assert 2 == len(list(tmp_path.iterdir()))


def test_where_no_folder_can_be_written_it_works_all_the_same(tmp_path: Path) -> None:
    """A read-only installation compiles in each process."""
    blocked = tmp_path / "file"
    blocked.write_text("no folder")

    assert [7, 10, 13, 16, 19] == run(blocked / "below")


def test_a_process_that_converts_colours_does_not_load_numba() -> None:
    """Loading it would cost each worker 0.9 CPU s and 60 MB, llvmlite 70; the first process on a machine has compiled by now."""
    script = (
        "import sys, numpy as np\n"
        "from vitalreel.edges.encoders.colour import Planes, fastest, with_numpy\n"
        "Planes(4, 4).update(np.zeros((4, 4, 4), np.uint8), None)\n"
        "print(fastest() is with_numpy, 'numba' in sys.modules, 'llvmlite' in sys.modules)\n"
    )
    call = [sys.executable, "-c", script]
    subprocess.run(call, check=True, capture_output=True)
    told = subprocess.run(call, check=True, capture_output=True, text=True).stdout

    llvm = platform.machine() != "x86_64" or platform.system() != "Linux"
    assert f"False False {llvm}\n" == told


def test_an_object_that_is_not_known_is_left_to_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another format, a symbol from outside, a kind of relocation: llvmlite links it, and the loop says the same."""
    expected = run(tmp_path)
    (path,) = tmp_path.iterdir()
    name, _, code = path.read_bytes()[32:].partition(b"\n")

    assert [None] * 4 == [
        objects.load(one, name.decode()) for one in (b"", code[:70], b"\xcf\xfa\xed\xfe" + code[4:], code[:200])
    ]
    assert objects.load(code, "another") is None
    monkeypatch.setattr(objects, "load", lambda code, name: None)
    assert expected == run(tmp_path)
