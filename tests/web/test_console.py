"""The console over a workspace without a film: what it says before anything happened, whom it answers, and how it writes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.store.queued import entry, queued
from tests.web.watching import House, house
from vitalreel.health.explain import Explanation, Part, Standing, explain
from vitalreel.steps import screens
from vitalreel.store import jobs
from vitalreel.store import tables as t
from vitalreel.web import charts, figures
from vitalreel.web.app import make_app

NOW = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.fixture
def client(opened: House) -> Iterator[TestClient]:
    with TestClient(make_app(opened.doors, opened.kit, lambda: NOW, "http://localhost:8321")) as made:
        yield made


def token(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/review").text)
    assert found is not None
    return found[1]


# -- what it says -------------------------------------------------------------------------------------------------------


def test_an_account_s_page_says_why_no_chance_of_churn_is_claimed(opened: House, client: TestClient):
    """H7: a young company has too few churns; the page says so in the words of `score` and `explain`."""
    with opened.doors.engine.connect() as c:
        account = c.execute(select(t.account.c.id)).scalars().first()
    page = client.get(f"/accounts/{account}").text

    assert "None is claimed: 0 churns with a known history are too few to learn from, 30 are needed" in page


def test_an_empty_page_names_the_next_command(client: TestClient, tmp_path: Path):
    """C1: nobody is left with a blank page; the first command that helps stands on it."""
    unscored = client.get("/").text
    with house(tmp_path) as empty:
        with empty.doors.engine.begin() as c:
            for table in (t.link, t.video, t.contact, t.account):
                c.execute(table.delete())
        unloaded = TestClient(make_app(empty.doors, empty.kit, lambda: NOW, "http://localhost:8321")).get("/").text

    assert "2 accounts, none scored yet" in unscored
    assert "vitalreel score" in unscored
    assert "No accounts yet" in unloaded
    assert "vitalreel load" in unloaded
    assert "Nothing waits" in client.get("/review").text
    assert "vitalreel deliver" in client.get("/outbox").text


def test_an_account_without_scores_is_unknown_and_not_zero(client: TestClient):
    """H17: no claim is made where there is no score."""
    page = client.get("/accounts/nordwind").text

    assert "Too little fresh data for a score" in page
    assert "No contact is known" not in page
    assert "0.0" not in page


def test_the_overview_is_kept_until_something_it_stands_on_changes(opened: House):
    """C1: 100,000 accounts are counted once, not on every click."""
    first = screens.overview(opened.doors, NOW.date())
    again = screens.overview(opened.doors, NOW.date(), first)
    with opened.doors.engine.begin() as c:
        c.execute(
            t.account.update()
            .where(t.account.c.id == "halden")
            .values(name="Halden", updated=NOW + dt.timedelta(days=999))
        )
    third = screens.overview(opened.doors, NOW.date(), again)

    assert first is again
    assert ["Halden", "Nordwind"] == sorted(third.accounts["name"].to_pylist())


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%", "_", "\\", "nord'wind", "\x00"])
def test_what_is_searched_for_is_text(client: TestClient, words: str):
    """P8: a search is never a query of its own."""
    page = client.get("/", params={"q": words, "band": "' OR 1=1", "segment": "'", "sort": "points; DROP"})

    assert 200 == page.status_code


def test_accents_and_case_do_not_hide_an_account(opened: House):
    """C1: Clínica is found by clinica."""
    with opened.doors.engine.begin() as c:
        c.execute(t.account.update().where(t.account.c.id == "halden").values(name="Clínica São Bento", updated=NOW))
    found = screens.portfolio(opened.doors, screens.Filters(words="CLINICA sao"), NOW.date())

    assert ["Clínica São Bento"] == [r["name"] for r in found.rows]


# -- whom it answers ----------------------------------------------------------------------------------------------------


def test_a_browser_gets_a_page_where_a_program_gets_a_problem(client: TestClient):
    """C4: the same error, told to a person or to a program."""
    page, problem = client.get("/accounts/nobody", headers=PAGE), client.get("/accounts/nobody")

    assert (404, 404) == (page.status_code, problem.status_code)
    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert "see the portfolio" in page.text
    assert "application/problem+json" == problem.headers["content-type"]


@pytest.mark.parametrize("path", ["/staff", "/review/any", "/outbox/any"])
def test_no_button_can_be_pressed_from_elsewhere(client: TestClient, path: str):
    """P3: a post needs the token of a page that this browser was given, whatever else it carries."""
    everything = {"csrf": "", "ours": "yes", "role": "csm", "arrived": "yes"}
    without_cookie = TestClient(client.app).post(path, data=everything)
    client.get("/")
    guessed = client.post(path, data={**everything, "csrf": "guess"})

    assert (400, 400) == (without_cookie.status_code, guessed.status_code)


def test_a_browser_is_marked_as_ours_and_the_mark_is_taken_back(client: TestClient):
    """K9: our own people are told whether they count, and choose."""
    csrf = token(client)
    client.post("/staff", data={"csrf": csrf, "ours": "yes"})
    marked = client.get("/").text
    client.post("/staff", data={"csrf": csrf, "ours": "no"})

    assert "This browser is marked as ours" in marked
    assert "This browser counts as a viewer" in client.get("/").text


def test_a_film_plays_here_in_ranges_and_gives_nothing_else_away(client: TestClient):
    """P3 K9: pictures and sound of that film, never its ledger, another folder, or an event."""
    part = client.get("/console/media/film1/film.mp4", headers={"Range": "bytes=0-99"})
    others = [
        "ledger.json",
        "page.json",
        "..%2Ffilm2%2Ffilm.mp4",
        "%2e%2e",
        ".hidden",
        "film.mp4%00.jpg",
        "nothing.mp4",
    ]

    assert (206, 100) == (part.status_code, len(part.content))
    assert {404} == {client.get(f"/console/media/film1/{name}").status_code for name in others}
    assert {404} == {
        client.get(f"/console/media/{video}/film.mp4").status_code for video in ("..", "film9", "%2e%2e%2fx")
    }


def test_playing_a_film_in_the_console_is_no_view(client: TestClient, opened: House):
    """K9: what our own people watch here leaves no event."""
    client.get("/console/media/film1/film.mp4")
    with opened.doors.engine.connect() as c:
        events = c.execute(select(t.event.c.id)).all()

    assert [] == events


def test_pages_load_nothing_from_anywhere_else_and_run_no_script(client: TestClient):
    """P8: no third party learns who is looked at, and markup that slips through cannot run."""
    page = client.get("/accounts/nordwind")
    policy = page.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert [] == re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
    assert [] == re.findall(r"<script|\son\w+=|\sstyle=", page.text)


# -- how it writes ------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=12))
def test_the_bars_of_a_waterfall_add_up_exactly(points: list[tuple[int, int]]):
    """H5: what stands between two scores is their difference, to the tenth, however many bars are put together."""
    moved = compared([a for a, _ in points], [b for _, b in points])
    picture = charts.waterfall(moved)
    told = re.search(r'aria-label="From ([\d.]+) to ([\d.]+): ([^"]*)"', picture)

    if told is None:
        assert [] == list(moved.moves)
        return
    changes = [float(c.replace("−", "-")) for c in re.findall(r"([+−][\d.]+)(?=,|$)", told[3])]
    assert round(10 * (float(told[2]) - float(told[1]))) == round(10 * sum(changes))


def compared(before: list[int], after: list[int]) -> Explanation:
    def standing(day: int, tenths: list[int]) -> Standing:
        parts = tuple(Part(f"m{i}", f"Measure {i}", n, 1.0, 0.5, 30.0, "known") for i, n in enumerate(tenths))
        return Standing(dt.date(2026, 11, day), sum(tenths), "green", 1.0, "scored", "card", "config", parts)

    return explain(standing(15, before), standing(22, after))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (figures.money(41_200_000), "$412k"), (figures.money(742_500, "EUR"), "€7,425"), (figures.money(None), "–"),
        (figures.money(176_845_700), "$1.77M"), (figures.signed(-6.8), "−6.8"), (figures.signed(-0.04), "0.0"),
        (figures.clock(94.2), "1:34"), (figures.place("America/Sao_Paulo"), "Sao Paulo"),
        (figures.left(NOW + dt.timedelta(hours=2, minutes=48), NOW), "2 h 48 min left"),
        (figures.left(NOW - dt.timedelta(days=3), NOW), "late by 3 days"),
        (figures.hour(figures.local(NOW, "Europe/Berlin")), "17:00"), (figures.hour(figures.local(NOW, "Nowhere/None")), "16:00"),
    ],
)  # fmt: skip
def test_figures_are_written_as_people_read_them(written: str, meant: str):
    """C1: a real minus, whole words, the account's own clock."""
    assert meant == written


