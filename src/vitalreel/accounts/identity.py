"""Which accounts and contacts of different sources are the same: by external id, e-mail and domain, never by a guess (D6).

What one source says apart stays apart: two rows of the same source are never joined. A match that is not unique, and one
that would join people of two accounts, is told and not made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from vitalreel.errors import BadConfiguration

Kind = Literal["account", "contact"]
Rule = Literal["external id", "email", "domain"]
State = Literal["merged", "proposed", "unclear", "apart", "rejected"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An account or a contact as one source has it."""

    kind: Kind
    id: str
    source: str
    name: str
    rank: int  # of its source: the lower one's id and values stand
    account: str = ""  # of a contact: its account's id, merges followed
    domain: str = ""  # of an account, in small letters
    email: str = ""  # of a contact, in small letters
    external: frozenset[str] = frozenset()  # ids under which other systems know it


@dataclass(frozen=True, slots=True)
class Match:
    """One row that may be another's second self."""

    kind: Kind
    alias: str  # what would be called by the other's id
    canonical: str  # the first candidate
    candidates: tuple[str, ...]  # all that fit
    rule: Rule
    evidence: str  # in words
    state: State  # as found; a person's word comes on top


@dataclass(frozen=True, slots=True)
class Rules:
    """Which matches are made at once, and which wait for a person."""

    at_once: frozenset[Rule] = frozenset(("external id", "email"))
    prefer: tuple[str, ...] = field(default_factory=tuple)  # sources, the first one's ids and values stand


def same_accounts(accounts: Sequence[Seen], rules: Rules) -> tuple[Match, ...]:
    """Accounts of a later source that are one of an earlier one's: by external id, else by a domain only they have."""
    by_domain = _owners((a.domain, a) for a in accounts if a.domain)
    shared = {d for d, owners in by_domain.items() if _repeats_in_a_source(owners)}
    known_as, found = _known_as(accounts), list[Match]()
    for one in sorted(accounts, key=_order):
        for rule, fits in (
            ("external id", _by_external(one, known_as)),
            ("domain", [a for a in by_domain.get(one.domain, ()) if one.domain not in shared and _earlier(a, one)]),
        ):
            if fits:
                told = f"both are {one.domain}" if rule == "domain" else _external_words(one, fits[0])
                found.append(_match(one, fits, rule, told, rules))  # type: ignore[arg-type]
                break
    return tuple(found)


def same_contacts(contacts: Sequence[Seen], rules: Rules) -> tuple[Match, ...]:
    """Contacts of a later source that are one of an earlier one's. The same address at two accounts is told as `apart`."""
    by_email = _owners((c.email, c) for c in contacts if c.email)
    known_as, found = _known_as(contacts), list[Match]()
    for one in sorted(contacts, key=_order):
        for rule, fits in (
            ("external id", _by_external(one, known_as)),
            ("email", [c for c in by_email.get(one.email, ()) if _earlier(c, one)]),
        ):
            if not fits:
                continue
            here = [c for c in fits if c.account == one.account]
            told = f"both write from {one.email}" if rule == "email" else _external_words(one, fits[0])
            if here:
                found.append(_match(one, here, rule, told, rules))  # type: ignore[arg-type]
            else:
                apart = f"{told}, but one is at {fits[0].account} and the other at {one.account}"
                ids = tuple(c.id for c in fits)
                found.append(Match("contact", one.id, ids[0], ids, rule, apart, "apart"))  # type: ignore[arg-type]
            break
    return tuple(found)


def _match(one: Seen, fits: Sequence[Seen], rule: Rule, told: str, rules: Rules) -> Match:
    ids = tuple(dict.fromkeys(f.id for f in sorted(fits, key=_order)))
    state: State = "unclear" if len(ids) > 1 else "merged" if rule in rules.at_once else "proposed"
    names = f"{fits[0].name!r} of {fits[0].source} and {one.name!r} of {one.source}"
    return Match(one.kind, one.id, ids[0], ids, rule, f"{names}: {told}", state)


def _order(one: Seen) -> tuple[int, str, str]:
    return one.rank, one.source, one.id


def _earlier(other: Seen, one: Seen) -> bool:
    return other.source != one.source and _order(other) < _order(one)


def _owners(pairs: Iterable[tuple[str, Seen]]) -> Mapping[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for name, one in pairs:
        found[name].append(one)
    return found


def _repeats_in_a_source(owners: Sequence[Seen]) -> bool:
    """A domain that two accounts of one source have (a mail provider's, a group's) says of neither who it is."""
    sources = [o.source for o in owners]
    return len(set(sources)) < len(sources)


def _known_as(everyone: Sequence[Seen]) -> Mapping[str, list[Seen]]:
    """Whoever is known by an id, as its own or elsewhere."""
    return _owners((name, one) for one in everyone for name in (one.id, *one.external))


def _by_external(one: Seen, known_as: Mapping[str, list[Seen]]) -> list[Seen]:
    """Those of earlier sources whose id it carries, who carry its id, or with whom it shares one."""
    found = {o.id: o for name in (one.id, *one.external) for o in known_as.get(name, ()) if _earlier(o, one)}
    return [o for i, o in sorted(found.items()) if i != one.id]


def _external_words(one: Seen, other: Seen) -> str:
    shared = sorted(({other.id} & one.external) | ({one.id} & other.external) | (one.external & other.external))
    return f"both are known as {shared[0]}"


def read_rules(raw: object, where: str) -> Rules:
    """`identity:` of vitalreel.yaml. Raises BadConfiguration naming the key and what to write."""
    if raw is None:
        return Rules()
    if not isinstance(raw, Mapping) or set(raw) - {"at_once", "prefer"}:
        raise BadConfiguration(
            where, "cannot be read", "write `identity: {at_once: [external id, email], prefer: [crm]}`"
        )
    at_once = [str(r) for r in raw.get("at_once", sorted(Rules().at_once))]
    for rule in at_once:
        if rule not in get_args(Rule):
            raise BadConfiguration(where, f"there is no rule {rule!r}", f"it may be {', '.join(get_args(Rule))}")
    return Rules(frozenset(at_once), tuple(str(s) for s in raw.get("prefer", ())))  # type: ignore[arg-type]


def followed(merged: Mapping[str, str]) -> dict[str, str]:
    """alias -> the id that stands in the end, chains followed."""
    found = {}
    for alias in merged:
        seen, at = {alias}, merged[alias]
        while at in merged and at not in seen:
            seen.add(at)
            at = merged[at]
        found[alias] = at
    return {alias: at for alias, at in found.items() if alias != at}
