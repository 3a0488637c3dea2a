"""Assess: load the lake as of a day, score every account, save scores and parts; any past day can be computed again."""

from __future__ import annotations

import resource
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from sqlalchemy import Connection, delete, insert, select

from vitalreel.conditions import Tree, parse, write
from vitalreel.conditions.tree import named
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadConfiguration, NotFound, Unavailable
from vitalreel.health import score
from vitalreel.health.reading import NEVER_MIXED, in_order, read_scorecard
from vitalreel.health.readings import asked, readings
from vitalreel.health.scorecard import BANDS, PROBABILITY, Scorecard, config_of
from vitalreel.health.viewers import watched
from vitalreel.identity import AccountId, fingerprint
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.kinds import WATCHED
from vitalreel.sources.model import PROVENANCE
from vitalreel.steps import hooks
from vitalreel.steps.chances import TABLE as CHANCES
from vitalreel.steps.chances import Chances, chances_on
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import Signals, catalogue_of, signals_of
from vitalreel.steps.snapshots import FURTHER, Seen, further
from vitalreel.steps.telling import score_messages
from vitalreel.store.database import alone, reading
from vitalreel.store.lake import LakeSession
from vitalreel.store.tables import lake_file, score_run
from vitalreel.tracking.hook import Message

NO_SCORES = pa.schema(
    [("account_id", pa.string()), ("day", pa.date32()), ("points", pa.float64()), ("band", pa.string())]
)


TRIES = 5
"""How often some accounts are scored anew because others were scored meanwhile."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What one run did."""

    run: str  # id of the score_run, and of its lake files
    day: date
    accounts: int
    scored: int
    insufficient: int  # too little fresh data for a score, or no scorecard that applies
    bands: Mapping[str, int]
    seconds: float
    cpu_seconds: float
    peak_mb: float  # of the whole process so far
    churn: Chances


@dataclass(frozen=True, slots=True)
class Model:
    """The workspace's catalogue and scorecards, read and checked."""

    catalogue: Catalogue
    scorecards: tuple[Scorecard, ...]
    trees: Mapping[str, Tree]  # a rule's `when` -> its checked tree

    @property
    def named(self) -> frozenset[str]:
        """Every signal that scores, and what churn models read besides, stand on."""
        read = {s for card in self.scorecards for m in card.measures for s in (m.signal, m.over) if s}
        chosen = {name for card in self.scorecards for name in card.applies_to}
        slower = {reading[0] for _feature, reading in FURTHER.values()}
        return named(self.trees) | read | chosen | slower | {WATCHED}


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one day: of the columns of PROVENANCE, row_key and row_digest only."""

    scores: pa.Table
    parts: pa.Table
    signals: Signals  # of the day, at hand until the session stands on another


@dataclass(frozen=True, slots=True)
class Day:
    """What is saved of one day."""

    day: date
    result: Result
    churn: Chances


def read_model(doors: Doors) -> Model:
    """signals.yaml and scorecards/ of the workspace. Raises BadConfiguration with file, place and what to write."""
    catalogue = catalogue_of(doors)
    trees: dict[str, Tree] = {}

    def check(text: str, where: str) -> None:
        checked = parse(text, catalogue)
        if not checked.ok:
            mistake = checked.errors[0]
            raise BadConfiguration(
                where, mistake.message, f"write {mistake.suggestion!r}" if mistake.suggestion else ""
            )
        if PROBABILITY in write(checked.sound):
            raise BadConfiguration(where, *NEVER_MIXED)
        trees[text] = checked.sound

    cards = {
        stem: read_scorecard(raw, f"scorecards/{stem}.yaml", catalogue, check)
        for stem, raw in doors.workspace.folder("scorecards").items()
    }
    named = {card.name: card for card in cards.values()}
    ordered = in_order(doors.workspace.yaml("scorecards/_order.yaml"), "scorecards/_order.yaml", named)
    for rule in (rule for card in ordered for rule in card.rules if rule.by_role):
        watched(trees[rule.when])
    return Model(catalogue, ordered, trees)


def assess(
    doors: Doors, as_of: date, now: datetime, accounts: Collection[AccountId] | None = None, strictly: bool = True
) -> Assessed:
    """Score all accounts, or only some, as of the end of `as_of`, and save the rows in place of the day's earlier ones.

    Some are saved beside the rows that others have; where those are replaced meanwhile, it is done again. strictly: one of them
    that was not known then is refused; else it is left out. Raises BadInput where no
    account was known, NotFound for one that was not, BadConfiguration for a scorecard that cannot be used, Unavailable where others
    scored the day TRIES times meanwhile.
    """
    for _once in range(TRIES):
        if (done := _assessed(doors, [as_of], now, accounts, strictly)) is not None:
            return done[0]
    raise Unavailable("scoring", f"others scored the day meanwhile, {TRIES} times", "run it again when they have ended")


def assess_days(doors: Doors, days: Sequence[date], now: datetime) -> tuple[Assessed, ...]:
    """Score a series of days, oldest first, in one DuckDB session: what fills a history for charts. Raises as `assess`."""
    done = _assessed(doors, days, now, None, strictly=True)
    assert done is not None  # whole days stand in place of whatever was there
    return done


def scored(doors: Doors, day: date) -> bool:
    """Whether all accounts were scored as of that day, and not only some."""
    with reading(doors.engine).connect() as connection:
        return _whole(connection, day)


def _assessed(
    doors: Doors, days: Sequence[date], now: datetime, accounts: Collection[AccountId] | None, strictly: bool
) -> tuple[Assessed, ...] | None:
    """The days, saved; None where only some accounts of a day were scored and others' rows were replaced meanwhile."""
    model = read_model(doors)
    found = []
    with reading(doors.engine).connect() as connection:
        before = None if accounts is None else _published(connection, days[0])
    with doors.lake.session() as session:
        kept: pa.Table | None = None
        for day in sorted(days):
            started, cpu = time.perf_counter(), time.process_time()
            result = score_day(doors, session, model, day, kept)
            seen = Seen(model.scorecards, result.scores, result.parts, partial(further, result.signals))
            done = Day(day, result, chances_on(session, seen, day, doors.programme.currency))
            if accounts is not None:
                done = _only(session, done, accounts, strictly)
            columns = done.result.scores.select(NO_SCORES.names).cast(NO_SCORES)
            kept = columns if kept is None else pa.concat_tables([kept, columns])
            spent = (time.perf_counter() - started, time.process_time() - cpu)
            told = _told(doors, session, done, now, accounts) if day == max(days) else []
            if (saved := _save(doors, model, done, now, spent, told, before)) is None:
                return None
            found.append(saved)
    return tuple(found)


