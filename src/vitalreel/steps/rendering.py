"""Draws a scene and encodes it: a plain function of plain values, made to run in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping

from vitalreel.ports import PictureEncoder, VideoRendition
from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.video.faces import Faces
from vitalreel.video.film import frames
from vitalreel.video.kit import Kit
from vitalreel.video.media import NO_MEDIA, Shown


def render_scene(
    scene: Scene,
    board: Storyboard,
    kit: Kit,
    face_files: Mapping[str, bytes],
    encoder: PictureEncoder,
    media: Shown = NO_MEDIA,
) -> VideoRendition:
    """The scene's pictures, encoded. The same inputs give the same bytes, in any process.

    face_files: font file name -> content. media: what the scene's photographs and clips show, by id. Every argument but
    a clip, and the answer, can be pickled; start workers by spawning.
    Raises Refused where the scene cannot be drawn as it stands; see film.frames.
    """
    pictures = frames(scene, board, kit, Faces(face_files, kit), media)
    return encoder.encode(pictures, board.width_px, board.height_px, board.fps)
