"""From answers to what happens: openings, arms, touches and tasks due, and what was said to every account, all at once (T1 T6 T7 T8).

Nothing is written here. The step saves what comes back in one transaction; unique keys make a second run change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from vitalreel.identity import AccountId, PlayRunId, TouchId, fingerprint
from vitalreel.triggers import episode as ep
from vitalreel.triggers import stopping
from vitalreel.triggers.calendar import is_business_day, moved
from vitalreel.triggers.decision import Answers, Decision, Known, Outcome, Run, Said, Task, Touch
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.guards import (
    PERSON_FIRST,
    Ask,
    Person,
    Rules,
    Spoken,
    Standing,
    Withheld,
    asked_by,
    outside,
    reach,
    reachable,
    whom,
)
from vitalreel.triggers.holdout import PROGRAMME, assign
from vitalreel.triggers.lead import opens
from vitalreel.triggers.matrix import Ahead, Play, Span, Step, TaskStep, VideoStep


def decide(
    plays: Sequence[Play],
    answers: Mapping[str, Mapping[AccountId, Answers]],
    standings: Mapping[AccountId, Standing],
    known: Known,
    rules: Rules,
    day: date,
    among: int | None = None,
) -> Decision:
    """One day for all accounts and plays.

    standings: of the accounts that answers or runs name, at least. among: how many accounts there are (None: those).

    answers: by play as its newest definition answers, and by fingerprint as those of `known.began` do; then by account, where those
    not named are "no". Plays speak in order of priority, so that when two want the same account on the same day the more important
    one gets it. A ladder under way follows the definition it began with, also where the play has been taken away.
    """
    named = {p.name for p in plays}
    gone = tuple({p.name: p for p in known.began.values() if p.name not in named}.values())
    silent = frozenset(p.name for p in (*plays, *gone) if not any(isinstance(s, VideoStep) for s in p.ladder))
    rules = replace(rules, categories={p.name: p.category for p in (*plays, *gone)}, silent=silent)
    day_one = _Day(known, rules, day, dict(standings), answers, len(standings) if among is None else among)
    for play in sorted((*plays, *gone), key=lambda p: (-p.priority, p.name)):
        day_one.advance(play)
        if play.name in named:
            day_one.open(play)
    return day_one.decision


class _Day:
    """The work of one day; `standings` are brought up to date as plays open, so later plays see earlier ones."""

    def __init__(
        self, known: Known, rules: Rules, day: date, standings: dict[AccountId, Standing],
        answers: Mapping[str, Mapping[AccountId, Answers]], among: int,
    ) -> None:  # fmt: skip
        self.known, self.rules, self.day, self.standings, self.answers = known, rules, day, standings, answers
        self.among = among
        self.noon = datetime.combine(day, time(12), UTC)  # days are counted from noon to noon
        self.decision = Decision()
        self.taken = {play: dict(strata) for play, strata in known.taken.items()}
        self.arms = dict(known.assignments)

    # -- ladders that are under way ---------------------------------------------------------------------------------

    def advance(self, play: Play) -> None:
        """Stop where the goal is met, then do what is due: each run by the definition it began with."""
        for run in self.known.runs:
            if run.play != play.name or run.state != "running" or run.account not in self.standings:
                continue
            began, answer = self._by(play, run.config, run.account)
            ended = stopping.ended(began, answer, self._closed(play, run))
            self._walk(began, run, answer) if ended is None else self._end(run, ended)

    def _closed(self, play: Play, run: Run) -> bool:
        """Whether the episode the run belongs to is over: it closes by the definition it opened by."""
        episode = self.known.episodes.get((run.account, run.play))
        by, answer = self._by(play, episode.config if episode is not None else "", run.account)
        return stopping.closed(run, episode, by, answer, self.day)

    def _by(self, play: Play, config: str, account: AccountId) -> tuple[Play, Answers]:
        """The definition of that fingerprint, the newest where it is that or not known, and what it answers today."""
        began = self.known.began.get(config)
        said = self.answers.get(play.name if began is None else config, {})
        return began or play, said.get(account, Answers(when=None))

    def _end(self, run: Run, why: stopping.Ended) -> None:
        self.decision.runs.append(replace(run, state="stopped", ended=why.why, because=why.because))
        self._say(run.account, run.play, "answered", detail=f"its ladder stopped: {why}")

    def _walk(self, play: Play, run: Run, answer: Answers) -> None:
        """Do each step that is due, in order. A film that must wait holds the steps behind it until the next of them is due: then
        it is passed over, so that every ladder reaches its person."""
        step = run.step
        words = f"opened on {run.opened_on}" + (
            ", by the definition of that time" if run.config in self.known.began else ""
        )
        self._say(run.account, play.name, "opened" if run.opened_on == self.day else "running", detail=words)
        while step < len(play.ladder) and self._due(run, play.ladder[step].after_days):
            over = self._over(play, run, step)
            if not over and not self._do(play, run, play.ladder[step], answer) and not self._passed(play, run, step):
                break
            step += 1
        state = "done" if step == len(play.ladder) else "running"
        self.decision.runs.append(
            replace(run, step=step, state=state, ended="ladder finished" if state == "done" else "")
        )

    def _due(self, run: Run, after_days: int) -> bool:
        return run.opened_on + timedelta(days=after_days) <= self.day

    def _passed(self, play: Play, run: Run, step: int) -> bool:
        now = play.ladder[step].after_days
        later = next((s.after_days for s in play.ladder[step + 1 :] if s.after_days > now), None)
        return later is not None and self._due(run, later)

    def _over(self, play: Play, run: Run, step: int) -> bool:
        """Whether a turn of a task that comes again is asked no more: the next one is due too, or nobody works that day."""
        now = play.ladder[step]
        if not isinstance(now, TaskStep) or not now.series:
            return False
        later = (s.after_days for s in play.ladder[step + 1 :] if isinstance(s, TaskStep) and s.series == now.series)
        after = next(later, None)
        off = now.working_days and not is_business_day(self.day, self.standings[run.account].country)
        return off or (after is not None and self._due(run, after))

    def _do(self, play: Play, run: Run, step: VideoStep | TaskStep, answer: Answers) -> bool:
        standing = self.standings[run.account]
        key = fingerprint(run.id, step.name)
        if isinstance(step, TaskStep):
            title = step.title.replace("{account.name}", standing.name)
            self.decision.tasks.append(
                Task(
                    key, run.id, play.name, step.name, run.account, step.owner, title, step.due, self.day, step.playbook, step.series
                )
            )  # fmt: skip
            return True
        anchor = answer.dates.get(step.window.of) if isinstance(step.window, Ahead) else None
        if isinstance(step.window, Ahead) and not self._can_land(play, standing, step, step.window, anchor):
            return False
        person = self._spoken_to(play, run, step, answer)
        if person is None:
            return False
        self.decision.touches.append(
            Touch(
                TouchId(key), run.id, play.name, step.name, run.account, person, step.module,
                reachable(person, self._channels(step, standing), play.category), step.window,
                self.day, {"condition": play.when, **answer.values},
                step.made, anchor,
            )
        )  # fmt: skip
        spoken = (*standing.spoken, Spoken(person.id, self.noon, step.module))
        self.standings[run.account] = replace(standing, spoken=spoken)
        return True

    def _can_land(self, play: Play, standing: Standing, step: VideoStep, window: Ahead, anchor: date | None) -> bool:
        """Whether a film can still land before the date it is about; where it cannot, the reason is kept."""
        if anchor is None:
            self._withhold(play, standing, step.name, "no such date", f"{window.of} is not known for this account")
        elif self.day > moved(anchor, -window.near, window.business, standing.country):
            kind = "business days" if window.business else "days"
            words = f"{window.of} is on {anchor}; it had to land {window.near} {kind} before at the latest"
            self._withhold(play, standing, step.name, "window missed", words)
        else:
            return True
        return False

    def _channels(self, step: Step, standing: Standing) -> tuple[str, ...]:
        return self.rules.channels.of(standing.tier, step.channels) if isinstance(step, VideoStep) else ()

    def _spoken_to(self, play: Play, run: Run, step: VideoStep, answer: Answers) -> Person | None:
        """The person a film may speak to today; None, with the reason kept, where it must wait."""
        standing = self.standings[run.account]
        if answer.outdated:
            self._withhold(play, standing, step.name, "definition outdated", answer.outdated)
            return None
        ask = asked_by(play, step, answer.unless, run.id in self.known.helped, self._channels(step, standing))
        ask = replace(ask, held_by=self._held_by(play, run.account))
        person = whom(ask, standing)
        if isinstance(person, Person):
            ask = replace(ask, person=person, channels=reachable(person, ask.channels, ask.category))
        no = reach("plan", ask, standing, self.rules, self.noon)
        if no is None and isinstance(person, Person):
            return person
        if no is not None:
            self._withhold(play, standing, step.name, no.reason, no.detail)
            self._ask_a_person(play, run, ask, standing)
        return None

    def _ask_a_person(self, play: Play, run: Run, ask: Ask, standing: Standing) -> None:
        """Where a person comes first, they are told once, whatever the arm: a holdout never keeps a person away."""
        first = ask.person_first or standing.flags.get(PERSON_FIRST) is True
        if not first or run.id in self.known.tasked or any(k.id == _first(run) for k in self.decision.tasks):
            return
        title = f"Speak to {standing.name} before any film does: {play.name.replace('_', ' ')} has opened"
        self.decision.tasks.append(
            Task(_first(run), run.id, play.name, PERSON_FIRST, run.account, "csm", title, Span(1, True), self.day)
        )

    def _withhold(self, play: Play, standing: Standing, step: str, reason: str, detail: str) -> None:
        self.decision.withheld.append(Withheld(standing.account, play.name, step, self.day, reason, detail))
        self._say(standing.account, play.name, "held out" if reason == "holdout" else "withheld", reason, detail)

    def _say(self, account: AccountId, play: str, outcome: Outcome, reason: str = "", detail: str = "") -> None:
        self.decision.said[(account, play)] = Said(account, play, self.day, outcome, reason, detail)

    # -- episodes ---------------------------------------------------------------------------------------------------

    def open(self, play: Play) -> None:
        """Move every episode on, and open those that became true and may speak."""
        wanting = []
        for account, answer in self.answers.get(play.name, {}).items():
            standing = self.standings.get(account)
            if standing is None:
                continue
            if not_for_it := outside(play, standing):
                if answer.when is True and (account, play.name) not in self.decision.said:
                    self._say(account, play.name, "not for it", detail=not_for_it)
                continue
            before = self.known.episodes.get((account, play.name))
            config = before.config if before is not None and before.state != "armed" else ""
            began, then = self._by(play, config, account)
            now = ep.rest(before or ep.armed(account, play.name, self.day), began, then.when, then.closes, self.day)
            early = self._too_early(play, standing, answer) if ep.ready(now, answer.when) else ""
            if ep.ready(now, answer.when) and not early:
                wanting.append((now, answer, standing))
                continue
            if before is not None:
                self.decision.episodes.append(now)
            if early:
                self._say(account, play.name, "withheld", "too early", early)
            elif (account, play.name) not in self.decision.said:
                self._say_why_not(began, now, answer)
        if play.already_true == "skip" and play.name not in self.known.switched_on:
            self.decision.episodes += [ep.opened(e, self.day, a.values, fingerprint(play)) for e, a, _ in wanting]
            for _, _, standing in wanting:
                words = "it was so already when the play was switched on, and the play skips those"
                self._say(standing.account, play.name, "answered", detail=words)
            return
        self._open_all(play, wanting)

    def _too_early(self, play: Play, standing: Standing, answer: Answers) -> str:
        """Why the brief of the play's first film need not open yet, in words; empty where it must, or where no date is waited for."""
        first = play.ladder[0]
        if not isinstance(first, VideoStep) or not isinstance(first.window, Ahead):
            return ""
        anchor, lead = answer.dates.get(first.window.of), self.rules.lead.of(standing.tier)
        opening = opens(first.window, anchor, lead, standing.country) if anchor is not None else self.day
        if self.day >= opening:
            return ""
        return (
            f"{first.window.of} is on {anchor}: the film may land {first.window}, and its brief opens on {opening}, "
            f"{lead} before that for production and review"
        )

    def _say_why_not(self, play: Play, episode: Episode, answer: Answers) -> None:
        account = episode.account
        if episode.state == "open":
            held = self._held_by(play, account)
            words = f"this occurrence was answered when it opened on {episode.opened_on}; it speaks again once it has closed"
            self._say(
                account,
                play.name,
                "held out" if held else "answered",
                "holdout" if held else "",
                _measured(held) if held else words,
            )
        elif episode.state == "cooling" and episode.closed_on is not None:
            until = episode.closed_on + timedelta(days=play.cool_down_days)
            words = f"it closed on {episode.closed_on} and stays silent until {until}"
            self._say(account, play.name, "cooling", detail=words)
        elif answer.when is None:
            self._say(account, play.name, "unknown", detail="what the condition asks about is missing or stale")
        else:
            self._say(account, play.name, "no", detail="the condition does not say yes")

    def _open_all(self, play: Play, wanting: Sequence[tuple[Episode, Answers, Standing]]) -> None:
        eligible = []
        step = next((s for s in play.ladder if isinstance(s, VideoStep)), play.ladder[0])
        for episode, answer, standing in wanting:
            ask = asked_by(play, step, answer.unless, channels=self._channels(step, standing))
            stop = reach("open", ask, standing, self.rules, self.noon)
            if stop is None:
                eligible.append((episode, answer, standing))
            else:
                self._withhold(play, standing, play.ladder[0].name, stop.reason, stop.detail)
        self._assign(play, [s for _, _, s in eligible])
        config = fingerprint(play)
        for episode, answer, standing in eligible:
            self.decision.episodes.append(ep.opened(episode, self.day, answer.values, config))
            self._start(play, config, answer, standing)

    def _assign(self, play: Play, standings: Sequence[Standing]) -> None:
        """Arms for the programme first, then for the play: both before anything is made."""
        for name, share in ((PROGRAMME, self.rules.holdout), (play.name, play.holdout)):
            if play.critical or share == 0:
                continue
            fresh = [(s.account, s.segment) for s in standings if (s.account, name) not in self.arms]
            found = assign(fresh, name, share, self.taken.get(name, {}), self.among, self.known.key, self.day)
            for a in found:
                self.arms[(a.account, name)] = a.arm
                strata = self.taken.setdefault(name, {})
                strata[a.stratum] = strata.get(a.stratum, 0) + 1
            self.decision.assignments += found

    def _start(self, play: Play, config: str, answer: Answers, standing: Standing) -> None:
        occurrence = self.day.isoformat()
        run_id = PlayRunId(fingerprint(standing.account, play.name, occurrence))
        held = self._held_by(play, standing.account)
        if held:
            run = Run(
                run_id,
                standing.account,
                play.name,
                occurrence,
                "held_out",
                "held_out",
                0,
                self.day,
                held,
                config=config,
            )
            self.decision.runs.append(run)
            self._withhold(play, standing, play.ladder[0].name, "holdout", _measured(held))
            self._ask_a_person(play, run, asked_by(play, play.ladder[0], answer.unless), standing)
            return
        run = Run(run_id, standing.account, play.name, occurrence, "served", "running", 0, self.day, config=config)
        self.standings[standing.account] = replace(standing, running=(*standing.running, play.name))
        self._walk(play, run, answer)

    def _held_by(self, play: Play, account: AccountId) -> str:
        """Which holdout covers the account, in words; empty where none does."""
        if play.critical:
            return ""
        if self.arms.get((account, PROGRAMME)) == "held_out":
            return "programme holdout"
        return f"holdout of {play.name}" if self.arms.get((account, play.name)) == "held_out" else ""


def _first(run: Run) -> str:
    return fingerprint(run.id, PERSON_FIRST)


def _measured(held: str) -> str:
    return f"kept without it to measure by: {held}"
