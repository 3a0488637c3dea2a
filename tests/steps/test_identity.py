"""Two sources that know the same customers, end to end: found, reviewed, counted together, and taken apart again (D6)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from vitalreel.cli import main
from vitalreel.errors import NotFound, Refused
from vitalreel.settings import read_settings
from vitalreel.steps.doors import Doors
from vitalreel.steps.identity import decide, listed
from vitalreel.steps.loads import load_source
from vitalreel.steps.sync import origins
from vitalreel.store import tables as t
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CRM = """
source: crm
files: {accounts: accounts.csv, people: people.csv}
known: row_date_on_first_import
account: {from: accounts, key: id, name: name, domain: domain, segment: segment, csm: csm, since: since}
contact: {from: people, key: id, account: account, name: name, email: email, consent_email: consent, known: since}
"""
DESK = """
source: desk
ids: own
files: {orgs: orgs.csv, users: users.csv, tickets: tickets.csv}
known: row_date_on_first_import
account: {from: orgs, key: id, name: name, domain: domain, zone: zone, external_ids: crm, since: since}
contact: {from: users, key: id, account: org, name: name, email: email, title: title, consent_email: consent, known: since}
ticket: {from: tickets, key: id, account: org, opened: opened, severity: severity}
"""
FILES = {
    "accounts.csv": """id,name,domain,segment,csm,since
7,Acme,acme.example,enterprise,d1,2025-01-01
8,Beta,beta.example,long_tail,d1,2025-01-01
""",
    "people.csv": """id,account,name,email,consent,since
1,7,Zoë,Zoe@acme.example,true,2025-01-01
2,8,Bo,bo@beta.example,true,2025-01-01
""",
    "orgs.csv": """id,name,domain,zone,crm,since
7,Beta Ltd,https://www.beta.example/,Europe/Oslo,,2025-02-01
9,ACME Inc.,,Europe/Paris,7,2025-02-01
""",
    "users.csv": """id,org,name,email,title,consent,since
1,9,Zoe Smith,zoe@ACME.example,Head of things,false,2025-02-01
2,7,Bo B.,bo@beta.example,,true,2025-02-01
3,7,Zoe S.,zoe@acme.example,,true,2025-02-01
""",
    "tickets.csv": """id,org,opened,severity
