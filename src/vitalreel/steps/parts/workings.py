"""Parts about how the programme works: the library (M11), speed and reach (M20), where a play is weakest (M21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select

from vitalreel.measurement.parts.diagnosis import Link, diagnosis
from vitalreel.measurement.parts.library import Module, library
from vitalreel.measurement.parts.part import Part
from vitalreel.measurement.parts.speed import AHEAD_DAYS, FLAGGED, Acted, Lost, red_since, speed
from vitalreel.steps.happened import inside
from vitalreel.steps.parts.asked import Asked
from vitalreel.store import tables as t
from vitalreel.triggers.matrix import Play, VideoStep

NOT_MADE = ("no film", "failed preflight")
Bands = Mapping[str, Sequence[tuple[date, str]]]


def library_part(asked: Asked) -> Part:
    """Every module of the workspace."""
    sent, watched = _sent(asked), _watched(asked)
    modules = asked.workspace.folder("modules")
    not_made, changed = _not_made(asked), _changed(asked, modules)
    found = []
    for name in sorted(modules):
        plays = tuple(p.name for p in asked.plays.values() if name in _films_of(p))
        opened = sum(r["arm"] == "served" for p in plays for r in inside(asked.happened.runs.get(p, ()), asked.period))
        answers = tuple(asked.findings[p].so_far for p in plays if p in asked.findings)
        found.append(
            Module(
                name,
                plays,
                opened,
                sent.get(name, 0),
                watched.get(name, 0),
                not_made.get(name, {}),
                changed.get(name),
                answers,
            )
        )
    return library(found, asked.terms.limits, asked.day)


def _films_of(play: Play) -> set[str]:
    return {s.module for s in play.ladder if isinstance(s, VideoStep)}


def _sent(asked: Asked) -> dict[str, int]:
    """Films sent in the quarter."""
    query = (
        select(t.touch.c.module, func.count())
        .join(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .where(t.outbox.c.state == "sent", t.outbox.c.changed >= asked.first, t.outbox.c.changed < asked.end)
    )
    return _by_module(asked, query.group_by(t.touch.c.module))


def _watched(asked: Asked) -> dict[str, int]:
    """Films with a view by a person in the quarter."""
    query = (
        select(t.video.c.module, func.count(t.video.c.id.distinct()))
        .join(t.view, t.view.c.video == t.video.c.id)
        .where(t.view.c.counts, t.view.c.started >= asked.first, t.view.c.started < asked.end)
    )
    return _by_module(asked, query.group_by(t.video.c.module))


def _by_module(asked: Asked, query: Any) -> dict[str, int]:
    return {r[0]: r[1] for r in asked.connection.execute(query)}


def _not_made(asked: Asked) -> dict[str, Counter[str]]:
    """module -> why no film could be made in the quarter -> touches."""
    of_step = {(p.name, s.name): s.module for p in asked.plays.values() for s in p.ladder if isinstance(s, VideoStep)}
    w = t.withheld.c
    query = select(w.play, w.step, w.reason).where(
        w.reason.in_(NOT_MADE), w.day >= asked.period.quarter.start, w.day < asked.period.until
    )
    found: dict[str, Counter[str]] = {}
    for r in asked.connection.execute(query):
        if module := of_step.get((r.play, r.step)):
            found.setdefault(module, Counter())[r.reason] += 1
    return found


def _changed(asked: Asked, modules: Mapping[str, Any]) -> dict[str, date]:
    """The day of each module's first film in its present version."""
    v = t.video.c
    query = (
        select(v.module, v.module_version, func.min(v.at))
        .where(v.at < asked.known)
        .group_by(v.module, v.module_version)
    )
    return {
        module: asked.date_of(at)
        for module, version, at in asked.connection.execute(query)
        if version == (modules.get(module) or {}).get("version")
    }


# -- speed and reach ----------------------------------------------------------------------------------------------------


def speed_part(asked: Asked) -> Part:
    """What was done about the quarter's signals, reds and losses."""
    bands = _bands(asked)
    reds = [
        replace(red, account=account)
        for account, mine in sorted(bands.items())
        if (red := red_since(mine, asked.period.quarter.start, asked.period.until, asked.day))
    ]
    owners: dict[str, list[str]] = {}
    live = {str(a) for a, held in asked.held.items() if any(c.on(asked.day) for c in held)}
    for r in asked.rows("account", "account_id", "csm"):
        if r["csm"] and r["account_id"] in live:
            owners.setdefault(r["csm"], []).append(r["account_id"])
    return speed(_acted(asked), reds, _lost(asked, bands), owners)


