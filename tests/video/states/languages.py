"""The films of tests/video/every.py in Arabic and in Japanese: every word of every scene, so that whole scenes turn and break."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from tests.video.boards import caption
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text

ARABIC, JAPANESE = "ar", "ja"

WORDS = {
    english: (arabic, japanese)
    for english, arabic, japanese in (
        row.split("\t") for row in Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    )
}
"""English -> Arabic, Japanese. Addresses, and numbers with nothing but a sign beside them, stay as they are."""


def spoken_in(one: Scene, language: str) -> Scene:
    """The scene in another language, its captions at the same times. Raises KeyError for words nobody has translated."""
    place = (ARABIC, JAPANESE).index(language)
    said = tuple(
        caption(c.start_s, *(WORDS[" ".join(w.text for w in line)][place] for line in c.lines)) for c in one.captions
    )
    return replace(texts(one, lambda shown: _translated(shown, place)), captions=said)


def _translated(shown: str, place: int) -> str:
    words = shown.strip("$+−0123456789.,%:M ")
    return WORDS[shown][place] if words and "@" not in shown and ".example" not in shown else shown


def texts(value: Any, changed: Any) -> Any:
    """A record with every text in it, at any depth, changed: `changed` is what is shown -> what is shown instead."""
    if isinstance(value, Text):
        return replace(value, shown=changed(value.shown)) if value.shown else value
    if isinstance(value, tuple):
        return tuple(texts(part, changed) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: texts(getattr(value, f.name), changed) for f in fields(value)})
    return value
