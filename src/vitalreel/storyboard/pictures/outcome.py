"""Progress against the goal the customer set."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class OutcomePicture:
    """From where the goal was set to where it stands; the better end is always on the right."""

    start: float
    now: float
    start_text: Text
    now_text: Text
    start_note: Text
    now_note: Text
    target: float | None = None
    target_text: Text = field(default_factory=lambda: Text(""))  # "Your goal: 95%"
    state: Text = field(default_factory=lambda: Text(""))  # "reached 12 October", or how far it is
    quote: Text = field(default_factory=lambda: Text(""))
    credit: Text = field(default_factory=lambda: Text(""))
    now_at_s: float = 0.0
    state_at_s: float = 0.0

    @property
    def rising(self) -> bool:
        """Whether higher is better: the goal lies above the start, or without a goal the latest value."""
        return (self.now if self.target is None else self.target) >= self.start

    @property
    def reached(self) -> bool:
        if self.target is None:
            return False
        return self.now >= self.target if self.rising else self.now <= self.target

    @property
    def worse(self) -> bool:
        """Whether it stands further from the goal than at the start: amber."""
        return self.target is not None and (self.now < self.start if self.rising else self.now > self.start)
