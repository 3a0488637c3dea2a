"""How much two films of one module differ: the share of narration and of seconds that is each viewer's own (V3)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from vitalreel.briefs.editorial import scene_s
from vitalreel.briefs.script import Script, ScriptScene

WORDS_LEAST = 0.40
SCENES_LEAST = 1
"""Below these a film greets and does no more: personalisation theatre (editorial.md)."""


@dataclass(frozen=True, slots=True)
class Difference:
    words: float  # share of the second film's narrated words that the first does not say in that order, 0..1
    seconds: (
        float  # share of the second film's seconds, as they are estimated, in scenes that the first does not show, 0..1
    )
    own_scenes: tuple[str, ...]  # scenes that differ in more than the names in them

    @property
    def theatre(self) -> bool:
        """Whether the second film is the first with another name on it."""
        return self.words < WORDS_LEAST or len(self.own_scenes) < SCENES_LEAST


def differ(first: Script, second: Script) -> Difference:
    """What of `second` is not in `first`. Shared scenes are left out of the share of words: they are meant to be the same."""
    ours, theirs = _words(second), _words(first)
    same = sum(block.size for block in SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks())
    pictures = [_picture(scene) for scene in first.scenes]
    new = [scene for scene in second.scenes if _picture(scene) not in pictures]
    unnamed = [_picture(scene, names=False) for scene in first.scenes]
    own = tuple(s.name for s in second.scenes if _picture(s, names=False) not in unnamed)
    whole = sum(scene_s(scene) for scene in second.scenes)
    return Difference(1 - same / max(1, len(ours)), sum(scene_s(scene) for scene in new) / max(1.0, whole), own)


def _words(script: Script) -> list[str]:
    return [w for s in script.scenes if not s.shared for line in s.say for w in line.said.lower().split()]


def _picture(scene: ScriptScene, names: bool = True) -> str:
    """All a scene shows and says, with its figures, as text to compare; without names only what is not a name."""
    named = ("account.", "contact.", "csm.", "vendor.")
    runs = [r for line in (scene.headline, *scene.say, scene.source) for r in line.runs]
    kept = [r.shown for r in runs if names or not (r.fact or "").startswith(named)]
    return f"{scene.name}|{'|'.join(kept)}"
