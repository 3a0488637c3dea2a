"""Where a source's tables are fetched from, and what is asked for each: the `connection` and `files` of a mapping.

Secrets are never part of it: they come from the environment, in variables named after the source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from vitalreel.sources.outline import Entry

Kind = Literal["folder", "bucket", "database", "rest", "push", "calls"]
PageKind = Literal["none", "cursor", "next", "link", "page", "offset"]
MOST_PAGES = 100_000
"""Of one pass. A system that always names a next page would else be asked for ever."""
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class System:
    """One system. Which fields count depends on its kind."""

    kind: Kind = "folder"
    address: str = ""  # bucket: "name/prefix"; rest: what every path is added to; calls: a folder of the workspace
    endpoint: str = ""  # bucket: where the storage is asked, "" for the cloud's own
    region: str = ""  # bucket
    headers: Mapping[str, str] = field(default_factory=dict)  # rest: name -> text in which {key} is the secret
    pause_s: float = 0.0  # rest: least time between two questions
    encoding: str = "utf-8"  # folder, bucket: of CSV and JSON Lines


FOLDER = System()


@dataclass(frozen=True, slots=True)
class Pages:
    """How a system parts a long answer."""

    kind: PageKind = "none"
    at: str = ""  # cursor, next: where it stands in the answer, "meta.next"
    send: str = ""  # cursor, page, offset: the parameter it is sent as
    first: int = 0  # page, offset: the first number
    size: int = 0  # offset: rows a page


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of the system for one table."""

    table: str  # the mapping's name for it
    what: str  # bucket, calls: a pattern of names; database: a query; rest: a path; push: ""
    where: str  # file and line, for messages
    key: tuple[str, ...] = ()  # vendor columns that name a row, where it may come again: the last counts
    watermark: str = ""  # vendor column that grows whenever a row changes; "": every row is fetched each time
    overlap_s: float | None = None  # how far before the watermark is asked again; None: what the kind thinks best
    since: str = ""  # rest: the parameter that takes the watermark
    rows: str = ""  # rest: where the rows stand in the answer; "": the answer is the list
    params: Mapping[str, str] = field(default_factory=dict)  # rest
    pages: Pages = field(default_factory=Pages)
    whole: bool = True  # what is fetched takes the place of all that was there
    sparse: bool = False  # rows name only what they have: a column that never came is empty, not missing


def read_connection(entry: Entry | None) -> System:
    """`connection:` of a mapping. Raises BadConfiguration naming file, line and remedy."""
    if entry is None:
        return FOLDER
    if isinstance(entry.value, str):
        if entry.value not in ("database", "push"):
            entry.fail(f"there is no connection {entry.value!r}", "write database, push, `bucket: ...` or `rest: ...`")
        return System("database" if entry.value == "database" else "push")
    block = entry.known(("bucket", "endpoint", "region", "rest", "headers", "at_most", "calls"), "a connection")
    if set(block) == {"calls"}:
        return System("calls", block["calls"].text("calls"))
    if ("bucket" in block) == ("rest" in block):
        entry.fail("a connection names one system", "write `bucket: NAME/FOLDER` or `rest: https://HOST/PATH`")
    if "bucket" in block:
        return _bucket(entry.known(("bucket", "endpoint", "region"), "a bucket"))
    return _rest(entry.known(("rest", "headers", "at_most"), "a REST connection"))


def _bucket(block: Mapping[str, Entry]) -> System:
    name = block["bucket"].text("bucket").removeprefix("s3://").strip("/")
    if not re.fullmatch(r"[A-Za-z0-9._-]{3,63}(/[^/]+)*", name):
        block["bucket"].fail(f"{name!r} is no bucket", "write NAME or NAME/FOLDER")
    endpoint = _address(block["endpoint"]) if "endpoint" in block else ""
    return System("bucket", name, endpoint, block["region"].text("region") if "region" in block else "")


def _rest(block: Mapping[str, Entry]) -> System:
    headers = (
        {n: e.text("a header") for n, e in block["headers"].block("headers").items()} if "headers" in block else {}
    )
    for name, text in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not text.isprintable():
            block["headers"].fail(f"{name!r} is no header", "write `Authorization: Bearer {key}`")
    pause_s = 0.0
    if "at_most" in block:
        found = re.fullmatch(r"(\d+) per (second|minute|hour)", block["at_most"].text("at_most"))
        if not found or not int(found[1]):
            block["at_most"].fail("at_most cannot be read", "write `5 per second`")
        pause_s = _UNITS[found[2]] / int(found[1])
    return System("rest", _address(block["rest"]), headers=headers, pause_s=pause_s)


