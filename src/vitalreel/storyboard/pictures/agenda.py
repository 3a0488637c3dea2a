"""When one meets, and the questions one meets about."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class AgendaItem:
    question: Text
    about: Text = field(default_factory=lambda: Text(""))
    minutes: Text = field(default_factory=lambda: Text(""))
    at_s: float = 0.0  # when the voice reaches it; 0 = by the default clock


@dataclass(frozen=True, slots=True)
class AgendaPicture:
    """The meeting's day and facts, and at most 5 questions in their order."""

    items: tuple[AgendaItem, ...]
    when: Text = field(default_factory=lambda: Text(""))
    details: tuple[Text, ...] = ()  # at most 3: the time, who comes
