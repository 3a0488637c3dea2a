"""Reads `report` of vitalreel.yaml: unit costs, thresholds, kinds of time and the metrics chosen at the start; each has a default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from vitalreel.errors import BadConfiguration
from vitalreel.measurement.parts.costs import Costs, Range
from vitalreel.measurement.parts.diagnosis import Healthy
from vitalreel.measurement.parts.hours import Kinds
from vitalreel.measurement.parts.library import Limits

T = TypeVar("T")
_AMOUNT = re.compile(r"\d+(\.\d{1,2})?")
_SHARE = re.compile(r"\d+(\.\d+)?%")
_DAYS = re.compile(r"(\d+) days?")
MOST_PRIMARY = 3
REVENUE = "revenue"
"""What `primary` calls the programme's own part of net revenue retention."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`report` of vitalreel.yaml, checked."""

    primary: tuple[str, ...] = ()  # plays, or REVENUE; two or three, chosen before the first film
    milestone: str = "first report"  # what first value is
    first_value_days: int = 60
    sponsor_tier: int = 1
    sponsors_healthy: float = 0.75
    kinds: Kinds = field(
        default_factory=lambda: Kinds(
            frozenset({"check-in", "email", "call"}), frozenset({"qbr", "executive", "planning"})
        )
    )
    limits: Limits = field(default_factory=Limits)
    healthy: Healthy = field(default_factory=Healthy)
    costs: Costs = field(
        default_factory=lambda: Costs(
            traditional=(800_000, 1_500_000),
            assisted=(150_000, 350_000),
            films={1: (200_000, 500_000), 2: (50_000, 100_000), 3: (10_000, 30_000), 4: (0, 0)},
            refresh=(Fraction(30, 100), Fraction(40, 100)),
            healthy=(Fraction(5, 100), Fraction(15, 100)),
            flagged=Fraction(25, 100),
            source="one source, whose own example costs more",
        )
    )


def read_terms(raw: object, where: str) -> Terms:
    """The Terms of parsed YAML; what is left out is as shipped. Raises BadConfiguration naming key and what to write."""
    told = _mapping(raw, where, ("primary", "first_value", "sponsors", "time", "library", "diagnosis", "costs"))
    own = Terms()
    value = _mapping(told.get("first_value"), f"{where}.first_value", ("milestone", "within"))
    sponsor = _mapping(told.get("sponsors"), f"{where}.sponsors", ("tier", "healthy"))
    library = _mapping(told.get("library"), f"{where}.library", ("least_films", "stale"))
    return Terms(
        primary=_primary(told.get("primary") or [], f"{where}.primary"),
        milestone=str(value.get("milestone", own.milestone)),
        first_value_days=_of(value, "within", own.first_value_days, _days, f"{where}.first_value"),
        sponsor_tier=_of(sponsor, "tier", own.sponsor_tier, _whole, f"{where}.sponsors"),
        sponsors_healthy=_of(sponsor, "healthy", own.sponsors_healthy, _part, f"{where}.sponsors"),
        kinds=_kinds(told.get("time"), own.kinds, f"{where}.time"),
        limits=Limits(
            _of(library, "least_films", own.limits.least_films, _whole, f"{where}.library"),
            _of(library, "stale", own.limits.stale_days, _days, f"{where}.library"),
        ),
        healthy=_healthy(told.get("diagnosis"), f"{where}.diagnosis"),
        costs=_costs(told.get("costs"), own.costs, f"{where}.costs"),
    )


def _mapping(raw: object, where: str, keys: Sequence[str]) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise BadConfiguration(where, "is no mapping", f"its keys are {', '.join(keys)}")
    if odd := sorted(str(k) for k in raw if k not in keys):
        raise BadConfiguration(where, f"{odd[0]!r} is not known", f"its keys are {', '.join(keys)}")
    return raw


def _of(raw: Mapping[str, Any], key: str, default: T, read: Callable[[object, str], T], where: str) -> T:
    return read(raw[key], f"{where}.{key}") if key in raw else default


def _primary(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > MOST_PRIMARY:
        raise BadConfiguration(
            where, f"is no list of at most {MOST_PRIMARY}", f"name plays, or {REVENUE}: [usage_drop, {REVENUE}]"
        )
    return tuple(str(name) for name in raw)


def _days(raw: object, where: str) -> int:
    found = _DAYS.fullmatch(str(raw).strip())
    if not found or int(found[1]) < 1:
        raise BadConfiguration(where, f"{raw!r} is no number of days", "write it as 60 days")
    return int(found[1])


def _whole(raw: object, where: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
        raise BadConfiguration(where, f"{raw!r} is no whole number above 0", "write one")
    return raw


def _fraction(raw: object, where: str) -> Fraction:
    if not _SHARE.fullmatch(str(raw).strip()):
        raise BadConfiguration(where, f"{raw!r} is no share", "write it as 30%")
    return Fraction(Decimal(str(raw).strip()[:-1])) / 100


def _part(raw: object, where: str) -> float:
    return float(_fraction(raw, where))


def _between(raw: object, where: str, read: Callable[[object, str], T], example: str) -> tuple[T, T]:
    """`LOW to HIGH`, or one for both."""
    parts = [p.strip() for p in str(raw).split(" to ")]
    if len(parts) > 2:
        raise BadConfiguration(where, f"{raw!r} is no range", f"write it as {example}")
    low, high = read(parts[0], where), read(parts[-1], where)
    if low > high:  # type: ignore[operator]
        raise BadConfiguration(where, f"{raw!r} falls", "write the lower one first")
    return low, high


def _amount(raw: object, where: str) -> int:
    """An amount of money as integer cents."""
    text = str(raw).strip().replace(",", "")
    if not _AMOUNT.fullmatch(text):
        raise BadConfiguration(where, f"{raw!r} is no amount", "write it as 1500 or 99.50")
    return int(Decimal(text) * 100)


def _range(raw: object, where: str) -> Range:
    return _between(raw, where, _amount, "1500 to 3500")


def _shares(raw: object, where: str) -> tuple[Fraction, Fraction]:
    return _between(raw, where, _fraction, "30% to 40%")


def _kinds(raw: object, own: Kinds, where: str) -> Kinds:
    told = _mapping(raw, where, ("routine", "strategic"))
    found = Kinds(*(frozenset(map(str, told.get(f.name, getattr(own, f.name)))) for f in fields(Kinds)))
    if twice := sorted(found.routine & found.strategic):
        raise BadConfiguration(where, f"{twice[0]!r} is both routine and strategic", "name it once")
    return found


def _healthy(raw: object, where: str) -> Healthy:
    told = _mapping(raw, where, [f.name for f in fields(Healthy)])
    return Healthy(**{key: _part(value, f"{where}.{key}") for key, value in told.items()})


def _costs(raw: object, own: Costs, where: str) -> Costs:
    told = _mapping(raw, where, [f.name for f in fields(Costs)])
    films = _mapping(told.get("films"), f"{where}.films", [f"tier_{n}" for n in (1, 2, 3, 4)])
    return Costs(
        traditional=_of(told, "traditional", own.traditional, _range, where),
        assisted=_of(told, "assisted", own.assisted, _range, where),
        films={tier: _of(films, f"tier_{tier}", unit, _range, f"{where}.films") for tier, unit in own.films.items()},
        refresh=_of(told, "refresh", own.refresh, _shares, where),
        healthy=_of(told, "healthy", own.healthy, _shares, where),
        flagged=_of(told, "flagged", own.flagged, _fraction, where),
        source=str(told.get("source", own.source)),
    )