def _address(entry: Entry) -> str:
    text = entry.text("an address").rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        entry.fail(f"{text!r} is no http address", "write https://HOST/PATH")
    if parts.username or parts.password:
        entry.fail("the address holds a secret", "take it out; secrets come from the environment")
    return text


_ASKS = {
    "bucket": ("objects", "key"),
    "database": ("query", "key", "watermark", "overlap"),
    "rest": ("get", "rows", "key", "watermark", "overlap", "since", "with", "pages"),
    "push": ("key",),
    "calls": ("names",),
}
_WHAT = {"bucket": "objects", "database": "query", "rest": "get", "calls": "names"}


def read_ask(table: str, entry: Entry, kind: Kind) -> Ask:
    """One entry of `files:` where a connection is named. Raises BadConfiguration."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", table):
        entry.fail(f"{table!r} is no name for a table", "use letters, digits, _ and -, at most 60")
    if isinstance(entry.value, str) and kind != "push":
        return Ask(table, entry.text(_WHAT[kind]), entry.where, sparse=kind in ("rest", "calls"))
    block = entry.known(_ASKS[kind], f"a table of a {kind}") if entry.value else {}
    key = block["key"].texts("key") if "key" in block else ()
    if kind != "push" and _WHAT[kind] not in block:
        entry.fail(f"{table} needs `{_WHAT[kind]}`", f"a table of a {kind} is asked for by it")
    if kind == "push" and not key:
        entry.fail(f"{table} needs `key`", "name the column that names a row, so that a later push replaces an earlier")
    text = {n: block[n].text(n) for n in ("rows", "watermark", "since") if n in block}
    if "watermark" in text and not key:
        entry.fail(f"{table} needs `key`", "rows that changed must replace their earlier selves: name their key")
    if key and kind in ("database", "rest") and "watermark" not in text:
        entry.fail(f"{table} has a `key` and no `watermark`", "without one it is fetched whole, and needs no key here")
    if kind == "rest" and ("watermark" in text) != ("since" in text):
        entry.fail("watermark and since go together", "`watermark` is a column, `since` the parameter that takes it")
    return Ask(
        table, block[_WHAT[kind]].text("what is asked") if kind in _WHAT else "", entry.where, key,
        text.get("watermark", ""), duration_s(block["overlap"]) if "overlap" in block else None,
        text.get("since", ""), text.get("rows", ""),
        {n: e.text("a parameter") for n, e in block["with"].block("with").items()} if "with" in block else {},
        _pages(block["pages"]) if "pages" in block else Pages(),
        whole=kind != "push" and "watermark" not in text, sparse=kind in ("rest", "push", "calls"),
    )  # fmt: skip


def duration_s(entry: Entry) -> float:
    """`10 minutes` in seconds."""
    text = entry.text("a length of time")
    found = re.fullmatch(r"(\d{1,6}) (second|minute|hour|day)s?", text)
    if not found:
        entry.fail(f"{text!r} is no length of time", "write `10 minutes`")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]]).total_seconds()


def _pages(entry: Entry) -> Pages:
    if entry.value == "link":
        return Pages("link")
    block = entry.known(("cursor", "next", "page", "offset", "as", "from", "size"), "pages")
    kinds = [k for k in ("cursor", "next", "page", "offset") if k in block]
    if len(kinds) != 1:
        entry.fail("pages are parted in one way", "write link, or one of cursor, next, page, offset")
    if kinds[0] == "next":
        return Pages("next", at=block["next"].text("next"))
    if kinds[0] == "cursor":
        if "as" not in block:
            block["cursor"].fail("a cursor needs `as`", "the parameter it is sent as")
        return Pages("cursor", at=block["cursor"].text("cursor"), send=block["as"].text("as"))
    number = {n: _whole(block[n]) for n in ("from", "size") if n in block}
    if kinds[0] == "offset":
        if not number.get("size"):
            entry.fail("an offset needs `size`", "how many rows a page has")
        return Pages("offset", send=block["offset"].text("offset"), first=number.get("from", 0), size=number["size"])
    return Pages("page", send=block["page"].text("page"), first=number.get("from", 1), size=number.get("size", 0))


def _whole(entry: Entry) -> int:
    text = entry.text("a number")
    if not re.fullmatch(r"\d{1,9}", text):
        entry.fail(f"{text!r} is no whole number")
    return int(text)
