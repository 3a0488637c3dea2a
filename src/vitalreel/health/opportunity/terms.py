"""expansion.yaml, read and checked: a scorecard of readiness, what readiness needs besides, and what there is to be taken up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vitalreel.conditions import Tree, parse
from vitalreel.conditions.tree import All
from vitalreel.errors import BadConfiguration
from vitalreel.health.reading import read_scorecard
from vitalreel.health.scorecard import TENTHS, Scorecard
from vitalreel.signals.catalogue import Catalogue, closest

Listed = Literal["products", "departments", "use_cases", "regions"]
LISTED: tuple[Listed, ...] = ("products", "departments", "use_cases", "regions")
OWN = ("expansion.score", "expansion.ready")
"""What comes of these terms: they may not be asked in them."""
_CARD = ("missing", "groups", "points", "points_limit")
_KEYS = (
    *_CARD,
    "ready",
    "needs",
    "unused_after",
    "full",
    "lead",
    "before_renewal",
    "before_decision",
    "sells",
    "plans",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How readiness is measured and what is looked for.

    card: None where nothing of it can be measured in this workspace. needs: None where it cannot be asked: nobody is ready then.
    """

    card: Scorecard | None
    trees: Mapping[str, Tree]  # a rule's `when` -> its checked tree
    needs: Tree | None
    ready: int  # tenths of a point from which an account is ready
    unused_days: int  # a feature not used for so many days is not in use
    full: float  # share of seats in use from which an account is full
    leads: tuple[int, int]  # days before planning begins, and before a renewal, at which an offer is spoken of
    settled_days: int  # what an account used so many days before it decided counts for what goes with staying
    sells: Mapping[Listed, tuple[str, ...]]  # empty where it is to be learnt from the accounts
    zones: Mapping[str, tuple[str, ...]]  # region -> beginnings of the time zones in it
    plans: Mapping[str, tuple[str, ...]]  # plan -> features it includes
    left_out: tuple[str, ...]  # what names signals that this workspace has not got, in words

    @property
    def conditions(self) -> tuple[Tree, ...]:
        """What readiness needs, one by one: all must hold."""
        return self.needs.parts if isinstance(self.needs, All) else () if self.needs is None else (self.needs,)


def read_terms(raw: object, where: str, catalogue: Catalogue) -> Terms:
    """From the parsed YAML of expansion.yaml. Raises BadConfiguration with the place and what to write."""
    entry = _keyed(raw, where, _KEYS)
    trees: dict[str, Tree] = {}
    left_out: list[str] = []
    card = {"scorecard": "expansion", "applies_to": "everyone", **{k: entry[k] for k in _CARD if k in entry}}
    card["groups"] = _measurable(entry.get("groups"), f"{where}: groups", catalogue, left_out)
    card["points"] = [r for r in _rules(entry.get("points", []), where) if _known(r, catalogue, left_out)]

    def check(text: str, place: str) -> None:
        trees[text] = _sound(text, place, catalogue)

    needs = entry.get("needs")
    if not isinstance(needs, str):
        raise BadConfiguration(
            f"{where}: needs", "a condition is missing", "write needs: band is one of (green, yellow)"
        )
    sells, zones = _sells(entry.get("sells"), f"{where}: sells")
    return Terms(
        card=read_scorecard(card, where, catalogue, check) if card["groups"] else None,
        trees=trees,
        needs=_sound(needs, f"{where}: needs", catalogue) if _known({"name": "needs", "when": needs}, catalogue, left_out) else None,
        ready=_tenths(entry.get("ready"), f"{where}: ready"),
        unused_days=_days(entry.get("unused_after", "91 days"), f"{where}: unused_after"),
        full=_share(entry.get("full", "95%"), f"{where}: full"),
        leads=(_days(entry.get("lead", "30 days"), f"{where}: lead"),
               _days(entry.get("before_renewal", "120 days"), f"{where}: before_renewal")),
        settled_days=_days(entry.get("before_decision", "90 days"), f"{where}: before_decision"),
        sells=sells,
        zones=zones,
        plans={k: _words(v, f"{where}: plans.{k}") for k, v in _mapping(entry.get("plans"), f"{where}: plans").items()},
        left_out=tuple(left_out),
    )  # fmt: skip


# -- what this workspace can be asked


