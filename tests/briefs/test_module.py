"""Modules are read whole, and every mistake is told with its file, its line and what would be right (V5)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.briefs.dossiers import LIBRARY, RAVENSTACK, ROOT
from vitalreel.briefs import reading
from vitalreel.briefs.forms import Content
from vitalreel.briefs.pictures import SHAPES
from vitalreel.briefs.reading import read_module
from vitalreel.errors import BadConfiguration

FILES = sorted([*LIBRARY.glob("*.yaml"), *RAVENSTACK.glob("*.yaml")])
DROP = (LIBRARY / "usage_drop_recovery.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parts[-3]}/{p.stem}")
def test_a_shipped_module_is_read_and_fits_the_schema(path: Path) -> None:
    """Editors check with the schema, we with the reader: what ships must pass both (V5)."""
    text = path.read_text(encoding="utf-8")
    schema = json.loads((ROOT / "src/vitalreel/library/schemas/module.schema.json").read_text(encoding="utf-8"))
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(YAML(typ="safe").load(text)))

    assert [] == errors
    assert path.stem == read_module(text, path.name).name


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parts[-3]}/{p.stem}")
def test_a_shipped_module_has_a_scene_to_share(path: Path) -> None:
    """A second account's film must find at least one scene ready (V10)."""
    shared = [s for s in read_module(path.read_text(encoding="utf-8"), path.name).scenes if s.shared]

    assert shared


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("said: rounded, floor: 2", "said: loosely, floor: 2", "wau_now:", "'said' cannot be 'loosely'"),
        ("same week last quarter,", "same week last decade,", "wau_before:", "cannot look up"),
        ("change(wau_now, wau_before)", "change(wau_now, wau_after)", "fall:", "'wau_after' is not a fact"),
        ("missing: stop, example", "missing: guess, example", "wau_now:", "'missing' cannot be 'guess'"),
        ("- wau_now >= wau_before ", "- wau_now =>> wau_before ", "not_made_when", "not_made_when"),
        ("does: [greet]", "does: [sell]", "does: [sell]", "no scene does 'sell'"),
        ("{contact.first_name}, this is", "{contact.nickname}, this is", "name_first", "'contact.nickname'"),
        ("    show: {line: weekly,", "    show: {pie: weekly,", "show: {pie", "no picture 'pie'"),
    ],
)
def test_a_mistake_is_told_with_its_line(right: str, wrong: str, line: str, message: str) -> None:
    """Whoever edits modules is no programmer: the message must lead to the place."""
    assert right in DROP
    text = DROP.replace(right, wrong, 1)
    at = next(
        n for n, row in enumerate(text.splitlines(), 1) if line in row and (wrong in row or line == "not_made_when")
    )
    with pytest.raises(BadConfiguration) as raised:
        read_module(text, "drop.yaml")

    assert message in str(raised.value)
    assert raised.value.where.startswith("drop.yaml line ")
    assert abs(int(re.findall(r"\d+", raised.value.where)[0]) - at) <= 1


def test_a_module_of_an_earlier_form_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """V5: a planted form 1, whose films had a `purpose`, is read as form 2 reads it; `version` stays the edition of the words."""

    def renamed(module: Content) -> None:
        module["tone"] = module.pop("purpose")

    old = re.sub("^tone:", "purpose:", DROP, flags=re.M)
    now = read_module(DROP, "drop.yaml")
    monkeypatch.setattr(reading, "FORM", 2)
    monkeypatch.setattr(reading, "UPGRADES", {1: renamed})

    assert now == read_module(old, "drop.yaml") == read_module("form: 1\n" + old, "drop.yaml")
    assert now == read_module("form: 2\n" + DROP, "drop.yaml")
    with pytest.raises(
        BadConfiguration, match=r"drop\.yaml line 1: is of form 3, and this program reads forms up to 2"
    ):
        read_module("form: 3\n" + DROP, "drop.yaml")


def test_every_form_that_was_is_still_read() -> None:
    """V5: an upgrade for each form before the newest, in the schema as in the reader."""
    schema = json.loads((ROOT / "src/vitalreel/library/schemas/module.schema.json").read_text(encoding="utf-8"))

    assert set(range(1, reading.FORM)) == set(reading.UPGRADES)
    assert reading.FORM == schema["properties"]["form"]["const"]


@pytest.mark.parametrize("form", ["0", "yes", "1.5"])
def test_a_form_is_a_whole_number(form: str) -> None:
    """V5: told with its line."""
    with pytest.raises(BadConfiguration, match=r"drop\.yaml line 1: 'form' cannot be"):
        read_module(f"form: {form}\n" + DROP, "drop.yaml")


def test_a_shared_scene_may_not_hold_an_accounts_fact() -> None:
    """Or one customer's name would be drawn into everyone's film (V10)."""
    text = DROP.replace('headline: "The log shows when, not why"', 'headline: "{account.name}: when, not why"', 1)
    with pytest.raises(BadConfiguration, match=r"a shared scene cannot use 'account\.name'"):
        read_module(text, "drop.yaml")


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    """A missing quote must not end in a stack trace."""
    with pytest.raises(BadConfiguration, match=r"drop\.yaml line"):
        read_module(DROP.replace('headline: "A change', "headline: 'A change", 1), "drop.yaml")


def test_the_form_of_every_lookup_is_documented() -> None:
    """The message of a wrong `from:` sends authors to this page."""
    page = (ROOT / "docs/concepts/tracing.md").read_text(encoding="utf-8")
    code = (ROOT / "src/vitalreel/briefs/lookup.py").read_text(encoding="utf-8")
    forms = re.findall(r"^(?:usage|contract|features)\.?[^ ]* .*?(?=  )", code.split('"""')[1], re.M)

    assert forms
    assert [] == [form for form in forms if form not in page]


def test_the_schema_knows_every_picture_and_its_keys() -> None:
    """What an editor underlines is what the reader refuses (V5)."""
    schema = json.loads((ROOT / "src/vitalreel/library/schemas/module.schema.json").read_text(encoding="utf-8"))
    known = [(set(one["required"]), set(one["propertyNames"]["enum"])) for one in schema["$defs"]["show"]["anyOf"]]

    assert [(set(must), set(must | may)) for must, may in SHAPES.values()] == known


def test_the_forms_of_pictures_of_figures_are_documented() -> None:
    """Every key of them, where the schema sends authors."""
    page = (ROOT / "docs/concepts/figures.md").read_text(encoding="utf-8")
    kinds = ("benchmark", "seats", "adoption", "support", "outcome", "similar")

    assert [] == [key for kind in kinds for key in sorted(SHAPES[kind][0] | SHAPES[kind][1]) if f"`{key}`" not in page]
