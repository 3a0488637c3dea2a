"""The guards of the whole programme: from the YAML people write to rules over all plays, every mistake named with its place (T7 T15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import mapping
from vitalreel.triggers.guards import PERSON_FIRST, Apart, Conflict


@dataclass(frozen=True, slots=True)
class Guarding:
    """`guards:` of vitalreel.yaml. Conditions are kept as text; the step proves them."""

    conditions: Mapping[str, str] = field(default_factory=dict)  # flag -> condition
    conflicts: tuple[Conflict, ...] = ()
    apart: tuple[Apart, ...] = ()
    confirmed: frozenset[str] = frozenset()  # categories of plays that wait until a person said who the sponsor is now


def read_guards(raw: object, where: str) -> Guarding:
    """Guarding of parsed YAML; None is none. Raises BadConfiguration naming place and remedy."""
    if raw is None:
        return Guarding()
    part = mapping(raw, where, {"person_first", "conflicts", "apart", "confirmed"})
    conditions: dict[str, str] = {}
    if part.get("person_first"):
        conditions[PERSON_FIRST] = str(part["person_first"])
    conflicts = []
    for number, one in enumerate(_list(part.get("conflicts"), f"{where}.conflicts"), 1):
        conflict, condition = _conflict(one, f"{where}.conflicts[{number}]")
        if condition:
            conditions[conflict.flag] = condition
        conflicts.append(conflict)
    apart = [_apart(one, f"{where}.apart[{n}]") for n, one in enumerate(_list(part.get("apart"), f"{where}.apart"), 1)]
    confirmed = frozenset(map(str, _list(part.get("confirmed"), f"{where}.confirmed")))
    return Guarding(conditions, tuple(conflicts), tuple(apart), confirmed)


def _conflict(raw: object, where: str) -> tuple[Conflict, str]:
    one = mapping(raw, where, {"hold", "while", "while_running", "because"})
    for key in ("hold", "because"):
        if not one.get(key):
            raise BadConfiguration(where, f"{key!r} is missing", "name the category to hold and say why in words")
    condition, running = one.get("while"), _list(one.get("while_running"), f"{where}: while_running")
    if bool(condition) == bool(running):
        raise BadConfiguration(
            where, "says not when", "give `while:` a condition, or `while_running:` categories of plays"
        )
    because = str(one["because"])
    return Conflict(str(one["hold"]), because, because if condition else "", tuple(map(str, running))), str(
        condition or ""
    )


def _apart(raw: object, where: str) -> Apart:
    one = mapping(raw, where, {"modules", "days"})
    modules, days = _list(one.get("modules"), f"{where}: modules"), one.get("days")
    if len(modules) < 2 or not isinstance(days, int) or days < 1:
        raise BadConfiguration(where, "is not two modules and days", "write `{modules: [a, b], days: 21}`")
    return Apart(tuple(map(str, modules)), days)


def _list(raw: object, where: str) -> Sequence[object]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise BadConfiguration(where, "must be a list", "write it as [ … ]")
    return raw
