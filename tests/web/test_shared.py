"""A customer's page (H12): opened on a CSM's decision, under a signed link, revocable at once, and never another than was decided on."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import insert

from tests.steps.companies import DAY, START, put
from vitalreel.cli import main
from vitalreel.delivery.link import sign
from vitalreel.errors import BadInput, NotFound
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.shared import decisions, open_to_customer, shown_by, withdraw
from vitalreel.store import tables as t
from vitalreel.store.workspace import create
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_doors

NOW = dt.datetime.combine(DAY, dt.time(12), dt.UTC)


@pytest.fixture()
def doors(tmp_path: Path) -> Doors:
    opened = open_doors(create(tmp_path / "ws").root)
    put(
        opened,
        "account",
        [
            {
                "account_id": a,
                "name": f"{a.title()} Foods",
                "segment": "enterprise",
                "tier": 1,
                "since": START,
                "csm": "mia",
                "outcome": "a calm rota",
            }
            for a in ("halden", "other")
        ],
    )
    put(opened, "csm", [{"csm_id": "mia", "name": "Mia Lund", "first_name": "Mia", "email": "mia@larkspur.example"}])
    put(
        opened,
        "contract",
        [
            {
                "contract_id": "c",
                "account_id": "halden",
                "start": START,
                "arr": 4_850_000,
                "currency": "USD",
                "seats": 300,
            }
        ],
    )
    days = [DAY - dt.timedelta(weeks=n) for n in range(60)]
    put(
        opened,
        "usage",
        [{"account_id": "halden", "day": d, "metric": "weekly_users", "value": 200.0 - n} for n, d in enumerate(days)],
    )
    return opened


@pytest.fixture()
def client(doors: Doors, assets: Path) -> Iterator[TestClient]:
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as made:
        yield made


def csrf(client: TestClient) -> str:
    client.get("/outbox")
    return str(client.cookies["vitalreel_csrf"])


def test_nothing_is_shown_before_a_named_person_decided(doors: Doors, client: TestClient):
    """(H12) No link opens by guessing, a form without a name decides nothing, and what is decided is recorded."""
    with pytest.raises(BadInput, match="nobody decided it"):
        open_to_customer(doors, "halden", "  ", DAY, NOW)
    with pytest.raises(NotFound):
        open_to_customer(doors, "nobody", "Mia Lund", DAY, NOW)
    assert decisions(doors, NOW) == ()
    forged = sign("qv_" + "0" * 32, b"x" * 32)
    assert [client.get(f"/q/{token}").status_code for token in ("", "x", forged)] == [404, 404, 404]

    found = open_to_customer(doors, "halden", "Mia  Lund", DAY, NOW)
    assert [(d.account, d.opened_by, d.opened, d.day) for d in decisions(doors, NOW)] == [
        ("halden", "Mia Lund", NOW, DAY)
    ]
    assert client.get(f"/q/{found.token}").status_code == 200


def test_the_page_says_how_things_stand_and_names_no_score(doors: Doors, client: TestClient):
    """(H12) Measures, progress and what would help, in the customer's words; never "health score"; nothing is asked of elsewhere."""
    answer = client.get(f"/q/{open_to_customer(doors, 'halden', 'Mia', DAY, NOW).token}")
    shown = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.S)

    assert "How things stand" in shown and "a calm rota" in shown and "What would help" in shown
    assert not re.search(r"health|score|churn|at risk", shown, re.I)
    assert not re.search(r'(src|href)="(?!#|mailto:)', shown)
    assert answer.headers["cache-control"] == "private, no-store" and "noindex" in answer.headers["x-robots-tag"]
    assert (
        answer.headers["referrer-policy"] == "no-referrer"
        and "default-src 'none'" in answer.headers["content-security-policy"]
    )


def test_a_page_taken_back_opens_nothing_from_then_on(doors: Doors, client: TestClient):
    """(H12) Revoked by name at once, however often the page was seen before; taking it back again changes nothing."""
    found = open_to_customer(doors, "halden", "Mia", DAY, NOW)
    assert client.get(f"/q/{found.token}").status_code == 200
    gone = withdraw(doors, found.id, "Omar", NOW)

    assert (gone.revoked, gone.revoked_by) == (NOW, "Omar")
    assert client.get(f"/q/{found.token}").status_code == 410
    assert withdraw(doors, found.id, "Mia", NOW + dt.timedelta(days=1)) == gone
    with pytest.raises(NotFound):
        withdraw(doors, "qv_none", "Mia", NOW)


def test_a_new_decision_takes_the_older_page_away(doors: Doors, client: TestClient):
    first = open_to_customer(doors, "halden", "Mia", DAY - dt.timedelta(days=7), NOW - dt.timedelta(days=7))
    second = open_to_customer(doors, "halden", "Mia", DAY, NOW)

    assert [client.get(f"/q/{x.token}").status_code for x in (first, second)] == [410, 200]


def test_a_page_ends_with_its_link(doors: Doors):
    found = open_to_customer(doors, "halden", "Mia", DAY, NOW)
    days = doors.programme.sending.link_days

    assert found.state(NOW + dt.timedelta(days=days, seconds=-1)) == "open"
    assert found.state(NOW + dt.timedelta(days=days)) == "expired"


