"""A voice behind the OpenAI speech interface: OpenAI itself, or any server that speaks it. Word times by forced alignment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vitalreel.edges.asking import TIMEOUT_S, Question, ask
from vitalreel.edges.voices.english import READING, English
from vitalreel.edges.voices.foreign import pieces, readable, respelled, taken, wav
from vitalreel.ports import Speech

MODEL = "gpt-4o-mini-tts"


@dataclass
class OpenAi:
    """Speaks through POST {url}/audio/speech. voice: "nova", or "MODEL/nova" for another model than MODEL.

    key: None for a server of one's own that wants none. Raises Refused and Unavailable as `asking.ask` does.
    """

    voice: str
    url: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = TIMEOUT_S

    @cached_property
    def name(self) -> str:
        return f"openai:{self.url}:{self._model}:{self._speaker}:{READING}"

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        readable(text, sounds, self._english)
        sent = "".join(p.text if p.sound is None else respelled(p.sound) for p in pieces(text, sounds))
        asked = {"model": self._model, "voice": self._speaker, "input": sent, "response_format": "wav"}
        headers = {"Content-Type": "application/json", "Accept": "audio/wav"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        question = Question(
            f"voice openai:{self.voice}",
            f"{self.url}/audio/speech",
            headers,
            json.dumps(asked).encode(),
            "VITALREEL_OPENAI_KEY",
        )
        return taken(text, sounds, self._english, *wav(ask(question, self.timeout_s)))

    @property
    def _model(self) -> str:
        return self.voice.rpartition("/")[0] or MODEL

    @property
    def _speaker(self) -> str:
        return self.voice.rpartition("/")[2]

    @cached_property
    def _english(self) -> English:
        return English(british=False)
