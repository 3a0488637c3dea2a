"""The poster of a film: its title scene at rest, as JPEG for the page and smaller for the mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import skia

from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.video.faces import Faces
from vitalreel.video.film import poster
from vitalreel.video.kit import Kit
from vitalreel.video.media import NO_MEDIA, Shown, image

QUALITY = 84
MAIL_WIDTHS_PX = (1200, 900, 600)
"""Twice the 600 px of a mail's column where the picture allows it."""
MAIL_QUALITIES = (QUALITY, 76, 64, 52)
MAIL_BYTES = 55_000
"""In base64 75 kB: with 12 kB of words, signature and headers the whole mail stays below 90 kB."""


def poster_files(board: Storyboard, kit: Kit, faces: Mapping[str, bytes], media: Shown = NO_MEDIA) -> dict[str, bytes]:
    """poster.jpg at the film's size and poster_mail.jpg for the mail."""
    pixels = poster(board.scenes[0], board, kit, Faces(faces, kit), media)
    whole = image(pixels)
    return {"poster.jpg": _jpeg(whole, QUALITY), "poster_mail.jpg": mail_picture(whole)}


def mail_picture(whole: Any) -> bytes:
    """A picture as JPEG of at most MAIL_BYTES: coarser first, then smaller. The smallest and coarsest where even that has more."""
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    data = b""
    for width_px in MAIL_WIDTHS_PX:
        small = whole.resize(width_px, round(width_px * whole.height() / whole.width()), sampling)
        for quality in MAIL_QUALITIES:
            data = _jpeg(small, quality)
            if len(data) <= MAIL_BYTES:
                return data
    return data


def _jpeg(picture: Any, quality: int) -> bytes:
    return bytes(picture.encodeToData(skia.EncodedImageFormat.kJPEG, quality))
