"""Where a line of text may break: between words, and within East Asian text where its own rules allow it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_STOPS = "、。，．！？"
_CLOSING = f"{_STOPS}・：；）」』】〉》〕"
_NEVER_FIRST = frozenset(f" {_CLOSING}ー々％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
_NEVER_LAST = frozenset("（「『【〈《〔￥＄")
"""Of a line: closing and opening punctuation, small kana and marks that repeat or lengthen (the first classes of JIS X 4051)."""
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa]")
_HONORIFIC = frozenset("おご")


@lru_cache(maxsize=4096)  # one text is fitted at dozens of sizes
def tokens(text: str) -> tuple[str, ...]:
    """`text` in parts between which a line may break; joined together they are the text again.

    Japanese, which is known by its kana, breaks after its phrases: where hiragana ends, after punctuation, and between
    katakana and ideographs. Chinese may break between any two ideographs.
    """
    return _cut(text, bool(_KANA.search(text)))


def pieces(token: str) -> tuple[str, ...]:
    """A part wider than a line in smaller ones: between characters where its script allows that, else in halves."""
    cut, half = _cut(token, False), len(token) // 2
    return cut if len(cut) > 1 else (token[:half], token[half:])


def joined(lines: Iterable[str]) -> str:
    """Lines as one text again: with a space, but for lines that break within East Asian text."""
    whole = ""
    for line in lines:
        near = bool(whole) and bool(line) and _is_cjk(whole[-1]) and _is_cjk(line[0])
        whole += line if near or not whole else f" {line}"
    return whole


def _cut(text: str, japanese: bool) -> tuple[str, ...]:
    found: list[str] = []
    for character, following in zip(text, text[1:] + " ", strict=False):
        if found and not _may_break(found[-1], character, following, japanese):
            found[-1] += character
        else:
            found.append(character)
    return tuple(found)


def _may_break(before: str, character: str, following: str, japanese: bool) -> bool:
    """After a space, a hyphen within a word, a slash or at sign of an address, and within East Asian text."""
    last = before[-1]
    if character in _NEVER_FIRST or last in _NEVER_LAST:
        return False
    hyphen = last in "-\u2010\u2013" and before[-2:-1].isalpha()
    slash = last == "/" and "." in before.split(" ")[-1]
    if last in " @" or hyphen or slash:
        return True
    return (_is_cjk(last) or _is_cjk(character)) and (not japanese or _phrase_ends(last, character, following))


def _phrase_ends(last: str, character: str, following: str) -> bool:
    """Whether a Japanese phrase may end between two characters; a prefix stays with its word, a number with its counter."""
    one, other = _script(last), _script(character)
    if last in _STOPS or character in _NEVER_LAST:
        return True
    if last in _CLOSING:
        return other != "hiragana"
    if one == "hiragana" and character in _HONORIFIC:
        return _script(following) == "ideograph"
    if one == "hiragana":
        return other != "hiragana" and last not in _HONORIFIC
    return {one, other} == {"katakana", "ideograph"}


def _script(character: str) -> str:
    if "\u3041" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    return "ideograph" if _is_cjk(character) else "other"


def _is_cjk(character: str) -> bool:
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF or 0x20000 <= code <= 0x3FFFF
    )