def _measurable(raw: object, where: str, catalogue: Catalogue, left_out: list[str]) -> dict[str, object]:
    """The groups with those of their measures whose signals there are."""
    found: dict[str, object] = {}
    for name, group in _mapping(raw, where).items():
        measures = _mapping(_mapping(group, f"{where}.{name}").get("measures"), f"{where}.{name}.measures")
        kept = {}
        for key, measure in measures.items():
            signals = str(_mapping(measure, f"{where}.{name}.measures.{key}").get("signal", "")).split("/")
            _refuse_own([s.strip() for s in signals], f"{where}.{name}.measures.{key}.signal")
            missing = [s.strip() for s in signals if catalogue.find(s.strip()) is None]
            if missing:
                left_out.append(f"{key}: there is no signal {missing[0]!r}")
            else:
                kept[key] = measure
        if kept:
            found[name] = {**_mapping(group, where), "measures": kept}
    return found


def _known(rule: Mapping[str, object], catalogue: Catalogue, left_out: list[str]) -> bool:
    """Whether all that a rule's condition names is there. One that is wrong in another way passes, to be refused with its place."""
    text = str(rule.get("when", ""))
    missing = next((e for e in parse(text, catalogue).errors if e.code == "E_NAME"), None)
    if missing is not None:
        left_out.append(f"{rule.get('name')}: {missing.message.rstrip('.')}")
    return missing is None


def _sound(text: str, where: str, catalogue: Catalogue) -> Tree:
    _refuse_own([name for name in OWN if re.search(rf"\b{re.escape(name)}\b", text)], where)
    checked = parse(text, catalogue)
    if not checked.ok:
        mistake = checked.errors[0]
        raise BadConfiguration(where, mistake.message, f"write {mistake.suggestion!r}" if mistake.suggestion else "")
    return checked.sound


def _refuse_own(names: Sequence[str], where: str) -> None:
    for name in names:
        if name in OWN:
            raise BadConfiguration(where, f"{name} is what comes of this file", "measure something else")


def _rules(raw: object, where: str) -> Iterator[Mapping[str, object]]:
    if not isinstance(raw, list):
        raise BadConfiguration(
            f"{where}: points", "this should be a list of rules", "write - {name: ..., when: ..., points: +10}"
        )
    for i, rule in enumerate(raw):
        yield _mapping(rule, f"{where}: points[{i}]")


# -- plain values


def _sells(raw: object, where: str) -> tuple[dict[Listed, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """What is sold by kind; and regions with the beginnings of their zones, where they are given."""
    entry = _keyed({} if raw is None else raw, where, LISTED)
    regions = entry.get("regions", [])
    zoned = isinstance(regions, Mapping)
    zones = (
        {k: _words(v, f"{where}.regions.{k}") for k, v in _mapping(regions, f"{where}.regions").items()}
        if zoned
        else {}
    )
    found = {
        kind: tuple(zones) if kind == "regions" and zoned else _words(entry.get(kind, []), f"{where}.{kind}")
        for kind in LISTED
    }
    return found, zones


def _keyed(raw: object, where: str, keys: Sequence[str]) -> Mapping[str, object]:
    entry = _mapping(raw, where)
    for key in entry:
        if key not in keys:
            near = closest(key, keys)
            raise BadConfiguration(
                where,
                f"there is no key {key!r}",
                f"did you mean {near!r}?" if near else f"there are: {', '.join(keys)}",
            )
    return entry


def _mapping(raw: object, where: str) -> Mapping[str, object]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping) or not all(isinstance(k, str) for k in raw):
        raise BadConfiguration(where, "this should be a mapping of names", f"it is {raw!r}")
    return raw


def _words(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(v, str) and v.strip() for v in raw):
        raise BadConfiguration(where, f"this should be a list of names, it is {raw!r}", "write [one, another]")
    return tuple(v.strip() for v in raw)


def _tenths(raw: object, where: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw <= 100:
        raise BadConfiguration(where, f"{raw!r} is no number of points", "write ready: 70")
    return round(raw * TENTHS)


def _days(raw: object, where: str) -> int:
    said = re.fullmatch(r"(\d{1,3}) days?", str(raw))
    if said is None or int(said[1]) < 1:
        raise BadConfiguration(where, f"{raw!r} is no number of days", "write for example 30 days")
    return int(said[1])


def _share(raw: object, where: str) -> float:
    said = re.fullmatch(r"(\d{1,3})%", str(raw))
    if said is None or not 0 < int(said[1]) <= 100:
        raise BadConfiguration(where, f"{raw!r} is no share", "write for example 95%")
    return int(said[1]) / 100
