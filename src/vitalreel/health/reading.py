"""Scorecards as people write them (YAML, already parsed) into checked records, every mistake named with its place and a way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from vitalreel.errors import BadConfiguration
from vitalreel.health.scorecard import (
    CLIP,
    MISSING,
    PROBABILITY,
    ROLES,
    TENTHS,
    Bands,
    Change,
    Hysteresis,
    Measure,
    Missing,
    Role,
    Rule,
    Scale,
    Scorecard,
    worths,
)
from vitalreel.signals.catalogue import NUMERIC, Catalogue, Signal, closest

T = TypeVar("T")
_DAYS = {"day": 1, "week": 7, "quarter": 91, "year": 364}
_TIME = r"(\d+) (day|week|quarter|year)s?"
_CHANGE = re.compile(rf"(against own|over) {_TIME}")
_TENURE = re.compile(rf"< ?{_TIME}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CARD_KEYS = ("scorecard", "applies_to", "bands", "hysteresis", "missing", "groups", "points", "points_limit")
_MEASURE_KEYS = ("signal", "label", "window", "change", "scale", "by_tenure", "weight")
_RULE_KEYS = ("name", "label", "when", "points")
_MAX_DAYS = 3 * 364
NEVER_MIXED = (f"{PROBABILITY} is no part of a score", "ask for it in a play's condition, beside the score")


def read_scorecard(
    raw: object, where: str, catalogue: Catalogue, check_condition: Callable[[str, str], None]
) -> Scorecard:
    """A scorecard from its YAML form.

    where: the file, for messages. check_condition: (text, where), raises BadConfiguration where a rule's `when` is not sound.
    Raises BadConfiguration naming the entry and what to write instead.
    """
    card = _keyed(raw, where, _CARD_KEYS)
    name = _name(card.get("scorecard"), f"{where}: scorecard")
    measures = _measures(card.get("groups"), f"{where}: groups", catalogue)
    rules = _rules(card.get("points", []), f"{where}: points", check_condition)
    _distinct([*(m.name for m in measures), *(r.name for r in rules)], where)
    return Scorecard(
        name=name,
        applies_to=_applies_to(card.get("applies_to"), f"{where}: applies_to", catalogue),
        measures=measures,
        rules=rules,
        bands=_bands(card.get("bands", {}), f"{where}: bands"),
        hysteresis=_hysteresis(card.get("hysteresis", {}), f"{where}: hysteresis"),
        missing=_missing(card.get("missing", "shrink_to_segment"), f"{where}: missing"),
        rules_limit=abs(_tenths(card.get("points_limit", 100), f"{where}: points_limit")),
    )


def in_order(raw: object, where: str, scorecards: Mapping[str, T]) -> tuple[T, ...]:
    """The scorecards in the order of `_order.yaml` (`order: [enterprise, ...]`): the first that applies to an account wins.

    Raises BadConfiguration where the order names one that is not there, or leaves one out.
    """
    names = _words(_keyed(raw, where, ("order",)).get("order"), f"{where}: order")
    for name in names:
        if name not in scorecards:
            raise BadConfiguration(f"{where}: order", f"there is no scorecard {name!r}", _hint(name, scorecards))
    _distinct(names, f"{where}: order")
    left = sorted(set(scorecards) - set(names))
    if left:
        raise BadConfiguration(
            f"{where}: order", f"scorecard {left[0]!r} is left out", "add it where it should be tried"
        )
    return tuple(scorecards[name] for name in names)


# -- measures


def _measures(raw: object, where: str, catalogue: Catalogue) -> tuple[Measure, ...]:
    """All groups' measures; a group's weight is shared among its measures by their own weights."""
    groups = _mapping(raw, where)
    if not groups:
        raise BadConfiguration(where, "a scorecard measures something", "add a group with at least one measure")
    found: list[tuple[str, str, Mapping[str, object], Fraction]] = []
    for group, entry in groups.items():
        found += _group(group, entry, f"{where}.{group}")
    shares = worths([weight for *_, weight in found])
    return tuple(
        _measure(name, group, entry, worth, f"{where}.{group}.measures.{name}", catalogue)
        for (group, name, entry, _), worth in zip(found, shares, strict=True)
    )


def _group(group: str, raw: object, where: str) -> list[tuple[str, str, Mapping[str, object], Fraction]]:
    """(group, measure, its entry, its exact share of the card) for each measure of a group."""
    entry = _keyed(raw, where, ("weight", "measures"))
    measures = _mapping(entry.get("measures"), f"{where}.measures")
    if not measures:
        raise BadConfiguration(f"{where}.measures", "a group has at least one measure", "add one, or remove the group")
    parts = {n: _keyed(m, f"{where}.measures.{n}", _MEASURE_KEYS) for n, m in measures.items()}
    weights = {n: _weight(m.get("weight", 1), f"{where}.measures.{n}.weight") for n, m in parts.items()}
    share = _weight(entry.get("weight", 1), f"{where}.weight") / sum(weights.values())
    return [(group, n, m, share * weights[n]) for n, m in parts.items()]


def _measure(
    name: str, group: str, entry: Mapping[str, object], worth: int, where: str, catalogue: Catalogue
) -> Measure:
    signal, over = _signals(entry.get("signal"), f"{where}.signal", catalogue)
    if worth == 0:
        raise BadConfiguration(
            f"{where}.weight", "its share is below a tenth of a point", "give it more weight, or remove it"
        )
    if over is not None and "change" in entry:
        raise BadConfiguration(f"{where}.change", "a ratio has no own past", "measure the change of one signal")
    return Measure(
        name=_name(name, where),
        group=group,
        label=_text(entry.get("label", name.replace("_", " ").capitalize()), f"{where}.label"),
        signal=signal,
        over=over,
        window_days=_days(entry["window"], f"{where}.window") if "window" in entry else None,
        change=_change(entry["change"], f"{where}.change") if "change" in entry else None,
        scale=_scale(entry.get("scale"), f"{where}.scale"),
        by_tenure=_by_tenure(entry.get("by_tenure", {}), f"{where}.by_tenure"),
        worth=worth,
    )


def _signals(raw: object, where: str, catalogue: Catalogue) -> tuple[str, str | None]:
    """(signal, what divides it or None), by the catalogue's own names."""
    parts = [part.strip() for part in _text(raw, where).split("/")]
    if len(parts) > 2:
        raise BadConfiguration(where, f"{raw!r} divides twice", "write one signal, or one divided by one other")
    names = [_measurable(part, where, catalogue).name for part in parts]
    return names[0], names[1] if len(names) == 2 else None


