"""What alerts.yaml may watch beside accounts: plays that stopped opening, loads that fail, deliveries that wait, drift (T13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from vitalreel.errors import VitalreelError
from vitalreel.health.predict.drift import Limits
from vitalreel.steps.doors import Doors
from vitalreel.steps.drift import drifted
from vitalreel.steps.loads import standings
from vitalreel.store import tables as t
from vitalreel.triggers.alerts import Alert, chance_of_silence

Words = tuple[str, str]
"""Title and detail."""


def watched(
    c: Connection, doors: Doors, alert: Alert, fresh: Mapping[str, bool], day: date, now: datetime
) -> dict[str, Words]:
    """What is wrong at the end of `day`: its name -> in words. fresh: feed -> whether it is."""
    match alert.watch:
        case "plays":
            return _plays(c, doors, alert, day)
        case "sources":
            return {feed: _stale(feed) for feed, good in fresh.items() if not good}
        case "loads":
            return _loads(doors, now)
        case "drift":
            return _drift(doors, alert, day)
        case _:
            return _deliveries(c)


def _plays(c: Connection, doors: Doors, alert: Alert, day: date) -> dict[str, Words]:
    """Plays that are on, and whose silence at their usual rate of opening is less likely than the row's odds."""
    stopped = {r.name for r in c.execute(select(t.stop.c.name).where(t.stop.c.scope == "play"))}
    everything = c.execute(select(t.stop.c.scope).where(t.stop.c.scope == "all")).first() is not None
    found: dict[str, Words] = {}
    for name in () if everything else doors.workspace.folder("plays"):
        if name not in stopped and (words := _silent(c, name, alert, day)) is not None:
            found[name] = words
    return found


def _silent(c: Connection, play: str, alert: Alert, day: date) -> Words | None:
    opened = select(t.play_run.c.opened_on).where(t.play_run.c.play == play, t.play_run.c.opened_on <= day)
    days = list(c.execute(opened).scalars())
    if not days:
        return None
    last = max(days)
    first = last - timedelta(days=alert.over_days)
    asked = set(c.execute(select(t.play_day.c.day).where(t.play_day.c.play == play, t.play_day.c.day <= day)).scalars())
    quiet, base = sum(d > last for d in asked), sum(first < d <= last for d in asked)
    openings = sum(d > first for d in days)
    if not base or chance_of_silence(openings, base, quiet) >= alert.odds:
        return None
    times = "once" if openings == 1 else f"{openings} times"
    title = f"The play {play.replace('_', ' ')} has opened for nobody on {quiet} days; on the {base} days before it opened {times}"
    return title, _why(c, play)


def _why(c: Connection, play: str) -> str:
    """What it says of accounts now, most first."""
    query = (
        select(t.said.c.outcome, t.said.c.reason, t.said.c.detail, func.count().label("n"))
        .where(
            t.said.c.play == play,
            t.said.c.until.is_(None),
            t.said.c.outcome.in_(("unknown", "withheld", "held out", "cooling")),
        )
        .group_by(t.said.c.outcome, t.said.c.reason, t.said.c.detail)
    )
    counts: Counter[str] = Counter()
    for r in c.execute(query):
        counts[f"{r.outcome}, {r.reason}" if r.reason and r.reason != "holdout" else r.outcome] += r.n
    if not counts:
        return "Its condition says a plain no of every account"
    return "Of accounts now: " + "; ".join(f"{n} {what}" for what, n in counts.most_common(3))


def _stale(feed: str) -> Words:
    detail = (
        "What is asked of it is unknown until it is loaded again: plays that need it do not open, films do not quote it"
    )
    return f"The {feed} source is stale", detail


def _loads(doors: Doors, now: datetime) -> dict[str, Words]:
    """The alarms of every source's loads, by schedule or by hand; mappings that cannot be read are one of their own."""
    if not any((doors.workspace.root / "mappings").glob("*.yaml")):
        return {}
    try:
        found = standings(doors, now)
    except VitalreelError as e:
        return {"mappings": ("The sources cannot be read", str(e))}
    return {f"{s.source}: {a.kind}": (f"Source {s.source}: {a.what}", a.hint) for s in found for a in s.alarms}


def _drift(doors: Doors, alert: Alert, day: date) -> dict[str, Words]:
    """What has moved since the churn model that stands had learnt, as of the first of the month."""
    with doors.lake.session() as session:
        found = drifted(session, day, Limits(alert.odds, alert.shift))
    if found is None:
        return {}
    hint = f"Model {found.version} learnt on {found.learnt_on}; `vitalreel predict train` learns from what is known now"
    return {name: (f"The churn model has drifted: {what}", hint) for name, what in found.told.items()}


def _deliveries(c: Connection) -> dict[str, Words]:
    """Deliveries that failed, or of which nobody can tell whether they arrived."""
    query = (
        select(t.outbox.c.key, t.outbox.c.state, t.outbox.c.receipt, t.account.c.name)
        .join(t.account, t.account.c.id == t.outbox.c.account)
        .where(t.outbox.c.state.in_(("unknown", "failed")))
    )
    said = {"unknown": "may have arrived or not", "failed": "could not be made"}
    return {
        r.key: (f"A delivery to {r.name} {said[r.state]}", f"{r.receipt}; see `vitalreel outbox list`")
        for r in c.execute(query)
    }
