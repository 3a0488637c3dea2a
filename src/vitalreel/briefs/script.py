"""The script: what is shown and said, scene by scene, every figure and name carried by the fact it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vitalreel.briefs.fact import Fact
from vitalreel.identity import AccountId, ContactId, Plain


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: the module's own words (`fact` None) or one fact in its shown and said forms."""

    shown: str
    said: str
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Text as runs. `shown` is for the eye, `said` for the voice."""

    runs: tuple[Run, ...]

    @property
    def shown(self) -> str:
        return "".join(r.shown for r in self.runs)

    @property
    def said(self) -> str:
        return "".join(r.said for r in self.runs)

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(r.fact for r in self.runs if r.fact is not None)


@dataclass(frozen=True, slots=True)
class ScriptScene:
    """One scene before it has a time or a picture."""

    name: str  # unique in the film: "usage_line"
    kind: str  # a scene kind of the storyboard: "title", "line", "bars", "statement", "next_step", ...
    headline: Line
    say: tuple[Line, ...]  # one entry a sentence or breath, in order
    source: Line  # the source line at the foot; empty runs where the picture shows no data
    show: Mapping[str, Plain]  # what the picture needs, figures as {"fact": name}; the compose step resolves it
    shared: bool = False  # no account fact in it: drawn once, used by many
    breath_s: float = 0.6  # pause between lines
    part: str = ""  # of a film in parts: the part it belongs to


@dataclass(frozen=True, slots=True)
class Brief:
    """The order for one film: machine-made, readable, versioned."""

    account: AccountId
    account_name: str
    contact: ContactId
    contact_name: str
    module: str
    module_version: int
    play: str | None
    step: str | None
    segment: str
    tier: int
    language: str
    length_s: tuple[float, float]  # shortest, longest
    as_of: date
    button_text: str
    button_url: str
    human_name: str
    human_role: str
    human_email: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    parts: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # part -> shortest and longest


@dataclass(frozen=True, slots=True)
class Script:
    """A film in words. Nothing may be rendered from it before `trace` has found every figure in the ledger."""

    brief: Brief
    title: Line
    scenes: tuple[ScriptScene, ...]
    writer: str  # "template" or the model that wrote it
    variants: Mapping[str, str] = field(default_factory=dict)  # scene -> the wording chosen: "figures_first"
