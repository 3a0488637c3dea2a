"""Definitions of plays as they are kept, who follows which, and the upgrade of what is under way, asked for by a person (T6 T9 P7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, union, update

from vitalreel.errors import BadInput
from vitalreel.identity import AccountId, PlayRunId, fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.holdout import PROGRAMME
from vitalreel.triggers.matrix import Play
from vitalreel.triggers.version import carried_on, changes, kept, read_kept


@dataclass(frozen=True, slots=True)
class Following:
    """How many runs under way follow one definition of a play."""

    play: str
    config: str
    since: datetime  # first decided by
    newest: bool
    runs: int
    changes: tuple[str, ...]  # what the newest says otherwise
    language: int | None = None  # version its conditions are written in; None, as below: kept by older software
    catalogue: str | None = None  # fingerprint of signals.yaml as it was when first decided by


@dataclass(frozen=True, slots=True)
class Moved:
    """One run that goes on by the newest definition."""

    run: PlayRunId
    account: AccountId
    opened_on: date
    step: str  # the next one as it stood
    goes_on: str  # the next one by the newest definition


def keep_definitions(c: Connection, plays: Sequence[Play], catalogue: str | None, now: datetime) -> dict[str, str]:
    """play -> fingerprint of its definition, each kept once, with what its conditions were first read by.

    catalogue: fingerprint of signals.yaml; None: not known.
    """
    config = {p.name: fingerprint(p) for p in plays}
    rows = [
        {
            "config": config[p.name],
            "play": p.name,
            "definition": kept(p),
            "language": p.language,
            "catalogue": catalogue,
            "at": now,
        }
        for p in plays
    ]
    insert_new(c, t.play_version, rows)
    return config


def chosen_version(primary: Sequence[str]) -> str:
    """Under which the metrics chosen to judge the programme by are kept: another choice is another version."""
    return fingerprint("primary", sorted(primary))


def keep_choice(c: Connection, primary: Sequence[str], now: datetime) -> None:
    """Keep since when the programme is judged by these; a choice that is kept stays."""
    if primary:
        definition = {"primary": list(primary)}
        row = {"config": chosen_version(primary), "play": PROGRAMME, "definition": definition, "at": now}
        insert_new(c, t.play_version, [row])


def began(c: Connection, newest: Sequence[Play]) -> dict[str, Play]:
    """config -> definition, of those that something under way began with and that say something else than their play's newest."""
    living = union(
        select(t.play_run.c.config).where(t.play_run.c.state == "running"),
        select(t.episode.c.config).where(t.episode.c.state != "armed", t.episode.c.config.is_not(None)),
    )
    now = {p.name: p for p in newest}
    rows = c.execute(select(t.play_version).where(t.play_version.c.config.in_(living))).mappings()
    found = {r["config"]: read_kept(r["definition"]) for r in rows}
    return {config: play for config, play in found.items() if play != now.get(play.name)}


def following(doors: Doors, newest: Sequence[Play]) -> list[Following]:
    """Every definition that runs under way follow, plays in order, the newest of each last."""
    now = {p.name: p for p in newest}
    with reading(doors.engine).connect() as c:
        runs = c.execute(select(t.play_run.c.config).where(t.play_run.c.state == "running")).scalars().all()
        rows = c.execute(select(t.play_version).where(t.play_version.c.config.in_(set(runs)))).mappings().all()
    found = []
    for r in rows:
        play = read_kept(r["definition"])
        newer = now.get(play.name)
        found.append(
            Following(
                play.name, r["config"], r["at"], newer == play, runs.count(r["config"]),
                changes(play, newer) if newer else (), r["language"], r["catalogue"],
            )
        )  # fmt: skip
    return sorted(found, key=lambda f: (f.play, f.newest, f.since))


def upgrade(
    doors: Doors, play: Play, now: datetime, who: str, account: str | None = None, save: bool = True, catalogue: str | None = None
) -> tuple[Moved, ...]:  # fmt: skip
    """Runs of the play (of one account: its own) that are under way follow `play` from now on, each from where it stands.

    An open episode still closes and cools down as it began: what its rule compares with was kept at its opening. Raises BadInput
    where a run's success could not be told any more, since the new measure was not kept when it opened. save: off only tells.
    """
    mine = (t.play_run.c.play == play.name) & (t.play_run.c.state == "running")
    query = select(t.play_run).where(mine if account is None else mine & (t.play_run.c.account == account))
    moved = []
    with doors.engine.begin() as c:
        config = keep_definitions(c, [play], catalogue, now)[play.name] if save else fingerprint(play)
        older = {k: p for k, p in began(c, [play]).items() if p.name == play.name}
        openings = _openings(c, play.name)
        for r in c.execute(query.order_by(t.play_run.c.opened_on, t.play_run.c.id).with_for_update()).mappings().all():
            before = older.get(r["config"])
            if before is None:
                continue
            _refuse_unjudged(before, play, r["account"], openings.get((r["account"], r["opened_on"]), {}))
            at = carried_on(before, play, r["step"])
            moved.append(
                Moved(
                    PlayRunId(r["id"]),
                    AccountId(r["account"]),
                    r["opened_on"],
                    _step(before, r["step"]),
                    _step(play, at),
                )
            )
            if save:
                note = {"run": r["id"], "began": r["config"], "now": config, "from_step": r["step"], "to_step": at}
                c.execute(insert(t.run_upgrade).values(**note, who=who, at=now))
                c.execute(update(t.play_run).where(t.play_run.c.id == r["id"]).values(config=config, step=at))
    return tuple(moved)


def _openings(c: Connection, play: str) -> dict[tuple[str, date], Mapping[str, float]]:
    """(account, day) -> values kept when the episode opened."""
    rows = c.execute(select(t.episode).where(t.episode.c.play == play, t.episode.c.opened_on.is_not(None))).mappings()
    return {(r["account"], r["opened_on"]): r["opening"] or {} for r in rows}


def _refuse_unjudged(before: Play, play: Play, account: str, opening: Mapping[str, float]) -> None:
    metric = play.success.metric
    if metric != before.success.metric and metric not in opening:
        raise BadInput(
            f"upgrade of {play.name} for {account}",
            f"its success is told by {metric} now, which was not kept when it opened",
            "let what is under way end by its own definition, or keep the measure of success",
        )


def _step(play: Play, at: int) -> str:
    return play.ladder[at].name if at < len(play.ladder) else ""
