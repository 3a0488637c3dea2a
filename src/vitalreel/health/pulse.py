"""A person's own reading of an account, 1 to 5: when the one who owns it is asked, and until when what they said counts (H4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.errors import BadConfiguration

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class Asking:
    """When a reading is asked for: vitalreel.yaml's `pulse`."""

    every_days: int = 30
    after: tuple[str, ...] = ("call", "meeting")  # kinds of conversation after which it is asked for at once


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody said of an account on a day."""

    account: str
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with an account, on its own day."""

    account: str
    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Due:
    """An account of which a reading is asked."""

    account: str
    owner: str
    since: date  # first day on which it has been asked for
    why: str
    last: Reading | None
    counts_until: (
        date | None
    )  # last day on which the last one counts; None: there is none, or it counts until it is replaced


def read_asking(raw: object, where: str) -> Asking:
    """From `{every: 30 days, after: [call, meeting]}`; None gives the defaults. Raises BadConfiguration with what to write."""
    if raw is None:
        return Asking()
    if not isinstance(raw, Mapping) or set(raw) - {"every", "after"}:
        raise BadConfiguration(where, f"{raw!r}", "write pulse: {every: 30 days, after: [call, meeting]}")
    every, after = str(raw.get("every", "30 days")).split(), raw.get("after", list(Asking().after))
    if len(every) != 2 or not every[0].isdigit() or int(every[0]) < 1 or every[1] not in ("day", "days"):
        raise BadConfiguration(f"{where}.every", f"{raw['every']!r} is no number of days", "write every: 30 days")
    if not isinstance(after, list) or not all(isinstance(kind, str) for kind in after):
        raise BadConfiguration(f"{where}.after", f"{after!r} is no list of kinds", "write after: [call, meeting]")
    return Asking(int(every[0]), tuple(after))


def due(
    owners: Mapping[str, tuple[str, date]],
    readings: Iterable[Reading],
    talks: Iterable[Talk],
    asking: Asking,
    keeps_days: int | None,
    day: date,
) -> tuple[Due, ...]:
    """Accounts whose owner is asked for a reading at the end of `day`, those asked longest first.

    owners: account -> (owner, first day as a customer). keeps_days: how long a reading counts, its own day included; None: until replaced.
    Later readings and talks than `day` are not seen.
    """
    newest: dict[str, Reading] = {}
    for reading in sorted((r for r in readings if r.day <= day), key=lambda r: r.day):
        newest[reading.account] = reading
    spoken = {t.account: t for t in sorted(talks, key=lambda t: t.day) if t.day <= day and t.kind in asking.after}
    found = []
    for account, (owner, since) in owners.items():
        last = newest.get(account)
        asked = _asked(last, since, spoken.get(account), asking)
        if asked is not None and asked[0] <= day:
            until = last.day + timedelta(days=keeps_days - 1) if last and keeps_days else None
            found.append(Due(account, owner, *asked, last, until))
    return tuple(sorted(found, key=lambda d: (d.since, d.account)))


def _asked(last: Reading | None, since: date, talk: Talk | None, asking: Asking) -> tuple[date, str] | None:
    """(since when, why) a reading is asked for, or None while it is not."""
    if last is None:
        return since, "none was ever given"
    times = [(last.day + timedelta(days=asking.every_days), f"the last is of {last.day.isoformat()}")]
    if talk is not None and talk.day > last.day:
        times.append((talk.day, f"a {talk.kind} on {talk.day.isoformat()}"))
    return min(times)
