"""The brand kit: what ships, and what is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import jsonschema
import pytest

from tests.video.boards import ROOT, brand, kit
from vitalreel.briefs.forms import Content
from vitalreel.errors import BadConfiguration
from vitalreel.identity import fingerprint
from vitalreel.video import kit as reading
from vitalreel.video.kit import FORM, LOWER_THIRDS, ROLES, Kit, Mark, Theme, contrast, read_kit

SCHEMA = json.loads((ROOT / "src/vitalreel/library/schemas/brand.schema.json").read_text(encoding="utf-8"))


def test_the_shipped_kit_is_the_look_that_was_designed() -> None:
    """The tokens of the look's page, by name; ink3 is two levels darker, since 4.45:1 is not enough for text."""
    light, dark = kit().light, kit().dark

    assert ("#F8F8FB", "#EBECF3", "#14162B", "#4038D6", "#A04E00") == (
        light.bg0,
        light.bg1,
        light.ink,
        light.accent,
        light.warn,
    )
    assert ("#11132B", "#0B0C1F", "#F4F5FC", "#98A2FF", "#F4B05C") == (
        dark.bg0,
        dark.bg1,
        dark.ink,
        dark.accent,
        dark.warn,
    )


def test_the_schema_knows_what_the_reader_knows() -> None:
    """What an editor underlines is what the reader refuses: every key of the kit, and nothing else."""
    themes, mark = SCHEMA["$defs"]["theme"], SCHEMA["properties"]["mark"]

    assert [] == list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(brand()))
    assert {f.name for f in fields(Kit)} - {"light", "dark"} | {"form", "themes"} == set(SCHEMA["properties"])
    assert [f.name for f in fields(Theme)] == themes["required"] == list(themes["properties"])
    assert {f.name for f in fields(Mark)} == set(mark["required"])
    assert list(ROLES) == SCHEMA["properties"]["faces"]["required"]
    assert list(LOWER_THIRDS) == SCHEMA["properties"]["lower_third"]["enum"]
    assert {"const": FORM} == {k: v for k, v in SCHEMA["properties"]["form"].items() if k == "const"}


@pytest.mark.parametrize("key", ["name", "music", "mark", "faces", "themes"])
def test_what_the_schema_refuses_the_reader_refuses(key: str) -> None:
    """A kit without one of them is none."""
    mapping = {k: v for k, v in brand().items() if k != key}

    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(mapping))
    with pytest.raises(BadConfiguration, match=f"{key} is missing"):
        read_kit(mapping, "brand.yaml")


def test_a_kit_of_an_earlier_form_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted form 1 that kept the accent by another name is read as form 2 reads it; an unknown form is refused."""

    def renamed(kit_: Content) -> None:
        for theme in ("light", "dark"):
            kit_["themes"][theme]["accent"] = kit_["themes"][theme].pop("brand_colour")

    old = brand()
    for theme in ("light", "dark"):
        old["themes"][theme]["brand_colour"] = old["themes"][theme].pop("accent")
    del old["form"]
    monkeypatch.setattr(reading, "FORM", 2)
    monkeypatch.setattr(reading, "UPGRADES", {1: renamed})

    assert kit() == read_kit(old, "brand.yaml") == read_kit({**brand(), "form": 2}, "brand.yaml")
    for form, says in ((3, "is of form 3, and this program reads forms up to 2"), ("new", "'form' cannot be 'new'")):
        with pytest.raises(BadConfiguration, match=says):
            read_kit({**brand(), "form": form}, "brand.yaml")


def test_contrast_is_the_ratio_wcag_defines() -> None:
    """Black on white is 21:1 and #777777 on white 4.48:1, the figures WCAG's own tools give."""
    assert (21.0, 4.48) == (contrast("#000000", "#FFFFFF"), pytest.approx(contrast("#777777", "#FFFFFF"), abs=0.005))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("themes", "light", "ink2"), "#B0B4C8", "contrast"),
        (("themes", "dark", "accent"), "blue", "not a colour"),
        (("themes", "light", "extra"), "#000000", "unknown key"),
        (("faces", "serif"), [], "no font files"),
        (("mark", "size"), 0, "above 0"),
        (("name",), "", "missing or empty"),
    ],
)
def test_a_kit_that_cannot_be_used_is_refused_with_its_place(path: tuple[str, ...], value: Any, says: str) -> None:
    """A company edits this file: the error names the line and the remedy."""
    mapping = brand()
    section = mapping
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value

    with pytest.raises(BadConfiguration, match=says) as caught:
        read_kit(mapping, "brand.yaml")
    assert caught.value.where.startswith("brand.yaml")


def test_a_kit_has_a_fingerprint_that_its_colours_change() -> None:
    """Scenes are cached by it (V12)."""
    other = brand()
    other["themes"]["light"]["accent"] = "#3038C6"

    assert fingerprint(kit()) != fingerprint(read_kit(other, "brand.yaml"))
