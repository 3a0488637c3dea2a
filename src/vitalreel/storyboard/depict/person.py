"""One person of the ledger: who answers, or who speaks."""

from __future__ import annotations

from vitalreel.storyboard.depict.scene import NOTHING, Scene, quoted
from vitalreel.storyboard.pictures.person import PersonPicture, Way
from vitalreel.storyboard.text import Text

WAYS = (("Write", "email"), ("Call", "phone"))


def picture(scene: Scene) -> tuple[PersonPicture, float]:
    who = of_person(scene, "person")
    ways = tuple(Way(Text(label), text, scene.cue(text)) for label, key in WAYS if (text := who(key)).shown)
    line = scene.text("about")
    picture = PersonPicture(who("full_name"), who("title"), ways, line, who("portrait").shown or None)
    return picture, max([1.4, *(way.at_s + 0.6 for way in ways)])


class of_person:  # read as a phrase: of_person(scene, "person")("title")
    """What the ledger knows of the person whose name a scene shows; nothing where it knows nothing."""

    def __init__(self, scene: Scene, key: str) -> None:
        self._ledger, self._stem = scene.ledger, scene.fact(key).name.rpartition(".")[0]

    def __call__(self, part: str) -> Text:
        fact = self._ledger.get(f"{self._stem}.{part}")
        return quoted(fact) if fact is not None else NOTHING
