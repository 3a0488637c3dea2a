"""Views leave the workspace in the words of other systems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.web.watching import House, house
from vitalreel.steps.export import QUIET, exported
from vitalreel.steps.receive import Batch
from vitalreel.steps.track import track
from vitalreel.store import tables as t
from vitalreel.tracking.intake import Sender

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOME = "https://vr.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("export"), drawn=False) as made:
        for name, agent in (("seen", "Mozilla/5.0"), ("scanned", "Slackbot")):
            made.link(name)
            events = [
                {"id": f"{name}.{n}", "view": name, "type": kind, "position_s": at, "seq": n,
                 "at": (NOW + timedelta(seconds=at)).isoformat()}
                for n, (kind, at) in enumerate((("play", 0), ("pause", 9)))
            ]  # fmt: skip
            made.viewing.intake.store(name, Batch(events, None), Sender(agent))
        track(made.doors, NOW)
        yield made


def test_each_vocabulary_names_contact_film_and_what_was_watched(home: House):
    """Views of people, and of nobody else (K3 K9)."""
    later = NOW + QUIET
    xapi, segment, cloud = (list(exported(home.doors, f, HOME, NOW, later)) for f in ("xapi", "segment", "cloudevents"))

    assert ["played", "paused", "terminated"] == [s["verb"]["display"]["en"] for s in xapi]
    assert {("jonas", f"{HOME}/videos/film1")} == {(s["actor"]["account"]["name"], s["object"]["id"]) for s in xapi}
    assert ["Video Playback Started", "Video Playback Paused"] == [c["event"] for c in segment]
    assert [("seen", 9.0)] == [(c["data"]["view"], c["data"]["watched_s"]) for c in cloud]


def test_only_what_began_since_then_is_exported(home: House):
    """Exports can go on where the last one ended (K3)."""
    assert [] == list(exported(home.doors, "xapi", HOME, NOW + timedelta(seconds=1), NOW))
    assert "terminated" not in {s["verb"]["display"]["en"] for s in exported(home.doors, "xapi", HOME, NOW, NOW)}


def test_a_film_is_named_in_its_own_language(home: House):
    """K9: not in the workspace's, where they differ."""
    before = next(exported(home.doors, "xapi", HOME, NOW, NOW))
    with home.doors.engine.begin() as c:
        c.execute(update(t.video).values(config={"language": "en-GB"}))
    after = next(exported(home.doors, "xapi", HOME, NOW, NOW))

    assert (["en"], ["en-GB"]) == tuple(list(s["object"]["definition"]["name"]) for s in (before, after))
