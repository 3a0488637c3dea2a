"""Which way text runs: the Unicode Bidirectional Algorithm (UAX #9, revision 50) for one line without embeddings.

Explicit embeddings, overrides and isolates (rules X1 to X8) do not occur in names and figures; their controls are
removed before. Bracket pairs (N0) are resolved as other neutrals.

A figure with its sign, currency and per cent keeps its order in Arabic too, as the marks in CLDR's Arabic patterns see to (a higher-level
protocol, HL5): by the bare rules "$1.34M" would read "1.34M$" and "−42%" "%42−".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass

_FIGURE = re.compile(r"(?:(?<![\w)])[−+-])?[$€£¥₪₩₹]?[0-9]+(?:[.,:\u00a0\u202f][0-9]+)*%?")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters [start, end) that run one way, in the order they are drawn from left to right."""

    start: int
    end: int
    rtl: bool


def is_rtl(text: str) -> bool:
    """Whether the first strong letter runs right to left (P2, P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def runs(text: str, rtl: bool | None = None) -> tuple[Run, ...]:
    """The runs of `text` from left to right. rtl: the paragraph's direction, None to take it from the text."""
    base = int(is_rtl(text) if rtl is None else rtl)
    kinds = [unicodedata.bidirectional(c) or "L" for c in text]
    figures = {i for found in _FIGURE.finditer(text) for i in range(*found.span())}
    return _visual(_levels(kinds, base, figures))


def _levels(kinds: list[str], base: int, figures: Set[int]) -> list[int]:
    types = _neutral(_weak(["EN" if i in figures else kind for i, kind in enumerate(kinds)], base, figures), base)
    levels = [_implicit(kind, base) for kind in types]
    for i in range(len(kinds) - 1, -1, -1):  # L1: white space at the end goes with the paragraph
        if kinds[i] not in ("WS", "S", "B", "BN"):
            break
        levels[i] = base
    return levels


def _implicit(kind: str, base: int) -> int:
    """I1 and I2: even levels run left to right, odd ones right to left; numbers always left to right."""
    if kind == "R":
        return 1
    if kind in ("EN", "AN"):
        return 2
    return 0 if base == 0 else 2


def _weak(types: list[str], base: int, figures: Set[int]) -> list[str]:
    """W1 to W7: marks, numbers and what stands between and beside them. figures: places that W2 leaves as they are."""
    start = "R" if base else "L"
    previous, strong = start, start
    for i, kind in enumerate(types):
        if kind in ("NSM", "BN"):
            types[i] = kind = previous  # W1
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL" and i not in figures:
            types[i] = "AN"  # W2
        previous = types[i]
    types = ["R" if kind == "AL" else kind for kind in types]  # W3
    for i in range(1, len(types) - 1):  # W4
        before, kind, after = types[i - 1 : i + 2]
        if before == after and ((kind in ("ES", "CS") and before == "EN") or (kind == "CS" and before == "AN")):
            types[i] = before
    for start_at, end in _stretches(types, {"ET"}):  # W5
        if "EN" in types[max(0, start_at - 1) : start_at] + types[end : end + 1]:
            types[start_at:end] = ["EN"] * (end - start_at)
    types = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in types]  # W6
    strong = start
    for i, kind in enumerate(types):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            types[i] = "L"
    return types


def _neutral(types: list[str], base: int) -> list[str]:
    """N1 and N2: neutrals take the direction of both neighbours where they agree, else the paragraph's."""
    edge = "R" if base else "L"
    for start, end in _stretches(types, {"ON", "WS", "S", "B"}):
        before = _direction(types[start - 1]) if start else edge
        after = _direction(types[end]) if end < len(types) else edge
        types[start:end] = [before if before == after else edge] * (end - start)
    return types


def _direction(kind: str) -> str:
    return "L" if kind == "L" else "R"


def _stretches(types: list[str], wanted: set[str]) -> list[tuple[int, int]]:
    """Longest stretches [start, end) of the wanted kinds."""
    found, start = [], None
    for i, kind in enumerate([*types, ""]):
        if kind in wanted and start is None:
            start = i
        elif kind not in wanted and start is not None:
            found.append((start, i))
            start = None
    return found


def _visual(levels: list[int]) -> tuple[Run, ...]:
    """L2: from the highest level down to the lowest odd one, turn every stretch at that level or above."""
    spans: list[tuple[int, int, int]] = []
    for i, level in enumerate(levels):
        if spans and levels[i - 1] == level:
            spans[-1] = (spans[-1][0], i + 1, level)
        else:
            spans.append((i, i + 1, level))
    for level in range(max(levels, default=0), 0, -1):
        i = 0
        while i < len(spans):
            j = i
            while j < len(spans) and spans[j][2] >= level:
                j += 1
            spans[i:j] = spans[i:j][::-1]
            i = max(j, i + 1)
    return tuple(Run(start, end, level % 2 == 1) for start, end, level in spans)
