"""The photographs, captures and clips of a scene, out of the media store and decoded: what its drawing is handed."""

from __future__ import annotations

from vitalreel.edges.clips.reel import Reel, photo
from vitalreel.store.media import Media
from vitalreel.storyboard.pictures import Picture, media_of
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.video.media import Photo, Shown


def shown(media: Media, picture: Picture) -> Shown:
    """By media id. Raises NotFound where one is missing or damaged."""
    if isinstance(picture, TalentPicture):
        clip = media.clip(picture.clip)
        return {picture.clip: Reel(clip.film, clip.count)}
    found: dict[str, Photo] = {name: photo(media.photo(name)) for name in media_of(picture)}
    return found
