"""Typefaces from bytes, and which of a role's faces draws which character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

import skia
import uharfbuzz as hb

from vitalreel.errors import BadConfiguration, Refused
from vitalreel.identity import fingerprint
from vitalreel.storyboard.text import is_decoration
from vitalreel.video.kit import Kit


@dataclass(frozen=True, slots=True)
class Face:
    """One font file, as skia draws it and as HarfBuzz shapes it."""

    file: str
    typeface: Any  # skia.Typeface
    shaper: Any  # hb.Font, in font units
    units: int  # font units per em

    def has(self, character: str) -> bool:
        return self.shaper.get_nominal_glyph(ord(character)) not in (None, 0)


class Faces:
    """The faces of a kit, from the bytes of its font files.

    files: font file name -> content; read where a face is first needed. Raises BadConfiguration where a role's first file is
    missing or cannot be read; fallbacks may be missing.
    """

    def __init__(self, files: Mapping[str, bytes], kit: Kit) -> None:
        self._files, self._opened = files, dict[str, Face]()
        self._chains = {role: tuple(n for n in chain if n in files) for role, chain in kit.faces.items()}
        self._chosen: dict[tuple[str, str], Face | None] = {}
        for role, chain in kit.faces.items():
            if chain[0] not in files:
                raise BadConfiguration(
                    "brand kit", f"the {role} face {chain[0]} is not among the font files", "run tools/assets.py"
                )
            self.first(role)

    def first(self, role: str) -> Face:
        return self._face(self._chains[role][0])

    def for_character(self, role: str, character: str) -> Face | None:
        """The first face of `role` that has `character`, None where no face has it."""
        key = (role, character)
        if key not in self._chosen:
            faces = (self._face(name) for name in self._chains[role])
            self._chosen[key] = next((face for face in faces if face.has(character)), None)
        return self._chosen[key]

    def _face(self, name: str) -> Face:
        """Opened when a text first needs it: the file of Chinese, Japanese and Korean is four times all others."""
        if name not in self._opened:
            self._opened[name] = _open(name, self._files[name])
        return self._opened[name]

    def drawable(self, role: str, text: str) -> str:
        """`text` as it can be drawn: white space made plain, and what has no outline left out.

        Left out are control characters and pictographs no face has (an emoji in a company's name is decoration).
        Raises Refused for a letter, digit or sign no face has: dropping one would change what is said.
        """
        kept, joins = [], False  # joins: whether a joiner has a letter before it to join
        for character in _PLAIN_SPACE.sub(" ", text):
            category = unicodedata.category(character)
            if category in ("Cc", "Cs") or (category == "Cf" and character not in _JOINERS):
                continue
            if character in _JOINERS:
                kept += [character] * joins
            elif self.for_character(role, character) is not None:
                kept.append(character)
                joins = character != " "
            elif is_decoration(character):
                joins = False
            else:
                raise Refused(
                    f"the text {text!r}",
                    f"no face for {character} (U+{ord(character):04X})",
                    f"add a font file that has it to the brand kit's faces.{role}",
                )
        return re.sub(" +", " ", "".join(kept)).strip(" ")


def faces_print(installed: Container[str], kit: Kit, digest: Callable[[str], str]) -> str:
    """The identity of the typefaces a kit finds: of each role's files those that are installed, in their order, by content.

    installed: names of font files. digest: file name -> identity of its content.
    """
    return fingerprint({role: [digest(n) for n in chain if n in installed] for role, chain in kit.faces.items()})


_PLAIN_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")  # no-break spaces stay: they hold numbers together
_JOINERS = "\u200c\u200d\u200e\u200f"  # they shape or direct their neighbours and draw nothing


def _open(name: str, data: bytes) -> Face:
    typeface = skia.Typeface.MakeFromData(skia.Data.MakeWithCopy(data))
    if typeface is None:
        raise BadConfiguration(
            f"font file {name}", "it is not a TrueType or OpenType font", "run tools/assets.py again"
        )
    parsed = hb.Face(data, 0)
    return Face(name, typeface, hb.Font(parsed), parsed.upem)
