"""Whether an account's executive sponsor may have changed: what was found, with where it stood, and when a person is asked (H20).

Nothing here decides that somebody left. What is found is weighed, and from so many points on the CSM is asked who left and who follows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from types import MappingProxyType

from vitalreel.errors import BadConfiguration

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "crm": "the CRM records a change of sponsor",
        "left": "the CRM says that the sponsor left",
        "role": "a contact's role as sponsor changed",
        "bounce": "mail to the sponsor comes back",
        "named": "a call or a mail names a successor",
        "watched": "an executive who is new here watched a film",
        "forwarded": "the sponsor's film was watched by somebody else",
        "silent": "the sponsor is silent for longer than is usual for them",
    }
)
_BOUNCED = re.compile(r"\b5\.[12]\.\d{1,3}\b|\b55[0134]\b")
_DAYS = re.compile(r"(\d{1,3}) days?")


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that speaks for a change."""

    account: str
    kind: str  # of KINDS
    contact: str  # whom it speaks of as gone; "" where it names nobody
    successor: str  # who may follow; "" where it names nobody
    day: date
    source: str  # where it stands: "outbox t-1:email", "contact crm.csv:14", "view v-3", "remark 5d0c"
    words: str  # one sentence, for the CSM


@dataclass(frozen=True, slots=True)
class Sponsoring:
    """`sponsor:` of vitalreel.yaml."""

    asks_from: int = 2  # points of different kinds from which a person is asked
    within_days: int = 60  # how far back they count
    points: Mapping[str, int] = field(
        default_factory=lambda: {
            "crm": 2, "left": 2, "role": 2, "bounce": 2, "named": 2, "watched": 1, "forwarded": 1, "silent": 1,
        }
    )  # fmt: skip
    silent_odds: float = 0.01  # how unlikely a silence must be by chance, at the person's own rate
    least: int = 6  # days on which somebody was heard of, before their silence says anything
    due_days: int = 2  # business days in which the CSM is to say who follows


def read_sponsoring(raw: object, where: str) -> Sponsoring:
    """Sponsoring of parsed YAML; None is the shipped. Raises BadConfiguration naming place and remedy."""
    usual = Sponsoring()
    if raw is None:
        return usual
    known = {"asks_from", "within", "points", "silent_odds", "least", "due"}
    if not isinstance(raw, Mapping) or set(raw) - known:
        raise BadConfiguration(where, f"cannot read {raw!r}", f"use {', '.join(sorted(known))}")
    points = raw.get("points", dict(usual.points))
    if not isinstance(points, Mapping) or set(points) - set(KINDS) or not all(_whole(v, 0) for v in points.values()):
        raise BadConfiguration(
            f"{where}.points", f"cannot read {points!r}", f"give whole numbers to {', '.join(KINDS)}"
        )
    odds = re.fullmatch(r"(\d+(?:\.\d+)?)%", str(raw.get("silent_odds", "1%")))
    if not odds or not 0 < float(odds[1]) < 50:
        raise BadConfiguration(
            f"{where}.silent_odds", f"cannot read {raw.get('silent_odds')!r}", "write it as `1%`, below 50%"
        )
    for name in ("asks_from", "least"):
        if not _whole(raw.get(name, 1), 1):
            raise BadConfiguration(f"{where}.{name}", f"{raw[name]!r} is no count", "write a whole number, 1 or more")
    due = str(raw.get("due", "2 business days")).replace("business ", "")
    return Sponsoring(
        raw.get("asks_from", usual.asks_from), _days(raw.get("within", "60 days"), f"{where}.within"), {**usual.points, **points},
        float(odds[1]) / 100, raw.get("least", usual.least), _days(due, f"{where}.due"),
    )  # fmt: skip


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _days(raw: object, where: str) -> int:
    found = _DAYS.fullmatch(str(raw))
    if not found:
        raise BadConfiguration(where, f"cannot read {raw!r}", "write it as `60 days`")
    return int(found[1])


def bounced(receipt: str) -> bool:
    """Whether a mail server said that there is no such mailbox (any more): RFC 5321's 550, 551, 553 and 554, RFC 3463's 5.1.x and 5.2.x."""
    return _BOUNCED.search(receipt) is not None


def unusual(heard: int, span: int, longest: int, silent: int, rules: Sponsoring) -> bool:
    """Whether `silent` days without a sign of somebody are unusual for them.

    heard: days on which they were heard of, in `span` days from the first of them to the last. longest: their longest gap until now,
    in days. At a steady rate of heard / span a day, a silence of so many days has the chance exp(-silent * heard / span).
    """
    if heard < rules.least or span <= 0:
        return False
    return silent > longest and exp(-silent * heard / span) <= rules.silent_odds


def asks(signs: Collection[Sign], rules: Sponsoring, day: date, answered: date | None) -> tuple[Sign, ...]:
    """The signs for which a person is asked at the end of `day`, newest first; none while they are too few.

    answered: the day on which somebody last said how it is: what was found up to then is answered. Each kind counts once.
    """
    since = day - timedelta(days=rules.within_days)
    fresh = [s for s in signs if since <= s.day <= day and (answered is None or s.day > answered)]
    points = sum(rules.points[kind] for kind in {s.kind for s in fresh})
    return tuple(sorted(fresh, key=lambda s: (s.day, s.source), reverse=True)) if points >= rules.asks_from else ()


def named_in(signs: Sequence[Sign]) -> tuple[str, str]:
    """Who most signs say has left, and who most say follows; "" where they name nobody."""
    return _most([s.contact for s in signs]), _most([s.successor for s in signs])


def _most(names: Sequence[str]) -> str:
    there = [n for n in names if n]
    return max(sorted(set(there)), key=there.count) if there else ""
