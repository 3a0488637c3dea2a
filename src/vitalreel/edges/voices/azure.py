"""A voice of Azure AI Speech over its REST interface. It tells no word times there, so they are found by alignment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.sax.saxutils import escape, quoteattr

from vitalreel.edges.asking import TIMEOUT_S, Question, ask
from vitalreel.edges.voices.english import READING, English
from vitalreel.edges.voices.foreign import Piece, ipa, pieces, readable, taken, wav
from vitalreel.ports import Speech

FORMAT = "riff-24khz-16bit-mono-pcm"


@dataclass
class Azure:
    """Speaks through POST {url}/cognitiveservices/v1. voice: "en-GB-SoniaNeural"; its first two parts are the language.

    Raises Refused and Unavailable as `asking.ask` does.
    """

    voice: str
    url: str
    key: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    @cached_property
    def name(self) -> str:
        return f"azure:{self.url}:{self.voice}:{READING}"

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        readable(text, sounds, self._english)
        headers = {
            "Content-Type": "application/ssml+xml",
            "X-Microsoft-OutputFormat": FORMAT,
            "User-Agent": "vitalreel",
        }
        question = Question(
            f"voice azure:{self.voice}", f"{self.url}/cognitiveservices/v1", {**headers, "Ocp-Apim-Subscription-Key": self.key},
            self.ssml(text, sounds).encode(), "VITALREEL_AZURE_SPEECH_KEY",
        )  # fmt: skip
        return taken(text, sounds, self._english, *wav(ask(question, self.timeout_s)))

    def ssml(self, text: str, sounds: Mapping[str, str]) -> str:
        """`text` as the service reads it, with the dictionary's sounds in place."""
        language = "-".join(self.voice.split("-")[:2])
        said = "".join(_element(piece) for piece in pieces(text, sounds))
        return (
            f'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang={quoteattr(language)}>'
            f"<voice name={quoteattr(self.voice)}>{said}</voice></speak>"
        )

    @cached_property
    def _english(self) -> English:
        return English(british=self.voice.startswith("en-GB"))


def _element(piece: Piece) -> str:
    if piece.sound is None:
        return escape(piece.text)
    if piece.sound.startswith("/"):
        return f'<phoneme alphabet="ipa" ph={quoteattr(ipa(piece.sound))}>{escape(piece.text)}</phoneme>'
    return f"<sub alias={quoteattr(piece.sound)}>{escape(piece.text)}</sub>"
