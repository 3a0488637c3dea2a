"""The registry of talent: who speaks for whom, under which consent; mistakes in it are told with their place (V8)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.briefs.dossiers import ROOT
from vitalreel.briefs.talent import Consent, Film, Person, SpeaksFor, cast, clip_parts, known, may_show, read_people
from vitalreel.errors import BadConfiguration, Refused

WHOLE = """
talent: 1
people:
  ana:
    name: Ana Ruiz
    role: Head of Success
    speaks_as: [cs_leader, spokesperson]
    for: {segments: [mid_market], tiers: [2, 3], formats: [renewal]}
    consent: {given_on: 2026-01-05, by: in writing, scope: [portrait, voice], until: 2026-12-31}
    portrait: 0123abcd
    voice: af_heart
    clips: {opening: {media: 4567ef, words: Good morning., focus: [60, 35], looked_at: {by: Kim Osei, on: 2026-11-20}}}
    approved: {renewal_opener: {version: 3, on: 2026-11-02}}
  daniel: {name: Daniel Osei, role: Customer success manager, csm: d1}
"""
FILM = Film("renewal_opener", 3, "renewal", "mid_market", 2, date(2026, 11, 20), ("title", "voice"))


def registry(text: str = WHOLE) -> tuple[Person, ...]:
    return read_people(YAML(typ="safe").load(text), "talent.yaml")


ANA, DANIEL = registry()
ALL_YEAR = Consent(date(2026, 1, 1), "in writing", ("portrait", "clip", "voice"), date(2026, 12, 31))


def person(key: str, *, segments: tuple[str, ...] = (), tiers: tuple[int, ...] = (), csm: str | None = None) -> Person:
    return Person(
        key, key.title(), key.title(), "Speaker", ("spokesperson",), SpeaksFor(segments, tiers), ALL_YEAR, csm=csm
    )


@pytest.mark.parametrize("text", [WHOLE, (ROOT / "src/vitalreel/library/talent.yaml").read_text(encoding="utf-8")])
def test_a_registry_is_read_and_fits_the_schema(text: str) -> None:
    """Editors check with the schema, we with the reader."""
    schema = json.loads((ROOT / "src/vitalreel/library/schemas/talent.schema.json").read_text(encoding="utf-8"))
    raw = json.loads(json.dumps(YAML(typ="safe").load(text), default=str))

    assert [] == list(jsonschema.Draft202012Validator(schema).iter_errors(raw))
    assert isinstance(registry(text), tuple)


def test_what_is_written_is_what_is_known() -> None:
    """Every key of a person, and a first name where none is written."""
    assert ("Ana", SpeaksFor(("mid_market",), (2, 3), ("renewal",))) == (ANA.first_name, ANA.speaks_for)
    assert ("Kim Osei", date(2026, 11, 20)) == ANA.clips["opening"].looked_at
    assert "Kim Osei on 2026-11-20" == clip_parts(ANA, ANA.clips["opening"])[".looked_at"]
    assert (60, 35) == ANA.clips["opening"].focus and date(2026, 11, 2) == ANA.approved["renewal_opener"].on
    assert (None, "d1", ()) == (DANIEL.consent, DANIEL.csm, DANIEL.speaks_as)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("talent: 1", "talent: 2", "begin it with `talent: 1`"),
        ("role: Head of Success", "job: Head of Success", "no key 'job' here"),
        ("name: Ana Ruiz", "name: ''", "ana: 'name' must be a text"),
        ("scope: [portrait, voice]", "scope: [face]", "no scope 'face'; use portrait, clip, voice"),
        ("until: 2026-12-31", "until: soon", "'until' must be a date such as 2026-11-20, not 'soon'"),
        ("until: 2026-12-31", "until: 2025-12-31", "it ends on 2025-12-31, before it is given"),
        ("tiers: [2, 3]", "tiers: [two]", "'tiers' must be a list of whole numbers"),
        ("focus: [60, 35]", "focus: [600, 35]", "is not on the picture"),
        ("words: Good morning.", "words: ''", "'words' must be what is said in it"),
        ("version: 3", "version: three", "'version' must be a whole number"),
        ("clips: {opening:", "clips: [opening]\n    x: {y:", "'clips' must be a mapping of names|no key 'x' here"),
    ],
)
def test_a_mistake_is_told_with_person_and_remedy(old: str, new: str, told: str) -> None:
    """Whoever keeps the registry reads what to write instead."""
    assert old in WHOLE
    with pytest.raises(BadConfiguration, match=r"^talent\.yaml") as raised:
        registry(WHOLE.replace(old, new, 1))

    assert any(one in str(raised.value) for one in told.split("|"))


def test_a_role_finds_the_person_of_the_segment() -> None:
    """Somebody named for the segment goes before somebody for all; `.segment` takes only the former."""
    everyone, ours = person("tom"), person("ana", segments=("mid_market",))

    assert "ana" == cast((everyone, ours), "spokesperson", FILM, None).person.key  # type: ignore[union-attr]
    assert "ana" == cast((everyone, ours), "spokesperson.segment", FILM, None).person.key  # type: ignore[union-attr]
    assert "tom" == cast((everyone,), "spokesperson", FILM, None).person.key  # type: ignore[union-attr]
    with pytest.raises(Refused, match=r"nobody in talent\.yaml"):
        cast((everyone,), "spokesperson.segment", FILM, None)


def test_tiers_and_formats_count_too() -> None:
    """A spokesperson of tier 3 does not speak to tier 2."""
    with pytest.raises(Refused, match="for mid_market, tier 2, renewal"):
        cast((person("tom", tiers=(3, 4)),), "spokesperson", FILM, None)


def test_whoever_answers_speaks_for_themselves() -> None:
    """`csm` is the person of the data; where the registry does not know them, the house voice speaks."""
    daniel = person("daniel", csm="d1")

    assert "daniel" == cast((daniel,), "csm", FILM, "d1").person.key  # type: ignore[union-attr]
    assert None is cast((daniel,), "csm", FILM, "d2")
    assert None is cast((), "executive.ceo", FILM, None)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_a_consent_holds_from_its_first_day_to_its_last(day: date) -> None:
    """And on no other; the refusal says which, and where to write a new one (V8)."""
    film, inside = replace(FILM, day=day), date(2026, 1, 5) <= day <= date(2026, 12, 31)
    try:
        speaks: Any = cast((ANA,), "cs_leader", film, None)
    except Refused as refused:
        assert not inside and "consent of Ana Ruiz" in str(refused) and "talent.yaml: ana" in str(refused)
    else:
        assert inside and "ana" == speaks.person.key
    assert inside == may_show(ANA, day)


def test_a_moving_likeness_needs_a_consent_of_its_own() -> None:
    """A clip that a service made is more than a clip, and its facts say so (V8)."""
    made = replace(ANA, consent=ALL_YEAR, clips={"opening": replace(ANA.clips["opening"], synthetic=True)})
    film = replace(FILM, kinds=("talent",), clips=("opening",))
    with pytest.raises(Refused, match="does not cover a presenter"):
        cast((made,), "cs_leader", film, None)
    allowed = replace(made, consent=replace(ALL_YEAR, scope=("clip", "presenter")))

    assert cast((allowed,), "cs_leader", film, None) is not None
    assert (
        "Synthetic presenter. Made by a computer."
        == dict(known(allowed, "talent", film))["clips.opening.disclosure"].value
    )
    assert "clips.opening.disclosure" not in dict(known(ANA, "talent", film))


def test_a_consent_covers_what_it_names() -> None:
    """A clip is not a voice; a film of charts asks for neither, but for a consent all the same."""
    with pytest.raises(Refused, match="does not cover a clip"):
        cast((ANA,), "cs_leader", replace(FILM, kinds=("talent",)), None)
    with pytest.raises(Refused, match="no consent of Ana Ruiz is recorded"):
        cast((replace(ANA, consent=None),), "cs_leader", replace(FILM, kinds=("line",)), None)
