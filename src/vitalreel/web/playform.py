"""A play's file as the fields of a form, and the fields as changes of the file: what the form does not know stays as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitalreel.store.workspace import parse_yaml
from vitalreel.store.yamltext import Place, Value, edited

SEGMENTS, TIERS = ("enterprise", "mid_market", "long_tail"), (1, 2, 3, 4)
LINES: Mapping[str, Place] = {
    "when": ("when",), "unless": ("unless",), "closes_when": ("episode", "closes_when"), "cool_down": ("episode", "cool_down"),
    "metric": ("success", "metric"), "moves": ("success", "moves"), "within": ("success", "within"), "already_true": ("already_true",),
    "holdout": ("holdout",), "priority": ("priority",),
}  # fmt: skip
"""Fields of one line each, and where they stand in the file."""
FLAGS: Mapping[str, bool] = {"critical": False, "risk": True}
"""Yes or no, and what holds where the file says nothing."""
OF_FILM: tuple[str, ...] = ("after", "module", "to", "channels", "window")
OF_TASK: tuple[str, ...] = ("after", "owner", "title", "due")
OF_PLAYBOOK: tuple[str, ...] = ("after", "playbook")
_AFTER = {"unless": "when", "closes_when": "", "holdout": "success", "priority": "holdout", "segments": "when", "tiers": "segments",
          "after": "step", "channels": "to", "critical": "holdout", "risk": "priority"}  # fmt: skip
"""Where a key that is new is put: after which."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder, as fields."""

    name: str
    kind: str  # film | task | playbook
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A play as its form shows it."""

    lines: Mapping[str, str]
    segments: Sequence[str]  # empty: all
    tiers: Sequence[int]
    flags: Mapping[str, bool]
    ladder: Sequence[Rung]


def fields_of(raw: Any) -> Fields | None:
    """The form of parsed YAML; None where it has not the shape of a play, so that only the file can be changed."""
    if (
        not isinstance(raw, Mapping)
        or not isinstance(raw.get("ladder"), list)
        or not all(isinstance(s, Mapping) for s in raw["ladder"])
    ):
        return None
    if not all(isinstance(raw.get(part, {}), Mapping) for part in ("episode", "success")):
        return None
    lines = {name: _at(raw, place) for name, place in LINES.items()}
    tiers = [n for n in raw.get("tiers") or [] if isinstance(n, int)]
    flags = {name: bool(raw.get(name, usual)) for name, usual in FLAGS.items()}
    return Fields(lines, [str(s) for s in raw.get("segments") or []], tiers, flags, [_rung(s) for s in raw["ladder"]])


def _rung(step: Mapping[str, Any]) -> Rung:
    task = step.get("task")
    if isinstance(task, Mapping):
        kind, names, own = "task", OF_TASK, {"after": step.get("after"), **task}
    elif "playbook" in step:
        kind, names, own = "playbook", OF_PLAYBOOK, dict(step)
    else:
        kind, names, own = "film", OF_FILM, dict(step)
    return Rung(str(step.get("step", "")), kind, tuple((n, _said(own.get(n))) for n in names))


def _at(raw: Mapping[str, Any], place: Place) -> str:
    found: Any = raw
    for key in place:
        found = found.get(key) if isinstance(found, Mapping) else None
    return _said(found)


def _said(value: Any) -> str:
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def composed(text: str, posted: Mapping[str, Sequence[str]], where: str) -> str:
    """The file's text with what the form has changed; a field that stands as it stood changes nothing. Raises BadConfiguration."""
    raw = parse_yaml(text, where)
    shown = fields_of(raw)
    if shown is None:
        return text
    changes: dict[Place, Value] = {}
    for name, place in LINES.items():
        now = " ".join((posted.get(name) or [""])[0].split())
        if now != " ".join(shown.lines[name].split()):
            changes[place] = (int(now) if name == "priority" and now.isdigit() else now) or None
    _lists(changes, posted, shown)
    for name in FLAGS:
        if (bool(posted.get(name))) != shown.flags[name]:
            changes[(name,)] = bool(posted.get(name))
    for n, rung in enumerate(shown.ladder):
        if posted.get(f"step-{n}-remove"):
            changes[("ladder", n)] = None
        else:
            _of_rung(changes, posted, n, rung)
    return edited(text, changes, where, _AFTER) if changes else text


def _lists(changes: dict[Place, Value], posted: Mapping[str, Sequence[str]], shown: Fields) -> None:
    segments = [s for s in SEGMENTS if s in posted.get("segments", ())]
    tiers = [n for n in TIERS if str(n) in posted.get("tiers", ())]
    if set(segments or SEGMENTS) != set(shown.segments or SEGMENTS):
        changes[("segments",)] = segments if 0 < len(segments) < len(SEGMENTS) else None
    if set(tiers or TIERS) != set(shown.tiers or TIERS):
        changes[("tiers",)] = tiers if 0 < len(tiers) < len(TIERS) else None


def _of_rung(changes: dict[Place, Value], posted: Mapping[str, Sequence[str]], n: int, rung: Rung) -> None:
    for name, before in rung.fields:
        now = " ".join((posted.get(f"step-{n}-{name}") or [""])[0].split())
        if now == before:
            continue
        inside = rung.kind == "task" and name != "after"
        place: Place = ("ladder", n, "task", name) if inside else ("ladder", n, name)
        named = [c.strip() for c in now.split(",") if c.strip()]
        changes[place] = (named if name == "channels" else now) or None
