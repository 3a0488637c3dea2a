"""A script's lines as they are heard: spoken by the voice, or recorded in a clip."""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping
from typing import cast

import numpy as np

from vitalreel.briefs.script import Script, ScriptScene
from vitalreel.edges.clips.intake import spoken_words
from vitalreel.identity import Plain
from vitalreel.ports import Speech
from vitalreel.sound.envelope import envelope
from vitalreel.store.media import Media
from vitalreel.storyboard.timing import LEVELS_PER_S, Take


def clip_of(scene: ScriptScene, script: Script) -> str:
    """The clip a talent scene plays."""
    fact = str(cast("Mapping[str, Plain]", scene.show["talent"])["fact"])
    return str(script.brief.facts[fact].value)


def recorded(media: Media, clip: str, words: str) -> Speech:
    """What is heard in a clip, with its words timed. Raises NotFound for a missing clip."""
    kept = media.clip(clip)
    with wave.open(io.BytesIO(kept.speech)) as sound:
        whole = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        samples = np.asarray(whole / 32767, np.float32)
        return Speech(samples, sound.getframerate(), spoken_words(words, kept.voiced))


def take_of(text: str, speech: Speech, scene: ScriptScene) -> Take:
    """A line as it was spoken, as loud as it was where its scene shows that. text: what the voice was given."""
    levels = envelope(speech.samples, speech.rate_hz, LEVELS_PER_S) if scene.kind == "voice" else ()
    return Take(text, len(speech.samples) / speech.rate_hz, speech.words, levels)
