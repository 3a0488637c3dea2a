"""Who may speak for the company: people with what they consented to and for whom they speak, and who speaks in a film.

A likeness is used only under a consent that is written down, covers the use, and has not ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vitalreel.briefs.dossier import Known
from vitalreel.briefs.fact import Origin
from vitalreel.errors import BadConfiguration, Refused
from vitalreel.identity import fingerprint

SCOPES = ("portrait", "clip", "voice", "presenter")
"""What a consent may cover: the photograph, recorded clips, a synthetic voice that speaks their words, and a moving likeness of
them that a service makes."""
SYNTHETIC = "Synthetic presenter. Made by a computer."
"""On screen throughout wherever such a likeness is."""
CSM = "csm"
"""Whoever answers for the account, by the data."""
USES = {"talent": "clip", "voice": "voice"}
"""Scene kinds that use a likeness of the film's talent, and which."""


@dataclass(frozen=True, slots=True)
class Consent:
    given_on: date
    by: str
    scope: tuple[str, ...]
    until: date  # last day it holds


@dataclass(frozen=True, slots=True)
class SpeaksFor:
    """Empty: all of them."""

    segments: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    formats: tuple[str, ...] = ()  # categories of modules


@dataclass(frozen=True, slots=True)
class Clip:
    media: str
    words: str  # what is said in it, as shown
    focus: tuple[float, float] = (50.0, 40.0)  # where the face is, in per cent
    synthetic: bool = False  # a service made it
    looked_at: tuple[str, date] | None = None  # who says, since when, that its faces are meant as they are


@dataclass(frozen=True, slots=True)
class Approval:
    """That the person approved every word of a module as it was in one version."""

    version: int
    on: date


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    first_name: str
    role: str
    speaks_as: tuple[str, ...]
    speaks_for: SpeaksFor
    consent: Consent | None
    csm: str | None = None  # their id in the data
    portrait: str | None = None  # media id
    voice: str | None = None  # the synthetic voice that tells the films they speak in
    clips: Mapping[str, Clip] = field(default_factory=dict)
    approved: Mapping[str, Approval] = field(default_factory=dict)  # module -> what was approved
    where: str = "talent.yaml"


@dataclass(frozen=True, slots=True)
class Film:
    """The film somebody is wanted for."""

    module: str
    version: int
    category: str
    segment: str
    tier: int
    day: date
    kinds: tuple[str, ...]  # of its scenes
    clips: tuple[str, ...] = ()  # names of the clips it asks for


@dataclass(frozen=True, slots=True)
class Cast:
    """Who speaks in a film, as whom."""

    person: Person
    speaks_as: str


# Who


def cast(people: tuple[Person, ...], talent: str, film: Film, csm: str | None) -> Cast | None:
    """Who speaks in a film whose module names `talent`; None: the house voice, for nobody in particular.

    talent: what a module calls them: "csm", "executive.cco", or "spokesperson.segment", who must name the film's segment.
    csm: id of whoever answers for the account. An empty registry casts nobody.
    Raises Refused where nobody fits, where two do, and where the consent of the one who does is missing, has ended or does
    not cover the film.
    """
    what = f"a film of {film.module}"
    if not people:
        return None
    if talent == CSM:
        own = next((p for p in people if csm is not None and p.csm == csm), None)
        if own is None:
            return None
        check_consent(own, film, what)
        return Cast(own, CSM)
    speaks_as = talent.removesuffix(".segment")
    fitting = [p for p in people if speaks_as in p.speaks_as and _fits(p.speaks_for, film, speaks_as != talent)]
    named = [p for p in fitting if p.speaks_for.segments] or fitting
    if len(named) != 1:
        found = " and ".join(p.name for p in named) or "nobody"
        raise Refused(
            what,
            f"{found} in talent.yaml may speak as {speaks_as} for {film.segment}, tier {film.tier}, {film.category}",
            "one person must: say so under their `for:`" if named else f"add `{speaks_as}` to somebody's `speaks_as:`",
        )
    check_consent(named[0], film, what)
    return Cast(named[0], speaks_as)


def _fits(to: SpeaksFor, film: Film, by_segment: bool) -> bool:
    segment = film.segment in to.segments or (not to.segments and not by_segment)
    return segment and (not to.tiers or film.tier in to.tiers) and (not to.formats or film.category in to.formats)


