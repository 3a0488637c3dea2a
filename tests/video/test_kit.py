"""The brand kit: what ships, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.video.boards import brand, kit
from vitalreel.errors import BadConfiguration
from vitalreel.identity import fingerprint
from vitalreel.video.kit import contrast, read_kit


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
