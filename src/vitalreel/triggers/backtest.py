"""Back-test: what plays would have opened over a stretch of days, by the rules of episodes alone (T4).

No guard, cap or holdout is asked: the question is whether a condition finds the right accounts at the right time, not who would have
been spoken to. Each day is answered with what was known at its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.identity import AccountId
from vitalreel.triggers import episode as ep
from vitalreel.triggers.decision import Answers
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.matrix import Play

NEAR = timedelta(days=7)
"""Two plays overlap where they open for an account within so many days of each other."""
Firings = Mapping[AccountId, Sequence[date]]


@dataclass(frozen=True, slots=True)
class Fired:
    """A play opened for an account on a day."""

    play: str
    account: AccountId
    day: date


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another play beside the one tested. shared: of its firings, those near one of the other play's."""

    play: str
    fired: int
    shared: int


@dataclass(frozen=True, slots=True)
class Followed:
    """Accounts whose `days` after a day are over, and how many of them churned in them."""

    accounts: int
    churned: int


def moved(
    play: Play, episodes: Mapping[AccountId, Episode], answers: Mapping[AccountId, Answers], audience: Collection[AccountId],
    day: date, first: bool,
) -> tuple[dict[AccountId, Episode], list[Fired]]:  # fmt: skip
    """Every account's episode after `day`, and what opened on it.

    answers: of accounts whose answer is not a plain no, and of those with an episode. audience: whom the play is for. first: of the
    stretch; what is true on it opens only where the play says `already_true: fire`, as when it is switched on.
    """
    after, fired = dict(episodes), []
    for account, answer in answers.items():
        if account not in audience:
            continue
        before = episodes.get(account)
        now = ep.rest(before or ep.armed(account, play.name, day), play, answer.when, answer.closes, day)
        if ep.ready(now, answer.when):
            now = ep.opened(now, day, answer.values)
            if not (first and play.already_true == "skip"):
                fired.append(Fired(play.name, account, day))
        elif before is None:
            continue
        after[account] = now
    return after, fired


def by_week(fired: Sequence[Fired], start: date, until: date) -> tuple[tuple[date, int], ...]:
    """(first day, firings) of each week of the half-open stretch, counted from its start."""
    counted = Counter((f.day - start).days // 7 for f in fired)
    return tuple((start + timedelta(weeks=w), counted[w]) for w in range(-(-(until - start).days // 7)))


def overlap(mine: Sequence[Fired], other: Sequence[Fired], name: str) -> Overlap:
    """How many of `mine` had one of `other` of the same account within NEAR."""
    days: dict[AccountId, list[date]] = {}
    for f in other:
        days.setdefault(f.account, []).append(f.day)
    shared = sum(any(abs(f.day - d) <= NEAR for d in days.get(f.account, ())) for f in mine)
    return Overlap(name, len(other), shared)


def followed(
    since: Mapping[AccountId, date], churned: Mapping[AccountId, Sequence[date]], known_to: date, days: int
) -> Followed:
    """since: account -> day it is followed from. Those whose `days` days are not over by `known_to`, inclusive, or that had
    churned by then, do not count."""
    span = timedelta(days=days)
    counted = lost = 0
    for account, day in since.items():
        ends = churned.get(account, ())
        if day + span > known_to or any(end <= day for end in ends):
            continue
        counted += 1
        lost += any(day < end <= day + span for end in ends)
    return Followed(counted, lost)
