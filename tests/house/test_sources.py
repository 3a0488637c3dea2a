"""The rules of the house that a machine can keep (CONTRIBUTING.md says the others)."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import pytest

from tests.house.tree import ROOT, files, name, text

PAGE = 450  # lines of a file
SCREEN = 60  # lines of a function
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "misc"}


def python():
    return [path for path in files("*.py") if text(path).strip()]


def sources():
    """The product's own modules; migrations are records of what was, not code to read."""
    return [path for path in files("src/*.py") if "versions" not in path.parts]


def test_every_module_opens_with_a_sentence():
    """A file has one reason, and says it."""
    assert [] == [name(path) for path in python() if not ast.get_docstring(ast.parse(text(path)))]


def test_no_module_outgrows_a_sitting():
    """Past this a file has two reasons and becomes a folder."""
    assert [] == [name(path) for path in sources() if len(text(path).splitlines()) >= PAGE]


def test_no_function_outgrows_a_screen():
    """What cannot be seen at once cannot be checked at once."""
    long = [
        f"{name(path)}: {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= SCREEN
    ]

    assert [] == long


def test_no_module_has_a_name_that_says_nothing():
    """A thing without a name of its own has not been thought through."""
    assert [] == [name(path) for path in files("src/*.py") if {*path.parts, path.stem} & VAGUE]


def test_nothing_is_left_for_later():
    """Comments that promise code, and code that refuses to run, do not land."""
    promised = [
        f"{name(path)}:{token.start[0]}"
        for path in sources()
        for token in tokenize.generate_tokens(io.StringIO(text(path)).readline)
        if token.type == tokenize.COMMENT and re.search(r"\b(TODO|FIXME|HACK)\b", token.string)
    ]
    refused = [
        f"{name(path)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Raise) and node.exc and "NotImplementedError" in ast.unparse(node.exc)
    ]

    assert [] == promised + refused


def test_no_room_stands_outside_the_import_order():
    """A room that is not in the order would be free of it."""
    assert "exhaustive = True" in (ROOT / ".importlinter").read_text()


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE"])
def test_the_pages_everyone_looks_for_are_there(page):
    """What it is, what changed, how to help, under which terms, with whose work."""
    assert (ROOT / page).read_text().strip()


def test_every_script_is_executable_and_reads_its_interpreter():
    """`tools/lock.sh` and `.ci/run` are run by name."""
    scripts = [path for path in files() if text(path).startswith("#!")]

    assert [] == [name(path) for path in scripts if not path.stat().st_mode & 0o100]
