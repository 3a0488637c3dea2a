"""Every film is checked before anyone sees it: named checks, each with value, limit, place and time (V14).

A film with one failed check does not go out. What is checked here is measured on the finished thing (decoded pictures, mixed
sound, drawn text), not taken from the plan that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.briefs.fact import Fact
from vitalreel.storyboard.storyboard import Storyboard


@dataclass(frozen=True, slots=True)
class Check:
    """One check's result. `at_s` is film time, None where the whole film is meant."""

    check: str
    ok: bool
    value: str
    limit: str
    where: str = ""
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a film may be. Figures are defaults; a workspace may set its own."""

    lufs: float = -16.0
    lufs_tolerance: float = 1.0
    true_peak_db: float = -1.0
    silence_s: float = 4.0
    black_s: float = 0.1
    black_luma: float = 24.0  # mean of limited-range luma (16 is black)
    frozen_s: float = 8.0
    caption_chars_per_s: float = 21.0
    caption_sync_s: float = 0.2
    safe_px: int = 40  # at 1080 lines; text must stay this far from the edge
    controls_px: tuple[int, int] = (
        220,
        240,
    )  # of a tall picture 1080 px wide: covered by a platform's controls, top and foot
    drift_s: float = 0.05  # picture against sound


@dataclass(frozen=True, slots=True)
class SceneSeen:
    """One scene's rendition as decoded."""

    name: str
    frames: int
    expected_frames: int
    mean_luma: tuple[float, ...]  # per frame, limited range
    longest_frozen: tuple[int, int]  # first frame and length of the longest run of identical pictures
    errors: int  # decoder errors


@dataclass(frozen=True, slots=True)
class TextBox:
    """Text as drawn: half-open pixels."""

    scene: str
    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The mixed sound as measured."""

    length_s: float
    lufs: float
    true_peak_db: float
    longest_silence: tuple[float, float]  # start and length in seconds


@dataclass(frozen=True, slots=True)
class Film:
    """A finished film and everything it was made from, as far as the checks need it."""

    board: Storyboard
    ledger: Mapping[str, Fact]
    untraced: tuple[str, ...]  # from the tracing of script and storyboard
    editorial: tuple[str, ...]  # errors of the editorial standard
    length_window_s: tuple[float, float]
    scenes: tuple[SceneSeen, ...]
    boxes: tuple[TextBox, ...]
    sound: Heard
    feeds: Mapping[str, bool]  # feed -> fresh, for the feeds the film quotes


def preflight(film: Film, limits: Limits, now_day: date) -> tuple[Check, ...]:
    """All checks, in a fixed order. The film may go out when every one is ok."""
    return (
        _traced(film),
        _editorial(film),
        _runtime(film),
        *_decoded(film),
        *_black(film, limits),
        *_frozen(film, limits),
        *_loudness(film, limits),
        _drift(film, limits),
        *_text_inside(film, limits),
        *_clear_of_controls(film, limits),
        *_captions(film, limits),
        *_fresh(film, now_day),
    )


def passed(checks: Sequence[Check]) -> bool:
    """Whether the film may go on to review."""
    return all(c.ok for c in checks)


def _traced(film: Film) -> Check:
    shown = "; ".join(film.untraced[:3])
    return Check("every figure traced", not film.untraced, f"{len(film.untraced)} untraced", "0", shown)


def _editorial(film: Film) -> Check:
    return Check(
        "editorial standard", not film.editorial, f"{len(film.editorial)} findings", "0", "; ".join(film.editorial[:3])
    )


def _runtime(film: Film) -> Check:
    low, high = film.length_window_s
    length = film.board.length_s
    return Check(
        "runtime inside the module's window", low <= length <= high, f"{length:.1f} s", f"{low:.0f} to {high:.0f} s"
    )


def _starts(film: Film) -> dict[str, float]:
    """Film time at which each scene begins."""
    starts, frame = {}, 0
    for scene in film.board.scenes:
        starts[scene.name] = frame / film.board.fps
        frame += scene.frames
    return starts


def _decoded(film: Film) -> list[Check]:
    return [
        Check(
            "decodes cleanly", s.errors == 0 and s.frames == s.expected_frames, f"{s.frames} frames, {s.errors} errors",
            f"{s.expected_frames} frames, 0 errors", s.name, _starts(film)[s.name],
        )
        for s in film.scenes
    ]  # fmt: skip


def _black(film: Film, limits: Limits) -> list[Check]:
    return [_longest_dark(film, s, limits) for s in film.scenes]


def _longest_dark(film: Film, seen: SceneSeen, limits: Limits) -> Check:
    best_start, best, run = 0, 0, 0
    for i, luma in enumerate(seen.mean_luma):
        run = run + 1 if luma < limits.black_luma else 0
        if run > best:
            best, best_start = run, i - run + 1
    length = best / film.board.fps
    at = _starts(film)[seen.name] + best_start / film.board.fps
    return Check(
        "no black stretch", length <= limits.black_s, f"{length:.2f} s", f"{limits.black_s:.2f} s", seen.name, at
    )


def _frozen(film: Film, limits: Limits) -> list[Check]:
    found = []
    for seen in film.scenes:
        first, frames = seen.longest_frozen
        length = frames / film.board.fps
        at = _starts(film)[seen.name] + first / film.board.fps
        found.append(
            Check(
                "no frozen stretch",
                length <= limits.frozen_s,
                f"{length:.1f} s",
                f"{limits.frozen_s:.1f} s",
                seen.name,
                at,
            )
        )
    return found


def _loudness(film: Film, limits: Limits) -> list[Check]:
    sound = film.sound
    low, high = limits.lufs - limits.lufs_tolerance, limits.lufs + limits.lufs_tolerance
    start, length = sound.longest_silence
    return [
        Check("loudness", low <= sound.lufs <= high, f"{sound.lufs:.2f} LUFS", f"{low:.0f} to {high:.0f} LUFS"),
        Check(
            "true peak",
            sound.true_peak_db <= limits.true_peak_db,
            f"{sound.true_peak_db:.2f} dBTP",
            f"{limits.true_peak_db:.1f} dBTP",
        ),
        Check(
            "no silent stretch", length <= limits.silence_s, f"{length:.1f} s", f"{limits.silence_s:.1f} s", "", start
        ),
    ]


def _drift(film: Film, limits: Limits) -> Check:
    drift = abs(film.sound.length_s - film.board.length_s)
    return Check("picture and sound equally long", drift <= limits.drift_s, f"{drift:.3f} s", f"{limits.drift_s:.2f} s")


def _text_inside(film: Film, limits: Limits) -> list[Check]:
    """One check a scene: the text nearest the edge."""
    width, height = film.board.width_px, film.board.height_px
    edge = limits.safe_px * min(width, height) / 1080
    found = []
    for scene in film.board.scenes:
        boxes = [b for b in film.boxes if b.scene == scene.name]
        nearest = min(boxes, key=lambda b: min(b.left, b.top, width - b.right, height - b.bottom), default=None)
        room = (
            min(nearest.left, nearest.top, width - nearest.right, height - nearest.bottom)
            if nearest
            else float(min(width, height))
        )
        where = f"{scene.name}: {nearest.text[:60]!r}" if nearest else scene.name
        found.append(
            Check(
                "text inside the safe area",
                room >= edge,
                f"{room:.0f} px",
                f"{edge:.0f} px",
                where,
                _starts(film)[scene.name],
            )
        )
    return found


def _clear_of_controls(film: Film, limits: Limits) -> list[Check]:
    """Of a tall film: the text nearest to what a phone's player lays over the picture. No check for other shapes."""
    width, height = film.board.width_px, film.board.height_px
    if height <= width or not film.boxes:
        return []
    top, foot = (edge * width / 1080 for edge in limits.controls_px)

    def room(box: TextBox) -> float:
        return min(box.top - top, height - foot - box.bottom)

    nearest = min(film.boxes, key=room)
    return [
        Check(
            "text clear of the platform's controls", room(nearest) >= 0, f"{room(nearest):.0f} px", "0 px",
            f"{nearest.scene}: {nearest.text[:60]!r}", _starts(film)[nearest.scene],
        )
    ]  # fmt: skip


