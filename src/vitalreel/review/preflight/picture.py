"""Checks of what is to be seen: it decodes, has its length, and is neither black nor stuck."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from vitalreel.review.preflight.film import Film, Found, Limits, SceneSeen


def runtime(film: Film, limits: Limits) -> Iterator[Found]:
    """The whole film against its format's window."""
    low, high = film.script.brief.length_s
    length = film.board.length_s
    yield Found(low <= length <= high, f"{length:.1f} s", limit=f"{low:g} to {high:g} s")


def parts(film: Film, limits: Limits) -> Iterator[Found]:
    """Every part of a film in parts against its own window; a film of one piece has none."""
    scenes = list(zip(film.script.scenes, film.board.scenes, strict=True))
    for part, (low, high) in film.script.brief.parts.items():
        mine = [drawn for told, drawn in scenes if told.part == part]
        length = sum(scene.frames for scene in mine) / film.board.fps
        at_s = film.starts[mine[0].name] if mine else None
        yield Found(low <= length <= high, f"{length:.1f} s", part, at_s, f"{low:g} to {high:g} s")


def decodes(film: Film, limits: Limits) -> Iterator[Found]:
    """Every scene's pictures, then the published file as a whole."""
    for scene in film.scenes:
        ok = scene.errors == 0 and scene.frames == scene.expected_frames
        value, limit = f"{scene.frames} frames, {scene.errors} errors", f"{scene.expected_frames} frames, 0 errors"
        yield Found(ok, value, scene.name, film.starts[scene.name], limit)
    expected = sum(scene.frames for scene in film.board.scenes)
    wrong = film.file.wrong
    ok = not wrong and film.file.frames == expected
    where, at_s = (f"film.mp4: {wrong[0][1]}", wrong[0][0]) if wrong else ("film.mp4", None)
    value = f"{film.file.frames} frames, {len(wrong)} errors"
    yield Found(ok, value, where, at_s, f"{expected} frames, 0 errors")


def streams(film: Film, limits: Limits) -> Iterator[Found]:
    """The published playlists with their heads and segments; the first that is wrong."""
    wrong = film.stream.wrong
    at_s, where = wrong[0] if wrong else (None, "")
    yield Found(not wrong, f"{film.stream.segments} segments, {len(wrong)} wrong", where, at_s)


def black(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest dark stretch of each scene."""
    for scene in film.scenes:
        best_start, best, run = 0, 0, 0
        for number, luma in enumerate(scene.mean_luma):
            run = run + 1 if luma < limits.black_luma else 0
            if run > best:
                best, best_start = run, number - run + 1
        length = best / film.board.fps
        at_s = film.starts[scene.name] + best_start / film.board.fps
        yield Found(length <= limits.black_s, f"{length:.2f} s", scene.name, at_s)


def frozen(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest run of one picture in each scene, spoken over or not: captions alone move more often."""
    for scene in film.scenes:
        first, frames = max(scene.rests, key=lambda rest: rest[1], default=(0, 0))
        length = frames / film.board.fps
        yield Found(length <= limits.frozen_s, f"{length:.1f} s", scene.name, _at(film, scene, first))


def resting(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest run of one picture in each scene while nobody speaks: a hold that is meant is shorter."""
    for number, scene in enumerate(film.scenes):
        spoken = _spoken(film, number)
        quiet = [run for rest in scene.rests for run in _without(rest, spoken)]
        first, frames = max(quiet, key=lambda run: run[1], default=(0, 0))
        length = frames / film.board.fps
        yield Found(length <= limits.rest_s, f"{length:.1f} s", scene.name, _at(film, scene, first))


def _at(film: Film, scene: SceneSeen, frame: int) -> float:
    return film.starts[scene.name] + frame / film.board.fps


def _spoken(film: Film, number: int) -> set[int]:
    """The frames of a scene during which a sentence is spoken."""
    start, fps = film.starts[film.board.scenes[number].name], film.board.fps
    lines = [s.words for s in film.board.narration if s.scene == number and s.words]
    return {
        frame
        for words in lines
        for frame in range(int((words[0][1] - start) * fps), int((words[-1][2] - start) * fps) + 1)
    }


def _without(rest: tuple[int, int], spoken: set[int]) -> Iterator[tuple[int, int]]:
    """The parts of a run of frames in which nobody speaks."""
    for talk, frames in groupby(range(rest[0], rest[0] + rest[1]), key=lambda frame: frame in spoken):
        if not talk:
            run = list(frames)
            yield run[0], len(run)
