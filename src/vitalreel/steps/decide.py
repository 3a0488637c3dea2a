"""decide: puts the plays to every account, saves what opens, what is due and every reason for silence, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, bindparam, func, select, update

from vitalreel.errors import Unavailable
from vitalreel.identity import AccountId, ContactId, PlayRunId, fingerprint, plain
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.asking import Asked, ask, before_values, check_guards, check_older, flags, named_by
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.occasion import keep_mark, lake_mark, settle
from vitalreel.steps.owners import Owners, task_row
from vitalreel.steps.people import people_of
from vitalreel.steps.plans import keep_plans
from vitalreel.steps.plays import read_plays
from vitalreel.steps.remember import remember
from vitalreel.steps.sponsors import confirmed
from vitalreel.steps.versions import began, keep_choice
from vitalreel.store import tables as t
from vitalreel.store.database import alone, insert_new, reading, upsert
from vitalreel.store.lake import LakeSession
from vitalreel.store.workspace import Programme
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Decision, Known, Run, Task, Touch
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.guards import PERSON_FIRST, Caps, Rules, Spoken, Standing, Withheld
from vitalreel.triggers.holdout import Assignment
from vitalreel.triggers.matrix import Span
from vitalreel.triggers.pilot import in_pilot
from vitalreel.triggers.window import SendingHours
from vitalreel.triggers.window import window as landing

TRIES = 5
"""How often a day is decided anew because somebody else decided meanwhile."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One touch with the instants between which it must land."""

    touch: Touch
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What one day decided."""

    day: date
    decision: Decision
    planned: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a day was decided by."""

    day: date
    only: Collection[AccountId] | None  # of whom alone something is decided; None: of everybody
    plays: Sequence[Asked]
    catalogue: Catalogue
    everybody: pa.Table  # account_id and tier of all accounts
    accounts: Mapping[str, Mapping[str, Any]]  # rows by id, of those something is decided of
    answers: Mapping[
        str, Mapping[AccountId, Answers]
    ]  # by play; they also say which films that wait have no occasion any more
    flagged: Mapping[AccountId, Mapping[str, bool | None]]
    drawn: tuple[int, int]  # how many arms and runs there were
    loaded: str  # the mark of what was loaded


def decide_day(
    doors: Doors, day: date, now: datetime, save: bool = True, only: Collection[AccountId] | None = None,
    instead: Mapping[str, Any] | None = None,
) -> Day:  # fmt: skip
    """Decide `day` for all accounts and plays. With `save` off nothing is written (T12). instead: as `read_plays`.

    only: nothing is decided of other accounts, and nothing is asked that was never put to all of them. Arms are drawn one after
    another, so where others drew meanwhile it is done again; raises Unavailable where that happened TRIES times.
    """
    for _ in range(TRIES):
        if (done := _decided(doors, day, now, save, only, instead)) is not None:
            return done
    raise Unavailable("deciding", f"others decided meanwhile, {TRIES} times", "run it again when they have ended")