def _measurable(name: str, where: str, catalogue: Catalogue) -> Signal:
    found = catalogue.find(name)
    if found is None:
        near = catalogue.closest(name)
        raise BadConfiguration(where, f"there is no signal {name!r}", f"did you mean {near!r}?" if near else "")
    if found.type not in NUMERIC or found.grain != "account":
        raise BadConfiguration(where, f"{name} is not a number of the account", "measure a number, percent or money")
    if found.look_ahead:
        raise BadConfiguration(where, f"{name} is known only afterwards", "a score may not look ahead")
    if found.name == PROBABILITY:
        raise BadConfiguration(where, *NEVER_MIXED)
    return found


def _change(raw: object, where: str) -> Change:
    said = _CHANGE.fullmatch(_text(raw, where))
    if said is None:
        raise BadConfiguration(where, f"{raw!r} is not a change", "write 'against own 13 weeks' or 'over 13 weeks'")
    return Change(_days(f"{said[2]} {said[3]}", where), "mean" if said[1] == "against own" else "then")


def _scale(raw: object, where: str) -> Scale:
    """`{0.10: 0, 0.80: 100}` or `{-40%: 0, +20%: 100}`: readings rising, points 0 to 100."""
    corners = [
        (_reading(k, where), _number(v, f"{where}.{k}")) for k, v in _mapping(raw, where, str_keys=False).items()
    ]
    if len(corners) < 2:
        raise BadConfiguration(where, "a scale has at least two corners", "write for example {0: 0, 100: 100}")
    for (x0, _), (x1, _) in pairwise(corners):
        if x1 <= x0:
            raise BadConfiguration(where, f"readings rise from left to right, {x1:g} follows {x0:g}", "sort them")
    for x, points in corners:
        if not 0 <= points <= 100:
            raise BadConfiguration(where, f"{points:g} points at {x:g}", "points of a scale are 0 to 100")
    return Scale(tuple(corners))


