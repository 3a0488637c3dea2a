"""QR codes as whole modules on a white tile with the quiet zone the standard asks for."""

from __future__ import annotations

from typing import Any

import segno
import skia

from vitalreel.video.element import Box
from vitalreel.video.ink import fill

QUIET = 4  # modules of white on every side (ISO/IEC 18004)
DARK, TILE = "#14162B", "#FFFFFF"


def modules(content: str) -> list[list[bool]]:
    """The code of `content` at error correction level M, rows from the top, True is dark; the quiet zone is not in it.

    Raises segno.DataOverflowError for content no QR code can hold (some 2,300 bytes).
    """
    return [[bool(module) for module in row] for row in segno.make(content, error="m", micro=False).matrix]


def tile(content: str, left: float, top: float, side: float) -> tuple[Box, Any]:
    """The tile's box, at most `side` px, and what draws it. Modules are whole px, so edges are sharp."""
    rows = modules(content)
    module = max(1, int(side // (len(rows) + 2 * QUIET)))
    box = Box(left, top, left + module * (len(rows) + 2 * QUIET), top + module * (len(rows) + 2 * QUIET))

    def draw(canvas: Any) -> None:
        canvas.drawRoundRect(skia.Rect.MakeLTRB(*box), 14, 14, fill(TILE))
        dark = fill(DARK)
        dark.setAntiAlias(False)
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if value:
                    x, y = left + (column + QUIET) * module, top + (row + QUIET) * module
                    canvas.drawRect(skia.Rect.MakeXYWH(x, y, module, module), dark)

    return box, draw
