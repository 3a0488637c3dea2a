"""The customer's goal: where it was set, where it stands, how far it is."""

from __future__ import annotations

from vitalreel.storyboard.depict.scene import Scene, number_of, signed
from vitalreel.storyboard.pictures.outcome import OutcomePicture

LANDS_S = 2.6
STATE_AFTER_S = 0.3


def picture(scene: Scene) -> tuple[OutcomePicture, float]:
    start, now = scene.fact("goal_start"), scene.fact("outcome")
    target = scene.fact("goal") if "goal" in scene.scene.show else None
    lands = max(scene.timing.cue(now.name), LANDS_S)
    state = scene.text("state")
    picture = OutcomePicture(
        start=number_of(start),
        now=number_of(now),
        start_text=signed(start),
        now_text=signed(now),
        start_note=scene.text("start_note"),
        now_note=scene.text("now_note"),
        target=None if target is None else number_of(target),
        target_text=scene.text("goal_note"),
        state=state,
        quote=scene.text("quote"),
        credit=scene.text("credit"),
        now_at_s=lands,
        state_at_s=max(scene.cue(state), lands + STATE_AFTER_S),
    )
    return picture, picture.state_at_s + 0.5
