"""Checks of drawn text: inside the safe area, whole, clear of other text, and standing out from its ground."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from vitalreel.review.preflight.film import Film, Found, Limits, SceneSeen
from vitalreel.storyboard.pictures import shows_headline
from vitalreel.storyboard.pictures.texts import drawn_texts, spared_texts
from vitalreel.storyboard.storyboard import Caption, Scene
from vitalreel.storyboard.text import is_decoration
from vitalreel.video.element import Standing
from vitalreel.video.kit import contrast

SHORT = 3
"""A word of so many letters is never broken over lines."""


def inside(film: Film, limits: Limits) -> Iterator[Found]:
    """One answer a scene: the text nearest the edge."""
    width, height = film.board.width_px, film.board.height_px
    edge = limits.safe_px * min(width, height) / 1080
    for scene in film.scenes:
        rooms = [(min(t.left, t.top, width - t.right, height - t.bottom), t) for t in scene.texts]
        room, text = min(rooms, key=lambda pair: pair[0], default=(float(min(width, height)), None))
        yield _found(film, scene, room >= edge, f"{room:.0f} px", text, limit=f"{edge:.0f} px")


def clear(film: Film, limits: Limits) -> Iterator[Found]:
    """Of a tall film: the text nearest to what a phone's player lays over the picture. No answer for other shapes."""
    width, height = film.board.width_px, film.board.height_px
    top, foot = (edge * width / 1080 for edge in limits.controls_px)
    rooms = [(min(t.top - top, height - foot - t.bottom), scene, t) for scene in film.scenes for t in scene.texts]
    if height > width and rooms:
        room, scene, text = min(rooms, key=lambda one: one[0])
        yield _found(film, scene, room >= 0, f"{room:.0f} px", text)


def whole(film: Film, limits: Limits) -> Iterator[Found]:
    """Every word that the storyboard wants on the screen is drawn in its scene, as often as it is wanted."""
    for scene, drawn in zip(film.board.scenes, film.scenes, strict=True):
        lost = _lost(scene, [_plain(text.text) for text in drawn.texts], film.board.fps)
        where = f"{scene.name}: {lost[0]!r}" if lost else scene.name
        yield Found(not lost, f"{len(lost)} words not drawn", where, film.starts[scene.name])


def apart(film: Film, limits: Limits) -> Iterator[Found]:
    """One answer a scene: the first two texts that stand on each other at the same time."""
    slack = 2 * min(film.board.width_px, film.board.height_px) / 1080
    for scene in film.scenes:
        pair = next(_meeting(scene, slack), None)
        if pair is None:
            yield Found(True, "0 on each other", scene.name, film.starts[scene.name])
        else:
            one, other = pair
            at_s = film.starts[scene.name] + max(one.from_s, other.from_s)
            yield Found(False, "2 on each other", f"{scene.name}: {one.text[:40]!r} and {other.text[:40]!r}", at_s)


def _meeting(scene: SceneSeen, slack: float) -> Iterator[tuple[Standing, Standing]]:
    """Pairs that share time and place; boxes that touch by `slack` px a side do not count."""
    standing: list[Standing] = []
    for text in sorted(scene.texts, key=lambda t: t.from_s):
        standing = [t for t in standing if t.to_s > text.from_s + 1e-6]
        for other in standing:
            across = min(text.right, other.right) - max(text.left, other.left)
            down = min(text.bottom, other.bottom) - max(text.top, other.top)
            if across > 2 * slack and down > 2 * slack:
                yield other, text
        standing.append(text)


def stands_out(film: Film, limits: Limits) -> Iterator[Found]:
    """One answer a scene: the faintest text."""
    for scene in film.scenes:
        faint = min(scene.texts, key=lambda t: contrast(t.colour, t.ground), default=None)
        ratio = contrast(faint.colour, faint.ground) if faint else 21.0
        yield _found(film, scene, ratio >= limits.contrast, f"{ratio:.1f} to 1", faint)


def _found(film: Film, scene: SceneSeen, ok: bool, value: str, text: Standing | None, limit: str = "") -> Found:
    start = film.starts[scene.name]
    if text is None:
        return Found(ok, value, scene.name, start, limit)
    return Found(ok, value, f"{scene.name}: {text.text[:60]!r}", start + text.from_s, limit)


def _lost(scene: Scene, lines: Sequence[str], fps: int) -> list[str]:
    """Wanted words that `lines`, all text that is drawn, has too few of.

    A word may be broken over lines where it is long or written without spaces; a figure never is.
    """
    there = Counter(word for line in lines for word in line.split())
    parts = [line.split() for line in lines if line]
    ends, starts = {words[-1] for words in parts}, {words[0] for words in parts}
    close = "".join(lines)

    def found(word: str) -> int:
        if not any(c.isalpha() for c in word) or (len(word) <= SHORT and word.isascii()):
            return there[word]
        broken = any(word[:at] in ends and word[at:] in starts for at in range(1, len(word)))
        return max(there[word] + broken, close.count(word))

    return [word for word, times in _wanted(scene, lines, fps).items() if found(word) < times]


def _wanted(scene: Scene, lines: Sequence[str], fps: int) -> Counter[str]:
    """Words the scene must show, and how often. What may give way is wanted where it was begun."""
    shown = [scene.headline.shown] if shows_headline(scene.picture) else []
    shown += [*drawn_texts(scene.picture), *_begun(scene, lines), scene.source.shown, scene.chrome.shown]
    return _words(*shown, *_captioned(scene.captions, fps))


def _captioned(captions: Sequence[Caption], fps: int) -> Iterator[str]:
    """Words of captions. Left out: a last word that has no frame of its own, and what stands on where the next caption's line
    begins as this one's does."""
    before: Caption | None = None
    for caption in captions:
        follows = before is not None and caption.start_s - before.end_s < 2 / fps
        rows = before.lines if before is not None and follows else ()
        for row, line in enumerate(caption.lines):
            last = [w.text for w in rows[row]] if row < len(rows) else []
            pairs = zip(last, (w.text for w in line), strict=False)
            stands = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            yield from (w.text for w in line[stands:] if w.start_s < caption.end_s - 2 / fps)
        before = caption


def _begun(scene: Scene, lines: Sequence[str]) -> Iterator[str]:
    """Texts that may be left out, and were not: their first line, of two words or all of it, is drawn."""
    for text in spared_texts(scene.picture):
        whole_ = _plain(text)
        if any(line == whole_ or (" " in line and whole_.startswith(f"{line} ")) for line in lines):
            yield text


def _words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in _plain(text).split())


def _plain(text: str) -> str:
    """Letters and signs as they are compared: one form of each, nothing that does not show, and no decoration, which is
    left out where no typeface has it."""
    composed = unicodedata.normalize("NFC", text)
    kept = (c for c in composed if c.isspace() or (c.isprintable() and not is_decoration(c)))
    return re.sub(r"\s+", " ", "".join(kept)).strip()
