"""A voice of ElevenLabs, with the time of every character as the service tells it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from vitalreel.edges.asking import TIMEOUT_S, Question, ask
from vitalreel.edges.voices.english import READING, English, Sound
from vitalreel.edges.voices.foreign import Piece, pcm, pieces, readable, respelled, taken
from vitalreel.errors import Unavailable
from vitalreel.ports import Speech

MODEL = "eleven_multilingual_v2"
RATE_HZ = 24_000
SEED = 7
"""Asked for with every sentence, so that the service does its best to say the same text the same way."""


@dataclass
class ElevenLabs:
    """Speaks through POST {url}/v1/text-to-speech/{voice}/with-timestamps. voice: its id, or "MODEL/id" for another model.

    Raises Refused and Unavailable as `asking.ask` does.
    """

    voice: str
    url: str
    key: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    @cached_property
    def name(self) -> str:
        return f"elevenlabs:{self.url}:{self._model}:{self._speaker}:{SEED}:{READING}"

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        readable(text, sounds, self._english)
        parts = [(p, p.text if p.sound is None else respelled(p.sound)) for p in pieces(text, sounds)]
        asked = {"text": "".join(sent for _, sent in parts), "model_id": self._model, "seed": SEED}
        question = Question(
            f"voice elevenlabs:{self.voice}",
            f"{self.url}/v1/text-to-speech/{quote(self._speaker, safe='')}/with-timestamps?output_format=pcm_{RATE_HZ}",
            {"Content-Type": "application/json", "Accept": "application/json", "xi-api-key": self.key},
            json.dumps(asked).encode(), "VITALREEL_ELEVENLABS_KEY",
        )  # fmt: skip
        told = _document(ask(question, self.timeout_s))
        samples = pcm(_audio(told))
        return taken(text, sounds, self._english, samples, RATE_HZ, partial(clock, parts, told.get("alignment")))

    @property
    def _model(self) -> str:
        return self.voice.rpartition("/")[0] or MODEL

    @property
    def _speaker(self) -> str:
        return self.voice.rpartition("/")[2]

    @cached_property
    def _english(self) -> English:
        return English(british=False)


def _document(answer: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError as error:
        raise Unavailable("voice elevenlabs", "its answer is no JSON", "ask again") from error
    if not isinstance(told, dict):
        raise Unavailable("voice elevenlabs", "its answer is not the documented one", "ask again")
    return told


def _audio(told: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(str(told.get("audio_base64", "")), validate=True)
    except binascii.Error as error:
        raise Unavailable("voice elevenlabs", "its sound cannot be unpacked", "ask again") from error


def clock(parts: Sequence[tuple[Piece, str]], alignment: object) -> list[Sound] | None:
    """When each character of the text is heard; a word said by another spelling has one time for all its letters.

    None where the service told no times, or told them of another text than it was sent.
    """
    if not isinstance(alignment, Mapping):
        return None
    letters, starts, ends = (
        alignment.get(key) for key in ("characters", "character_start_times_seconds", "character_end_times_seconds")
    )
    sent = "".join(text for _, text in parts)
    if not (isinstance(letters, list) and isinstance(starts, list) and isinstance(ends, list)):
        return None
    if "".join(map(str, letters)) != sent or not len(letters) == len(starts) == len(ends) == len(sent):
        return None
    edges = [*map(float, starts)]
    if any(later < earlier for earlier, later in pairwise(edges)):
        return None
    when, at = [], 0
    for piece, text in parts:
        spoken = [n for n in range(at, at + len(text)) if sent[n].isalnum()]
        if piece.sound is not None and spoken:
            when.append(Sound(piece.at, piece.end, float(starts[spoken[0]]), float(ends[spoken[-1]])))
        elif piece.sound is None:
            when += [Sound(piece.at + n - at, piece.at + n - at + 1, float(starts[n]), float(ends[n])) for n in spoken]
        at += len(text)
    return when
