"""A film is in its module's language: the contact's where there is a translation that can be told, else English, said so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from tests.steps.companies import company, put
from tests.steps.filming import NOW
from vitalreel.briefs.languages import fitting
from vitalreel.briefs.module import content_of
from vitalreel.briefs.reading import read_module
from vitalreel.errors import BadConfiguration, Refused
from vitalreel.identity import AccountId, ContactId, fingerprint
from vitalreel.settings import read_settings
from vitalreel.sound.casting import VoiceName
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.look import look
from vitalreel.steps.make import films
from vitalreel.steps.orders import Order, Written, write
from vitalreel.steps.planning import Entry, _in_whose_language
from vitalreel.steps.signing import live_now, sign
from vitalreel.steps.translations import note_on
from vitalreel.store import tables as t
from vitalreel.wiring import open_doors, open_workshop

DAY = dt.date(2026, 11, 22)
NOTE = """
module: note
version: 1
title: "For {account.name}"
owner: cs
for: {category: renewal, segments: [], viewer: champion, length: [5 s, 90 s]}
talent: spokesperson
tone: Level.
grade: 9
asks: {button: "Choose a time", url: links.book_csm, line: "Or write to {csm.first_name}, who answers."}
success: {metric: usage.weekly_users, moves: up 15%, within: 45 days, if_not: "a task"}
facts:
  seats:    {is: "seats today", from: contract.seats, unit: [seat, seats], missing: stop, example: ["640", "six hundred and forty"]}
  renewal:  {is: "renewal day", from: contract.renewal, unit: date, missing: stop, example: ["21 February 2027", "the twenty-first of February"]}
scenes:
  - {scene: title, does: [greet], headline: "Your contract", show: {title: ["Your contract"], kicker: "For {account.name}", prepared_for: "Prepared for {contact.full_name}"}, say_exactly: "This is about your contract."}
  - scene: terms
    does: [signal, figures, unknown]
    headline: "{seats with unit}"
    source: "Contract, as of {as_of}."
    show: {columns: [{label: "Seats", number: "{seats}", comparison: "until {renewal}"}]}
    say_exactly: "You have {seats with unit}. They are yours until {renewal}. What we do not know is what you plan."
  - {scene: next_step, does: [next_step, person], headline: "Talk to {csm.first_name}", show: {next_step: asks}, say_exactly: "Choose a time."}
