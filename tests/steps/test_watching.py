"""From rows to attention and people: segments, forwarded links, films that were only made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.web.watching import House, house
from vitalreel.errors import NotFound
from vitalreel.steps.receive import Batch
from vitalreel.steps.track import track
from vitalreel.steps.watching import module_attention, who_watches
from vitalreel.store.tables import account, video
from vitalreel.tracking.intake import Sender

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MODULE = "usage_drop_recovery"
SCENES = [
    {"name": name, "kind": "line", "headline": name, "start_s": start, "end_s": start + 4.0, "fingerprint": "", "reused": False}
    for name, start in (("hello", 0.0), ("proof", 4.0), ("ask", 8.0))
]  # fmt: skip


def watch(
    home: House, link: str, view: str, from_s: float, to_s: float, device: str, agent: str = "Mozilla/5.0"
) -> None:
    told = [
        {"id": f"{view}.{n}", "view": view, "type": kind, "position_s": at, "seq": n, "device": device,
         "at": (NOW + timedelta(days=2, seconds=at)).isoformat()}
        for n, (kind, at) in enumerate((("play", from_s), ("pause", to_s)))
    ]  # fmt: skip
    home.viewing.intake.store(link, Batch(told, None), Sender(agent))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Jonas watches the first two scenes in two sittings and passes the link on; Priya to the end; a scanner everything."""
    with house(tmp_path_factory.mktemp("attention"), drawn=False) as made:
        with made.doors.engine.begin() as connection:
            connection.execute(update(video).values(scenes=SCENES))
            connection.execute(update(account).where(account.c.id == "halden").values(segment="enterprise"))
        made.link("jonas", created=NOW)
        made.link("priya", film="film2", created=NOW)
        watch(made, "jonas", "j1", 0, 4, "d1")
        watch(made, "jonas", "j2", 2, 8, "d1")
        watch(made, "jonas", "colleague", 0, 4, "d2")
        watch(made, "priya", "p1", 0, 12, "d3")
        watch(made, "priya", "bot", 0, 12, "d4", agent="Barracuda")
        track(made.doors, NOW)
        yield made


def test_a_contact_s_sittings_are_one_viewer_and_a_colleague_is_another(home: House):
    """Attention counts people, not pages (K4 K6 K9)."""
    got = module_attention(home.doors, MODULE)

    assert (3, 1) == (got.viewers, got.finished)
    assert [("hello", 3, 1), ("proof", 2, 1), ("ask", 1, 0)] == [(s.name, s.reached, s.left) for s in got.scenes]
    assert [1, 0, 0] == [s.replayed for s in got.scenes]


@pytest.mark.parametrize("only", [{"segment": "enterprise"}, {"account_id": "halden"}, {"film": "film2"}])
def test_attention_can_be_asked_of_a_segment_an_account_or_a_film(home: House, only: dict[str, str]):
    """So that the content team knows where to look (K6)."""
    got = module_attention(home.doors, MODULE, **only)

    assert (1, 1, [1.0, 1.0, 1.0]) == (got.viewers, got.finished, [s.share for s in got.scenes])


def test_a_module_without_a_film_is_refused_by_name(home: House):
    """A typing mistake must not look like no attention (P5)."""
    with pytest.raises(NotFound, match="hellp"):
        module_attention(home.doors, "hellp")


def test_who_watches_is_told_by_account_and_contact(home: House):
    """First view delay from the link, forwarding, and what was kept apart (K4 K9)."""
    halden, nordwind = who_watches(home.doors, NOW + timedelta(days=40, minutes=1))
    jonas, priya = nordwind.people[0], halden.people[0]

    assert (2 * 86_400.0, 1, 1, 38, 30) == (
        jonas.first_view_delay_s,
        jonas.watched,
        jonas.passed_on,
        jonas.quiet_days,
        jonas.quiet,
    )
    assert (1.0, {"scanner": 1}, 1) == (priya.completion, halden.apart, nordwind.colleagues)
    assert (halden,) == who_watches(home.doors, NOW + timedelta(days=40, minutes=1), "halden")
