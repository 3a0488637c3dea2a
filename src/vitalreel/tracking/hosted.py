"""Education videos of the company's own that are hosted elsewhere: what must be said of one so that watching it counts (K7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from vitalreel.errors import BadInput

KINDS = ("onboarding", "feature_tour", "product_update", "troubleshooting", "pricing", "advanced_use")
"""What conditions and scorecards call them: `any contact has watched 'pricing' at least 50% within 14 days`."""
MOST_S = 24 * 3600.0
_FILES = (".mp4", ".m4v", ".webm", ".mov")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Hosted:
    """One registered video."""

    name: str  # lower case, digits and underscores
    title: str
    url: str  # where it is shown
    kind: str  # one of KINDS
    length_s: float
    released: date
    feature: str = ""  # of the product that it is about; "" for none

    @property
    def is_list(self) -> bool:
        """Whether its address is an HLS playlist."""
        return urlsplit(self.url).path.lower().endswith(".m3u8")

    @property
    def is_file(self) -> bool:
        """Whether its address is a file that a browser plays; else it is the page that shows it."""
        return urlsplit(self.url).path.lower().endswith(_FILES)


def checked(asset: Hosted) -> Hosted:
    """The asset as given. Raises BadInput naming what is wrong with it and what would be right."""
    where = f"asset {asset.name}"
    if not _NAME.fullmatch(asset.name):
        raise BadInput(where, "is no name", "use up to 40 lower-case letters, digits and underscores, a letter first")
    if not asset.title.strip():
        raise BadInput(where, "has no title", "say what viewers call it")
    if asset.kind not in KINDS:
        raise BadInput(where, f"{asset.kind!r} is no kind", f"use {', '.join(KINDS)}")
    address = urlsplit(asset.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise BadInput(
            where, f"{asset.url!r} is no address", "give the page or file that shows it, beginning with https://"
        )
    if not 0 < asset.length_s <= MOST_S:
        raise BadInput(where, f"a length of {asset.length_s:g} seconds makes no sense", "give seconds, up to a day")
    return asset
