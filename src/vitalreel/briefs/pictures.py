"""What a module says of its pictures (`show:`): which facts they draw, and their texts with facts filled in.

A `show` is a mapping whose first key is the scene kind. Values under FACT_KEYS name facts; every other string is text
with slots. Filled, a fact is {"fact": name} and a text is {"text": [[shown, fact or None], ...]}: plain data, so that a
Script can be saved and fingerprinted, and nothing in it can be drawn that is not traced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from vitalreel.briefs.fact import Fact
from vitalreel.briefs.lookup import Lookup, Measured
from vitalreel.briefs.template import Template, fill, read_template
from vitalreel.identity import Plain

FACT_KEYS = frozenset({
    "bloom", "line", "end", "at", "bars", "day", "person", "voice", "image", "talent", "yours", "peers", "seats", "dot",
    "seats_active", "seats_quiet", "seats_free", "adoption", "support", "outcome", "goal", "goal_start", "similar",
})  # fmt: skip
SHAPES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # scene kind: keys it must have, keys it may have
    "title": (frozenset({"title"}), frozenset({"kicker", "prepared_for", "bloom", "centre", "centre_unit"})),
    "line": (frozenset({"line", "end", "unit"}), frozenset({"note", "marks", "gap_note"})),
    "bars": (frozenset({"bars", "before_unit", "now_unit"}), frozenset({"fall_note"})),
    "columns": (frozenset({"columns"}), frozenset()),
    "timeline": (frozenset({"timeline", "today"}), frozenset()),
    "benchmark": (frozenset({"benchmark", "you", "middle"}), frozenset({"beside", "lower_is_better"})),
    "seats": (
        frozenset({"seats", "dot", "seats_active", "active_note"}),
        frozenset({"seats_quiet", "quiet_note", "seats_free", "free_note"}),
    ),
    "adoption": (frozenset({"adoption", "off"}), frozenset({"note"})),
    "support": (frozenset({"support", "in_time", "late", "unknown"}), frozenset({"note", "note_more"})),
    "outcome": (
        frozenset({"outcome", "goal_start", "start_note", "now_note"}),
        frozenset({"goal", "goal_note", "state", "quote", "credit"}),
    ),
    "similar": (frozenset({"similar", "did", "others", "before", "after", "caveat"}), frozenset({"unit"})),
    "statement": (frozenset({"statement"}), frozenset({"credit"})),
    "next_step": (frozenset({"next_step"}), frozenset()),
    "terms": (frozenset({"terms", "now_head", "next_head"}), frozenset({"total", "notes"})),
    "agenda": (frozenset({"agenda"}), frozenset({"when", "details"})),
    "person": (frozenset({"person"}), frozenset({"about"})),
    "voice": (frozenset({"voice"}), frozenset()),
    "walk": (frozenset({"walk"}), frozenset()),
    "talent": (frozenset({"talent"}), frozenset()),
}
PARTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "marks": (frozenset({"at", "label"}), frozenset()),
    "benchmark": (frozenset({"label", "yours", "peers"}), frozenset()),
    "columns": (frozenset({"label", "number", "comparison"}), frozenset({"workings", "accent"})),
    "timeline": (frozenset({"day", "what"}), frozenset({"turning"})),
    "terms": (frozenset({"what", "next"}), frozenset({"now"})),
    "total": (frozenset({"what", "next"}), frozenset({"now", "note"})),
    "agenda": (frozenset({"question"}), frozenset({"about", "minutes"})),
    "walk": (frozenset({"image", "caption"}), frozenset({"area"})),
}
MOST: Mapping[str, int] = {"benchmark": 5, "terms": 6, "notes": 2, "agenda": 5, "details": 3, "walk": 5}
"""How many of a part there is room for."""


def kind_of(show: Mapping[str, Plain]) -> str:
    """The scene kind. Raises ValueError with a sentence for the author where the shape is not one we can draw."""
    kind = next(iter(show), "")
    if kind not in SHAPES:
        raise ValueError(f"no picture {kind!r}; use one of {', '.join(SHAPES)}")
    _check_keys(kind, show, SHAPES[kind])
    for key, shape in PARTS.items():
        for part in _parts(show.get(key)):
            _check_keys(f"{kind}.{key}", part, shape)
    for key, most in MOST.items():
        if isinstance(parts := show.get(key), list) and len(parts) > most:
            raise ValueError(f"{kind} has room for {most} {key}, not {len(parts)}")
    for part in _parts(show.get("walk")):
        _check_area(part.get("area"))
    return kind


def _check_area(area: Plain) -> None:
    """[left, top, width, height] in per cent of a capture."""
    if area is None:
        return
    numbers = [v for v in area if isinstance(v, int | float)] if isinstance(area, list) else []
    if len(numbers) != 4 or min(numbers) < 0 or numbers[0] + numbers[2] > 100 or numbers[1] + numbers[3] > 100:
        raise ValueError("an area is [left, top, width, height] in per cent of the capture, such as [20, 10, 40, 15]")


def _parts(value: Plain) -> list[Mapping[str, Plain]]:
    parts = value if isinstance(value, list) else [value]
    return [cast("Mapping[str, Plain]", p) for p in parts if isinstance(p, Mapping)]


def _check_keys(what: str, given: Mapping[str, Plain], shape: tuple[frozenset[str], frozenset[str]]) -> None:
    must, may = shape
    if lacking := must - set(given):
        raise ValueError(f"{what} needs {', '.join(sorted(lacking))}")
    if strange := set(given) - must - may:
        raise ValueError(f"{what} has no {', '.join(sorted(strange))}; it takes {', '.join(sorted(must | may))}")


def facts_in(show: Plain, key: str = "") -> Iterator[str]:
    """Names of all facts a picture draws or writes."""
    if isinstance(show, Mapping):
        for name, value in show.items():
            yield from facts_in(value, name)
    elif isinstance(show, list):
        for value in show:
            yield from facts_in(value, key)
    elif isinstance(show, str) and key in FACT_KEYS:
        yield show
    elif isinstance(show, str):
        yield from read_template(show).facts


def fill_show(show: Mapping[str, Plain], ledger: Mapping[str, Fact], lookups: Mapping[str, Lookup]) -> dict[str, Plain]:
    """The picture's words with their facts. Raises KeyError naming a fact that is not in the ledger."""
    filled = {key: _filled(value, key, ledger) for key, value in show.items()}
    if "marks" in filled:
        filled["marks"] = [
            {**mark, "back": _weeks_back(lookups[str(raw["at"])])}
            for raw, mark in zip(_parts(show["marks"]), _parts(filled["marks"]), strict=True)
        ]
    return filled


def _filled(value: Plain, key: str, ledger: Mapping[str, Fact]) -> Plain:
    if isinstance(value, Mapping):
        return {k: _filled(v, k, ledger) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, key, ledger) for v in value]
    if not isinstance(value, str):
        return value
    if key in FACT_KEYS:
        return {"fact": value}
    return filled_text(read_template(value), ledger)


def filled_text(template: Template, ledger: Mapping[str, Fact]) -> Plain:
    """A text of a picture: {"text": [[shown, fact or None], ...]}."""
    return {"text": [[run.shown, run.fact] for run in fill(template, ledger).runs]}


def _weeks_back(lookup: Lookup) -> int:
    """How many weeks before the last one of a chart a marked reading stands."""
    if isinstance(lookup, Measured):
        return lookup.window.back
    raise ValueError("only a reading or a sum of usage can be marked on a line")
