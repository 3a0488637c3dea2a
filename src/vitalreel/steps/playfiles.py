"""playfiles: a play's file changed at the console: checked, tried on today without sending, written with its comments, undone (T3 T12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from vitalreel.conditions import Mistake, older_values, parse, write
from vitalreel.errors import BadConfiguration, BadInput, NotFound, VitalreelError
from vitalreel.identity import fingerprint
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.modules import names_of
from vitalreel.steps.plays import playbooks_of, proved
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.workspace import parse_yaml
from vitalreel.store.yamltext import write_over
from vitalreel.triggers.matrix import Play, VideoStep

MOST = 50
"""Accounts that a trial names."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A play as the list shows it."""

    name: str  # of its file
    about: str  # the comment at its head
    play: Play | None  # None where it cannot be read
    wrong: str  # why not
    state: str  # on | stopped | not in the pilot | cannot be read
    open: int  # accounts at which an occurrence of it is open now
    running: int  # ladders under way
    held_out: int  # accounts kept without it, of those an occurrence was open at
    films: int  # steps of its ladder that send one


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a play's file that was made at the console."""

    id: int
    who: str
    note: str
    at: datetime
    before: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a changed play would do today beside what it does as it stands; nothing was written or sent."""

    text: str
    difference: tuple[str, ...]  # lines that go and come, with - and +
    outcomes: tuple[tuple[str, int, int], ...]  # what it says of accounts: outcome, as it stands, changed
    films: tuple[tuple[str, str, str], ...]  # account, person, module, of the first MOST
    tasks: tuple[tuple[str, str], ...]  # account, title
    counts: tuple[int, int]  # of films and tasks

    @property
    def changed(self) -> bool:
        return bool(self.difference)


# -- read ---------------------------------------------------------------------------------------------------------------


def listed(doors: Doors, today: date) -> list[Listed]:
    """Every play of the workspace, by priority; those that cannot be read come first."""
    books, catalogue, modules = playbooks_of(doors.workspace), catalogue_of(doors), names_of(doors)
    with reading(doors.engine).connect() as c:
        open_ = _counted(
            c, select(t.episode.c.play, func.count()).where(t.episode.c.state == "open").group_by(t.episode.c.play)
        )
        running, held = (
            _counted(
                c, select(t.play_run.c.play, func.count()).where(t.play_run.c.state == s).group_by(t.play_run.c.play)
            )
            for s in ("running", "held_out")
        )
        stops = {(r.scope, r.name) for r in c.execute(select(t.stop.c.scope, t.stop.c.name))}
    pilot, found = doors.programme.pilot, []
    for path in _files(doors):
        text = path.read_text(encoding="utf-8")
        try:
            where = f"plays/{path.name}"
            play = proved(parse_yaml(text, where), where, catalogue, modules, books).play
        except VitalreelError as e:
            found.append(Listed(path.stem, _about(text), None, str(e), "cannot be read", 0, 0, 0, 0))
            continue
        stopped = ("play", play.name) in stops or ("all", "") in stops
        apart = pilot is not None and pilot.start <= today < pilot.until and play.name not in pilot.plays
        films = sum(isinstance(s, VideoStep) for s in play.ladder)
        state = "stopped" if stopped else "not in the pilot" if apart else "on"
        n = play.name
        found.append(
            Listed(path.stem, _about(text), play, "", state, open_.get(n, 0), running.get(n, 0), held.get(n, 0), films)
        )
    return sorted(found, key=lambda f: (f.play is not None, -f.play.priority if f.play else 0, f.name))


def _counted(c: Any, query: Any) -> dict[str, int]:
    return {r[0]: r[1] for r in c.execute(query)}


def _files(doors: Doors) -> list[Path]:
    return [p for p in sorted((doors.workspace.root / "plays").glob("*.yaml")) if not p.name.startswith("_")]


def _about(text: str) -> str:
    head = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        head.append(line.lstrip("# ").rstrip())
    return " ".join(head)


def text_of(doors: Doors, name: str) -> str:
    """The play's file as it is written. Raises NotFound."""
    path = next((p for p in _files(doors) if p.stem == name), None)
    if path is None:
        raise NotFound("play", name, "see the list of plays")
    return path.read_text(encoding="utf-8")


def version_of(text: str) -> str:
    """What a form holds on to: another one means that the file was changed meanwhile."""
    return str(fingerprint(text))


