"""Terms of this year and next, each row in on its word, the total last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import NOTHING, Scene, text_of
from vitalreel.storyboard.pictures.terms import TermRow, TermsPicture


def picture(scene: Scene) -> tuple[TermsPicture, float]:
    rows = tuple(_row(part, scene) for part in scene.parts("terms"))
    total = cast("Mapping[str, Plain] | None", scene.scene.show.get("total"))
    notes = tuple(text_of(note) for note in cast("list[Plain]", scene.scene.show.get("notes", [])))
    last = _row(total, scene) if total else None
    note = text_of(total.get("note")) if total else NOTHING
    picture = TermsPicture(rows, scene.text("now_head"), scene.text("next_head"), last, note, notes)
    landed = [0.5 + 0.08 * len(rows), *(row.at_s for row in (*rows, *((last,) if last else ())))]
    return picture, max(landed) + 1.0


def _row(part: Mapping[str, Plain], scene: Scene) -> TermRow:
    now, coming = text_of(part.get("now")), text_of(part["next"])
    return TermRow(text_of(part["what"]), now, coming, scene.cue(coming) or scene.cue(now))
