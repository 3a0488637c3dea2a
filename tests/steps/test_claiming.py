"""Whose plays are whose, where a video is shown elsewhere: by a signed-in viewer's token, by the CRM's id, and later by a claim (K2)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from tests.steps.companies import NOW, company
from tests.trip.conftest import settings
from vitalreel.cli import main
from vitalreel.errors import NotFound
from vitalreel.identity import ContactId
from vitalreel.steps.claiming import anonymous, claim, public_token
from vitalreel.steps.doors import Doors
from vitalreel.steps.hosted import register
from vitalreel.steps.track import import_events, track
from vitalreel.steps.watching import who_watches
from vitalreel.store import tables as t
from vitalreel.tracking.hosted import Hosted
from vitalreel.tracking.viewer import subject
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_doors

KEY = b"a key of the application, 32 long"
TOUR = Hosted("tour", "The tour", "https://learn.example/tour", "onboarding", 100.0, dt.date(2026, 3, 2))
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def signed(said: dict[str, Any], key: bytes = KEY, alg: str = "HS256") -> str:
    """A JSON Web Token, put together by RFC 7515's text."""
    head, claims = (
        base64.urlsafe_b64encode(json.dumps(x).encode()).rstrip(b"=") for x in ({"alg": alg, "typ": "JWT"}, said)
    )
    mac = hmac.new(key, head + b"." + claims, hashlib.sha256).digest()
    return b".".join([head, claims, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()


def user(name: str) -> str:
    return signed({"sub": name, "exp": NOW.timestamp() + 600})


def person(doors: Doors, contact: str, **more: Any) -> None:
    with doors.engine.begin() as c:
        known = {
            "account": "acme",
            "name": contact,
            "active": True,
            "updated": NOW,
            "row": {},
            "email": f"{contact}@acme.example",
        }
        c.execute(insert(t.contact).values(id=contact, **(known | more)))


@pytest.fixture(params=["sqlite", "postgresql"])
def doors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Doors]:
    made = company(tmp_path / "ws")
    if request.param == "postgresql":
        made.engine.dispose()
        made = open_doors(tmp_path / "ws", settings(database=request.getfixturevalue("fresh_pg")))
    with made.engine.begin() as c:
        c.execute(insert(t.account).values(id="acme", name="Acme", zone="UTC", row={}, updated=NOW))
    person(made, "ada")
    person(made, "ben")
    register(made, TOUR, NOW)
    yield made
    made.engine.dispose()


def play(view: str, seconds: float = 60, device: str = "d1") -> list[dict[str, Any]]:
    return [
        {"id": f"{view}.{n}", "view": view, "type": kind, "position_s": at, "seq": n, "device": device,
         "at": (NOW - dt.timedelta(hours=1) + dt.timedelta(seconds=at)).isoformat()}
        for n, (kind, at) in enumerate((("play", 0.0), ("pause", seconds)))
    ]  # fmt: skip


@pytest.fixture
def web(doors: Doors) -> Iterator[TestClient]:
    class Still:
        def close(self) -> None:
            """No pulse: what is looked at is looked at here."""

    app = make_app(doors, kit_of(doors), lambda: NOW, "http://localhost", start_pulse=Still, viewer_keys=(KEY,))
    with TestClient(app, headers={"User-Agent": AGENT}) as client:
        yield client


def post(web: TestClient, doors: Doors, events: list[dict[str, Any]], **more: str) -> dict[str, Any]:
    answer = web.post(f"/e/{public_token(doors, TOUR.name, NOW)}", json={"events": events, **more})
    assert 202 == answer.status_code
    return dict(answer.json())


def views(doors: Doors) -> dict[str, tuple[str, str, bool, str]]:
    track(doors, NOW)
    columns = (t.view.c.id, t.view.c.account, t.view.c.contact, t.view.c.counts, t.view.c.why_not)
    with doors.engine.connect() as c:
        return {r.id: (r.account, r.contact, r.counts, r.why_not) for r in c.execute(select(*columns))}


def in_the_lake(doors: Doors) -> set[tuple[str, str]]:
    with doors.lake.session() as session:
        rows = session.versions("content_view").to_pyarrow().to_pylist() if "content_view" in session.names else []
    return {(r["view_id"], r["contact_id"]) for r in rows}


ADAS, NOBODYS = ("acme", "ada", True, ""), ("", "", False, "anonymous")


def test_plays_of_nobody_known_are_kept_apart_and_are_theirs_once_they_sign_in(doors: Doors, web: TestClient):
    """(K2) A public page is watched, then, signed in, another; a page that was open all along goes on. All are one contact's."""
    post(web, doors, play("before"))
    post(web, doors, play("open", 30)[:1])
    assert {"before": NOBODYS, "open": ("", "", False, "under 2 seconds")} == views(doors)
    assert (set(), ()) == (in_the_lake(doors), who_watches(doors, NOW))
    assert [("d1", ("tour",), 2)] == [(b.device, b.assets, b.views) for b in anonymous(doors)]

    said = post(web, doors, [*play("open", 30)[1:], *play("after")], user=user("ADA@acme.example"))

    assert {"accepted": 3, "dropped": {}} == said
    assert dict.fromkeys(("before", "open", "after"), ADAS) == views(doors)
    assert {(v, "ada") for v in ("before", "open", "after")} == in_the_lake(doors)
    assert () == anonymous(doors)


def test_a_token_that_is_not_good_proves_nobody_and_loses_nothing(doors: Doors, web: TestClient):
    """(K2 P8) Signed by another, run out, of another algorithm, without an end: the play is kept apart, and the answer says so."""
    bad = {
        "another": signed({"sub": "ada", "exp": NOW.timestamp() + 600}, b"k" * 32),
        "over": signed({"sub": "ada", "exp": NOW.timestamp() - 61}),
        "none": signed({"sub": "ada", "exp": NOW.timestamp() + 600}, alg="none"),
        "endless": signed({"sub": "ada"}),
        "early": signed({"sub": "ada", "exp": NOW.timestamp() + 600, "nbf": NOW.timestamp() + 300}),
        "huge": signed({"sub": "ada", "exp": 10**400}),
        "words": "no token at all",
    }
    said = [post(web, doors, play(name), user=token) for name, token in bad.items()]

    assert [{"accepted": 2, "dropped": {}, "user": "refused"}] * len(bad) == said
    assert dict.fromkeys(bad, NOBODYS) == views(doors)
    assert "ada" == subject(user("ada"), (b"k" * 32, KEY), NOW)


def test_who_is_not_in_the_crm_yet_is_waited_for(doors: Doors, web: TestClient):
    """(K2) The application knows somebody by an id of its own before the CRM does: once the CRM has it, the plays are theirs."""
    post(web, doors, play("v"), user=user("sso|77"))
    assert {"v": NOBODYS} == views(doors)
    assert [("sso|77",)] == [b.said for b in anonymous(doors)]
    person(doors, "cyd", row={"external_ids": "erp-1 | sso|77".replace(" | ", "|").replace("sso|77", "sso-77")})
    assert {"v": NOBODYS} == views(doors)
    person(doors, "dot", row={"external_ids": ["erp-2", "sso|77"]})

    assert {"v": ("acme", "dot", True, "")} == views(doors)


def test_a_browser_of_two_people_is_for_a_person_to_decide(doors: Doors, web: TestClient):
    """(K2) What was played between two who sign in at one desk is neither's by itself; whoever knows says so."""
    post(web, doors, play("adas"), user=user("ada"))
    post(web, doors, play("bens"), user=user("ben"))
    post(web, doors, play("whose"))
    post(web, doors, play("bens2"), user=user("ben"))
    bens = ("acme", "ben", True, "")
    assert {"adas": ADAS, "bens": bens, "bens2": bens, "whose": NOBODYS} == views(doors)

    assert 1 == claim(doors, "d1", ContactId("ada"), "Ines", NOW)
    assert ADAS == views(doors)["whose"]
    with pytest.raises(NotFound, match="browser"):
        claim(doors, "d1", ContactId("ada"), "Ines", NOW)


def test_who_does_not_want_to_be_measured_is_not(doors: Doors, web: TestClient):
    """(K2 K10) Their choice holds for plays from before it was known whose they were, and for those after."""
    with doors.engine.begin() as c:
        c.execute(
            insert(t.consent).values(contact="ada", channel="tracking", allowed=False, source="unsubscribe", at=NOW)
        )
    post(web, doors, play("before"))
    said = post(web, doors, play("after"), user=user("ada"))

    assert {"tracking declined": 2} == said["dropped"]
    assert {"before": NOBODYS} == views(doors)


def test_an_import_may_name_the_video_and_the_crms_id_of_who_watched(doors: Doors):
    """(K2) By id or address; whoever is no contact, and a video nobody registered, are dropped by name."""
    watched = (
        ("a", "tour", "ada"),
        ("b", "tour", "ben@acme.example"),
        ("c", "tour", ""),
        ("x", "tour", "zoe"),
        ("y", "no", ""),
    )
    lines = [
        {**e, "asset": asset, **({"contact": who} if who else {})}
        for view, asset, who in watched
        for e in play(view, device=f"of-{view}")
    ]
    taken = import_events(doors.engine, lines, NOW)

    assert (6, {"no contact": 2, "no asset": 2}) == (taken.accepted, taken.dropped)
    assert {"a": ("acme", "ada", True, "")} | {"b": ("acme", "ben", True, "")} | {"c": NOBODYS} == views(doors)


def test_the_commands_list_and_claim(tmp_path: Path):
    """(K2) `asset token` without a contact, `views anonymous`, `views claim`."""
    made = company(tmp_path / "ws")
    with made.engine.begin() as c:
        c.execute(insert(t.account).values(id="acme", name="Acme", zone="UTC", row={}, updated=NOW))
    person(made, "ada")
    register(made, TOUR, NOW)

    def run(*words: str) -> dict[str, Any]:
        done = CliRunner().invoke(main, [*words, "-w", str(made.workspace.root), "--json"])
        assert 0 == done.exit_code, done.output
        return dict(json.loads(done.stdout))

    token = run("asset", "token", "tour")["token"]
    assert 2 == import_events(made.engine, [{**e, "token": token} for e in play("v")], NOW).accepted
    views(made)

    assert [("d1", 60.0)] == [(b["device"], b["watched_s"]) for b in run("views", "anonymous")["browsers"]]
    assert 1 == run("views", "claim", "d1", "--contact", "ada@acme.example", "--by", "Ines")["views"]
    assert {"v": ADAS} == views(made)
    made.engine.dispose()
