"""A scene is found again only where it would be drawn the same: every input is in its key, or is named with why it is not."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.steps.companies import company
from tests.video.boards import board, caption, face_files, kit, line, title
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.edges.typefaces import FaceFiles
from vitalreel.errors import BadConfiguration
from vitalreel.identity import fingerprint
from vitalreel.storyboard.storyboard import UNDRAWN, UNDRAWN_OF_SCENE, Scene, Storyboard, scene_fingerprint
from vitalreel.storyboard.text import Text
from vitalreel.video import film
from vitalreel.video.faces import faces_print
from vitalreel.video.kit import Kit, Mark, Theme
from vitalreel.wiring import open_doors, open_encoder, open_workshop

ONE = replace(line(), captions=(caption(1.0, "Four hundred"),))
BOARD = board([ONE])


def other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "x"
        case date():
            return value + timedelta(days=1)
        case tuple():
            return value[:-1] if value else ("x",)
        case Mapping():
            return {k: other(v) for k, v in value.items()} or {"x": "y"}
        case Text():
            return replace(value, shown=value.shown + "x")
        case _ if is_dataclass(value):
            return replace(value, **{fields(value)[0].name: other(getattr(value, fields(value)[0].name))})  # type: ignore[type-var]
    raise AssertionError(f"another {type(value).__name__}?")


def changed(record: Any, name: str) -> Any:
    return replace(record, **{name: other(getattr(record, name))})


@pytest.mark.parametrize("name", [f.name for f in fields(Scene)])
def test_every_field_of_a_scene_is_in_its_key_or_named(name: str) -> None:
    """V10 V12: by exclusion, so that no input is forgotten."""
    differs = scene_fingerprint(ONE, BOARD, "e") != scene_fingerprint(changed(ONE, name), BOARD, "e")

    assert differs is (name not in UNDRAWN_OF_SCENE)


@pytest.mark.parametrize("name", [f.name for f in fields(Storyboard)])
def test_every_field_of_a_film_is_in_its_scenes_keys_or_named(name: str) -> None:
    """V10 V12: the film's look takes part, whose it is and what is heard do not."""
    differs = scene_fingerprint(ONE, BOARD, "e") != scene_fingerprint(ONE, changed(BOARD, name), "e")

    assert differs is (name not in UNDRAWN)


def test_what_is_named_is_there_and_says_why() -> None:
    """A name without a field would hide the next field of that name."""
    assert set(UNDRAWN) <= {f.name for f in fields(Storyboard)}
    assert set(UNDRAWN_OF_SCENE) <= {f.name for f in fields(Scene)}
    assert all(len(why.split()) > 3 for why in (*UNDRAWN.values(), *UNDRAWN_OF_SCENE.values()))


def test_pictures_of_the_same_fields_have_keys_of_their_own() -> None:
    """V12: two kinds may hold the same values and draw them differently."""
    assert scene_fingerprint(ONE, BOARD, "e") != scene_fingerprint(replace(ONE, picture=title().picture), BOARD, "e")
    assert scene_fingerprint(ONE, BOARD, "e") != scene_fingerprint(ONE, BOARD, "f")


@pytest.mark.parametrize("name", [f.name for f in fields(Kit)])
def test_every_field_of_the_kit_is_in_the_film_s_look(name: str) -> None:
    """V6 V12: a board's `brand` is the fingerprint of the whole kit."""
    assert fingerprint(kit()) != fingerprint(changed(kit(), name))


@pytest.mark.parametrize("record", [kit().light, kit().mark], ids=["theme", "mark"])
def test_every_field_of_a_theme_and_of_the_mark_is_in_the_look(record: Theme | Mark) -> None:
    """V6 V12."""
    place = "light" if isinstance(record, Theme) else "mark"
    prints = {fingerprint(replace(kit(), **{place: changed(record, f.name)})) for f in fields(record)}

    assert len(fields(record)) == len(prints - {fingerprint(kit())})


@pytest.mark.parametrize("name", [f.name for f in fields(SkipEncoder)])
def test_every_setting_of_the_encoder_is_in_its_name(name: str) -> None:
    """V12: and so in every scene's key."""
    assert SkipEncoder().name != changed(SkipEncoder(), name).name


def test_typefaces_are_in_the_key_by_content_and_by_whether_they_are_there(tmp_path: Path) -> None:
    """V12: `make fonts-cjk`, or another file under the same name, draws other pictures; a file no role asks for does not."""
    chain = kit().faces["serif"]
    for name in {n for role in kit().faces.values() for n in role[:1]} | {chain[1]}:
        shutil.copy(face_files().folder / name, tmp_path / name)
    before = faces_print(now := FaceFiles(tmp_path), kit(), now.digest)
    (tmp_path / "Unused-400.ttf").write_bytes(b"unused")
    unused = faces_print(now := FaceFiles(tmp_path), kit(), now.digest)
    (tmp_path / chain[1]).rename(tmp_path / "away")
    gone = faces_print(now := FaceFiles(tmp_path), kit(), now.digest)
    (tmp_path / "away").rename(tmp_path / chain[1])
    with (tmp_path / chain[1]).open("ab") as file:
        file.write(b"\0")
    altered = faces_print(now := FaceFiles(tmp_path), kit(), now.digest)

    assert before == unused
    assert 3 == len({before, gone, altered})
    with pytest.raises(KeyError):
        now.digest("None.ttf")


def test_a_typeface_is_read_for_its_identity_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """V12: what it costs is paid once, not by each film."""
    faces_print(face_files(), kit(), face_files().digest)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("read again"))

    assert faces_print(face_files(), kit(), face_files().digest)


def test_a_scene_s_key_holds_engine_libraries_typefaces_and_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V12: what draws beside scene and look; each of them alone makes another key."""
    with open_workshop(company(tmp_path / "ws"), draft=True) as shop:
        keys = {shop.scene_key(ONE, BOARD), replace(shop, faces_print="other").scene_key(ONE, BOARD)}
        keys |= {replace(shop, picture=SkipEncoder()).scene_key(ONE, BOARD)}
        for library in (film.skia, film.hb):
            with monkeypatch.context() as newer:
                newer.setattr(library, "__version__", "999")
                keys.add(shop.scene_key(ONE, BOARD))
        monkeypatch.setattr(film, "ENGINE", "next")
        keys.add(shop.scene_key(ONE, BOARD))

    assert 6 == len(keys)


def test_the_plain_encoder_is_one_setting_away(tmp_path: Path) -> None:
    """V10: where written slices are not trusted, `film.encoder: plain` has x264 code every picture, films and drafts."""
    doors = company(tmp_path / "ws")
    settings = doors.workspace.root / "vitalreel.yaml"
    text = settings.read_text(encoding="utf-8")
    usual = open_encoder(doors), open_encoder(doors, draft=True)
    settings.write_text(text.replace("encoder: skip", "encoder: plain"), encoding="utf-8")
    plain = open_doors(doors.workspace.root)
    with open_workshop(plain) as shop:
        films = shop.picture
    settings.write_text(text.replace("encoder: skip", "encoder: best"), encoding="utf-8")

    assert (True, True) == tuple(e.skip for e in usual)
    assert replace(usual[0], skip=False) == films == open_encoder(plain)
    assert replace(usual[1], skip=False) == open_encoder(plain, draft=True)
    with pytest.raises(BadConfiguration, match=r"film\.encoder"):
        open_doors(doors.workspace.root)
