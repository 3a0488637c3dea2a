"""A module: one film in many versions, as its owner wrote it. Frozen records, names and places checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vitalreel.briefs.cases import Question
from vitalreel.briefs.fact import Missing
from vitalreel.briefs.lookup import Lookup
from vitalreel.briefs.template import Template
from vitalreel.identity import Plain, fingerprint, plain

DOES = ("greet", "signal", "figures", "bad_news", "terms", "help", "unknown", "next_step", "person")
"""What a scene does for the film; editorial.md demands some of them of every film."""
DATA_KINDS = frozenset(
    ["line", "bars", "columns", "timeline", "terms", "benchmark", "seats", "adoption", "support", "outcome", "similar"]
)
"""Kinds of picture that draw data: they say where it is from."""


@dataclass(frozen=True, slots=True)
class FactSpec:
    """How one fact is made, and what becomes of the film without it."""

    name: str
    means: str
    lookup: Lookup
    unit: str  # a unit of figures.py; "money" takes the currency of the data; "flag" is for conditions only
    fresh_days: int | None
    said: str  # a style of figures.py
    floor: int | None  # privacy or sense: smaller counts are treated as missing
    missing: Missing
    example: tuple[str, str]  # shown, said


@dataclass(frozen=True, slots=True)
class Wording:
    shape: str  # what comes first: "figures_first"
    sentences: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One way to tell a scene. `when` None is `otherwise`."""

    when: Question | None
    wordings: tuple[Wording, ...]  # chosen between; empty where the text is fixed
    exactly: tuple[Template, ...]  # said after the wording (or alone), never varied
    headline: Template
    source: Template | None
    kind: str
    show: Mapping[str, Plain]  # texts inside are still templates: compose-ready only after `write`


@dataclass(frozen=True, slots=True)
class SceneSpec:
    name: str
    does: tuple[str, ...]
    when: Question | None
    shared: bool
    cases: tuple[Case, ...]
    part: str = ""  # of a film in parts: which one it belongs to


@dataclass(frozen=True, slots=True)
class Asks:
    """The one thing a film asks for."""

    button: Template
    url: str  # a field of the dossier: "links.book_csm" or "csm.booking_url"
    minutes: int | None  # how long the talk is, if a talk is asked for
    line: Template  # one sentence under the headline of the last scene


@dataclass(frozen=True, slots=True)
class Module:
    name: str
    version: int
    where: str  # the file, for messages and provenance
    title: Template
    owner: str
    category: str
    segments: tuple[str, ...]
    viewer: str
    length_s: tuple[float, float]
    refers_to: tuple[str, ...]
    talent: str
    tone: str
    grade: float  # highest Flesch-Kincaid grade
    asks: Asks
    success: Mapping[str, Plain]
    not_made_when: tuple[Question, ...]
    facts: Mapping[str, FactSpec]  # in the order written: later ones may build on earlier ones
    scenes: tuple[SceneSpec, ...]
    parts: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # part -> shortest and longest, in seconds
    language: str = "en"  # BCP 47, of all its words
    translates: str = ""  # the module it is the translation of; "" for none


def content_of(module: Module) -> str:
    """The fingerprint that is signed: of all it says, shows and asks.

    A key that modules got later is part of it only where it says something, so that what was signed before stays signed.
    """
    later = {"language": "en", "translates": ""}
    whole = plain(module)
    assert isinstance(whole, dict)
    return fingerprint({name: value for name, value in whole.items() if later.get(name) != value})
