"""The modules of a workspace, read and checked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from vitalreel.briefs.module import Module
from vitalreel.briefs.reading import read_module
from vitalreel.errors import NotFound
from vitalreel.steps.doors import Doors

parsed = lru_cache(128)(read_module)  # a module is the same as long as its text is


def module_of(doors: Doors, name: str) -> Module:
    """One module of the workspace. Raises NotFound naming those there are, BadConfiguration for a mistake in it."""
    path = _folder(doors) / f"{name}.yaml"
    if not path.is_file():
        raise NotFound("module", name, f"there are: {', '.join(names_of(doors)) or 'none'}")
    return parsed(path.read_text(encoding="utf-8"), f"modules/{name}.yaml")


def names_of(doors: Doors) -> list[str]:
    """The names of all modules, in order."""
    return sorted(p.stem for p in _folder(doors).glob("*.yaml"))


def translations_of(doors: Doors, name: str) -> tuple[Module, ...]:
    """The modules that say they are a translation of this one. Raises BadConfiguration for a mistake in one of them."""
    texts = {n: (_folder(doors) / f"{n}.yaml").read_text(encoding="utf-8") for n in names_of(doors)}
    found = (module_of(doors, n) for n, text in texts.items() if "translates:" in text)
    return tuple(module for module in found if module.translates == name)


def _folder(doors: Doors) -> Path:
    return doors.workspace.root / "modules"
