"""How long personal data is kept (D10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration

_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_KINDS = ("left_contacts", "events", "quarantine", "films")


@dataclass(frozen=True, slots=True)
class Retention:
    """Days; None: for ever."""

    left_contacts_days: int | None = None  # after the day they left
    events_days: int | None = None  # what players sent; what was measured of it stays
    quarantine_days: int | None = None
    films_days: int | None = None  # after they were made


def read_retention(raw: object, where: str) -> Retention:
    """`retention:` of vitalreel.yaml. Raises BadConfiguration naming the key and what to write."""
    if raw is None:
        return Retention()
    if not isinstance(raw, Mapping) or set(raw) - set(_KINDS):
        raise BadConfiguration(where, "cannot be read", f"it may say {', '.join(_KINDS)}, each as `2 years`")
    return Retention(*(_days(raw[k], f"{where}.{k}") if k in raw else None for k in _KINDS))


def _days(value: object, where: str) -> int:
    words = str(value).split()
    unit = words[1].removesuffix("s") if len(words) == 2 else ""
    if unit not in _UNITS or not words[0].isdigit() or not int(words[0]):
        raise BadConfiguration(where, f"{value!r} is no length of time", "write it as `90 days` or `2 years`")
    return int(words[0]) * _UNITS[unit]
