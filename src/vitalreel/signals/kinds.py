"""What rules call films: kinds of modules, a kind that counts only while it is news, and where customers stop watching."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration

WATCHED = "video.watched"
IN_TIME = "video.watched_in_time"
"""The event of a view within a kind's days of the release it tells of; its name in parentheses is the kind's."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DAYS = re.compile(r"([1-9]\d{0,3}) days?")


@dataclass(frozen=True, slots=True)
class Kind:
    """Films that count as one; a video that is shown elsewhere says its kind itself."""

    modules: tuple[str, ...]
    within: int | None = None  # days after the release that a view counts; None: always


@dataclass(frozen=True, slots=True)
class DropOff:
    """When a place of a film counts as one where customers stop."""

    customers: int  # that stopped there, at least
    share: float  # of all views that ended early, 0..1
    width: float  # of the place, as a share of the film


@dataclass(frozen=True, slots=True)
class Lapse:
    """An event that tells of another's absence: after `of`, for so many days no `unless` of the same film by the account."""

    of: str
    unless: str
    days: int


def known_as(kinds: Mapping[str, Kind], film: str) -> tuple[str, tuple[str, ...]]:
    """(the event of watching it, the names its rows may have)."""
    kind = kinds.get(film)
    if kind is None:
        return WATCHED, (film,)
    return (WATCHED, (film, *kind.modules)) if kind.within is None else (IN_TIME, (film,))


def read_kinds(raw: object, where: str) -> dict[str, Kind]:
    """`kinds:` of signals.yaml: `{onboarding: [module, ...], news: {of: [module, ...], within: 7 days}}`. Raises BadConfiguration."""
    if not isinstance(raw, Mapping):
        raise BadConfiguration(where, f"cannot read {raw!r}", "write {onboarding: [onboarding_check_in]}")
    return {_named(name, where): _kind(said, f"{where}.{name}") for name, said in raw.items()}


def _named(name: object, where: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadConfiguration(
            where, f"{name!r} is no name of a kind", "use lower-case letters, digits and underscores"
        )
    return name


def _kind(said: object, where: str) -> Kind:
    if isinstance(said, list | tuple):
        return Kind(_modules(said, where))
    if not isinstance(said, Mapping) or set(said) != {"of", "within"}:
        raise BadConfiguration(
            where, f"cannot read {said!r}", "write [module, ...] or {of: [module, ...], within: 7 days}"
        )
    return Kind(_modules(said["of"], f"{where}.of"), read_days(said["within"], f"{where}.within"))


def _modules(said: object, where: str) -> tuple[str, ...]:
    if not isinstance(said, list | tuple) or not all(isinstance(m, str) for m in said):
        raise BadConfiguration(where, f"this should be a list of modules, it is {said!r}", "write [product_update]")
    return tuple(said)


def read_days(said: object, where: str) -> int:
    """`7 days`. Raises BadConfiguration."""
    found = _DAYS.fullmatch(str(said))
    if not found:
        raise BadConfiguration(where, f"{said!r} is no number of days", "write for example 7 days")
    return int(found[1])


def read_drop_off(raw: object, where: str) -> DropOff | None:
    """`drop_off:` of signals.yaml, None where it says nothing. Raises BadConfiguration."""
    if raw is None:
        return None
    hint = "write {customers: 5, share: 0.2, width: 0.05}"
    if not isinstance(raw, Mapping) or set(raw) != {"customers", "share", "width"}:
        raise BadConfiguration(where, f"cannot read {raw!r}", hint)
    customers, share, width = raw["customers"], raw["share"], raw["width"]
    if isinstance(customers, bool) or not isinstance(customers, int) or customers < 2:
        raise BadConfiguration(f"{where}.customers", f"{customers!r} is no number of customers from 2 on", hint)
    for name, value in (("share", share), ("width", width)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            raise BadConfiguration(f"{where}.{name}", f"{value!r} is no share above 0 and below 1", hint)
    return DropOff(customers, float(share), float(width))


def read_lapse(entry: Mapping[str, object], events: Collection[str], where: str) -> Lapse | None:
    """`of`, `unless` and `after` of an event, None where it has none. events: the names there are. Raises BadConfiguration."""
    given = [k for k in ("of", "unless", "after") if k in entry]
    if not given:
        return None
    if len(given) < 3:
        raise BadConfiguration(where, "an absence says of, unless and after", f"it only says {', '.join(given)}")
    for key in ("of", "unless"):
        if entry[key] not in events:
            raise BadConfiguration(f"{where}.{key}", f"there is no event {entry[key]!r}", "name one of signals.yaml")
    return Lapse(str(entry["of"]), str(entry["unless"]), read_days(entry["after"], f"{where}.after"))
