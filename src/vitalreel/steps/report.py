"""report: what was done in a quarter and what each play changed, by arms as assigned; an estimate, else a refusal with a day (M12 M16)."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from vitalreel.delivery.window import zone_of
from vitalreel.errors import Unavailable
from vitalreel.identity import AccountId, plain
from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.estimate import Refusal
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Answer, Finding, Report, Silence, Week, in_time, weeks_of
from vitalreel.measurement.report.page import page
from vitalreel.ports import Printer
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.tables import day_number, day_of
from vitalreel.steps.decide import read_plays
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, facts_of, known_tables
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.triggers.matrix import Play

FLOORS = Floors()
Run = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """What the app database knows at the end of the period's day; `films` and `watched` hold those inside the quarter only."""

    runs: Mapping[str, Sequence[Run]]  # play -> its episodes in order of opening, later quarters' among them
    opening: Mapping[tuple[str, str, date], Mapping[str, float]]  # account, play, opened on -> values then
    films: Mapping[str, Sequence[date]]  # play -> the day each film was sent, on the programme's clock
    watched: Mapping[str, Sequence[date]]  # play -> the day each film was first watched in the quarter
    silences: tuple[Silence, ...]


def report(doors: Doors, period: Period) -> Report:
    """The quarter's report as of the period's day. Raises BadInput where nothing was loaded or known by then."""
    catalogue = catalogue_of(doors)
    plays = {a.play.name: a.play for a in read_plays(doors, catalogue)}
    with reading(doors.engine).connect() as connection:
        happened = _happened(connection, period, doors.programme.zone)
    with doors.lake.session() as session:
        metrics = {p.success.metric for p in plays.values() if p.name in happened.runs} & set(catalogue.signals)
        if metrics:
            facts = facts_of(doors, session, catalogue, metrics, period.day)
        else:  # no figure to compute, but a day on which nothing was known is refused all the same
            facts = None
            known_tables(session, doors.programme, period.day)
        known = tuple(_finding(doors, play, happened, facts, catalogue, period) for play in plays.values())
    gone = [name for name, runs in sorted(happened.runs.items()) if name not in plays and _until(runs, period)]
    findings = known + tuple(_without_play(name, happened, period) for name in gone)
    return Report(period, doors.programme.vendor["name"], findings, _weeks(happened, period), happened.silences)


# -- what was done ------------------------------------------------------------------------------------------------------


def _happened(c: Connection, period: Period, zone: str) -> Happened:
    start, end = (_midnight(d, zone) for d in (period.quarter.start, period.until))
    runs: dict[str, list[Run]] = {}
    known = t.play_run.c.opened_on <= period.day
    for r in c.execute(select(t.play_run).where(known).order_by(t.play_run.c.opened_on, t.play_run.c.id)).mappings():
        runs.setdefault(r["play"], []).append(dict(r))
    opening = {
        (r.account, r.play, r.opened_on): r.opening
        for r in c.execute(
            select(t.episode).where(t.episode.c.opened_on.is_not(None), t.episode.c.opening.is_not(None))
        )
    }
    of_play = t.play_run.join(t.touch, t.touch.c.run == t.play_run.c.id)
    sent = select(t.play_run.c.play, t.outbox.c.changed.label("at")).select_from(
        of_play.join(t.outbox, t.outbox.c.touch == t.touch.c.id)
    ).where(t.outbox.c.state == "sent", t.outbox.c.changed >= start, t.outbox.c.changed < end)  # fmt: skip
    seen = select(t.play_run.c.play, func.min(t.view.c.started).label("at")).select_from(
        of_play.join(t.link, t.link.c.touch == t.touch.c.id).join(t.view, t.view.c.link == t.link.c.id)
    ).where(t.view.c.counts, t.view.c.started >= start, t.view.c.started < end).group_by(t.play_run.c.play, t.view.c.video)  # fmt: skip
    silent = (
        select(t.withheld.c.reason, func.count(t.withheld.c.account.distinct()).label("accounts"))
        .where(t.withheld.c.day >= period.quarter.start, t.withheld.c.day < period.until)
        .group_by(t.withheld.c.reason)
    )
    silences = sorted((Silence(r.reason, r.accounts) for r in c.execute(silent)), key=lambda s: (-s.accounts, s.reason))
    return Happened(runs, opening, _days(c, sent, zone), _days(c, seen, zone), tuple(silences))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def _days(c: Connection, chosen: Any, zone: str) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for r in c.execute(chosen):
        found.setdefault(r.play, []).append(r.at.astimezone(zone_of(zone)).date())
    return found


