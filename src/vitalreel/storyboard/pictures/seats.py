"""Seats as dots: in use, quiet, never assigned."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class SeatGroup:
    seats: float
    number: Text
    note: Text
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SeatsPicture:
    """All seats of the contract, each dot standing for as many; those of no group stay unmarked."""

    seats: float
    per_dot: float
    active: SeatGroup
    quiet: SeatGroup | None = None
    free: SeatGroup | None = None
    facts: Text = field(default_factory=lambda: Text(""))  # seats and seats a dot, as the source line has them
