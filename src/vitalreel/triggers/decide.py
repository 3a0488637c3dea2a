"""From answers to what happens: openings, arms, touches and tasks due, and every reason for silence, all at once (T1 T6 T7 T8).

Nothing is written here. The step saves what comes back in one transaction; unique keys make a second run change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from vitalreel.identity import AccountId, PlayRunId, TouchId, fingerprint
from vitalreel.triggers import episode as ep
from vitalreel.triggers.episode import Answer, Episode
from vitalreel.triggers.guards import Caps, Person, Standing, Withheld, at_opening, at_step, outside, reachable
from vitalreel.triggers.holdout import PROGRAMME, Arm, Assignment, assign
from vitalreel.triggers.matrix import Play, Span, TaskStep, VideoStep


@dataclass(frozen=True, slots=True)
class Answers:
    """What the conditions of one play say about one account today."""

    when: Answer
    unless: Answer = None
    closes: Answer = None
    success: Answer = None
    asked_for_human: bool = False
    values: Mapping[str, float] = field(default_factory=dict)  # signals named in `when` and the success metric, today


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
    ended: str = ""


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
    window: Span
    day: date
    why: Mapping[str, float | str]
    made: str = "ahead"  # of its window | on_request


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


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored already: it decides."""

    episodes: Mapping[tuple[AccountId, str], Episode]
    runs: tuple[Run, ...]  # running ones
    assignments: Mapping[tuple[AccountId, str], Arm]
    taken: Mapping[str, Mapping[str, int]]  # play -> stratum -> accounts assigned
    switched_on: frozenset[str]  # plays evaluated on an earlier day
    key: bytes  # the workspace's secret, for arms


@dataclass(frozen=True, slots=True)
class Rules:
    """Programme-wide settings."""

    caps: Caps
    holdout: float  # programme-wide share


@dataclass(slots=True)
class Decision:
    """Everything one day brings."""

    episodes: list[Episode] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)


def decide(
    plays: Sequence[Play],
    answers: Mapping[str, Mapping[AccountId, Answers]],
    standings: Mapping[AccountId, Standing],
    known: Known,
    rules: Rules,
    day: date,
) -> Decision:
    """One day for all accounts and plays. answers: play -> account; accounts not named are "no".

    Plays speak in order of priority, so that when two want the same account on the same day the more important one gets it.
    """
    day_one = _Day(known, rules, day, dict(standings))
    for play in sorted(plays, key=lambda p: (-p.priority, p.name)):
        day_one.advance(play, answers.get(play.name, {}))
        day_one.open(play, answers.get(play.name, {}))
    return day_one.decision


