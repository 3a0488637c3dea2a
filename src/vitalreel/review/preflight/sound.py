"""Checks of the published sound by measure: loudness, peak, silence, length, and every sentence where it belongs."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.review.preflight.film import Film, Found, Limits


def loudness(film: Film, limits: Limits) -> Iterator[Found]:
    low, high = limits.lufs - limits.lufs_tolerance, limits.lufs + limits.lufs_tolerance
    yield Found(low <= film.sound.lufs <= high, f"{film.sound.lufs:.2f} LUFS")


def true_peak(film: Film, limits: Limits) -> Iterator[Found]:
    yield Found(film.sound.true_peak_db <= limits.true_peak_db, f"{film.sound.true_peak_db:.2f} dBTP")


def silence(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest silent stretch."""
    start, length = film.sound.longest_silence
    yield Found(length <= limits.silence_s, f"{length:.1f} s", "", start)


def drift(film: Film, limits: Limits) -> Iterator[Found]:
    """Sound and pictures against each other."""
    apart = abs(film.sound.length_s - film.board.length_s)
    yield Found(apart <= limits.drift_s, f"{apart:.3f} s")


def placed(film: Film, limits: Limits) -> Iterator[Found]:
    """The sentence that is furthest from where the storyboard, and so its captions, have it."""
    lines = list(zip(film.board.narration, film.lines, strict=True))
    worst = max(lines, key=lambda pair: abs(pair[1].placed.late_s), default=None)
    if worst is not None:
        said, seen = worst
        value = f"{seen.placed.late_s:+.3f} s"
        yield Found(abs(seen.placed.late_s) <= limits.placed_s, value, repr(said.shown[:60]), said.start_s)


def voice_leads(film: Film, limits: Limits) -> Iterator[Found]:
    """The sentence that stands out least from the music, or is not there at all."""
    lines = list(zip(film.board.narration, film.lines, strict=True))
    worst = min(lines, key=lambda pair: pair[1].placed.over_db, default=None)
    if worst is not None:
        said, seen = worst
        over = seen.placed.over_db
        yield Found(over >= limits.voice_over_db, f"{over:.1f} dB", repr(said.shown[:60]), said.start_s)
