"""Which voice speaks for whom: a voice by its make and name, one for the workspace, others by segment, and who stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from vitalreel.errors import BadConfiguration

KOKORO = {
    "af_heart": "American woman",
    "am_fenrir": "American man",
    "bf_emma": "British woman",
    "bm_george": "British man",
}
"""The voices that come with the product, offline."""
SERVICES = ("openai", "elevenlabs", "azure")
"""Makes that ask a service; their voices are the service's own names."""
DRAFT = "hibari"
HINT = f"use {', '.join(KOKORO)}, {DRAFT} (drafts), or a service's voice as {', '.join(f'{make}:NAME' for make in SERVICES)}"


@dataclass(frozen=True, slots=True)
class VoiceName:
    """A voice as configured: "bf_emma", "hibari", "azure:en-GB-SoniaNeural"."""

    make: str  # kokoro, hibari, or one of SERVICES
    voice: str

    def __str__(self) -> str:
        return self.voice if self.make in ("kokoro", DRAFT) else f"{self.make}:{self.voice}"

    @property
    def british(self) -> bool:
        """Whether names are read the British way for it."""
        return self.voice.startswith(("b", "en-GB")) and self.make in ("kokoro", "azure")

    def speaks(self, language: str) -> bool:
        """Whether it speaks a language (BCP 47). The voices in the box speak English; a service's voice speaks many, unless its
        name says which one (azure:de-DE-KatjaNeural)."""
        named = self.voice.partition("-")[0] if self.make == "azure" else ""
        mine = "en" if self.make in ("kokoro", DRAFT) else named.lower()
        return mine in ("", language.partition("-")[0].lower())


@dataclass(frozen=True, slots=True)
class Casting:
    """Who speaks. A film has one voice: where it fails, the next in `stand_ins` speaks the whole of it again."""

    voice: VoiceName | None = None  # None: the brand's, or the first of KOKORO
    segments: Mapping[str, VoiceName] = field(default_factory=dict)
    stand_ins: tuple[VoiceName, ...] = ()

    def chain(self, segment: str | None = None, brand: str = "") -> tuple[VoiceName, ...]:
        """The voices to try for a film to this segment, in order, each once.

        brand: the voice the brand kit names, "" for none. Raises BadConfiguration where there is no such voice.
        """
        first = self.segments.get(segment or "") or self.voice
        if first is None:
            first = read_voice(brand, "brand kit: voice") if brand else VoiceName("kokoro", next(iter(KOKORO)))
        return tuple(dict.fromkeys((first, *self.stand_ins)))


def read_voice(text: object, where: str) -> VoiceName:
    """The voice a configuration names. Raises BadConfiguration saying which there are."""
    name = str(text).strip() if isinstance(text, str) else ""
    make, colon, voice = name.partition(":")
    if name == DRAFT:
        return VoiceName(DRAFT, DRAFT)
    if name in KOKORO or (make == "kokoro" and voice in KOKORO):
        return VoiceName("kokoro", voice or name)
    if make in SERVICES and colon and voice.strip():
        return VoiceName(make, voice.strip())
    close = get_close_matches(name, [*KOKORO, DRAFT], 1, 0.5)
    meant = f"did you mean {close[0]}? " if close else ""
    raise BadConfiguration(where, f"no voice {text!r}", meant + HINT)


def read_casting(film: Mapping[str, object], where: str) -> Casting:
    """The casting in the `film` section of vitalreel.yaml: `voice`, `voices` (segment: voice) and `stand_ins`.

    where: the section, for errors. Raises BadConfiguration naming the key.
    """
    voices, stand_ins = film.get("voices") or {}, film.get("stand_ins") or []
    if not isinstance(voices, Mapping):
        raise BadConfiguration(
            f"{where}.voices", f"{voices!r} is not a mapping", "write `voices: {enterprise: bf_emma}`"
        )
    if not isinstance(stand_ins, list):
        raise BadConfiguration(f"{where}.stand_ins", f"{stand_ins!r} is not a list", f"write `stand_ins: [{DRAFT}]`")
    named = film.get("voice")
    return Casting(
        None if named is None else read_voice(named, f"{where}.voice"),
        {str(segment): read_voice(voice, f"{where}.voices.{segment}") for segment, voice in voices.items()},
        tuple(read_voice(voice, f"{where}.stand_ins") for voice in stand_ins),
    )
