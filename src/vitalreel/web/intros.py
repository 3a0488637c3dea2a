"""Recording an introduction in the browser: the page's headers, the upload, and what was recorded to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import UploadFile

from vitalreel.errors import BadInput, NotFound
from vitalreel.ports import FaceFinder
from vitalreel.steps import intro
from vitalreel.steps.doors import Doors
from vitalreel.store.media import Media
from vitalreel.web.pages import HEADERS

MOST_BYTES = 120 << 20
_CHUNK = 1 << 20

RECORDING: Mapping[str, str] = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("media-src 'self'", "media-src 'self' blob:")
    + "; script-src 'self'; connect-src 'self'",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}
"""The one page that may use camera and microphone, and a script of ours."""


def keep_upload(
    doors: Doors,
    video: str,
    file: UploadFile,
    words: str,
    who: str,
    now: datetime,
    finder: FaceFinder | None,
    as_it_is: bool,
) -> dict[str, Any]:
    """Take in what the browser recorded; what the page says of it. Raises BadInput as `intro.keep` does."""
    with tempfile.NamedTemporaryFile(suffix=".upload") as kept:
        size = 0
        while part := file.file.read(_CHUNK):
            size += len(part)
            if size > MOST_BYTES:
                raise BadInput("introduction", f"it is larger than {MOST_BYTES >> 20} MB", "record it shorter")
            kept.write(part)
        kept.flush()
        made = intro.keep(doors, Path(kept.name), video, words, who, now, finder, as_it_is)
    return {
        "intro": made.id, "length_s": round(made.length_s, 1), "until": made.until.isoformat(), "notes": list(made.notes),
        "as_it_is": made.as_it_is,
        "film": f"/console/intros/{made.id}/film.mp4", "poster": f"/console/intros/{made.id}/poster.jpg",
    }  # fmt: skip


def part_of(doors: Doors, name: str, part: str) -> tuple[bytes, str]:
    """A kept introduction's picture or film, and its type. Raises NotFound."""
    clip = Media(doors.workspace.media).clip(intro.read(doors, name).clip)
    if part == "film.mp4":
        return clip.film, "video/mp4"
    if part == "poster.jpg":
        return clip.poster, "image/jpeg"
    raise NotFound("file", part)
