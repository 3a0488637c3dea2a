"""The mail's poster keeps its budget whatever is on it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitalreel.steps.poster import MAIL_BYTES, mail_picture
from vitalreel.video.media import image


@pytest.mark.parametrize(("grain", "width_px"), [(0, 1200), (20, 1200), (90, 600)])
def test_a_poster_is_coarser_or_smaller_rather_than_too_large_for_a_mail(grain: int, width_px: int):
    """R4: a still card stays as fine as it is; a photograph's grain gives way, and the mail stays below 90 kB."""
    draw = np.random.default_rng(7)
    pixels = np.full((1080, 1920, 4), 255, np.uint8)
    shade = np.linspace(40, 200, 1920)[None, :, None] + draw.normal(0, grain, (1080, 1920, 3))
    pixels[..., :3] = np.clip(shade, 0, 255)
    data = mail_picture(image(pixels))

    assert len(data) <= MAIL_BYTES
    assert width_px == Image.open(io.BytesIO(data)).width
