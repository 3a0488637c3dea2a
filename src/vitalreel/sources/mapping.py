"""From a mapping file to a Mapping: which vendor column becomes which canonical column, by which declared rule.

The language is described for people in docs/how-to/ravenstack.md; every error names file, line and remedy.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import available_timezones

from vitalreel.errors import BadConfiguration
from vitalreel.sources.connection import FOLDER, Ask, System, read_ask, read_connection
from vitalreel.sources.model import TABLES, Table
from vitalreel.sources.outline import Entry, outline, suggestion
from vitalreel.sources.schedule import BY_HAND, HOURLY, Schedule, read_schedule

Known = Literal["row_date_on_first_import", "load_time"]
Gather = Literal["sum", "max", "mean", "count"]
GATHERS: tuple[Gather, ...] = ("sum", "max", "mean", "count")


@dataclass(frozen=True, slots=True)
class File:
    """Where a vendor's table lies."""

    root: Literal["data", "workspace", "fetched"]  # the folder given to `load --data`, the workspace, another system
    path: str  # inside it; of a table that is fetched, what people call it
    line: int
    ask: Ask | None = None  # of a table that is fetched


@dataclass(frozen=True, slots=True)
class Reads:
    """How the vendor writes things."""

    dates: tuple[str, ...] = ("%Y-%m-%d",)  # strptime formats, the first that fits counts
    times: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d",
                              "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S.%f",
                              "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f%z")  # fmt: skip
    booleans: tuple[str, str] = ("true", "false")  # any case
    zone: str = "UTC"  # of times written without an offset
    currency: str = "USD"  # what money becomes, and what it is where no column says so
    rates: MappingOf[str, float] | None = None  # worth of one unit of another currency, in `currency`
    decimal: str = "."
    thousands: str = ","
    separator: str = "|"  # between the members of a set of words
    encoding: str = "utf-8"  # of CSV and JSON Lines files, as Python's codecs name it


@dataclass(frozen=True, slots=True)
class Through:
    """A column of a parent table, found by a key both tables have."""

    file: str
    by: str  # the key's column here
    key: str  # the key's column there


@dataclass(frozen=True, slots=True)
class Field:
    """A value read from a vendor column."""

    column: str
    line: int
    through: Through | None = None
    choices: tuple[tuple[str, str], ...] = ()  # vendor's word -> ours
    otherwise: str | None = None  # what other words become; None: the row is refused; "same": themselves
    times: float = 1.0  # unit conversion
    currency: str | None = None  # vendor column with the ISO code
    known_on: str | None = None  # vendor column: the day from which this value was known


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same value in every row."""

    text: str
    line: int


Value = Field | Fixed


@dataclass(frozen=True, slots=True)
class Block:
    """How one vendor table fills one canonical table."""

    table: str
    file: str
    values: MappingOf[str, Value]  # canonical column -> where it comes from
    row: str | None  # vendor column that names a row: a repeat keeps the first
    known: str | None  # vendor column: when we learnt the row
    gather: Gather | None  # how the values of rows with the same key become one
    line: int

    @property
    def files(self) -> frozenset[str]:
        """Its own file, and those it reads through."""
        return frozenset(v.through.file for v in self.values.values() if isinstance(v, Field) and v.through) | {
            self.file
        }


@dataclass(frozen=True, slots=True)
class Mapping:
    source: str
    where: str  # the mapping file, for messages
    files: MappingOf[str, File]
    reads: Reads
    known: Known
    blocks: tuple[Block, ...]
    system: System = FOLDER
    schedule: Schedule = BY_HAND
    own_ids: bool = False  # its ids mean something in this source alone

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The tables that are fetched from another system."""
        return tuple(f.ask for f in self.files.values() if f.ask is not None)

    def blocks_of(self, table: str) -> tuple[Block, ...]:
        return tuple(b for b in self.blocks if b.table == table)

    @property
    def tables(self) -> tuple[str, ...]:
        """Canonical tables this mapping fills, parents before children."""
        filled = {b.table for b in self.blocks}
        return tuple(name for name in TABLES if name in filled)

    def columns_read(self, file: str) -> MappingOf[str, int]:
        """Vendor columns of one file that the mapping needs -> the line that needs them first."""
        needed: dict[str, int] = {}
        for block in self.blocks:
            for column, line in _needs(block, file):
                needed.setdefault(column, line)
        return needed


