"""The tree as the web form keeps it, in JSON: to it from a tree, and back through the text so that it is checked like any other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import cast

from vitalreel.conditions.mistake import wrong
from vitalreel.conditions.tree import (
    NOWHERE,
    All,
    Any,
    Bound,
    Change,
    Changed,
    Compare,
    Cross,
    DaysFrom,
    Fresh,
    Happened,
    Kind,
    Known,
    Literal,
    Mean,
    Not,
    Overdue,
    People,
    Ratio,
    Ref,
    Share,
    Silent,
    Test,
    Time,
    Tree,
    Value,
    Was,
    Watched,
)

Json = object
"""Plain JSON data: dicts, lists, strings, numbers, booleans."""
Node = Mapping[str, Json]


def to_json(tree: Tree) -> dict[str, Json]:
    """`{"all": [...]}`, `{"any": [...]}`, `{"not": ...}` or one test, such as `{"known": {"signal": "nps"}, "yes": true}`."""
    match tree:
        case All(parts):
            return {"all": [to_json(p) for p in parts]}
        case Any(parts):
            return {"any": [to_json(p) for p in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case _:
            return _test(tree)


def _test(test: Test) -> dict[str, Json]:
    match test:
        case Compare(value, "between", to):
            return {"is": _value(value), "op": "between", "low": _bound(to[0]), "high": _bound(to[1])}
        case Compare(value, op, to):
            many = op.endswith("one of")
            return {"is": _value(value), "op": op, "to": [_bound(b) for b in to] if many else _bound(to[0])}
        case Known(value, yes):
            return {"known": _value(value), "yes": yes}
        case Fresh(feed, yes):
            return {"fresh": feed, "yes": yes}
        case Change(value, way, by, over):
            return {"change": _value(value), "way": way, "by": _bound(by), "over": _time(over)}
        case Changed(value, before, after, within):
            sides = {k: _bound(v) for k, v in (("from", before), ("to", after)) if v}
            return {"changed": _value(value), **sides, "within": _time(within)}
        case Cross(value, way, to, within):
            return {
                "cross": _value(value),
                "way": way,
                "to": _bound(to),
                **({"within": _time(within)} if within else {}),
            }
        case Was(value, op, to, days, of):
            return {"was": _value(value), "op": op, "to": _bound(to), "days": days, "of": of}
        case Happened(event, count, within):
            return {"event": _value(event), "count": count, "within": _time(within)}
        case Silent(event, span):
            return {"none": _value(event), "for": _time(span)}
        case Overdue(milestone, by):
            return {"overdue": _value(milestone), "by": _time(by)}
        case People():
            return _people(test)


def _people(test: People) -> dict[str, Json]:
    out: dict[str, Json] = {"who": test.who, **({"n": test.n} if test.n is not None else {}), "grain": test.grain}
    if test.where:
        out["where"] = to_json(test.where)
    if test.has:
        share = {"share": _bound(test.has.share)} if test.has.share else {}
        within = {"within": _time(test.has.within)} if test.has.within else {}
        out["has"] = {"watched": test.has.module, **share, **within}
    return out


def _value(value: Value) -> dict[str, Json]:
    match value:
        case Ref(name, arg):
            return {"signal": name, **({"arg": arg} if arg is not None else {})}
        case Ratio(top, bottom):
            return {"ratio": [_value(top), _value(bottom)]}
        case DaysFrom(way, date):
            return {f"days_{way}": _value(date)}


def _bound(bound: Bound) -> dict[str, Json]:
    match bound:
        case Literal("money", value, currency):
            return {"money": value, "currency": currency}
        case Literal(kind, value):
            return {kind: value}
        case Mean(times, days):
            return {"times": times, "mean_days": days}
        case Share(percent, of):
            return {"percent": percent, "of": _value(of) if of else "before"}
        case Ref():
            return _value(bound)


def _time(time: Time) -> dict[str, Json]:
    return {"n": time.n, "unit": time.unit}


# -- back


def from_json(node: Json) -> Tree:
    """The tree of its JSON form, names and types not yet looked at. Raises ConditionError E_TREE where it is no such form."""
    try:
        return _read_tree(cast(Node, node))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration, RecursionError) as error:
        raise wrong("E_TREE", NOWHERE, f"This is not the tree of a condition: {error!r}.") from error


def _read_tree(node: Node) -> Tree:
    if "all" in node or "any" in node:
        key = "all" if "all" in node else "any"
        parts = tuple(_read_tree(cast(Node, p)) for p in cast("list[Json]", node[key]))
        return All(parts) if key == "all" else Any(parts)
    if "not" in node:
        return Not(_read_tree(cast(Node, node["not"])))
    key = next(k for k in _TESTS if k in node)
    return _TESTS[key](node)


def _read_compare(node: Node) -> Compare:
    op = _str(node["op"])
    if op == "between":
        to = (_read_bound(node["low"]), _read_bound(node["high"]))
    elif isinstance(node["to"], list):
        to = tuple(_read_bound(b) for b in node["to"])  # type: ignore[assignment]
    else:
        to = (_read_bound(node["to"]),)  # type: ignore[assignment]
    return Compare(_read_value(node["is"]), op, to)  # type: ignore[arg-type]


def _read_changed(node: Node) -> Changed:
    before, after = (_read_literal(node[k]) if k in node else None for k in ("from", "to"))
    return Changed(_read_value(node["changed"]), before, after, _read_time(node["within"]))


def _read_cross(node: Node) -> Cross:
    within = _read_time(node["within"]) if "within" in node else None
    return Cross(_read_value(node["cross"]), _str(node["way"]), _read_bound(node["to"]), within)  # type: ignore[arg-type]


def _read_was(node: Node) -> Was:
    days, of = _int(node["days"]), _int(node["of"])
    return Was(_read_value(node["was"]), _str(node["op"]), _read_literal(node["to"]), days, of)  # type: ignore[arg-type]


def _read_change(node: Node) -> Change:
    by, over = _read_literal(node["by"]), _read_time(node["over"])
    return Change(_read_value(node["change"]), _str(node["way"]), by, over)  # type: ignore[arg-type]


def _read_people(node: Node) -> People:
    where = _read_tree(cast(Node, node["where"])) if "where" in node else None
    n = _int(node["n"]) if "n" in node else None
    has = _read_watched(cast(Node, node["has"])) if "has" in node else None
    return People(_str(node["who"]), n, _str(node["grain"]), where, has)  # type: ignore[arg-type]


def _read_watched(node: Node) -> Watched:
    share = _read_literal(node["share"]) if "share" in node else None
    within = _read_time(node["within"]) if "within" in node else None
    return Watched(_str(node["watched"]), share, within)


_TESTS: Mapping[str, Callable[[Node], Test]] = {
    "who": _read_people,
    "fresh": lambda n: Fresh(_str(n["fresh"]), _bool(n["yes"])),
    "none": lambda n: Silent(_read_ref(n["none"]), _read_time(n["for"])),
    "event": lambda n: Happened(_read_ref(n["event"]), _int(n["count"]), _read_time(n["within"])),
    "overdue": lambda n: Overdue(_read_ref(n["overdue"]), _read_time(n["by"])),
    "change": _read_change,
    "changed": _read_changed,
    "cross": _read_cross,
    "was": _read_was,
    "known": lambda n: Known(_read_value(n["known"]), _bool(n["yes"])),
    "is": _read_compare,
}


def _read_value(node: Json) -> Value:
    said = cast(Node, node)
    if "ratio" in said:
        top, bottom = cast("list[Json]", said["ratio"])
        return Ratio(_read_ref(top), _read_ref(bottom))
    if "days_to" in said:
        return DaysFrom("to", _read_ref(said["days_to"]))
    if "days_since" in said:
        return DaysFrom("since", _read_ref(said["days_since"]))
    return _read_ref(node)


def _read_ref(node: Json) -> Ref:
    said = cast(Node, node)
    return Ref(_str(said["signal"]), _str(said["arg"]) if "arg" in said else None)


def _read_bound(node: Json) -> Bound:
    said = cast(Node, node)
    if "mean_days" in said:
        return Mean(_float(said["times"]), _int(said["mean_days"]))
    if "of" in said:
        return Share(_float(said["percent"]), None if said["of"] == "before" else _read_ref(said["of"]))
    return _read_ref(node) if "signal" in said else _read_literal(node)


def _read_literal(node: Json) -> Literal:
    said = cast(Node, node)
    if "money" in said:
        return Literal("money", _float(said["money"]), _str(said["currency"]))
    kinds: tuple[Kind, ...] = ("number", "percent", "points", "date", "word", "text")
    kind = next(k for k in kinds if k in said)
    return Literal(kind, _float(said[kind]) if kind in ("number", "percent", "points") else _str(said[kind]))


def _read_time(node: Json) -> Time:
    said = cast(Node, node)
    return Time(_int(said["n"]), _str(said["unit"]))  # type: ignore[arg-type]


def _str(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} should be text")
    return value


def _int(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} should be a whole number")
    return value


def _float(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} should be a number")
    return float(value)


def _bool(value: Json) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} should be true or false")
    return value
