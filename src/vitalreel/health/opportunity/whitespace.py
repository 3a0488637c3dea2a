"""What is open at one account: licences, features, products, departments, use cases, regions that there are and it has not got.

Unknown is said and never counted as open: where an account tells nothing of a kind, or nobody knows what there is to have.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vitalreel.health.opportunity.seats import Pressure

Kind = Literal["seats", "feature", "product", "department", "use_case", "region"]


@dataclass(frozen=True, slots=True)
class Own:
    """What an account has. None: nothing of the kind is known of it, which is not the same as having none."""

    pressure: Pressure
    features: Collection[str] | None  # in use
    once: Collection[str] = ()  # used some time, and not any more
    plan: str | None = None
    products: Collection[str] | None = None
    use_cases: Collection[str] | None = None
    departments: Mapping[str, tuple[int, int | None]] | None = (
        None  # name -> (people there, seen lately; None: unknown)
    )
    regions: Collection[str] | None = None  # where it has a live contract, or is at home
    there: Mapping[str, str] = field(default_factory=dict)  # region -> what shows that the customer works there


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to have, by kind. Empty: nobody says, so what is missing is unknown."""

    features: Mapping[str, str] = field(default_factory=dict)  # id -> name
    products: Sequence[str] = ()
    departments: Sequence[str] = ()
    use_cases: Sequence[str] = ()
    regions: Sequence[str] = ()
    plans: Mapping[str, Sequence[str]] = field(default_factory=dict)  # plan -> features it includes


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is open, or of which nobody can tell."""

    kind: Kind
    name: str  # empty where all of the kind is unknown
    state: Literal["open", "unknown"]
    why: str  # in words
    size: float | None = None  # seats, or people; None where it has none
    sale: bool | None = None  # whether it would have to be bought; None: unknown


def whitespace(own: Own, offered: Offered) -> tuple[Gap, ...]:
    """Everything open at an account, seats first; per kind at most one entry says that it is unknown."""
    return (
        *_seats(own.pressure),
        *_features(own, offered),
        *_listed("product", own.products, offered.products, "no product is recorded of it", "sold to other accounts, not to it", True),
        *_departments(own, offered),
        *_listed("use_case", own.use_cases, offered.use_cases, "no use case is recorded of it", "others have it", None),
        *_regions(own, offered),
    )  # fmt: skip


def _seats(p: Pressure) -> list[Gap]:
    if p.free is None or p.used is None:
        missing = "no seats are in a live contract" if not p.seats else "how many people come each week is not known"
        return [_unknown("seats", missing)]
    if p.free < 1:
        return []
    return [Gap("seats", "unused seats", "open", f"{p.used:.0f} of {p.seats} are used each week", round(p.free), False)]


def _features(own: Own, offered: Offered) -> list[Gap]:
    if own.features is None:
        return [_unknown("feature", "no use of any feature is known of it")]
    if not offered.features:
        return [_unknown("feature", "which features there are is not known")]
    included = offered.plans.get(own.plan or "")
    found = []
    for key, name in offered.features.items():
        if key not in own.features:
            sale = None if included is None else key not in included
            paid = {None: "", False: ", in its plan", True: ", not in its plan"}[sale]
            found.append(
                Gap(
                    "feature",
                    name,
                    "open",
                    ("used once, not any more" if key in own.once else "never used") + paid,
                    None,
                    sale,
                )
            )
    return found


def _departments(own: Own, offered: Offered) -> list[Gap]:
    if own.departments is None:
        return [_unknown("department", "no department of its people is recorded")]
    found = []
    for name, (people, seen) in sorted(own.departments.items()):
        if seen == 0:
            found.append(
                Gap("department", name, "open", f"{people} people there, none of them seen lately", people, None)
            )
    here = {_key(d) for d in own.departments}
    found += [
        Gap("department", d, "open", "nobody there is known to us", None, None)
        for d in offered.departments
        if _key(d) not in here
    ]
    return (
        found if offered.departments or found else [_unknown("department", "which departments there are is not known")]
    )


def _regions(own: Own, offered: Offered) -> list[Gap]:
    """Open is a region where the customer is known to work; of the others nobody knows."""
    if own.regions is None:
        return [_unknown("region", "where it is at home is not recorded")]
    here = {_key(r) for r in own.regions}
    found = [Gap("region", r, "open", why, None, None) for r, why in sorted(own.there.items()) if _key(r) not in here]
    shown = here | {_key(g.name) for g in found}
    rest = [r for r in offered.regions if _key(r) not in shown]
    if rest:
        found.append(_unknown("region", f"whether it works in {', '.join(rest)}"))
    return found


def _listed(
    kind: Kind, own: Collection[str] | None, offered: Sequence[str], missing: str, why: str, sale: bool | None
) -> list[Gap]:
    if own is None:
        return [_unknown(kind, missing)]
    if not offered:
        return [_unknown(kind, f"which {kind.replace('_', ' ')}s there are is not known")]
    here = {_key(one) for one in own}
    return [Gap(kind, name, "open", why, None, sale) for name in offered if _key(name) not in here]


def _unknown(kind: Kind, why: str) -> Gap:
    return Gap(kind, "", "unknown", why)


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
