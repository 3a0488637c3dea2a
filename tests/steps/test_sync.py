"""Loading, end to end on a real workspace: counted, idempotent, whole or not at all, and nothing swallowed (D2 to D5)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.sources.small import ACCOUNTS, COLUMNS, MAPPING, SUBSCRIPTIONS, USAGE, Rows
from vitalreel.accounts.contract import current_contracts
from vitalreel.errors import BadInput, NotFound
from vitalreel.settings import read_settings
from vitalreel.steps import sync as step
from vitalreel.steps.doors import Doors
from vitalreel.steps.held import held_rows
from vitalreel.steps.look import look
from vitalreel.steps.sync import Counts, Loaded, origins, sync
from vitalreel.store.tables import account, consent, contact, finding, lake_file, load, quarantine
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CONTACTS = """
contact:
  from: contacts
  key: id
  account: account
  name: name
  email: email
  active: {always: "true"}
  consent_email: consent
"""


def lay(folder: Path, accounts: Rows = ACCOUNTS, subscriptions: Rows = SUBSCRIPTIONS, usage: Rows = USAGE) -> Path:
    """The small vendor's files."""
    folder.mkdir(exist_ok=True)
    for name, rows in {"accounts": accounts, "subscriptions": subscriptions, "usage": usage}.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS[name], *rows])
    (folder / "contacts.csv").write_text(
        "id,account,name,email,consent\nP1,A1,Zoë,zoe@one.example,yes\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    root = tmp_path / "ws"
    create(root)
    (root / "mappings").mkdir(exist_ok=True)
    for other in (root / "mappings").iterdir():
        other.unlink()
    text = MAPPING.replace("usage: usage.csv}", "usage: usage.csv, contacts: contacts.csv}") + CONTACTS
    (root / "mappings" / "small.yaml").write_text(text, encoding="utf-8")
    return open_doors(root)


def loaded(doors: Doors, data: Path, hours: int = 0) -> Loaded:
    return sync(doors, origins(doors)[0], data, NOW + timedelta(hours=hours))


def everything(doors: Doors) -> dict[str, Any]:
    """All a load may change, but for the history of loads."""
    with doors.engine.connect() as connection:
        rows = {
            t.name: sorted(map(str, connection.execute(select(t))))
            for t in (account, contact, consent, quarantine, lake_file)
        }
    with doors.lake.session() as session:
        return rows | {name: session.versions(name).count().execute() for name in session.names}


def test_every_source_row_is_accepted_a_duplicate_or_in_quarantine(doors: Doors, tmp_path: Path):
    """D4: read = accepted + duplicate + quarantined, table by table."""
    usage = [*USAGE, ("U1", "S1", "2025-02-01", "9", "9"), ("U5", "S1", "2025-02-01", "-1", "0")]
    got = loaded(doors, lay(tmp_path / "data", usage=usage))

    assert Counts(5, 3, 1, 1) == got.tables["usage"]
    assert {"account": Counts(2, 2, 0, 0), "contract": Counts(3, 3, 0, 0), "contact": Counts(1, 1, 0, 0)} == {
        k: v for k, v in got.tables.items() if k != "usage"
    }
    assert [("duplicate_id", 1), ("negative_value", 1)] == [(f.code, f.count) for f in got.findings]
    assert got.look


def test_loading_twice_changes_nothing(doors: Doors, tmp_path: Path):
    """D2: the second load accepts nothing and leaves every row and file as it was; a refused row is stored once."""
    data = lay(tmp_path / "data", usage=[*USAGE, ("U5", "S1", "2025-02-01", "-1", "0")])
    loaded(doors, data)
    before = everything(doors)
    again = loaded(doors, data, hours=1)

    assert before == everything(doors)
    assert Counts(4, 0, 3, 1) == again.tables["usage"]
    assert {0} == {c.accepted for c in again.tables.values()}


@pytest.mark.parametrize("where", ["stage", "save", "publish"])
def test_a_load_killed_anywhere_leaves_nothing_and_can_be_run_again(
    doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
):
    """P1, P9: between lake and database there is no half load."""
    data = lay(tmp_path / "data")
    with monkeypatch.context() as broken:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        broken.setattr(type(doors.lake) if where != "save" else step, where if where != "stage" else "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            loaded(doors, data)
    empty = everything(doors)
    after = loaded(doors, data)

    assert {"account": [], "contact": [], "consent": [], "quarantine": [], "lake_file": []} == empty
    assert Counts(3, 3, 0, 0) == after.tables["usage"]


def test_a_row_put_right_leaves_quarantine(doors: Doors, tmp_path: Path):
    """D4: quarantined rows can be replayed after a fix, and are held again if the fix is undone."""
    wrong = lay(tmp_path / "wrong", usage=[*USAGE, ("U5", "S1", "2025-02-01", "-1", "0")])
    right = lay(tmp_path / "right", usage=[*USAGE, ("U5", "S1", "2025-02-01", "1", "0")])
    loaded(doors, wrong)
    held = held_rows(doors)
    fixed = loaded(doors, right, hours=1)
    after = held_rows(doors)
    loaded(doors, wrong, hours=2)

    assert [("usage", "usage.csv", 5, "negative_value")] == [(h.table, h.location, h.line, h.code) for h in held]
    assert {"id": "U5", "subscription": "S1", "day": "2025-02-01", "uses": "-1", "seconds": "0"} == held[0].row
    assert (1, ()) == (fixed.released, after)
    assert 1 == len(held_rows(doors))


def test_people_are_stored_as_last_known(doors: Doors, tmp_path: Path):
    """D1: screens and keys read the current row; history stays in the lake."""
    loaded(doors, lay(tmp_path / "data"))
    loaded(
        doors,
        lay(tmp_path / "data", accounts=[("A1", "Ångström AB", "Small", "Europe/Paris", "2025-01-01"), ACCOUNTS[1]]),
        hours=1,
    )
    with doors.engine.connect() as connection:
        got = connection.execute(select(account.c.name, account.c.segment).order_by(account.c.id)).all()

    assert [("Ångström AB", "long_tail"), ("Two", "long_tail")] == [tuple(r) for r in got]


def test_an_unsubscription_outlives_the_next_load(doors: Doors, tmp_path: Path):
    """R7: what the person said stands over what the CRM still says."""
    data = lay(tmp_path / "data")
    loaded(doors, data)
    with doors.engine.begin() as connection:
        connection.execute(update(consent).values(allowed=False, source="unsubscribe"))
    (data / "contacts.csv").write_text(
        "id,account,name,email,consent\nP1,A1,Zoë B,zoe@one.example,yes\n", encoding="utf-8"
    )
    loaded(doors, data, hours=1)
    with doors.engine.connect() as connection:
        got = connection.execute(select(consent.c.allowed, consent.c.source)).one()

    assert (False, "unsubscribe") == tuple(got)


def test_use_of_people_is_their_accounts_use_added_up(doors: Doors, tmp_path: Path):
    """D1: kept by person, and as the account's; consent to a film in the product is imported beside that to mail (D10)."""
    people = """
contact_usage: {from: people, account: account, contact_id: person, day: day, metric: {always: active_users}, value: one}
"""
    file = doors.workspace.root / "mappings" / "small.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "contacts: contacts.csv}", "contacts: contacts.csv, people: people.csv}"
    )
    file.write_text(
        text.replace("consent_email: consent", "consent_email: consent\n  consent_in_app: in_app") + people,
        encoding="utf-8",
    )
    data = lay(tmp_path / "data")
    rows = ["P1,A1,2025-03-01,1", "P2,A1,2025-03-01,1", "P2,A1,2025-03-02,1"]
    (data / "people.csv").write_text("\n".join(["person,account,day,one", *rows]) + "\n", encoding="utf-8")
    (data / "contacts.csv").write_text(
        "id,account,name,email,consent,in_app\nP1,A1,Zoë,zoe@one.example,yes,no\n", encoding="utf-8"
    )
    loaded(doors, data)
    with doors.lake.session() as session:
        rows_of = {n: session.versions(n).to_pyarrow().to_pylist() for n in ("usage", "contact_usage")}
    with doors.engine.connect() as connection:
        said = connection.execute(select(consent.c.channel, consent.c.allowed).order_by(consent.c.channel)).all()

    assert [("2025-03-01", 2.0), ("2025-03-02", 1.0)] == sorted(
        (str(r["day"]), r["value"]) for r in rows_of["usage"] if r["metric"] == "active_users"
    )
    assert ["P1", "P2", "P2"] == sorted(r["contact_id"] for r in rows_of["contact_usage"])
    assert [("email", True), ("in_app", False)] == [tuple(r) for r in said]