def test_a_band_is_told_by_shape_and_word_and_never_by_colour_alone():
    """C1: four shapes for four bands."""
    shapes = {re.sub(r'class="[^"]*"', "", charts.glyph(band)) for band in charts.BANDS}

    assert 4 == len(shapes)


def test_names_inside_pictures_are_escaped():
    """P8: a scene or a measure named like markup is drawn as it is written."""
    scene = {"name": "<b>", "headline": '"><script>', "start_s": 0.0, "end_s": 4.0}

    assert "<script>" not in charts.reel([scene], 4.0)
    assert "<b>" not in charts.reel([scene], 4.0)


def test_films_in_the_making_are_shown_and_can_be_tried_again(opened: House, client: TestClient):
    """V15 P6 C1: what waits, who works, what was set aside and why; one press tries it again, and a forged one does not."""
    queued(opened.doors.engine, entry("waits"), entry("poison"))
    held = jobs.claim(opened.doors.engine, "poison", jobs.this_process("box-1"), NOW)
    assert held is not None
    with opened.doors.engine.begin() as c:
        jobs.sign_in(c, jobs.this_process("box-1"), 2, NOW)
        jobs.settle(c, held, "set_aside", NOW, reason="a scene nobody foresaw (3 tries)")
    page = client.get("/films").text
    forged = client.post("/films/poison", data={"csrf": "x", "what": "retry"}, headers=PAGE).status_code
    client.post("/films/poison", data={"csrf": token(client), "what": "retry"})

    assert "box-1" in page
    assert "a scene nobody foresaw" in page
    assert "Nothing waits" not in page
    assert 400 == forged
    assert {"poison": "waiting", "waits": "waiting"} == jobs.states(opened.doors.engine, ["poison", "waits"])