def _decided(
    doors: Doors, day: date, now: datetime, save: bool, only: Collection[AccountId] | None, instead: Mapping[str, Any] | None
) -> Day | None:  # fmt: skip
    """The day, saved where it shall be; None where it could not be, because others drew meanwhile."""
    catalogue = catalogue_of(doors)
    plays, guards = _speaking(doors, catalogue, day, instead), check_guards(doors.programme.guards, catalogue)
    with doors.lake.session() as session:
        with reading(doors.engine).connect() as connection:
            drawn, loaded = _drawn(connection), lake_mark(connection)
            plays = plays if only is None else _put_before(connection, plays)
            known = _known(connection, secret_key(doors.engine, "arms", now) if save else _key(connection), day)
            known = replace(known, began=began(connection, [a.play for a in plays]))
            asked = [*plays, *_older(known, catalogue)]
            signals = signals_of(doors, session, catalogue, day, named_by(asked, guards))
            everybody = session.rows("account")
            answers = ask(asked, signals, list(known.episodes.values()), guards)
            flagged = flags(signals, guards)
            accounts = _concerned(everybody, answers, known, only)
            standings = _standings(connection, accounts, _scored(session, day), known.runs, day, doors.programme)
        standings = {a: replace(s, flags=flagged.get(a, {})) for a, s in standings.items()}
        rules = rules_of(doors.programme)
        decision = decide([a.play for a in plays], answers, standings, known, rules, day, everybody.num_rows)
        opening = [e for e in decision.episodes if e.state == "open" and e.opened_on == day]
        before = before_values(plays, signals, {e.account for e in opening})
    decision.episodes = [_with_before(e, before, day) for e in decision.episodes]
    planned = tuple(_planned(touch, accounts, doors) for touch in decision.touches)
    if save:
        basis = _Basis(day, only, plays, catalogue, everybody, accounts, answers, flagged, drawn, loaded)
        if not _save(doors, basis, _changed(decision, known), planned, now):
            return None
    return Day(day, decision, planned)


def _drawn(c: Connection) -> tuple[int, int]:
    """How many arms were drawn and runs begun, ever: another number, and somebody decided meanwhile."""
    arms, runs = (
        c.execute(select(func.count()).select_from(table)).scalar_one() for table in (t.assignment, t.play_run)
    )
    return arms, runs


def _put_before(c: Connection, plays: Sequence[Asked]) -> tuple[Asked, ...]:
    """Of these, those that were put to all accounts on some day."""
    put = set(c.execute(select(t.play_day.c.play).distinct()).scalars())
    return tuple(a for a in plays if a.play.name in put)


def _speaking(doors: Doors, catalogue: Catalogue, day: date, instead: Mapping[str, Any] | None) -> tuple[Asked, ...]:
    """The plays that may open on `day`: while a pilot stands, its own."""
    asked = {a.play.name: a for a in read_plays(doors, catalogue, instead)}
    plays = in_pilot([a.play for a in asked.values()], doors.programme.pilot, day)
    return tuple(replace(asked[p.name], play=p) for p in plays)


def _concerned(
    everybody: pa.Table,
    answers: Mapping[str, Mapping[AccountId, Answers]],
    known: Known,
    only: Collection[AccountId] | None,
) -> dict[str, Mapping[str, Any]]:
    """Account rows by id, of those with an answer or a run, and among `only`: of the others nothing is decided."""
    ids = {account for said in answers.values() for account in said} | {run.account for run in known.runs}
    ids = ids if only is None else ids & set(only)
    mine = pc.is_in(everybody["account_id"], value_set=pa.array(sorted(ids), pa.string()))
    return {r["account_id"]: r for r in everybody.filter(mine).to_pylist()}


def _changed(decision: Decision, known: Known) -> Decision:
    """Without the episodes and runs that stand as they did: their rows need no writing."""
    episodes = [e for e in decision.episodes if _moved(known.episodes.get((e.account, e.play)), e)]
    runs = {r.id: r for r in known.runs}
    return replace(decision, episodes=episodes, runs=[r for r in decision.runs if runs.get(r.id) != r])


def _moved(before: Episode | None, now: Episode) -> bool:
    return before is not now and (before is None or replace(before, seen=now.seen) != now)


def _older(known: Known, catalogue: Catalogue) -> list[Asked]:
    """Earlier definitions, asked only for the accounts at which something that began with them is under way."""
    mine: dict[str, set[AccountId]] = {config: set() for config in known.began}
    for config, account in [(x.config, x.account) for x in known.runs] + [
        (x.config, x.account) for x in known.episodes.values()
    ]:
        if config in mine:
            mine[config].add(account)
    return [check_older(known.began[c], c, frozenset(only), catalogue) for c, only in sorted(mine.items())]


def _key(connection: Connection) -> bytes:
    """The stored secret, or (in a dry run before the first real one) one that stands in for it."""
    stored: bytes | None = connection.execute(
        select(t.secret.c.value).where(t.secret.c.name == "arms")
    ).scalar_one_or_none()
    return stored or bytes(32)


