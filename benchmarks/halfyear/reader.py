"""Reads what six months of the loop left behind, with sqlite3, json and the calendar alone, and says every promise that was broken."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays

CONTACT, ACCOUNT = (1, 7), (2, 14)
"""Mails in so many days: the shipped caps."""
FROM, TO = 8, 18
STOPS = {
    "success": "success",
    "viewer asked for a person": "viewer.asked_for_human",
    "what it was about is over": "closed",
}
"""What a run says it was stopped by, and what its definition calls that."""
SLACK = timedelta(days=8)
"""The loop turns once a week: what was due since the last turn may still wait for the next."""


@dataclass(frozen=True, slots=True)
class Judged:
    runs: int
    held: int
    ended: int
    open: int
    films: int
    mails: int
    tasks: int
    wrong: tuple[str, ...]


def judge(database: Path, log: Path, last: date, left: Mapping[str, datetime]) -> Judged:
    """last: the day of the loop's last turn. left: contacts who unsubscribed, and when."""
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    rows = {
        name: [dict(r) for r in db.execute(f"SELECT * FROM {name}")]
        for name in (
            "play_run",
            "play_version",
            "touch",
            "task",
            "withheld",
            "episode",
            "account",
            "contact",
            "outbox",
            "run_upgrade",
        )
    }
    mails = [line.split("\t") for line in log.read_text().splitlines()] if log.exists() else []
    wrong = [*_mails(rows, mails, left), *_ladders(rows, last), *_episodes(rows)]
    runs = rows["play_run"]
    states = Counter(r["state"] for r in runs)
    return Judged(len(runs), states["held_out"], states["done"] + states["stopped"], states["running"], len(rows["touch"]), len(mails),
                  len(rows["task"]), tuple(wrong))  # fmt: skip


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("UTC"))


def _mails(rows: dict[str, list[dict[str, Any]]], mails: list[list[str]], left: Mapping[str, datetime]) -> list[str]:
    """Each once, each in its window and its person's hours, no cap exceeded, nobody held out."""
    touches = {x["id"]: x for x in rows["touch"]}
    runs = {r["id"]: r for r in rows["play_run"]}
    accounts = {a["id"]: a for a in rows["account"]}
    contacts = {c["id"]: c for c in rows["contact"]}
    wrong: list[str] = []
    wrong += [f"mail {key} was sent {n} times" for key, n in Counter(k for k, _ in mails).items() if n > 1]
    by: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for key, told in mails:
        touch, at = touches.get(key.partition(":")[0]), datetime.fromisoformat(told)
        if touch is None:
            wrong.append(f"mail {key} is of no touch")
            continue
        if not _instant(touch["window_from"]) <= at < _instant(touch["window_to"]):
            wrong.append(f"mail {key} at {told} is outside {touch['window_from']} to {touch['window_to']}")
        account, contact = accounts[touch["account"]], contacts[touch["contact"]]
        zone = json.loads(contact["row"]).get("zone") or account["zone"] or "Europe/London"
        country = json.loads(account["row"]).get("country") or "GB"
        here = at.astimezone(ZoneInfo(zone))
        off = holidays.country_holidays(country, years=here.year)
        if not FROM <= here.hour < TO or here.weekday() in off.weekend or here.date() in off:
            wrong.append(f"mail {key} arrived {here:%A %d %B %H:%M} in {zone}")
        if runs[touch["run"]]["arm"] != "served":
            wrong.append(f"mail {key} went to a held-out account")
        if touch["contact"] in left and at > left[touch["contact"]]:
            wrong.append(f"mail {key} at {told} went to {touch['contact']}, who had unsubscribed")
        by["contact", touch["contact"]].append(at)
        by["account", touch["account"]].append(at)
    for (kind, who), times in by.items():
        most, days = CONTACT if kind == "contact" else ACCOUNT
        times.sort()
        for i in range(len(times) - most):
            if times[i + most] - times[i] < timedelta(days=days):
                wrong.append(f"{kind} {who} had {most + 1} mails within {days} days of {times[i]:%Y-%m-%d}")
    return wrong


def _ladders(rows: dict[str, list[dict[str, Any]]], last: date) -> list[str]:
    """Every ladder ends as the definition it follows says: each step done once or withheld for a reason, its person asked at the end."""
    definitions = {v["config"]: json.loads(v["definition"]) for v in rows["play_version"]}
    upgraded = {u["run"] for u in rows["run_upgrade"]}
    done: dict[str, set[str]] = defaultdict(set)
    for table in ("touch", "task"):
        for r in rows[table]:
            if r["run"] is None:
                continue
            if r["step"] in done[r["run"]]:
                yield_twice = f"run {r['run']} did {r['step']} twice"
                done[r["run"]].add(yield_twice)
            done[r["run"]].add(r["step"])
    silent: dict[tuple[str, str], set[str]] = defaultdict(set)
    for w in rows["withheld"]:
        silent[w["account"], w["play"]].add(w["step"])
    wrong = [x for steps in done.values() for x in steps if x.endswith(" twice")]
    for run in rows["play_run"]:
        play = definitions.get(run["config"])
        if play is None:
            wrong.append(f"run {run['id']} follows a definition that was not kept")
            continue
        wrong += _ladder(run, play, done[run["id"]], silent[run["account"], run["play"]], last, run["id"] in upgraded)
    return wrong


def _ladder(
    run: dict[str, Any], play: dict[str, Any], done: set[str], silent: set[str], last: date, upgraded: bool
) -> list[str]:
    name, opened, ladder = f"run {run['id']} of {run['play']}", _day(run["opened_on"]), play["ladder"]
    if run["state"] == "held_out":
        films = [s["name"] for s in ladder if "module" in s]
        return [f"{name} is held out and did {s}" for s in films if s in done]
    if run["state"] == "stopped":
        why = run["because"] if run["ended"] == "stop condition" else STOPS.get(run["ended"])
        return [] if why in play["stop_when"] else [f"{name} stopped: {run['ended']!r}"]
    if run["state"] == "done":
        left = [s["name"] for s in ladder if s["name"] not in done and not ("module" in s and s["name"] in silent)]
        left = [] if upgraded and ladder[-1]["name"] in done else left
        early = opened + timedelta(days=ladder[-1]["after_days"]) > last
        return [f"{name} is done without {s}" for s in left] + ([f"{name} is done before its time"] if early else [])
    if run["state"] != "running":
        return [f"{name} is {run['state']}"]
    due = opened + timedelta(days=ladder[-1]["after_days"])
    return [f"{name} should have ended by {due}"] if due + SLACK <= last else []


def _episodes(rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    """No account has two runs of one episode: one opens after the one before has closed and cooled down."""
    definitions = {v["config"]: json.loads(v["definition"]) for v in rows["play_version"]}
    by: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for run in rows["play_run"]:
        by[run["account"], run["play"]].append(run)
    wrong = []
    for (account, play), runs in by.items():
        runs.sort(key=lambda r: str(r["opened_on"]))
        for before, after in pairwise(runs):
            cool = min(d["cool_down_days"] for d in definitions.values() if d.get("name") == play)
            if _day(after["opened_on"]) < _day(before["opened_on"]) + timedelta(days=cool):
                wrong.append(
                    f"{account} had {play} on {before['opened_on']} and {after['opened_on']}, less than {cool} days apart"
                )
    return wrong