1,9,2026-02-01 10:00:00,high
2,7,2026-02-02 10:00:00,low
""",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the app database is: "" in the workspace."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("fresh_pg"))


@pytest.fixture
def doors(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Doors:
    root = tmp_path / "ws"
    create(root)
    for shipped in (root / "mappings").glob("*"):
        shipped.unlink()
    for name, text in {"crm": CRM, "desk": DESK}.items():
        (root / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (root / "data").mkdir()
    for name, text in FILES.items():
        (root / "data" / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("VITALREEL_DATABASE", database)
    opened = open_doors(root, read_settings())
    load_all(opened)
    return opened


def load_all(doors: Doors, hours: int = 0) -> None:
    for n, origin in enumerate(origins(doors)):
        load_source(
            doors, origin, doors.workspace.root / "data", lambda m=n: NOW + timedelta(hours=hours, minutes=m), "hand"
        )


def tickets(doors: Doors) -> dict[str, str]:
    """Ticket -> account, as read today."""
    with doors.lake.session() as session:
        rows = session.as_of(date(2026, 3, 2))["ticket"].to_pyarrow().to_pylist()
    return {r["ticket_id"]: r["account_id"] for r in rows}


def accounts(doors: Doors, day: date = date(2026, 3, 2)) -> dict[str, dict[str, Any]]:
    with doors.lake.session() as session:
        return {r["account_id"]: r for r in session.as_of(day)["account"].to_pyarrow().to_pylist()}


def stored(doors: Doors, table: sa.Table, *columns: str) -> dict[str, tuple[Any, ...]]:
    with doors.engine.connect() as c:
        rows = c.execute(sa.select(table)).mappings().all()
    return {r["id"]: tuple(r[n] for n in columns) for r in rows}


def everything(doors: Doors) -> list[Any]:
    """What screens, plays and scores read."""
    return [
        accounts(doors), tickets(doors), stored(doors, t.account, "name", "zone", "row", "merged_into"),
        stored(doors, t.contact, "account", "active", "row", "merged_into"),
    ]  # fmt: skip


def test_the_list_says_who_may_be_whom_and_why(doors: Doors):
    """D6: an external id is made at once, a domain waits, the same address at two accounts is told and not made."""
    got = [(k.kind, k.alias, k.canonical, k.rule, k.state) for k in listed(doors)]

    assert [
        ("account", "desk:7", "8", "domain", "proposed"),
        ("contact", "desk:2", "2", "email", "apart"),
        ("contact", "desk:3", "1", "email", "apart"),
        ("account", "desk:9", "7", "external id", "merged"),
        ("contact", "desk:1", "1", "email", "merged"),
    ] == got
    assert "'Beta' of crm and 'Beta Ltd' of desk: both are beta.example" == listed(doors, "proposed")[0].evidence


def test_ids_of_a_source_of_its_own_meet_no_others(doors: Doors):
    """D6: account 7 of the desk is not account 7 of the CRM, whatever was merged."""
    assert {"7", "8", "desk:7"} == accounts(doors).keys()
    assert "Acme" == accounts(doors)["7"]["name"]


def test_what_is_merged_counts_together_on_past_days_too(doors: Doors):
    """D6, D5: tickets of the second self are the first's; its empty values are filled; before the first was known the second
    stands under its id."""
    merged = accounts(doors)["7"]
    decide(doors, "account", "desk:7", "accept", "sam", NOW)
    past = accounts(doors, date(2025, 3, 1))

    assert {"desk:1": "7", "desk:2": "8"} == tickets(doors)
    assert ("Acme", "enterprise", "Europe/Paris") == tuple(merged[n] for n in ("name", "segment", "zone"))
    assert {"7", "8"} == past.keys()
    assert ("Europe/Oslo", None) == stored(doors, t.account, "zone", "merged_into")["8"]
    assert ("8",) == stored(doors, t.account, "merged_into")["desk:7"]


def test_after_the_accounts_their_people_are_found(doors: Doors):
    """D6: the next look joins those who write from one address within what is one account now."""
    decide(doors, "account", "desk:7", "accept", "sam", NOW)
    load_all(doors, hours=1)
    people = stored(doors, t.contact, "account", "active", "merged_into")

    assert ("contact", "desk:2", "merged") in [(k.kind, k.alias, k.state) for k in listed(doors)]
    assert {("7", True, None), ("8", True, None)} == {people["1"], people["2"]}
    assert [("7", False, "1"), ("8", False, "2")] == [people["desk:1"], people["desk:2"]]
    assert ("8", True, None) == people["desk:3"]


def test_a_merge_undone_leaves_everything_as_it_was(doors: Doors):
    """D6: undo, and it is not made again by itself."""
    before = everything(doors)
    decide(doors, "account", "desk:7", "accept", "sam", NOW)
    during = everything(doors)
    decide(doors, "account", "desk:7", "undo", "sam", NOW)
    after = everything(doors)
    load_all(doors, hours=1)

    assert before == after == everything(doors)
    assert before != during
    assert ("rejected", "sam") == next((k.state, k.who) for k in listed(doors) if k.alias == "desk:7")


def test_a_merge_by_the_rules_can_be_undone_too(doors: Doors):
    """D6: what only the rules decided is a person's to take back; loads respect it."""
    decide(doors, "contact", "desk:1", "undo", "sam", NOW)
    decide(doors, "account", "desk:9", "undo", "sam", NOW)
    load_all(doors, hours=1)

    assert {"7", "8", "desk:7", "desk:9"} == accounts(doors).keys()
    assert {"desk:1": "desk:9", "desk:2": "desk:7"} == tickets(doors)
    assert ("desk:9", True, None) == stored(doors, t.contact, "account", "active", "merged_into")["desk:1"]


