"""A paginated API: every way of paging, its troubles, and a key that goes to one address only (D2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.services import api as apis
from tests.services.api import Api
from tests.services.feeds import NOW, rest
from vitalreel.edges.connectors import rest as module
from vitalreel.errors import BadConfiguration, BadInput, Refused, Unavailable, VitalreelError
from vitalreel.ports import Ask, Landed
from vitalreel.sources.connection import Pages, System

ROWS = [{"id": n, "updated": f"2026-01-0{n}T00:00:00Z"} for n in range(1, 6)]
PLAIN = Ask("t", "/t?kind=all", "mappings/x.yaml:3", rows="data.items", sparse=True)


@pytest.fixture
def api() -> Iterator[Api]:
    with apis.server() as running:
        running.tables["/t"] = list(ROWS)
        yield running


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it waited, without waiting."""
    told: list[float] = []
    monkeypatch.setattr(module, "wait", told.append)
    return told


def ids(api: Api, ask: Ask) -> list[str]:
    pieces = list(rest(api.url).fetch(ask, Landed(), NOW))
    return [i for p in pieces if p.rows is not None and p.rows.num_rows for i in p.rows["id"].to_pylist()]


@pytest.mark.parametrize(
    ("pages", "shape"),
    [
        (Pages("cursor", at="meta.next", send="after"), ""),
        (Pages("next", at="meta.url"), ""),
        (Pages("link"), "list"),
        (Pages("link"), ""),
        (Pages("page", send="page", first=1, size=2), ""),
        (Pages("page", send="page", first=1), ""),
        (Pages("offset", send="skip", size=2), ""),
    ],
)
def test_every_way_of_paging_brings_each_row_once(api: Api, pages: Pages, shape: str):
    """D2: cursors, addresses in the answer or in its Link header, page numbers and offsets."""
    ask = replace(PLAIN, pages=pages, params={"shape": shape} if shape else {}, rows="" if shape else "data.items")
    got = ids(api, ask)

    assert ["1", "2", "3", "4", "5"] == got
    assert "all" == api.asked[0][1]["kind"]


def test_an_incremental_fetch_asks_from_the_watermark_less_an_overlap(api: Api):
    """D2: the mark is the largest value seen, kept with the last page; asked from ten minutes before it unless told."""
    pages = Pages("cursor", at="meta.next", send="after")
    ask = replace(PLAIN, key=("id",), watermark="updated", since="updated_after", pages=pages, whole=False)
    pieces = list(rest(api.url).fetch(ask, Landed(), NOW))
    again = list(rest(api.url).fetch(ask, Landed(pieces[-1].mark), NOW))

    assert [None, None, "2026-01-05T00:00:00Z"] == [p.mark for p in pieces]
    assert "2026-01-04T23:50:00Z" == api.asked[-1][1]["updated_after"]
    assert [["5"]] == [p.rows["id"].to_pylist() for p in again if p.rows is not None]


def test_a_watermark_far_ahead_is_not_believed(api: Api):
    """D4: one row dated 9999 would keep all later rows out."""
    api.tables["/t"] = [*ROWS[:1], {"id": 9, "updated": "9999-01-01T00:00:00Z"}]
    ask = replace(PLAIN, key=("id",), watermark="updated", since="updated_after", whole=False)
    pieces = list(rest(api.url).fetch(ask, Landed(), NOW))

    assert "2026-01-01T00:00:00Z" == pieces[-1].mark
    assert 2 == sum(p.rows.num_rows for p in pieces if p.rows is not None)


@pytest.mark.parametrize("trouble", [429, 500, 502, 503, "cut"])
def test_a_passing_trouble_is_asked_again_with_growing_pauses(api: Api, waits: list[float], trouble: Any):
    """P1: three failures, and the rows all the same."""
    api.troubles = [trouble] * 3
    got = ids(api, replace(PLAIN, pages=Pages("link")))

    assert ["1", "2", "3", "4", "5"] == got
    assert [1.0, 2.0, 4.0] == waits


