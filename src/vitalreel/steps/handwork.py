"""What hands are given: to draw a scene, mix a film's sound, draw its posters.

Processes import this module and what it needs, and no more: neither database nor checks, which would take a fifth of their memory.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from vitalreel.edges.decoders.beds import Beds
from vitalreel.edges.encoders.inspect import inspect
from vitalreel.ports import AudioRendition, PictureEncoder, SoundEncoder
from vitalreel.sound.mix import RATE_HZ, Cue, mix
from vitalreel.steps.poster import poster_files
from vitalreel.steps.rendering import render_scene
from vitalreel.steps.showing import shown
from vitalreel.store.media import Media, StoredScene
from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.video.faces import Faces
from vitalreel.video.film import standing
from vitalreel.video.kit import Kit


def posters(board: Storyboard, kit: Kit, faces: Mapping[str, bytes], media: Media) -> dict[str, bytes]:
    """A film's posters by file name."""
    return poster_files(board, kit, faces, shown(media, board.scenes[0].picture))


def sound_track(
    cues: Sequence[Cue], length_s: float, beds: Beds, music: str, seed: int, encoder: SoundEncoder
) -> AudioRendition:
    """Mix and encode a film's sound."""
    return encoder.encode(mix(cues, length_s, beds.bed(music, length_s, seed)), RATE_HZ)


def draw(
    scene: Scene,
    board: Storyboard,
    kit: Kit,
    faces: Mapping[str, bytes],
    encoder: PictureEncoder,
    media: Media,
    key: str,
) -> StoredScene:
    """Draw, encode, look at and keep one scene."""
    began = time.thread_time()
    pictures = shown(media, scene.picture)
    rendition = render_scene(scene, board, kit, faces, encoder, pictures)
    seen = inspect(rendition)
    texts = standing(scene, board, kit, Faces(faces, kit), pictures)
    stored = StoredScene(rendition, seen.mean_luma, seen.rests, seen.errors, texts, time.thread_time() - began)
    media.keep_scene(key, stored)
    return stored
