"""ledger.json: every number, name and date of a film, where it stands in it, and the source rows it came from (V2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace
from vitalreel.identity import Plain, plain
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.trace_board import trace_board


def ledger_document(script: Script, board: Storyboard) -> dict[str, Plain]:
    """facts: {fact, text, said, where[], value, unit, means, source{table, query, rows[], count, digest}, as_of}; untraced: [].

    `where` names the scene and place of each use: "usage_line: headline", "usage_line: spoken at 7.4 s".
    """
    ledger = script.brief.facts
    places = _places(script, board)
    found, on_board = trace(script), trace_board(board, ledger)
    used = [name for name in ledger if places.get(name)]
    facts = [
        {
            "fact": name, "text": ledger[name].shown, "said": ledger[name].said, "where": places[name], "value": plain(ledger[name].value),
            "unit": ledger[name].unit, "means": ledger[name].means, "source": plain(ledger[name].origin),
            "as_of": ledger[name].as_of.isoformat(),
        }
        for name in used
    ]  # fmt: skip
    untraced = [plain(u) for u in (*found.untraced, *on_board.untraced)]
    return {
        "video": board.title.shown, "account": board.account, "module": board.module, "module_version": board.module_version,
        "as_of": board.as_of.isoformat(), "facts": plain(facts), "untraced": untraced,
    }  # fmt: skip


def _places(script: Script, board: Storyboard) -> dict[str, list[str]]:
    """fact -> where it is shown, drawn or spoken, in film order."""
    found: dict[str, list[str]] = {}
    for number, scene in enumerate(board.scenes):
        for place, text in _texts(scene):
            for name in text.facts:
                found.setdefault(name, []).append(f"{scene.name}: {place}")
        for said in (s for s in board.narration if s.scene == number):
            for name in said.facts:
                found.setdefault(name, []).append(f"{scene.name}: spoken at {said.start_s:.1f} s")
    for name in board.title.facts:
        found.setdefault(name, []).append("title")
    drawn = {fact for scene in script.scenes for fact in _shown(scene.show)}
    for name in drawn - found.keys():
        found[name] = ["drawn as a shape"]
    return {name: list(dict.fromkeys(where)) for name, where in found.items()}


def _texts(record: object, place: str = "") -> Iterator[tuple[str, Text]]:
    """Every Text below a record, with the name of the field it stands in."""
    if isinstance(record, Text):
        yield place or "text", record
    elif isinstance(record, tuple | list):
        for one in record:
            yield from _texts(one, place)
    elif hasattr(record, "__dataclass_fields__"):
        for name in record.__dataclass_fields__:
            yield from _texts(getattr(record, name), name if name not in ("picture",) else "picture")


def _shown(value: Any) -> Iterator[str]:
    """Ledger names in a scene's `show`."""
    if isinstance(value, Mapping):
        if isinstance(value.get("fact"), str):
            yield value["fact"]
        for one in value.values():
            yield from _shown(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _shown(one)