def score_day(doors: Doors, session: LakeSession, model: Model, day: date, earlier: pa.Table | None = None) -> Result:
    """Scores and parts of all accounts as of the end of `day`, saved nowhere.

    earlier: NO_SCORES rows of days computed in this session, which stand before those the lake has.
    """
    signals = signals_of(doors, session, model.catalogue, day, model.named)
    session.put("earlier", earlier if earlier is not None else NO_SCORES.empty_table())
    fresh = signals.fresh()
    reach = business_days(model.trees, signals.moment.number)
    session.planned((*signals.question, "score", model.scorecards, fresh, reach), lambda: _score(signals, model, fresh))
    return Result(session.rows("scores"), session.rows("parts"), signals)


def _score(signals: Signals, model: Model, fresh: Mapping[str, bool]) -> None:
    """Keeps the day's `scores` and `parts`, in order and in the columns the lake has them."""
    session, moment = signals.session, signals.moment
    wide = session.keep("wide", readings(signals.tables, model.scorecards, model.trees, model.catalogue, moment, fresh))
    wanted = asked(model.scorecards)
    cards = [
        (card, session.keep(f"card_{i}", score.counted(wide, card, wanted))) for i, card in enumerate(model.scorecards)
    ]
    earlier = session.keep("past", _past(signals))
    scores = score.scores(wide, cards, earlier, moment).order_by("account_id")
    session.keep("scores", _identified(scores, ("account_id", "day")))
    parts = score.parts(cards, moment).order_by("account_id", "part")
    session.keep("parts", _identified(parts, ("account_id", "day", "part")))


def _past(signals: Signals) -> Any:
    """Scores of the days before: what was just computed, else what the lake has."""
    found = signals.session.kept("earlier")
    if "score" in signals.session.names:
        saved = signals.known.tables["score"].filter(_.day < signals.moment.date).select(*NO_SCORES.names)
        found = found.union(saved.anti_join(found, ["account_id", "day"]))
    return found


def _identified(rows: Any, key: Sequence[str]) -> Any:
    """Rows of our own with what tells them apart, and their versions."""
    words = [_[c].cast("string").fill_null("") for c in rows.columns]
    return rows.mutate(row_key=_joined([_[c].cast("string") for c in key]), row_digest=_joined(words).hexdigest("md5"))


# -- saving


def _only(session: LakeSession, done: Day, accounts: Collection[AccountId], strictly: bool) -> Day:
    """The named accounts' new rows, and the day's saved rows of everybody else."""
    known = set(done.result.scores["account_id"].to_pylist())
    unknown = sorted(set(accounts) - known)
    if unknown and strictly:
        raise NotFound("account", unknown[0], f"{len(known)} were customers on {done.day.isoformat()}")
    saved = session.as_of(done.day)

    def merged(new: pa.Table, table: str) -> pa.Table:
        return _merged(session.con, new, saved.get(table), done.day, accounts)

    scores, parts = merged(done.result.scores, "score"), merged(done.result.parts, "score_part")
    result = replace(done.result, scores=scores, parts=parts)
    rows = None if done.churn.rows is None else merged(done.churn.rows, CHANCES)
    return Day(done.day, result, replace(done.churn, rows=rows))


