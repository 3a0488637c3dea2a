"""How a module is watched: what viewers saw of its films in; attention, replays and drop-offs out, scene by scene.

Films of one module differ in length and in their scenes from account to account. Scenes carry the same name in all of them, so they
are what viewers of different films are compared by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vitalreel.tracking.watch import Span, coverage, union

SLICES = 12
"""Points of a scene's curve."""

FINISHED = 0.95
"""Who saw anything beyond this share of the film's length saw it to its end; the rest left where they saw the furthest second."""

REPLAYED = 0.5
"""A scene was replayed by who saw this share of it more than once."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of one film, ms of film, half-open."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """What one person saw of one film."""

    scenes: tuple[Scene, ...]  # in the film's order
    length: int  # ms
    spans: tuple[Span, ...]  # film that ran in view, as often as it did

    @property
    def furthest(self) -> int:
        """The furthest film seen, ms."""
        return max((to for _, to in self.spans), default=0)

    @property
    def finished(self) -> bool:
        return self.furthest >= FINISHED * self.length


@dataclass(frozen=True, slots=True)
class SceneSeen:
    """One scene over all viewers whose film has it."""

    name: str
    viewers: int
    reached: int  # saw any of it
    share: float  # 0..1 of it seen, each second once, mean over the viewers
    times: float  # how often each second of it was seen, mean; above `share` where it was replayed
    replayed: int  # viewers who did
    left: int  # viewers whose furthest second lies in it, and who did not finish
    curve: tuple[float, ...]  # SLICES shares of viewers, from its beginning to its end


@dataclass(frozen=True, slots=True)
class Attention:
    viewers: int
    finished: int
    scenes: tuple[SceneSeen, ...]  # in the order films show them


def spans_of(ranges: Iterable[Sequence[float]], replays: Iterable[Mapping[str, float]]) -> list[Span]:
    """The film a view saw, as often as it did, from its stored ranges and replays (seconds)."""
    once = [(round(start * 1000), round(to * 1000)) for start, to in ranges]
    again = [(round(r["from"] * 1000), round(r["to"] * 1000), round(r["times"])) for r in replays]
    return once + [(start, to) for start, to, times in again for _ in range(times)]


def attend(viewers: Sequence[Viewer]) -> Attention:
    """How the viewers watched. Who saw nothing is nobody's viewer and is left out."""
    watching = [v for v in viewers if v.spans]
    names = sorted({s.name for v in watching for s in v.scenes}, key=lambda name: _place(name, watching))
    return Attention(
        len(watching), sum(v.finished for v in watching), tuple(_scene_seen(name, watching) for name in names)
    )


def _place(name: str, viewers: Sequence[Viewer]) -> tuple[float, str]:
    """Where in its films a scene stands, as a share of their length."""
    starts = [s.start / v.length for v in viewers for s in v.scenes if s.name == name]
    return sum(starts) / len(starts), name


def _scene_seen(name: str, viewers: Sequence[Viewer]) -> SceneSeen:
    found = [(viewer, scene) for viewer in viewers for scene in viewer.scenes if scene.name == name]
    count = len(found)
    curves = [_curve(scene, viewer.spans) for viewer, scene in found]
    shares = [_overlap(union(viewer.spans), scene.start, scene.end) / _long(scene) for viewer, scene in found]
    return SceneSeen(
        name=name,
        viewers=count,
        reached=sum(share > 0 for share in shares),
        share=sum(shares) / count,
        times=sum(_overlap(viewer.spans, scene.start, scene.end) / _long(scene) for viewer, scene in found) / count,
        replayed=sum(_again(scene, viewer.spans) >= REPLAYED * _long(scene) for viewer, scene in found),
        left=sum(not viewer.finished and _left_in(viewer) == scene for viewer, scene in found),
        curve=tuple(sum(points) / count for points in zip(*curves, strict=True)),
    )


def _curve(scene: Scene, spans: Sequence[Span]) -> list[float]:
    """The share of each slice that was seen."""
    edges = [scene.start + _long(scene) * n / SLICES for n in range(SLICES + 1)]
    seen = union(spans)
    return [_overlap(seen, a, b) / (b - a) for a, b in pairwise(edges)]


def _left_in(viewer: Viewer) -> Scene | None:
    """The scene that holds the furthest second seen; between scenes, the one before."""
    return next((scene for scene in reversed(viewer.scenes) if scene.start < viewer.furthest), None)


def _again(scene: Scene, spans: Sequence[Span]) -> float:
    """How much of a scene was seen more than once, ms."""
    return _overlap([(a, b) for a, b, n in coverage(spans) if n > 1], scene.start, scene.end)


def _overlap(spans: Iterable[Span], start: float, end: float) -> float:
    return sum(max(0.0, min(b, end) - max(a, start)) for a, b in spans)


def _long(scene: Scene) -> int:
    return scene.end - scene.start