def test_a_table_that_lost_half_its_rows_needs_a_look(doors: Doors, tmp_path: Path):
    """D4: a broken export is seen; what was known stays."""
    loaded(doors, lay(tmp_path / "data"))
    got = loaded(doors, lay(tmp_path / "data", usage=USAGE[:1]), hours=1)

    assert ["volume_fell"] == [f.code for f in got.findings]
    assert got.look


def test_a_byte_that_is_no_text_costs_its_own_row(doors: Doors, tmp_path: Path):
    """P5: the torn row is held with its reason; every other row of the file is loaded."""
    data = lay(tmp_path / "data", usage=USAGE[:3])
    whole = (data / "usage.csv").read_bytes()
    (data / "usage.csv").write_bytes(whole.replace(b"U2", b"U\xff"))
    got = loaded(doors, data)
    (row,) = held_rows(doors)

    assert (3, 1) == (got.tables["usage"].read, got.tables["usage"].quarantined)
    assert ("usage.csv", 3, "torn_row", "the line holds bytes that are not UTF-8") == (
        row.location,
        row.line,
        row.code,
        row.reason,
    )


def test_a_file_that_cannot_be_read_does_not_stop_the_others(doors: Doors, tmp_path: Path):
    """P5: they are loaded and the file is told; rows of it that are held stay held, and no table has shrunk for it."""
    data = lay(tmp_path / "data", usage=[*USAGE, ("U5", "S1", "2025-02-01", "-1", "0")])
    loaded(doors, data)
    (data / "usage.csv").write_bytes(b"")
    (data / "accounts.csv").write_text((data / "accounts.csv").read_text().replace("Two", "Three"), encoding="utf-8")
    got = loaded(doors, data, hours=1)
    seen = [p.what for p in look(doors, data, NOW).problems]

    assert (["file_unread"], True, 0) == ([f.code for f in got.findings], got.look, got.released)
    assert ("usage", "usage.csv: the file is empty; export it again with its header line") == (
        got.findings[0].table,
        got.findings[0].example,
    )
    assert (1, ["U5"]) == (got.tables["account"].accepted, [r.row["id"] for r in held_rows(doors)])
    assert ["the file is empty"] == seen


