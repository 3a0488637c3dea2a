"""A QBR summary and a renewal brief: the sentences of those papers, and their tables a row a sentence, with the papers' own facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vitalreel.briefs.answer import Answer, Notes
from vitalreel.briefs.script import Line, Run
from vitalreel.errors import Refused
from vitalreel.papers.paper import Document, Table
from vitalreel.steps.doors import Doors
from vitalreel.steps.papers import QBR, RENEWAL, paper

SUMMARY, BRIEF = "qbr_summary", "renewal_brief"


def qbr_summary(doors: Doors, account: str, day: date) -> Answer:
    """What the account's pack for the business review says."""
    return _told(doors, SUMMARY, QBR, account, day)


def renewal_brief(doors: Doors, account: str, day: date) -> Answer:
    """What the account's renewal brief says."""
    return _told(doors, BRIEF, RENEWAL, account, day)


def _told(doors: Doors, question: str, name: str, account: str, day: date) -> Answer:
    notes = Notes(question, account, day)
    try:
        document = paper(doors, name, account, day)
    except Refused as e:
        return notes.refuse(e.reason)
    notes.facts = dict(document.facts)
    notes.lines = list(_lines(document))
    return notes.done() if notes.lines else notes.refuse("Nothing of it is known.")


def _lines(document: Document) -> Iterator[Line]:
    for section in document.sections:
        yield from section.lines
        for table in section.tables:
            yield from (line for row in table.rows if (line := _row(table, row)).runs)


def _row(table: Table, row: tuple[Line, ...]) -> Line:
    """A row as a sentence: its first cell, then the others by their heads; what is not known is left out."""
    runs: list[Run] = []
    for head, cell in zip(table.heads, row, strict=True):
        if not cell.runs:
            continue
        words = f", {head.lower()} " if runs else ""
        runs += [Run(words, words)] if words else []
        runs += cell.runs
    return Line((*runs, Run(".", "."))) if runs else Line(())
