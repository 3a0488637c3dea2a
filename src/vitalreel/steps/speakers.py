"""The voices of a workspace, opened when they are needed, and which of them failed a short while ago."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vitalreel.edges.voices.cache import CachedVoice
from vitalreel.sound.casting import VoiceName

REST = timedelta(minutes=5)
"""A voice that failed is asked last for so long: films need not each wait for it in vain."""


@dataclass(slots=True)
class Speakers:
    """The voices of a workspace, each opened when it is first needed."""

    chain: Callable[[str], tuple[VoiceName, ...]]  # segment -> the voices to try, in order
    opened: Callable[[VoiceName], CachedVoice]
    _voices: dict[VoiceName, CachedVoice] = field(default_factory=dict)
    _failed: dict[VoiceName, datetime] = field(default_factory=dict)

    def names(self, segment: str, now: datetime, own: VoiceName | None = None) -> list[VoiceName]:
        """Whom to ask, those last that failed a short while ago. own: of whoever speaks in the film, asked before the segment's."""
        asked = dict.fromkeys((*([own] if own is not None else []), *self.chain(segment)))
        return sorted(asked, key=lambda name: now - self._failed.get(name, now - 2 * REST) < REST)

    def voice(self, name: VoiceName) -> CachedVoice:
        """Raises Unavailable where the voice is not there, BadInput where its service is not configured."""
        if name not in self._voices:
            self._voices[name] = self.opened(name)
        return self._voices[name]

    def failed(self, name: VoiceName, now: datetime) -> None:
        self._failed[name] = now


@dataclass(frozen=True, slots=True)
class Stood:
    """A voice that failed, and why another stood in."""

    voice: str
    reason: str