def _until(runs: Sequence[Run], period: Period) -> list[Run]:
    return [r for r in runs if r["opened_on"] < period.until]


def _inside(runs: Sequence[Run], period: Period) -> list[Run]:
    return [r for r in _until(runs, period) if r["opened_on"] >= period.quarter.start]


def _weeks(happened: Happened, period: Period) -> tuple[Week, ...]:
    firsts = weeks_of(period)
    counts: Counter[tuple[date, str]] = Counter()

    def count(day: date, what: str) -> None:
        counts[firsts[bisect_right(firsts, day) - 1], what] += 1

    for runs in happened.runs.values():
        for r in _inside(runs, period):
            count(r["opened_on"], r["arm"])
    for what, days in (("films", happened.films), ("watched", happened.watched)):
        for day in (d for each in days.values() for d in each):
            count(day, what)
    names = ("served", "held_out", "films", "watched")
    return tuple(Week(first, *(counts[first, name] for name in names)) for first in firsts)


# -- what it changed ----------------------------------------------------------------------------------------------------


def _finding(doors: Doors, play: Play, happened: Happened, facts: Any, catalogue: Catalogue, period: Period) -> Finding:
    runs = happened.runs.get(play.name, ())
    values = _values(play, runs, facts, catalogue)
    share = 1 - (1 - doors.programme.holdout) * (1 - (0.0 if play.critical else play.holdout))

    def answer(chosen: Sequence[Run], closes: date | None) -> Answer:
        if play.success.metric not in catalogue.signals:
            reason = f"{play.success.metric} is not among the signals, so its moves are not known"
            return Refusal(_question(play), reason, "name it in signals.yaml", None, (0, 0), (0, 0))
        accounts = _followed(play, chosen, happened.opening, values)
        return compare(_question(play), accounts, play.success.within_days, share, period.day, FLOORS, closes)

    closes, together = period.quarter.end, answer(runs, None)
    so_far = answer(_until(runs, period), closes if period.over else None)
    so_far = in_time(so_far, together, period, FLOORS)
    own = in_time(answer(_inside(runs, period), closes), together, period, FLOORS)
    return _counted(play.name, own, so_far, play.success.within_days, happened, period)


def _without_play(name: str, happened: Happened, period: Period) -> Finding:
    """A play that opened once and has left the workspace: what it was for is not known any more."""
    refusal = Refusal(
        f"what {name} changed", "the play is no longer in the workspace, so its goal is not known", f"put plays/{name}.yaml back",
        None, (0, 0), (0, 0),
    )  # fmt: skip
    return _counted(name, refusal, refusal, 0, happened, period)


def _counted(name: str, own: Answer, so_far: Answer, window_days: int, happened: Happened, period: Period) -> Finding:
    runs = happened.runs.get(name, ())
    inside = _inside(runs, period)
    arms = Counter(r["arm"] for r in _once(inside))
    films, watched = (len(days.get(name, ())) for days in (happened.films, happened.watched))
    return Finding(
        name,
        own,
        so_far,
        window_days,
        len(inside),
        len(_until(runs, period)),
        arms["served"],
        arms["held_out"],
        films,
        watched,
    )


def _once(runs: Sequence[Run]) -> list[Run]:
    """Each account's first episode among `runs`: the account is the unit (M17)."""
    return list({r["account"]: r for r in reversed(runs)}.values())[::-1]


def _question(play: Play) -> str:
    success = play.success
    moved = f"moved {success.way} {success.share:.0%} within {success.within_days} days"
    return f"share of accounts whose {success.metric} {moved} after {play.name.replace('_', ' ')} opened"


