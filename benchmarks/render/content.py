"""What the common 10 s scene shows, and when: the same words, numbers and times for every maker."""

from __future__ import annotations

import math
from dataclasses import dataclass

W, H, FPS, SECONDS = 1920, 1080, 30, 10
FRAMES = FPS * SECONDS
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
CAPTION_S, CAPTION_FADE_S = 2.0, 0.2
PANELS = ((96, 260, 960, 560), (1120, 260, 704, 560))  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Content:
    """One account's scene. Every word, bar and point of it is the account's own: nothing may be kept from another's."""

    title: str = "Quarterly results for Anna Müller"
    subtitle: str = "Nordwind Logistics GmbH · 2026"
    bars: tuple[int, ...] = (42, 58, 37, 71, 83, 66, 90, 104, 97, 121, 133, 148)
    line: tuple[float, ...] = tuple(300 + 180 * math.sin(i / 7) + 6 * i + (17 * i % 23) for i in range(60))
    person: str = "Katharina Weiß"
    role: str = "Your account manager"
    captions: tuple[str, ...] = (
        "Hello Anna, this is your year at a glance.",
        "Your team closed 1,050 orders in twelve months.",
        "Growth picked up strongly in the second half.",
        "Here is what we suggest for the next quarter.",
        "Talk to us: we are happy to help.",
    )


ANNA = Content()
BEN = Content(
    title="Quarterly results for Ben Sørensen",
    subtitle="Halden Freight AS · 2026",
    bars=(51, 44, 62, 58, 77, 81, 69, 95, 112, 108, 126, 139),
    line=tuple(260 + 150 * math.sin(i / 6 + 1) + 7 * i + (13 * i % 29) for i in range(60)),
    person="Mikael Strand",
    role="Your adviser",
    captions=(
        "Hello Ben, this is your year at a glance.",
        "Your team closed 1,022 orders in twelve months.",
        "Growth picked up strongly in the autumn.",
        "Here is what we suggest for the next half.",
        "Write to us: we are happy to help you.",
    ),
)
"""Another account, drawn first where a warm worker is measured, so that no word of the measured scene is known to it."""


def clamp(x: float) -> float:
    return min(1.0, max(0.0, x))


def eased(x: float) -> float:
    """Fast in, slow out: cubic."""
    return 1 - (1 - clamp(x)) ** 3


def smooth(x: float) -> float:
    return clamp(x) ** 2 * (3 - 2 * clamp(x))
