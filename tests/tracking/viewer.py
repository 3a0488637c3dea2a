"""An invented viewer for tests: does things by chance, and writes down both the events and what was really seen."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from vitalreel.tracking.event import Event

LENGTH_S = 60
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class Viewer:
    """Plays, seeks, hides and pauses in whole seconds; `times_seen[s]` is how often second s was watched."""

    chance: random.Random
    events: list[Event] = field(default_factory=list)
    times_seen: list[int] = field(default_factory=lambda: [0] * LENGTH_S)
    position: int = 0
    clock: datetime = START
    playing: bool = False
    visible: bool = True
    rate: float = 1.0

    def say(self, kind: str, from_s: int | None = None) -> None:
        """Send one event from where the viewer stands."""
        stood = None if from_s is None else from_s * 1000
        number = len(self.events)
        self.events.append(Event(f"e{number}", "v", kind, self.clock, self.position * 1000, stood, self.rate, number))

    def watch(self, seconds: int) -> None:
        """Let film run, if it is playing, to its end at most."""
        for _ in range(seconds):
            if self.playing and self.position < LENGTH_S:
                self.times_seen[self.position] += self.visible
                self.position += 1
                self.clock += timedelta(seconds=1 / self.rate)
        self.clock += timedelta(milliseconds=self.chance.randrange(0, 3))

    def act(self) -> None:
        """Do one thing at random."""
        what = self.chance.choice(["play", "pause", "seek", "progress", "rate", "turn", "end"])
        if what == "turn":
            self.visible = not self.visible
            self.say("visible" if self.visible else "hidden")
        elif what == "seek":
            stood, self.position = self.position, self.chance.randrange(LENGTH_S)
            self.say("seek", stood)
        elif what == "rate":
            self.rate = self.chance.choice([0.5, 1.0, 1.5, 2.0])
            self.say("rate")
        elif what == "play" and not self.playing:
            self.playing = True
            self.say("play")
        elif what in ("pause", "end") and self.playing:
            self.playing = False
            self.say(what)
        elif what == "progress":
            self.say("progress")
        self.watch(self.chance.randrange(0, 12))

    def leave(self) -> None:
        """Close the page: what was not told yet is told by a last progress."""
        self.say("progress")


def visit(seed: int, acts: int) -> Viewer:
    """A whole visit of `acts` random things."""
    viewer = Viewer(random.Random(seed))
    for _ in range(acts):
        viewer.act()
    viewer.leave()
    return viewer
