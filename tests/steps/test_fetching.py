"""Sources of other systems, end to end: fetched, landed, mapped, checked and quarantined like any folder's (D2, D4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from tests.services import api as apis
from tests.services.storage import Storage
from vitalreel.cli import main
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.settings import read_settings
from vitalreel.steps.doors import Doors
from vitalreel.steps.fetching import landing_of
from vitalreel.steps.held import held_rows
from vitalreel.steps.look import look
from vitalreel.steps.pushed import take
from vitalreel.steps.sync import Counts, origins, sync
from vitalreel.store.tables import account, push
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BLOCKS = """
account: {from: accounts, key: id, name: name, since: since}
usage: {from: usage, row: id, account: account, day: day, metrics: {uses: {sum: uses}}}
"""
ACCOUNTS = [
    {"id": "A1", "name": "Ångström & Co", "since": "2025-01-01", "updated": "2026-01-01T00:00:00Z"},
    {"id": "A2", "name": "Two", "since": "2025-02-01", "updated": "2026-01-02T00:00:00Z"},
]
USAGE = [
    {"id": "U1", "account": "A1", "day": "2026-02-01", "uses": 3, "updated": "2026-02-01T00:00:00Z"},
    {"id": "U2", "account": "A1", "day": "2026-02-01", "uses": 4, "updated": "2026-02-02T00:00:00Z"},
    {"id": "U3", "account": "A2", "day": "2026-02-01", "uses": -1, "updated": "2026-02-02T00:00:00Z"},
]


class Vendor:
    """One vendor's two tables in one kind of system."""

    def __init__(self, kind: str, doors: Doors, started: Any) -> None:
        self.kind, self.doors, self.started = kind, doors, started
        self.pushes = 0
        if kind == "database":
            self.engine = sa.create_engine(f"sqlite:///{doors.workspace.root / 'vendor.db'}")

    def put(self, table: str, rows: list[dict[str, Any]]) -> None:
        if self.kind == "bucket":
            self.pushes += 1
            text = "".join(json.dumps(r) + "\n" for r in rows)
            self.started.put(f"vendor-{id(self.doors)}/{table}/{self.pushes:03}.jsonl", text.encode())
        elif self.kind == "database":
            with self.engine.begin() as c:
                names = ", ".join(f'"{n}"' for n in rows[0])
                c.exec_driver_sql(f'CREATE TABLE IF NOT EXISTS "{table}" ({names}, UNIQUE (id))')
                marks = ", ".join("?" for _ in rows[0])
                for row in rows:
                    c.exec_driver_sql(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', tuple(row.values()))
        elif self.kind == "rest":
            kept = self.started.tables.setdefault(f"/{table}", [])
            kept[:] = [r for r in kept if r["id"] not in {n["id"] for n in rows}] + rows
        else:
            self.pushes += 1
            body = json.dumps({"rows": rows}).encode()
            take(self.doors.engine, origins(self.doors)[0].mapping, table, f"push-{self.pushes}", body, NOW)


CONNECTIONS = {
    "bucket": ("{{bucket: vendor-{id}, endpoint: '{url}'}}", '{{objects: "{table}/*.jsonl", key: id}}'),
    "database": ("database", '{{query: "select * from {table}", key: id, watermark: updated}}'),
    "rest": (
        "{{rest: '{url}', headers: {{Authorization: 'Bearer {{key}}'}}}}",
        "{{get: /{table}, rows: data.items, key: id, watermark: updated, since: updated_after, pages: link}}",
    ),
    "push": ("push", "{{key: id}}"),
}


@pytest.fixture(params=list(CONNECTIONS))
def vendor(request: pytest.FixtureRequest, tmp_path: Path, storage: Storage) -> Iterator[Vendor]:
    kind, root = str(request.param), tmp_path / "ws"
    create(root)
    for other in (root / "mappings").glob("*"):
        other.unlink()
    (root / "mappings").mkdir(exist_ok=True)
    with apis.server() as api:
        environ = {"VITALREEL_SOURCE_HELP_DESK_URL": f"sqlite:///{root / 'vendor.db'}"}
        if kind != "push":
            environ["VITALREEL_SOURCE_HELP_DESK_KEY"] = "test" if kind == "bucket" else apis.KEY
        if kind == "bucket":
            environ["VITALREEL_SOURCE_HELP_DESK_SECRET"] = "test-secret"
        doors = open_doors(root, read_settings(environ))
        connection, table = CONNECTIONS[kind]
        url = storage.url if kind == "bucket" else api.url
        text = (
            f"source: help-desk\nconnection: {connection.format(id=id(doors), url=url)}\nfiles:\n"
            f"  accounts: {table.format(table='accounts')}\n  usage: {table.format(table='usage')}\n"
        )
        (root / "mappings" / "help-desk.yaml").write_text(text + BLOCKS, encoding="utf-8")
        made = Vendor(kind, doors, {"bucket": storage, "rest": api}.get(kind))
        made.put("accounts", ACCOUNTS)
        made.put("usage", USAGE)
        yield made


def loaded(vendor: Vendor, hours: int = 0) -> dict[str, Counts]:
    at = NOW + timedelta(hours=hours)
    return dict(sync(vendor.doors, origins(vendor.doors)[0], Path("/nowhere"), at).tables)


def usage(vendor: Vendor) -> dict[str, float]:
    """Uses of each account on the day, as last known."""
    with vendor.doors.lake.session() as session:
        rows = session.as_of(NOW.date() + timedelta(days=2))["usage"].to_pyarrow().to_pylist()
    return {r["account_id"]: r["value"] for r in rows}


def test_rows_of_another_system_go_the_way_of_a_folders(vendor: Vendor):
    """D2, D4: mapped, added up, and the impossible row held with its place."""
    got = loaded(vendor)
    held = held_rows(vendor.doors)
    with vendor.doors.engine.connect() as c:
        names = list(c.execute(sa.select(account.c.name).order_by(account.c.id)).scalars())

    assert {"account": Counts(2, 2, 0, 0), "usage": Counts(3, 2, 0, 1)} == got
    assert (["Ångström & Co", "Two"], {"A1": 7.0}) == (names, usage(vendor))
    assert [("help-desk", "negative_value", "-1")] == [(h.source, h.code, h.row["uses"]) for h in held]


def test_loading_again_accepts_nothing_and_a_change_alone_is_new(vendor: Vendor):
    """D2: idempotent and incremental; a sum over a day stays whole though one of its rows came alone; what was put right
    leaves quarantine."""
    loaded(vendor)
    again = loaded(vendor, hours=1)
    vendor.put("usage", [{**USAGE[1], "uses": 5, "updated": "2026-02-03T00:00:00Z"}])
    vendor.put("usage", [{**USAGE[2], "uses": 1, "updated": "2026-02-03T00:00:00Z"}])
    after = loaded(vendor, hours=2)

    assert {0} == {c.accepted for c in again.values()}
    assert {"A1": 8.0, "A2": 1.0} == usage(vendor)
    assert (0, 0) == (after["account"].accepted, after["usage"].quarantined)
    assert () == held_rows(vendor.doors)


def test_check_shows_what_would_come_and_keeps_nothing(vendor: Vendor):
    """D3: sample rows and refusals before anything is written; a load afterwards finds all of it new."""
    seen = look(vendor.doors, None, NOW)
    quiet = look(vendor.doors, None, NOW, connect=False)
    landing = landing_of(vendor.doors, origins(vendor.doors)[0].mapping)
    left = list(landing._folder.rglob("*.parquet"))
    with vendor.doors.engine.connect() as c:
        stored = c.execute(sa.select(sa.func.count()).select_from(account)).scalar_one()

    assert [("account", 2, 0), ("usage", 3, 1)] == [(s.table, s.read, s.quarantined) for s in seen.samples]
    assert ["help-desk: usage, 1 rows"] == [p.where for p in seen.problems]
    assert ((), (), 0, []) == (quiet.samples, quiet.problems, stored, left)
    assert {"account": Counts(2, 2, 0, 0), "usage": Counts(3, 2, 0, 1)} == loaded(vendor)


def test_two_fetches_of_one_source_do_not_meet(vendor: Vendor):
    """P1: the second is told to come later."""
    mapping = origins(vendor.doors)[0].mapping
    with (
        landing_of(vendor.doors, mapping).lock("help-desk"),
        pytest.raises(Unavailable, match="another fetch of it is under way"),
    ):
        loaded(vendor)


@pytest.mark.parametrize("vendor", ["database", "rest"], indirect=True)
def test_a_missing_secret_names_its_variable(vendor: Vendor):
    """P8: secrets come from the environment only; `check` tells before a load does."""
    bare = open_doors(vendor.doors.workspace.root, read_settings({}))
    variable = "VITALREEL_SOURCE_HELP_DESK_" + ("URL" if vendor.kind == "database" else "KEY")
    with pytest.raises(BadInput, match=variable):
        sync(bare, origins(bare)[0], Path("/nowhere"), NOW)

    assert [variable] == [p.where for p in look(bare, None, NOW).problems]


@pytest.mark.parametrize("vendor", ["push"], indirect=True)
def test_a_push_is_taken_once_by_its_key(vendor: Vendor):
    """D2: the same push again changes nothing, other rows under its key are refused, and what landed is let go of."""
    mapping = origins(vendor.doors)[0].mapping
    body = json.dumps({"rows": [{"id": "A3", "name": "Three"}]}).encode()
    first, second = (take(vendor.doors.engine, mapping, "accounts", "k", body, NOW) for _ in range(2))
    with pytest.raises(Refused, match="the key 'k' was used for other rows"):
        take(vendor.doors.engine, mapping, "usage", "k", body, NOW)
    loaded(vendor)
    with vendor.doors.engine.connect() as c:
        rows = c.execute(sa.select(push.c.key, push.c.rows, push.c.body, push.c.landed)).all()

    assert (False, True) == (first.again, second.again)
    assert ["k", "push-1", "push-2"] == sorted(r.key for r in rows)
    assert {(b"", NOW)} == {(r.body, r.landed) for r in rows}
    loaded(vendor, hours=24 * 31)
    with vendor.doors.engine.connect() as c:
        assert 0 == c.execute(sa.select(sa.func.count()).select_from(push)).scalar_one()


@pytest.mark.parametrize("vendor", ["push"], indirect=True)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "what came is not JSON"),
        (b"[]", "the body is no object with a list `rows`"),
        (b'{"rows": [], "more": 1}', "the body is no object with a list `rows` and nothing else"),
        (b'{"rows": [1]}', "row 1 is no object"),
        (b'{"rows": [{"id": 1, "ID": 2}]}', "which only differ in capitals"),
        (json.dumps({"rows": [{}] * 10_001}).encode(), "10,001 rows in one push; send 10,000 at most"),
    ],
)
def test_a_push_that_cannot_be_read_is_refused_at_once(vendor: Vendor, body: bytes, words: str):
    """P5: the sender is told, not the next load."""
    with pytest.raises(BadInput) as e:
        take(vendor.doors.engine, origins(vendor.doors)[0].mapping, "accounts", "k", body, NOW)

    assert words in str(e.value)


