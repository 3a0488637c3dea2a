"""Draws every kind of scene in both themes and three sizes, as contact sheets and, if asked, one picture each.

    python tools/look.py                      docs/pictures/look-{wide,square,tall}-{light,dark}.jpg
    python tools/look.py --out DIR            the sheets into another folder
    python tools/look.py --frames DIR         also every picture at full size, PNG
    python tools/look.py --hard               the hard cases instead (sheets are then called hard-...)
    python tools/look.py --kind line ...      only these kinds or cases
    python tools/look.py --at 1.8             at another moment than at rest, in seconds

The scenes are those of tests/video/every.py: an invented film, one scene a kind.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from vitalreel.edges import gl  # noqa: E402

gl.ensure()  # before skia is imported

from PIL import Image  # noqa: E402
from tests.video.boards import board, faces, kit  # noqa: E402
from tests.video.every import every, every_hard  # noqa: E402
from tests.video.people import media  # noqa: E402

from vitalreel.errors import Refused  # noqa: E402
from vitalreel.storyboard.storyboard import Caption, Scene  # noqa: E402
from vitalreel.video.film import rest_s, still  # noqa: E402

FULL = {"wide": (1920, 1080), "square": (1080, 1080), "tall": (1080, 1920)}
CELLS = {"wide": (480, 3), "square": (360, 4), "tall": (270, 7)}
"""Size -> width of a picture on the sheet in px, and how many stand in a row."""
GAP, BETWEEN, QUALITY = 12, "#C9CBD6", 72

Cases = dict[str, tuple[Scene, str]]


def spoken(one: Scene) -> Scene:
    """The scene with its last caption held to the end, so that a picture at rest shows one."""
    if not one.captions:
        return one
    last = one.captions[-1]
    return replace(one, captions=(Caption(last.start_s, 1e6, last.lines),))


def picture(one: Scene, language: str, size: tuple[int, int], theme: str, at_s: float | None) -> Image.Image | str:
    """The scene drawn, or why it cannot be."""
    made = board([one], *size, theme, language)
    shown_one = spoken(made.scenes[0])
    try:
        shown = still(shown_one, made, kit(), faces(), rest_s(one, made) if at_s is None else at_s, media())
    except Refused as e:
        return str(e)
    return Image.fromarray(shown[..., 2::-1].copy())


def sheet(cases: Cases, size: str, theme: str, at_s: float | None) -> Image.Image:
    width, most = CELLS[size]
    height = round(width * FULL[size][1] / FULL[size][0])
    across = min(most, len(cases))
    down = -(-len(cases) // across)
    page = Image.new("RGB", (GAP + across * (width + GAP), GAP + down * (height + GAP)), BETWEEN)
    for number, (name, (one, language)) in enumerate(cases.items()):
        made = picture(one, language, (width * 2, height * 2), theme, at_s)
        if isinstance(made, str):
            print(f"{name}, {size}, {theme}: {made}", file=sys.stderr)
            continue
        row, column = divmod(number, across)
        place = (GAP + column * (width + GAP), GAP + row * (height + GAP))
        page.paste(made.resize((width, height), Image.Resampling.LANCZOS), place)
    return page


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Draw every kind of scene in both themes and three sizes.")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures", help="where the sheets go")
    parser.add_argument("--frames", type=Path, help="also every picture at full size, into this folder")
    parser.add_argument("--hard", action="store_true", help="the hard cases instead of one scene a kind")
    parser.add_argument("--kind", nargs="+", help="only these kinds (or hard cases)")
    parser.add_argument("--size", nargs="+", choices=FULL, default=list(FULL), help="only these sizes")
    parser.add_argument("--theme", nargs="+", choices=("light", "dark"), default=["light", "dark"])
    parser.add_argument("--at", type=float, help="scene time in seconds (default: at rest)")
    options = parser.parse_args(arguments)
    found: Cases = every_hard() if options.hard else {one.kind: (one, "en") for one in every()}
    cases = {name: case for name, case in found.items() if not options.kind or name in options.kind}
    options.out.mkdir(parents=True, exist_ok=True)
    for size in options.size:
        for theme in options.theme:
            path = options.out / f"{'hard' if options.hard else 'look'}-{size}-{theme}.jpg"
            sheet(cases, size, theme, options.at).save(path, quality=QUALITY, optimize=True, progressive=True)
            print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
            if options.frames:
                frames(cases, size, theme, options.at, options.frames)


def frames(cases: Cases, size: str, theme: str, at_s: float | None, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (one, language) in cases.items():
        made = picture(one, language, FULL[size], theme, at_s)
        if isinstance(made, Image.Image):
            made.save(folder / f"{name.replace(' ', '-')}-{size}-{theme}.png")


if __name__ == "__main__":
    main()