Values = Mapping[str, Sequence[tuple[int, float]]]


def _values(play: Play, runs: Sequence[Run], facts: Any, catalogue: Catalogue) -> Values:
    """The play's metric by account, in order of days (as day numbers)."""
    metric = play.success.metric
    if not runs or metric not in catalogue.signals:
        return {}
    chosen = facts.filter((facts.signal == metric) & facts.account_id.isin(sorted({r["account"] for r in runs})))
    found: dict[str, list[tuple[int, float]]] = {}
    for r in sorted(chosen.select("account_id", "day", "num").to_pyarrow().to_pylist(), key=lambda r: r["day"]):
        found.setdefault(r["account_id"], []).append((r["day"], r["num"]))
    return found


def _followed(
    play: Play, runs: Sequence[Run], opening: Mapping[tuple[str, str, date], Mapping[str, float]], values: Values
) -> list[Followed]:
    """Each account of the play with the first day on which its metric stood where success puts it."""
    followed = []
    for r in _once(runs):
        mine = values.get(r["account"], ())
        kept = opening.get((r["account"], play.name, r["opened_on"]), {}).get(play.success.metric)
        then = _before(r["opened_on"], mine) if kept is None else kept
        followed.append(
            Followed(AccountId(r["account"]), r["arm"], r["opened_on"], _moved_on(play, r["opened_on"], then, mine))
        )
    return followed


def _before(opened: date, values: Sequence[tuple[int, float]]) -> float | None:
    """The last value up to the opening, for an episode whose own record a later one has taken the place of."""
    return next((value for day, value in reversed(values) if day <= day_number(opened)), None)


def _moved_on(play: Play, opened: date, then: float | None, values: Sequence[tuple[int, float]]) -> date | None:
    if not then:
        return None
    success = play.success
    bar = then * (1 + success.share) if success.way == "up" else then * (1 - success.share)
    first, last = day_number(opened), day_number(opened + timedelta(days=success.within_days))
    for day, value in values:
        if first < day < last and (value >= bar if success.way == "up" else value <= bar):
            return day_of(day)
    return None


# -- the files ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """The files made, by kind, and why there is no PDF where there is none."""

    files: Mapping[str, Path]
    missing: Unavailable | None


def document(found: Report, now: datetime) -> str:
    """The report for machines, as JSON."""
    period = found.period
    quarter = {"name": str(period.quarter), "from": period.quarter.start, "to": period.quarter.end, "over": period.over}
    return json.dumps(
        plain({
            "quarter": quarter, "as_of": found.day, "made": now, "vendor": found.vendor, "headline": found.headline,
            "refusals": refused(found), "findings": found.findings, "weeks": found.weeks, "silences": found.silences,
        }),
        ensure_ascii=False, indent=2,
    )  # fmt: skip


def refused(found: Report) -> list[dict[str, object]]:
    """Every refusal with its reason and earliest day; "about" says of which accounts."""
    return [
        {"play": told.play, "about": told.about, "reason": told.refusal.reason, "would_help": told.refusal.would_help,
         "earliest": told.refusal.earliest}
        for told in found.refusals
    ]  # fmt: skip


def write_report(found: Report, out: Path, now: datetime, faces: Mapping[str, bytes], printer: Printer) -> Written:
    """report.json, report.html and report.pdf in a folder; the first two also where nothing can make the third."""
    out.mkdir(parents=True, exist_ok=True)
    html = page(found, faces, now)
    files = {kind: out / f"report.{kind}" for kind in ("json", "html", "pdf")}
    files["json"].write_text(document(found, now), encoding="utf-8")
    files["html"].write_text(html, encoding="utf-8")
    files["pdf"].unlink(missing_ok=True)  # an older one would tell other figures
    try:
        files["pdf"].write_bytes(printer.pdf(html))
    except Unavailable as missing:
        return Written({k: p for k, p in files.items() if k != "pdf"}, missing)
    return Written(files, None)
