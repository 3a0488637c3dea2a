"""The module's own figures over similar accounts: how they spread, and what changed where a feature came into use.

No account is named, no figure stands for fewer than its least number of them, and what is drawn of one is its place only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vitalreel.briefs.dossier import Dossier, Peer
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.families import Family, Part, quantile, series_of, written
from vitalreel.briefs.lookup import Field, Lookup, Measured, OfTwo
from vitalreel.briefs.windows import Found, measure, merged

SPREAD_LEAST = 10
"""Fewer peers are no group to be compared with, and the more easily guessed."""
GROUP_LEAST = 5
"""Fewer customers on one side of a comparison are anecdotes."""
SMALL_BASE = 20
"""A percentage of fewer cases than this is not said: the counts are (editorial.md, Numbers)."""


@dataclass(frozen=True, slots=True)
class _Figure:
    value: float
    origins: tuple[Origin, ...]


def spread(name: str, lookups: Mapping[str, Lookup], dossier: Dossier, as_of: date) -> Family | str:
    """The figure `name` of the module over all peers that have it, lowest first; or why it cannot be shown.

    Its parts: `count`, and the quartiles `low`, `median` and `high`.
    """
    found = [f for p in dossier.peers if (f := _figure(name, lookups, p, dossier)) is not None]
    if len(found) < SPREAD_LEAST:
        return f"{len(found)} similar accounts have {name}, {SPREAD_LEAST} are the least"
    values = sorted(f.value for f in found)
    origin = merged([o for f in found for o in f.origins], f"{name} over {len(found)} similar accounts, unnamed")
    quartiles = (("low", 0.25), ("median", 0.5), ("high", 0.75))
    parts = tuple(Part(part, "", quantile(values, share), origin) for part, share in quartiles)
    count = Part("count", "count", len(found), origin)
    return Family(written(values), len(found), "customer|customers", as_of, origin, (count, *parts))


def similar(
    now: str, before: str, feature: str, lookups: Mapping[str, Lookup], dossier: Dossier, as_of: date
) -> Family | str:
    """Before and after over the peers that took `feature` up between the two windows, and over those that went without it.

    feature: its name. Accounts that used it in both windows took no step and are left out. The value has two numbers an
    account, before and after: first of all that took it up, then of all others. Its parts: `did_count`, `did_before` and
    `did_now`, the medians, and `others_` the same.
    """
    late, early = lookups.get(now), lookups.get(before)
    if not isinstance(late, Measured) or not isinstance(early, Measured):
        return f"{now} and {before} are not both windows of a metric"
    sides: dict[bool, list[tuple[_Figure, _Figure]]] = {True: [], False: []}
    for peer in dossier.peers:
        pair = _figure(before, lookups, peer, dossier), _figure(now, lookups, peer, dossier)
        first = series_of(peer.features, feature, early.window)
        last = series_of(peer.features, feature, late.window)
        if pair[0] is not None and pair[1] is not None and first == 0 and last is not None:
            sides[last > 0].append((pair[0], pair[1]))
    short = min(len(sides[True]), len(sides[False]))
    if short < GROUP_LEAST:
        which = "took up" if len(sides[True]) == short else "went without"
        return f"{short} similar accounts {which} {feature}, {GROUP_LEAST} are the least"
    origins = [o for side in sides.values() for pair in side for f in pair for o in f.origins]
    what = (
        f"{before} and {now} of {len(sides[True])} accounts that took up {feature} and {len(sides[False])} that did not"
    )
    origin = merged(origins, what)
    parts: list[Part] = []
    for took, stem in ((True, "did"), (False, "others")):
        parts.append(Part(f"{stem}_count", "count", len(sides[took]), origin))
        for at, when in enumerate(("before", "now")):
            parts.append(Part(f"{stem}_{when}", "", quantile(sorted(p[at].value for p in sides[took]), 0.5), origin))
    pairs = [sorted((b.value, a.value) for b, a in sides[took]) for took in (True, False)]
    values = written(v for side in pairs for pair in side for v in pair)
    total = sum(map(len, sides.values()))
    return Family(values, total, "customer|customers", as_of, origin, tuple(parts))


def _figure(name: str, lookups: Mapping[str, Lookup], peer: Peer, dossier: Dossier) -> _Figure | None:
    """A figure of the module for another account; None where it has none, or where it is not a figure of use and seats."""
    match lookups.get(name):
        case Measured() as lookup if lookup.metric in peer.series:
            series = peer.series[lookup.metric]
            found = measure(series, lookup, dossier.fed.get(series.table))
            return _Figure(found.value, (found.origin,)) if isinstance(found, Found) else None
        case Field("contract.seats") if peer.seats is not None:
            return _Figure(float(peer.seats.value), (peer.seats.origin,))  # type: ignore[arg-type]  # a count
        case OfTwo(how, first, second) if not how.startswith("peers."):
            return _of_two(how, _figure(first, lookups, peer, dossier), _figure(second, lookups, peer, dossier))
        case _:
            return None


def _of_two(how: str, first: _Figure | None, second: _Figure | None) -> _Figure | None:
    if first is None or second is None:
        return None
    a, b = first.value, second.value
    if how != "difference" and b < SMALL_BASE:
        return None
    value = a - b if how == "difference" else a / b if how == "share" else (a - b) / b
    return _Figure(value, first.origins + second.origins)
