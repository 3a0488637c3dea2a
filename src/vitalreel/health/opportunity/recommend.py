"""The next feature for an account: what similar accounts that did well use and it does not, counted over so many that none is told apart.

Similar: of the same segment, with at least half of the features that either uses in common. An account that uses nothing is
similar to all of its segment. No figure stands for fewer than LEAST accounts, no user count for fewer than LEAST_USERS, and no account
counts as its own peer: the rules of the figures over similar accounts in films (briefs/peers.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vitalreel.identity import fingerprint

LEAST = 10
"""Fewer similar accounts are no group to learn from, and the more easily guessed."""
LEAST_USERS = 5
"""Fewer users of a feature are anecdotes, and of the others fewer are not told."""
ALIKE = 0.5
"""Share of features in common, of those that either uses (Jaccard 1901), from which two accounts are similar."""
PEERS_MOST = 2_000
"""So many accounts of a segment are looked at, drawn by the hash of their ids where there are more."""
WELL, OTHER, UNJUDGED = 1, 0, -1

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Why = Literal["", "too few", "nothing more"]
"""too few: fewer than LEAST similar accounts did well; nothing more: they use nothing else, or no more often than the others."""


@dataclass(frozen=True, slots=True)
class Advice:
    """The feature to recommend, and who uses it. Counts are of similar accounts, never of fewer than LEAST."""

    feature: str
    using: int  # of those that did well
    well: int
    others_using: int | None  # of those that did not; None where they are fewer than LEAST_USERS
    others: int | None


def advise(
    accounts: Sequence[str],
    segments: NDArray[np.str_],
    used: Bools,
    outcome: Ints,
    offered: Bools,
    features: Sequence[str],
) -> list[Advice | Why]:
    """For each account the feature to recommend, or why there is none.

    used: (accounts, features); outcome: (accounts,) of WELL, OTHER and UNJUDGED, the last being nobody's peers; offered: (features,),
    what may be recommended.
    """
    found: list[Advice | Why] = ["too few"] * len(accounts)
    for segment in np.unique(segments):
        here = np.flatnonzero(segments == segment)
        peers = _drawn(accounts, here[outcome[here] != UNJUDGED])
        patterns, of = np.unique(used[here], axis=0, return_inverse=True)
        near = _similar(patterns, used[peers])
        judged = outcome[peers] == WELL
        counts = [(near & side).astype(np.float32) for side in (judged, ~judged)]
        sizes = [c.sum(1).astype(int) for c in counts]
        users = [(c @ used[peers].astype(np.float32)).astype(int) for c in counts]
        among = {int(i) for i in peers}
        memo: dict[tuple[int, int], Advice | Why] = {}
        for i, p in zip(here.tolist(), of.ravel().tolist(), strict=True):
            own = int(outcome[i]) if i in among else UNJUDGED
            if (p, own) not in memo:
                well, others = int(sizes[0][p]) - (own == WELL), int(sizes[1][p]) - (own == OTHER)
                memo[p, own] = _best(features, offered & ~patterns[p], (users[0][p], well), (users[1][p], others))
            found[i] = memo[p, own]
    return found


def _drawn(accounts: Sequence[str], peers: Ints) -> Ints:
    """At most PEERS_MOST of them, in an order that tells nothing."""
    if len(peers) <= PEERS_MOST:
        return peers
    return np.array(sorted(peers.tolist(), key=lambda i: fingerprint(accounts[i]))[:PEERS_MOST], np.int64)


def _similar(patterns: Bools, peers: Bools) -> Bools:
    """(patterns, peers): whether they have ALIKE of their features in common; a pattern of nothing is like every peer."""
    a, b = patterns.astype(np.float32), peers.astype(np.float32)
    both = a @ b.T
    either = a.sum(1)[:, None] + b.sum(1)[None, :] - both
    found: Bools = (both >= ALIKE * either - 1e-6) | (a.sum(1) == 0)[:, None]
    return found


def _best(features: Sequence[str], candidates: Bools, well: tuple[Ints, int], others: tuple[Ints, int]) -> Advice | Why:
    """The candidate used by the largest share of those that did well, where that share is above that of the others."""
    (users, n), (other_users, m) = well, others
    if n < LEAST:
        return "too few"
    best: tuple[int, float, int] | None = None
    for k in np.flatnonzero(candidates & (users >= LEAST_USERS)).tolist():
        lead = users[k] / n - (other_users[k] / m if m >= LEAST_USERS else 0.0)
        if lead > 0 and (best is None or (int(users[k]), lead) > best[:2]):
            best = int(users[k]), float(lead), k
    if best is None:
        return "nothing more"
    told = m >= LEAST_USERS
    return Advice(features[best[2]], best[0], n, int(other_users[best[2]]) if told else None, m if told else None)
