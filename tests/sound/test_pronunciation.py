"""The pronunciation dictionary: who wins, what it touches, and that a slip in it is named."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from vitalreel.errors import BadConfiguration
from vitalreel.sound.pronunciation import Dictionary, read_pronunciations, sounds_in
from vitalreel.store.workspace import LIBRARY

FILE = """
pronunciations: 1
product: {Larkspur: lark spur, ana: an uh}
accounts: {A-1: {Ana: ay nuh, Halden: hall den}}
contacts: {C-1: {Ana: ah nah}, C-2: }
"""
SHIPPED = {"Ana": "ann a", "SOW": "ess oh double you"}
SCHEMA = json.loads((LIBRARY / "schemas" / "pronunciations.schema.json").read_text(encoding="utf-8"))


def dictionary() -> Dictionary:
    return read_pronunciations(FILE, "pronunciations.yaml", SHIPPED)


@pytest.mark.parametrize(
    ("account", "contact", "ana"),
    [
        (None, None, "an uh"),
        ("A-2", None, "an uh"),
        ("A-1", "C-9", "ay nuh"),
        ("A-1", "C-1", "ah nah"),
        ("A-1", "C-2", "ay nuh"),
    ],
)
def test_the_nearest_entry_wins(account: str | None, contact: str | None, ana: str) -> None:
    """V9: contact over account over product over what is shipped; a word is one whatever its case."""
    sounds = dictionary().sounds(account, contact)

    assert [ana] == [s for w, s in sounds.items() if w.casefold() == "ana"]
    assert ("lark spur", "ess oh double you") == (sounds["Larkspur"], sounds["SOW"])
    assert ("Halden" in sounds) == (account == "A-1")


def test_a_plain_list_of_names_is_the_product_s() -> None:
    """V9: files written before there were sections go on working."""
    assert Dictionary({"Siobhan": "shi vawn", "Nguyen": "/wˈɪn/"}) == read_pronunciations(
        "Siobhan: shi vawn\nNguyen: /wˈɪn/\n", "pronunciations.yaml"
    )
    assert Dictionary() == read_pronunciations("# nothing yet\n", "pronunciations.yaml")


def test_only_what_occurs_is_used() -> None:
    """V12: an entry that a sentence lacks does not make another take of it; capitals hold for capitals only."""
    sounds = {"Nguyen": "/wˈɪn/", "O'Connor": "oh con er", "SOW": "ess oh double you"}

    assert {"Nguyen": "/wˈɪn/"} == sounds_in("nguyen’s team", sounds)
    assert {"O'Connor": "oh con er"} == sounds_in("Dr. O’Connor", sounds)
    assert {"SOW": "ess oh double you"} == sounds_in("The SOW is signed.", sounds)
    assert {} == sounds_in("Nguyenne may sow", sounds)


@pytest.mark.parametrize(
    "text",
    [
        "- a", "a: {", "54: x", "Ana: ", "Ana: /ɑnə", "Ana: an4", "Ana: 7", "Ana: '…'", "product: {Ana: a}", "pronunciations: 2",
        "{pronunciations: 1, people: {}}", "{pronunciations: 1, accounts: {A-1: Ana}}", "{pronunciations: 1, product: [Ana]}",
    ],
)  # fmt: skip
def test_a_slip_in_the_dictionary_is_named(text: str) -> None:
    """V9: the file, the place and the entry are in the error."""
    with pytest.raises(BadConfiguration, match=r"pronunciations\.yaml"):
        read_pronunciations(text, "pronunciations.yaml")


@pytest.mark.parametrize("file", [FILE, (LIBRARY / "pronunciations.yaml").read_text(encoding="utf-8")])
def test_the_schema_for_editors_agrees(file: str) -> None:
    """V9: what an editor underlines and what is refused are the same."""
    jsonschema.validate(YAML(typ="safe").load(file), SCHEMA)
    for slip in ({"Ana": ""}, {"Ana": "an4"}, {"54": "x"}, {"Ana": "/ɑnə"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"pronunciations": 1, "product": slip}, SCHEMA)


def test_what_is_shipped_can_be_read() -> None:
    """V9: the base under every workspace."""
    path: Path = LIBRARY / "sounds.yaml"

    assert "SAML" in read_pronunciations(path.read_text(encoding="utf-8"), path.name).product
