"""The common scene in MoviePy 2 as its documentation would have it: clips, positions by time, a composite, libx264.

    python moviepy_peer.py OUT.mp4 FACES       run by MoviePy's own environment; FACES: a folder with the Inter files

What stands still is drawn once by Pillow; what moves is a VideoClip with a mask. Left out, since MoviePy has no short way
to them: round corners, the bars' and the area's gradients and the glow. That makes its work less than ours, not more.
"""

from __future__ import annotations

import sys
from pathlib import Path

import moviepy
import numpy as np
from content import ANNA, CAPTION_FADE_S, CAPTION_S, FPS, MONTHS, PANELS, SECONDS, H, W, eased, smooth
from moviepy import ColorClip, CompositeVideoClip, ImageClip, TextClip, VideoClip, vfx
from PIL import Image, ImageDraw, ImageFont

OUT, FACES = Path(sys.argv[1]), Path(sys.argv[2])
REGULAR, MEDIUM, BOLD = (str(FACES / f"Inter-{weight}.ttf") for weight in (400, 500, 600))


def ground():
    """The gradient, the panels with their grids and the months: one picture."""
    y, x = np.mgrid[0:H, 0:W]
    far = np.clip(np.hypot((x / W - 0.22) / 0.9, (y / H - 0.12) / 1.15), 0, 1) ** 1.4
    way = np.clip(0.35 * y / H + 0.65 * far, 0, 1)[..., None]
    near, deep = np.array([30, 58, 138]), np.array([11, 18, 32])
    picture = Image.fromarray((near + (deep - near) * way).astype(np.uint8)).convert("RGBA")
    over = Image.new("RGBA", (W, H))
    draw = ImageDraw.Draw(over)
    for left, top, width, height in PANELS:
        draw.rounded_rectangle((left, top, left + width, top + height), 24, fill=(255, 255, 255, 18))
        for k in range(1, 5):
            y = top + 112 * k
            draw.line((left + 24, y, left + width - 24, y), fill=(255, 255, 255, 24))
    month = ImageFont.truetype(REGULAR, 24)
    for i, text in enumerate(MONTHS):
        draw.text((163 + 75 * i, 800), text, font=month, anchor="ms", fill=(203, 213, 225))
    return ImageClip(np.array(Image.alpha_composite(picture, over).convert("RGB"))).with_duration(SECONDS)


def drawn(size, paint):
    """A transparent clip painted by Pillow; colours and mask of a moment are painted once."""
    last = {}

    def rgba(t):
        if last.get("t") != t:
            image = Image.new("RGBA", size)
            paint(ImageDraw.Draw(image), t)
            last.update(t=t, pixels=np.array(image))
        return last["pixels"]

    mask = VideoClip(lambda t: rgba(t)[..., 3] / 255.0, is_mask=True, duration=SECONDS)
    return VideoClip(lambda t: rgba(t)[..., :3], duration=SECONDS).with_mask(mask)


NUMBER, AMOUNT = ImageFont.truetype(BOLD, 26), ImageFont.truetype(BOLD, 40)


def bars(draw, t):
    for i, value in enumerate(ANNA.bars):
        way = eased((t - 0.8 - 0.08 * i) / 1.2)
        if way > 0:
            x, height = 40 + i * 75, value * 2.9 * way
            draw.rounded_rectangle((x, 510 - height, x + 54, 510), 8, fill=(59, 130, 246, 255))
            draw.text((x + 27, 498 - height), str(round(value * way)), font=NUMBER, anchor="ms", fill="white")


def line(draw, t):
    way = smooth((t - 3) / 3)
    if way <= 0:
        return
    k = int(way * 59)
    points = [(30 + i * (644 / 59), 540 - (value - 80) * 0.52) for i, value in enumerate(ANNA.line[: k + 1])]
    if k > 0:
        draw.polygon([*points, (points[-1][0], 540), (points[0][0], 540)], fill=(52, 211, 153, 70))
        draw.line(points, fill=(52, 211, 153, 255), width=5, joint="curve")
    x, y = points[-1]
    draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill="white")
    draw.text((30, 50), f"€ {ANNA.line[k] * 10:,.0f}", font=AMOUNT, anchor="ls", fill="white")


def words(text, font, size, ink):
    return TextClip(font=font, text=text, font_size=size, color=ink, margin=(4, 12))


def rising(text, font, size, ink, top, start):
    clip = words(text, font, size, ink).with_start(start).with_duration(SECONDS - start)
    clip = clip.with_position(lambda t: (96, top + 60 * (1 - eased(t / 0.8))))
    return clip.with_effects([vfx.CrossFadeIn(0.8)])


def lower_third():
    """Kept a little on the page while it waits: a masked clip wholly off the page makes MoviePy 2.2.1 fail."""
    card = CompositeVideoClip(
        [
            ColorClip((560, 104), (2, 6, 23)).with_opacity(0.86),
            ColorClip((10, 104), (245, 158, 11)),
            words(ANNA.person, BOLD, 40, "white").with_position((32, 0)),
            words(ANNA.role, REGULAR, 28, "#fcd34d").with_position((32, 48)),
        ],
        size=(560, 104),
    )
    card = card.with_start(5).with_duration(SECONDS - 5)
    return card.with_position(lambda t: (max(-540, -720 + 816 * eased(t / 0.7)), 848))


def caption(index, text):
    line = words(text, MEDIUM, 40, "white")
    width = line.size[0] + 56
    ground = ColorClip((width, 72), (0, 0, 0)).with_opacity(0.59)
    clip = CompositeVideoClip([ground, line.with_position("center")], size=(width, 72))
    clip = clip.with_start(CAPTION_S * index).with_duration(CAPTION_S).with_position(("center", 978))
    return clip.with_effects([vfx.CrossFadeIn(CAPTION_FADE_S)])


film = CompositeVideoClip(
    [
        ground(),
        drawn((960, 560), bars).with_position((96, 260)),
        drawn((704, 560), line).with_position((1120, 260)),
        rising(ANNA.title, BOLD, 72, "white", 80, 0),
        rising(ANNA.subtitle, REGULAR, 36, "#93c5fd", 172, 0.3),
        lower_third(),
        *(caption(i, text) for i, text in enumerate(ANNA.captions)),
    ],
    size=(W, H),
).with_duration(SECONDS)
quality = ["-crf", "20", "-pix_fmt", "yuv420p"]
film.write_videofile(
    str(OUT), fps=FPS, codec="libx264", preset="veryfast", ffmpeg_params=quality, audio=False, threads=2, logger=None
)
print(moviepy.__version__)
