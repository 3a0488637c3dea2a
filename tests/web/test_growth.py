"""The console's pages on growth and advocates: what the steps found, said plainly, and an answer taken from this page only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from tests.steps.companies import DAY, put
from tests.steps.growing import RULES
from tests.steps.test_opportunity import opened
from vitalreel.steps.advocacy import advocates
from vitalreel.steps.doors import Doors
from vitalreel.steps.opportunity import assess_growth
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of

NOW = dt.datetime(2026, 4, 2, 16, tzinfo=dt.UTC)
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    found = opened(tmp_path_factory.mktemp("growth") / "ws")
    (found.workspace.root / "advocacy.yaml").write_text(RULES, encoding="utf-8")
    put(
        found,
        "survey",
        [
            {
                "survey_id": "s",
                "account_id": "a02",
                "contact_id": "a02-sponsor",
                "day": DAY,
                "kind": "nps",
                "score": 10.0,
            }
        ],
    )
    with found.engine.begin() as c:
        c.execute(
            insert(t.account),
            [{"id": f"a{i:02}", "name": f"Account {i}", "row": {}, "updated": NOW} for i in range(50)],
        )
    return found


@pytest.fixture(scope="module")
def client(doors: Doors) -> Iterator[TestClient]:
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as made:
        yield made


def test_before_anybody_looked_the_page_names_the_command(client: TestClient) -> None:
    """H9: nobody is left with a blank page; an account's page says nothing of growth either."""
    assert "Nobody has looked yet" in client.get("/growth").text
    assert "Room to grow" not in client.get("/accounts/a02").text


def test_the_list_and_the_account_s_page_tell_what_was_found(doors: Doors, client: TestClient) -> None:
    """H9: nineteen are ready; a00 has one feature more to take up, with counts and no names; unknown is written as unknown."""
    assess_growth(doors, DAY, NOW)
    ready, every = client.get("/growth").text, client.get("/growth?show=all").text
    one = client.get("/accounts/a00").text

    assert 19 == ready.count('#growth" dir="auto">')
    assert 50 == every.count('#growth" dir="auto">')
    assert "Not so: tickets.severe = 0" in every.replace("not so", "Not so")
    assert "39 of 39 that did well, 0 of 10 others" in one
    assert re.search(r"Unknown: no product is recorded of it", one)
    assert "40 of 40" in ready


def test_an_answer_is_written_down_from_this_page_only(doors: Doors, client: TestClient) -> None:
    """H10: who might be asked is listed with why; the form keeps the answer; another site's form does not."""
    page = client.get("/advocates", headers=PAGE).text
    form = {"account": "a02", "kind": "reference", "said": "yes", "who": " Ines  Roth ", "comment": "<b>gladly</b>"}
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    foreign = client.post("/advocates", data=form, headers=PAGE)
    kept = client.post("/advocates", data={**form, "csrf": token[1]}, headers=PAGE)

    assert "sponsor 2" in page
    assert "They would recommend us; No severe ticket" in page
    assert (400, 200) == (foreign.status_code, kept.status_code)
    assert [("a02", "yes", "Ines Roth", "<b>gladly</b>")] == [
        (a.account, a.said, a.by, a.comment) for a in advocates(doors, NOW.date()).answers
    ]
    assert "Nobody might be asked today" in kept.text
    assert "&lt;b&gt;gladly" in kept.text
