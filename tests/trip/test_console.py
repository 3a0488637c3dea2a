"""The console shows what the steps stored, escapes what customers wrote, and lets nobody else's page press its buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from tests.trip.conftest import DAY, NOW, Company
from vitalreel.cli import main
from vitalreel.review.verdict import ROLES
from vitalreel.steps import screens
from vitalreel.store import tables as t
from vitalreel.store.parts import make_whole
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of


@pytest.fixture
def client(filmed: Company) -> Iterator[TestClient]:
    doors = filmed.doors
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as opened:
        yield opened


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def test_the_portfolio_counts_what_was_scored(client: TestClient, filmed: Company):
    """C1: the page's figures are the read model's, and the read model's are the score rows'."""
    page = client.get("/")
    shown = screens.portfolio(filmed.doors, screens.Filters(), NOW.date())

    assert sum(shown.bands.values()) + shown.insufficient == shown.found == shown.loaded
    for count in shown.bands.values():
        assert f"<b>{count}</b>" in page.text
    assert page.text.count("</tr>") == min(screens.PAGE, shown.found) + len(shown.fallen) + 1 + bool(shown.fallen)


def test_filters_narrow_the_list_and_say_how_to_widen_it(client: TestClient):
    """C1: an empty result names the way out."""
    page = client.get("/", params={"q": "no such account"})

    assert "No account passes these filters" in page.text


def test_an_account_s_parts_add_up_to_its_score(filmed: Company):
    """H5: the parts on the account's page sum to the score, now and before."""
    doors = filmed.doors
    row = next(
        r
        for r in screens.portfolio(doors, screens.Filters(), NOW.date()).rows
        if r["state"] == "scored" and r["before"] is not None
    )
    page = screens.account_page(doors, row["account_id"], NOW.date())

    assert pytest.approx(row["points"]) == sum(d.points for d in page.drivers)
    assert page.moved is not None
    assert round(10 * (row["points"] - row["before"])) == page.moved.tenths == sum(m.tenths for m in page.moved.moves)


def test_a_film_s_page_shows_every_fact_with_its_source(client: TestClient, filmed: Company):
    """R2 V2: the ledger stands on the page."""
    doors = filmed.doors
    with doors.engine.connect() as c:
        video = c.execute(select(t.video.c.id)).scalars().first()
    page = client.get(f"/videos/{video}")
    ledger = screens.video_page(doors, str(video)).ledger

    assert 200 == page.status_code
    assert "Untraced: 0." in page.text
    assert all(fact["as_of"] in page.text for fact in ledger["facts"])
    assert (
        200 == client.get(f"/console/media/{video}/film.mp4", headers={"Range": "bytes=0-99"}).status_code // 100 * 100
    )
    for other in ("ledger.json", "..%2f..%2f..%2fapp.db", "%2e%2e"):
        assert 404 == client.get(f"/console/media/{video}/{other}").status_code


def test_a_customer_s_name_is_text_and_never_markup(client: TestClient, filmed: Company):
    """P8: a name that is a script is shown as it is written."""
    doors = filmed.doors
    with doors.engine.begin() as c:
        account = c.execute(select(t.video.c.account)).scalars().first()
        c.execute(update(t.account).where(t.account.c.id == account).values(name="<script>alert(1)</script>"))
    pages = [client.get(f"/accounts/{account}"), client.get("/", params={"q": "<script>"})]

    assert all("<script>" not in page.text and "&lt;script&gt;" in page.text for page in pages)


def test_a_form_from_elsewhere_is_refused(client: TestClient, filmed: Company):
    """P3: without this page's token nothing is approved."""
    with filmed.doors.engine.begin() as c:
        review = c.execute(select(t.review.c.id)).scalars().first()
        c.execute(update(t.review).where(t.review.c.id == review).values(state="waiting", needs=list(ROLES)))
        c.execute(update(t.touch).values(state="in_review").where(t.touch.c.video.is_not(None)))
    csrf = token(client.get("/review"))
    refused = client.post(f"/review/{review}", data={"csrf": "guess", "role": "csm", "who": "Mallory"})

    assert 400 == refused.status_code
    first = client.post(
        f"/review/{review}", data={"csrf": csrf, "role": "csm", "who": "Ingrid"}, follow_redirects=False
    )
    second = client.post(
        f"/review/{review}", data={"csrf": csrf, "role": "production", "who": "Ana"}, follow_redirects=False
    )
    assert (303, 303) == (first.status_code, second.status_code)
    with filmed.doors.engine.connect() as c:
        assert ["approved"] == list(c.execute(select(t.touch.c.state).where(t.touch.c.video.is_not(None))).scalars())
        assert {"Ingrid", "Ana"} <= set(c.execute(select(t.review_event.c.who)).scalars())