def _captions(film: Film, limits: Limits) -> list[Check]:
    """Reading speed and sync, over the whole film: the worst caption of each."""
    fastest = (0.0, "", 0.0)
    latest = (0.0, "", 0.0)
    starts = _starts(film)
    spoken = {i: [s for s in film.board.narration if s.scene == i] for i in range(len(film.board.scenes))}
    for i, scene in enumerate(film.board.scenes):
        words = [w for s in spoken[i] for w in s.words]
        for caption in scene.captions:
            at = starts[scene.name] + caption.start_s
            speed = len(caption.text.replace("\n", " ")) / max(caption.end_s - caption.start_s, 1e-3)
            fastest = max(fastest, (speed, scene.name, at))
            off = min((abs(at - w[1]) for w in words), default=0.0)
            latest = max(latest, (off, scene.name, at))
    return [
        Check(
            "captions readable", fastest[0] <= limits.caption_chars_per_s, f"{fastest[0]:.1f} characters/s",
            f"{limits.caption_chars_per_s:.0f} characters/s", fastest[1], fastest[2],
        ),
        Check(
            "captions in sync", latest[0] <= limits.caption_sync_s, f"{latest[0]:.2f} s", f"{limits.caption_sync_s:.2f} s",
            latest[1], latest[2],
        ),
    ]  # fmt: skip


def _fresh(film: Film, now_day: date) -> list[Check]:
    """No fact older than it may be, and no feed that stopped: the oldest fact of each, and every stale feed."""
    stale = [
        f for f in film.ledger.values() if f.fresh_days is not None and f.as_of + timedelta(days=f.fresh_days) < now_day
    ]
    worst = min(stale, key=lambda f: f.as_of, default=None)
    facts = Check(
        "no fact past its freshness", worst is None, f"{len(stale)} stale", "0",
        f"{worst.name} is of {worst.as_of}, may be quoted {worst.fresh_days} days" if worst else "",
    )  # fmt: skip
    dead = sorted(feed for feed, fresh in film.feeds.items() if not fresh)
    return [facts, Check("no source gone stale", not dead, f"{len(dead)} stale", "0", ", ".join(dead))]
