"""Vitalreel draws where no graphics library is installed (spec P10: it runs on one small machine)."""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import string
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.edges import gl
from vitalreel.errors import Unavailable

WITHOUT_GL = """
import ctypes

class Linker(ctypes.CDLL):
    "Finds everything except what a bare server lacks."

    def __init__(self, name, *more, **options):
        if name in ("libEGL.so.1", "libGL.so.1"):
            raise OSError(f"{name}: cannot open shared object file")
        super().__init__(name, *more, **options)

ctypes.CDLL = Linker
from vitalreel.edges import gl
print(gl.ensure())
import skia
surface = skia.Surface(2, 2)
surface.getCanvas().clear(0xFF102030)
print(*surface.toarray(colorType=skia.kRGBA_8888_ColorType)[1, 1])
mapped = open("/proc/self/maps").read()
print("/libEGL.so.1" in mapped.replace("/memfd:", ""), "/memfd:libEGL.so.1" in mapped, "/memfd:libGL.so.1" in mapped)
"""

MACHINE = pytest.mark.skipif(sys.platform != "linux", reason="stubs are ELF files")


@MACHINE
def test_skia_draws_where_the_system_has_no_gl():
    """A plain server without Mesa and without root still makes pictures, from stubs alone."""
    run = subprocess.run([sys.executable, "-c", WITHOUT_GL], capture_output=True, text=True, timeout=60)

    assert ["stub", "16 32 48 255", "False True True"] == run.stdout.split("\n")[:3], run.stderr


def test_asking_again_gives_the_same_answer():
    """Every door may call it; only the first call does anything."""
    assert gl.ensure() is gl.ensure()
    assert gl.ensure() in ("system", "stub")


def function_names():
    return st.lists(st.text(string.ascii_letters, min_size=1, max_size=40), max_size=30, unique=True)


@MACHINE
@settings(max_examples=30)
@given(names=function_names())
def test_a_stub_exports_each_name_and_each_returns_zero(tmp_path_factory, names):
    """The dynamic linker itself is the judge of the file we wrote."""
    soname = f"libstub-{uuid4().hex}.so"
    path = tmp_path_factory.mktemp("stub") / soname
    path.write_bytes(gl.stub(soname, names, platform.machine()))
    library = ctypes.CDLL(str(path))

    assert [0] * len(names) == [library[name]() for name in names]
    assert not hasattr(library, "vitalreel_is_not_there")


@pytest.mark.parametrize("machine", sorted(gl.MACHINES))
def test_a_stub_says_what_machine_it_is_for(machine):
    """A file for the wrong processor would be refused by the linker, or worse, run."""
    image = gl.stub("libGL.so.1", ["glClear"], machine)

    assert (b"\x7fELF", gl.MACHINES[machine][0]) == (image[:4], int.from_bytes(image[18:20], "little"))


def test_a_machine_nobody_prepared_for_is_told_what_to_install():
    """The remedy is in the message."""
    with pytest.raises(Unavailable, match=r"libGL\.so\.1 .* riscv64; install libegl1 and libgl1"):
        gl.stub("libGL.so.1", [], "riscv64")


def test_what_skia_wants_is_read_from_its_own_symbol_table():
    """Names are neither guessed nor listed by hand, so a new skia brings its own."""
    skia = Path(importlib.util.find_spec("skia").origin)
    egl, other = gl.undefined_names(skia, "egl"), gl.undefined_names(skia, "gl")

    assert "eglGetProcAddress" in egl
    assert "glClear" in other
    assert not set(egl) & set(other)


def test_the_font_library_starts_in_silence() -> None:
    """A user's terminal is for what Vitalreel says; afterwards errors are heard again."""
    call = "import sys; from vitalreel.edges import gl; gl.ready(); import skia; skia.FontMgr(); print('heard', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", call], check=True, capture_output=True, text=True)

    assert "heard\n" == done.stderr
