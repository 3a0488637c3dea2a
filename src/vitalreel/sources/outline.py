"""From the text of a YAML file to plain entries that remember their line, so that every error can name its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from vitalreel.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the file: text exactly as written (`True` stays "True"), a list, or a mapping in file order."""

    value: str | tuple[Entry, ...] | Mapping[str, Entry]
    file: str
    line: int  # 1-based

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"

    def fail(self, what: str, hint: str = "") -> NoReturn:
        """Raise BadConfiguration at this entry."""
        raise BadConfiguration(self.where, what, hint)

    def text(self, what: str) -> str:
        """The entry as one word or sentence; `what` names it in the error."""
        if not isinstance(self.value, str):
            self.fail(f"{what} must be a single value", "write it on one line, without a list or a block")
        return self.value

    def texts(self, what: str) -> tuple[str, ...]:
        """The entry as a list of texts; a single value is a list of one."""
        return tuple(e.text(what) for e in self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """The entry as a list; anything else is a list of one."""
        return self.value if isinstance(self.value, tuple) else (self,)

    def block(self, what: str) -> Mapping[str, Entry]:
        """The entry as `name: value` lines."""
        if not isinstance(self.value, Mapping):
            self.fail(f"{what} must be a block of `name: value`", "indent its lines below it")
        return self.value

    def number(self, what: str) -> float:
        """The entry as a number; `40%` is 0.4 and `1/60` a sixtieth."""
        text = self.text(what)
        try:
            return float(Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text))
        except (ValueError, ZeroDivisionError):
            self.fail(f"{what} is {text!r}, not a number")

    def known(self, names: Iterable[str], what: str) -> Mapping[str, Entry]:
        """The entry as a block in which only `names` may stand."""
        block, allowed = self.block(what), list(names)
        for name, entry in block.items():
            if name not in allowed:
                entry.fail(f"{what} has no {name!r}", suggestion(name, allowed))
        return block


def suggestion(name: str, allowed: Iterable[str]) -> str:
    """`did you mean 'x'?`, or the whole list where nothing is near."""
    allowed = list(allowed)
    near = difflib.get_close_matches(name, allowed, 1)
    return f"did you mean {near[0]!r}?" if near else f"it may be {', '.join(sorted(allowed))}"


def outline(text: str, file: str) -> Entry:
    """Read YAML. Raises BadConfiguration with file and line where it cannot be read or a name stands twice."""
    try:
        node = YAML().compose(text)
    except MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 1
        raise BadConfiguration(
            f"{file}:{line}", f"not readable as YAML: {e.problem}", "check indentation and quotes"
        ) from e
    except YAMLError as e:
        raise BadConfiguration(file, f"not readable as YAML: {e}", "save it as plain UTF-8 text") from e
    if node is None:
        raise BadConfiguration(file, "the file is empty", "copy the example's and edit it")
    return _entry(node, file, {})


def _entry(node: Node, file: str, seen: dict[int, Entry]) -> Entry:
    """Anchored nodes are converted once and shared, so that aliases of aliases cost nothing."""
    if id(node) not in seen:
        line = node.start_mark.line + 1
        seen[id(node)] = Entry(_value(node, file, seen), file, line)
    return seen[id(node)]


def _value(node: Node, file: str, seen: dict[int, Entry]) -> str | tuple[Entry, ...] | Mapping[str, Entry]:
    if isinstance(node, ScalarNode):
        return "" if str(node.tag).endswith(":null") else str(node.value)
    if isinstance(node, SequenceNode):
        return tuple(_entry(n, file, seen) for n in node.value)
    assert isinstance(node, MappingNode)
    block: dict[str, Entry] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise BadConfiguration(f"{file}:{key.start_mark.line + 1}", "a name must be plain text", "quote it")
        if str(key.value) in block:
            raise BadConfiguration(
                f"{file}:{key.start_mark.line + 1}", f"{key.value!r} stands twice", "keep one of them"
            )
        block[str(key.value)] = _entry(value, file, seen)
    return block
