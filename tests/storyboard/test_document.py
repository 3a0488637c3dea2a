"""Storyboards as documents: every kind survives JSON, the shipped schema is the records', and nothing is lost or guessed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from tests.video.boards import board
from tests.video.every import every as every_scene
from tests.video.every import every_hard
from vitalreel.errors import BadInput
from vitalreel.store.workspace import LIBRARY
from vitalreel.storyboard import document
from vitalreel.storyboard.document import read, schema, written
from vitalreel.storyboard.pictures import KINDS
from vitalreel.storyboard.storyboard import Storyboard

SCHEMA = json.loads((LIBRARY / "schemas" / "storyboard.schema.json").read_text(encoding="utf-8"))
OF = {picture: kind for kind, picture in KINDS.items()}


def every() -> Storyboard:
    """One scene of every kind and every hard case, under the names that films use."""
    scenes = [*every_scene(), *(scene for scene, _ in every_hard().values())]
    return board([replace(scene, kind=OF[type(scene.picture)]) for scene in scenes])


def as_json() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(written(every())))
    return found


def test_every_kind_is_read_as_it_was_written() -> None:
    """V10: a film is a document; what is read is the same film, scene for scene, to the fingerprint."""
    whole = every()

    assert set(KINDS) == {scene.kind for scene in whole.scenes}
    assert whole == read(as_json(), "storyboard.json")


def test_the_shipped_schema_is_the_records_own_and_every_film_passes_it() -> None:
    """Editors and other programs check by the file; it can never fall behind the code."""
    assert SCHEMA == json.loads(json.dumps(schema()))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [] == list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(as_json()))


def test_the_schema_holds_a_picture_to_its_kind() -> None:
    found = as_json()
    title = next(s for s in found["scenes"] if s["kind"] == "title")
    title["kind"] = "bars"

    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(found))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.pop("version"), "it does not say its `version`"),
        (lambda d: d.update(version=99), "is of version 99; this program reads up to 1"),
        (lambda d: d["scenes"][1].update(kind="hologram"), "scenes.1.kind: no kind 'hologram'"),
        (lambda d: d["scenes"][1].update(frames="many"), "scenes.1.frames"),
        (lambda d: d["scenes"][0]["picture"].pop("lines"), "scenes.0.picture: lines"),
        (lambda d: d["scenes"][2].update(sparkle=True), "scenes.2.sparkle: this version knows no such field"),
        (lambda d: d["scenes"].append("title"), "is not a mapping"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(change: Any, told: str) -> None:
    """Bad input is named, with the place and the remedy; nothing is dropped in silence."""
    found = as_json()
    change(found)

    with pytest.raises(BadInput) as refused:
        read(found, "storyboard.json")

    assert told in str(refused.value)


def test_an_older_document_is_brought_up_to_date_a_version_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films made years ago are still read."""
    old = as_json()
    old["spoken_in"] = old.pop("language")
    upgrades = {
        1: lambda d: {**{k: v for k, v in d.items() if k != "spoken_in"}, "tongue": d["spoken_in"]},
        2: lambda d: {**{k: v for k, v in d.items() if k != "tongue"}, "language": d["tongue"]},
    }
    monkeypatch.setattr(document, "UPGRADES", upgrades)
    monkeypatch.setattr(document, "VERSION", 3)

    assert replace(every(), version=3) == read(old, "storyboard.json")
