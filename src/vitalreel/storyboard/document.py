"""A storyboard as a document: written as JSON, read back into the same records whatever version wrote it, and its JSON Schema.

A document says its version. `read` brings an older one up to date a version at a time (UPGRADES) before it reads it, refuses
one that a newer program wrote, and refuses one that holds anything its records do not: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from vitalreel.errors import BadInput
from vitalreel.identity import plain
from vitalreel.storyboard.pictures import KINDS
from vitalreel.storyboard.storyboard import VERSION, Storyboard

Document = dict[str, Any]

UPGRADES: Mapping[int, Callable[[Document], Document]] = {}
"""Version -> what makes a document of that version one of the next. Fields that only came to be with a default need none."""


def written(board: Storyboard) -> Document:
    """The board as JSON-ready data; `read` gives the board back."""
    document = plain(board)
    assert isinstance(document, dict)
    return dict(document)


def read(document: object, where: str) -> Storyboard:
    """The board of a document. Raises BadInput naming `where`, the place in it, and what to do."""
    found = _current(document, where)
    try:
        scenes = [_with_picture(scene, number, where) for number, scene in enumerate(found.get("scenes", ()))]
        board: Storyboard = _adapter(Storyboard).validate_python({**found, "scenes": scenes})
    except ValidationError as e:
        raise BadInput(*_mistake(e, where)) from e
    lost = _beyond(found, written(board))
    if lost:
        raise BadInput(f"{where}: {lost}", "this version knows no such field", "read it with the version that wrote it")
    return board


def schema() -> Document:
    """The JSON Schema (draft 2020-12) of the current version; a scene's picture goes by its `kind`."""
    made = _adapter(Storyboard).json_schema(ref_template="#/$defs/{model}")
    scene = made["$defs"]["Scene"]
    scene["properties"]["kind"] = {"enum": sorted(KINDS)}
    scene["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"picture": {"$ref": f"#/$defs/{picture.__name__}"}}},
        }
        for kind, picture in sorted(KINDS.items())
    ]
    made["properties"]["version"] = {"const": VERSION}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "vitalreel:storyboard"}
    return {**head, **made, "title": "A storyboard: one film, ready to be drawn and mixed"}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _current(document: object, where: str) -> Document:
    if not isinstance(document, Mapping) or not isinstance(document.get("version"), int):
        raise BadInput(where, "is no storyboard: it does not say its `version`", "give the storyboard.json of a film")
    found = dict(document)
    while found["version"] != VERSION:
        upgrade = UPGRADES.get(found["version"])
        if upgrade is None:
            what = f"is of version {found['version']}; this program reads up to {VERSION}"
            raise BadInput(where, what, "read it with the version that wrote it, or a newer one")
        found = {**upgrade(found), "version": found["version"] + 1}
    return found


def _with_picture(scene: object, number: int, where: str) -> object:
    """The scene with its picture read by its kind: two kinds may have pictures of the same fields."""
    if not isinstance(scene, Mapping):
        raise BadInput(f"{where}: scenes.{number}", "is not a mapping")
    kind: Any = KINDS.get(str(scene.get("kind")))
    if kind is None:
        what, known = f"no kind {scene.get('kind')!r}", ", ".join(sorted(KINDS))
        raise BadInput(f"{where}: scenes.{number}.kind", what, f"there are: {known}")
    try:
        return {**scene, "picture": _adapter(kind).validate_python(scene.get("picture"))}
    except ValidationError as e:
        raise BadInput(*_mistake(e, f"{where}: scenes.{number}.picture")) from e


def _mistake(error: ValidationError, where: str) -> tuple[str, str]:
    first = error.errors()[0]
    return f"{where}: {'.'.join(map(str, first['loc']))}", str(first["msg"])


def _beyond(given: Any, kept: Any, place: str = "") -> str:
    """The place of the first thing in `given` that `kept` lacks; empty where there is none. Numbers count by value."""
    if isinstance(given, Mapping) and isinstance(kept, Mapping):
        pairs: Sequence[tuple[object, Any, Any]] = [(k, v, kept.get(k, _beyond)) for k, v in given.items()]
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        pairs = [(n, g, k) for n, (g, k) in enumerate(zip(given, kept, strict=True))]
    else:
        return "" if given == kept else place
    return next((lost for k, g, h in pairs if (lost := _beyond(g, h, f"{place}.{k}".strip(".")))), "")
