"""Checks of captions, drawn and published: whole, slow enough to read, and with the voice, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from vitalreel.review.preflight.film import Film, Found, Limits
from vitalreel.review.preflight.webvtt import Cue, Read, read
from vitalreel.storyboard.storyboard import Caption, Scene

MAPPED = ("s.vtt",)
"""Files of captions that HLS gives out in segments: they say which moment of the stream their times are of."""
BETWEEN_S = 0.002
"""Times are written in thousandths, each rounded by itself."""
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


def published(film: Film, limits: Limits) -> Iterator[Found]:
    """Each published file: read as a player reads it, it says what the voice says, from first to last, one cue after the other."""
    said = _bare(" ".join(line.shown for line in film.board.narration))
    for name, text in film.captions.items():
        found = read(text)
        wrong = next(_wrong(found, said, film.board.length_s, name in MAPPED), None)
        where, at_s = wrong or ("", None)
        yield Found(wrong is None, f"{len(found.cues)} cues", f"{name}: {where}" if wrong else name, at_s)


def _wrong(found: Read, said: str, length_s: float, mapped: bool) -> Iterator[tuple[str, float | None]]:
    """What is wrong with a file of captions, and when. said: what the voice says, bare."""
    yield from ((fault, None) for fault in found.faults)
    if mapped and not found.mapped:
        yield "it does not say which moment of the stream its times are of", None
    before, at = 0.0, 0
    for cue in found.cues:
        words = _bare(cue.text)
        if said[at : at + len(words)] != words:
            yield f"{cue.text[:60]!r} is not what is said there", cue.start_s
        at += len(words)
        if cue.start_s < before - BETWEEN_S or cue.end_s > length_s + BETWEEN_S:
            yield f"{cue.text[:60]!r} stands while another does, or after the end", cue.start_s
        before = cue.end_s
    if at < len(said):
        yield "it breaks off before the voice does", before


def in_sync(film: Film, limits: Limits) -> Iterator[Found]:
    """The caption whose words are furthest from the same words of the voice: of those drawn, and of those published."""
    worst: tuple[float, str, float | None] = (0.0, "", None)
    for number, scene in enumerate(film.board.scenes):
        start, spoken = film.starts[scene.name], _spoken(film, number)
        drawn = ((off, f"{scene.name}: {c.text[:60]!r}", start + c.start_s) for off, c in _offs(scene, start, spoken))
        until = start + scene.frames / film.board.fps
        told = (
            (off, f"{name}: {cue.text[:60]!r}", cue.start_s)
            for name, text in film.captions.items()
            for off, cue in _cue_offs([c for c in read(text).cues if start <= c.start_s < until], spoken)
        )
        for off, where, at_s in (*drawn, *told):
            if worst[2] is None or off > worst[0]:
                worst = (off, where, at_s)
    yield Found(worst[0] <= limits.caption_sync_s, f"{worst[0]:.2f} s", worst[1], worst[2])


def _cue_offs(cues: Sequence[Cue], spoken: list[tuple[str, float]]) -> Iterator[tuple[float, Cue]]:
    """For every cue, how long its words are said before or after it stands, and how far it begins from its own first word."""
    words = [(_bare(word), cue, n == 0) for cue in cues for n, word in enumerate(cue.text.split())]
    for first, other, length in _same([w for w, _, _ in words], [text for text, _ in spoken]):
        for i in range(length):
            (_, cue, opens), said_s = words[first + i], spoken[other + i][1]
            yield abs(said_s - cue.start_s) if opens else max(cue.start_s - said_s, said_s - cue.end_s, 0.0), cue


def _spoken(film: Film, number: int) -> list[tuple[str, float]]:
    """A scene's words as the voice says them, with film times."""
    lines = [s for s in film.board.narration if s.scene == number]
    return [(_bare(word), start) for line in lines for word, start, _ in line.words]


def _offs(scene: Scene, start_s: float, spoken: list[tuple[str, float]]) -> Iterator[tuple[float, Caption]]:
    """For every caption, how far its worst word is from the voice; and how far it stands from its own first word."""
    words = [(w, c) for c in scene.captions for line in c.lines for w in line]
    for first, other, length in _same([_bare(w.text) for w, _ in words], [text for text, _ in spoken]):
        for i in range(length):
            word, caption = words[first + i]
            yield abs(start_s + word.start_s - spoken[other + i][1]), caption
    for caption in scene.captions:
        if caption.lines:
            yield abs(caption.start_s - caption.lines[0][0].start_s), caption


def _same(shown: Sequence[str], spoken: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Stretches of bare words that are shown as they are said: where they begin in both, and how many."""
    for first, other, length in SequenceMatcher(None, shown, spoken, autojunk=False).get_matching_blocks():
        if length > 1 or (length == 1 and len(shown[first]) >= TELLING):
            yield first, other, length


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())
