"""A recorded clip with its speaker's name; the scene is as long as the clip."""

from __future__ import annotations

from vitalreel.storyboard.depict.scene import NOTHING, Scene, quoted
from vitalreel.storyboard.pictures.talent import TalentPicture


def picture(scene: Scene) -> tuple[TalentPicture, float]:
    clip, ledger = scene.fact("talent"), scene.ledger
    across, down = (float(v) / 100 for v in str(ledger[f"{clip.name}.focus"].value).split())
    role = quoted(ledger["talent.title"]) if "talent.title" in ledger else NOTHING
    return TalentPicture(str(clip.value), quoted(ledger["talent.full_name"]), role, (across, down)), 0.0