def test_whoever_said_no_under_one_id_is_asked_under_neither(doors: Doors):
    """D6, D10: the stricter word stands, and stays when the merge is undone."""

    def said() -> dict[str, bool]:
        with doors.engine.connect() as c:
            return {r.contact: r.allowed for r in c.execute(sa.select(t.consent))}

    merged = said()
    decide(doors, "contact", "desk:1", "undo", "sam", NOW)

    assert (False, False) == (merged["1"], said()["1"])


def test_what_was_under_way_for_a_second_self_ends(doors: Doors):
    """D6: its plays stop; nothing goes out twice to one customer."""
    with doors.engine.begin() as c:
        c.execute(sa.insert(t.play_run), [{"id": "r", "account": "desk:7", "play": "p", "occurrence": "o", "arm": "treated",
                  "state": "running", "step": 0, "opened_on": NOW.date(), "config": "c", "ended": None, "at": NOW}])  # fmt: skip
        c.execute(sa.insert(t.touch), [{"id": "t", "run": "r", "step": "s", "account": "desk:7", "contact": "desk:2", "module": "m",
                  "channels": [], "window_from": NOW, "window_to": NOW, "as_of": NOW.date(), "state": "planned", "why": {},
                  "at": NOW}])  # fmt: skip
    decide(doors, "account", "desk:7", "accept", "sam", NOW)

    assert {"r": ("stopped", "is one account with 8")} == stored(doors, t.play_run, "state", "ended")
    assert {"t": ("stopped",)} == stored(doors, t.touch, "state")


@pytest.mark.parametrize(
    ("kind", "alias", "word", "error", "words"),
    [
        ("account", "nobody", "accept", NotFound, "see `vitalreel identity list`"),
        ("contact", "desk:3", "accept", Refused, "merge the two accounts first"),
        ("account", "desk:7", "undo", Refused, "it is proposed, not merged"),
    ],
)
def test_a_word_that_does_not_fit_is_refused(doors: Doors, kind: Any, alias: str, word: Any, error: Any, words: str):
    """D6: people of two accounts are not joined even by a person; their accounts come first."""
    with pytest.raises(error) as e:
        decide(doors, kind, alias, word, "sam", NOW)

    assert words in str(e.value)


def test_the_commands_list_and_decide(doors: Doors):
    """D6: exit 1 while something waits for a person."""
    call = ["-w", str(doors.workspace.root), "--json"]
    waiting = CliRunner().invoke(main, ["identity", "list", *call])
    accepted = CliRunner().invoke(main, ["identity", "accept", "account", "desk:7", "--by", "sam", *call])
    after = CliRunner().invoke(main, ["identity", "list", *call])

    assert (1, 0, 0) == (waiting.exit_code, accepted.exit_code, after.exit_code)
    assert ("merged", "8", "sam") == tuple(json.loads(accepted.stdout)[n] for n in ("state", "canonical", "who"))


def test_scores_of_a_second_self_alone_are_left_out(doors: Doors):
    """D6: its days as an account of its own count for neither."""
    day = NOW.date()
    own = {"known_on": day, "learnt": NOW, "source": "score", "location": "", "line": 0, "row_digest": "", "load": "s"}
    rows = [{"account_id": a, "day": day, "points": 50.0, "row_key": f"{a}|{day}", **own} for a in ("7", "desk:9")]
    staged = doors.lake.stage("s", {"score": pa.Table.from_pylist(rows)})
    with doors.engine.begin() as c:
        doors.lake.publish(c, staged, NOW)
    with doors.lake.session() as session:
        left = session.as_of(date(2026, 3, 2))["score"].to_pyarrow()["account_id"].to_pylist()

    assert ["7"] == left
