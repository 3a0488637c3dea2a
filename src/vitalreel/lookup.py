"""Things by name, each looked up only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Lookup(Mapping[str, T]):
    """names: what there is, in order. look_up: called with one of them, each time it is asked for."""

    def __init__(self, names: Iterable[str], look_up: Callable[[str], T]) -> None:
        self._names, self._look_up = tuple(names), look_up

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        return self._look_up(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
