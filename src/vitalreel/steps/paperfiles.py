"""The papers of a workspace, read and checked, each with the module whose facts it tells."""

from __future__ import annotations

from vitalreel.briefs.module import Module
from vitalreel.errors import NotFound
from vitalreel.papers import reading
from vitalreel.papers.paper import Paper
from vitalreel.steps.doors import Doors
from vitalreel.steps.modules import module_of, parsed
from vitalreel.store.workspace import LIBRARY


def paper_of(doors: Doors, name: str) -> tuple[Paper, Module]:
    """A paper of the workspace, else of the box, and the module whose facts it tells. Raises NotFound, BadConfiguration."""
    text, where = _text(doors, "papers", name)
    of = reading.facts_of(text, where)
    try:
        module = module_of(doors, of)
    except NotFound:
        module = parsed(*_text(doors, "modules", of))
    return reading.read_paper(text, where, module), module


def _text(doors: Doors, folder: str, name: str) -> tuple[str, str]:
    """What a file of the workspace says, else the box's of that name, and what errors call it."""
    for root in (doors.workspace.root, LIBRARY):
        path = root / folder / f"{name}.yaml"
        if path.is_file():
            return path.read_text(encoding="utf-8"), f"{folder}/{name}.yaml"
    known = sorted(p.stem for p in (LIBRARY / folder).glob("*.yaml"))
    raise NotFound(folder.removesuffix("s"), name, f"there are: {', '.join(known)}")
