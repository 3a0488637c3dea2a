"""What a YAML file gives, looked at before it is read."""

from __future__ import annotations

from collections.abc import Mapping

from vitalreel.errors import BadConfiguration


def mapping(raw: object, where: str, known: set[str]) -> Mapping[str, object]:
    """`raw` as a mapping with none but known keys. Raises BadConfiguration naming `where` and the first that is not."""
    if not isinstance(raw, Mapping):
        raise BadConfiguration(where, "is not a mapping of names to values")
    if unknown := sorted(set(map(str, raw)) - known):
        raise BadConfiguration(where, f"{unknown[0]!r} is not known", f"use {', '.join(sorted(known))}")
    return raw
