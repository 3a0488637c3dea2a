"""What one play did, by arms as assigned: an Estimate where the data can carry it, else a Refusal that says when (M3, M16, M17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Literal

from vitalreel.identity import AccountId
from vitalreel.measurement.estimate import Estimate, Refusal, newcombe, sample_ratio


@dataclass(frozen=True, slots=True)
class Followed:
    """One account of one play: its arm, when it became eligible, and whether the outcome happened in the window."""

    account: AccountId
    arm: Literal["served", "held_out"]
    since: date
    outcome_on: date | None  # first day the outcome was so, known by the day of the report


@dataclass(frozen=True, slots=True)
class Floors:
    """What a randomised comparison must have before it is shown."""

    per_arm: int = 20  # accounts whose window is over, in the smaller arm
    outcomes: int = 30  # events in both arms together
    sample_ratio_p: float = 0.001


def compare(
    question: str, accounts: Sequence[Followed], window_days: int, share_held_out: float, today: date, floors: Floors,
    closes: date | None = None,
) -> Estimate | Refusal:  # fmt: skip
    """The difference in the outcome's share, served minus held out, over accounts whose window is over.

    By arm as assigned, whoever was really reached or watched: watching is never the comparison (M18).
    closes: the first day from which no account can join `accounts` any more (a quarter's end); None: it never closes.
    The window may reach past it: an account counts with its whole window or not at all.
    """
    over = [a for a in accounts if a.since + timedelta(days=window_days) <= today]
    arms = {arm: [a for a in over if a.arm == arm] for arm in ("served", "held_out")}
    n = (len(arms["served"]), len(arms["held_out"]))
    events = (_events(arms["served"], window_days), _events(arms["held_out"], window_days))
    if not accounts:
        return _nobody(question, today, closes)
    if too_few(n, events, floors):
        return _too_little(question, accounts, n, events, window_days, share_held_out, today, floors, closes)
    p = sample_ratio(n, share_held_out)
    if p < floors.sample_ratio_p:
        reason = f"the arms came out {n[0]} to {n[1]}, which the assignment cannot explain (exact p = {p:.2g})"
        return Refusal(
            question, reason, "find out where accounts were lost between assignment and report", None, n, events
        )
    value, low, high = newcombe(events, n)
    checks = {"sample ratio": f"p = {p:.3f}", "window over": f"{len(over)} of {len(accounts)} accounts"}
    return Estimate(
        question, value, low, high, "A", "difference of shares, Newcombe's hybrid score interval", n, events, checks
    )


def too_few(n: tuple[int, int], events: tuple[int, int], floors: Floors) -> bool:
    """Whether there is less than a comparison must have before it is shown."""
    return min(n) < floors.per_arm or sum(events) < floors.outcomes


def _events(accounts: Sequence[Followed], window_days: int) -> int:
    return sum(
        1
        for a in accounts
        if a.outcome_on is not None and a.since <= a.outcome_on < a.since + timedelta(days=window_days)
    )


def _nobody(question: str, today: date, closes: date | None) -> Refusal:
    if closes is not None and today >= closes:
        return Refusal(
            question, "the play opened for no account in this time", "a time in which it opens", None, (0, 0), (0, 0)
        )
    return Refusal(question, "the play has not opened for any account yet", "let it run", None, (0, 0), (0, 0))


def _too_little(
    question: str, accounts: Sequence[Followed], n: tuple[int, int], events: tuple[int, int], window_days: int,
    share_held_out: float, today: date, floors: Floors, closes: date | None,
) -> Refusal:  # fmt: skip
    """The Refusal of a programme that is young or small, with the day on which the floors could first be met.

    No day where the accounts must be enough by `closes` and will not be, at the rate at which they came so far.
    """
    done = sum(n)
    waiting = len(accounts) - done
    reason = (
        f"{n[0]} served and {n[1]} held-out accounts have their {window_days}-day window behind them, with {sum(events)} outcomes; "
        f"a figure needs {floors.per_arm} in each arm and {floors.outcomes} outcomes"
    )
    needed = _accounts_needed(n, events, share_held_out, floors)
    would_help = f"about {needed} accounts with their window over (now {done}, {waiting} waiting)"
    earliest = _earliest(accounts, needed, window_days, today)
    joins = earliest - timedelta(days=window_days)
    if closes is not None and needed > len(accounts) and joins >= closes:
        if not done and waiting >= _accounts_needed((1, 0), (1, 0), share_held_out, floors):
            help_of_time = (
                f"the windows of the {waiting} waiting accounts to end; whether their outcomes suffice shows then"
            )
            last = max(a.since for a in accounts) + timedelta(days=window_days)
            return Refusal(question, reason, help_of_time, last, n, events)
        would_help += f", more than {'joined' if today >= closes else 'will have joined'} by {closes}"
        return Refusal(question, reason, would_help, None, n, events)
    return Refusal(question, reason, would_help, earliest, n, events)


def _accounts_needed(n: tuple[int, int], events: tuple[int, int], share: float, floors: Floors) -> int:
    """Accounts at which both floors are met if outcomes keep coming at the rate seen.

    With no outcome yet the rate is taken as 3/n, the upper 95% bound of none in n ("rule of three", Hanley 1983), or 10%
    where nobody's window is over.
    """
    done = sum(n)
    rate = sum(events) / done if sum(events) else (min(1.0, 3 / done) if done else 0.1)
    smaller = min(share, 1 - share) or 0.5
    return max(ceil(floors.per_arm / smaller), ceil(floors.outcomes / rate))


def _earliest(accounts: Sequence[Followed], needed: int, window_days: int, today: date) -> date:
    """The first day on which `needed` accounts could have their window over, if they keep becoming eligible as fast."""
    since = sorted(a.since for a in accounts)
    if needed <= len(since):
        return max(since[needed - 1] + timedelta(days=window_days), today + timedelta(days=1))
    days = max(1, (today - since[0]).days + 1)
    more = ceil((needed - len(since)) * days / len(since))
    return today + timedelta(days=more + window_days)
