"""occasion: whether films that wait are still to be sent, asked of the data that are loaded as they leave (T6 R3 R8).

Each day's decision asks it of all. Where anything was loaded afterwards it is asked again before anything more is sent: a ladder whose
goal is met or whose occasion is over ends with its films, a window before a date that was moved moves, a film without a date is let go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from vitalreel.identity import AccountId, PlayRunId, fingerprint
from vitalreel.review.chain import Place, due_at
from vitalreel.steps.asking import ask, check_older, named_by
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.reviewers import ask_no_more
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.jobs import let_go
from vitalreel.triggers.decision import Answers, Run
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.matrix import Play
from vitalreel.triggers.occasion import Fate, Gone, Moved, Waiting, judge
from vitalreel.triggers.stopping import Ended, in_words
from vitalreel.triggers.version import read_kept

STATES = ("planned", "made", "in_review", "approved")
"""Of a touch that may still leave."""
Row = Mapping[str, Any]
Answered = Mapping[str, Mapping[AccountId, Answers]]
"""By fingerprint of a definition, or by play where it is the newest; then by account."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of films that waited."""

    ended: int = 0  # let go with their ladder
    moved: int = 0
    gone: int = 0  # let go, their date being no more


class Occasion:
    """Asks again whenever something was loaded since the last time, as of one day."""

    def __init__(self, doors: Doors, day: date) -> None:
        self._doors, self._day, self._seen = doors, day, ""

    def keep_up(self, now: datetime) -> Kept:
        """Bring runs and windows to what the loaded data say. Free where nothing was loaded, and where nothing waits."""
        with reading(self._doors.engine).connect() as c:
            loaded = lake_mark(c)  # as nothing was seen yet, an empty lake is asked nothing
            known = loaded == self._seen or _decided_by(c, self._day, loaded)
            rows = [] if known else [dict(r) for r in c.execute(_waiting()).mappings()]
            plays = _definitions(c, rows)
        kept = Kept()
        if rows:
            answers = _ask(self._doors, rows, plays, self._day)
            with self._doors.engine.begin() as c:
                kept = settle(c, self._doors, answers, self._day, now)
        self._seen = loaded
        return kept


def lake_mark(c: Connection) -> str:
    """What is loaded, in one word: another one, and something was loaded, or taken back, meanwhile. Empty: nothing is."""
    f = t.lake_file.c
    row = c.execute(select(func.count(), func.sum(f.rows), func.max(f.written), func.max(f.path))).one()
    return fingerprint(*(str(value) for value in row)) if row[0] else ""


def keep_mark(c: Connection, day: date, mark: str) -> None:
    """All accounts and plays were asked as of `day` by what was loaded then."""
    c.execute(update(t.play_day).where(t.play_day.c.day == day).values(lake=mark))


def settle(
    c: Connection, doors: Doors, answers: Answered, day: date, now: datetime, only: Collection[AccountId] | None = None
) -> Kept:  # fmt: skip
    """Settle what waits by these answers, in one transaction of few statements; running it again changes nothing.

    Films of ladders that have ended are let go: their orders leave the queue, their reviews lapse. only: of these accounts.
    """
    rows = [dict(r) for r in c.execute(_waiting().with_for_update(of=t.touch)).mappings()]
    rows = rows if only is None else [r for r in rows if r["account"] in only]
    plays = _definitions(c, rows)
    fates = [(r, _fate(doors, r, plays, answers, day, now)) for r in rows]
    _end(c, {r["run"]: fate for r, fate in fates if isinstance(fate, Ended)})
    ended = [(r, "run ended", f"the ladder has stopped: {why}") for r, f in fates if (why := _over(r, f))]
    gone = [(r, "no such date", f.why) for r, f in fates if isinstance(f, Gone)]
    moved = [(r, f) for r, f in fates if isinstance(f, Moved)]
    _let_go(c, [*ended, *gone], day, now)
    _move(c, doors, moved, day, now)
    return Kept(len(ended), len(moved), len(gone))


# -- read -------------------------------------------------------------------------------------------------------------


