"""Colours, paints and the few shapes every scene draws with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import skia

from vitalreel.errors import BadConfiguration
from vitalreel.video.element import Box
from vitalreel.video.kit import Mark

ROUND = skia.Paint.kRound_Cap


@lru_cache(maxsize=4096)
def colour(hexed: str, alpha: float = 1.0) -> Any:
    """#RRGGBB and an opacity 0..1 as a skia.Color4f."""
    red, green, blue = (int(hexed[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return skia.Color4f(red, green, blue, max(0.0, min(1.0, alpha)))


def mixed(one: str, other: str, share: float) -> str:
    """`share` (0..1) of the way from `one` to `other`, as #RRGGBB."""
    parts = (round(int(one[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)


def fill(hexed: str, alpha: float = 1.0, blur: float = 0.0) -> Any:
    """A filled paint; blur: standard deviation in px."""
    paint = skia.Paint(AntiAlias=True)
    paint.setColor4f(colour(hexed, alpha))
    if blur:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


def stroke(hexed: str, width: float, alpha: float = 1.0, blur: float = 0.0, dash: Sequence[float] = ()) -> Any:
    """A stroked paint with round ends and joins."""
    paint = fill(hexed, alpha, blur)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(width)
    paint.setStrokeCap(ROUND)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    if dash:
        paint.setPathEffect(skia.DashPathEffect.Make(list(dash), 0))
    return paint


def rule(hexed: str, width: float, alpha: float = 1.0) -> Any:
    """A stroked paint with square ends, for axes, grids and rules."""
    paint = stroke(hexed, width, alpha)
    paint.setStrokeCap(skia.Paint.kButt_Cap)
    return paint


def gradient(start: tuple[float, float], end: tuple[float, float], colours: Sequence[Any]) -> Any:
    """A filled paint that runs through `colours` (skia.Color4f) from one point to the other."""
    paint = skia.Paint(AntiAlias=True, Dither=True)
    points = [skia.Point(*start), skia.Point(*end)]
    paint.setShader(skia.GradientShader.MakeLinear(points, [c.toColor() for c in colours]))
    return paint


def rounded(canvas: Any, box: Box, radius: float, paint: Any) -> None:
    canvas.drawRoundRect(skia.Rect.MakeLTRB(*box), radius, radius, paint)


def bar(canvas: Any, zero: float, end: float, top: float, bottom: float, radius: float, paint: Any) -> None:
    """A horizontal bar from `zero` to `end`: the data end rounded, the zero end square."""
    if abs(end - zero) < 0.5:
        return
    round_, square = skia.Point(radius, radius), skia.Point(0, 0)
    radii = [square, round_, round_, square] if end > zero else [round_, square, square, round_]
    shape = skia.RRect()
    shape.setRectRadii(skia.Rect.MakeLTRB(min(zero, end), top, max(zero, end), bottom), radii)
    canvas.drawRRect(shape, paint)


def polyline(points: Sequence[tuple[float, float]]) -> Any:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in points], False)
    return path


def outline(mark: Mark) -> Any:
    """The mark as a skia.Path in its own box. Raises BadConfiguration where its outline cannot be read."""
    path, words = skia.Path(), mark.outline.replace(",", " ").split()
    takes = {"M": 2, "L": 2, "C": 6, "Z": 0}
    i = 0
    try:
        while i < len(words):
            command, numbers = words[i], [float(n) for n in words[i + 1 : i + 1 + takes[words[i]]]]
            {"M": path.moveTo, "L": path.lineTo, "C": path.cubicTo, "Z": path.close}[command](*numbers)
            i += 1 + len(numbers)
    except (KeyError, ValueError, TypeError) as error:
        raise BadConfiguration(
            "brand kit", f"the mark's outline cannot be read at {words[i]!r}", "use absolute M, L, C and Z commands"
        ) from error
    return path
