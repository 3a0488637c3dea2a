"""Languages of films: tags as data has them, which a film can be written in, and which of several suits a viewer."""

from __future__ import annotations

import re
from collections.abc import Iterable

WRITTEN = ("en",)
"""What films can be written in, whatever its country: figures, dates and amounts in words, the tracing of every name and number, the
editorial standard and what a recogniser must hear are of these languages only."""
TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-\d{3})?\Z")
"""Language, script and region of BCP 47: en, en-GB, zh-Hant-TW."""


def main(tag: str) -> str:
    """The language itself, without country or script: "de" of "de-CH" and of "de_ch"."""
    return re.split(r"[-_]", tag.strip(), maxsplit=1)[0].lower()


def is_written(tag: str) -> bool:
    return main(tag) in WRITTEN


def fitting(wanted: str, own: str, others: Iterable[str]) -> str | None:
    """Which language to speak to somebody who wants `wanted`: the very one, else `own` where only the country differs, else another
    country's among `others`; None where none of them will do. Nothing wanted: `own`.
    """
    there = list(others)
    exact = [tag for tag in (own, *there) if tag.casefold() == wanted.strip().replace("_", "-").casefold()]
    if not wanted.strip() or exact:
        return exact[0] if exact else own
    return next((tag for tag in (own, *there) if main(tag) == main(wanted)), None)