class _Day:
    """The work of one day; `standings` are brought up to date as plays open, so later plays see earlier ones."""

    def __init__(self, known: Known, rules: Rules, day: date, standings: dict[AccountId, Standing]) -> None:
        self.known, self.rules, self.day, self.standings = known, rules, day, standings
        self.decision = Decision()
        self.taken = {play: dict(strata) for play, strata in known.taken.items()}
        self.arms = dict(known.assignments)

    # -- ladders that are under way ---------------------------------------------------------------------------------

    def advance(self, play: Play, answers: Mapping[AccountId, Answers]) -> None:
        """Stop where the goal is met, then do what is due."""
        for run in self.known.runs:
            if run.play != play.name or run.state != "running" or run.account not in self.standings:
                continue
            answer = answers.get(run.account, Answers(when=None))
            ended = _ended(play, answer)
            self._walk(play, run, answer) if ended is None else self._end(run, ended)

    def _end(self, run: Run, why: str) -> None:
        self.decision.runs.append(replace(run, state="stopped", ended=why))

    def _walk(self, play: Play, run: Run, answer: Answers) -> None:
        """Do each step that is due, in order; a step that must wait holds the ones behind it."""
        step = run.step
        while step < len(play.ladder) and run.opened_on + timedelta(days=play.ladder[step].after_days) <= self.day:
            if not self._do(play, run, play.ladder[step], answer):
                break
            step += 1
        state = "done" if step == len(play.ladder) else "running"
        self.decision.runs.append(
            replace(run, step=step, state=state, ended="ladder finished" if state == "done" else "")
        )

    def _do(self, play: Play, run: Run, step: VideoStep | TaskStep, answer: Answers) -> bool:
        standing = self.standings[run.account]
        key = fingerprint(run.id, step.name)
        if isinstance(step, TaskStep):
            title = step.title.replace("{account.name}", standing.name)
            self.decision.tasks.append(
                Task(key, run.id, play.name, step.name, run.account, step.owner, title, step.due, self.day)
            )
            return True
        person = at_step(play, step, standing, self.rules.caps, self.day)
        if isinstance(person, Withheld):
            self.decision.withheld.append(person)
            return False
        self.decision.touches.append(
            Touch(
                TouchId(key), run.id, play.name, step.name, run.account, person, step.module,
                reachable(person, step.channels), step.window, self.day, {"condition": play.when, **answer.values},
                step.made,
            )
        )  # fmt: skip
        self.standings[run.account] = replace(standing, touched=(*standing.touched, (person.id, self.day)))
        return True

    # -- episodes ---------------------------------------------------------------------------------------------------

    def open(self, play: Play, answers: Mapping[AccountId, Answers]) -> None:
        """Move every episode on, and open those that became true and may speak."""
        wanting = []
        for account, answer in answers.items():
            standing = self.standings.get(account)
            if standing is None or outside(play, standing):
                continue
            before = self.known.episodes.get((account, play.name))
            now = ep.rest(before or ep.armed(account, play.name, self.day), play, answer.when, answer.closes, self.day)
            if ep.ready(now, answer.when):
                wanting.append((now, answer, standing))
            elif before is not None:
                self.decision.episodes.append(now)
        if play.already_true == "skip" and play.name not in self.known.switched_on:
            self.decision.episodes += [ep.opened(e, self.day, a.values) for e, a, _ in wanting]
            return
        self._open_all(play, wanting)

    def _open_all(self, play: Play, wanting: Sequence[tuple[Episode, Answers, Standing]]) -> None:
        eligible = []
        for episode, answer, standing in wanting:
            stop = at_opening(play, standing, answer.unless, self.rules.caps, self.day)
            if stop is None:
                eligible.append((episode, answer, standing))
            else:
                self.decision.withheld.append(stop)
        self._assign(play, [s for _, _, s in eligible])
        for episode, answer, standing in eligible:
            self.decision.episodes.append(ep.opened(episode, self.day, answer.values))
            self._start(play, answer, standing)

    def _assign(self, play: Play, standings: Sequence[Standing]) -> None:
        """Arms for the programme first, then for the play: both before anything is made."""
        for name, share in ((PROGRAMME, self.rules.holdout), (play.name, play.holdout)):
            if play.critical or share == 0:
                continue
            fresh = [(s.account, s.segment) for s in standings if (s.account, name) not in self.arms]
            found = assign(fresh, name, share, self.taken.get(name, {}), len(self.standings), self.known.key, self.day)
            for a in found:
                self.arms[(a.account, name)] = a.arm
                strata = self.taken.setdefault(name, {})
                strata[a.stratum] = strata.get(a.stratum, 0) + 1
            self.decision.assignments += found

    def _start(self, play: Play, answer: Answers, standing: Standing) -> None:
        occurrence = self.day.isoformat()
        run_id = PlayRunId(fingerprint(standing.account, play.name, occurrence))
        held = self._held_by(play, standing.account)
        if held:
            self.decision.runs.append(
                Run(run_id, standing.account, play.name, occurrence, "held_out", "held_out", 0, self.day, held)
            )
            self.decision.withheld.append(
                Withheld(
                    standing.account,
                    play.name,
                    play.ladder[0].name,
                    self.day,
                    "holdout",
                    f"kept without it to measure by: {held}",
                )
            )
            return
        run = Run(run_id, standing.account, play.name, occurrence, "served", "running", 0, self.day)
        self.standings[standing.account] = replace(standing, running=(*standing.running, play.name))
        self._walk(play, run, answer)

    def _held_by(self, play: Play, account: AccountId) -> str:
        """Which holdout covers the account, in words; empty where none does."""
        if play.critical:
            return ""
        if self.arms.get((account, PROGRAMME)) == "held_out":
            return "programme holdout"
        return f"holdout of {play.name}" if self.arms.get((account, play.name)) == "held_out" else ""


def _ended(play: Play, answer: Answers) -> str | None:
    """Why a run should stop now; None where it should go on."""
    if "success" in play.stop_when and answer.success is True:
        return "success"
    if "viewer.asked_for_human" in play.stop_when and answer.asked_for_human:
        return "viewer asked for a person"
    return None
