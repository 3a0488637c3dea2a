"""From a script and its spoken takes to the storyboard: the film as a document, timed by the voice, complete in itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vitalreel.briefs.script import Script, ScriptScene
from vitalreel.identity import fingerprint
from vitalreel.storyboard.captions import captions, reading_s, width_on
from vitalreel.storyboard.depict import depict
from vitalreel.storyboard.depict.scene import Scene as Told
from vitalreel.storyboard.depict.scene import quoted, text_of_line
from vitalreel.storyboard.storyboard import VERSION, Scene, Spoken, Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.timing import Take, Timing, frames, time_scene

DISCLOSURE = "Synthetic voice. Spoken by a computer."
APPROVED = ("talent.full_name", "talent.approved_on")
"""Who approved the words, and when."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a film is drawn and spoken, whoever it is for."""

    brand: str  # fingerprint of the brand kit
    theme: str  # light | dark
    voice: str  # the voice's own name
    music: str  # bed family; "" for none
    width_px: int = 1920
    height_px: int = 1080
    fps: int = 30
    gop_frames: int = 60  # frames between key frames at most


def compose(script: Script, takes: Sequence[Sequence[Take]], look: Look) -> Storyboard:
    """The whole film, ready to be drawn and mixed.

    takes: for each scene, one for each of its lines. Nothing in a scene depends on its place in the film, so that a shared
    scene is found again by its fingerprint. Raises ValueError where scenes, lines and takes do not match.
    """
    if len(takes) != len(script.scenes):
        raise ValueError(f"{len(script.scenes)} scenes and takes for {len(takes)}")
    timings = [_timed(scene, spoken, look) for scene, spoken in zip(script.scenes, takes, strict=True)]
    scenes = tuple(_scene(s, t, script, look) for s, t in zip(script.scenes, timings, strict=True))
    brief = script.brief
    return Storyboard(
        version=VERSION,
        title=text_of_line(script.title),
        account=brief.account,
        contact=brief.contact,
        module=brief.module,
        module_version=brief.module_version,
        as_of=brief.as_of,
        language=brief.language,
        width_px=look.width_px,
        height_px=look.height_px,
        fps=look.fps,
        brand=look.brand,
        theme=look.theme,
        voice=look.voice,
        music=look.music,
        scenes=scenes,
        narration=_narration(scenes, timings, look.fps),
        disclosure=disclosure(script),
        meta={"script": fingerprint(script), "writer": script.writer, "variants": dict(script.variants)},
    )


def disclosure(script: Script) -> str:
    """What every viewer is told about the voice (editorial.md, Synthetic voice): who approved the words, where that is recorded."""
    facts = script.brief.facts
    if all(name in facts for name in APPROVED):
        who, day = (facts[name].shown for name in APPROVED)
        return f"{DISCLOSURE} {who} approved every word on {day}."
    return f"{DISCLOSURE} Written from your data as of {facts['as_of'].shown}."


def disclosed(disclosure: str) -> Text:
    """What a disclosure says beyond that the voice is synthetic, with the facts it must then hold."""
    rest = disclosure.removeprefix(DISCLOSURE).strip()
    return Text(rest, APPROVED if " approved " in rest else ("as_of",))


def _timed(scene: ScriptScene, takes: Sequence[Take], look: Look) -> Timing:
    """The scene's clock: the voice sets it, and waits where a caption would go by too fast to be read."""
    width = width_on(look.width_px, look.height_px)
    return time_scene(
        scene, takes, [reading_s(line, take, width) for line, take in zip(scene.say, takes, strict=False)]
    )


def _scene(scene: ScriptScene, timing: Timing, script: Script, look: Look) -> Scene:
    picture, landed_s = depict(Told(scene, script.brief.facts, timing, script.brief))
    account = script.brief.facts["account.name"]
    count = frames(timing, landed_s, scene.kind, look.fps, look.gop_frames)
    return Scene(
        name=scene.name,
        kind=scene.kind,
        frames=count,
        headline=text_of_line(scene.headline),
        picture=picture,
        captions=captions(
            timing.lines,
            timing.takes,
            timing.starts_s,
            count / look.fps,
            width_on(look.width_px, look.height_px),
        ),
        source=text_of_line(scene.source),
        chrome=Text("") if scene.shared else quoted(account),
        shared=scene.shared,
        exits=scene.kind != "next_step",
    )


def _narration(scenes: Sequence[Scene], timings: Sequence[Timing], fps: int) -> tuple[Spoken, ...]:
    """Every line in film time."""
    spoken, begins = [], 0.0
    for number, (scene, timing) in enumerate(zip(scenes, timings, strict=True)):
        for start, line, take in zip(timing.starts_s, timing.lines, timing.takes, strict=True):
            at = begins + start
            words = tuple((w.text, at + w.start_s, at + w.end_s) for w in take.words)
            spoken.append(Spoken(number, at, take.spoken, line.shown, line.facts, words))
        begins += scene.frames / fps
    return tuple(spoken)
