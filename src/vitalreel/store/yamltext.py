"""YAML that people wrote, changed in places: everything else, comments and all, stays as they wrote it."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import ScalarString

from vitalreel.errors import BadConfiguration

Place = tuple[str | int, ...]
"""Keys and positions from the top: ("ladder", 0, "task", "title")."""
Value = str | int | bool | list[str] | list[int] | None
"""None takes the place away."""


def edited(text: str, changes: Mapping[Place, Value], where: str, before: Mapping[str, str] | None = None) -> str:
    """The text with these places changed; what has its value already is not touched, so that no change gives the same text.

    before: for a key that is new, the key after which it is put; else it comes last. Raises BadConfiguration for text that is no YAML, or
    a place that is not there.
    """
    gone = [place for place, value in changes.items() if value is None]

    def change(document: Any) -> None:
        for place, value in changes.items():
            if value is not None:
                _put(document, place, value, where, before or {})
        for place in sorted(gone, key=lambda p: tuple(str(k).rjust(6, "0") for k in p), reverse=True):
            _take(document, place, where)

    return changed(text, change, where)


def changed(text: str, change: Callable[[Any], None], where: str) -> str:
    """The text after `change` had its document: quotes, comments and lines are kept. Raises BadConfiguration for text that is no YAML."""
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes, yaml.width = True, 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        document = yaml.load(text)
    except YAMLError as e:
        raise BadConfiguration(where, "cannot be read as YAML", str(e).splitlines()[0]) from e
    change(document)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def write_over(path: Path, text: str) -> None:
    """In place of the file that is there: whole or not at all, whoever reads meanwhile."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".", suffix=".part", delete=False
    ) as part:
        part.write(text)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).chmod(path.stat().st_mode & 0o777)
    Path(part.name).replace(path)


def _holder(document: Any, place: Place, where: str) -> Any:
    found = document
    for key in place[:-1]:
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError) as e:
            raise BadConfiguration(
                where, f"there is no {'.'.join(map(str, place[:-1]))}", "write the file by hand"
            ) from e
    return found


def _put(document: Any, place: Place, value: Value, where: str, before: Mapping[str, str]) -> None:
    holder, key = _holder(document, place, where), place[-1]
    there = key in holder if isinstance(holder, Mapping) else isinstance(key, int) and key < len(holder)
    old = holder[key] if there else None
    if (there and type(value) is type(old) and value == old) or (
        isinstance(value, str) and there and str(old) == value
    ):
        return
    if isinstance(value, list):
        if isinstance(old, CommentedSeq):
            if list(old) != value:
                old[:] = value
            return
        made = CommentedSeq(value)
        made.fa.set_flow_style()
        value = made
    elif isinstance(old, ScalarString) and isinstance(value, str):
        value = type(old)(value, anchor=old.anchor)
    after = before.get(str(key))
    if not there and isinstance(holder, CommentedMap) and after in holder:
        holder.insert(list(holder).index(after) + 1, key, value)
    else:
        holder[key] = value


def _take(document: Any, place: Place, where: str) -> None:
    holder, key = _holder(document, place, where), place[-1]
    if isinstance(holder, Mapping) and key not in holder:
        return
    del holder[key]