"""  # noqa: E501
AMERICAN = NOTE.replace("module: note", "module: note_us\nlanguage: en-US\ntranslates: note").replace(
    "This is about", "This right here is about"
)
GERMAN = NOTE.replace("module: note", "module: note_de\nlanguage: de\ntranslates: note")
PEOPLE = {"ana": "de-CH", "amal": "ar", "kim": "en_us", "bo": ""}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    """One account that has no language of its own, four contacts, and a module with a translation that can be told and one that
    cannot."""
    opened = company(tmp_path_factory.mktemp("languages") / "ws")
    root = opened.workspace.root
    for path in (root / "modules").glob("*.yaml"):
        path.unlink()
    for name, text in {"note": NOTE, "note_us": AMERICAN, "note_de": GERMAN}.items():
        (root / "modules" / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings = (root / "vitalreel.yaml").read_text(encoding="utf-8")
    (root / "vitalreel.yaml").write_text(settings.replace("size: 1920x1080", "size: 480x270"), encoding="utf-8")
    put(opened, "account", [{"account_id": "halden", "name": "Halden Health", "segment": "mid_market", "tier": 2,
                             "csm": "d1", "since": dt.date(2026, 2, 22)}])  # fmt: skip
    put(opened, "contact", [{"contact_id": who, "account_id": "halden", "name": f"{who.title()} Raman", "first_name": who.title(),
                             "role": "champion", "active": True, "language": tag or None} for who, tag in PEOPLE.items()])  # fmt: skip
    put(opened, "csm", [{"csm_id": "d1", "name": "Daniel Osei", "first_name": "Daniel", "title": "Customer success manager",
                         "email": "daniel@larkspur.example"}])  # fmt: skip
    put(opened, "contract", [{"contract_id": "c1", "account_id": "halden", "start": dt.date(2026, 2, 22),
                              "end": dt.date(2027, 2, 21), "renewal": dt.date(2027, 2, 21), "arr": 4_850_000,
                              "currency": "USD", "seats": 640, "auto_renew": True, "notice_days": 30, "trial": False}])  # fmt: skip
    return open_doors(root)


def order(who: str) -> Order:
    return Order(AccountId("halden"), ContactId(who), "note")


def written(doors: Doors, who: str, known: Mapping[str, object] | None = None) -> Written:
    with doors.lake.session() as session:
        return write(doors, known or known_tables(session, doors.programme, DAY), order(who), DAY)


def test_the_language_of_a_film_is_its_module_s(doors: Doors) -> None:
    """V1 V10: English words are labelled English, whoever they are for; where that is not their language, it is said."""
    told = {who: written(doors, who) for who in PEOPLE}

    assert {"ana": "en", "amal": "en", "kim": "en-US", "bo": "en"} == {
        w: t.script.brief.language for w, t in told.items()
    }
    assert {"ana": "note", "amal": "note", "kim": "note_us", "bo": "note"} == {
        w: t.module.name for w, t in told.items()
    }
    assert "This right here is about your contract." == told["kim"].script.scenes[0].say[0].shown
    assert {
        "ana": "told in en, not de-CH: note_de cannot be told",
        "amal": "told in en, not ar: note has no translation into it",
        "kim": "",
        "bo": "",
    } == {w: one.note for w, one in told.items()}


def test_a_film_for_somebody_who_reads_arabic_is_not_mirrored_english(doors: Doors, assets: Path) -> None:
    """V10: from the lake to the published film: its words, its page, its captions and its label are of one language."""
    alone = read_settings({"VITALREEL_WORKERS": "1", "VITALREEL_ASSETS": str(assets)})
    with open_workshop(doors, draft=True, settings=alone) as workshop:
        [film] = films(doors, workshop, [order("amal")], DAY, NOW).made
        folder = workshop.media.video(film.video)
    scene = workshop.media.scene(workshop.scene_key(film.board.scenes[0], film.board))

    assert ("en", "note") == (film.board.language, film.board.module)
    assert 'LANGUAGE="en"' in (folder / "master.m3u8").read_text(encoding="utf-8")
    assert scene is not None
    named = next(text for text in scene.texts if text.text == "For Halden Health")
    assert named.left < film.board.width_px / 2


def test_why_a_film_is_not_in_its_viewer_s_language_is_told_before_it_is_made(doors: Doors) -> None:
    """T12: what `plan` and `why` add to a film; a module that is gone is told by its film."""
    with doors.engine.begin() as c:
        now = {"updated": NOW, "row": {}}
        c.execute(insert(t.account), [{"id": "halden", "name": "Halden Health", **now}])
        c.execute(insert(t.contact), [{"id": "amal", "account": "halden", "name": "Amal Raman", "active": True, "updated": NOW,
                                       "row": {"language": "ar"}}])  # fmt: skip
    entry = Entry("halden", "Halden Health", "p", "s", "note", "amal", "Amal Raman", "email", NOW, NOW, {}, "planned")
    [told] = _in_whose_language(doors, [entry])

    assert replace(entry, note="told in en, not ar: note has no translation into it") == told
    assert "told in en, not fr: note has no translation into it" == note_on(doors, "note", "fr")
    assert ["", "", ""] == [note_on(doors, "note", "en"), note_on(doors, "note", ""), note_on(doors, "gone", "fr")]


def test_a_module_that_cannot_be_told_is_a_mistake_where_it_stands(doors: Doors) -> None:
    """V5 V9: `vitalreel check` names the module, what is missing and what to do; its film is refused with the same words."""
    found = [(p.where, p.what) for p in look(doors, None, NOW).problems if "modules/" in p.where]
    with pytest.raises(Refused, match="note_de is in de, and films are written in en only"), doors.lake.session() as s:
        write(doors, known_tables(s, doors.programme, DAY), replace(order("bo"), module="note_de"), DAY)

    assert {"modules/note_de.yaml"} == {where for where, _ in found}
    assert "note_de is in de, and films are written in en only" in found[0][1]
    assert "which af_heart, the voice, does not speak" in found[1][1]


def test_a_service_s_voice_speaks_what_its_name_says(doors: Doors) -> None:
    """V9: with a speech service the missing voice is no mistake any more; an English module told by a German voice becomes one."""
    settings = doors.workspace.root / "vitalreel.yaml"
    before = settings.read_text(encoding="utf-8")
    try:
        settings.write_text(before.replace("voice: af_heart", "voice: azure:de-DE-KatjaNeural"), encoding="utf-8")
        wrong = [p.what for p in look(open_doors(doors.workspace.root), None, NOW).problems if "modules/" in p.where]
    finally:
        settings.write_text(before, encoding="utf-8")

    assert ["azure:de-DE-KatjaNeural, the voice, does not speak"] * 2 == [
        w.partition("which ")[2] for w in wrong if "which " in w
    ]
    assert 1 == len([w for w in wrong if w.startswith("note_de")])
    assert (True, False, True) == tuple(
        VoiceName(*name).speaks("de-CH") for name in (("openai", "nova"), ("kokoro", "af_heart"), ("azure", "de-AT-X"))
    )


def test_the_brand_s_voice_counts_where_the_workspace_names_none(doors: Doors) -> None:
    """V9: a kit with a German voice cannot tell English modules; a kit that is not there is told as a missing file."""
    root = doors.workspace.root
    settings, kit = root / "vitalreel.yaml", root / "brands" / "larkspur.yaml"
    before, look_before = settings.read_text(encoding="utf-8"), kit.read_text(encoding="utf-8")
    try:
        settings.write_text(before.replace("  voice: af_heart", "  #"), encoding="utf-8")
        kit.write_text(look_before + "voice: azure:de-DE-KatjaNeural\n", encoding="utf-8")
        [wrong] = [p.what for p in look(open_doors(root), None, NOW).problems if p.where == "modules/note.yaml"]
        kit.unlink()
        missing = {p.what for p in look(open_doors(root), None, NOW).problems if "larkspur" in p.what}
    finally:
        settings.write_text(before, encoding="utf-8")
        kit.write_text(look_before, encoding="utf-8")

    assert "note is in en, which azure:de-DE-KatjaNeural, the voice, does not speak" == wrong
    assert 1 == len(missing)


def test_a_translation_is_signed_for_itself(doors: Doors) -> None:
    """R10: what an American viewer gets may be seen once the American words are signed."""
    sign(doors, "note", "live", "Ingrid", NOW)
    with doors.engine.connect() as c:
        before = live_now(c, doors, "note", "en-US"), live_now(c, doors, "note", "ar")
    sign(doors, "note_us", "live", "Ingrid", NOW)
    with doors.engine.connect() as c:
        after = live_now(c, doors, "note", "en-US")

    assert ((False, True), True) == (before, after)


@pytest.mark.parametrize(
    ("wanted", "own", "others", "found"),
    [
        ("", "en", ["de"], "en"),
        ("de", "en", ["de", "de-AT"], "de"),
        ("de-CH", "en", ["de-AT"], "de-AT"),
        ("en-GB", "en", ["en-US"], "en"),
        ("EN_us", "en", ["en-US"], "en-US"),
        ("fr", "en", ["de"], None),
    ],
)
def test_the_nearest_language_is_spoken(wanted: str, own: str, others: list[str], found: str | None) -> None:
    """V10: the very one, else the module's own where only the country differs, else another country's."""
    assert found == fitting(wanted, own, others)


def test_what_was_signed_stays_signed_and_a_language_asks_again() -> None:
    """R10: keys that modules got later are no part of an earlier signature; a module in another language is another module."""
    module = read_module(NOTE, "modules/note.yaml")
    whole = {k: v for k, v in _fields(module).items() if k not in ("language", "translates")}

    assert fingerprint(whole) == content_of(module)
    assert content_of(module) != content_of(replace(module, language="en-GB"))
    with pytest.raises(BadConfiguration, match="line 3: no language 'German'"):
        read_module(NOTE.replace("module: note", "module: note\nlanguage: German"), "note.yaml")
    with pytest.raises(BadConfiguration, match="no translation of itself"):
        read_module(NOTE.replace("module: note", "module: note\ntranslates: note"), "note.yaml")


def _fields(module: object) -> dict[str, object]:
    return {name: getattr(module, name) for name in module.__slots__}  # type: ignore[attr-defined]