def test_a_missing_page_is_a_problem_document(client: TestClient):
    """C4: errors are problem+json with one sentence that says what to do."""
    answer = client.get("/accounts/nobody")

    assert (404, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert "see the portfolio" in answer.json()["detail"]


def test_a_reviewer_sees_every_fact_and_stops_the_film_with_a_reason(client: TestClient, filmed: Company):
    """R1 R2: the item carries the script, each fact with its source, the checks; a rejection needs a reason and is recorded."""
    with filmed.doors.engine.begin() as c:
        review = c.execute(select(t.review.c.id)).scalars().first()
        c.execute(update(t.review).where(t.review.c.id == review).values(state="waiting", needs=list(ROLES)))
        c.execute(update(t.touch).values(state="in_review").where(t.touch.c.video.is_not(None)))
    page = client.get(f"/review/{review}")
    shown = screens.review_page(filmed.doors, str(review)).film
    form = {"csrf": token(page), "role": "reject", "who": "Ingrid"}

    assert all(f'id="fact-{cited.number}"' in page.text for cited in shown.cited.values())
    assert {f["fact"] for f in shown.ledger["facts"]} == set(shown.cited)
    assert all(check.ok for check in shown.checks)
    assert 400 == client.post(f"/review/{review}", data=form).status_code
    client.post(f"/review/{review}", data={**form, "reason": "The figure is last year's"})
    with filmed.doors.engine.connect() as c:
        assert ["rejected"] == list(c.execute(select(t.touch.c.state).where(t.touch.c.video.is_not(None))).scalars())
        assert "The figure is last year's" in list(c.execute(select(t.review_event.c.detail)).scalars())


def test_a_still_of_the_film_is_what_its_viewer_sees(filmed: Company, tmp_path: Path):
    """V12: drawn again from the film's document, it is the published picture but for what coding costs."""
    with filmed.doors.engine.connect() as c:
        video, files = c.execute(select(t.video.c.id, t.video.c.files)).one()
    mp4 = filmed.doors.workspace.media / files["mp4"]
    make_whole(mp4.parent, mp4.parent, ["film.mp4"])
    target = tmp_path / "still.png"
    asked = ["still", "-w", str(filmed.root), video[:12], "--at", "10.02", "--out", str(target), "--json"]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    with av.open(str(mp4)) as film:
        published = next(f for n, f in enumerate(film.decode(video=0)) if n == 300).to_ndarray(format="rgb24")
    with av.open(str(target)) as picture:
        drawn = next(picture.decode(video=0)).to_ndarray(format="rgb24")

    assert str(target) == json.loads(done.stdout)["file"]
    assert np.abs(published.astype(int) - drawn).mean() < 1.5


def test_a_csm_says_on_the_account_s_page_who_the_sponsor_is(client: TestClient, filmed: Company):
    """H20: what was found stands there with its source; who says what is kept, and a form without a name or a choice is refused."""
    who = t.contact.c
    with filmed.doors.engine.connect() as c:
        row = c.execute(select(who.account, who.id, who.name).where(who.role == "sponsor")).first()
        others = select(who.id).where(who.account == row.account, who.id != row.id, who.active)
        other = c.execute(others).first()
    with filmed.doors.engine.begin() as c:
        sign = {
            "id": "s",
            "kind": "bounce",
            "contact": row.id,
            "source": "outbox t:email",
            "words": "Mail comes back",
            "at": NOW,
        }
        c.execute(t.sponsor_sign.insert().values(**sign, account=row.account, successor="", day=DAY))
        case = {"account": row.account, "departed": row.id, "successor": "", "who": "", "why": "", "decided_on": None}
        c.execute(t.sponsor_case.insert().values(**case, id="k", state="open", opened_on=DAY, at=NOW))
    page = client.get(f"/accounts/{row.account}")
    form = {
        "csrf": token(page),
        "what": "changed",
        "departed": row.id,
        "successor": other.id,
        "who": "Ingrid",
        "note": "She wrote",
    }

    assert "Mail comes back" in page.text and "outbox t:email" in page.text and "Who is it now?" in page.text
    for wrong in ({"who": " "}, {"what": ""}, {"successor": "nobody"}, {"csrf": "guess"}):
        assert client.post(f"/sponsors/{row.account}", data={**form, **wrong}).status_code in (400, 404)
    assert 303 == client.post(f"/sponsors/{row.account}", data=form, follow_redirects=False).status_code
    with filmed.doors.engine.connect() as c:
        kept = c.execute(select(t.sponsor_case.c.state, t.sponsor_case.c.successor, t.sponsor_case.c.who)).one()
        assert ("confirmed", other.id, "Ingrid") == tuple(kept)
    assert "Said by" in client.get(f"/accounts/{row.account}").text
