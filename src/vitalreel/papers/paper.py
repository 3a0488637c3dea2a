"""A paper as its owner wrote it, and the document it becomes for one account: frozen records, every figure a run with a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from vitalreel.briefs.cases import Question
from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.module import FactSpec
from vitalreel.briefs.script import Line
from vitalreel.briefs.template import Template
from vitalreel.identity import AccountId, Plain

Audience = Literal["customer", "inside"]
"""Who may read it. What is for a customer names no score and no source row."""


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence or a few, told where `when` holds and every fact in them is known."""

    when: Question | None
    sentences: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class TableSpec:
    rows: str  # a fact of a list
    columns: tuple[tuple[str, str], ...]  # (head, column of the list)


@dataclass(frozen=True, slots=True)
class SectionSpec:
    name: str
    title: Template
    when: Question | None
    lines: tuple[tuple[Say, ...], ...]  # of each the first that can be told
    shows: tuple[tuple[Mapping[str, Plain], ...], ...]  # pictures, of each the first whose facts are all known
    tables: tuple[TableSpec, ...]
    source: Template | None
    otherwise: Template | None  # told where nothing else of the section can be; None: the section is left out then


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    version: int
    where: str  # the file, for messages
    audience: Audience
    title: Template
    under: Template  # the line below the title
    facts_of: str  # the module whose facts it tells
    facts: Mapping[str, FactSpec]  # its own, beside those
    sections: tuple[SectionSpec, ...]


# Written for one account


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture draws: figures as {"fact": name}, texts as runs (briefs/pictures.py)."""

    kind: str
    show: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Table:
    of: str  # the fact of the list
    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]  # a line a head; without runs where the cell is not known


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: Line
    lines: tuple[Line, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    source: Line


@dataclass(frozen=True, slots=True)
class Document:
    """A paper about one account as of a day. Nothing may be shown of it before `trace` has found every figure."""

    paper: str
    version: int
    audience: Audience
    account: AccountId
    as_of: date
    title: Line
    under: Line
    sections: tuple[Section, ...]
    facts: Ledger  # those that are told or drawn, in order of first use
    missing: Mapping[str, str] = field(default_factory=dict)  # facts it would tell and cannot: what each is, and why

    @property
    def lines(self) -> Iterator[tuple[str, Line]]:
        """(where, line) of all its words, in order."""
        yield "title", self.title
        yield "under the title", self.under
        for section in self.sections:
            yield f"section {section.name}, title", section.title
            for number, line in enumerate(section.lines, 1):
                yield f"section {section.name}, line {number}", line
            for table in section.tables:
                for row in table.rows:
                    for line in row:
                        yield f"section {section.name}, table", line
            yield f"section {section.name}, source", section.source

    @property
    def words(self) -> tuple[str, ...]:
        """Its sentences as text, for whoever asks for a summary; tables and pictures are left out."""
        return tuple(line.shown for section in self.sections for line in section.lines)
