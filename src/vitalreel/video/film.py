"""Scenes of a storyboard to pictures: every frame of one, one moment of it, and the words on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import skia
import uharfbuzz as hb

from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.video import furniture
from vitalreel.video.canvas import Canvas
from vitalreel.video.element import Box, Drawn, Element, Standing, TextBox, offset, strength, union
from vitalreel.video.faces import Faces
from vitalreel.video.frame import Frame, Pixels
from vitalreel.video.ground import ground
from vitalreel.video.kit import Kit
from vitalreel.video.lettering import Lettering
from vitalreel.video.media import NO_MEDIA, Shown
from vitalreel.video.motion import EXIT, EXIT_RISE_PX, EXIT_S, Clock
from vitalreel.video.page import Page, page_for
from vitalreel.video.scenes import SCENES, backdrop
from vitalreel.video.sprite import Sprite
from vitalreel.video.stage import Stage

ENGINE = "9"
"""Part of every scene's fingerprint: raise it with any change that draws a scene differently."""

RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur"})


def engine() -> str:
    """The identity of what draws: this program's own, and the libraries that turn outlines into pixels."""
    return f"{ENGINE}, skia {skia.__version__}, HarfBuzz {hb.__version__}"


@dataclass(frozen=True, slots=True)
class _Laid:
    """A scene laid out: what lies under everything, what leaves before the cut, and what stays to it."""

    backdrop: tuple[Element, ...]
    furniture: tuple[Element, ...]
    content: tuple[Element, ...]


def frames(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, media: Shown = NO_MEDIA) -> Iterator[Frame]:
    """Every frame of the scene, in order; the same inputs give the same pixels.

    media: what the scene's photographs and clips show, by id. Raises Refused where the page has a shape no page has, a
    text does not fit, a letter has no face, or a photograph or clip is not among the media.
    """
    canvas = _canvas(board, kit)
    elements = lay_out(scene, board, kit, faces, canvas.scale, media)
    for number in range(scene.frames):
        yield canvas.show(elements, number / board.fps)


def still(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, at_s: float, media: Shown = NO_MEDIA) -> Pixels:
    """One moment of the scene, (height, width, 4) BGRA. Raises Refused as `frames` does."""
    canvas = _canvas(board, kit)
    return canvas.show(lay_out(scene, board, kit, faces, canvas.scale, media), at_s).pixels


def poster(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, media: Shown = NO_MEDIA) -> Pixels:
    """The scene at rest and without a caption: what stands for the film before it plays."""
    canvas = _canvas(board, kit)
    stage = _stage(scene, board, kit, faces, canvas.scale, media)
    laid = _lay(scene, stage, captions=False)
    return canvas.show([*laid.backdrop, *laid.content, *laid.furniture], rest_s(scene, board)).pixels


def rest_s(scene: Scene, board: Storyboard) -> float:
    """The last moment at which all of the scene's content is there."""
    return scene.frames / board.fps - (EXIT_S if scene.exits else 0.0) - 1 / board.fps


def text_boxes(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, media: Shown = NO_MEDIA) -> tuple[TextBox, ...]:
    """Every line of text as it stands at rest, captions as they are spoken, each once; in px of the board's picture."""
    return tuple(dict.fromkeys(text for text, _, _ in _stretches(scene, board, kit, faces, media)))


def standing(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, media: Shown = NO_MEDIA) -> tuple[Standing, ...]:
    """Every line of text at rest and how long it stands, in the order they come.

    For preflight: nothing near the edge or cut off, no two lines on each other, contrast against the ground.
    """
    return tuple(
        Standing(
            t.text, *_edges(t.box), round(t.size_px, 1), t.colour, t.ground, first / board.fps, (last + 1) / board.fps
        )
        for t, first, last in _stretches(scene, board, kit, faces, media)
    )


def _edges(box: Box) -> tuple[float, float, float, float]:
    return round(box.left, 1), round(box.top, 1), round(box.right, 1), round(box.bottom, 1)