def test_retry_after_is_obeyed_in_both_forms(api: Api, waits: list[float]):
    """Seconds, or a date; more than two minutes is left to the next fetch."""
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    api.troubles = [(429, {"Retry-After": "7"}), (503, {"Retry-After": at})]
    ids(api, PLAIN)
    api.troubles = [(429, {"Retry-After": "3600"})]
    with pytest.raises(Unavailable, match="429"):
        ids(api, PLAIN)

    assert 7.0 == waits[0]
    assert 50 < waits[1] <= 60
    assert 2 == len(waits)


def test_a_system_that_stays_broken_is_given_up(api: Api, waits: list[float]):
    api.troubles = [500] * 50
    with pytest.raises(Unavailable, match=r"HTTP 500.*6 tries"):
        ids(api, PLAIN)

    assert (6, 5) == (api.tries, len(waits))


def test_a_key_that_is_not_accepted_names_its_variable_and_not_itself(api: Api):
    with pytest.raises(Refused, match="VITALREEL_SOURCE_X_KEY") as e:
        list(rest(api.url, "wrong-key").fetch(PLAIN, Landed(), NOW))

    assert "wrong-key" not in str(e.value)
    with pytest.raises(BadInput, match="VITALREEL_SOURCE_X_KEY: is not set"):
        rest(api.url, None)


def test_the_key_goes_to_one_system_only(api: Api):
    """P8: a next page elsewhere, and a redirect, are told and not followed."""
    with apis.server() as other:
        other.tables["/t"] = list(ROWS)
        api.elsewhere = other.url
        with pytest.raises(Refused, match="the next page of t"):
            ids(api, replace(PLAIN, pages=Pages("next", at="meta.url")))
        api.troubles = [(302, {"Location": f"{other.url}/t"})]
        with pytest.raises(BadConfiguration, match="HTTP 302"):
            ids(api, PLAIN)

    assert 0 == other.tries


def test_pages_that_go_round_in_a_circle_end(api: Api):
    """P5: a cursor that always names itself."""
    api.circle = True
    with pytest.raises(BadInput, match="circle"):
        ids(api, replace(PLAIN, pages=Pages("cursor", at="meta.next", send="after")))

    assert 2 == api.tries


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (replace(PLAIN, rows="data"), BadInput, "'data' is no list; say with `rows` at mappings/x.yaml:3"),
        (replace(PLAIN, rows=""), BadInput, "the answer is no list"),
        (replace(PLAIN, what="/nothing"), BadConfiguration, "HTTP 404"),
    ],
)
def test_a_wrong_question_is_told_with_its_place(api: Api, ask: Ask, error: type[VitalreelError], words: str):
    """P5."""
    with pytest.raises(error) as e:
        ids(api, ask)

    assert words in str(e.value)


def test_nested_names_are_joined_and_numbers_stay_as_written(api: Api):
    """D3: a mapping reads properties.arr; 1.10 stays 1.10, a list stays JSON, a missing name is empty."""
    api.tables["/t"] = [
        {"id": 1, "properties": {"arr": 1.10, "tags": ["a", "b"], "big": 12345678901234567890, "vip": True}},
        {"id": 2, "properties": {}},
    ]
    (piece,) = rest(api.url).fetch(PLAIN, Landed(), NOW)
    assert piece.rows is not None
    first, second = piece.rows.to_pylist()

    assert ("1.1", '["a", "b"]', "12345678901234567890", "true") == tuple(
        first[f"properties.{n}"] for n in ("arr", "tags", "big", "vip")
    )
    assert None is second["properties.arr"]


def test_questions_keep_the_distance_the_system_asks_for(api: Api, waits: list[float]):
    """`at_most: 5 per second`."""
    system = System("rest", api.url, headers={"Authorization": f"Bearer {apis.KEY}"}, pause_s=0.2)
    list(module.Rest("x", system, None, "").fetch(replace(PLAIN, pages=Pages("link")), Landed(), NOW))

    assert 2 == len(waits)
    assert all(0 < w <= 0.2 for w in waits)