def test_rows_that_read_through_a_file_that_is_missing_wait_for_it(doors: Doors, tmp_path: Path):
    """D4: usage finds its account through the subscriptions: without them it is not loaded, instead of refused row by row."""
    data = lay(tmp_path / "data")
    (data / "subscriptions.csv").unlink()
    first = loaded(doors, data)
    lay(data)
    second = loaded(doors, data, hours=1)

    assert {"account", "contact"} == set(first.tables)
    assert [("file_unread", "contract"), ("file_unread", "usage")] == [(f.code, f.table) for f in first.findings]
    assert (0, True) == (second.tables["usage"].duplicate, second.tables["usage"].accepted > 0)


def test_where_no_file_can_be_read_nothing_is_loaded(doors: Doors, tmp_path: Path):
    """P5: a wrong folder is wrong use, told with its place."""
    (tmp_path / "other").mkdir()
    with pytest.raises(BadInput, match=r"accounts\.csv: there is no such file"):
        loaded(doors, tmp_path / "other")
    with doors.engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(load)).scalar_one()

    assert 0 == count


def test_an_unknown_source_names_those_there_are(doors: Doors):
    """P5: a slip on the command line is told with what is possible."""
    with pytest.raises(NotFound, match="describes small"):
        origins(doors, ["smal"])


