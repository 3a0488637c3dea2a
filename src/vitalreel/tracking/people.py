"""Who watches: films sent and views of them in; contacts and accounts out, with how soon they watched and for how long they have not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TypeVar

QUIET_DAYS = (30, 45)
"""Contacts to whom films go and who have watched none for so long (K4)."""


@dataclass(frozen=True, slots=True)
class SentFilm:
    """A film on its way to a contact."""

    account: str
    contact: str
    video: str
    at: datetime  # sent, or its link made where no mail carried it


@dataclass(frozen=True, slots=True)
class SeenFilm:
    """A view of it."""

    account: str
    contact: str  # to whom the link belongs
    colleague: bool  # watched by another, to whom it was passed on
    video: str
    at: datetime
    watched_s: float
    completion: float
    replays: int
    clicked: bool
    asked_for_human: bool
    counts: bool
    why_not: str  # where it does not count
    rating: int | None = None  # 1 to 5


Film = TypeVar("Film", SentFilm, SeenFilm)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact, by the views that count."""

    contact: str
    account: str
    sent: int  # films
    watched: int  # films
    watched_s: float  # each second of a view once
    completion: float | None  # mean over the films watched, of the best view of each; None where none was
    first_view_delay_s: float | None  # median over the films watched, from sent to first watched
    last: datetime | None  # last watched
    quiet_days: (
        int | None
    )  # whole days since then, or since the first film was sent; None where nothing was sent or watched
    quiet: int  # the highest of QUIET_DAYS that has passed; 0: none
    replays: int
    clicked: int  # films
    asked_for_human: int
    passed_on: int  # films that a colleague watched by this contact's link, or by one made for a colleague from it
    rating: (
        float | None
    )  # mean over the films they rated, by the last rating of each, 1 to 5; None where they rated none


@dataclass(frozen=True, slots=True)
class Watching:
    """An account."""

    account: str
    people: tuple[Person, ...]  # contacts, the one who watched last first
    colleagues: int  # views by people to whom links were passed on
    watched_s: float  # by all of them
    sent: int
    watched: int  # films of those sent that anybody watched
    apart: Mapping[str, int]  # why -> views that do not count


def watching(sent: Sequence[SentFilm], seen: Sequence[SeenFilm], now: datetime) -> tuple[Watching, ...]:
    """Every account with a film sent or a view, by name."""
    by_sent, by_seen = _by_account(sent), _by_account(seen)
    names = sorted({*by_sent, *by_seen})
    return tuple(_account(name, by_sent.get(name, []), by_seen.get(name, []), now) for name in names)


def _by_account(films: Iterable[Film]) -> dict[str, list[Film]]:
    found: dict[str, list[Film]] = {}
    for film in films:
        found.setdefault(film.account, []).append(film)
    return found


def _account(name: str, sent: Sequence[SentFilm], seen: Sequence[SeenFilm], now: datetime) -> Watching:
    counted = [s for s in seen if s.counts]
    contacts = {name for name in (*(s.contact for s in sent), *(s.contact for s in counted)) if name}
    people = [
        _person(who, name, [s for s in sent if s.contact == who], [s for s in counted if s.contact == who], now)
        for who in sorted(contacts)
    ]
    people.sort(key=lambda p: (p.last is None, -(p.last.timestamp() if p.last else 0)))
    return Watching(
        account=name,
        people=tuple(people),
        colleagues=sum(s.colleague for s in counted),
        watched_s=sum(s.watched_s for s in counted),
        sent=len({(s.contact, s.video) for s in sent}),
        watched=len({(s.contact, s.video) for s in sent} & {(s.contact, s.video) for s in counted}),
        apart=dict(sorted(Counter(s.why_not for s in seen if not s.counts).items())),
    )


def _person(who: str, account: str, sent: Sequence[SentFilm], seen: Sequence[SeenFilm], now: datetime) -> Person:
    own = [s for s in seen if not s.colleague]
    best = {s.video: max(o.completion for o in own if o.video == s.video) for s in own}
    last = max((s.at for s in own), default=None)
    since = last or min((s.at for s in sent), default=None)
    quiet_days = max(0, (now - since).days) if since else None
    return Person(
        contact=who,
        account=account,
        sent=len({s.video for s in sent}),
        watched=len(best),
        watched_s=sum(s.watched_s for s in own),
        completion=sum(best.values()) / len(best) if best else None,
        first_view_delay_s=median(delays) if (delays := _delays(sent, own)) else None,
        last=last,
        quiet_days=quiet_days,
        quiet=max((d for d in QUIET_DAYS if quiet_days is not None and quiet_days >= d), default=0) if sent else 0,
        replays=sum(s.replays for s in own),
        clicked=len({s.video for s in own if s.clicked}),
        asked_for_human=sum(s.asked_for_human for s in own),
        passed_on=len({s.video for s in seen if s.colleague}),
        rating=_rating(own),
    )


def _rating(own: Sequence[SeenFilm]) -> float | None:
    last = {s.video: s.rating for s in sorted(own, key=lambda s: s.at) if s.rating is not None}
    return sum(last.values()) / len(last) if last else None


def _delays(sent: Iterable[SentFilm], seen: Sequence[SeenFilm]) -> list[float]:
    """Per film watched, seconds from its first sending to its first view; a viewer's clock that is behind makes it 0."""
    first: dict[str, datetime] = {}
    for s in sent:
        first[s.video] = min(s.at, first.get(s.video, s.at))
    views = {video: [s.at for s in seen if s.video == video] for video in first}
    return [max(0.0, (min(ats) - first[video]).total_seconds()) for video, ats in views.items() if ats]
