"""The house's typefaces inside the document: only the letters it uses, so that it needs no other file and no network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

import uharfbuzz as hb


@dataclass(frozen=True, slots=True)
class Cut:
    """One file of var/assets/faces as the page's styles call it."""

    family: str
    weight: int
    file: str


CUTS = (
    Cut("Newsreader", 500, "Newsreader-500.ttf"),
    Cut("Inter", 400, "Inter-400.ttf"),
    Cut("Inter", 500, "Inter-500.ttf"),
    Cut("Inter", 600, "Inter-600.ttf"),
)
ELSEWHERE = tuple(
    Cut(family, weight, f"{family.replace(' ', '')}-{weight}.ttf")
    for family in ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans JP", "Noto Sans SC", "Noto Sans KR")
    for weight in (400, 600)
)
"""For names in letters that the first faces lack, in this order."""


GIVEN = set(range(0x20, 0x7F)) | {ord("•"), ord("·")}
"""Letters that styles add: page numbers, running heads and list marks."""


def font_faces(words: str, faces: Mapping[str, bytes]) -> str:
    """@font-face rules holding what `words` needs of `faces` (file name -> TTF); equal words, equal rules.

    A letter that no face has is left to whatever shows the page.
    """
    wanted = {ord(letter) for letter in words if letter.isprintable()} | GIVEN
    rules = [_rule(cut, faces[cut.file], wanted) for cut in CUTS if cut.file in faces]
    lacking = wanted - _letters(faces.get("Inter-400.ttf"))
    for cut in ELSEWHERE:
        found = lacking & _letters(faces.get(cut.file))
        if found:
            rules.append(_rule(cut, faces[cut.file], found))
        if cut.weight == 600:
            lacking -= found
    return "\n".join(rules)


_TABULAR = int.from_bytes(b"tnum", "big")
"""OpenType's tag for figures of one width, as HarfBuzz numbers it."""


def _letters(face: bytes | None) -> set[int]:
    return set(hb.Face(face).unicodes) if face else set()


def _rule(cut: Cut, face: bytes, letters: set[int]) -> str:
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(letters)
    wanted.layout_feature_tag_set.update([_TABULAR])  # beside HarfBuzz's own choice
    smaller = hb.subset(hb.Face(face), wanted).blob.data
    return (
        f'@font-face{{font-family:"{cut.family}";font-weight:{cut.weight};'
        f"src:url(data:font/ttf;base64,{b64encode(smaller).decode()}) format('truetype')}}"
    )
