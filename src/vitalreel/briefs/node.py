"""A mapping of a YAML file with its place: keys are asked for with their kind, and a mistake names file, line and remedy."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from vitalreel.errors import BadConfiguration

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping of the file and where it stands."""

    where: str
    content: CommentedMap
    path: str = ""

    def wrong(self, what: str, key: str | None = None, hint: str = "") -> BadConfiguration:
        """An error at `key`, or at the mapping itself."""
        line = self.content.lc.line
        if key is not None and key in self.content:
            line = self.content.lc.key(key)[0]
        return BadConfiguration(f"{self.where} line {line + 1}", f"{self.path}: {what}".lstrip(": "), hint)

    def only(self, *keys: str) -> None:
        for key in self.content:
            if key not in keys:
                raise self.wrong(f"no key {key!r} here", key, f"use {', '.join(keys)}")

    def need(self, key: str, kind: type[T]) -> T:
        if key not in self.content:
            raise self.wrong(f"lacks {key!r}")
        return self._typed(key, self.content[key], kind)

    def may(self, key: str, kind: type[T], default: T) -> T:
        return self._typed(key, self.content[key], kind) if key in self.content else default

    def _typed(self, key: str, value: object, kind: type[T]) -> T:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return cast("T", float(value))
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(f"{key!r} must be {_words_for(kind)}, not {value!r}", key)
        return value

    def child(self, key: str) -> Node:
        return Node(self.where, self.need(key, CommentedMap), f"{self.path}.{key}".lstrip("."))

    def children(self, key: str, names: str) -> tuple[Node, ...]:
        """The mappings of a list; `names` is the key that names each in messages."""
        items = self.need(key, CommentedSeq)
        if not all(isinstance(i, CommentedMap) for i in items) or not items:
            raise self.wrong(f"{key!r} must be a list of mappings, at least one", key)
        return tuple(Node(self.where, i, f"{key}[{i.get(names, n)}]") for n, i in enumerate(items))

    def texts(self, key: str) -> tuple[str, ...]:
        items = self.may(key, CommentedSeq, CommentedSeq())
        if not all(isinstance(i, str) for i in items):
            raise self.wrong(f"{key!r} must be a list of texts", key)
        return tuple(items)

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.need(key, str) if default is None else self.may(key, str, default)
        if value not in tuple(allowed):
            raise self.wrong(f"{key!r} cannot be {value!r}", key, f"use one of {', '.join(a for a in allowed if a)}")
        return value

    def reads(self, key: str, read: Callable[[], T]) -> T:
        """`read()`, with a ValueError of the smaller languages told at this key's place."""
        try:
            return read()
        except ValueError as error:
            raise self.wrong(f"{key}: {error}", key) from error


def node_of(text: str, where: str, what: str) -> Node:
    """The whole of a file. what: which it is, and the key it begins with. Raises BadConfiguration naming file and line."""
    try:
        content = YAML(typ="rt").load(io.StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadConfiguration(f"{where} line {line}", f"not YAML: {error.problem}") from error
    if not isinstance(content, CommentedMap):
        raise BadConfiguration(f"{where} line 1", f"a {what} is a mapping that begins with `{what}: name`")
    return Node(where, content)


def _words_for(kind: type) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", CommentedMap: "a mapping", CommentedSeq: "a list"}
    return names.get(kind, kind.__name__)
