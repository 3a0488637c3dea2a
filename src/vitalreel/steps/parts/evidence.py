"""The events behind each row of each part of a report, by their own ids: films, views, tasks, scores, contracts, outcomes (M15).

A part counts rows; what a row is counted from stands here, read once for all parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from vitalreel.identity import AccountId
from vitalreel.measurement.parts.part import Event, Part, Row
from vitalreel.steps.happened import until
from vitalreel.steps.parts.asked import Asked
from vitalreel.steps.versions import chosen_version
from vitalreel.store import tables as t

Told = Callable[[Row], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class Film:
    """One film that was sent, and who it was for."""

    sent: Event
    account: str
    play: str
    module: str
    tier: int
    video: str
    link: str
    inside: bool  # in the quarter


class Evidence:
    """All events of one report."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def behind(self, part: Part) -> Part:
        """The part with the events of its rows; rows that name theirs already keep them."""
        kind = part.key.split("-")[0]
        told: Mapping[str, Told] = {
            "primary": self._primary, "expansion": self._expansion, "costs": self._costs, "first": self._first,
            "sponsors": self._chain, "hours": self._hours, "playbooks": self._playbooks, "speed": self._speed,
            "library": self._library, "diagnosis": self._diagnosis(part),
        }  # fmt: skip
        if kind not in told:
            return part
        rows = tuple(r if r.events else replace(r, events=in_order(told[kind](r))) for r in part.rows)
        return replace(part, rows=rows)

    # -- what is read -----------------------------------------------------------------------------------------------------

    @cached_property
    def films(self) -> Sequence[Film]:
        """Every film sent by the end of the day."""
        a = self._asked
        query = (
            select(t.outbox.c.key, t.outbox.c.changed, t.touch.c.account, t.touch.c.module, t.play_run.c.play, t.video.c.tier,
                   t.outbox.c.video, t.link.c.id.label("link"))
            .join(t.touch, t.outbox.c.touch == t.touch.c.id)
            .join(t.play_run, t.play_run.c.id == t.touch.c.run)
            .join(t.video, t.video.c.id == t.outbox.c.video)
            .outerjoin(t.link, t.link.c.touch == t.touch.c.id)
            .where(t.outbox.c.state == "sent", t.outbox.c.changed < a.known)
            .order_by(t.outbox.c.changed, t.outbox.c.key)
        )  # fmt: skip
        return [
            Film(Event("film sent", r.key, a.date_of(r.changed)), r.account, r.play, r.module, r.tier, r.video, r.link or "",
                 a.first <= r.changed < a.end)
            for r in a.connection.execute(query)
        ]  # fmt: skip

    @cached_property
    def views(self) -> Mapping[str, Sequence[Event]]:
        """link -> what people watched by it, and when its page was first opened."""
        a = self._asked
        found: dict[str, list[Event]] = {}
        seen = select(t.view.c.id, t.view.c.link, t.view.c.started).where(t.view.c.counts, t.view.c.started < a.known)
        for r in a.connection.execute(seen):
            found.setdefault(r.link, []).append(Event("view", r.id, a.date_of(r.started)))
        loaded = select(t.event.c.id, t.event.c.link, t.event.c.at).where(
            t.event.c.type == "loaded", t.event.c.received < a.known
        )
        for r in a.connection.execute(loaded):
            found.setdefault(r.link, []).append(Event("page opened", r.id, a.date_of(r.at)))
        return found

    @cached_property
    def openings(self) -> Mapping[tuple[str, str], Sequence[Event]]:
        """(play, account) -> its openings up to the quarter's end."""
        found: dict[tuple[str, str], list[Event]] = {}
        for play, runs in self._asked.happened.runs.items():
            for r in until(runs, self._asked.period):
                found.setdefault((play, r["account"]), []).append(Event("opening", r["id"], r["opened_on"]))
        return found

    @cached_property
    def tasks(self) -> Sequence[tuple[str, Event]]:
        """(account, task) of every task written by the end of the day."""
        a = self._asked
        query = select(t.task.c.id, t.task.c.account, t.task.c.at).where(t.task.c.at < a.known).order_by(t.task.c.at)
        return [(r.account, Event("task", r.id, a.date_of(r.at))) for r in a.connection.execute(query)]

    @cached_property
    def made(self) -> Sequence[tuple[str, Event]]:
        """(module, film) made in the quarter."""
        a, v = self._asked, t.video.c
        query = select(v.id, v.module, v.at).where(v.at >= a.first, v.at < a.end).order_by(v.at, v.id)
        return [(r.module, Event("film made", r.id, a.date_of(r.at))) for r in a.connection.execute(query)]

    def contracts(self, account: str) -> list[Event]:
        return [Event("contract", c.id, c.start) for c in self._asked.held.get(AccountId(account), ())]

    def _of_account(self, account: str, plays: Iterable[str]) -> list[Event]:
        """Openings of these plays, their films and what was seen of them."""
        named = set(plays)
        found = [e for p in named for e in self.openings.get((p, account), ())]
        for f in self._by_account.get(account, ()):
            if f.play in named:
                found += [f.sent, *self.views.get(f.link, ())]
        return found

    @cached_property
    def _by_account(self) -> Mapping[str, Sequence[Film]]:
        found: dict[str, list[Film]] = {}
        for f in self.films:
            found.setdefault(f.account, []).append(f)
        return found

    # -- of each part -----------------------------------------------------------------------------------------------------

    def _primary(self, row: Row) -> Iterable[Event]:
        """The choice as it was kept, and the first film, before which it was to be made."""
        config = chosen_version(self._asked.terms.primary)
        kept = select(t.play_version.c.at).where(t.play_version.c.config == config)
        at = self._asked.connection.execute(kept).scalar_one_or_none()
        chosen = None if at is None else self._asked.date_of(at)
        return [Event("choice", config, chosen), *(f.sent for f in self.films[:1])]

    def _expansion(self, row: Row) -> Iterable[Event]:
        plays = [p.name for p in self._asked.of_category("expansion")]
        own = [e for p in plays for e in self.openings.get((p, row.name), ())]
        return [*own, *self.contracts(row.name)]

    def _costs(self, row: Row) -> Iterable[Event]:
        tier = row.name.removeprefix("Tier ")
        if tier.isdigit():
            return [f.sent for f in self.films if f.inside and f.tier == int(tier)]
        if row.name == "This machine":
            return [made for _, made in self.made] or [f.sent for f in self.films if f.inside]
        return [f.sent for f in self.films if f.inside and f.module == row.name]

    def _first(self, row: Row) -> Iterable[Event]:
        began, reached = (date.fromisoformat(day) if day else None for day in row.cells[:2])
        found = [Event("account began", row.name, began)]
        if reached:
            found.append(Event("milestone", f"{row.name} {self._asked.terms.milestone}", reached))
        return found + [
            e for p in self._asked.of_category("onboarding_stall") for e in self.openings.get((p.name, row.name), ())
        ]

    def _chain(self, row: Row) -> Iterable[Event]:
        """Of an account's renewal plays: openings, films, and what was seen of them."""
        return self._of_account(
            row.name, [p.name for p in self._asked.of_category("renewal_window", "renewal_package")]
        )

    @cached_property
    def _activities(self) -> Mapping[str, Sequence[Event]]:
        kinds = self._asked.terms.kinds.routine | self._asked.terms.kinds.strategic
        found: dict[str, list[Event]] = {}
        for r in self._asked.rows("csm_activity", "activity_id", "day", "csm", "kind"):
            if r["kind"] in kinds:
                found.setdefault(r["csm"] or "not named", []).append(Event("activity", r["activity_id"], r["day"]))
        return found

    def _hours(self, row: Row) -> Iterable[Event]:
        return self._activities.get(row.name, ())

    def _playbooks(self, row: Row) -> Iterable[Event]:
        return [task for account, task in self.tasks if account == row.name and str(task.day) == row.cells[2]]

    def _speed(self, row: Row) -> Iterable[Event]:
        what, first, last = row.cells[:3]
        if what == "CSM":
            return [Event("account", account) for account in self._owned.get(row.name, ())]
        if what in ("red", "lost"):
            days = [date.fromisoformat(day) for day in (first, last) if day]
            scores = [Event("score", f"{row.name} {day}", day) for day in days[: len(days) - (what == "lost")]]
            return [*scores, *(self._losses.get((row.name, last), ()) if what == "lost" else ())]
        play = next((p for p in self._asked.happened.runs if what.split(",")[0] == p.replace("_", " ")), "")
        own = [e for e in self.openings.get((play, row.name), ()) if str(e.day) == first]
        films = [f.sent for f in self._by_account.get(row.name, ()) if (f.play, str(f.sent.day)) == (play, last)]
        return [*own, *films, *(task for account, task in self.tasks if account == row.name and str(task.day) == last)]

    @cached_property
    def _owned(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for r in self._asked.rows("account", "account_id", "csm"):
            if r["csm"] and any(c.on(self._asked.day) for c in self._asked.held.get(AccountId(r["account_id"]), ())):
                found.setdefault(r["csm"], []).append(r["account_id"])
        return found

    @cached_property
    def _losses(self) -> Mapping[tuple[str, str], Sequence[Event]]:
        found: dict[tuple[str, str], list[Event]] = {}
        for r in self._asked.rows("outcome", "outcome_id", "account_id", "day", "kind"):
            if r["kind"] == "churned":
                found.setdefault((r["account_id"], str(r["day"])), []).append(
                    Event("outcome", r["outcome_id"], r["day"])
                )
        return found

    def _library(self, row: Row) -> Iterable[Event]:
        """The module as it stands, its films of the quarter with what was seen of them, and what was not made."""
        found = [
            e for f in self.films if f.module == row.name and f.inside for e in (f.sent, *self.views.get(f.link, ()))
        ]
        version = (self._asked.workspace.folder("modules").get(row.name) or {}).get("version", 1)
        return [Event("module", f"{row.name} version {version}"), *found, *self._not_made.get(row.name, ())]

    @cached_property
    def _not_made(self) -> Mapping[str, Sequence[Event]]:
        a, w = self._asked, t.withheld.c
        steps = {(p.name, s.name): getattr(s, "module", "") for p in a.plays.values() for s in p.ladder}
        query = select(w.id, w.play, w.step, w.day).where(
            w.reason.in_(("no film", "failed preflight")), w.day >= a.period.quarter.start, w.day < a.period.until
        )
        found: dict[str, list[Event]] = {}
        for r in a.connection.execute(query):
            found.setdefault(steps.get((r.play, r.step), ""), []).append(Event("not made", str(r.id), r.day))
        return found

    def _diagnosis(self, part: Part) -> Told:
        play = part.key.removeprefix("diagnosis-")

        def told(row: Row) -> Iterable[Event]:
            goal: list[Any] = [
                b for b in getattr(self._asked.findings.get(play), "behind", ()) if b.account == row.name
            ]
            return [*self._of_account(row.name, [play]), *(e for b in goal for e in b.events if e.kind not in KNOWN)]

        return told


KNOWN = frozenset({"draw", "opening", "film sent", "view"})
"""Kinds of a play's own events that `_of_account` gives already; what is left is what reached its goal."""


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Each once, those without a day first, then by day."""
    return tuple(sorted(dict.fromkeys(events), key=lambda e: (e.day or date.min, e.kind, e.id)))
