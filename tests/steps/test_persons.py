"""One person: consent by channel, all that is kept of them, and erased everywhere, rendered films included (D10)."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from tests.steps.filming import NOW as FILMED
from vitalreel.cli import main
from vitalreel.edges.voices.cache import store
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.ports import Speech, SpokenWord, VideoRendition
from vitalreel.settings import read_settings
from vitalreel.steps import persons
from vitalreel.steps.doors import Doors
from vitalreel.steps.loads import load_source
from vitalreel.steps.make import Batch
from vitalreel.steps.pushed import take
from vitalreel.steps.retention import retain
from vitalreel.steps.sync import origins
from vitalreel.steps.wiping import wipe_media
from vitalreel.store import tables as t
from vitalreel.store.kinds import meta
from vitalreel.store.media import Media, StoredScene
from vitalreel.store.workspace import create
from vitalreel.video.element import Standing
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MAPPING = """
source: crm
connection: push
files: {accounts: {key: id}, people: {key: id}, surveys: {key: id}, calls: {key: id}, tickets: {key: id}}
account: {from: accounts, key: id, name: name}
contact: {from: people, key: id, account: account, name: name, email: email, title: title, role: role, left_on: left, active: active}
survey: {from: surveys, key: id, account: account, contact_id: who, day: day, kind: {always: nps}, score: score, comment: comment}
conversation: {from: calls, key: id, account: account, at: at, participants: who, summary: summary}
ticket: {from: tickets, key: id, account: account, opened: at, subject: subject}
"""
ZOE = {
    "id": "p1",
    "account": "a1",
    "name": "Zoë Hartmann",
    "email": "Zoe@acme.example",
    "title": "Head of rostering",
    "role": "sponsor",
}
ROWS = {
    "accounts": [{"id": "a1", "name": "Acme"}],
    "people": [ZOE, {"id": "p2", "account": "a1", "name": "Bo Smith", "email": "bo@acme.example", "title": "Planner", "role": "user"}],
    "surveys": [
        {"id": "s1", "account": "a1", "who": "p1", "day": "2026-02-01", "score": 9, "comment": "I like it, my desk is by the window"},
        {"id": "s2", "account": "a1", "who": "p2", "day": "2026-02-01", "score": 3, "comment": "Ask Zoë Hartmann, not me"},
        {"id": "s3", "account": "a1", "who": "p1", "day": "2026-02-01", "score": "zoe@acme.example", "comment": "torn"},
    ],
    "calls": [{"id": "c1", "account": "a1", "at": "2026-02-02 10:00:00", "who": "p1|p2|zoe@acme.example",
               "summary": "zoë hartmann asked for a demo"}],
    "tickets": [{"id": "t1", "account": "a1", "at": "2026-02-03 10:00:00", "subject": "Login of Zoe@acme.example fails"}],
}  # fmt: skip
TELLING = ("hartmann", "zoe@acme", "rostering", "by the window")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the app database is: "" in the workspace."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("fresh_pg"))


@pytest.fixture
def crm(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Doors:
    root = tmp_path / "ws"
    create(root)
    for shipped in (root / "mappings").glob("*"):
        shipped.unlink()
    (root / "mappings" / "crm.yaml").write_text(MAPPING, encoding="utf-8")
    monkeypatch.setenv("VITALREEL_DATABASE", database)
    opened = open_doors(root, read_settings())
    push_all(opened, "1")
    load(opened)
    return opened


def push_all(doors: Doors, key: str, tables: tuple[str, ...] = tuple(ROWS)) -> None:
    mapping = origins(doors)[0].mapping
    for table in tables:
        body = json.dumps({"rows": ROWS[table]}).encode()
        take(doors.engine, mapping, table, f"{table}-{key}", body, NOW)


def load(doors: Doors, hours: int = 0) -> None:
    load_source(doors, origins(doors)[0], Path("/nowhere"), lambda: NOW + timedelta(hours=hours), "hand")


def everything_kept(doors: Doors) -> Iterator[tuple[str, str]]:
    """Every byte under var/, by file (Parquet read, all else as it lies on the disk), and every row of the database."""
    for file in sorted(doors.workspace.var.rglob("*")):
        if file.suffix == ".parquet":
            yield file.name, str(pq.read_table(file).to_pylist())
        elif file.is_file():
            yield file.name, file.read_bytes().decode("utf-8", "ignore")
    with doors.engine.connect() as c:
        for table in meta.sorted_tables:
            yield f"{table.name}.db", str([tuple(r) for r in c.execute(sa.select(table))])


def left(doors: Doors, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Where any of the words still stands."""
    return [(name, w) for name, text in everything_kept(doors) for w in words if w in text.casefold()]