def _acted(asked: Asked) -> list[Acted]:
    """The quarter's episodes of served accounts, with the first film sent or task written for each."""
    runs = {
        r["id"]: (r, play)
        for play, each in sorted(asked.happened.runs.items())
        for r in inside(each, asked.period)
        if r["arm"] == "served"
    }
    sent = select(t.touch.c.run, t.outbox.c.changed.label("at")).join(t.outbox, t.outbox.c.touch == t.touch.c.id).where(
        t.outbox.c.state == "sent")  # fmt: skip
    first: dict[str, tuple[date, str]] = {}
    for what, query in (("film", sent), ("task", select(t.task.c.run, t.task.c.at))):
        for r in asked.connection.execute(query):
            if r.run in runs and r.at < asked.known:
                mine = (asked.date_of(r.at), what)
                first[r.run] = min(first.get(r.run, mine), mine)
    return [Acted(r["account"], play, r["opened_on"], *first.get(name, (None, ""))) for name, (r, play) in runs.items()]


def _bands(asked: Asked) -> Bands:
    """Each account's band on the days it was scored, in order, from half a year before the quarter on."""
    since = asked.period.quarter.start - timedelta(days=AHEAD_DAYS)
    found: dict[str, list[tuple[date, str]]] = {}
    for r in asked.rows("score", "account_id", "day", "band", "state"):
        if r["state"] == "scored" and since <= r["day"] <= asked.day:
            found.setdefault(r["account_id"], []).append((r["day"], r["band"]))
    return {account: sorted(each) for account, each in found.items()}


def _lost(asked: Asked, bands: Bands) -> list[Lost]:
    risky = [p.name for p in asked.plays.values() if p.risk]
    opened: dict[str, list[tuple[date, str]]] = {}
    for play in risky:
        for r in asked.happened.runs.get(play, ()):
            opened.setdefault(r["account"], []).append((r["opened_on"], play))
    found = []
    for r in sorted(asked.rows("outcome", "account_id", "day", "kind"), key=lambda r: (r["account_id"], r["day"])):
        if r["kind"] == "churned" and asked.period.quarter.start <= r["day"] < asked.period.until:
            since = r["day"] - timedelta(days=AHEAD_DAYS)
            signs = [s for s in opened.get(r["account_id"], ()) if since <= s[0] < r["day"]]
            signs += _spell([b for b in bands.get(r["account_id"], ()) if since <= b[0] < r["day"]])
            found.append(Lost(r["account_id"], r["day"], *min(signs, default=(None, ""))))
    return found


def _spell(bands: Sequence[tuple[date, str]]) -> list[tuple[date, str]]:
    """The beginning of the red or orange time that the last score stands in; empty where it stands in none."""
    begun: list[tuple[date, str]] = []
    for day, band in reversed(bands):
        if band not in FLAGGED:
            break
        begun = [(day, band)]
    return begun


# -- where a play is weakest --------------------------------------------------------------------------------------------


def diagnosis_parts(asked: Asked) -> tuple[Part, ...]:
    """One part for each play with films that has opened."""
    chains = _chains(asked)
    found = []
    for f in asked.findings.values():
        if not f.modules or not f.behind:
            continue
        links = [
            Link(
                b.account,
                b.arm,
                b.window_over <= asked.day,
                b.outcome_on is not None,
                **chains.get((f.play, b.account), {}),
            )
            for b in f.behind
        ]
        found.append(diagnosis(f.play, links, f.so_far, asked.terms.healthy))
    return tuple(found)


def _chains(asked: Asked) -> dict[tuple[str, str], dict[str, Any]]:
    """(play, account) -> its first film: when it was sent, what a person saw of it, how much of it is the account's own."""
    seen = (
        select(
            t.view.c.link,
            func.max(t.view.c.completion).label("share"),
            func.max(case((t.view.c.clicked, 1), else_=0)).label("clicked"),
        )
        .where(t.view.c.counts, t.view.c.started < asked.known)
        .group_by(t.view.c.link)
        .subquery()
    )
    query = (
        select(
            t.play_run.c.play, t.play_run.c.account, t.outbox.c.changed, t.video.c.scenes, seen.c.share, seen.c.clicked
        )
        .join(t.touch, t.touch.c.run == t.play_run.c.id)
        .join(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .join(t.video, t.video.c.id == t.outbox.c.video)
        .outerjoin(t.link, t.link.c.touch == t.touch.c.id)
        .outerjoin(seen, seen.c.link == t.link.c.id)
        .where(t.outbox.c.state == "sent", t.outbox.c.changed < asked.known)
        .order_by(t.outbox.c.changed)
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for r in asked.connection.execute(query):
        told = {
            "sent_on": asked.date_of(r.changed),
            "watched": r.share,
            "own": _own(r.scenes),
            "clicked": bool(r.clicked),
        }
        found.setdefault((r.play, r.account), told)
    return found


def _own(scenes: Sequence[Mapping[str, Any]]) -> float | None:
    """The share of a film's length in scenes that no other account's film has; None where no scene has a length."""
    lengths = [(s["end_s"] - s["start_s"], bool(s.get("shared"))) for s in scenes]
    whole = sum(length for length, _ in lengths)
    return sum(length for length, shared in lengths if not shared) / whole if whole else None
