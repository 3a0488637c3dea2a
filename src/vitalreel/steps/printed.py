"""A document's files: JSON for machines, a page, and the page as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitalreel.errors import Unavailable
from vitalreel.ports import Printer


@dataclass(frozen=True, slots=True)
class Printed:
    """The files made, by kind, and why there is no PDF where there is none."""

    files: Mapping[str, Path]
    missing: Unavailable | None


def printed(out: Path, name: str, document: str, page: str, printer: Printer) -> Printed:
    """NAME.json, NAME.html and NAME.pdf in a folder; the first two also where nothing can make the third."""
    out.mkdir(parents=True, exist_ok=True)
    files = {kind: out / f"{name}.{kind}" for kind in ("json", "html", "pdf")}
    files["json"].write_text(document, encoding="utf-8")
    files["html"].write_text(page, encoding="utf-8")
    files["pdf"].unlink(missing_ok=True)  # an older one would tell other figures
    try:
        files["pdf"].write_bytes(printer.pdf(page))
    except Unavailable as missing:
        return Printed({k: p for k, p in files.items() if k != "pdf"}, missing)
    return Printed(files, None)
