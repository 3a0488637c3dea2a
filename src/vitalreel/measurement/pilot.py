"""Which two plays a pilot should begin with, and what its report says at the end: scale, fix, stop, or not yet (T11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vitalreel.identity import AccountId
from vitalreel.measurement.estimate import Estimate, Refusal

Verdict = Literal["scale", "fix", "stop", "not yet"]
PRIOR = 20.0
"""Accounts' worth of the company's own churn that a play's observed churn is drawn towards: few firings say little."""
MOST_MODULES, LEAST_MODULES = 10, 5


@dataclass(frozen=True, slots=True)
class Carried:
    """What one play's accounts carry. Amounts in cents a year."""

    play: str
    accounts: int  # for which it would have opened in the last quarter
    arr: int  # theirs, each account once
    at_risk: int  # each account's ARR times its probability of churn
    adds: int = 0  # of `at_risk`, at accounts that no play before it in the order speaks to


def churn_rate(churned: int, followed: int, base: float) -> float:
    """Share of a play's accounts that churn: as observed, drawn towards `base` by PRIOR accounts (the mean of a beta posterior)."""
    return (churned + PRIOR * base) / (followed + PRIOR)


def carried(
    found: Mapping[str, Collection[AccountId]],
    arr: Mapping[str, int],
    chance: Mapping[tuple[str, AccountId], float],
) -> tuple[Carried, ...]:
    """Plays in the order in which they should be taken: each time the one that adds most revenue at risk to those before.

    found: play -> accounts. arr: cents a year by account. chance: (play, account) -> probability of churn.
    """
    weight = {(p, a): round(arr.get(a, 0) * chance[p, a]) for p, accounts in found.items() for a in accounts}
    left, spoken, order = dict(found), set[AccountId](), list[Carried]()
    while left:
        adds = {p: sum(weight[p, a] for a in accounts if a not in spoken) for p, accounts in left.items()}
        play = max(sorted(left), key=lambda p: (adds[p], sum(weight[p, a] for a in left[p])))
        accounts = left.pop(play)
        order.append(
            Carried(
                play,
                len(accounts),
                sum(arr.get(a, 0) for a in accounts),
                sum(weight[play, a] for a in accounts),
                adds[play],
            )
        )
        spoken |= set(accounts)
    return tuple(order)


def modules_for(order: Sequence[str], films: Mapping[str, Sequence[str]], plays: int) -> tuple[tuple[str, str], ...]:
    """(module, play it is for) to make ready: those of the first `plays` plays, then of the next in order, five to ten in all.

    films: play -> its modules. Fewer than five where the plays have no more.
    """
    found: dict[str, str] = {}
    for number, play in enumerate(order):
        if number >= plays and len(found) >= LEAST_MODULES:
            break
        for module in films.get(play, ()):
            found.setdefault(module, play)
    return tuple(found.items())[:MOST_MODULES]


def verdict(answer: Estimate | Refusal, planned: float | None, weak: str, over: bool) -> tuple[Verdict, str]:
    """What becomes of a play after its pilot, and why.

    answer: the share that reached the goal, served minus held out. planned: the smallest effect the pilot was laid out to show, as a
    share. weak: what the diagnosis calls the weakest link; empty where none is shown. over: the pilot's last day is past.
    """
    if isinstance(answer, Refusal):
        if weak:
            return "fix", f"whether it works cannot be told yet, and {weak}"
        return "not yet", f"{answer.reason}; what would help: {answer.would_help}"
    seen = (
        f"{100 * answer.value:+.1f} points, {100 * answer.low:+.1f} to {100 * answer.high:+.1f}, grade {answer.grade}"
    )
    if answer.direction == "up":
        return "scale", f"more of the served reached the goal ({seen})"
    if answer.direction == "down":
        return "stop", f"fewer of the served reached the goal ({seen})"
    if weak:
        return "fix", f"no effect is shown ({seen}), and {weak}"
    if planned is not None and answer.high < planned:
        return (
            "stop",
            f"an effect of the {100 * planned:.1f} points it was laid out to show would have been seen ({seen})",
        )
    if over:
        return (
            "fix",
            f"no effect is shown, nor is one ruled out ({seen}): offer something else, or let more accounts in",
        )
    return "not yet", f"no effect is shown so far ({seen})"