def lake(doors: Doors, table: str) -> list[dict[str, object]]:
    with doors.lake.session() as session:
        return sorted(session.as_of(date(2026, 3, 3))[table].to_pyarrow().to_pylist(), key=lambda r: r["row_key"])


def test_a_person_is_found_by_id_and_by_address(crm: Doors):
    """D10: in any case."""
    by_id, by_email = persons.find(crm, "p1"), persons.find(crm, "ZOE@acme.example ")

    assert by_id == by_email
    assert (frozenset({"p1"}), ("Zoë Hartmann",), ("Zoe@acme.example",)) == (by_id.ids, by_id.names, by_id.emails)
    with pytest.raises(NotFound):
        persons.find(crm, "nobody@acme.example")


def test_consent_is_kept_by_channel_and_a_persons_word_stands(crm: Doors):
    """D10: whatever sources say later."""
    zoe = persons.find(crm, "p1")
    persons.say(crm, zoe, "email", True, "sam", NOW)
    persons.say(crm, zoe, "in_app", False, "sam", NOW)
    persons.say(crm, zoe, "email", False, "kim", NOW)
    load(crm, hours=1)

    assert [("email", False, "told kim"), ("in_app", False, "told sam")] == [
        (r["channel"], r["allowed"], r["source"]) for r in persons.consents(crm, zoe)
    ]


def test_the_export_holds_all_that_is_kept_and_nobody_elses_rows(crm: Doors, tmp_path: Path):
    """D10: every table of database and lake, rows of theirs and rows that mention them; Bo's own are not in it."""
    done = persons.export(crm, persons.find(crm, "p1"), tmp_path / "zoe", NOW)
    told = json.loads(done.file.read_text(encoding="utf-8"))
    history = {name: [r.get("contact_id") for r in rows] for name, rows in told["history"].items()}

    assert {"contact": ["p1"], "survey": ["p1", "p2"], "conversation": [None], "ticket": [None]} == history
    assert {"contact", "quarantine"} <= told["kept_about_you"].keys()
    assert "bo@acme.example" not in done.file.read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="is not an empty folder"):
        persons.export(crm, persons.find(crm, "p1"), tmp_path / "zoe", NOW)


def test_nothing_of_an_erased_person_is_left_in_any_file(crm: Doors):
    """D10: landing, lake, quarantine, database and its log; of the others nothing is lost."""
    assert {w for _, w in left(crm, TELLING)} == set(TELLING)
    done = persons.erase(crm, persons.find(crm, "p1"), "sam", NOW)
    survey = {r["survey_id"]: (r["contact_id"], r["score"], r["comment"]) for r in lake(crm, "survey")}
    people = {r["contact_id"]: (r["name"], r["email"], r["role"], r["active"]) for r in lake(crm, "contact")}

    assert [] == left(crm, TELLING)
    assert {"s1": ("p1", 9.0, None), "s2": ("p2", 3.0, "Ask [erased], not me")} == survey
    assert {"p1": ("Erased person", None, None, False), "p2": ("Bo Smith", "bo@acme.example", "user", None)} == people
    assert [("p1|p2|[erased]", "[erased] asked for a demo")] == [
        (r["participants"], r["summary"]) for r in lake(crm, "conversation")
    ]
    assert ["Login of [erased] fails"] == [r["subject"] for r in lake(crm, "ticket")]
    assert {"contact": 1, "survey": 2, "conversation": 1, "ticket": 1} == done.lake_rows


