"""Kinds of messages people may choose among: which plays' messages each holds, and what its readers are told it is (R8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import Part, mapping

MOST = 8
"""Kinds on one page: more are no choice but a list."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of `kinds:` in vitalreel.yaml."""

    name: str
    title: str  # as people read it
    plays: tuple[str, ...]  # categories of plays


def read_kinds(raw: object, where: str) -> tuple[Kind, ...]:
    """Kinds of parsed YAML, in their order; None: there is nothing to choose among. Raises BadConfiguration naming place and remedy.

    A category in none of them goes by its channel alone.
    """
    if raw is None:
        return ()
    if not isinstance(raw, Mapping) or len(raw) > MOST:
        raise BadConfiguration(
            where, f"is not a mapping of at most {MOST} kinds", "write renewal: {title: …, plays: [renewal_window]}"
        )
    kinds = tuple(_kind(str(name), value, f"{where}.{name}") for name, value in raw.items())
    named = [category for kind in kinds for category in kind.plays]
    if twice := sorted({c for c in named if named.count(c) > 1}):
        raise BadConfiguration(where, f"{twice[0]!r} is in two kinds", "leave it in one")
    return kinds


def _kind(name: str, raw: object, where: str) -> Kind:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", name):
        raise BadConfiguration(where, f"{name!r} is no name", "use small letters, digits and _, 30 at most")
    part = Part(mapping(raw, where, {"title", "plays"}), where)
    return Kind(name, part.text("title")[:80], tuple(map(str, part.items("plays"))))


def declined(kinds: Iterable[Kind], said: Mapping[tuple[str, str], bool]) -> frozenset[tuple[str, str]]:
    """(channel, category) of what a person does not want. said: (channel, kind) -> whether they do."""
    plays = {kind.name: kind.plays for kind in kinds}
    return frozenset(
        (channel, category)
        for (channel, kind), wanted in said.items()
        if not wanted
        for category in plays.get(kind, ())
    )
