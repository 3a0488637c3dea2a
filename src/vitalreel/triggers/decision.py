"""What one day is asked and what it brings, as records: answers and what is stored in; runs, touches, tasks and reasons out (T1 T6 T7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from vitalreel.identity import AccountId, PlayRunId, TouchId
from vitalreel.triggers.episode import Answer, Episode
from vitalreel.triggers.guards import Person, Withheld
from vitalreel.triggers.holdout import Arm, Assignment
from vitalreel.triggers.matrix import Ahead, Play, Span


@dataclass(frozen=True, slots=True)
class Answers:
    """What the conditions of one play say about one account today."""

    when: Answer
    unless: Answer = None
    closes: Answer = None
    success: Answer = None
    asked_for_human: bool = False
    stops: Mapping[str, Answer] = field(default_factory=dict)  # condition of `stop_when` -> what it says
    values: Mapping[str, float] = field(default_factory=dict)  # signals named in `when` and the success metric, today
    dates: Mapping[str, date] = field(default_factory=dict)  # known signals before which its films have to land
    outdated: str = ""  # why an older definition can be asked no more; empty where it can


@dataclass(frozen=True, slots=True)
class Run:
    """One account going through a play."""

    id: PlayRunId
    account: AccountId
    play: str
    occurrence: str
    arm: Arm
    state: str  # running | held_out | done | stopped
    step: int  # index of the next step
    opened_on: date
    ended: str = ""  # why, in a fixed word or two; empty: it has not
    because: str = ""  # the condition that ended it, if one did
    config: str = ""  # fingerprint of the definition it began with, and follows


@dataclass(frozen=True, slots=True)
class Touch:
    """One film to one person, due on a day, to land within a window."""

    id: TouchId
    run: PlayRunId
    play: str
    step: str
    account: AccountId
    contact: Person
    module: str
    channels: tuple[str, ...]
    window: Span | Ahead
    day: date
    why: Mapping[str, float | str]
    made: str = "ahead"  # of its window | on_request
    anchor: date | None = None  # the day a window speaks of that lies before one


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person of ours should do."""

    id: str
    run: PlayRunId
    play: str
    step: str
    account: AccountId
    owner: str
    title: str
    due: Span
    day: date
    playbook: str = ""
    series: str = ""  # the task it is a turn of: earlier turns nobody did are over


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored already: it decides."""

    episodes: Mapping[tuple[AccountId, str], Episode]
    runs: tuple[Run, ...]  # running ones
    assignments: Mapping[tuple[AccountId, str], Arm]
    taken: Mapping[str, Mapping[str, int]]  # play -> stratum -> accounts assigned
    switched_on: frozenset[str]  # plays evaluated on an earlier day
    key: bytes  # the workspace's secret, for arms
    tasked: frozenset[PlayRunId] = frozenset()  # runs whose account a person was asked to speak to first
    helped: frozenset[PlayRunId] = frozenset()  # those of them where that person has
    began: Mapping[str, Play] = field(
        default_factory=dict
    )  # config -> definition something under way began with, no longer the newest


Outcome = Literal["opened", "running", "held out", "withheld", "answered", "cooling", "no", "unknown", "not for it"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a play answered to one account on a day. Those of whom nothing is said answered a plain no, and have no episode."""

    account: AccountId
    play: str
    day: date
    outcome: Outcome
    reason: str = ""  # a fixed word or two where it is withheld
    detail: str = ""  # one sentence, for people


@dataclass(slots=True)
class Decision:
    """Everything one day brings."""

    episodes: list[Episode] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    said: dict[tuple[AccountId, str], Said] = field(default_factory=dict)
