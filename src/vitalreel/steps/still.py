"""still: one moment of a kept film, drawn again from its document at any size it was made at."""

from __future__ import annotations

import json
from collections.abc import Mapping

import skia

from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import VideoId, fingerprint
from vitalreel.steps.showing import shown
from vitalreel.store.media import Media
from vitalreel.storyboard.document import read
from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.video.faces import Faces
from vitalreel.video.film import still
from vitalreel.video.kit import Kit
from vitalreel.video.media import image


def board_of(media: Media, video: VideoId) -> Storyboard:
    """The document a film was made from. Raises NotFound where there is no such film, BadInput for one that cannot be read."""
    path = media.video(video) / "storyboard.json"
    if not path.is_file():
        raise NotFound("storyboard", str(path), "the film's folder is not whole; make the film again")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise BadInput(str(path), f"is no JSON: {e}", "make the film again") from e
    return read(document, str(path))


def still_png(media: Media, kit: Kit, faces: Mapping[str, bytes], board: Storyboard, at_s: float) -> bytes:
    """The picture a viewer sees at `at_s` seconds of film time, as PNG.

    Raises BadInput for a time outside the film, Refused where the brand is no longer the one the film was drawn in.
    """
    if fingerprint(kit) != board.brand:
        raise Refused("the still", "the brand kit has changed since this film was made; make the film again")
    scene, inside_s = _scene_at(board, at_s)
    pixels = still(scene, board, kit, Faces(faces, kit), inside_s, shown(media, scene.picture))
    return bytes(image(pixels).encodeToData(skia.EncodedImageFormat.kPNG, 100))


def _scene_at(board: Storyboard, at_s: float) -> tuple[Scene, float]:
    """The scene on screen, and its own time, on the film's grid of frames."""
    frame = int(at_s * board.fps + 1e-6)
    if at_s < 0 or frame >= sum(scene.frames for scene in board.scenes):
        raise BadInput(f"--at {at_s:g}", f"the film is {board.length_s:.2f} s long", "name a time inside it")
    for scene in board.scenes:
        if frame < scene.frames:
            break
        frame -= scene.frames
    return scene, frame / board.fps
