"""The door that other systems push rows through: who may, how much, and acknowledged only once it is kept (D2, P8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from httpx import Response

from vitalreel.settings import read_settings
from vitalreel.steps import pushed
from vitalreel.steps.doors import Doors
from vitalreel.steps.sync import origins, sync
from vitalreel.store.tables import account, push
from vitalreel.store.workspace import create
from vitalreel.web.app import make_app
from vitalreel.web.push import push_router
from vitalreel.wiring import kit_of, open_doors, push_keys

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MAPPING = """
source: product
connection: push
files: {accounts: {key: id}}
account: {from: accounts, key: id, name: name}
"""
FOLDER = "source: folder\nfiles: {a: a.csv}\naccount: {from: a, key: id, name: name}\n"
KEYS = {"VITALREEL_SOURCE_PRODUCT_KEY": "new-key old-key", "VITALREEL_SOURCE_FOLDER_KEY": "new-key"}
BODY = {"rows": [{"id": "A1", "name": "Ångström & Co"}, {"id": "A2", "name": "Two"}]}


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    root = tmp_path / "ws"
    create(root)
    (root / "mappings").mkdir(exist_ok=True)
    for name, text in {"product": MAPPING, "folder": FOLDER}.items():
        (root / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return open_doors(root, read_settings(KEYS))


@pytest.fixture
def client(doors: Doors) -> Iterator[TestClient]:
    settings = read_settings(KEYS)
    app = make_app(
        doors, kit_of(doors), lambda: NOW, "http://localhost:8321", push_keys=lambda s: push_keys(settings, s)
    )
    with TestClient(app) as made:
        yield made


def post(client: TestClient, where: str = "product/accounts", key: str = "new-key", **more: Any) -> Response:
    headers = {"Authorization": f"Bearer {key}".encode(), "Idempotency-Key": more.pop("idem", "1").encode()}
    return client.post(f"/api/push/{where}", headers=headers, **{"json": BODY, **more})


def stored(doors: Doors) -> int:
    with doors.engine.connect() as c:
        return int(c.execute(sa.select(sa.func.count()).select_from(push)).scalar_one())


def test_what_was_acknowledged_is_kept_and_loads(client: TestClient, doors: Doors):
    """D2: 202 for new rows, 200 for the same again; the next load brings them where every row goes."""
    first, again = post(client), post(client)
    (origin,) = (o for o in origins(doors) if o.mapping.source == "product")
    sync(doors, origin, Path("/nowhere"), NOW)
    with doors.engine.connect() as c:
        names = list(c.execute(sa.select(account.c.name).order_by(account.c.id)).scalars())

    assert (202, {"rows": 2, "again": False}) == (first.status_code, first.json())
    assert (200, {"rows": 2, "again": True}) == (again.status_code, again.json())
    assert ["Ångström & Co", "Two"] == names


@pytest.mark.parametrize(
    ("where", "more", "status", "words"),
    [
        ("product/accounts", {"key": "wrong"}, 401, "the key is not accepted"),
        ("product/accounts", {"key": ""}, 401, "the key is not accepted"),
        ("product/accounts", {"key": "né"}, 401, "the key is not accepted"),
        ("nobody/accounts", {}, 401, "the key is not accepted"),
        ("folder/a", {}, 404, "no mapping of folder takes pushes"),
        ("product/nothing", {}, 404, "no table 'nothing'; product has accounts"),
        ("product/accounts", {"idem": ""}, 400, "Idempotency-Key: is missing"),
        ("product/accounts", {"idem": "x" * 201}, 400, "Idempotency-Key: is missing or longer than 200"),
        ("product/accounts", {"json": None, "content": b"{"}, 400, "what came is not JSON"),
        ("product/accounts", {"json": None, "content": b" " * (pushed.MOST_BYTES + 1)}, 413, "more than 8 MiB"),
    ],
)
def test_what_may_not_come_in_is_told_why_and_leaves_nothing(
    client: TestClient, doors: Doors, where: str, more: dict[str, Any], status: int, words: str
):
    """P5, P8: as problem+json; a source that nobody may push to looks like a wrong key."""
    got = post(client, where, **more)

    assert (status, "application/problem+json") == (got.status_code, got.headers["content-type"])
    assert words in got.json()["detail"]
    assert 0 == stored(doors)


def test_the_same_key_for_other_rows_is_a_conflict(client: TestClient, doors: Doors):
    """D2: a sender that numbers its pushes wrongly must not lose rows in silence."""
    post(client)
    got = post(client, json={"rows": [{"id": "A9", "name": "Nine"}]})

    assert 409 == got.status_code
    assert "was used for other rows" in got.json()["detail"]
    assert 1 == stored(doors)


def test_both_keys_count_while_one_takes_the_others_place(client: TestClient):
    """P8: a key can be changed without a gap."""
    assert [202, 202] == [post(client, key=k, idem=k).status_code for k in ("new-key", "old-key")]


def test_what_could_not_be_kept_is_not_acknowledged(client: TestClient, doors: Doors):
    """D2: durable before acknowledged."""
    with doors.engine.begin() as c:
        c.exec_driver_sql("ALTER TABLE push RENAME TO away")
    with pytest.raises(sa.exc.OperationalError):  # a server answers 500
        post(client)
    with doors.engine.begin() as c:
        c.exec_driver_sql("ALTER TABLE away RENAME TO push")

    assert 0 == stored(doors)
    assert 202 == post(client).status_code


def test_whoever_guesses_keys_is_slowed_down(doors: Doors):
    """P8: twenty wrong keys at once, then one in five seconds; right ones are let in all the same."""
    from fastapi import FastAPI

    app, at = FastAPI(), [0.0]
    app.include_router(push_router(doors, lambda: NOW, lambda _: ("right",), lambda: at[0]))
    client = TestClient(app)
    statuses = [post(client, key=f"guess-{n}").status_code for n in range(22)]
    late = post(client, key="guess")
    at[0] = 5.0

    assert [401] * 20 + [429] * 2 == statuses
    assert "5" == late.headers["retry-after"]
    assert 401 == post(client, key="guess").status_code
    assert 202 == post(client, key="right").status_code


def test_a_mapping_that_changes_is_seen(client: TestClient, doors: Doors):
    """D3: without a restart."""
    post(client)
    file = doors.workspace.root / "mappings" / "product.yaml"
    file.write_text(MAPPING.replace("{accounts: {key: id}}", "{accounts: {key: id}, people: {key: id}}"))

    assert 202 == post(client, "product/people", idem="2").status_code


def test_numbers_are_kept_as_they_were_written(client: TestClient, doors: Doors):
    """D3: 1.10 stays 1.10 on its way."""
    text = json.dumps(BODY)[:-3] + ', "arr": 1.10}]}'
    post(client, json=None, content=text.encode())
    mapping = next(o.mapping for o in origins(doors) if o.mapping.source == "product")
    (piece,) = pushed.Pushed(doors.engine, "product").fetch(mapping.asks[0], None, NOW)  # type: ignore[arg-type]
    assert piece.rows is not None

    assert [None, "1.10"] == piece.rows["arr"].to_pylist()
