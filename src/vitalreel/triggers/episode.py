"""The edge of a condition: an episode opens once when the answer becomes yes, closes, cools down, and is armed again (T9).

The rule is conditions.md's "Edge": armed; yes opens it, once; `closes_when` yes closes; cool-down; armed. Unknown moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from vitalreel.identity import AccountId
from vitalreel.triggers.matrix import Play

Answer = bool | None
"""yes, no, or None for unknown."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Where one account stands with one play. An account without one is armed."""

    account: AccountId
    play: str
    state: Literal["armed", "open", "cooling"]
    seen: date  # day it came to stand so
    opened_on: date | None = None
    closed_on: date | None = None
    opening: Mapping[str, float] | None = None  # signal values when it opened, for "of before"
    config: str = ""  # fingerprint of the definition it opened by, and closes and cools down by


def armed(account: AccountId, play: str, day: date) -> Episode:
    """The state of an account a play has never looked at."""
    return Episode(account, play, "armed", day)


def rest(episode: Episode, play: Play, when: Answer, closes: Answer, day: date) -> Episode:
    """The episode after `day`'s answers, before anything new opens: closes what should close, arms what has cooled.

    One that stands as it did is the same object: most do, on most days.
    """
    if episode.state == "open" and (closes is True if play.closes_when else when is False):
        episode = replace(episode, state="cooling", seen=day, closed_on=day)
    if episode.state == "cooling" and cooled(episode, play, day):
        episode = replace(episode, state="armed", seen=day, opening=None)
    return episode


def cooled(episode: Episode, play: Play, day: date) -> bool:
    """Whether the cool-down after the close is over on `day`."""
    return episode.closed_on is not None and day >= episode.closed_on + timedelta(days=play.cool_down_days)


def ready(episode: Episode, when: Answer) -> bool:
    """Whether an episode may open now."""
    return episode.state == "armed" and when is True


def opened(episode: Episode, day: date, opening: Mapping[str, float], config: str = "") -> Episode:
    """The episode, opened on `day` with the values that opened it. config: the play's fingerprint."""
    return replace(episode, state="open", seen=day, opened_on=day, closed_on=None, opening=dict(opening), config=config)