def check_consent(person: Person, film: Film, what: str) -> None:
    """Raises Refused unless there is a consent that holds on the film's day and covers how it shows the person."""
    consent, remedy = (
        person.consent,
        f"ask {person.name}, and write it under `consent:` of {person.where}: {person.key}",
    )
    if consent is None:
        raise Refused(what, f"no consent of {person.name} is recorded", remedy)
    if not consent.given_on <= film.day <= consent.until:
        began = f"begins on {consent.given_on}" if film.day < consent.given_on else f"ended on {consent.until}"
        raise Refused(what, f"the consent of {person.name} {began}", remedy)
    made = any(name in person.clips and person.clips[name].synthetic for name in film.clips)
    wanted = dict.fromkeys([*(USES[kind] for kind in film.kinds if kind in USES), *(["presenter"] if made else [])])
    for use in wanted:
        if use not in consent.scope:
            raise Refused(what, f"the consent of {person.name} does not cover a {use}", remedy)


def may_show(person: Person, day: date) -> bool:
    """Whether their photograph may be shown on `day` where it is not needed: initials stand in for it otherwise."""
    consent = person.consent
    return consent is not None and "portrait" in consent.scope and consent.given_on <= day <= consent.until


def own_voice(person: Person, day: date) -> str | None:
    """The synthetic voice that tells their films, as configured; None: the house voice, also where they have not consented to one."""
    consent = person.consent
    if person.voice is None or consent is None or "voice" not in consent.scope:
        return None
    return person.voice if consent.given_on <= day <= consent.until else None


# What a film may say of them


def known(person: Person, stem: str, film: Film) -> Iterator[tuple[str, Known]]:
    """Fields of the dossier, by name. stem: "talent" or "csm", whose name and title the data has."""
    told: dict[str, Any] = {}
    if stem == "talent":
        told |= {"full_name": person.name, "first_name": person.first_name, "title": person.role}
    if person.portrait and may_show(person, film.day):
        told["portrait"] = person.portrait
    approval = person.approved.get(film.module)
    if approval is not None and approval.version == film.version:
        told["approved_on"] = approval.on
    for part, value in told.items():
        yield f"{stem}.{part}", _known(person, part, value, film.day)
    for name, clip in person.clips.items() if stem == "talent" else ():
        for part, value in clip_parts(person, clip).items():
            origin = Origin("clips", f"clip {name} of {person.where}: {person.key}", (), 0, fingerprint(clip))
            yield f"clips.{name}{part}", Known(value, film.day, origin)


def clip_parts(person: Person, clip: Clip) -> dict[str, str]:
    """A clip and what is known of it, by what its fact's name ends in."""
    across, down = clip.focus
    told = {".speaker": person.name, ".role": person.role, ".words": clip.words, ".focus": f"{across:g} {down:g}"}
    if clip.looked_at is not None:
        by, on = clip.looked_at
        told[".looked_at"] = f"{by} on {on}"
    return {"": clip.media, **told, **({".disclosure": SYNTHETIC} if clip.synthetic else {})}


def _known(person: Person, part: str, value: Any, day: date) -> Known:
    origin = Origin("configuration", f"{part} of {person.where}: {person.key}", (), 0, fingerprint(part, value))
    return Known(value, day, origin)


# The registry


def read_people(raw: object, where: str) -> tuple[Person, ...]:
    """The people of a parsed talent.yaml. Raises BadConfiguration naming the person, the key and what to write."""
    if not isinstance(raw, Mapping) or raw.get("talent") != 1:
        raise BadConfiguration(where, "is not a talent.yaml of version 1", "begin it with `talent: 1`")
    people = raw.get("people") or {}
    if not isinstance(people, Mapping):
        raise BadConfiguration(
            where, "`people` is not a mapping", "write `people:` and each person under a key of theirs"
        )
    return tuple(_person(str(key), _Part(value, f"{where}: {key}"), where) for key, value in people.items())


