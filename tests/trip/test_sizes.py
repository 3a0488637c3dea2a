"""One film at several sizes: one voice, one sound and one ledger; renditions of it that the console lists."""

from __future__ import annotations

import io
import json
from pathlib import Path

import av
import click
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.trip.conftest import DAY, NOW, Company
from vitalreel.cli.films import sizes_of
from vitalreel.steps.make import due_orders, films
from vitalreel.steps.produce import Made, Size
from vitalreel.store import tables as t
from vitalreel.store.media import Media
from vitalreel.store.parts import copy_whole
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of

WIDE, SQUARE, TALL = Size(480, 270), Size(270, 270), Size(270, 480)


@pytest.fixture
def company(short: Company) -> Company:
    return short


def opened(company: Company, made: Made, to: Path) -> tuple[Size, list[bytes]]:
    """The size of a film's picture, and the packets of its sound."""
    copy_whole(Media(company.doors.workspace.media).video(made.video), to)
    with av.open(io.BytesIO((to / "film.mp4").read_bytes())) as film:
        picture = film.streams.video[0]
        return Size(picture.width, picture.height), [bytes(packet) for packet in film.demux(audio=0)]


def test_a_film_of_three_sizes_is_one_film(company: Company, tmp_path: Path):
    """V10 V12: spoken once, with the same sound, captions and facts; the wide one is the film, wherever it stands in the list."""
    doors = company.doors
    (order,) = due_orders(doors, NOW, 1)
    with company.workshop(doors) as shop:
        square, wide, tall = films(doors, shop, [order], DAY, NOW, (SQUARE, WIDE, TALL)).made
        (again,) = films(doors, shop, [order], DAY, NOW, (TALL,)).made
    seen = [opened(company, one, tmp_path / one.video) for one in (square, wide, tall)]
    captions, ledgers = (
        {(tmp_path / one.video / name).read_bytes() for one in (square, wide, tall)}
        for name in ("captions.vtt", "ledger.json")
    )
    with doors.engine.connect() as c:
        rows = c.execute(select(t.video.c.id, t.video.c.state).where(t.video.c.account == order.account)).all()
        others = c.execute(select(t.rendition.c.id, t.rendition.c.video, t.rendition.c.width_px)).all()

    assert [SQUARE, WIDE, TALL] == [size for size, _ in seen]
    assert seen[0][1] == seen[1][1] == seen[2][1]
    assert 1 == len(captions) == len({tuple(sorted(f["fact"] for f in json.loads(one)["facts"])) for one in ledgers})
    assert [(wide.video, "made")] == [tuple(row) for row in rows]
    assert {(square.video, wide.video, 270), (tall.video, wide.video, 270)} == {tuple(row) for row in others}
    assert [] == [c for one in (square, wide, tall) for c in one.checks if not c.ok]
    assert (wide.spoken > 0, 0, 0) == (wide.spoken > 0, square.spoken, tall.spoken)
    assert (tall.video, wide.video, 0) == (again.video, again.film, again.made)
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as client:
        page = client.get(f"/videos/{wide.video}").text
        poster = client.get(f"/console/media/{square.video}/poster.jpg")

    assert "Square, 270 x 270" in page and "Tall, 270 x 480" in page
    assert 200 == poster.status_code


def test_a_film_of_another_size_alone_is_a_film(company: Company):
    """A workspace may want nothing but squares; the first size is then the film itself."""
    doors = company.doors
    (order,) = due_orders(doors, NOW, 1)
    with company.workshop(doors) as shop:
        (square,) = films(doors, shop, [order], DAY, NOW, (SQUARE,)).made
    with doors.engine.connect() as c:
        found = c.execute(select(t.video.c.id).where(t.video.c.account == order.account)).scalars().all()

    assert square.video == square.film
    assert [square.video] == found


def test_sizes_are_read_as_people_write_them():
    """Each once, in the order given; what no page is laid out for is refused with those there are."""
    assert (Size(1080, 1080), Size(1920, 1080)) == sizes_of(["1080x1080", "1920×1080", "1080X1080"])
    for wrong in ("1080", "1080x", "axb", "1080x1350", "1919x1080"):
        with pytest.raises(click.BadParameter):
            sizes_of([wrong])