def test_check_shows_what_a_load_would_do_and_writes_nothing(doors: Doors, tmp_path: Path):
    """D3: what maps, what does not, and sample rows, before anything is written."""
    data = lay(tmp_path / "data", usage=[*USAGE, ("U5", "S1", "2025-02-01", "-1", "0")])
    before = everything(doors)
    got = look(doors, data, NOW)

    assert before == everything(doors)
    assert [("small: usage, 1 rows", "the row cannot be used: negative value")] == [
        (p.where, p.what) for p in got.problems
    ]
    assert ["account", "contact", "contract", "usage"] == [s.table for s in got.samples]
    assert "name" in got.samples[0].maps
    assert "domain" in got.samples[0].empty


# --- the public set ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def raven(ravenstack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Doors, Loaded, Loaded]]:
    """RavenStack loaded twice into one workspace."""
    root = tmp_path_factory.mktemp("raven") / "ws"
    create(root, "ravenstack")
    doors = open_doors(root, read_settings({}))
    first, second = (sync(doors, origins(doors)[0], ravenstack, NOW + timedelta(hours=h)) for h in (0, 1))
    yield doors, first, second


@pytest.fixture(scope="module")
def files(ravenstack: Path) -> dict[str, list[dict[str, str]]]:
    """The set read by Python's own csv, for counts made another way."""
    names = ("accounts", "subscriptions", "feature_usage", "support_tickets", "churn_events")
    found = {}
    for name in names:
        with (ravenstack / f"ravenstack_{name}.csv").open(newline="", encoding="utf-8") as file:
            found[name] = list(csv.DictReader(file))
    return found


Raven = tuple[Doors, Loaded, Loaded]
Files = dict[str, list[dict[str, str]]]


def test_ravenstack_is_counted_row_by_row(raven: Raven, files: Files):
    """Issue 2: nothing is swallowed, and the second load accepts nothing."""
    _, first, second = raven
    repeated = len(files["feature_usage"]) - len({r["usage_id"] for r in files["feature_usage"]})
    tables = {
        "account": "accounts",
        "contract": "subscriptions",
        "usage": "feature_usage",
        "ticket": "support_tickets",
        "outcome": "churn_events",
    }

    assert 21 == repeated
    for table, file in tables.items():
        twice = repeated if table == "usage" else 0
        n = len(files[file])
        assert (Counts(n, n - twice, twice, 0), Counts(n, 0, n, 0)) == (first.tables[table], second.tables[table])


def test_ravenstack_findings_are_those_counted_by_hand(raven: Raven, files: Files):
    """Issue 2: every kind with a code and a count; here counted again without any of our machinery."""
    subs = {s["subscription_id"]: s for s in files["subscriptions"]}
    acc = {a["account_id"]: a for a in files["accounts"]}
    events = Counter(e["account_id"] for e in files["churn_events"])
    churned: dict[str, list[str]] = {}
    for e in files["churn_events"]:
        churned.setdefault(e["account_id"], []).append(e["churn_date"])
    usage = [(u, subs[u["subscription_id"]]) for u in files["feature_usage"]]
    by_hand = {
        "usage_before_subscription": sum(u["usage_date"] < s["start_date"] for u, s in usage),
        "usage_after_subscription": sum(bool(s["end_date"]) and u["usage_date"] > s["end_date"] for u, s in usage),
        "usage_before_signup": sum(u["usage_date"] < acc[s["account_id"]]["signup_date"] for u, s in usage),
        "usage_after_churn": sum(any(d < u["usage_date"] for d in churned.get(s["account_id"], [])) for u, s in usage),
        "ticket_before_signup": sum(
            t["submitted_at"][:10] < acc[t["account_id"]]["signup_date"] for t in files["support_tickets"]
        ),
        "churn_flag_without_event": sum(
            a["churn_flag"] == "True" and not events[a["account_id"]] for a in files["accounts"]
        ),
        "trial_account_that_pays": sum(
            a["is_trial"] == "True"
            and any(
                s["account_id"] == a["account_id"] and s["is_trial"] == "False" and not s["end_date"]
                for s in subs.values()
            )
            for a in files["accounts"]
        ),
        "plan_differs_from_account": sum(s["plan_tier"] != acc[s["account_id"]]["plan_tier"] for s in subs.values()),
        "reactivation_without_churn": sum(
            e["is_reactivation"] == "True" and min(churned[e["account_id"]]) >= e["churn_date"]
            for e in files["churn_events"]
        ),
        "answered_after_close": sum(
            float(t["first_response_time_minutes"]) > 60 * float(t["resolution_time_hours"])
            for t in files["support_tickets"]
        ),
    }
    got = {f.code: f.count for f in raven[1].findings if (f.code, f.table) != ("event_without_churn_flag", "account")}

    assert by_hand == {code: got[code] for code in by_hand}
    assert (
        sum(acc[e["account_id"]]["churn_flag"] == "False" for e in files["churn_events"])
        == got["event_without_churn_flag"]
    )
    assert all(f.example and f.did and f.what for f in raven[1].findings)


