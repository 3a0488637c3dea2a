"""A recorded clip with its speaker's name; the scene is as long as the clip."""

from __future__ import annotations

from vitalreel.storyboard.depict.scene import NOTHING, Scene, quoted
from vitalreel.storyboard.pictures.talent import TalentPicture


def picture(scene: Scene) -> tuple[TalentPicture, float]:
    clip, ledger = scene.fact("talent"), scene.ledger
    across, down = (float(v) / 100 for v in str(ledger[f"{clip.name}.focus"].value).split())
    name, role = (quoted(ledger[f"{clip.name}.{part}"]) for part in ("speaker", "role"))
    made = ledger.get(f"{clip.name}.disclosure")
    told = quoted(made) if made is not None else NOTHING
    return TalentPicture(str(clip.value), name, role, (across, down), told), 0.0