def _decided_by(c: Connection, day: date, mark: str) -> bool:
    same = (t.play_day.c.day == day) & (t.play_day.c.lake == mark)
    return c.execute(select(t.play_day.c.play).where(same).limit(1)).first() is not None


def _waiting() -> Select[Any]:
    mine = (t.episode.c.account == t.touch.c.account) & (t.episode.c.play == t.play_run.c.play)
    r, e = t.play_run.c, t.episode.c
    return (
        select(
            t.touch.c.id, t.touch.c.run, t.touch.c.step, t.touch.c.account, t.touch.c.as_of, t.touch.c.window_from, t.touch.c.window_to,
            r.play, r.occurrence, r.arm, r.step.label("at_step"), r.opened_on, r.config, r.state.label("run_state"), r.ended, r.because,
            e.state.label("episode"), e.opened_on.label("episode_opened"), e.closed_on.label("episode_closed"), e.seen, e.opening,
            e.config.label("episode_config"), t.account.c.zone, t.account.c.row.label("account_row"),
        )
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .outerjoin(t.episode, mine)
        .where(t.touch.c.state.in_(STATES))
        .order_by(t.touch.c.id)
    )  # fmt: skip


def _definitions(c: Connection, rows: Sequence[Row]) -> dict[str, Play]:
    """config -> definition, of those that runs follow and episodes close by."""
    configs = {r[key] for r in rows for key in ("config", "episode_config") if r[key]}
    found = c.execute(
        select(t.play_version.c.config, t.play_version.c.definition).where(t.play_version.c.config.in_(configs))
    )
    return {r.config: read_kept(r.definition) for r in found} if configs else {}


def _ask(doors: Doors, rows: Sequence[Row], plays: Mapping[str, Play], day: date) -> Answered:
    """What these definitions say of the accounts where something waits; of nobody where no accounts are loaded."""
    catalogue = catalogue_of(doors)
    with doors.lake.session() as session:
        if "account" not in session.names:
            return {}
        mine: dict[str, set[AccountId]] = {config: set() for config in plays}
        for r in rows:
            for config in {r["config"], r["episode_config"]} & plays.keys():
                mine[config].add(AccountId(r["account"]))
        asked = [check_older(plays[c], c, frozenset(only), catalogue) for c, only in sorted(mine.items())]
        signals = signals_of(doors, session, catalogue, day, named_by(asked, {}))
        return ask(asked, signals, [e for r in rows if (e := _episode(r)) is not None], {})


def _episode(row: Row) -> Episode | None:
    if row["episode"] is None:
        return None
    return Episode(
        AccountId(row["account"]), row["play"], row["episode"], row["seen"], row["episode_opened"], row["episode_closed"],
        row["opening"], row["episode_config"] or "",
    )  # fmt: skip


# -- judged -----------------------------------------------------------------------------------------------------------


def _fate(
    doors: Doors, row: Row, plays: Mapping[str, Play], answers: Answered, day: date, now: datetime
) -> Fate | None:
    play = plays.get(row["config"])
    account = AccountId(row["account"])
    answer = answers.get(row["config"], answers.get(row["play"], {})).get(account)
    if play is None or answer is None:
        return None
    config = row["episode_config"] or row["config"]
    closing = answers.get(config, answers.get(row["play"], {})).get(account, Answers(when=None))
    run = Run(
        PlayRunId(row["run"]), account, row["play"], row["occurrence"], row["arm"], row["run_state"], row["at_step"], row["opened_on"],
        config=row["config"],
    )  # fmt: skip
    film = Waiting(
        run, play, row["step"], row["as_of"], row["window_from"], row["window_to"], row["zone"] or doors.programme.zone,
        row["account_row"].get("country") or doors.programme.country, _episode(row), plays.get(config, play),
    )  # fmt: skip
    return judge(film, answer, closing, day, now)


def _over(row: Row, fate: Fate | None) -> str:
    """Why the film's ladder has ended, in words; empty where it has not."""
    if row["run_state"] == "stopped":
        return in_words(row["ended"] or "stopped", row["because"])
    return str(fate) if isinstance(fate, Ended) else ""


