"""What a module wants from the lake beyond the account's own fields and weeks, so that nothing is fetched for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.briefs.lookup import ByWeek, Field, Grid, Lookup, Measured, OfTwo, Similar, Spread, builds_on
from vitalreel.briefs.module import Module


@dataclass(frozen=True, slots=True)
class Asked:
    metrics: frozenset[str] = frozenset()  # of usage, for similar accounts
    seats: bool = False  # of similar accounts
    features: bool = False  # of similar accounts
    months: bool = False  # the account's features by calendar month
    places: bool = False  # the customer's own sites


NOTHING = Asked()


def asked_by(module: Module) -> Asked:
    """What the facts of a module are made of."""
    lookups = {name: spec.lookup for name, spec in module.facts.items()}
    of_peers = [one for one in lookups.values() if _of_peers(one)]
    roots = [root for one in of_peers for name in builds_on(one) for root in _roots(name, lookups)]
    across = {one.across for one in lookups.values() if isinstance(one, Grid)}
    return Asked(
        metrics=frozenset(r.metric for r in roots if isinstance(r, Measured | ByWeek)),
        seats=Field("contract.seats") in roots,
        features=any(isinstance(one, Similar) for one in of_peers),
        months="month" in across,
        places="place" in across,
    )


def _of_peers(lookup: Lookup) -> bool:
    return isinstance(lookup, Spread | Similar) or (isinstance(lookup, OfTwo) and lookup.how.startswith("peers."))


def _roots(name: str, lookups: Mapping[str, Lookup]) -> list[Lookup]:
    """What a fact is computed from in the end: lookups that build on no other fact."""
    deeper = builds_on(lookups[name])
    return [root for other in deeper for root in _roots(other, lookups)] if deeper else [lookups[name]]