def test_loading_again_changes_nothing_and_brings_nobody_back(crm: Doors):
    """D10, D2: what the source still has of them arrives blank, under another id too; the other rows are duplicates."""
    persons.erase(crm, persons.find(crm, "p1"), "sam", NOW)
    before = lake(crm, "survey")
    load(crm, hours=1)
    ROWS_AGAIN = [{**ZOE, "title": "New title"}, {**ZOE, "id": "p9", "email": " zoe@ACME.example"}]
    body = json.dumps({"rows": ROWS_AGAIN}).encode()
    take(crm.engine, origins(crm)[0].mapping, "people", "again", body, NOW)
    load(crm, hours=2)
    people = {r["contact_id"]: r["name"] for r in lake(crm, "contact")}

    assert before == lake(crm, "survey")
    assert {"p1": "Erased person", "p2": "Bo Smith", "p9": "Erased person"} == people
    assert [] == left(crm, (*TELLING, "new title"))


def test_an_erasure_that_was_cut_off_goes_on(crm: Doors, monkeypatch: pytest.MonkeyPatch):
    """D10, P1: killed anywhere, run again, nothing is left."""
    for where in ("wipe_landing", "wipe_lake", "wipe_media", "wipe_database"):

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(persons, where, killed)
            with pytest.raises(KeyboardInterrupt):
                persons.erase(crm, persons.find(crm, "p1"), "sam", NOW)
    persons.erase(crm, persons.find(crm, "p1"), "sam", NOW)

    assert [] == left(crm, TELLING)


def test_whoever_was_erased_is_written_to_by_nobody(crm: Doors):
    """D10: a no to every channel at once, which nobody takes back."""
    zoe = persons.find(crm, "p1")
    persons.say(crm, zoe, "in_app", True, "sam", NOW)
    persons.erase(crm, zoe, "sam", NOW)

    assert [("csm", False), ("email", False), ("engagement", False), ("in_app", False)] == [
        (r["channel"], r["allowed"]) for r in persons.consents(crm, zoe)
    ]
    with pytest.raises(Refused, match="their data was erased"):
        persons.say(crm, zoe, "email", True, "sam", NOW)


def test_a_dry_run_says_what_would_go_and_names_files_of_yours(crm: Doors):
    """D10: what people wrote themselves is theirs to change, and told."""
    (crm.workspace.root / "people.csv").write_text("id,name\np1,Zoë Hartmann\n", encoding="utf-8")
    before = left(crm, TELLING)
    done = persons.erase(crm, persons.find(crm, "p1"), "sam", NOW, dry=True)

    assert before == left(crm, TELLING)
    assert (("people.csv",), {"contact": 1, "survey": 2, "conversation": 1, "ticket": 1}) == (
        done.yours,
        done.lake_rows,
    )