def rules_of(programme: Programme, categories: Mapping[str, str] | None = None) -> Rules:
    """What vitalreel.yaml says over all plays. categories: of plays by name."""
    (contact, contact_days), (account, account_days) = programme.caps["contact"], programme.caps["account"]
    return Rules(
        Caps(contact, contact_days, account, account_days, programme.concurrent_plays),
        programme.holdout,
        programme.guards.conflicts,
        programme.guards.apart,
        SendingHours(programme.sending.start, programme.sending.end, business_days_only=True),
        categories or {},
        channels=programme.channels,
        lead=programme.lead,
        confirmed=programme.guards.confirmed,
    )


def _scored(session: LakeSession, day: date) -> frozenset[str]:
    """Accounts whose score of the day may be claimed."""
    if "score" not in session.names:
        return frozenset()
    score = session.versions("score")
    rows = score.filter((score.day == day) & (score.known_on <= day) & (score.state == "scored"))
    return frozenset(rows.select("account_id").to_pyarrow()["account_id"].to_pylist())


def _known(connection: Connection, key: bytes, day: date) -> Known:
    """What is stored: it decides."""
    episodes = {}
    for r in connection.execute(select(t.episode)).mappings():
        kept = Episode(
            AccountId(r["account"]), r["play"], r["state"], r["seen"], r["opened_on"], r["closed_on"], r["opening"],
            r["config"] or "",
        )  # fmt: skip
        episodes[(kept.account, kept.play)] = kept
    running = connection.execute(select(t.play_run).where(t.play_run.c.state == "running")).mappings()
    runs = tuple(
        Run(
            PlayRunId(r["id"]),
            AccountId(r["account"]),
            r["play"],
            r["occurrence"],
            r["arm"],
            r["state"],
            r["step"],
            r["opened_on"],
            config=r["config"],
        )
        for r in running
    )
    arms = {(AccountId(r["account"]), r["play"]): r["arm"] for r in connection.execute(select(t.assignment)).mappings()}
    grouped = select(t.assignment.c.play, t.assignment.c.stratum, func.count()).group_by(
        t.assignment.c.play, t.assignment.c.stratum
    )
    taken: dict[str, dict[str, int]] = {}
    for play, stratum, count in connection.execute(grouped):
        taken.setdefault(play, {})[stratum] = count
    switched_on = frozenset(p for _, p in episodes) | frozenset(p for _, p in arms) | _answered(connection, day)
    first = connection.execute(select(t.task.c.run, t.task.c.state).where(t.task.c.step == PERSON_FIRST)).all()
    tasked = frozenset(PlayRunId(run) for run, _ in first)
    helped = frozenset(PlayRunId(run) for run, state in first if state == "done")
    return Known(episodes, runs, arms, taken, switched_on, key, tasked, helped)


def _answered(c: Connection, day: date) -> frozenset[str]:
    """Plays that were put to all accounts by `day`, and of which not every account's answer is still unknown."""
    put = set(c.execute(select(t.play_day.c.play).where(t.play_day.c.day <= day).distinct()).scalars())
    unknown = (
        select(t.said.c.play, func.count().label("accounts"))
        .where(t.said.c.outcome == "unknown", t.said.c.until.is_(None))
        .group_by(t.said.c.play)
    )
    in_the_dark: dict[str, int] = {r.play: r.accounts for r in c.execute(unknown)}
    accounts = c.execute(select(func.count()).where(t.account.c.merged_into.is_(None))).scalar_one()
    return frozenset(p for p in put if in_the_dark.get(p, 0) < accounts)


