"""Education videos hosted elsewhere: registered, watched by a contact's own token, and read by scorecards like any film."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from tests.steps.companies import DAY, NOW, company, found
from vitalreel.cli import main
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import ContactId
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.hosted import register, registered, token_for
from vitalreel.steps.track import import_events, track
from vitalreel.steps.watching import module_attention
from vitalreel.store import tables as t
from vitalreel.tracking.hosted import KINDS, Hosted, checked

SEATS = Hosted(
    "seats_explained", "Seats explained", "https://learn.example/seats", "pricing", 100.0, dt.date(2026, 3, 2), "seats"
)
WATCHED = NOW - dt.timedelta(hours=12)


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    made = company(tmp_path / "ws")
    found(made)
    with made.engine.begin() as c:
        c.execute(insert(t.account).values(id="busy", name="Busy", row={}, updated=NOW))
        c.execute(
            insert(t.contact).values(
                id="busy-sponsor", account="busy", name="S", role="sponsor", active=True, row={}, updated=NOW
            )
        )
    yield made
    made.engine.dispose()


def watch(doors: Doors, seconds: float, view: str = "v1") -> None:
    """The sponsor plays the first seconds in the company's own player."""
    token = token_for(doors, SEATS.name, ContactId("busy-sponsor"), NOW)
    events = [
        {"token": token, "id": f"{view}{n}", "view": view, "type": kind, "position_s": at, "device": "d", "seq": n,
         "at": (WATCHED + dt.timedelta(seconds=at)).isoformat()}
        for n, (kind, at) in enumerate((("play", 0.0), ("pause", seconds)))
    ]  # fmt: skip
    assert 2 == import_events(doors.engine, events, NOW).accepted
    track(doors, NOW)


def points(doors: Doors) -> float:
    """What the scorecard's rule about a pricing film gives the busy account."""
    assess(doors, DAY + dt.timedelta(days=1), NOW)
    with doors.lake.session() as session:
        parts = session.as_of(DAY + dt.timedelta(days=1))["score_part"].to_pyarrow().to_pylist()
    return sum(p["points"] or 0.0 for p in parts if p["account_id"] == "busy" and p["part"] == "pricing_film")


def test_a_registered_video_is_tracked_and_moves_the_score_like_a_film(doors: Doors):
    """K7 K4 K5: 60 of 100 seconds by the sponsor of a pricing video shown elsewhere: a view with its kind, and the rule's points."""
    video = register(doors, SEATS, NOW)
    assert 0 == points(doors)
    watch(doors, 60)

    with doors.engine.connect() as c:
        (view,) = c.execute(select(t.view)).mappings().all()
    assert (video, "busy", "busy-sponsor", 0.6, True) == tuple(
        view[k] for k in ("video", "account", "contact", "completion", "counts")
    )
    with doors.lake.session() as session:
        (row,) = session.versions("content_view").to_pyarrow().to_pylist()
    assert ("pricing", "pricing", "seats", 0.6, None) == tuple(
        row[k] for k in ("module", "kind", "feature", "share", "prompted_by")
    )
    assert 25 == points(doors)
    assert [(SEATS, 1)] == list(registered(doors))


def test_how_it_is_watched_is_told_along_its_length(doors: Doors):
    """K4 K6 K7: one stretch of its whole length, by its name: how far its viewers came, and where they left."""
    video = register(doors, SEATS, NOW)
    watch(doors, 60)
    (scene,) = module_attention(doors, "pricing", film=video).scenes

    assert (SEATS.name, 1, 0.6, 1) == (scene.name, scene.reached, scene.share, scene.left)
    assert (1.0, 0.0) == (scene.curve[0], scene.curve[-1])


@pytest.mark.parametrize(
    ("url", "how"),
    [("https://learn.example/a.mp4?x=1", (False, True)), ("https://cdn.example/v/Index.M3U8", (True, False)),
     ("https://learn.example/seats", (False, False))],
)  # fmt: skip
def test_what_its_address_is_is_read_off_it(url: str, how: tuple[bool, bool]):
    """K7: a playlist, a file, or the page that shows it."""
    asset = replace(SEATS, url=url)

    assert how == (asset.is_list, asset.is_file)


def test_saying_more_of_it_keeps_its_views_and_a_new_cut_wants_a_new_name(doors: Doors):
    """K7 P5: title, address, kind and feature may change; a length in which somebody watched may not."""
    first = register(doors, SEATS, NOW)
    watch(doors, 30)
    renamed = replace(SEATS, title="Seats, and what is free", url="https://learn.example/new")

    assert first == register(doors, renamed, NOW)
    assert [(renamed, 1)] == list(registered(doors))
    with pytest.raises(
        BadInput, match="was watched 1 times at a length of 100 seconds; register the new cut under a name"
    ):
        register(doors, replace(SEATS, length_s=90), NOW)


def test_a_token_is_the_contact_s_own_and_names_what_is_missing(doors: Doors):
    """K2 P5: the same at every call; an asset or a contact that is not there is named."""
    register(doors, SEATS, NOW)
    one, again = (token_for(doors, SEATS.name, ContactId("busy-sponsor"), NOW) for _ in range(2))

    assert one == again
    with pytest.raises(NotFound, match="no asset 'other'"):
        token_for(doors, "other", ContactId("busy-sponsor"), NOW)
    with pytest.raises(NotFound, match="no contact 'nobody'"):
        token_for(doors, SEATS.name, ContactId("nobody"), NOW)


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ({"name": "Seats"}, "is no name"),
        ({"title": " "}, "has no title"),
        ({"kind": "advert"}, "'advert' is no kind"),
        ({"url": "learn.example/seats"}, "is no address"),
        ({"length_s": 0.0}, "makes no sense"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(but: dict[str, object], said: str):
    """K7 P5: name, title, kind, address, length."""
    with pytest.raises(BadInput, match=said):
        checked(replace(SEATS, **but))  # type: ignore[arg-type]
    assert all(checked(replace(SEATS, kind=kind)) for kind in KINDS)


def test_the_commands_keep_their_contract(doors: Doors):
    """K7: add, list and token, each with its JSON."""

    def run(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(main, ["asset", *words, "-w", str(doors.workspace.root), "--json"])
        assert 0 == done.exit_code, done.output
        return dict(json.loads(done.stdout))

    given = (
        "--title",
        "Seats explained",
        "--url",
        SEATS.url,
        "--kind",
        "pricing",
        "--length",
        "100",
        "--released",
        "2026-03-02",
    )
    assert "seats_explained" == run("add", "seats_explained", *given, "--feature", "seats")["name"]
    assert [("pricing", "seats", 0)] == [(a["kind"], a["feature"], a["views"]) for a in run("list")["assets"]]  # type: ignore[attr-defined,index]
    assert run("token", "seats_explained", "--contact", "busy-sponsor")["token"]
