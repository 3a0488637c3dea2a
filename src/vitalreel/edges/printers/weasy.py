"""PDF by WeasyPrint over the system's Pango: tagged, with embedded faces, from a document that holds all it needs."""

from __future__ import annotations

import contextlib
import io
import warnings
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any

from vitalreel.errors import Refused, Unavailable

LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Debian's names of what WeasyPrint loads; their own dependencies come with them."""


class WeasyPrinter:
    """Loads WeasyPrint when first used, so that all else works without Pango."""

    def pdf(self, html: str) -> bytes:
        weasyprint = library()
        if "@font-face" not in html:  # no system face is used here, and Pango ends the process where it has none at all
            raise Refused("the PDF", "the document brings no typeface", "put one inside by @font-face and a data: URL")
        asked: list[str] = []  # outside the document; WeasyPrint itself only warns and goes on
        with _ONE:
            document = weasyprint.HTML(string=html, base_url="document:", url_fetcher=_fetcher(weasyprint, asked))
            made: bytes = document.write_pdf(pdf_tags=True, pdf_identifier=True)
        if asked:
            raise Refused("the PDF", f"the document asks for {asked[0][:80]}", "put it inside as a data: URL")
        return made


_ONE = Lock()
"""Pango is not made for several threads."""


def _fetcher(weasyprint: ModuleType, asked: list[str]) -> Any:
    """Opens data: URLs, which hold what they name. Anything else is noted in `asked` and not opened."""

    class Inside(weasyprint.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.lower().startswith("data:"):
                asked.append(url)
                raise ValueError(f"outside the document: {url}")
            return super().fetch(url, headers)

    return Inside(allowed_protocols=("data",), allow_redirects=False)


@cache
def library() -> ModuleType:
    """The library. Raises Unavailable with the line to run where it or Pango is not there."""
    # True and meant: documents bring their faces, and edges/gl.py gives films the same empty configuration.
    warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
    said = io.StringIO()  # where Pango is missing it prints a page of advice on stdout, which belongs to answers
    try:
        with contextlib.redirect_stdout(said):
            import weasyprint
    except (ImportError, OSError) as e:
        what = "Pango" if isinstance(e, OSError) else "WeasyPrint"
        hint = (
            f"run `sudo apt-get install -y {LIBRARIES}` (macOS: `brew install pango`)"
            if what == "Pango"
            else "run `make setup`"
        )
        raise Unavailable("the PDF", f"{what} is not installed", hint) from e
    found: ModuleType = weasyprint
    return found