def _merged(con: Any, new: pa.Table, saved: Any, day: date, accounts: Collection[AccountId]) -> pa.Table:
    mine = _.account_id.isin(sorted(accounts))
    chosen = con.to_pyarrow(ibis.memtable(new).filter(mine))
    if saved is None:
        return chosen
    others = con.to_pyarrow(saved.filter((_.day == ibis.literal(day)) & ~mine).select(*new.column_names))
    return pa.concat_tables([chosen, others.cast(chosen.schema)])


def _told(
    doors: Doors, session: LakeSession, done: Day, now: datetime, accounts: Collection[AccountId] | None
) -> list[Message]:
    """What other systems are told of the day's scores: of those accounts."""
    scores = done.result.scores
    if accounts is not None:
        scores = scores.filter(pc.is_in(scores["account_id"], value_set=pa.array(sorted(accounts), pa.string())))
    return score_messages(doors, session, done.day, scores, done.result.parts, done.churn.rows, now)


def _save(
    doors: Doors, model: Model, done: Day, now: datetime, spent: tuple[float, float], told: Sequence[Message],
    before: frozenset[str] | None,
) -> Assessed | None:  # fmt: skip
    """Publish the day's rows and take back those of its earlier runs, in one transaction: readers see one set. told: queued in it.

    before: the loads whose rows were taken over; None: none were. Answers None, and saves nothing, where they stand no more.
    """
    day = done.day
    run = fingerprint("score", day, now)
    counted = _counted(run, done, spent)
    tables = {
        "score": with_provenance(done.result.scores, run, day, now),
        "score_part": with_provenance(done.result.parts, run, day, now),
    }
    if done.churn.rows is not None:
        tables[CHANCES] = with_provenance(done.churn.rows, run, day, now)
    with doors.engine.begin() as connection:
        alone(connection, "scores")
        if before is not None and _published(connection, day) != before:
            return None
        whole = before is None or _whole(connection, day)
        _take_back(connection, day)
        doors.lake.publish(connection, doors.lake.stage(run, tables), now)
        row = {"id": run, "day": day, "at": now, "config": config_of(model.scorecards), "accounts": counted.accounts}
        numbers = {
            "scored": counted.scored,
            "insufficient": counted.insufficient,
            "bands": dict(counted.bands),
            "whole": whole,
        }
        connection.execute(delete(score_run).where(score_run.c.id == run))
        hooks.queue(connection, told, now)
        connection.execute(insert(score_run), [{**row, "numbers": {**numbers, "seconds": round(counted.seconds, 3)}}])
    return counted


def _whole(connection: Connection, day: date) -> bool:
    """Whether the rows of the day are of all accounts."""
    newest = select(score_run.c.numbers).where(score_run.c.day == day).order_by(score_run.c.at.desc()).limit(1)
    numbers = connection.execute(newest).scalar_one_or_none()
    return numbers is not None and bool(numbers.get("whole", True))


def _published(connection: Connection, day: date) -> frozenset[str]:
    """The loads whose rows are the day's scores."""
    runs = select(score_run.c.id).where(score_run.c.day == day)
    return frozenset(
        connection.execute(select(lake_file.c.load).where(lake_file.c.load.in_(runs)).distinct()).scalars()
    )


def _take_back(connection: Connection, day: date) -> None:
    """Unpublish what earlier runs of the day wrote; the runs themselves stay on record."""
    runs = select(score_run.c.id).where(score_run.c.day == day)
    connection.execute(delete(lake_file).where(lake_file.c.load.in_(runs)))


def _counted(run: str, done: Day, spent: tuple[float, float]) -> Assessed:
    states = done.result.scores["state"].to_pylist()
    bands = done.result.scores["band"].to_pylist()
    return Assessed(
        run=run,
        day=done.day,
        accounts=len(states),
        scored=states.count("scored"),
        insufficient=len(states) - states.count("scored"),
        bands={b: bands.count(b) for b in reversed(BANDS)},
        seconds=spent[0],
        cpu_seconds=spent[1],
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        churn=done.churn,
    )


def with_provenance(rows: pa.Table, run: str, day: date, now: datetime, location: str = "assess") -> pa.Table:
    """Lake rows: known on the day they are about, learnt when they were computed."""
    moment = pa.scalar(now, pa.timestamp("us", "UTC"))
    values = {
        "known_on": day,
        "learnt": moment,
        "at": moment,
        "source": "vitalreel",
        "location": location,
        "line": 0,
        "load": run,
    }
    own = [c for c in rows.column_names if c not in PROVENANCE]
    for name, value in values.items():
        rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
    return rows.select([*own, "at", *PROVENANCE])


def _joined(words: Sequence[Any]) -> Any:
    whole = words[0]
    for word in words[1:]:
        whole = whole + "|" + word
    return whole
