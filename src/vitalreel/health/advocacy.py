"""Who might speak for us: accounts that meet every criterion of a kind of advocacy, why, and whom to ask there (H10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from vitalreel.conditions import Tree, parse
from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import Catalogue

Said = Literal["yes", "no", "later", "done"]
"""What an account answered: it will speak, it will not, it wants to be asked another time; done: it has spoken."""
ANSWERS: tuple[Said, ...] = get_args(Said)
_KEYS = ("rest", "later", "promoter", "promoter_within", "criteria", "kinds", "ask")


@dataclass(frozen=True, slots=True)
class Criterion:
    name: str
    label: str
    when: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that might be asked for."""

    name: str
    label: str
    needs: tuple[str, ...]  # criteria that must all hold


@dataclass(frozen=True, slots=True)
class Rules:
    """advocacy.yaml, checked."""

    criteria: tuple[Criterion, ...]
    kinds: tuple[Kind, ...]
    roles: tuple[str, ...]  # whom to ask, best first
    rest_days: int  # nobody is asked again for so many days after an answer
    later_days: int  # after an answer of "later"
    promoter: float  # least answer of a survey of 0 to 10 by which somebody is a promoter
    promoter_days: int
    left_out: tuple[str, ...]  # criteria and kinds that this workspace cannot be asked, in words


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of an account who is there."""

    contact: str
    name: str
    role: str | None
    promoted_on: date | None  # day of their last answer as a promoter
    mail: bool  # whether they agreed to mail


@dataclass(frozen=True, slots=True)
class Answer:
    """What an account said."""

    account: str
    day: date
    kind: str
    said: Said
    contact: str | None
    by: str  # who wrote it down
    comment: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that might be asked."""

    account: str
    kinds: tuple[Kind, ...]
    why: tuple[Criterion, ...]  # those it meets that a kind needs
    ask: Person | None  # None: nobody there has a role that is asked
    score: float | None  # health, 0..100


def read_rules(raw: object, where: str, catalogue: Catalogue) -> Rules:
    """From the parsed YAML of advocacy.yaml. Raises BadConfiguration with the place and what to write."""
    entry = _keyed(raw, where, _KEYS)
    left_out: list[str] = []
    criteria: dict[str, Criterion] = {}
    for name, one in _mapping(entry.get("criteria"), f"{where}: criteria").items():
        found = _criterion(name, one, f"{where}: criteria.{name}", catalogue)
        if isinstance(found, str):
            left_out.append(f"{name}: {found}")
        else:
            criteria[name] = found
    every = set(_mapping(entry.get("criteria"), where))
    kinds = [
        _kind(n, k, f"{where}: kinds.{n}", every) for n, k in _mapping(entry.get("kinds"), f"{where}: kinds").items()
    ]
    whole = [k for k in kinds if set(k.needs) <= set(criteria)]
    left_out += [
        f"{k.name}: it needs {', '.join(n for n in k.needs if n not in criteria)}" for k in kinds if k not in whole
    ]
    if not kinds:
        raise BadConfiguration(
            f"{where}: kinds", "nothing is to be asked for", "write reference: {label: ..., needs: [...]}"
        )
    return Rules(
        criteria=tuple(criteria.values()),
        kinds=tuple(whole),
        roles=_names(entry.get("ask", ["sponsor", "champion", "admin"]), f"{where}: ask"),
        rest_days=_days(entry.get("rest", "360 days"), f"{where}: rest"),
        later_days=_days(entry.get("later", "120 days"), f"{where}: later"),
        promoter=_number(entry.get("promoter", 9), f"{where}: promoter"),
        promoter_days=_days(entry.get("promoter_within", "364 days"), f"{where}: promoter_within"),
        left_out=tuple(left_out),
    )