def test_films_that_name_them_go_with_their_pictures_and_their_sound(batch: Batch, doors: Doors, tmp_path: Path):
    """D10: a rendered film, its scenes, its spoken sentences, its other sizes and its links; nothing is left to be played."""
    shutil.copytree(doors.workspace.root, tmp_path / "films")
    copied = open_doors(tmp_path / "films")
    with copied.engine.connect() as c:  # other tests may have made another of these films
        films = sorted(c.execute(sa.select(t.video.c.id)).scalars())
    words = ("priya raman", "hello priya", "priya")
    with copied.engine.begin() as c:
        c.execute(sa.insert(t.link), [
            {"id": "l1", "video": films[0], "account": "halden", "contact": "priya", "touch": None, "expires": FILMED, "created": FILMED}
        ])  # fmt: skip
    spoken = Speech(
        np.zeros(240, np.float32), 24_000, (SpokenWord("Hello", 0, 0.0, 0.005), SpokenWord("Priya,", 6, 0.005, 0.01))
    )
    store(copied.workspace.media / "takes" / "ab" / "abcd.take", spoken)
    drawn = StoredScene(
        VideoRendition(b"", b"", 90_000, ()),
        (),
        (),
        0,
        (Standing("Priya Raman", 0, 0, 1, 1, 9.0, "#000000", "#ffffff", 0.0, 1.0),),
        0.0,
    )
    Media(copied.workspace.media).keep_scene("abcdef", drawn)
    intro = copied.workspace.media / "intros" / "a1.json"
    intro.parent.mkdir(exist_ok=True)
    intro.write_text(json.dumps({"video": films[0], "clip": "ab12", "words": "Hello Priya"}), encoding="utf-8")
    (copied.workspace.media / "clips" / "ab12").mkdir(parents=True)
    before = {name for name, _ in left(copied, words)}
    done = persons.erase(copied, persons.find(copied, "priya"), "sam", FILMED)
    with copied.engine.connect() as c:
        rows = c.execute(sa.select(t.video.c.title, t.video.c.files, t.video.c.scenes)).all()
        links = list(c.execute(sa.select(t.link.c.revoked)).scalars())
    ids_only = {name for name, word in left(copied, words)}

    assert {"abcd.take", "abcdef.scene", "script.json", "storyboard.json", "page.json"} <= before
    assert any(name.endswith(".scene") for name in before)
    assert {str(made.video) for made in batch.made} <= set(films)
    assert films == sorted(done.films)
    assert [] == [f for f in films if (copied.workspace.media / "videos" / f).exists()]
    assert [] == [*intro.parent.iterdir(), *(copied.workspace.media / "clips").glob("ab12")]
    assert {("Erased person", "{}", "[]")} == {(r.title, json.dumps(r.files), json.dumps(r.scenes)) for r in rows}
    assert [FILMED] == links
    assert [] == left(copied, ("priya raman", "hello priya"))
    assert all(
        name.endswith((".db", ".parquet")) for name in ids_only
    )  # the contact's id, which here is their first name


def test_what_is_older_than_the_programme_keeps_it_goes(crm: Doors):
    """D10: periods are configuration; people who left are erased, events and quarantined rows deleted; a dry run says so."""
    file = crm.workspace.root / "vitalreel.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("retention:")
    file.write_text(
        text[:start]
        + "retention: {left_contacts: 30 days, events: 90 days, quarantine: 1 week}\n"
        + text[text.index("\n", start) + 1 :],
        encoding="utf-8",
    )
    again = open_doors(crm.workspace.root, read_settings())
    leaver = json.dumps({"rows": [{**ZOE, "left": "2026-03-05", "active": "false"}]}).encode()
    take(again.engine, origins(again)[0].mapping, "people", "left", leaver, NOW)
    load(again, hours=24 * 10)
    soon, later = NOW + timedelta(days=20), NOW + timedelta(days=60)
    early, would, done, more = (
        retain(again, soon, True),
        retain(again, later, True),
        retain(again, later),
        retain(again, later),
    )

    assert (0, 1, 1, 0) == (early.people, would.people, done.people, more.people)
    assert (1, 0) == (would.quarantined, done.quarantined)  # held rows of erased people go with them
    assert [] == left(again, TELLING)


