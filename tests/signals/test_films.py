"""What became of films (H3): kinds of them, those watched while they were news, those never opened, and where customers stop."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.steps.companies import CARD, DAY, NOW, at, company, found, put
from vitalreel.conditions import parse
from vitalreel.conditions.answer import answers
from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import read_catalogue
from vitalreel.signals.kinds import DropOff, Kind
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.explain import standing
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.wiring import open_doors

KINDS = """
modules: &films [pricing, update, tour, seats]
kinds: {pricing: [seats], news: {of: [update], within: 7 days}}
drop_off: {customers: 2, share: 0.5, width: 0.05}
"""
FILMS = """  video.never_opened: {type: event, args: *films, feed: video, of: video.offered, unless: video.watched, after: 60 days}
  video.left_at_drop_off: {type: event, args: *films, feed: video}
"""
NEWS = "  - {name: news, when: any contact has watched 'news' at least 50% within 90 days, points: {sponsor: +10, user: +5}}\n"


def back(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    opened = company(tmp_path / "ws")
    root = opened.workspace.root
    path = root / "signals.yaml"
    text = KINDS + path.read_text(encoding="utf-8").replace("args: [pricing]", "args: *films") + FILMS
    path.write_text(text, encoding="utf-8")
    (root / "scorecards" / "everybody.yaml").write_text(CARD + NEWS, encoding="utf-8")
    opened = open_doors(root)
    found(opened)
    put(
        opened,
        "product_feature",
        [{"feature": f, "name": f, "released": d} for f, d in (("swap", back(40)), ("old", back(300)))],
    )
    return opened


def view(account: str, role: str, day: dt.date, module: str, **more: object) -> dict[str, Any]:
    name = f"{account}{role}{day}{module}"
    return {"view_id": name, "account_id": account, "contact_id": f"{account}-{role}", "at": at(day), "module": module, "share": 0.9,
            "replays": 0, **more}  # fmt: skip


def said(doors: Doors, text: str, day: dt.date = DAY) -> list[str]:
    """Accounts of which it is so."""
    catalogue = catalogue_of(doors)
    tree = parse(text, catalogue).tree
    assert tree is not None
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue, day)
        rows = session.con.to_pyarrow(
            answers(signals.tables, {"it": tree}, catalogue, signals.moment, signals.fresh())
        ).to_pylist()
    return sorted(r["account_id"] for r in rows if r["it"])


def test_an_update_watched_while_it_was_new_counts_and_stays(doors: Doors) -> None:
    """H3: within 7 days of the release, by role; the points do not vanish a week later, and a late view never earns them."""
    put(doors, "content_view", [view("busy", "sponsor", back(35), "update"), view("quiet", "user", back(32), "update")])
    put(doors, "content_view", [view("blank", "user", DAY, "update", released=back(3), kind="update", video_id="h")])
    assess(doors, DAY, NOW)
    parts = {a: {p.name: p.tenths for p in standing(doors, a, DAY).parts} for a in ("busy", "quiet")}  # type: ignore[arg-type]

    assert ["blank", "busy"] == said(doors, "any contact has watched 'news' at least 50%")
    assert (100, None) == (parts["busy"]["news"], parts["quiet"].get("news"))
    assert [] == said(doors, "any contact has watched 'news' at least 50%", back(36))


def test_a_film_is_held_against_the_release_it_tells_of(doors: Doors) -> None:
    """H3: a film offered before the next release is not news by it: the release is the newest of the day it was offered."""
    offer = {
        "offer_id": "o",
        "account_id": "busy",
        "contact_id": "busy-user",
        "at": at(back(60)),
        "module": "update",
        "video_id": "v",
    }
    put(doors, "content_offer", [offer])
    put(doors, "content_view", [view("busy", "user", back(38), "update", video_id="v")])

    assert [] == said(doors, "any contact has watched 'news'")


def test_a_kind_counts_its_modules_and_no_event_twice(doors: Doors) -> None:
    """H3: a rule on pricing scores the film about seats; a count without a name counts each view once."""
    put(doors, "content_view", [view("busy", "user", DAY, "seats"), view("quiet", "user", DAY, "tour")])

    assert ["busy"] == said(doors, "any contact has watched 'pricing' within 1 day")
    assert ["busy"] == said(doors, "video.watched('pricing') within 1 day")
    assert [] == said(doors, "at least 2 video.watched within 1 day")


def test_a_film_nobody_opened_is_an_event_of_the_sixtieth_day(doors: Doors) -> None:
    """H3: never opened in 60 days, by nobody of the account; known on that day and not before."""
    put(doors, "content_offer", [
        {"offer_id": f"{a}{n}", "account_id": a, "contact_id": f"{a}-user", "at": at(back(n)), "module": "tour"}
        for a, n in (("busy", 60), ("quiet", 60), ("blank", 59))
    ])  # fmt: skip
    put(doors, "content_view", [view("quiet", "sponsor", back(1), "tour")])

    assert ["busy"] == said(doors, "video.never_opened('tour') within 1 day")
    assert [] == said(doors, "video.never_opened('tour') within 1 day", back(1))


def test_views_that_end_where_other_customers_stop(doors: Doors) -> None:
    """H3: a drop-off at one place across customers; two views of one customer are none, nor is a film's end."""
    put(doors, "content_view", [
        view("busy", "user", back(3), "tour", stopped_at=0.41), view("quiet", "user", back(2), "tour", stopped_at=0.43),
        view("busy", "sponsor", back(3), "seats", stopped_at=0.2), view("busy", "user", back(3), "seats", stopped_at=0.21),
        view("quiet", "sponsor", back(3), "seats", stopped_at=0.97), view("blank", "user", back(3), "tour", stopped_at=0.9),
    ])  # fmt: skip

    assert ["busy", "quiet"] == said(doors, "video.left_at_drop_off('tour') within 7 days")
    assert [] == said(doors, "video.left_at_drop_off('seats') within 7 days")


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"kinds": {"New": []}}, "kinds"),
        ({"kinds": {"news": {"of": ["a"]}}}, "kinds.news"),
        ({"kinds": {"news": {"of": ["a"], "within": "soon"}}}, "kinds.news.within"),
        ({"drop_off": {"customers": 1, "share": 0.5, "width": 0.05}}, "drop_off.customers"),
        ({"signals": {"e": {"type": "event", "feed": "f", "of": "e", "after": "3 days"}}}, "signals.e"),
        ({"signals": {"e": {"type": "event", "feed": "f", "of": "e", "unless": "x", "after": "3 days"}}}, "signals.e.unless"),
        ({"signals": {"n": {"type": "number"}, "e": {"type": "event", "feed": "f"},
                      "m": {"type": "number", "of": "e", "unless": "e", "after": "3 days"}}}, "signals.m"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(more: dict[str, Any], where: str) -> None:
    """P5: kinds, places and absences that make no sense."""
    with pytest.raises(BadConfiguration) as e:
        read_catalogue({"feeds": {"f": 3}, **more}, "signals.yaml")

    assert e.value.where == f"signals.yaml: {where}"


def test_kinds_are_films_that_conditions_know() -> None:
    """H3: beside the modules."""
    got = read_catalogue({"modules": ["a"], "kinds": {"news": {"of": ["a"], "within": "7 days"}, "k": []},
                          "drop_off": {"customers": 5, "share": 0.2, "width": 0.05}}, "signals.yaml")  # fmt: skip

    assert (("a", "news", "k"), Kind(("a",), 7), DropOff(5, 0.2, 0.05)) == (
        got.modules,
        got.kinds["news"],
        got.drop_off,
    )
