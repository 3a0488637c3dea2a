"""A workspace's music: by family or by file, and what a film's document says of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.edges.test_recording import written
from vitalreel.edges.decoders.beds import Beds
from vitalreel.errors import BadConfiguration, BadInput
from vitalreel.sound.music import bed
from vitalreel.store.workspace import create, read_programme


def test_a_family_is_composed_and_none_is_silence(tmp_path: Path) -> None:
    """V6, V9: the music family of the brand, or no music."""
    beds = Beds(tmp_path)

    assert ("calm", "") == (beds.named("calm"), beds.named(""))
    assert beds.bed("", 6.0, 3) is None
    assert np.array_equal(bed("calm", 6.0, 3), beds.bed("calm", 6.0, 3))


def test_a_file_is_looped_and_named_with_what_it_holds(tmp_path: Path) -> None:
    """V9, V12: a company's own bed; another file under the same name is another film."""
    written(tmp_path / "ours.flac", "flac", 5.0)
    beds = Beds(tmp_path)
    name = beds.named("ours.flac")
    made = beds.bed(name, 12.0, 3)

    assert made is not None and (12 * 48_000, 2) == made.shape
    written(tmp_path / "ours.flac", "flac", 6.0)
    assert name != beds.named("ours.flac")


def test_music_that_is_not_there_is_told_before_a_film_is_made(tmp_path: Path) -> None:
    """V9: by name, with what there is."""
    with pytest.raises(BadInput, match="calm, bright, warm, spare, plain"):
        Beds(tmp_path).named("epic")
    with pytest.raises(BadInput, match="there is no file"):
        Beds(tmp_path).named("music/ours.mp3")


@pytest.mark.parametrize(
    ("music", "said"),
    [
        ("epic", "no music 'epic'; use calm, bright"),
        ("../ours.mp3", "outside the workspace"),
        ("/etc/ours.wav", "outside"),
    ],
)
def test_a_workspace_that_names_no_music_there_is_is_refused(tmp_path: Path, music: str, said: str) -> None:
    """V9: when vitalreel.yaml is read."""
    workspace = create(tmp_path / "ws")
    raw = workspace.yaml("vitalreel.yaml")
    raw["film"]["music"] = music

    with pytest.raises(BadConfiguration, match=rf"film\.music: .*{said}"):
        read_programme(raw, "vitalreel.yaml")


@pytest.mark.parametrize(
    ("music", "read"), [(None, None), ("none", ""), (False, ""), ("spare", "spare"), ("a/b.WAV", "a/b.WAV")]
)
def test_music_may_be_left_to_the_brand_or_left_out(tmp_path: Path, music: object, read: str | None) -> None:
    """V6: the brand's family where the workspace names none."""
    raw = create(tmp_path / "ws").yaml("vitalreel.yaml")
    raw["film"]["music"] = music

    assert read == read_programme(raw, "vitalreel.yaml").film.music