def _standings(
    connection: Connection,
    accounts: Mapping[str, Mapping[str, Any]],
    scored: frozenset[str],
    runs: Sequence[Run],
    day: date,
    programme: Programme,
) -> dict[AccountId, Standing]:
    """What guards must know of these accounts (rows by id)."""
    people = people_of(connection, list(accounts), programme.kinds)
    sponsors = confirmed(connection) if programme.guards.confirmed else {}
    running: dict[str, tuple[str, ...]] = {}
    for run in runs:
        running[run.account] = (*running.get(run.account, ()), run.play)
    spoken: dict[str, list[Spoken]] = {}
    since = day - rules_of(programme).look_back
    stands = t.touch.c.state.not_in(("stopped", "missed", "refused", "rejected"))
    columns = (t.touch.c.account, t.touch.c.contact, t.touch.c.as_of, t.touch.c.module)
    for account, contact, when, module in connection.execute(select(*columns).where(t.touch.c.as_of >= since, stands)):
        noon = datetime.combine(when, time(12), UTC)
        spoken.setdefault(account, []).append(Spoken(ContactId(contact), noon, module))
    stops = {(r.scope, r.name): r.who for r in connection.execute(select(t.stop))}
    return {
        AccountId(a["account_id"]): Standing(
            AccountId(a["account_id"]), a["name"], a["segment"] or "long_tail", a["tier"], a["account_id"] in scored,
            tuple(people.get(a["account_id"], ())), running.get(a["account_id"], ()), tuple(spoken.get(a["account_id"], ())),
            stops, zone=a["zone"] or programme.zone, country=a["country"] or programme.country, sponsor=sponsors.get(a["account_id"]),
        )
        for a in accounts.values()
    }  # fmt: skip


def _with_before(episode: Episode, before: Mapping[tuple[AccountId, str], Mapping[str, float]], day: date) -> Episode:
    if episode.state != "open" or episode.opened_on != day:
        return episode
    return replace(episode, opening={**(episode.opening or {}), **before.get((episode.account, episode.play), {})})


def _planned(touch: Touch, accounts: Mapping[str, Mapping[str, Any]], doors: Doors) -> Planned:
    account = accounts[touch.account]
    zone, country = account["zone"] or doors.programme.zone, account["country"] or doors.programme.country
    words = f"within {touch.window}" if isinstance(touch.window, Span) else str(touch.window)
    start, end = landing(words, touch.day, zone, country, touch.anchor)
    return Planned(touch, start, end)


def _due(task: Task, accounts: Mapping[str, Mapping[str, Any]], doors: Doors) -> date:
    """The day a task is due, by the account's working days where it counts those."""
    if not task.due.business:
        return task.day + timedelta(days=task.due.days)
    return add_business_days(task.day, task.due.days, accounts[task.account]["country"] or doors.programme.country)


def _save(doors: Doors, basis: _Basis, decision: Decision, planned: Sequence[Planned], now: datetime) -> bool:
    """One transaction; rows that are there already stay as they are. What a run was found to do by a definition it follows no more,
    since it was upgraded meanwhile, is left to the next day.

    Answers False, and saves nothing, where arms were drawn or runs begun since the day was decided.
    """
    plays, catalogue = [a.play for a in basis.plays], fingerprint(basis.catalogue)
    with doors.engine.begin() as c:
        alone(c, "deciding")
        if _drawn(c) != basis.drawn:
            return False
        keep_choice(c, doors.programme.terms.primary, now)
        keep_plans(c, plays, doors.programme, basis.day, now)
        stale = _upgraded(c, decision.runs)
        _save_tiers(c, basis.everybody)
        remember(c, decision.said.values(), plays, basis.flagged, basis.day, now, basis.only, catalogue)
        insert_new(c, t.assignment, [{**_columns(a), "at": now} for a in decision.assignments])
        upsert(c, t.episode, [_columns(e) for e in decision.episodes])
        insert_new(c, t.play_run, [_run_row(r, catalogue, now) for r in decision.runs])
        _save_runs(c, [r for r in decision.runs if r.id not in stale])
        insert_new(c, t.touch, [_touch_row(p, now) for p in planned if p.touch.run not in stale])
        _save_tasks(c, doors, [k for k in decision.tasks if k.run not in stale], basis.accounts, now)
        insert_new(c, t.withheld, [{**_columns(w), "at": now} for w in decision.withheld])
        settle(c, doors, basis.answers, basis.day, now, basis.only)
        if basis.only is None:
            keep_mark(c, basis.day, basis.loaded)
    return True


