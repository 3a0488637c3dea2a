"""Names nobody should have, as company name and as id: each is accepted as the text it is, or refused with a reason (P5)."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sources.small import ACCOUNTS, MAPPING, USAGE, arrived, checked, mapped, reasons
from tests.steps.test_sync import NOW, doors, lay, loaded  # noqa: F401 - doors is a fixture
from vitalreel.sources.amounts import STORED, turned
from vitalreel.sources.reading import Reads, typed, wanted
from vitalreel.sources.relations import Relations, literal
from vitalreel.steps.doors import Doors

LIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "names" / "blns" / "blns.json"
BLNS = json.loads(LIST.read_text(encoding="utf-8")) if LIST.is_file() else ()
"""The Big List of Naughty Strings, which is not part of this repository; where it is not, the list below alone is used."""

NAUGHTY = (
    "undefined", "NULL", "(null)", "NaN", "-Infinity", "1E+02", "0x0", "007", "1/0", "--", "\u00a0", "-.-",
    "',./;'[]\\-=", '<>?:"{}|_+', "!@#$%^&*()`~", "\u0001\u0002\u0008\u000e\u007f", "\u0085", "\ufeff", "\ufffe", "\u200b",
    "Ω≈ç√∫˜µ≤≥÷", "﷽", "田中さんにあげて下さい", "社會科學院語學研究所", "ヽ༼ຈل͜ຈ༽ﾉ", "👩🏽‍❤️‍💋‍👨🏿", "🇺🇸🇷🇺", "１２３",
    "הָיְתָהtestالصفحات التّحول", "\u202etest\u202e", "\u2066test\u2067", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤", "˙ɐnbᴉlɐ ɐuƃɐɯ",
    "<script>alert(0)</script>", "&lt;b&gt;", "javascript:alert(1);", "'; DROP TABLE account; --", "1'1", "' OR 1=1 -- 1",
    "$HOME", "`touch /tmp/blns.fail`", "$(touch /tmp/blns.fail)", "../../../etc/passwd%00", "{{7*7}}", "{0}", "%s%n", "=1+1",
    "System.out.println(1);", "a|b\\|c", "two\nlines\r\n", "tab\tbed", '"', "x" * 20_000,
)  # fmt: skip
"""By the categories of the Big List of Naughty Strings: reserved words, numbers, punctuation, controls, scripts, directions,
markup, injections, files, format strings, and what parts cells and keys."""


def test_a_naughty_company_name_is_text():
    """P5: nothing is executed, cut or lost."""
    accounts = [(f"A{i}", name, "Big", "", "") for i, name in enumerate(NAUGHTY)]
    done = checked({**arrived(), "accounts": arrived([*accounts, ("B", "Two", "Small", "", "")])["accounts"]})

    blank = {line for table, line, code in reasons(done) if (table, code) == ("account", "missing_value")}
    got = done.accepted["account"]["name"].to_pylist()
    assert len(NAUGHTY) + 1 == len(got) + len(blank)
    assert {name.strip(" ") for name in NAUGHTY} | {"Two"} == set(got) | {NAUGHTY[line - 2] for line in blank}


def test_a_naughty_id_names_one_account_and_its_usage():
    """P5: keys hold quotes, bars and control characters; two of them are never one row."""
    rows = [(name, "S", "Big", "", "") for name in NAUGHTY]
    usage = [(f"U{i}", name, "2025-02-01", "1", "60") for i, name in enumerate(NAUGHTY)]
    subscriptions = [(name, name, "2025-01-01", "", "1", "USD", "1", "no") for name in NAUGHTY]
    done = checked(arrived(rows, subscriptions, usage))

    ids = set(done.accepted["account"]["account_id"].to_pylist())
    assert len(NAUGHTY) == len(ids) + sum(table == "account" for table, _, _ in reasons(done))
    assert ids == set(done.accepted["usage"]["account_id"].to_pylist())


def test_naughty_names_are_loaded_once_and_stay_as_they_are(doors: Doors, tmp_path: Path):  # noqa: F811
    """P5, D2: through a real file, the lake and the database, and found again by the second load."""
    accounts = [*ACCOUNTS, *((f"N{i}", name, "Big", "", "") for i, name in enumerate(NAUGHTY))]
    data = lay(tmp_path / "data", accounts=accounts)
    first, again = loaded(doors, data), loaded(doors, data, hours=1)

    counts = first.tables["account"]
    assert len(accounts) == counts.accepted + counts.quarantined
    assert 0 == again.tables["account"].accepted
    assert not Path("/tmp/blns.fail").exists()


@pytest.mark.parametrize("value", ["NaN", "inf", "-Infinity", "1e400", "1e309", "twelve", "１２", "0x10", "1 2"])
def test_a_number_that_is_none_puts_its_row_aside(value: str):
    """P5: told with the value; the others pass."""
    got = mapped(arrived(usage=[("U9", "S1", "2025-02-01", value, "60"), *USAGE]))

    assert ["usage"] == got.refused["table"].to_pylist()
    assert value in got.refused["reason"][0].as_py()


def test_the_furthest_numbers_are_put_aside():
    """P5: 1e308 is finite, but its square and the sum of two are not; up to 1e18 a number is one, after its unit as before."""
    rows = [("U8", "S1", "2025-02-01", "1e18", "60"), ("U9", "S1", "2025-02-01", "1e308", "60"), *USAGE]
    got = mapped(arrived(usage=rows))
    scaled = mapped(arrived(usage=[("U9", "S1", "2025-02-01", "1", "1e18")]), MAPPING.replace("1/60", "60"))

    assert (1e18, [3]) == (max(got.tables["usage"]["value"].to_pylist()), got.refused["line"].to_pylist())
    assert [("usage", 2, "unreadable")] == reasons(scaled)


def test_money_beyond_exact_cents_is_put_aside():
    """P5: neither rounded nor multiplied until the database gives up, at any rate and unit."""
    text = MAPPING.replace("in: currency}", "in: currency, times: 0.08333333333333333}").replace(
        "EUR: 1.5", "EUR: 1.0837465"
    )
    rows = [(f"S{i}", "A1", "2025-01-01", "", amount, "EUR", "1", "no")
            for i, amount in enumerate(("1e17", "999999999999999999", "12"))]  # fmt: skip
    got = mapped(arrived(subscriptions=rows, usage=[]), text)

    assert [108] == got.tables["contract"]["arr"].to_pylist()
    assert [("contract", 2, "unreadable"), ("contract", 3, "unreadable")] == sorted(reasons(got))


@pytest.mark.parametrize(
    "day", ["9999-12-31", "0001-01-01", "2025-02-30", "2025-13-01", "20250201", "infinity", "epoch", "2025-02-01 (BC)"]
)
def test_a_day_that_cannot_be_meant_puts_its_row_aside(day: str):
    """P5: neither year 9999 nor a day no month has is believed, however lenient a cast is."""
    got = mapped(arrived(usage=[("U9", "S1", day, "1", "60"), *USAGE]))

    assert [("usage", 2, "unreadable")] == reasons(got)


def test_an_hour_that_summer_time_leaves_out_is_put_aside():
    """P5: no clock in Paris showed 02:30 on that day; the hour that came twice is one of its two."""
    reads = Reads(zone="Europe/Paris")
    with Relations() as db:
        got = [
            db.rows(f"SELECT epoch({typed('time', literal(text), reads)}) AS at")[0]["at"]
            for text in ("2025-03-30 02:30:00", "2025-03-30 03:30:00", "2025-10-26 02:30:00")
        ]

    assert [None, 1743298200.0] == got[:2]
    assert got[2] in (1761438600.0, 1761442200.0)
    assert "clocks in Europe/Paris showed" in wanted("time", reads)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-01T10:00:00Z",
        "2025-02-01T10:00:00.000Z",
        "2025-02-01 12:00:00.000000+0200",
        "2025-02-01T05:00:00-05:00",
    ],
)
def test_a_time_as_services_and_parquet_write_it_is_read(text: str):
    """D3: fractions of seconds and a last Z are no slips."""
    with Relations() as db:
        got = db.rows(f"SELECT epoch({typed('time', literal(text), Reads())}) AS at")[0]["at"]

    assert 1738404000.0 == got


@pytest.mark.parametrize("zone", ["CST", "ACT", "europe/paris", "Mars/Olympus", "+01:00"])
def test_a_zone_that_is_none_or_several_puts_its_account_aside(zone: str):
    """P5: what the screens could not tell the time in is told at the door."""
    done = checked(arrived([("A1", "One", "Big", zone, ""), ACCOUNTS[1]], usage=[], subscriptions=[]))

    assert [("account", 2, "unknown_zone")] == reasons(done)


def yearly(arr: Sequence[str], first: int = 0) -> list[tuple[str, ...]]:
    return [(f"S{i + first}", "A1", "2025-01-01", "", amount, "USD", "5", "no") for i, amount in enumerate(arr)]


def held(before: Sequence[str], now: Sequence[tuple[str, ...]]) -> list[int]:
    """Lines refused when these contracts arrive after those."""
    stored = pa.table(
        {"contract_id": [f"S{i}" for i in range(len(before))], "arr": [int(a) * 100 for a in before]}, STORED
    )
    arriving = mapped(arrived(subscriptions=now, usage=[])).tables["contract"]
    return sorted(turned(arriving, stored)["line"].to_pylist())


def test_arr_that_turns_into_mrr_is_held():
    """P5: rows that became a twelfth, and a new one nothing can be said of; the one that stands as it stood passes."""
    was = ["1200", "2400", "3600", "100"]

    assert [2, 3, 4, 6] == held(was, yearly(["100", "200", "300", "100", "70"]))
    assert [2, 3, 4] == held(["100", "200", "300"], yearly(["1200", "2400", "3600"]))


def test_a_few_that_shrink_to_a_twelfth_are_believed():
    """P5: two of them, or three beside more that changed otherwise."""
    assert [] == held(["1200", "2400", "5"], yearly(["100", "200", "5"]))
    assert [] == held(["1200", "2400", "3600", "10", "10", "10"], yearly(["100", "200", "300", "11", "12", "13"]))
    assert [] == held([], yearly(["1200", "100", "1200"]))


def test_arr_that_turns_into_mrr_within_a_file_is_held_from_there_on():
    """P5: the renewals of a first import are held against the contracts before them, and so are those that follow."""
    rows = [
        (f"{account}{year}", account, f"{year}-01-01", "", arr, "USD", "5", "no")
        for account in ("A1", "A2", "A3")
        for year, arr in (("2023", "1200"), ("2024", "100"), ("2025", "110"))
    ]

    assert [3, 4, 6, 7, 9, 10] == held([], rows)


KINDS = {"accounts": "csv", "contacts": "jsonl", "tickets": "parquet", "usage": "jsonl", "contracts": "csv"}
EVERYWHERE = f"""\
source: naughty
files: {{{", ".join(f"{name}: {name}.{kind}" for name, kind in KINDS.items())}}}
known: row_date_on_first_import
account: {{from: accounts, key: id, name: name}}
contact: {{from: contacts, key: id, account: account, name: name}}
contract: {{from: contracts, key: id, account: account, start: day}}
ticket: {{from: tickets, key: id, account: account, opened: day, subject: name, body: name, topic: name}}
usage: {{from: usage, account: account, day: day, metric: id, value: one}}
"""


def strewn(folder: Path, strings: Sequence[str]) -> Path:
    """Files of three kinds with every string as id and as name."""
    folder.mkdir()
    rows = [{"id": s, "account": "A", "name": s, "day": "2025-02-01", "one": "1"} for s in strings]
    for name, kind in KINDS.items():
        file, mine = (
            folder / f"{name}.{kind}",
            [{**rows[0], "id": "A", "name": "One"}, *rows] if name == "accounts" else rows,
        )
        if kind == "csv":
            with file.open("w", newline="", encoding="utf-8") as text:
                csv.writer(text).writerows([list(rows[0]), *(r.values() for r in mine)])
        elif kind == "jsonl":
            file.write_text("".join(json.dumps(r) + "\n" for r in mine), encoding="utf-8")
        else:
            pq.write_table(pa.Table.from_pylist(mine), file)
    return folder


def trimmed(text: str) -> str:
    """Without spaces at its ends, of whatever width."""
    return text.strip("".join(chr(c) for c in range(0x3001) if unicodedata.category(chr(c)) == "Zs"))


def test_the_whole_list_goes_through_files_of_every_kind(doors: Doors, tmp_path: Path):  # noqa: F811
    """P5: as company, contact, contract, ticket and metric, all it has and all of ours: read = accepted + repeated + refused."""
    strings = [s for s in (*BLNS, *NAUGHTY) if "\0" not in s]
    (doors.workspace.root / "mappings" / "small.yaml").write_text(EVERYWHERE, encoding="utf-8")
    data = strewn(tmp_path / "data", strings)
    first, again = loaded(doors, data), loaded(doors, data, hours=1)
    with doors.lake.session() as session:
        kept = {t: set(session.versions(t)[c].to_pyarrow().to_pylist()) for t, c in KEPT.items()}

    bare = [trimmed(s) for s in strings]
    several = len(bare) - bare.count("") - len({*bare} - {""})
    for table in KEPT:
        counts = first.tables[table]
        assert (counts.read, 0) == (
            counts.accepted + counts.duplicate + counts.quarantined,
            again.tables[table].accepted,
        )
        assert (several, bare.count("")) == (counts.duplicate, counts.quarantined)
        assert {*bare} - {""} == kept[table] - {"A"}


KEPT = {
    "account": "account_id",
    "contact": "contact_id",
    "contract": "contract_id",
    "ticket": "ticket_id",
    "usage": "metric",
}
