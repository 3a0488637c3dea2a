"""`vitalreel --help`: what it says of a command is what the command says of itself, and no command is imported for it."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from vitalreel.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_begins_its_help_as_the_list_does(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert (command.help or "").replace("\n", " ").startswith(COMMANDS[name][1])


def test_the_list_imports_no_command() -> None:
    """It took four seconds when it did."""
    asked = "import sys; from vitalreel.cli import main\ntry: main(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert all(name in done.stdout for name in COMMANDS)
    assert {"numpy", "sqlalchemy", "vitalreel.wiring"}.isdisjoint(done.stderr.split())