@pytest.mark.parametrize("vendor", ["push"], indirect=True)
def test_a_load_killed_between_landing_and_noting_it_loses_and_doubles_nothing(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    """P1: the push lands again under its own name."""
    from vitalreel.steps import fetching

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(fetching.Pushed, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            loaded(vendor)
    got = loaded(vendor, hours=1)

    assert {"account": Counts(2, 2, 0, 0), "usage": Counts(3, 2, 0, 1)} == got


@pytest.mark.parametrize("vendor", ["push"], indirect=True)
def test_many_pieces_become_one_with_the_last_row_of_each_key(vendor: Vendor):
    """The landing of a busy source stays small; rows keep their lines."""
    mapping = origins(vendor.doors)[0].mapping
    for n in range(70):
        vendor.put("usage", [{**USAGE[0], "uses": n}])
    loaded(vendor)
    landing = landing_of(vendor.doors, mapping)
    before = landing.read(mapping.asks[1], "t").rows.to_pylist()
    loaded(vendor, hours=1)
    files = list((landing._folder / "usage").glob("*.parquet"))

    assert 1 == len(files)
    assert before == landing.read(mapping.asks[1], "t").rows.select(list(before[0])).to_pylist()
    assert {"A1": 73.0} == usage(vendor)


@pytest.mark.parametrize("vendor", ["rest"], indirect=True)
def test_a_name_that_no_record_has_is_empty_and_not_missing(vendor: Vendor):
    """D3: APIs leave out what they have nothing for; the load goes on, and `check` lists the column as empty."""
    file = vendor.doors.workspace.root / "mappings" / "help-desk.yaml"
    file.write_text(file.read_text().replace("since: since}", "since: since, industry: properties.industry}"))
    seen = look(vendor.doors, None, NOW).samples[0]

    assert "industry" in seen.empty
    assert Counts(2, 2, 0, 0) == loaded(vendor)["account"]


@pytest.mark.parametrize("vendor", ["database"], indirect=True)
def test_the_commands_fetch_and_tell(vendor: Vendor, monkeypatch: pytest.MonkeyPatch):
    """D2, D3: `check` and `load` of a database, as a person types them."""
    root = vendor.doors.workspace.root
    monkeypatch.setenv("VITALREEL_SOURCE_HELP_DESK_URL", f"sqlite:///{root / 'vendor.db'}")
    call = ["-w", str(root), "--as-of", "2026-03-01", "--json"]
    checked = CliRunner().invoke(main, ["check", *call])
    offline = CliRunner().invoke(main, ["check", *call, "--offline"])
    done = CliRunner().invoke(main, ["load", *call])

    assert (1, 0, 1) == (checked.exit_code, offline.exit_code, done.exit_code)
    assert ["database accounts", "database usage"] == [t["file"] for t in json.loads(checked.stdout)["tables"]]
    assert {"read": 3, "accepted": 2, "duplicate": 0, "quarantined": 1} == json.loads(done.stdout)["tables"]["usage"]
