"""What the demo tells at its end is there to be opened."""

from __future__ import annotations

from pathlib import Path

from tests.trip.conftest import NOW, Company
from vitalreel.steps import demo


def test_every_file_the_demo_names_is_there(filmed: Company) -> None:
    """The film whole in one file, though it is kept in parts; its captions, poster and ledger beside it."""
    doors = filmed.doors
    (film,) = demo.shown(doors, filmed.post(doors), demo.made_films(doors), NOW)

    assert [] == [film[kind] for kind in ("mp4", "captions", "poster", "ledger") if not Path(film[kind]).is_file()]
    assert film["watch"] is None or film["watch"].startswith("http://localhost:8321/v/")
