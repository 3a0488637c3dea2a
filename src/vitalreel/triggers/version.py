"""Definitions of a play over time: one as it was kept in, the Play it says out; and where a run stands when it takes up another (T6 T9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Literal, cast

from vitalreel.identity import Plain, plain
from vitalreel.triggers.matrix import Ahead, Play, Span, Step, Success, TaskStep, VideoStep


def kept(play: Play) -> Plain:
    """The definition as it is kept with the runs that began with it."""
    return plain(asdict(play))


def read_kept(definition: Mapping[str, Any]) -> Play:
    """The Play of a kept definition, whatever version of the software kept it: what it did not know yet is as it is by default."""
    known = {f.name for f in fields(Play)}
    said: dict[str, Any] = {name: value for name, value in definition.items() if name in known}
    said |= {name: tuple(said[name]) for name in ("segments", "tiers", "stop_when") if name in said}
    said |= {"ladder": tuple(_step(s) for s in definition["ladder"]), "success": _success(definition["success"])}
    return Play(**said)


def _step(raw: Mapping[str, Any]) -> Step:
    kind: type[VideoStep] | type[TaskStep] = VideoStep if "module" in raw else TaskStep
    said = {f.name: raw[f.name] for f in fields(kind) if f.name in raw}
    spans = {name: _span(raw[name]) for name in ("window", "due") if raw.get(name)}
    lists = {name: tuple(raw[name]) for name in ("to", "channels") if name in raw}
    return kind(**{**said, **spans, **lists})


def _span(raw: Mapping[str, Any]) -> Span | Ahead:
    return Ahead(**raw) if "of" in raw else Span(**raw)


def _success(raw: Mapping[str, Any]) -> Success:
    way = cast(Literal["up", "down"], raw["way"])
    return Success(raw["metric"], way, float(raw["share"]), int(raw["within_days"]))


def carried_on(began: Play, newest: Play, step: int) -> int:
    """The index in `newest`'s ladder at which a run goes on that stands before step `step` of `began`'s.

    It goes on after the last step that it has done and the new ladder knows by name; where that knows none, after the days its own
    last one was due. Nothing is done again for days that are over, and the person at the ladder's end is always still reached.
    """
    done = [s.name for s in began.ladder[:step]]
    if not done:
        return 0
    names = [s.name for s in newest.ladder]
    shared = [names.index(name) for name in done if name in names]
    if shared:
        at = max(shared) + 1
    else:
        over = began.ladder[step - 1].after_days
        at = sum(s.after_days <= over for s in newest.ladder)
    last = len(newest.ladder) - 1
    return at if names[last] in done else min(at, last)


def changes(began: Play, newest: Play) -> tuple[str, ...]:
    """What differs between two definitions, by the names people write: "when", "ladder", "episode.cool_down"."""
    return tuple(
        _WRITTEN.get(f.name, f.name)
        for f in fields(Play)
        if f.compare and getattr(began, f.name) != getattr(newest, f.name)
    )


_WRITTEN = {"language": "conditions", "closes_when": "episode.closes_when", "cool_down_days": "episode.cool_down"}
