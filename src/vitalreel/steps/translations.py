"""Which module a person's film is made from: the one that is asked for, or its translation into their language; and what keeps a
module from being told in its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vitalreel.briefs.languages import WRITTEN, fitting, is_written
from vitalreel.briefs.module import Module
from vitalreel.errors import BadConfiguration, NotFound, Refused
from vitalreel.steps.doors import Doors
from vitalreel.steps.modules import module_of, translations_of


@dataclass(frozen=True, slots=True)
class Chosen:
    module: Module
    note: str  # why it is not in the viewer's language; empty where it is, or where they have none


def wanted_by(contact: Mapping[str, Any] | None, account: Mapping[str, Any]) -> str:
    """The language recorded for a person, else for their company; "" where none is."""
    return str((contact or {}).get("language") or account.get("language") or "")


def module_for(doors: Doors, name: str, wanted: str) -> Chosen:
    """The module of that name, or the translation of it that suits who wants `wanted`.

    Where there is none that can be told, the module itself, and the note says so. Raises as `module_of` does.
    """
    module = module_of(doors, name)
    if wanted in ("", module.language):
        return Chosen(module, "")
    translations = {m.language: m for m in translations_of(doors, name)}
    told = {language: m for language, m in translations.items() if not list(mistakes(doors, m))}
    best = fitting(wanted, module.language, told)
    if best is not None:
        return Chosen(told.get(best, module), "")
    mute = fitting(wanted, "", translations)
    why = f"{translations[mute].name} cannot be told" if mute in translations else f"{name} has no translation into it"
    return Chosen(module, f"told in {module.language}, not {wanted}: {why}")


def note_on(doors: Doors, name: str, wanted: str) -> str:
    """The note on a film of a module to who wants `wanted`; empty too for a module that cannot be read: its film says why."""
    try:
        return module_for(doors, name, wanted).note
    except (NotFound, BadConfiguration):
        return ""


def mistakes(doors: Doors, module: Module, segment: str | None = None) -> Iterator[tuple[str, str]]:
    """What keeps a module from being told in its language, and what to do about it. segment: to that one; None: to any it is for."""
    if not is_written(module.language):
        yield (
            f"is in {module.language}, and films are written in {', '.join(WRITTEN)} only: figures and dates are put into words, "
            "and names and numbers traced, in no other language",
            "keep the file out of modules/ until they are",
        )
    casting, brand = doors.programme.film.casting, _brand_voice(doors)
    for one in [segment] if segment else module.segments or [""]:
        voice = casting.chain(one, brand)[0]
        if not voice.speaks(module.language):
            yield (
                f"is in {module.language}, which {voice}, the voice{f' for {one}' if one else ''}, does not speak",
                "name a voice that does in film.voices of vitalreel.yaml; for other languages than English that is a speech service's",
            )


def refuse_mute(doors: Doors, module: Module, segment: str, what: str) -> None:
    """Raises Refused where the module cannot be told to the segment in its language."""
    for why, hint in mistakes(doors, module, segment):
        raise Refused(what, f"{module.name} {why}", hint)


def _brand_voice(doors: Doors) -> str:
    """The voice the brand kit names; "" for none. It is asked where the workspace names none for everybody."""
    if doors.programme.film.casting.voice is not None:
        return ""
    kit = doors.workspace.yaml(f"brands/{doors.programme.film.brand}.yaml")
    return str(kit.get("voice", "")) if isinstance(kit, Mapping) else ""
