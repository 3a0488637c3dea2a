"""Modules are signed off before accounts see them: draft, live, retired; a change of words, pictures or conditions asks again (R10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, select

from vitalreel.briefs.module import Module, content_of
from vitalreel.errors import BadConfiguration, BadInput, NotFound
from vitalreel.steps.doors import Doors
from vitalreel.steps.modules import module_of, names_of, parsed
from vitalreel.steps.translations import module_for
from vitalreel.store.database import reading, upsert
from vitalreel.store.tables import module_sign
from vitalreel.store.workspace import EXAMPLES, LIBRARY
from vitalreel.triggers.window import NotNow

State = Literal["draft", "live", "retired"]
SHIPPED = "as shipped"
"""Who signed a module that is word for word one of the box's."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A module of the workspace as it is now, and how it stands."""

    module: str
    version: int
    content: str  # fingerprint of what it says, shows and asks; comments and spacing are no part of it
    state: State
    who: str  # empty for a draft
    at: datetime | None  # None: as shipped, or a draft


def modules(doors: Doors) -> list[Signed]:
    """Every module of the workspace, in order of name. Raises BadConfiguration for a mistake in one."""
    with reading(doors.engine).connect() as c:
        kept = _kept(c)
    return [_signed(module_of(doors, name), kept) for name in names_of(doors)]


def sign(doors: Doors, name: str, state: Literal["live", "retired"], who: str, now: datetime) -> Signed:
    """Put a name under a module as it is now, or retire it. Raises NotFound for a module nobody wrote, BadInput without a name."""
    if not who.strip():
        raise BadInput(f"module {name}", "a signature needs a name", "give --by NAME")
    module = module_of(doors, name)
    signed = Signed(name, module.version, content_of(module), state, who, now)
    with doors.engine.begin() as c:
        upsert(c, module_sign, [asdict(signed)])
    return signed


def made_from_live(c: Connection, name: str, config: Mapping[str, Any]) -> bool:
    """Whether a made film may be seen: its module, or the translation of it, is signed off as it was when the film was made.

    name: the module that was asked for. config: what is kept of the film's making.
    """
    return is_live(c, config.get("of", name), config.get("module", ""))


def is_live(c: Connection, name: str, content: str) -> bool:
    """Whether a film made from this content of a module may be seen: signed and not retired, or as shipped."""
    state = c.execute(
        select(module_sign.c.state).where(module_sign.c.module == name, module_sign.c.content == content)
    ).scalar_one_or_none()
    return content in shipped(name) if state is None else state == "live"


def live_now(c: Connection, doors: Doors, name: str, wanted: str = "") -> bool:
    """Whether a film made now from a module may be seen. One that is gone or cannot be read is none to be seen.

    wanted: the viewer's language; theirs is the translation.
    """
    try:
        module = module_for(doors, name, wanted).module
        return is_live(c, module.name, content_of(module))
    except (NotFound, BadConfiguration):
        return False


def unsigned_off(name: str) -> NotNow:
    """Why a film of a module that is not live stays where it is."""
    words = f"{name} has changed since an editor signed it, or was retired; see `vitalreel module list`"
    return NotNow("module not signed off", detail=words)


def shipped(name: str) -> frozenset[str]:
    """Contents of a module of that name in the box: the library's, and those of examples."""
    places = (LIBRARY, *(sorted(EXAMPLES.iterdir()) if EXAMPLES.is_dir() else ()))
    files = (place / "modules" / f"{name}.yaml" for place in places)
    return frozenset(_content(file) for file in files if file.is_file())


def _content(file: Path) -> str:
    return content_of(parsed(file.read_text(encoding="utf-8"), f"modules/{file.name}"))


def _kept(c: Connection) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    return {(r["module"], r["content"]): dict(r) for r in c.execute(select(module_sign)).mappings()}


def _signed(module: Module, kept: Mapping[tuple[str, str], Mapping[str, Any]]) -> Signed:
    content = content_of(module)
    row = kept.get((module.name, content))
    if row is not None:
        return Signed(module.name, module.version, content, row["state"], row["who"], row["at"])
    if content in shipped(module.name):
        return Signed(module.name, module.version, content, "live", SHIPPED, None)
    return Signed(module.name, module.version, content, "draft", "", None)
