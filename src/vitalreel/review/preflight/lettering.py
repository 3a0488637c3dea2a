"""Checks of drawn text: inside the safe area, whole, clear of other text, and standing out from its ground."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from vitalreel.review.preflight.film import Film, Found, Limits, SceneSeen
from vitalreel.storyboard.pictures import shows_headline
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Standing
from vitalreel.video.kit import contrast


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
    """Headline, source, account and captions: every word of the storyboard is drawn in its scene."""
    for scene, drawn in zip(film.board.scenes, film.scenes, strict=True):
        joined = _plain(" ".join(text.text for text in drawn.texts))
        close = joined.replace(" ", "")
        lost = [w for w in _wanted(scene, film.board.fps) if w not in joined and w not in close]
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


def _wanted(scene: Scene, fps: int) -> list[str]:
    """Words the scene must show; a caption's last word is left out where it has no frame of its own."""
    headline = scene.headline.shown if shows_headline(scene.picture) else ""
    words = " ".join((headline, scene.source.shown, scene.chrome.shown)).split()
    words += [w.text for c in scene.captions for line in c.lines for w in line if w.start_s < c.end_s - 2 / fps]
    return [w for word in words if (w := _plain(word))]


def _plain(text: str) -> str:
    """Letters and signs as they are compared: one form of each, nothing that does not show."""
    composed = unicodedata.normalize("NFC", text)
    return re.sub(r"\s+", " ", "".join(c for c in composed if c.isspace() or (c.isprintable() and c != "\ufe0f")))
