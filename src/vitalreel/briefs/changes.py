"""What a film says otherwise than the last one of its module: scenes, sentences and figures, side by side (R2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Document = Mapping[str, Any]
"""A kept script: `plain(Script)`."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure or name in both films that is another by now, or in one of them only."""

    fact: str
    means: str
    before: str  # as shown; "" where the last film did not say it
    now: str  # "" where this one does not


@dataclass(frozen=True, slots=True)
class Changed:
    """One scene of either film. Its words with their figures in place; a sentence only in one film stands alone."""

    scene: str
    how: str  # new | gone | other: it says otherwise | drawn: only its picture shows other figures
    gone: tuple[str, ...]  # headline and sentences of the last film that this one does not say
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    scenes: tuple[Changed, ...]  # in film order; gone ones where they stood
    facts: tuple[Moved, ...]
    same: int  # scenes that show and say the same

    @property
    def none(self) -> bool:
        return not self.scenes and not self.facts


def changes(before: Document, now: Document) -> Changes:
    """What of `now` is not in `before`, and the other way round."""
    old, new = ({s["name"]: s for s in script["scenes"]} for script in (before, now))
    found = [_scene(name, (old.get(name), before), (new.get(name), now)) for name in _in_order(list(old), list(new))]
    said_before, said_now = _said(before), _said(now)
    moved = tuple(
        Moved(name, str((said_now.get(name) or said_before[name])["means"]), _shown(said_before, name), _shown(said_now, name))
        for name in dict.fromkeys((*said_now, *said_before))
        if _shown(said_before, name) != _shown(said_now, name)
    )  # fmt: skip
    told = tuple(c for c in found if c is not None)
    return Changes(told, moved, len(found) - len(told))


def _in_order(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The names of both, each once, gone ones before what took their place."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield from (name for name in old[a:b] if kind != "equal" and name not in new)
        yield from new[c:d]


def _scene(name: str, one: tuple[Document | None, Document], other: tuple[Document | None, Document]) -> Changed | None:
    """A scene of either film with its film; None where it shows and says the same."""
    (old, _), (new, _) = one, other
    before, now = _words(old), _words(new)
    if before == now:
        return Changed(name, "drawn", (), ()) if _drawn(*one) != _drawn(*other) else None
    gone, fresh = tuple(w for w in before if w not in now), tuple(w for w in now if w not in before)
    return Changed(name, "new" if old is None else "gone" if new is None else "other", gone, fresh)


def _words(scene: Document | None) -> list[str]:
    return [] if scene is None else [_line(line) for line in (scene["headline"], *scene["say"])]


def _drawn(scene: Document | None, film: Document) -> Any:
    """What its picture shows: texts and the values behind its shapes."""
    return None if scene is None else _filled(scene["show"], film["brief"]["facts"])


def _filled(show: Any, facts: Mapping[str, Document]) -> Any:
    if isinstance(show, Mapping):
        if set(show) == {"fact"}:
            return facts[show["fact"]]["value"] if show["fact"] in facts else None
        return {key: _filled(value, facts) for key, value in show.items()}
    return [_filled(one, facts) for one in show] if isinstance(show, list) else show


def _line(line: Document) -> str:
    return "".join(run["shown"] for run in line["runs"])


def _said(script: Document) -> dict[str, Document]:
    """Facts that stand in the film's words, in order of appearance."""
    lines = (line for s in script["scenes"] for line in (s["headline"], *s["say"]))
    names = dict.fromkeys(run["fact"] for line in lines for run in line["runs"] if run["fact"] is not None)
    facts = script["brief"]["facts"]
    return {name: facts[name] for name in names if name in facts}


def _shown(facts: Mapping[str, Document], name: str) -> str:
    return str(facts[name]["shown"]) if name in facts else ""