def test_ravenstack_knows_an_end_only_on_its_day(raven: Raven, files: Files):
    """D5: as of any past day, no row shows an end that had not come."""
    doors = raven[0]
    day = date(2024, 9, 30)
    with doors.lake.session() as session:
        rows = session.as_of(day)["contract"].to_pyarrow().to_pylist()
    ends = {r["contract_id"]: r["end"] for r in rows}
    truth = {s["subscription_id"]: s["end_date"] for s in files["subscriptions"] if s["start_date"] <= str(day)}

    assert {k: (v if v and v <= str(day) else "") for k, v in truth.items()} == {
        k: str(v or "") for k, v in ends.items()
    }


def test_ravenstack_usage_is_the_sum_per_account_and_day(raven: Raven, files: Files):
    """Issue 2: over all subscriptions of the account, each id once."""
    subs = {s["subscription_id"]: s["account_id"] for s in files["subscriptions"]}
    seen: set[str] = set()
    truth: Counter[tuple[str, str]] = Counter()
    for u in files["feature_usage"]:
        if u["usage_id"] not in seen:
            seen.add(u["usage_id"])
            truth[(subs[u["subscription_id"]], u["usage_date"])] += int(u["usage_count"])
    with raven[0].lake.session() as session:
        table = session.versions("usage")
        rows = table.filter(table.metric == "uses").to_pyarrow().to_pylist()

    assert dict(truth) == {(r["account_id"], str(r["day"])): r["value"] for r in rows}


def test_ravenstack_contracts_are_the_live_paid_subscriptions_together(raven: Raven, files: Files):
    """Issue 2: sum of ARR and seats over what is live and paid at the end of the day."""
    day = "2024-09-30"
    paid = [s for s in files["subscriptions"] if s["is_trial"] == "False" and s["start_date"] <= day]
    live = [s for s in paid if not s["end_date"] or s["end_date"] > day]
    arr, seats = Counter[str](), Counter[str]()
    for s in live:
        arr[s["account_id"]] += 100 * int(s["arr_amount"])
        seats[s["account_id"]] += int(s["seats"])
    with raven[0].lake.session() as session:
        got = current_contracts(
            session.as_of(date.fromisoformat(day))["contract"].to_pyarrow(), date.fromisoformat(day)
        )

    assert {a: (n, seats[a]) for a, n in arr.items()} == {
        r["account_id"]: (r["arr"], r["seats"]) for r in got.to_pylist()
    }


def test_ravenstack_contacts_are_invented_and_say_so(raven: Raven):
    """Issue 2: a small file of invented people for some accounts, marked as invented, known from their sign-up on."""
    with raven[0].engine.connect() as connection:
        people = connection.execute(select(contact.c.account, contact.c.email, contact.c.row)).all()
        kinds = connection.execute(select(func.count()).select_from(finding)).scalar_one()

    assert (60, 96) == (len({p.account for p in people}), len(people))
    assert all(p.row["invented"] and p.email.endswith(".example") for p in people)
    assert 2 * len(raven[1].findings) == kinds
