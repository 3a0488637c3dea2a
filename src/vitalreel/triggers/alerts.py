"""What people of ours are told: from alerts.yaml to frozen rules, and from a day's answers to what is news and what is over (T13)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal, cast, get_args

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import mapping
from vitalreel.triggers.matrix import Span
from vitalreel.triggers.tasking import OVERDUE, WAITS

How = Literal["at once", "digest"]
Watch = Literal["plays", "sources", "loads", "deliveries", "drift"]
CHANNELS = ("slack", "email")
REVIEW_WAITS = "review_waits"
"""News to reviewers, which the review itself makes."""
OURS = {
    REVIEW_WAITS: "what reviewers are told",
    WAITS: "what owners of tasks are told",
    OVERDUE: "what owners of tasks are told",
}
"""News that no row makes: no row may have one of these names."""
PLACE = re.compile(r"\{([^{}]+)\}")
_SPAN = re.compile(r"(\d{1,3}) (business )?days?")
_WEEKS = re.compile(r"(\d{1,3}) weeks?")
_KEYS = {"alert", "when", "watch", "say", "how", "to", "task", "again_after", "already_true", "odds", "over", "shift"}


@dataclass(frozen=True, slots=True)
class Reached:
    """A person of ours, and where news reaches them."""

    key: str  # a CSM's id, or "operations"
    name: str
    email: str = ""
    slack: str = ""  # a member's or a channel's id
    zone: str = ""  # empty: the programme's, as is the country
    country: str = ""

    def at(self, channel: str) -> str:
        """Their address by this channel; empty: none."""
        return self.slack if channel == "slack" else self.email


@dataclass(frozen=True, slots=True)
class Ask:
    """A task given with the news."""

    title: str  # may name {account.name} and signals
    due: Span


@dataclass(frozen=True, slots=True)
class Alert:
    """One row: what is news, and how it is told."""

    name: str
    how: How
    to: str = "owner"  # of the account | operations
    when: str = ""  # a condition on accounts; empty: something of the programme's is watched
    say: str = ""
    watch: Watch | None = None
    task: Ask | None = None
    again_days: int = 0  # after it was told of an account it is not told again for so long
    skip_true: bool = True  # what is so already when the row is first asked is not told
    odds: float = 0.01  # of a play: how unlikely its silence must be by chance; of drift: the change
    over_days: int = 56  # of a play: how far back its usual rate is counted
    shift: float = 0.25  # of drift: how far a measure's levels must have moved (predict.drift.Shift.index)


@dataclass(frozen=True, slots=True)
class Alerting:
    """alerts.yaml."""

    operations: Reached
    start: time  # hours on each person's own clock, on their working days: half-open
    end: time
    digest: time  # when what can wait is told, in one message
    channels: tuple[str, ...] = CHANNELS  # the first by which a person can be reached
    people: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # id -> email, slack, zone, country; with a name for who is no CSM
    rows: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """What stands of an alert about something. about: an account, or what is watched."""

    alert: str
    about: str
    opened_on: date
    closed_on: date | None = None


def read_alerts(raw: object, where: str) -> Alerting:
    """Alerting of parsed YAML; conditions are kept as text, the step proves them. Raises BadConfiguration naming place and remedy."""
    part = _mapping(raw, where, {"alerts", "operations", "hours", "digest", "channels", "people", "rows"})
    if part.get("alerts") != 1:
        raise BadConfiguration(where, "is not an alerts.yaml of version 1", "begin it with `alerts: 1`")
    hours = _mapping(part.get("hours"), f"{where}: hours", {"from", "to"})
    told = _mapping(part.get("operations"), f"{where}: operations", {"name", "email", "slack", "zone", "country"})
    people = _mapping(part.get("people") or {}, f"{where}: people", None)
    rows = part.get("rows")
    if not isinstance(rows, list):
        raise BadConfiguration(where, "`rows` is not a list", "write a row for each kind of news")
    found = tuple(_alert(row, f"{where}: row {n}") for n, row in enumerate(rows, 1))
    names = [a.name for a in found]
    if twice := next((n for n in names if names.count(n) > 1), None):
        raise BadConfiguration(where, f"alert {twice!r} is there twice", "give each row a name of its own")
    operations = Reached("operations", **{k: str(v) for k, v in {"name": "Operations", **told}.items()})
    if not any(operations.at(c) for c in CHANNELS):
        raise BadConfiguration(
            f"{where}: operations", "cannot be reached", "give an `email`, or a `slack` member or channel"
        )
    return Alerting(
        operations, _clock(hours.get("from"), f"{where}: hours.from"), _clock(hours.get("to"), f"{where}: hours.to"),
        _clock(part.get("digest"), f"{where}: digest"), _channels(part.get("channels", list(CHANNELS)), f"{where}: channels"),
        {str(k): _person(v, f"{where}: people.{k}") for k, v in people.items()}, found,
    )  # fmt: skip


def _alert(raw: object, where: str) -> Alert:
    row = _mapping(raw, where, _KEYS)
    name, when, watch = str(row.get("alert") or ""), str(row.get("when") or ""), row.get("watch")
    if not name:
        raise BadConfiguration(where, "has no name", "begin it with `alert: NAME`")
    if name in OURS:
        raise BadConfiguration(where, f"{name!r} is {OURS[name]}", "give the row another name")
    where = f"{where} ({name})"
    if bool(when) == bool(watch):
        raise BadConfiguration(
            where, "says not what is news", "give `when:` a condition on accounts, or `watch:` what of the programme"
        )
    if watch is not None and watch not in get_args(Watch):
        raise BadConfiguration(
            f"{where}: watch", f"{watch!r} is not known", "use plays, sources, loads, deliveries or drift"
        )
    if when and not row.get("say"):
        raise BadConfiguration(where, "says not what to tell", 'write `say: "{account.name} has turned red"`')
    over = _WEEKS.fullmatch(str(row.get("over", "8 weeks")))
    if not over:
        raise BadConfiguration(f"{where}: over", f"cannot read {row.get('over')!r}", "write it as `8 weeks`")
    return Alert(
        name=name,
        how=cast(How, _one_of(row.get("how", "digest"), ("at once", "digest"), f"{where}: how")),
        to=_one_of(row.get("to", "owner" if when else "operations"), ("owner", "operations"), f"{where}: to"),
        when=when,
        say=str(row.get("say") or ""),
        watch=cast(Watch | None, watch),
        task=_task(row.get("task"), f"{where}: task"),
        again_days=_span(row.get("again_after", "14 days"), f"{where}: again_after").days,
        skip_true=_one_of(row.get("already_true", "skip"), ("skip", "tell"), f"{where}: already_true") == "skip",
        odds=_odds(row.get("odds", "1%"), f"{where}: odds"),
        over_days=7 * int(over[1]),
        shift=_index(row.get("shift", 0.25), f"{where}: shift"),
    )


def _task(raw: object, where: str) -> Ask | None:
    if raw is None:
        return None
    task = _mapping(raw, where, {"title", "due"})
    if not task.get("title") or not task.get("due"):
        raise BadConfiguration(where, "needs a title and a day", "write `{title: …, due: 1 business day}`")
    return Ask(str(task["title"]), _span(task["due"], f"{where}.due"))


def _person(raw: object, where: str) -> Mapping[str, str]:
    return {k: str(v) for k, v in _mapping(raw, where, {"name", "email", "slack", "zone", "country"}).items()}


def _mapping(raw: object, where: str, known: Collection[str] | None) -> Mapping[str, object]:
    if not isinstance(raw, Mapping):
        raise BadConfiguration(
            where, "is missing, or is not a mapping of names to values", "see the shipped alerts.yaml"
        )
    return mapping(raw, where, raw if known is None else known)


def _channels(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or set(raw) - set(CHANNELS):
        raise BadConfiguration(where, f"cannot read {raw!r}", f"list {' and '.join(CHANNELS)}, best first")
    return tuple(map(str, raw))


def _clock(value: object, where: str) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError as e:
        raise BadConfiguration(where, f"cannot read the time {value!r}", 'write it as "08:00", in quotes') from e


def _span(value: object, where: str) -> Span:
    found = _SPAN.fullmatch(str(value))
    if not found:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `2 business days` or `14 days`")
    return Span(int(found[1]), bool(found[2]))


def _odds(value: object, where: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)%", str(value))
    if not found or not 0 < float(found[1]) < 50:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `1%`, below 50%")
    return float(found[1]) / 100


def _index(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10:
        raise BadConfiguration(where, f"{value!r} is no stability index", "write for example 0.25")
    return float(value)


def _one_of(value: object, allowed: Collection[str], where: str) -> str:
    if value not in allowed:
        raise BadConfiguration(where, f"{value!r} is not known", f"use {' or '.join(allowed)}")
    return str(value)


# -- a day --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class News:
    """What a day brings of one alert: what opens, told or (so already when it was first asked) not, and what is over."""

    opened: tuple[str, ...]
    told: bool
    closed: tuple[str, ...]


def news(
    alert: Alert, yes: Collection[str], unknown: Collection[str], known: Iterable[Open], day: date, first: bool
) -> News:
    """yes: accounts (or what is watched) of which it is so on `day`. unknown: of which it cannot be told: nothing moves there.

    known: what was opened of this alert before. first: the alert is asked for the first time. Told once for as long as it is so, and
    not again within `again_days` of the last time: what flaps is one piece of news.
    """
    last: dict[str, Open] = {}
    for one in known:
        if one.about not in last or one.opened_on >= last[one.about].opened_on:
            last[one.about] = one
    still = {about for about, one in last.items() if one.closed_on is None}
    wait = timedelta(days=alert.again_days)
    fresh = [
        about
        for about in sorted(yes)
        if about not in still and (about not in last or day >= last[about].opened_on + wait)
    ]
    over = sorted(still - set(yes) - set(unknown))
    return News(tuple(fresh), not (first and alert.skip_true), tuple(over))


def chance_of_silence(openings: int, base_days: int, quiet_days: int) -> float:
    """How likely a play that opens at a steady rate is to open never in `quiet_days`, having opened so often in `base_days` before.

    Given n openings in both stretches together, each falls into the first with chance base / (base + quiet) where the rate is the same
    (the conditional test of two Poisson rates, Przyborowski and Wilenski 1940); all n of them with that chance to the n.
    """
    if openings == 0 or quiet_days <= 0:
        return 1.0
    return float((base_days / (base_days + quiet_days)) ** openings)
