"""A line of a finished script in a reviewer's words: the line as it is edited, and the script with it in its place (R2).

A fact stands in the text as `{its name}`, so its figure stays what the ledger says; whoever deletes one says it no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.script import Line, Script
from vitalreel.briefs.template import fill, read_template
from vitalreel.errors import BadInput

LONGEST = 400
"""Characters of a line: a sentence or two."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One line said otherwise."""

    scene: str
    line: int  # of the scene's sentences, from 0
    text: str  # with facts as {name}


def written(line: Line) -> str:
    """The line as it is edited, with its facts as `{name}`."""
    return "".join(run.shown if run.fact is None else f"{{{run.fact}}}" for run in line.runs)


def edited(script: Script, edits: Sequence[Edit]) -> Script:
    """The script with each edit made, in order.

    Raises BadInput naming scene and sentence: for one that is not there or is said in a recording, an empty or too long text, or a
    fact the film does not have.
    """
    for edit in edits:
        script = _with(script, edit)
    return script


def carried(script: Script, made: Sequence[tuple[Edit, str]]) -> tuple[Script, tuple[Edit, ...]]:
    """The script of a film that is made again with the edits made to the one before, in order, and the edits that fell away.

    made: each with the sentence it took the place of, as `written` gives it. One falls away where that sentence is not there any
    more, or the new one names a fact this film does not have.
    """
    lost: list[Edit] = []
    for edit, was in made:
        scene = next((s for s in script.scenes if s.name == edit.scene), None)
        there = scene is not None and edit.line < len(scene.say) and written(scene.say[edit.line]) == was
        try:
            script = _with(script, edit) if there else script
        except BadInput:
            there = False
        if not there:
            lost.append(edit)
    return script, tuple(lost)


def _with(script: Script, edit: Edit) -> Script:
    what = f"sentence {edit.line + 1} of scene {edit.scene}"
    scene = next((s for s in script.scenes if s.name == edit.scene), None)
    if scene is None or not 0 <= edit.line < len(scene.say):
        raise BadInput(what, "is not in this film", "open the review again")
    if scene.kind == "talent":
        raise BadInput(what, "is said in a recording", "record it again")
    line = _line(edit.text, script.brief.facts, what)
    say = (*scene.say[: edit.line], line, *scene.say[edit.line + 1 :])
    scenes = tuple(replace(s, say=say, shared=False) if s.name == edit.scene else s for s in script.scenes)
    return replace(script, scenes=scenes)


def _line(text: str, facts: Ledger, what: str) -> Line:
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise BadInput(what, f"has {len(words)} characters", f"write 1 to {LONGEST}")
    try:
        return fill(read_template(words), facts)
    except ValueError as e:
        raise BadInput(what, str(e), "facts stand in braces by their names") from e
    except KeyError as e:
        raise BadInput(what, f"{e.args[0]!r} is no fact of this film", f"it has {', '.join(sorted(facts))}") from e