class _Part:
    """A mapping of the file: what it must and may hold, by type."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise BadConfiguration(where, f"{raw!r} is not a mapping", "see library/schemas/talent.schema.json")
        self._raw, self.where = raw, where

    def only(self, *keys: str) -> None:
        for key in self._raw:
            if key not in keys:
                raise BadConfiguration(self.where, f"no key {key!r} here", f"use {', '.join(keys)}")

    def need(self, key: str, kind: type, told: str) -> Any:
        value = self._raw.get(key)
        if not isinstance(value, kind) or isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
            raise BadConfiguration(self.where, f"{key!r} must be {told}, not {value!r}")
        return value

    def may(self, key: str, kind: type, told: str) -> Any:
        return None if self._raw.get(key) is None else self.need(key, kind, told)

    def flag(self, key: str) -> bool:
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            raise BadConfiguration(self.where, f"{key!r} must be true or false, not {value!r}")
        return value

    def many(self, key: str, kind: type, told: str) -> tuple[Any, ...]:
        values = self._raw.get(key) or []
        if not isinstance(values, list) or not all(isinstance(v, kind) and not isinstance(v, bool) for v in values):
            raise BadConfiguration(self.where, f"{key!r} must be a list of {told}, not {values!r}")
        return tuple(values)

    def part(self, key: str) -> _Part | None:
        return _Part(self._raw[key], f"{self.where}.{key}") if self._raw.get(key) is not None else None

    def parts(self, key: str) -> Iterator[tuple[str, _Part]]:
        values = self._raw.get(key) or {}
        if not isinstance(values, Mapping):
            raise BadConfiguration(self.where, f"{key!r} must be a mapping of names", f"not {values!r}")
        for name, value in values.items():
            yield str(name), _Part(value, f"{self.where}.{key}.{name}")


def _person(key: str, part: _Part, where: str) -> Person:
    part.only(
        "name", "first_name", "role", "speaks_as", "for", "consent", "csm", "portrait", "voice", "clips", "approved"
    )
    name = part.need("name", str, "a text")
    return Person(
        key=key,
        name=name,
        first_name=part.may("first_name", str, "a text") or name.split()[0],
        role=part.need("role", str, "a text"),
        speaks_as=part.many("speaks_as", str, "texts"),
        speaks_for=_speaks_for(part.part("for")),
        consent=_consent(part.part("consent")),
        csm=part.may("csm", str, "an id of the data"),
        portrait=part.may("portrait", str, "a media id; use `vitalreel talent add`"),
        voice=part.may("voice", str, "the name of a voice"),
        clips={name: _clip(clip) for name, clip in part.parts("clips")},
        approved={module: _approval(given) for module, given in part.parts("approved")},
        where=where,
    )


def _speaks_for(part: _Part | None) -> SpeaksFor:
    if part is None:
        return SpeaksFor()
    part.only("segments", "tiers", "formats")
    return SpeaksFor(
        part.many("segments", str, "texts"), part.many("tiers", int, "whole numbers"), part.many("formats", str, "texts")
    )  # fmt: skip


def _consent(part: _Part | None) -> Consent | None:
    if part is None:
        return None
    part.only("given_on", "by", "scope", "until")
    scope = part.many("scope", str, "texts")
    if strange := [s for s in scope if s not in SCOPES]:
        raise BadConfiguration(part.where, f"no scope {strange[0]!r}", f"use {', '.join(SCOPES)}")
    given_on, until = (part.need(key, date, "a date such as 2026-11-20") for key in ("given_on", "until"))
    if until < given_on:
        raise BadConfiguration(part.where, f"it ends on {until}, before it is given on {given_on}", "mend one of them")
    return Consent(given_on, part.need("by", str, "who gave it, and how"), scope, until)


def _clip(part: _Part) -> Clip:
    part.only("media", "words", "focus", "synthetic", "looked_at")
    focus = part.many("focus", int | float, "numbers") or (50.0, 40.0)  # type: ignore[arg-type]  # isinstance takes unions
    if len(focus) != 2 or not all(0 <= f <= 100 for f in focus):
        raise BadConfiguration(
            part.where, f"focus {list(focus)} is not on the picture", "write [across, down] in per cent"
        )
    return Clip(
        part.need("media", str, "a media id"), part.need("words", str, "what is said in it"), focus, part.flag("synthetic"),
        _looked_at(part.part("looked_at")),
    )  # fmt: skip


def _looked_at(part: _Part | None) -> tuple[str, date] | None:
    if part is None:
        return None
    part.only("by", "on")
    return part.need("by", str, "who looked at it"), part.need("on", date, "a date such as 2026-11-20")


def _approval(part: _Part) -> Approval:
    part.only("version", "on")
    return Approval(part.need("version", int, "a whole number"), part.need("on", date, "a date such as 2026-11-20"))