def _reading(raw: object, where: str) -> float:
    """A corner's reading: a number, or a percent as a fraction."""
    text = str(raw).strip()
    try:
        return float(Fraction(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1))
    except ValueError:
        raise BadConfiguration(where, f"{raw!r} is not a reading", "write a number or a percent") from None


def _by_tenure(raw: object, where: str) -> tuple[tuple[int, Scale], ...]:
    found = []
    for key, scale in _mapping(raw, where).items():
        said = _TENURE.fullmatch(key)
        if said is None:
            raise BadConfiguration(where, f"{key!r} is not a tenure", "write for example '< 90 days'")
        found.append((_days(f"{said[1]} {said[2]}", where), _scale(scale, f"{where}.{key}")))
    return tuple(sorted(found, key=lambda pair: pair[0]))


# -- points rules


def _rules(raw: object, where: str, check: Callable[[str, str], None]) -> tuple[Rule, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise BadConfiguration(where, "this should be a list of rules", "write - {name: ..., when: ..., points: +10}")
    return tuple(_rule(entry, f"{where}[{i}]", check) for i, entry in enumerate(raw))


def _rule(raw: object, where: str, check: Callable[[str, str], None]) -> Rule:
    entry = _keyed(raw, where, _RULE_KEYS)
    name = _name(entry.get("name"), f"{where}.name")
    when = _text(entry.get("when"), f"{where}.when")
    points, by_role = _points(entry.get("points"), f"{where}.points")
    check(when, f"{where}.when")
    if by_role and not re.match(r"any contact (has|have) watched ", when):
        raise BadConfiguration(
            f"{where}.points", "points by role need one test of people", "write when: any contact has watched '...'"
        )
    return Rule(
        name, _text(entry.get("label", name.replace("_", " ").capitalize()), f"{where}.label"), when, points, by_role
    )


def _points(raw: object, where: str) -> tuple[int, tuple[tuple[Role, int], ...]]:
    """(tenths of the largest effect, tenths by role from the largest effect down)."""
    if not isinstance(raw, Mapping):
        return _tenths(raw, where), ()
    unknown = sorted(str(k) for k in raw if k not in ROLES)
    if unknown or not raw:
        raise BadConfiguration(where, f"{''.join(unknown[:1])!r} is not a role", f"roles are {', '.join(ROLES)}")
    found = [(role, _tenths(raw[role], f"{where}.{role}")) for role in ROLES if role in raw]
    if len({points > 0 for _, points in found}) > 1:
        raise BadConfiguration(where, "one rule both gives and takes points", "write two rules")
    found.sort(key=lambda pair: -abs(pair[1]))
    return found[0][1], tuple(found)


def _tenths(raw: object, where: str) -> int:
    points = Fraction(str(_number(raw, where))) * TENTHS
    if points.denominator != 1 or points == 0 or abs(points) > 100 * TENTHS:
        raise BadConfiguration(where, f"{raw!r} points", "write whole points or tenths, up to 100 either way")
    return int(points)


# -- the rest of the card


def _applies_to(raw: object, where: str, catalogue: Catalogue) -> Mapping[str, tuple[str, ...]]:
    """`everyone`, or values by signal: `{segment: enterprise}`, `{segment: [mid_market, long_tail], tier: 2}`."""
    if raw == "everyone":
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for name, values in _mapping(raw, where).items():
        signal = catalogue.find(name)
        if signal is None or name not in ("segment", "tier"):
            raise BadConfiguration(where, f"a scorecard is not chosen by {name!r}", "use segment, tier, or `everyone`")
        found[name] = tuple(str(v) for v in values) if isinstance(values, list) else (str(values),)
        for value in found[name]:
            if signal.values and value not in signal.values:
                raise BadConfiguration(f"{where}.{name}", f"there is no {name} {value!r}", _hint(value, signal.values))
    return found


def _bands(raw: object, where: str) -> Bands:
    entry = _keyed(raw, where, ("green", "yellow", "orange"))
    edges = {k: _tenths(v, f"{where}.{k}") for k, v in entry.items()}
    bands = Bands(**edges)
    if not 0 < bands.orange < bands.yellow < bands.green <= 100 * TENTHS:
        raise BadConfiguration(
            where, "edges fall from green to orange", "write for example {green: 80, yellow: 60, orange: 40}"
        )
    return bands


def _hysteresis(raw: object, where: str) -> Hysteresis:
    entry = _keyed(raw, where, ("points", "days"))
    points, days = entry.get("points", 3), entry.get("days", 2)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 30:
        raise BadConfiguration(f"{where}.days", f"{days!r} days", "write a whole number from 1 to 30")
    return Hysteresis(0 if points == 0 else abs(_tenths(points, f"{where}.points")), days)


def _missing(raw: object, where: str) -> Missing:
    if raw == "shrink_to_segment":
        return "shrink_to_segment"
    if raw == "share_out":
        return "share_out"
    raise BadConfiguration(where, f"{raw!r} is no way to treat missing data", "write shrink_to_segment or share_out")


def _distinct(names: Sequence[str], where: str) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise BadConfiguration(where, f"{name!r} is there twice", "give each its own name")


# -- plain values


def _keyed(raw: object, where: str, keys: Sequence[str]) -> Mapping[str, object]:
    """A mapping of which every key is known."""
    entry = _mapping(raw, where)
    for key in entry:
        if key not in keys:
            raise BadConfiguration(where, f"there is no key {key!r}", _hint(key, keys))
    return entry


def _mapping(raw: object, where: str, str_keys: bool = True) -> Mapping[str, object]:
    if not isinstance(raw, Mapping) or (str_keys and not all(isinstance(k, str) for k in raw)):
        raise BadConfiguration(where, "this should be a mapping of names", f"it is {raw!r}")
    return raw


def _hint(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    near = closest(word, known)
    return f"did you mean {near!r}?" if near else f"there are: {', '.join(known)}"


def _name(raw: object, where: str) -> str:
    name = _text(raw, where)
    if not _NAME.fullmatch(name) or name in (MISSING, CLIP):
        raise BadConfiguration(where, f"{name!r} is not a name here", "use lower-case letters, digits and underscores")
    return name


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise BadConfiguration(where, f"this should be words, it is {raw!r}")
    return raw.strip()


def _words(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(v, str) for v in raw):
        raise BadConfiguration(where, f"this should be a list of names, it is {raw!r}")
    return tuple(raw)


def _number(raw: object, where: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise BadConfiguration(where, f"this should be a number, it is {raw!r}")
    return float(raw)


def _weight(raw: object, where: str) -> Fraction:
    weight = Fraction(str(_number(raw, where)))
    if weight <= 0:
        raise BadConfiguration(where, f"weight {raw!r}", "weights are above zero; remove what should not count")
    return weight


def _days(raw: object, where: str) -> int:
    said = re.fullmatch(_TIME, str(raw))
    days = int(said[1]) * _DAYS[said[2]] if said else 0
    if not 1 <= days <= _MAX_DAYS:
        raise BadConfiguration(where, f"{raw!r} is not a time", "write for example 28 days or 13 weeks, up to 3 years")
    return days