def _needs(block: Block, file: str) -> list[tuple[str, int]]:
    own = [(c, block.line) for c in (block.row, block.known) if c] if block.file == file else []
    for value in block.values.values():
        if isinstance(value, Fixed):
            continue
        if value.through and value.through.file == file:
            own += [(value.through.key, value.line), (value.column, value.line)]
        if block.file == file:
            read_here = (value.through.by if value.through else value.column, value.currency, value.known_on)
            own += [(c, value.line) for c in read_here if c]
    return own


_TOP = ("source", "connection", "schedule", "ids", "files", "reads", "known")
_BLOCK = ("from", "key", "row", "known", "metrics")


def read_mapping(text: str, where: str) -> Mapping:
    """Read and check a mapping file.

    where: the file's name for messages. Raises BadConfiguration naming file, line and remedy.
    """
    entry = outline(text, where)
    top = entry.known((*_TOP, *TABLES), "a mapping")
    for name in ("source", "files"):
        if name not in top:
            entry.fail(f"a mapping needs `{name}`", "see examples/ravenstack/mappings/ravenstack.yaml")
    system = read_connection(top.get("connection"))
    files = {name: _file(name, e, system) for name, e in top["files"].block("files").items()}
    if len({name.lower() for name in files}) < len(files):
        top["files"].fail("two names of files only differ in capitals", "give each a name of its own")
    blocks: list[Block] = []
    for name, table_entry in top.items():
        if name in TABLES:
            for one in table_entry.entries():
                blocks += _blocks(TABLES[name], one, files)
    if not blocks:
        entry.fail("the mapping fills no table", f"add a block such as `account:`; tables are {', '.join(TABLES)}")
    reads = _reads(top["reads"], system) if "reads" in top else Reads()
    source = top["source"].text("source")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", source):
        top["source"].fail(f"source {source!r} is no short name", "use small letters, digits, _ and -, at most 40")
    system, usual = replace(system, encoding=reads.encoding), BY_HAND if system.kind == "folder" else HOURLY
    schedule = read_schedule(top["schedule"]) if "schedule" in top else usual
    blocks += _rolled_up(blocks)
    return Mapping(
        source, where, files, reads, _known(top.get("known")), tuple(blocks), system, schedule, _own_ids(top)
    )


def _own_ids(top: MappingOf[str, Entry]) -> bool:
    if "ids" in top and top["ids"].text("ids") not in ("own", "shared"):
        top["ids"].fail(
            f"ids are {top['ids'].text('ids')!r}", "write own, or shared where all sources use the same ids"
        )
    return "ids" in top and top["ids"].value == "own"


def _known(entry: Entry | None) -> Known:
    if entry is None or entry.value == "load_time":
        return "load_time"
    if entry.text("known") != "row_date_on_first_import":
        entry.fail(
            f"known is {entry.value!r}",
            "it may be row_date_on_first_import or load_time; a column goes into its table's block",
        )
    return "row_date_on_first_import"


def _file(name: str, entry: Entry, system: System) -> File:
    in_workspace = isinstance(entry.value, MappingOf) and "workspace" in entry.value
    if system.kind != "folder" and not in_workspace:
        return _asked_file(read_ask(name, entry, system.kind), entry, system)
    if isinstance(entry.value, str):
        return File("data", entry.value, entry.line)
    return File("workspace", entry.known(("workspace",), "a file")["workspace"].text("workspace"), entry.line)


def _asked_file(ask: Ask, entry: Entry, system: System) -> File:
    """What people call it: the object's name, or the table's, with where it comes from."""
    path = ask.what if system.kind in ("bucket", "rest", "calls") else f"{system.kind} {ask.table}"
    return File("fetched", path, entry.line, ask)