def _save_tasks(
    c: Connection, doors: Doors, tasks: Sequence[Task], accounts: Mapping[str, Mapping[str, Any]], now: datetime
) -> None:
    """New tasks with their owners; of a task that comes again, an earlier turn that nobody did is over."""
    owners = Owners(c, doors) if tasks else None
    turns = [{"r": k.run, "s": k.series} for k in tasks if k.series]
    if turns:
        mine = (t.task.c.run == bindparam("r")) & (t.task.c.series == bindparam("s")) & (t.task.c.state == "open")
        c.execute(update(t.task).where(mine).values(state="passed"), turns)
    rows = [
        task_row(k.id, k.run, k.step, k.account, owners.of(k.owner, accounts[k.account]["csm"]), k.title, _due(k, accounts, doors),
                 now, k.owner, k.playbook, k.series)
        for k in tasks if owners is not None
    ]  # fmt: skip
    insert_new(c, t.task, rows)


def _save_tiers(c: Connection, everybody: pa.Table) -> None:
    """The tiers of the day, written where they are others."""
    kept: dict[str, int | None] = {r.id: r.tier for r in c.execute(select(t.account.c.id, t.account.c.tier))}
    of_day = zip(everybody["account_id"].to_pylist(), everybody["tier"].to_pylist(), strict=True)
    moved = [{"a": account, "now": tier} for account, tier in of_day if kept.get(account, tier) != tier]
    if moved:
        c.execute(update(t.account).where(t.account.c.id == bindparam("a")).values(tier=bindparam("now")), moved)


def _save_runs(c: Connection, runs: Sequence[Run]) -> None:
    """How far runs have come."""
    if runs:
        values: dict[str, Any] = {
            "state": bindparam("now"), "step": bindparam("at_step"), "ended": bindparam("why"), "because": bindparam("text"),
        }  # fmt: skip
        moved = [
            {"r": r.id, "now": r.state, "at_step": r.step, "why": r.ended or None, "text": r.because or None}
            for r in runs
        ]
        c.execute(update(t.play_run).where(t.play_run.c.id == bindparam("r")).values(values), moved)


def _columns(record: Assignment | Episode | Withheld) -> dict[str, Any]:
    """A record as a row: its fields by name, as they are."""
    return {f.name: getattr(record, f.name) for f in fields(record)}


def _upgraded(c: Connection, runs: Sequence[Run]) -> frozenset[str]:
    """Of these runs, those that follow another definition by now than when they were read."""
    kept = c.execute(
        select(t.play_run.c.id, t.play_run.c.config).where(t.play_run.c.state == "running").with_for_update()
    )
    now_by = {r.id: r.config for r in kept}
    return frozenset(r.id for r in runs if now_by.get(r.id, r.config) != r.config)


def _run_row(run: Run, catalogue: str, now: datetime) -> dict[str, Any]:
    return {
        "id": run.id, "account": run.account, "play": run.play, "occurrence": run.occurrence, "arm": run.arm, "state": run.state,
        "step": run.step, "opened_on": run.opened_on, "config": run.config, "catalogue": catalogue,
        "ended": run.ended or None, "because": run.because or None, "at": now,
    }  # fmt: skip


def _touch_row(planned: Planned, now: datetime) -> dict[str, Any]:
    touch = planned.touch
    return {
        "id": touch.id, "run": touch.run, "step": touch.step, "account": touch.account, "contact": touch.contact.id,
        "module": touch.module, "channels": list(touch.channels), "window_from": planned.start, "window_to": planned.end,
        "as_of": touch.day, "state": "planned", "video": None, "made": touch.made,
        "why": plain({**touch.why, "play": touch.play}), "at": now,
    }  # fmt: skip
