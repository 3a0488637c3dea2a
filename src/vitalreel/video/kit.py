"""A company's brand kit: palette in two themes, faces by role, mark and name, read from a plain mapping and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from vitalreel.briefs.forms import Upgrades, upgrade
from vitalreel.errors import BadConfiguration

ROLES = ("serif", "sans", "medium", "semibold", "display", "display_bold")
THEMES = ("light", "dark")
LOWER_THIRDS = ("plain", "bar", "tile")
"""How a speaker's name stands on a clip: bare, beside a bar of the accent, or on a tile of it."""
MIN_CONTRAST = 4.5  # WCAG 2.2 level AA for text
FORM = 1
"""The form of a brand kit's file."""
UPGRADES: Upgrades = {}
_HEX = re.compile(r"#[0-9A-Fa-f]{6}\Z")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #RRGGBB. The accent is the customer; greys are everyone else; amber is the exception."""

    bg0: str  # the ground's light corner
    bg1: str  # the ground's far corner
    card: str
    ink: str
    ink2: str
    ink3: str
    grey: str  # what was before
    grey2: str  # bands and tracks
    accent: str
    on_accent: str
    warn: str  # amber for text
    warn_fill: str  # amber for shapes
    shadow: str
    shadow_strength: float  # 0..1, of a card's wide shadow
    grid_strength: float  # 0..1, of ink


@dataclass(frozen=True, slots=True)
class Mark:
    """The company's sign as an outline: absolute M, L, C and Z commands in a box of `size` x `size`."""

    outline: str
    size: float


@dataclass(frozen=True, slots=True)
class Kit:
    name: str
    mark: Mark
    faces: Mapping[str, tuple[str, ...]]  # role -> font files, first that has the letter is used
    light: Theme
    dark: Theme
    music: str  # family of the music beds
    voice: str = ""  # who speaks for the brand, where the workspace names nobody
    lower_third: str = "plain"  # one of LOWER_THIRDS

    def theme(self, name: str) -> Theme:
        """The palette of a storyboard's theme. Raises BadConfiguration for an unknown name."""
        if name not in THEMES:
            raise BadConfiguration("brand kit", f"no theme {name!r}", f"themes are {' and '.join(THEMES)}")
        return self.light if name == "light" else self.dark


@lru_cache(maxsize=1024)
def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #RRGGBB colours, 1..21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def read_kit(mapping: Mapping[str, object], where: str) -> Kit:
    """The kit in `mapping` (a brand.yaml as loaded).

    where: the file's name, for errors. A kit of an older form is brought up to date first. Raises BadConfiguration for a missing or
    unknown key, a form that is not read, a colour that is not #RRGGBB, and for text that would not be readable on its ground.
    """
    mapping = dict(mapping)
    upgrade(mapping, FORM, UPGRADES, where)
    known = {"name", "mark", "faces", "themes", "music", "voice", "lower_third"}
    _no_strangers(mapping, known, where)
    themes = _section(mapping, "themes", where)
    _no_strangers(themes, set(THEMES), f"{where}: themes")
    light, dark = (_theme(_section(themes, name, where), f"{where}: themes.{name}") for name in THEMES)
    return Kit(
        name=_text(mapping, "name", where),
        mark=_mark(_section(mapping, "mark", where), f"{where}: mark"),
        faces=_faces(_section(mapping, "faces", where), f"{where}: faces"),
        light=light,
        dark=dark,
        music=_text(mapping, "music", where),
        voice=_text(mapping, "voice", where) if "voice" in mapping else "",
        lower_third=_lower_third(mapping, where),
    )


def _no_strangers(mapping: Mapping[str, object], known: set[str], where: str) -> None:
    for key in mapping:
        if key not in known:
            raise BadConfiguration(where, f"unknown key {key!r}", f"known are {', '.join(sorted(known))}")


def _section(mapping: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    found = mapping.get(key)
    if not isinstance(found, Mapping):
        raise BadConfiguration(where, f"{key} is missing or not a mapping", f"add a section {key}:")
    return found


def _text(mapping: Mapping[str, object], key: str, where: str) -> str:
    found = mapping.get(key)
    if not isinstance(found, str) or not found.strip():
        raise BadConfiguration(where, f"{key} is missing or empty", f"write {key}: and a text")
    return found


def _number(mapping: Mapping[str, object], key: str, where: str) -> float:
    found = mapping.get(key)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise BadConfiguration(where, f"{key} is not a number", f"write {key}: and a number")
    return float(found)


def _lower_third(mapping: Mapping[str, object], where: str) -> str:
    found = mapping.get("lower_third", LOWER_THIRDS[0])
    if found not in LOWER_THIRDS:
        raise BadConfiguration(where, f"no lower third {found!r}", f"write one of {', '.join(LOWER_THIRDS)}")
    return str(found)


def _mark(mapping: Mapping[str, object], where: str) -> Mark:
    size = _number(mapping, "size", where)
    if size <= 0:
        raise BadConfiguration(where, f"size {size} is not above 0", "give the side of the box the outline is drawn in")
    return Mark(" ".join(_text(mapping, "outline", where).split()), size)


def _faces(mapping: Mapping[str, object], where: str) -> Mapping[str, tuple[str, ...]]:
    _no_strangers(mapping, set(ROLES), where)
    faces = {}
    for role in ROLES:
        files = mapping.get(role)
        if not isinstance(files, list) or not files or not all(isinstance(f, str) for f in files):
            raise BadConfiguration(where, f"{role} has no font files", f"write {role}: [name.ttf, fallback.ttf]")
        faces[role] = tuple(str(f) for f in files)
    return faces


def _theme(mapping: Mapping[str, object], where: str) -> Theme:
    strengths = ("shadow_strength", "grid_strength")
    names = [f.name for f in fields(Theme)]
    _no_strangers(mapping, set(names), where)
    values: dict[str, Any] = {
        name: _number(mapping, name, where) if name in strengths else _colour(mapping, name, where) for name in names
    }
    theme = Theme(**values)
    _readable(theme, where)
    return theme


def _colour(mapping: Mapping[str, object], key: str, where: str) -> str:
    found = _text(mapping, key, where)
    if not _HEX.match(found):
        raise BadConfiguration(where, f"{key} is {found!r}, not a colour", "write it as '#RRGGBB'")
    return found.upper()


def _readable(theme: Theme, where: str) -> None:
    """Every pair of text and ground the scenes use, at both ends of the ground."""
    grounds = ("bg0", "bg1", "card")
    pairs = [(text, ground) for text in ("ink", "ink2", "ink3", "accent", "warn") for ground in grounds]
    for text, ground in [*pairs, ("on_accent", "accent")]:
        ratio = contrast(getattr(theme, text), getattr(theme, ground))
        if ratio < MIN_CONTRAST:
            raise BadConfiguration(
                where, f"{text} on {ground} has contrast {ratio:.2f}", f"text needs at least {MIN_CONTRAST}"
            )
