"""Where a mapping says its tables are fetched from, and what is wrong with it told by line (D3)."""

from __future__ import annotations

import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.sources.connection import Ask, Pages, System
from vitalreel.sources.mapping import Mapping, read_mapping

REST = 'rest: "https://api.example.com/v2"'


def mapping(connection: str, table: str) -> Mapping:
    text = f"source: crm\nconnection: {connection}\nfiles:\n  accounts: {table}\naccount: {{from: accounts, key: id, name: name}}\n"
    return read_mapping(text, "mappings/crm.yaml")


@pytest.mark.parametrize(
    ("connection", "table", "system", "ask"),
    [
        (
            "{bucket: exports/crm, endpoint: 'https://s3.example.com', region: eu-west-1}", "accounts/*.parquet",
            System("bucket", "exports/crm", "https://s3.example.com", "eu-west-1"),
            Ask("accounts", "accounts/*.parquet", "mappings/crm.yaml:4"),
        ),
        (
            "database", "{query: select 1, key: id, watermark: changed, overlap: 2 hours}", System("database"),
            Ask("accounts", "select 1", "mappings/crm.yaml:4", ("id",), "changed", 7200.0, whole=False),
        ),
        (
            f"{{{REST}, headers: {{Authorization: 'Bearer {{key}}'}}, at_most: 5 per second}}",
            "{get: /companies, rows: data, with: {limit: 100}, pages: {cursor: meta.next, as: after}}",
            System("rest", "https://api.example.com/v2", headers={"Authorization": "Bearer {key}"}, pause_s=0.2),
            Ask("accounts", "/companies", "mappings/crm.yaml:4", rows="data", params={"limit": "100"},
                pages=Pages("cursor", at="meta.next", send="after"), sparse=True),
        ),
        ("push", "{key: [id, day]}", System("push"), Ask("accounts", "", "mappings/crm.yaml:4", ("id", "day"), whole=False, sparse=True)),
    ],
)  # fmt: skip
def test_every_kind_of_connection_is_read(connection: str, table: str, system: System, ask: Ask):
    """D2: object storage, a database, a REST API, pushes."""
    got = mapping(connection, table)

    assert (system, (ask,)) == (got.system, got.asks)


def test_a_file_of_the_workspace_stays_one():
    """D3: contacts kept by hand stand beside tables that are fetched."""
    text = "source: crm\nconnection: database\nfiles: {accounts: select 1, people: {workspace: people.csv}}\n"
    text += "account: {from: accounts, key: id, name: name}\n"
    got = read_mapping(text, "mappings/crm.yaml")

    assert ("workspace", "fetched") == (got.files["people"].root, got.files["accounts"].root)


@pytest.mark.parametrize(
    ("connection", "table", "words"),
    [
        ("databse", "select 1", "crm.yaml:2: there is no connection 'databse'"),
        ("{bucket: x}", "a.csv", "crm.yaml:2: 'x' is no bucket"),
        ("{bucket: exports, rest: 'https://a'}", "a.csv", "crm.yaml:2: a connection names one system"),
        ("{rest: 'ftp://a'}", "/a", "crm.yaml:2: 'ftp://a' is no http address"),
        ("{rest: 'https://me:hush@a.example'}", "/a", "crm.yaml:2: the address holds a secret"),
        (f"{{{REST}, at_most: lots}}", "/a", "crm.yaml:2: at_most cannot be read; write `5 per second`"),
        ("database", "{key: id}", "crm.yaml:4: accounts needs `query`"),
        ("database", "{query: select 1, watermark: changed}", "crm.yaml:4: accounts needs `key`"),
        ("database", "{query: select 1, key: id}", "crm.yaml:4: accounts has a `key` and no `watermark`"),
        ("database", "{query: select 1, key: id, watermark: c, overlap: soon}", "crm.yaml:4: 'soon' is no length of time"),
        ("database", "{query: select 1, pages: link}", "crm.yaml:4: a table of a database has no 'pages'"),
        (f"{{{REST}}}", "{get: /a, key: id, watermark: c}", "crm.yaml:4: watermark and since go together"),
        (f"{{{REST}}}", "{get: /a, pages: {cursor: next}}", "crm.yaml:4: a cursor needs `as`"),
        (f"{{{REST}}}", "{get: /a, pages: {offset: skip}}", "crm.yaml:4: an offset needs `size`"),
        (f"{{{REST}}}", "{get: /a, pages: {page: p, link: x}}", "crm.yaml:4: pages has no 'link'"),
        ("push", "anything", "crm.yaml:4: a table of a push must be a block"),
        ("push", "{}", "crm.yaml:4: accounts needs `key`"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_file_line_and_remedy(connection: str, table: str, words: str):
    """D3: so is a secret that stands where everybody can read it."""
    with pytest.raises(BadConfiguration) as e:
        mapping(connection, table)

    assert words in str(e.value)
    assert "hush" not in str(e.value)


def test_a_table_may_not_be_called_like_a_path():
    """P8: its name is a folder of the landing."""
    with pytest.raises(BadConfiguration, match="is no name for a table"):
        read_mapping(
            "source: crm\nconnection: push\nfiles: {../a: {key: id}}\naccount: {from: ../a, key: id, name: n}", "m.yaml"
        )
