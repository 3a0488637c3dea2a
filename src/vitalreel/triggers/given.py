"""What a YAML file gives, looked at before it is read: unknown keys all at once, and each value as what it must be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import closest


def mapping(raw: object, where: str, known: Collection[str]) -> Mapping[str, object]:
    """`raw` as a mapping with none but known keys. Raises BadConfiguration naming `where` and all that are not."""
    if not isinstance(raw, Mapping):
        raise BadConfiguration(where, "is not a mapping of names to values")
    refuse(where, strange(raw, known), f"use {', '.join(sorted(known))}")
    return raw


def strange(raw: object, known: Collection[str], place: str = "") -> list[str]:
    """The keys of a mapping that nothing reads, in words, each with what may have been meant; none of what is no mapping."""
    keys = [str(key) for key in raw if key not in known] if isinstance(raw, Mapping) else []
    return [f"{f'{place}: ' if place else ''}{key!r} is not known{meant(key, known)}" for key in keys]


def meant(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, as words that end a complaint; empty where none is like it."""
    near = closest(word, known)
    return f" (did you mean {near}?)" if near else ""


def refuse(where: str, complaints: Sequence[str], hint: str) -> None:
    """Raises BadConfiguration with all of them, if there are any."""
    if complaints:
        raise BadConfiguration(where, "; ".join(complaints), hint)


def one_of(value: object, allowed: Sequence[str], where: str, beside: str = "") -> str:
    """The value, if it is one of these words. Raises BadConfiguration naming them. beside: what else would do, in words."""
    if value not in allowed:
        hint = f"use one of: {', '.join(allowed)}{f'; {beside}' if beside else ''}"
        raise BadConfiguration(where, f"{value!r} is not known{meant(str(value), allowed)}", hint)
    return str(value)


def whole(value: object, where: str, least: int, most: int) -> int:
    """A whole number of `least` to `most`, both included; never a word or a flag. Raises BadConfiguration."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadConfiguration(where, f"cannot read {value!r}", f"write a whole number from {least} to {most}")
    return value


class Part:
    """One YAML mapping, read key by key."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise BadConfiguration(where, "is not a mapping of names to values")
        self._raw, self.where = raw, where

    def text(self, key: str) -> str:
        """The text of a key that must be there."""
        value = self.optional(key)
        if not value:
            raise BadConfiguration(self.where, f"{key!r} is missing", f"add a line `{key}: …`")
        return value

    def optional(self, key: str) -> str | None:
        """The text of a key, None where it is left out or left empty."""
        value = self._raw.get(key)
        if isinstance(value, Mapping | list):
            raise BadConfiguration(self.where, f"{key!r} must be one value")
        return None if value is None else str(value).strip()

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """The whole number of a key, both ends included."""
        return whole(self._raw.get(key, default), f"{self.where}: {key}", least, most)

    def flag(self, key: str, default: bool) -> bool:
        """The true or false of a key."""
        value = self._raw.get(key, default)
        if not isinstance(value, bool):
            raise BadConfiguration(self.where, f"{key!r} must be true or false, not {value!r}")
        return value

    def items(self, key: str, default: Sequence[object] | None = None) -> Sequence[object]:
        """The list of a key, no word or number of it twice."""
        value = self._raw.get(key, default)
        if not isinstance(value, list):
            raise BadConfiguration(self.where, f"{key!r} must be a list", f"write `{key}: [ … ]`")
        plain = [v for v in value if not isinstance(v, Mapping)]
        if twice := [v for n, v in enumerate(plain) if v in plain[:n]]:
            raise BadConfiguration(f"{self.where}: {key}", f"{twice[0]!r} is there twice", "take one of them out")
        return value

    def part(self, key: str) -> Part:
        """The mapping of a key that must be there."""
        if key not in self._raw:
            raise BadConfiguration(self.where, f"{key!r} is missing", f"add a part `{key}: {{ … }}`")
        return Part(self._raw[key], f"{self.where}: {key}")

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._raw
