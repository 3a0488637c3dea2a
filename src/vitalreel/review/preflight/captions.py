"""Checks of captions: slow enough to read, and with the voice, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from vitalreel.review.preflight.film import Film, Found, Limits
from vitalreel.storyboard.storyboard import Caption, Scene

TELLING = 4
"""A shorter word that is alike by itself may be another: the "and" within "four hundred and twelve"."""


def readable(film: Film, limits: Limits) -> Iterator[Found]:
    """The fastest caption, its whole time counted."""
    speeds = [
        (len(c.text.replace("\n", " ")) / max(c.end_s - c.start_s, 1e-3), scene.name, film.starts[scene.name] + c.start_s, c)
        for scene in film.board.scenes
        for c in scene.captions
    ]  # fmt: skip
    if speeds:
        speed, name, at_s, caption = max(speeds, key=lambda one: one[0])
        where = f"{name}: {caption.text[:60]!r}"
        yield Found(speed <= limits.caption_chars_per_s, f"{speed:.1f} characters/s", where, at_s)


def in_sync(film: Film, limits: Limits) -> Iterator[Found]:
    """The caption whose words are furthest from the same words of the voice."""
    worst: tuple[float, str, float | None] = (0.0, "", None)
    for number, scene in enumerate(film.board.scenes):
        start = film.starts[scene.name]
        for off, caption in _offs(scene, start, _spoken(film, number)):
            if worst[2] is None or off > worst[0]:
                worst = (off, f"{scene.name}: {caption.text[:60]!r}", start + caption.start_s)
    yield Found(worst[0] <= limits.caption_sync_s, f"{worst[0]:.2f} s", worst[1], worst[2])


def _spoken(film: Film, number: int) -> list[tuple[str, float]]:
    """A scene's words as the voice says them, with film times."""
    lines = [s for s in film.board.narration if s.scene == number]
    return [(_bare(word), start) for line in lines for word, start, _ in line.words]


def _offs(scene: Scene, start_s: float, spoken: list[tuple[str, float]]) -> Iterator[tuple[float, Caption]]:
    """For every caption, how far its worst word is from the voice; and how far it stands from its own first word."""
    words = [(w, c) for c in scene.captions for line in c.lines for w in line]
    matcher = SequenceMatcher(None, [_bare(w.text) for w, _ in words], [text for text, _ in spoken], autojunk=False)
    for first, other, length in matcher.get_matching_blocks():
        for i in range(length):
            word, caption = words[first + i]
            if length == 1 and len(_bare(word.text)) < TELLING:
                continue
            yield abs(start_s + word.start_s - spoken[other + i][1]), caption
    for caption in scene.captions:
        if caption.lines:
            yield abs(caption.start_s - caption.lines[0][0].start_s), caption


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())