def edits(doors: Doors, name: str) -> list[Edit]:
    """Changes made at the console, the newest first."""
    query = select(t.play_edit).where(t.play_edit.c.play == name).order_by(t.play_edit.c.id.desc())
    with reading(doors.engine).connect() as c:
        return [Edit(r.id, r.who, r.note, r.at, r.before, r.text) for r in c.execute(query)]


# -- checked ------------------------------------------------------------------------------------------------------------


def condition(doors: Doors, text: str, when: str = "") -> tuple[str, tuple[Mistake, ...]]:
    """(the condition's one written form, or ""; its mistakes). when: the play's condition, whose earlier values `of before` may ask."""
    catalogue = catalogue_of(doors)
    opening = parse(when, catalogue) if when else None
    before = frozenset(older_values(opening.sound)) if opening is not None and opening.ok else frozenset()
    found = parse(text, catalogue, before)
    return (write(found.sound), ()) if found.ok else ("", tuple(found.errors))


def checked(doors: Doors, name: str, text: str) -> Mapping[str, Any]:
    """The file's contents, proved: read as a play, its conditions asked of the catalogue. Raises BadConfiguration with place and remedy."""
    where = f"plays/{name}.yaml"
    raw: Mapping[str, Any] = parse_yaml(text, where)
    play = proved(raw, where, catalogue_of(doors), names_of(doors), playbooks_of(doors.workspace)).play
    former = parse_yaml(text_of(doors, name), where)
    kept = former.get("play") if isinstance(former, Mapping) else None
    if kept and play.name != kept:
        raise BadConfiguration(
            f"{where}: play",
            f"its name was {kept!r}",
            "keep it, or copy the file: what is under way is known by it",
        )
    return raw


# -- tried --------------------------------------------------------------------------------------------------------------


def trial(doors: Doors, name: str, text: str, day: date, now: datetime) -> Trial:
    """What the play would do today as `text` has it, and as it stands (T12). Raises BadConfiguration as `checked`."""
    raw, current = checked(doors, name, text), text_of(doors, name)
    then = decide_day(doors, day, now, save=False, instead={name: raw}).decision
    as_it_is = decide_day(doors, day, now, save=False).decision
    play = str(raw["play"])
    outcomes = [Counter(s.outcome for (_, p), s in d.said.items() if p == play) for d in (as_it_is, then)]
    films = [(x.account, x.contact.name, x.module) for x in then.touches if x.play == play]
    tasks = [(k.account, k.title) for k in then.tasks if k.play == play]
    lines = list(unified_diff(current.splitlines(), text.splitlines(), lineterm="", n=0))
    return Trial(
        text, tuple(x for x in lines[2:] if not x.startswith("@@")),
        tuple((o, outcomes[0][o], outcomes[1][o]) for o in sorted(outcomes[0] | outcomes[1])),
        tuple(films[:MOST]), tuple(tasks[:MOST]), (len(films), len(tasks)),
    )  # fmt: skip


# -- written ------------------------------------------------------------------------------------------------------------


def save(doors: Doors, name: str, text: str, base: str, who: str, note: str, now: datetime) -> None:
    """Write the play's file and keep what stood there before. base: `version_of` the text that was changed.

    Raises BadConfiguration as `checked`, BadInput where nobody says who, nothing is changed, or somebody else changed the file meanwhile.
    """
    checked(doors, name, text)
    before = text_of(doors, name)
    if version_of(before) != base:
        raise BadInput(
            f"play {name}", "its file was changed meanwhile", "open it again: your change stands on what is there now"
        )
    if text == before:
        raise BadInput(f"play {name}", "nothing is changed", "change something first")
    by = " ".join(who.split())[:120]
    if not by:
        raise BadInput(f"play {name}", "nobody says who changes it", "write your name")
    row = {"play": name, "who": by, "note": " ".join(note.split())[:400], "before": before, "text": text, "at": now}
    with doors.engine.begin() as c:
        c.execute(t.play_edit.insert(), [row])
        write_over(doors.workspace.root / "plays" / f"{name}.yaml", text)


def former(doors: Doors, name: str, edit: int) -> str:
    """The text that stood before a change was made. Raises NotFound."""
    found: Sequence[Edit] = [e for e in edits(doors, name) if e.id == edit]
    if not found:
        raise NotFound("change", str(edit), f"see the changes of {name}")
    return found[0].before
