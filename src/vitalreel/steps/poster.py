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

QUALITY = 88
MAIL_WIDTH_PX = 1200
"""Twice the 600 px of a mail's column."""


def poster_files(board: Storyboard, kit: Kit, faces: Mapping[str, bytes], media: Shown = NO_MEDIA) -> dict[str, bytes]:
    """poster.jpg at the film's size and poster_mail.jpg for the mail."""
    pixels = poster(board.scenes[0], board, kit, Faces(faces, kit), media)
    whole = image(pixels)
    height = round(MAIL_WIDTH_PX * board.height_px / board.width_px)
    small = whole.resize(MAIL_WIDTH_PX, height, skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))
    return {"poster.jpg": _jpeg(whole), "poster_mail.jpg": _jpeg(small)}


def _jpeg(picture: Any) -> bytes:
    return bytes(picture.encodeToData(skia.EncodedImageFormat.kJPEG, QUALITY))