def _reads(entry: Entry, system: System) -> Reads:
    got = Reads()
    for name, e in entry.known(Reads.__dataclass_fields__, "reads").items():
        if name in ("dates", "times"):
            got = replace(got, dates=e.texts(name)) if name == "dates" else replace(got, times=e.texts(name))
        elif name == "booleans":
            words = e.texts("booleans")
            if len(words) != 2:
                e.fail("booleans needs two words", "write `booleans: [True, False]`, yes first")
            got = replace(got, booleans=(words[0], words[1]))
        elif name == "rates":
            got = replace(got, rates={c: _rate(v) for c, v in e.block("rates").items()})
        elif name == "zone":
            got = replace(got, zone=_zone(e))
        elif name == "encoding":
            got = replace(got, encoding=_encoding(e, system))
        elif name == "currency":
            got = replace(got, currency=e.text(name).upper())
        elif name == "separator":
            got = replace(got, separator=e.text(name))
        else:
            got = replace(got, decimal=e.text(name)) if name == "decimal" else replace(got, thousands=e.text(name))
    return got


def _zone(entry: Entry) -> str:
    zone = entry.text("zone")
    if zone not in available_timezones():
        entry.fail(f"there is no time zone {zone!r}", "write one such as Europe/Paris, or UTC")
    return zone


def _encoding(entry: Entry, system: System) -> str:
    if system.kind not in ("folder", "bucket"):
        entry.fail(f"encoding is of files, and this is a {system.kind}", "leave it out")
    name = entry.text("encoding")
    try:
        "".encode(name)
    except (LookupError, ValueError):
        entry.fail(f"there is no encoding {name!r}", "write one such as utf-8, utf-16, latin-1 or cp1252")
    return codecs.lookup(name).name


def _rate(entry: Entry) -> float:
    rate = entry.number("a rate")
    if not 0 < rate < float("inf"):
        entry.fail(f"a rate of {rate} makes no sense", "write what one unit is worth in `currency`, above 0")
    return rate


def _blocks(table: Table, entry: Entry, files: MappingOf[str, File]) -> list[Block]:
    """One block, or one per metric where `metrics:` lists several."""
    names = [c.name for c in table.columns]
    aliases = _aliases(table)
    block = entry.known((*_BLOCK, *aliases, *names), f"{table.name}")
    if "from" not in block:
        entry.fail(f"{table.name} needs `from`", f"one of {', '.join(files)}")
    file = _named_file(block["from"], files)
    values: dict[str, Value] = {}
    gather: Gather | None = None
    for name, e in block.items():
        if name in ("from", "row", "known", "metrics"):
            continue
        values[aliases.get(name, name)], how = _value(e, files)
        gather = how or gather
    row = block["row"].text("row") if "row" in block else None
    known = block["known"].text("known") if "known" in block else None
    made = Block(table.name, file, values, row or _key_column(table, values), known, gather, entry.line)
    made_all = _per_metric(made, block["metrics"], files) if "metrics" in block else [made]
    for one in made_all:
        _require(table, one, entry)
    return made_all


def _aliases(table: Table) -> dict[str, str]:
    """The short names people write: `key` for the table's key, `account` for account_id."""
    alias = {"key": table.key[0]} if len(table.key) == 1 else {}
    if table.name != "account" and any(c.name == "account_id" for c in table.columns):
        alias["account"] = "account_id"
    return alias


def _key_column(table: Table, values: MappingOf[str, Value]) -> str | None:
    """The vendor column that names a row, where the canonical key is one plain column."""
    value = values.get(table.key[0]) if len(table.key) == 1 else None
    return value.column if isinstance(value, Field) and not value.through else None


def _per_metric(block: Block, entry: Entry, files: MappingOf[str, File]) -> list[Block]:
    if block.table not in ("usage", "contact_usage"):
        entry.fail(f"{block.table} has no metrics", "only usage and contact_usage have")
    made = []
    for metric, e in entry.block("metrics").items():
        value, gather = _value(e, files)
        values = {**block.values, "metric": Fixed(metric, e.line), "value": value}
        made.append(replace(block, values=values, gather=gather, line=e.line))
    return made


def _rolled_up(blocks: list[Block]) -> list[Block]:
    """What people used is their account's use too, added up (D1); a metric of which `usage` has a block of its own is that block's."""
    own = {b.values["metric"].text for b in blocks if b.table == "usage" and isinstance(b.values["metric"], Fixed)}
    of_people = [b for b in blocks if b.table == "contact_usage"]
    return [
        replace(
            b, table="usage", gather=b.gather or "sum", values={n: v for n, v in b.values.items() if n != "contact_id"}
        )
        for b in of_people
        if not (isinstance(b.values["metric"], Fixed) and b.values["metric"].text in own)
    ]


