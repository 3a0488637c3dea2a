"""What one play did, by arms as assigned: an Estimate where the data can carry it, else a Refusal that says when (M3, M16, M17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Literal

import numpy as np

from vitalreel.identity import AccountId
from vitalreel.measurement.estimate import Estimate, Refusal, direction_of
from vitalreel.measurement.looks import level_at
from vitalreel.measurement.shares import newcombe, ratio_of_shares, score_interval


@dataclass(frozen=True, slots=True)
class Followed:
    """One account of one play: its arm, when it became eligible, and whether the outcome happened in the window."""

    account: AccountId
    arm: Literal["served", "held_out"]
    since: date
    outcome_on: date | None  # first day the outcome was so, known by the day of the report
    stratum: str = ""  # in which the arm was drawn
    planned: float | None = None  # the chance of being held out, by the assignment log; None: the log has no row


@dataclass(frozen=True, slots=True)
class Floors:
    """What a randomised comparison must have before it is shown."""

    per_arm: int = 20  # accounts whose window is over, in the smaller arm
    outcomes: int = 30  # events in both arms together
    sample_ratio_p: float = 0.001


def compare(
    question: str, accounts: Sequence[Followed], window_days: int, share_held_out: float, today: date, floors: Floors,
    closes: date | None = None, looks: Sequence[float] = (),
) -> Estimate | Refusal:  # fmt: skip
    """The difference in the outcome's share, served minus held out, over accounts whose window is over.

    By arm as assigned, whoever was really reached or watched: watching is never the comparison (M18). Accounts are compared inside
    strata: those drawn together, with the same chance.
    share_held_out: the planned share of accounts of which the log says nothing; 0 where the play holds nobody out.
    closes: the first day from which no account can join `accounts` any more (a quarter's end); None: it never closes.
    The window may reach past it: an account counts with its whole window or not at all.
    looks: share of the planned accounts there at each look so far, this one last; none: the only look.
    """
    over = past(accounts, window_days, today)
    served, held = ([a for a in over if a.arm == arm] for arm in ("served", "held_out"))
    n = (len(served), len(held))
    events = (_events(served, window_days), _events(held, window_days))
    if not accounts:
        return _nobody(question, today, closes)
    shares = [share_held_out if a.planned is None else a.planned for a in accounts]
    if not any(shares) and not any(a.arm == "held_out" for a in accounts):
        return _no_holdout(question, n, events)
    if broken := _broken(question, accounts, share_held_out, n, events, floors):
        return broken
    if too_few(n, events, floors):
        return _too_little(question, accounts, n, events, window_days, share_held_out, today, floors, closes)
    return _difference(question, accounts, over, window_days, share_held_out, looks, n, events)


def past(accounts: Sequence[Followed], window_days: int, day: date) -> list[Followed]:
    """Those whose whole window is over at the end of `day`."""
    return [a for a in accounts if a.since + timedelta(days=window_days) <= day]


def enough(accounts: Sequence[Followed], window_days: int, day: date, floors: Floors) -> bool:
    """Whether a figure could have been shown on `day`: only such a reading of the data is a look at it."""
    over = past(accounts, window_days, day)
    arms = [[a for a in over if a.arm == arm] for arm in ("served", "held_out")]
    n, events = ((f(arms[0]), f(arms[1])) for f in (len, lambda arm: _events(arm, window_days)))
    return not too_few(n, events, floors)


def _no_holdout(question: str, n: tuple[int, int], events: tuple[int, int]) -> Refusal:
    reason = "the play holds nobody out, so nothing shows what would have happened without it"
    remedy = "a holdout for it, or leave it unmeasured: a critical play is kept from nobody"
    return Refusal(question, reason, remedy, None, n, events)


def ratio(accounts: Sequence[Followed], share_held_out: float) -> float:
    """The exact p-value that so many were held out, each account with its own planned share (M17).

    All accounts assigned count, those whose window still runs among them: arms are drawn before anything happens.
    """
    planned = Counter(share_held_out if a.planned is None else a.planned for a in accounts)
    return ratio_of_shares(sum(a.arm == "held_out" for a in accounts), planned)


def _broken(
    question: str, accounts: Sequence[Followed], share: float, n: tuple[int, int], events: tuple[int, int], floors: Floors
) -> Refusal | None:  # fmt: skip
    """The Refusal of arms that cannot come from the assignment."""
    p = ratio(accounts, share)
    if p >= floors.sample_ratio_p:
        return None
    held = sum(a.arm == "held_out" for a in accounts)
    expected = sum(share if a.planned is None else a.planned for a in accounts)
    reason = (
        f"sample ratio: the arms came out {len(accounts) - held} to {held} where {expected:.0f} were planned to be held out, "
        f"which the assignment cannot explain (exact p = {p:.2g})"
    )
    help_ = "find out where accounts were lost between assignment and report"
    return Refusal(question, reason, help_, None, n, events, checks={"sample ratio": f"p = {p:.2g}, exact"})


def strata_of(accounts: Sequence[Followed], share_held_out: float) -> list[tuple[str, float]]:
    """Of each account the stratum and the chance with which it was drawn: only equals in both are compared."""
    return [(a.stratum, round(share_held_out if a.planned is None else a.planned, 9)) for a in accounts]


def _difference(
    question: str, accounts: Sequence[Followed], over: Sequence[Followed], window_days: int, share: float,
    looks: Sequence[float], n: tuple[int, int], events: tuple[int, int],
) -> Estimate | Refusal:  # fmt: skip
    level = level_at(looks) if looks else 0.95
    rows: dict[tuple[str, float], np.ndarray] = {}
    for a, stratum in zip(over, strata_of(over, share), strict=True):
        table = rows.setdefault(stratum, np.zeros((2, 2)))
        table[int(a.arm == "held_out")] += (_events([a], window_days), 1)
    both = np.array(list(rows.values()))
    try:
        value, low, high = (float(v) for v in score_interval(both[..., 0], both[..., 1], level))
    except ValueError as why:
        return Refusal(question, str(why), "strata with accounts in both arms", None, n, events)
    _, plain_low, plain_high = newcombe(events, n, level)
    logged = sum(a.planned is not None for a in accounts)
    checks = {
        "sample ratio": f"exact p = {ratio(accounts, share):.3f}",
        "planned shares": f"from the assignment log for {logged} of {len(accounts)} accounts"
        + ("" if logged == len(accounts) else f", {share:.0%} for the others"),
        "window over": f"{len(over)} of {len(accounts)} accounts",
        "strata": f"{len(both)}, of them {int((both[..., 1].min(1) == 0).sum())} with one arm only, which say nothing",
        "Newcombe's interval, unstratified": f"{plain_low:+.4f} to {plain_high:+.4f}",
    }
    if looks:
        checks["looks"] = (
            f"look {len(looks)}, at {looks[-1]:.0%} of what was planned: the interval is a {level:.2%} one, so that all looks "
            "together err in 5 of 100"
        )
    method = "difference of shares in strata, Miettinen and Nurminen's score interval"
    return Estimate(question, value, low, high, "A", method, n, events, checks, direction_of(low, high))


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
