"""What similar customers did: two groups of the ledger, before and after."""

from __future__ import annotations

from vitalreel.briefs.fact import Fact
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard import axis
from vitalreel.storyboard.depict.scene import Scene, number_of, signed
from vitalreel.storyboard.pictures.similar import Group, SimilarPicture

OTHERS_S, DID_S = 1.8, 2.5
"""When the medians are drawn, where the voice does not say them later."""


def picture(scene: Scene) -> tuple[SimilarPicture, float]:
    family = scene.fact("similar")
    values = [v for v in read_values(str(family.value)) if v is not None]
    split = 2 * int(number_of(scene.ledger[f"{family.name}.did_count"]))
    did = _group(scene, family, "did", values[:split], DID_S)
    others = _group(scene, family, "others", values[split:], OTHERS_S)
    picture = SimilarPicture(
        did=did,
        others=others,
        ticks=axis.span([*values, 0.0], family.name, scene.ledger[f"{family.name}.did_now"].unit.startswith("percent")),
        before=scene.text("before"),
        after=scene.text("after"),
        caveat=scene.text("caveat"),
        unit=scene.text("unit"),
    )
    return picture, max(did.at_s, others.at_s) + 2.0


def _group(scene: Scene, family: Fact, name: str, values: list[float], least_s: float) -> Group:
    before, now = (scene.ledger[f"{family.name}.{name}_{when}"] for when in ("before", "now"))
    words = scene.text(name)
    said = max(scene.cue(words), scene.timing.cue(now.name))
    return Group(
        pairs=tuple(zip(values[::2], values[1::2], strict=True)),
        before=number_of(before),
        after=number_of(now),
        before_text=signed(before),
        after_text=signed(now),
        words=words,
        at_s=max(said, least_s),
    )