def _stretches(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, media: Shown) -> list[tuple[TextBox, int, int]]:
    """Texts with the first and the last frame of every stretch in which they stand."""
    scale = board.width_px / page_for(board.width_px, board.height_px).width
    elements = lay_out(scene, board, kit, faces, scale, media)
    found: list[tuple[TextBox, int, int]] = []
    here: dict[TextBox, int] = {}  # text that stands now -> its place in `found`
    for number in range(scene.frames):
        drawn = (element(number / board.fps) for element in elements)
        texts = dict.fromkeys(text for one in drawn if one is not None for text in one.texts)
        for text in texts:
            if text in here:
                found[here[text]] = (text, found[here[text]][1], number)
            else:
                here[text] = len(found)
                found.append((text, number, number))
        here = {text: at for text, at in here.items() if text in texts}
    return [(text.scaled(scale), first, last) for text, first, last in found]


def lay_out(
    scene: Scene, board: Storyboard, kit: Kit, faces: Faces, scale: float, media: Shown = NO_MEDIA
) -> tuple[Element, ...]:
    """The scene's elements in the order they are drawn, each a function of scene time.

    scale: px of the canvas they will be shown on per px of the page. Raises Refused as `frames` does.
    """
    stage = _stage(scene, board, kit, faces, scale, media)
    laid = _lay(scene, stage)
    if not scene.exits:
        return (*laid.backdrop, *laid.content, *laid.furniture)
    return (*laid.backdrop, *_leaving(laid.content, stage, 1 / board.fps), *laid.furniture)


def _canvas(board: Storyboard, kit: Kit) -> Canvas:
    theme = kit.theme(board.theme)
    return Canvas(ground(theme.bg0, theme.bg1, board.width_px, board.height_px))


def _stage(scene: Scene, board: Storyboard, kit: Kit, faces: Faces, scale: float, media: Shown) -> Stage:
    return Stage(
        lettering=Lettering(faces),
        kit=kit,
        theme=kit.theme(board.theme),
        page=page_for(board.width_px, board.height_px),
        scale=scale,
        rtl=board.language.split("-")[0] in RTL_LANGUAGES,
        length_s=scene.frames / board.fps,
        media=media,
    )


def _lay(scene: Scene, stage: Stage, captions: bool = True) -> _Laid:
    stage, under = backdrop(scene.picture, stage)
    made = SCENES[type(scene.picture)](scene.picture, scene, stage)
    made += furniture.source(stage, scene.source.shown)
    stays = furniture.chrome(stage, scene)
    if captions:
        stays += furniture.captions(stage, scene)
    return _Laid(tuple(under), tuple(stays), tuple(made))


def _leaving(content: Sequence[Element], stage: Stage, frame_s: float) -> list[Element]:
    """The content, and in its place at the end one picture of it that fades and rises; gone on the last frame."""
    clock = Clock(stage.length_s - EXIT_S - frame_s, EXIT_S, EXIT)
    kept: list[Sprite | None] = []

    def until(element: Element) -> Element:
        return lambda t: element(t) if t < clock.start_s - 1e-6 else None

    def leaving(t: float) -> Drawn | None:
        if t < clock.start_s - 1e-6:
            return None
        if not kept:
            kept.append(_picture([element(clock.start_s) for element in content], stage.page, stage.scale))
        sprite, way = kept[0], clock.at(t)
        alpha, shift = strength(1 - way), offset(-EXIT_RISE_PX * way)
        if sprite is None or alpha <= 0:
            return None
        box = sprite.box.moved(0, shift).grown(1)
        return Drawn((alpha, shift), box, lambda canvas: sprite.draw(canvas, alpha, shift), image=True)

    return [*(until(element) for element in content), leaving]


def _picture(drawn: Sequence[Drawn | None], page: Page, scale: float) -> Sprite | None:
    shown = [one for one in drawn if one is not None]
    if not shown:
        return None

    def draw(canvas: Any) -> None:
        for one in shown:
            one.draw(canvas)

    page_box = Box(0, 0, page.width, page.height)
    around = union(one.box for one in shown)
    inside = Box(
        max(around.left, page_box.left),
        max(around.top, page_box.top),
        min(around.right, page_box.right),
        min(around.bottom, page_box.bottom),
    )
    return Sprite(inside, scale, draw)