def test_the_commands(crm: Doors, tmp_path: Path):
    """D10: consent, export and erase as a person types them."""
    call = ["-w", str(crm.workspace.root), "--json"]
    said = CliRunner().invoke(main, ["person", "consent", "p1", "--channel", "email", "--deny", "--by", "sam", *call])
    told = CliRunner().invoke(main, ["person", "export", "p1", "--out", str(tmp_path / "out"), *call])
    dry = CliRunner().invoke(main, ["person", "erase", "p1", "--dry-run", *call])
    gone = CliRunner().invoke(main, ["person", "erase", "zoe@acme.example", "--by", "sam", *call])
    kept = CliRunner().invoke(main, ["person", "retain", *call])

    assert [0] * 5 == [r.exit_code for r in (said, told, dry, gone, kept)]
    assert [("email", False)] == [(r["channel"], r["allowed"]) for r in json.loads(said.stdout)["consent"]]
    assert json.loads(dry.stdout)["lake_rows"] == json.loads(gone.stdout)["lake_rows"]
    assert [] == left(crm, TELLING)


def test_sqlite_keeps_nothing_in_pages_it_let_go(crm: Doors):
    """D10: deleted rows lie in a database's file until it is written anew."""
    if crm.engine.dialect.name != "sqlite":
        return  # its own vacuum sees to it
    persons.erase(crm, persons.find(crm, "p1"), "sam", NOW)
    with sqlite3.connect(crm.workspace.database) as c:
        free = c.execute("PRAGMA freelist_count").fetchone()[0]

    assert 0 == free


def test_kept_papers_that_name_them_go(crm: Doors):
    """D10 H14: page, PDF and JSON of the account's papers; another account's stay."""
    kept = crm.workspace.var / "papers"
    for account, who in (("acme", "Zoë Hartmann"), ("other", "Bo Li")):
        (kept / account).mkdir(parents=True)
        (kept / account / "qbr.json").write_text(json.dumps({"title": who}, ensure_ascii=False), encoding="utf-8")
        (kept / account / "qbr.html").write_text(who, encoding="utf-8")

    assert wipe_media(crm, persons.find(crm, "p1"), ()) == 1
    assert [f.name for f in kept.iterdir()] == ["other"]


def test_words_too_common_are_left_in_other_peoples_sentences():
    """D10: somebody called Bo does not take "bo" out of everybody's words; a full name and an address go."""
    from vitalreel.accounts.person import Person

    bo = Person(frozenset({"p2"}), ("Bo",), ("bo@acme.example",))

    assert "Bo said so, [erased] wrote" == bo.without("Bo said so, BO@acme.example wrote")


def test_what_they_said_in_a_call_goes_with_them():
    """D10, D11: their turns of a transcript, and the sentences that were kept of them; the others' stay."""
    from vitalreel.accounts.person import Person, erased_rows
    from vitalreel.sources.model import TABLES

    zoe = Person(frozenset({"p1"}), ("Zoë Hartmann",), ())
    rows = pa.table(
        {"remark_id": ["1", "2"], "contact_id": ["p1", None], "sentence": ["Can you help?", "Ask Zoë Hartmann."]}
    )

    assert "[0:00:01] [erased]\nSam: Thanks, [erased]." == zoe.without(
        "[0:00:01] Zoë Hartmann: My desk is by the window: look.\nSam: Thanks, Zoë Hartmann."
    )
    assert ["[erased]", "Ask [erased]."] == erased_rows(zoe, TABLES["remark"], rows)["sentence"].to_pylist()


def test_mentions_are_whole_words():
    from vitalreel.accounts.person import Person

    ann = Person(frozenset({"p3"}), ("Ann Lee",), ())

    assert "Joann Leeson and [erased]" == ann.without("Joann Leeson and ann lee")


def test_rows_of_others_are_left_alone():
    """D10: only what is theirs is rewritten."""
    from vitalreel.accounts.person import Person, rows_about

    rows = pa.table({"contact_id": ["p1", "p2", None], "comment": [None, "x", "to zoe@acme.example"], "n": [1, 2, 3]})
    zoe = Person(frozenset({"p1"}), (), ("Zoe@acme.example",))

    assert [True, False, True] == rows_about(zoe, rows).to_pylist()
