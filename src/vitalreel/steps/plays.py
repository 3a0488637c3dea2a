"""The plays of a workspace as they are written: each read and proved by its catalogue, and by the films there are (T3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.asking import Asked, check_play
from vitalreel.steps.doors import Doors
from vitalreel.steps.modules import names_of
from vitalreel.store.workspace import LIBRARY, Workspace
from vitalreel.triggers.given import meant
from vitalreel.triggers.matrix import Play, VideoStep, read_play
from vitalreel.triggers.playbook import Playbook, read_playbook


def read_plays(doors: Doors, catalogue: Catalogue, instead: Mapping[str, object] | None = None) -> tuple[Asked, ...]:
    """The workspace's plays, every condition checked. instead: by file, contents to read in its place.

    Raises BadConfiguration with file, place and remedy.
    """
    files, books = {**doors.workspace.folder("plays"), **(instead or {})}, playbooks_of(doors.workspace)
    found = tuple(check_play(read_play(raw, f"plays/{name}.yaml", books), catalogue) for name, raw in files.items())
    if twice := _named_twice([a.play for a in found]):
        raise twice
    return found


def playbooks_of(workspace: Workspace) -> dict[str, Playbook]:
    """The workspace's playbooks by name; a workspace without the folder has the shipped ones. Raises BadConfiguration."""
    found = workspace.folder("playbooks") or Workspace(LIBRARY).folder("playbooks")
    books = [read_playbook(raw, f"playbooks/{name}.yaml") for name, raw in found.items()]
    return {b.name: b for b in books}


def proved(
    raw: object, where: str, catalogue: Catalogue, modules: Collection[str], playbooks: Mapping[str, Playbook]
) -> Asked:
    """A play as it may be saved: read, its conditions checked, its films there. modules: names of those there are.

    Raises BadConfiguration with file, place and remedy.
    """
    asked = check_play(read_play(raw, where, playbooks), catalogue)
    for step in asked.play.ladder:
        if isinstance(step, VideoStep) and step.module not in modules:
            raise BadConfiguration(
                f"{where}: step {step.name}: module",
                f"no module {step.module!r}{meant(step.module, modules)}",
                f"there are: {', '.join(sorted(modules)) or 'none'}",
            )
    return asked


def look_at_plays(doors: Doors, catalogue: Catalogue) -> Iterator[Asked | BadConfiguration]:
    """Each file of the workspace's plays, in order: what it asks, or what is wrong with it; one does not hide the next."""
    modules, books = names_of(doors), playbooks_of(doors.workspace)
    plays = []
    for name in doors.workspace.names("plays"):
        where = f"plays/{name}.yaml"
        try:
            asked = proved(doors.workspace.yaml(where), where, catalogue, modules, books)
        except BadConfiguration as e:
            yield e
            continue
        plays.append(asked.play)
        yield asked
    if twice := _named_twice(plays):
        yield twice


def _named_twice(plays: Sequence[Play]) -> BadConfiguration | None:
    """What is wrong with two files that name one play: only one of them would speak."""
    first: dict[str, str] = {}
    for play in plays:
        if play.name in first:
            what = f"{first[play.name]} is a play named {play.name!r} too"
            return BadConfiguration(play.where, what, "give each play a name of its own")
        first[play.name] = play.where
    return None