def candidates(
    rules: Rules, meets: Mapping[str, frozenset[str]], people: Mapping[str, Sequence[Person]], answers: Iterable[Answer],
    scores: Mapping[str, float], today: date,
) -> tuple[Candidate, ...]:  # fmt: skip
    """Accounts that meet all a kind needs and have not answered lately, the healthiest first.

    meets: account -> names of the criteria of which the answer is yes. people: account -> its contacts who are there.
    scores: account -> health. Later answers than `today` are not seen.
    """
    resting = {a.account for a in answers if a.day <= today < rests_until(rules, a)}
    found = []
    for account, names in meets.items():
        kinds = tuple(k for k in rules.kinds if set(k.needs) <= names)
        if kinds and account not in resting:
            needed = {n for k in kinds for n in k.needs}
            why = tuple(c for c in rules.criteria if c.name in needed)
            found.append(
                Candidate(account, kinds, why, whom(rules.roles, people.get(account, ())), scores.get(account))
            )
    return tuple(sorted(found, key=lambda c: (-(c.score if c.score is not None else -1), -len(c.kinds), c.account)))


def rests_until(rules: Rules, said: Answer) -> date:
    """The first day on which an account may be asked again after an answer."""
    return said.day + timedelta(days=rules.later_days if said.said == "later" else rules.rest_days)


def whom(roles: Sequence[str], people: Sequence[Person]) -> Person | None:
    """The contact to ask: by role, of one role a promoter first, then one who agreed to mail."""
    asked = [p for p in people if p.role in roles]

    def rank(p: Person) -> tuple[int, bool, bool, str]:
        return roles.index(p.role or ""), p.promoted_on is None, not p.mail, p.contact

    return min(asked, key=rank) if asked else None


# -- reading


def _criterion(name: str, raw: object, where: str, catalogue: Catalogue) -> Criterion | str:
    """A criterion, or what of it this workspace has not got."""
    entry = _keyed(raw, where, ("label", "when"))
    text = entry.get("when")
    if not isinstance(text, str):
        raise BadConfiguration(where, "a condition is missing", "write {label: ..., when: nps >= 50}")
    checked = parse(text, catalogue)
    if checked.ok:
        return Criterion(name, str(entry.get("label", name.replace("_", " ").capitalize())), text, checked.sound)
    mistake = checked.errors[0]
    if mistake.code == "E_NAME":
        return mistake.message.rstrip(".")
    raise BadConfiguration(
        f"{where}.when", mistake.message, f"write {mistake.suggestion!r}" if mistake.suggestion else ""
    )


def _kind(name: str, raw: object, where: str, criteria: set[str]) -> Kind:
    entry = _keyed(raw, where, ("label", "needs"))
    needs = _names(entry.get("needs"), f"{where}.needs")
    for need in needs:
        if need not in criteria:
            raise BadConfiguration(
                f"{where}.needs", f"there is no criterion {need!r}", f"there are: {', '.join(sorted(criteria))}"
            )
    return Kind(name, str(entry.get("label", name.replace("_", " ").capitalize())), needs)


def _keyed(raw: object, where: str, keys: Sequence[str]) -> Mapping[str, object]:
    entry = _mapping(raw, where)
    for key in entry:
        if key not in keys:
            raise BadConfiguration(where, f"there is no key {key!r}", f"there are: {', '.join(keys)}")
    return entry


def _mapping(raw: object, where: str) -> Mapping[str, object]:
    if not isinstance(raw, Mapping) or not all(isinstance(k, str) for k in raw):
        raise BadConfiguration(where, "this should be a mapping of names", f"it is {raw!r}")
    return raw


def _names(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(v, str) for v in raw):
        raise BadConfiguration(where, f"this should be a list of names, it is {raw!r}", "write [one, another]")
    return tuple(raw)


def _days(raw: object, where: str) -> int:
    said = re.fullmatch(r"(\d{1,4}) days?", str(raw))
    if said is None or int(said[1]) < 1:
        raise BadConfiguration(where, f"{raw!r} is no number of days", "write for example 360 days")
    return int(said[1])


def _number(raw: object, where: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 10:
        raise BadConfiguration(where, f"{raw!r} is no answer of 0 to 10", "write promoter: 9")
    return float(raw)
