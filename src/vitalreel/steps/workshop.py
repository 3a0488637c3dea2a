"""What films are made with: kit, faces, voice, encoders, and the processes that draw; opened by wiring, closed after use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context

from vitalreel.edges.decoders.beds import Beds
from vitalreel.edges.encoders.inspect import inspect
from vitalreel.edges.gl import ensure as ensure_gl
from vitalreel.edges.voices.cache import CachedVoice
from vitalreel.ports import PictureEncoder, SoundEncoder
from vitalreel.sound.pronunciation import Dictionary
from vitalreel.steps.rendering import render_scene
from vitalreel.steps.showing import shown
from vitalreel.store.media import Media, StoredScene
from vitalreel.storyboard.storyboard import Scene, Storyboard, scene_fingerprint
from vitalreel.video.faces import Faces
from vitalreel.video.film import ENGINE, text_boxes
from vitalreel.video.kit import Kit

Progress = Callable[[str, int, int], None]
"""What is being done, how many are done, how many in all."""


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


@dataclass(slots=True)
class Workshop:
    """One kind of film making: full quality or draft."""

    kit: Kit
    faces: Mapping[str, bytes]
    voice: CachedVoice
    sounds: Dictionary
    beds: Beds
    picture: PictureEncoder
    sound: SoundEncoder
    media: Media
    workers: int
    draft: bool
    progress: Progress = silent
    _pool: ProcessPoolExecutor | None = field(default=None, init=False)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def scene_key(self, scene: Scene, board: Storyboard) -> str:
        """The fingerprint under which a scene's rendition is kept: scene, look, engine and encoder."""
        return scene_fingerprint(scene, board, f"{ENGINE}|{self.picture.name}")

    def scenes(self, board: Storyboard) -> list[tuple[StoredScene, bool]]:
        """Every scene of the film in order, with whether it was found again; missing ones are drawn, each once."""
        keys = [self.scene_key(s, board) for s in board.scenes]
        found = {key: scene for key in set(keys) if (scene := self.media.scene(key)) is not None}
        missing = {key: s for key, s in zip(keys, board.scenes, strict=True) if key not in found}
        reused = set(found)
        for done, (key, scene) in enumerate(self._drawn(missing, board), start=1):
            self.media.keep_scene(key, scene)
            found[key] = scene
            self.progress("drawing scenes", done, len(missing))
        return [(found[key], key in reused) for key in keys]

    def _drawn(self, missing: Mapping[str, Scene], board: Storyboard) -> Iterable[tuple[str, StoredScene]]:
        if len(missing) < 2 or self.workers < 2:
            for key, scene in missing.items():
                yield key, draw(scene, board, self.kit, self.faces, self.picture, self.media)
            return
        if self._pool is None:  # spawned, not forked: skia and onnxruntime have threads
            self._pool = ProcessPoolExecutor(self.workers, get_context("spawn"), ensure_gl)
        waiting: dict[Future[StoredScene], str] = {
            self._pool.submit(draw, scene, board, self.kit, dict(self.faces), self.picture, self.media): key
            for key, scene in sorted(missing.items(), key=lambda item: -item[1].frames)
        }
        for ready in as_completed(waiting):
            yield waiting[ready], ready.result()


def draw(
    scene: Scene, board: Storyboard, kit: Kit, faces: Mapping[str, bytes], encoder: PictureEncoder, media: Media
) -> StoredScene:
    """Draw, encode and look at one scene; made to run in a process of its own."""
    began = time.process_time()
    pictures = shown(media, scene.picture)
    rendition = render_scene(scene, board, kit, faces, encoder, pictures)
    seen = inspect(rendition)
    drawn = text_boxes(scene, board, kit, Faces(faces, kit), pictures)
    boxes = tuple((t.text, t.box.left, t.box.top, t.box.right, t.box.bottom) for t in drawn)
    return StoredScene(rendition, seen.mean_luma, seen.longest_frozen, seen.errors, boxes, time.process_time() - began)