# -- written ----------------------------------------------------------------------------------------------------------


def _end(c: Connection, runs: Mapping[str, Ended]) -> None:
    mine = (t.play_run.c.id == bindparam("r")) & (t.play_run.c.state == "running")
    values: dict[str, Any] = {"state": "stopped", "ended": bindparam("why"), "because": bindparam("text")}
    rows = [{"r": run, "why": ended.why, "text": ended.because or None} for run, ended in runs.items()]
    if rows:
        c.execute(update(t.play_run).where(mine).values(values), rows)


def _let_go(c: Connection, found: Sequence[tuple[Row, str, str]], day: date, now: datetime) -> None:
    if not found:
        return
    ids = [row["id"] for row, _, _ in found]
    c.execute(
        update(t.touch).where(t.touch.c.id == bindparam("touch_id")).values(state="stopped"), [{"touch_id": x} for x in ids]
    )  # fmt: skip
    for reason in sorted({reason for _, reason, _ in found}):
        let_go(c, [row["id"] for row, why, _ in found if why == reason], reason, now)
    why = {row["id"]: detail for row, _, detail in found}
    reviews = c.execute(
        select(t.review.c.id, t.review.c.touch).where(t.review.c.touch.in_(ids), t.review.c.state != "lapsed")
    ).all()
    if reviews:
        lapse = update(t.review).where(t.review.c.id == bindparam("r")).values(state="lapsed", needs=[])
        c.execute(lapse, [{"r": r.id} for r in reviews])
        _note(c, [(r.id, "lapsed", why[r.touch]) for r in reviews], now)
        ask_no_more(c, [r.id for r in reviews], now)
    insert_new(c, t.withheld, [_silence(row, reason, detail, day, now) for row, reason, detail in found])


def _move(c: Connection, doors: Doors, moved: Sequence[tuple[Row, Moved]], day: date, now: datetime) -> None:
    """Windows as they are by now. Where one opens later, its figures are taken anew before it does; a review is due by the new one."""
    if not moved:
        return
    mine = t.touch.c.id == bindparam("touch_id")
    windows: dict[str, Any] = {"window_from": bindparam("start"), "window_to": bindparam("end")}
    c.execute(
        update(t.touch).where(mine).values(windows), [{"touch_id": r["id"], "start": f.start, "end": f.end} for r, f in moved]
    )  # fmt: skip
    later = [{"touch_id": r["id"]} for r, f in moved if f.start > r["window_from"]]
    if later:
        c.execute(update(t.touch).where(mine).values(refreshed=None), later)
    by_touch = {r["id"]: (r, f) for r, f in moved}
    waiting = select(t.review).where(t.review.c.touch.in_(by_touch), t.review.c.state == "waiting")
    for review in c.execute(waiting).mappings().all():
        row, fate = by_touch[review["touch"]]
        place = Place(row["zone"] or doors.programme.zone, row["account_row"].get("country") or doors.programme.country)
        due = due_at(doors.programme.review.chain, review["at"], fate.end, place)
        c.execute(update(t.review).where(t.review.c.id == review["id"]).values(due=due))
        _note(c, [(review["id"], "moved", fate.why)], now)
    words = "{why}: it may land from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    insert_new(c, t.withheld, [
        _silence(r, "window moved", words.format(why=f.why, start=f.start, end=f.end), day, now) for r, f in moved
    ])  # fmt: skip


def _note(c: Connection, events: Sequence[tuple[str, str, str]], now: datetime) -> None:
    c.execute(
        t.review_event.insert(),
        [
            {"review": review, "who": "vitalreel", "what": what, "detail": why, "at": now}
            for review, what, why in events
        ],
    )


def _silence(row: Row, reason: str, detail: str, day: date, now: datetime) -> dict[str, Any]:
    return {
        "account": row["account"], "play": row["play"], "step": row["step"], "day": day, "reason": reason, "detail": detail, "at": now,
    }  # fmt: skip