def _require(table: Table, block: Block, entry: Entry) -> None:
    missing = [c.name for c in table.columns if c.required and c.name not in block.values]
    if missing:
        entry.fail(f"{table.name} needs {' and '.join(missing)}", "name the vendor's column for it")
    if block.gather and "value" not in block.values:
        entry.fail(f"{table.name} adds up nothing", "write `value: {sum: column}`")


def _named_file(entry: Entry, files: MappingOf[str, File]) -> str:
    name = entry.text("a file's name")
    if name not in files:
        entry.fail(f"there is no file {name!r} under `files`", suggestion(name, files))
    return name


_FIELD = ("from", "known_on", "values", "otherwise", "times", "money", "in", "through", "by", "key", "take", "always")


def _value(entry: Entry, files: MappingOf[str, File]) -> tuple[Value, Gather | None]:
    """One `canonical: ...` line, in any of its forms."""
    if isinstance(entry.value, str):
        return Field(entry.text("a column"), entry.line), None
    block = entry.block("a value")
    if not block:
        entry.fail("a value is empty", "write the vendor's column, or `{always: text}`")
    if "always" in block:
        return Fixed(entry.known(("always",), "a constant")["always"].text("always"), entry.line), None
    for gather in GATHERS:
        if gather in block:
            inner = replace(_field({"from": block[gather], **_without(block, gather)}, entry, files), line=entry.line)
            return inner, gather
    first, inner_entry = next(iter(block.items()))
    if len(block) == 1 and first not in _FIELD:  # {plan_tier: {Enterprise: enterprise}}
        return Field(first, entry.line, choices=_choices(inner_entry)), None
    return _field(block, entry, files), None


def _without(block: MappingOf[str, Entry], name: str) -> dict[str, Entry]:
    return {k: v for k, v in block.items() if k != name}


def _field(block: MappingOf[str, Entry], entry: Entry, files: MappingOf[str, File]) -> Field:
    for name, e in block.items():
        if name not in _FIELD:
            e.fail(f"a value has no {name!r}", suggestion(name, (*_FIELD, *GATHERS)))
    text = {n: e.text(n) for n, e in block.items() if n != "values"}
    named = [text[n] for n in ("from", "money", "take") if n in text]
    if len(named) != 1:
        entry.fail("a value names no vendor column" if not named else "a value names two vendor columns",
                   "write one of `from: column`, `money: column`, or `through: file, by: key, take: column`")  # fmt: skip
    through = None
    if "through" in text:
        if "by" not in text:
            entry.fail(f"through {text['through']} needs `by`", "the column that names the parent row")
        through = Through(_named_file(block["through"], files), text["by"], text.get("key", text["by"]))
    return Field(
        named[0], entry.line, through,
        choices=_choices(block["values"]) if "values" in block else (),
        otherwise=text.get("otherwise"),
        times=block["times"].number("times") if "times" in block else 1.0,
        currency=text.get("in"),
        known_on=text.get("known_on"),
    )  # fmt: skip


def _choices(entry: Entry) -> tuple[tuple[str, str], ...]:
    return tuple((theirs, ours.text("a value")) for theirs, ours in entry.block("a list of values").items())


def without(mapping: Mapping, unread: Collection[str]) -> Mapping:
    """The mapping with the blocks that can be filled while the files `unread` are not there.

    Where rows of several files with one key are gathered into one value, a part of them would be another value: none is read.
    """
    lacking = [b for b in mapping.blocks if b.files & set(unread)]
    short = {(b.table, b.values.get("metric")) for b in lacking if b.gather}
    left = tuple(
        b for b in mapping.blocks if b not in lacking and not (b.gather and (b.table, b.values.get("metric")) in short)
    )
    return replace(mapping, blocks=left)


def missing_columns(mapping: Mapping, file: str, has: tuple[str, ...]) -> list[BadConfiguration]:
    """The places of the mapping that read a column which `file` does not have."""
    return [
        BadConfiguration(
            f"{mapping.where}:{line}",
            f"{mapping.files[file].path} has no column {column!r}",
            suggestion(column, has),
        )
        for column, line in mapping.columns_read(file).items()
        if column not in has
    ]
