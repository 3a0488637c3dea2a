"""From a contract file to a Contract: what a vendor's tables promise, beyond what the canonical model asks of every row.

Three kinds of promise: `cannot` (what cannot be true of a row by itself: the row goes to quarantine), `flags` (what disagrees
between rows or tables: kept and reported), and per table freshness, uniqueness and volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from vitalreel.sources.expression import Condition, read_condition
from vitalreel.sources.model import TABLES, Type
from vitalreel.sources.outline import Entry, outline, suggestion


@dataclass(frozen=True, slots=True)
class Partner:
    """Rows of other tables that must (or must not) exist together."""

    members: tuple[tuple[str, str], ...]  # (alias, file)
    on: Condition


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that should hold of the rows of one file."""

    code: str
    table: str  # the canonical table it is reported under
    alias: str
    file: str
    where: Condition | None
    some: Partner | None  # rows with such a partner are meant
    without: Partner | None  # rows with no such partner are meant
    what: str  # in plain words
    did: str

    @property
    def files(self) -> Mapping[str, str]:
        """alias -> file, of every table the promise speaks of."""
        partners = [m for p in (self.some, self.without) if p for m in p.members]
        return {self.alias: self.file, **dict(partners)}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """In the order written."""
        return tuple(c for c in (self.where, *(p.on for p in (self.some, self.without) if p)) if c)


@dataclass(frozen=True, slots=True)
class Vendor:
    """What is known of one file's columns, and what is promised of the file as a whole."""

    types: Mapping[str, Type]
    required: tuple[str, ...]
    fresh_by: str | None  # a date column
    fresh_days: int | None  # its newest date is at most so many days old


@dataclass(frozen=True, slots=True)
class Contract:
    source: str
    where: str
    lost: float  # a table that lost this share of its rows since the last load is reported, 0..1
    files: Mapping[str, Vendor]
    cannot: tuple[Promise, ...]
    flags: tuple[Promise, ...]
    amounts_believed: bool = False  # ARR that became a twelfth, or twelve times as much, all at once is meant so

    def types(self, file: str) -> Mapping[str, Type]:
        return self.files[file].types if file in self.files else {}


HALF = 0.5
"""D4's default: a table that lost half its rows is reported."""


def read_contract(text: str, where: str) -> Contract:
    """Read and check a contract file. Raises BadConfiguration naming file, line and remedy."""
    entry = outline(text, where)
    top = entry.known(("contract", "volume", "amounts", "tables", "cannot", "flags"), "a contract")
    if "contract" not in top:
        entry.fail("a contract needs `contract`", "the name of the source it is about")
    lost = HALF
    if "volume" in top:
        lost = top["volume"].known(("lost",), "volume")["lost"].number("lost")
        if not 0 < lost <= 1:
            top["volume"].fail(f"lost is {lost:g}", "write a share such as 50%")
    if "amounts" in top and top["amounts"].text("amounts") != "believed":
        top["amounts"].fail("amounts may only be `believed`", "leave it out, and ARR that turns into MRR is held back")
    files = {n: _vendor(e) for n, e in top["tables"].block("tables").items()} if "tables" in top else {}
    cannot = tuple(_promise(e, "cannot", files) for e in (top["cannot"].entries() if "cannot" in top else ()))
    flags = tuple(_promise(e, "flag", files) for e in (top["flags"].entries() if "flags" in top else ()))
    return Contract(top["contract"].text("contract"), where, lost, files, cannot, flags, "amounts" in top)


def empty_contract(source: str) -> Contract:
    """For a source without a contract file: only the canonical model's own rules."""
    return Contract(source, "", HALF, {}, (), ())


def _vendor(entry: Entry) -> Vendor:
    block = entry.known(("columns", "required", "fresh"), "a table")
    types = {n: _type(e) for n, e in block["columns"].block("columns").items()} if "columns" in block else {}
    required = block["required"].texts("required") if "required" in block else ()
    fresh_by, fresh_days = None, None
    if "fresh" in block:
        fresh = block["fresh"].known(("column", "within"), "fresh")
        if set(fresh) != {"column", "within"}:
            block["fresh"].fail("fresh needs a column and a span", "write `fresh: {column: day, within: 30 days}`")
        fresh_by, fresh_days = fresh["column"].text("column"), _days(fresh["within"])
        if types.get(fresh_by) not in ("date", "time"):
            block["fresh"].fail(f"{fresh_by} is not a date here", f"add `{fresh_by}: date` under columns")
    return Vendor(types, required, fresh_by, fresh_days)


def _days(entry: Entry) -> int:
    words = entry.text("within").split()
    if len(words) != 2 or not words[0].isdigit() or words[1] not in ("day", "days"):
        entry.fail(f"within is {entry.text('within')!r}", "write a number of days, such as `30 days`")
    return int(words[0])


def _type(entry: Entry) -> Type:
    name = entry.text("a type")
    types: dict[str, Type] = {t: t for t in get_args(Type)}
    if name not in types:
        entry.fail(f"there is no type {name!r}", suggestion(name, types))
    return types[name]


def _promise(entry: Entry, kind: str, files: Mapping[str, Vendor]) -> Promise:
    names = (kind, "table", "each", "where", "what", *(("with", "without", "did") if kind == "flag" else ()))
    block = entry.known(names, f"a {kind}")
    for name in (kind, "table", "each", "what"):
        if name not in block:
            entry.fail(f"a {kind} needs `{name}`", "see examples/ravenstack/contracts/ravenstack.yaml")
    alias, file = _each(block["each"])
    table = block["table"].text("table")
    if table not in TABLES:
        block["table"].fail(f"there is no table {table!r}", suggestion(table, TABLES))
    if "where" not in block and "with" not in block and "without" not in block:
        entry.fail("nothing says which rows are meant", "add `where: condition`")
    return Promise(
        block[kind].text(kind), table, alias, file,
        read_condition(block["where"], {alias: None}) if "where" in block else None,
        _partner(block["with"], alias) if "with" in block else None,
        _partner(block["without"], alias) if "without" in block else None,
        block["what"].text("what"),
        block["did"].text("did") if "did" in block else "kept",
    )  # fmt: skip


def _each(entry: Entry) -> tuple[str, str]:
    """`{u: feature_usage}`: a short name and the file's name."""
    block = entry.block("each")
    if len(block) != 1:
        entry.fail("each names one file", "write `each: {u: feature_usage}`")
    alias, file = next(iter(block.items()))
    return alias, file.text("a file")


def _partner(entry: Entry, here: str) -> Partner:
    block = entry.block("a partner")
    if "on" not in block or len(block) < 2:
        entry.fail("a partner needs a file and `on`", "write `with: {s: subscriptions, on: s.id = u.id}`")
    members = tuple((alias, file.text("a file")) for alias, file in block.items() if alias != "on")
    aliases: dict[str, tuple[str, ...] | None] = {here: None, **{alias: None for alias, _ in members}}
    return Partner(members, read_condition(block["on"], aliases))