def test_what_is_shown_is_what_was_decided_on(doors: Doors, client: TestClient):
    """(H12) Rows learnt later change nothing of it; where the past itself reads otherwise, the link opens nothing."""
    found = open_to_customer(doors, "halden", "Mia", DAY, NOW)
    before = client.get(f"/q/{found.token}").text
    put(
        doors,
        "usage",
        [{"account_id": "halden", "day": DAY + dt.timedelta(days=1), "metric": "weekly_users", "value": 3.0}],
    )
    assert client.get(f"/q/{found.token}").text == before

    (doors.workspace.root / "papers" / "how_things_stand.yaml").write_text(
        (doors.workspace.root / "papers" / "how_things_stand.yaml")
        .read_text(encoding="utf-8")
        .replace("What would help", "What helps"),
        encoding="utf-8",
    )
    put(
        doors,
        "usage",
        [{"account_id": "halden", "day": DAY + dt.timedelta(days=2), "metric": "weekly_users", "value": 3.0}],
    )
    answer = client.get(f"/q/{found.token}")
    assert answer.status_code == 410 and "being looked over" in answer.text


def test_links_of_films_and_of_pages_do_not_open_each_other(doors: Doors, client: TestClient):
    """(H12) They are signed by one key, and told apart by what their ids begin with."""
    found = open_to_customer(doors, "halden", "Mia", DAY, NOW)
    film = sign("touch1", secret_key(doors.engine, "links", NOW))

    assert client.get(f"/v/{found.token}").status_code == 404
    assert client.get(f"/q/{film}").status_code == 404
    assert shown_by(doors, film, NOW) is None


def test_the_console_opens_and_withdraws_by_forms_of_its_own(doors: Doors, client: TestClient):
    """(H12) With the name of who decides; a form from elsewhere is refused."""
    assert client.post("/shared", data={"account": "halden", "who": "Mia"}).status_code == 400
    token = csrf(client)
    done = client.post("/shared", data={"csrf": token, "account": "halden", "who": "Mia Lund"}, follow_redirects=False)
    (found,) = decisions(doors, NOW)

    assert done.status_code == 303 and done.headers["location"] == "/accounts/halden#shared"
    assert client.get(f"/q/{found.token}").status_code == 200
    client.post(f"/shared/{found.id}", data={"csrf": token, "who": "Mia Lund"}, follow_redirects=False)
    assert client.get(f"/q/{found.token}").status_code == 410


def test_the_accounts_page_has_its_papers_and_the_decision(doors: Doors, client: TestClient):
    """(H14) (H12) Pack and brief are one click from the account; who decided what the customer sees stands there too."""
    with doors.engine.begin() as c:
        c.execute(insert(t.account), [{"id": "halden", "name": "Halden Foods", "row": {}, "updated": NOW}])
    before = client.get("/accounts/halden").text
    found = open_to_customer(doors, "halden", "Mia Lund", DAY, NOW)
    after = client.get("/accounts/halden").text

    for name in ("qbr.html", "qbr.pdf", "renewal-brief.html", "renewal-brief.pdf"):
        assert f'href="/papers/{name}?account=halden"' in before
    assert "The customer is shown nothing of this." in before
    assert "Mia Lund" in after and f"/q/{found.token}" in after and f'action="/shared/{found.id}"' in after


def test_papers_of_the_console_come_as_page_pdf_and_json(client: TestClient):
    """(H14) (H13) Reachable by account; what there is not is named."""
    for name in ("qbr", "renewal-brief"):
        assert "Halden Foods" in client.get(f"/papers/{name}.html", params={"account": "halden"}).text
    assert (
        json.loads(client.get("/papers/how-things-stand.json", params={"account": "halden"}).text)["account"]
        == "halden"
    )
    pdf = client.get("/papers/qbr.pdf", params={"account": "halden"})
    assert pdf.content.startswith(b"%PDF-") and pdf.headers["content-type"] == "application/pdf"
    assert client.get("/papers/qbr.docx", params={"account": "halden"}).status_code == 404
    assert client.get("/papers/secret.html", params={"account": "halden"}).status_code == 404
    assert client.get("/papers/qbr.html", params={"account": "nobody"}).status_code == 404


def test_the_page_of_renewals_shows_what_comes_up_and_why_nothing_is_expected(client: TestClient):
    """(H13) Below the floor: rules only, in words."""
    shown = client.get("/renewals", params={"months": "24"}).text

    assert "Rules only: 0 renewals with a known outcome are too few" in shown
    assert "Halden Foods" in shown and "/papers/renewal-brief.pdf?account=halden" in shown
    assert client.get("/renewals", params={"months": "99"}).status_code == 400


def test_the_command_opens_lists_and_withdraws(doors: Doors):
    """(H12) By name; `list` shows who decided what, and what each link is worth."""

    def run(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(
            main, ["share", *words, "-w", str(doors.workspace.root), "--as-of", str(DAY), "--json"]
        )
        assert done.exit_code == 0, done.output
        found: dict[str, object] = json.loads(done.stdout)
        return found

    opened = run("open", "halden", "--by", "Mia Lund")
    assert "/q/" in str(opened["url"])
    run("withdraw", str(opened["id"]), "--by", "Mia Lund")
    (listed,) = run("list")["pages"]  # type: ignore[misc]
    assert (listed["state"], listed["opened_by"], listed["account"]) == ("revoked", "Mia Lund", "halden")
