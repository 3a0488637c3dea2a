"""Every figure, name and date of a document traced to its ledger, or listed as untraced: by the tracer of films."""

from __future__ import annotations

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.script import Line, Run
from vitalreel.briefs.trace import Untraced, check_fact, check_line, texts_in
from vitalreel.papers.paper import Document
from vitalreel.papers.write import drawn_in

_OPENS = """
    business benchmark renewal renewals risk risks stakeholders value milestones issues brief figures source score chance band
    numbers standing customers helps help measures progress best worst people late agreed planned done watched last product
    support record records calls drivers weeks health too milestone milestones state status role title name due who sponsor
    requests use renewed recorded beside watched points contacts hold since
"""
OPENS = frozenset(_OPENS.split())
"""Words that may open a sentence or a heading of a paper with a capital, beside those of films."""


def trace(document: Document, ledger: Ledger | None = None) -> tuple[Untraced, ...]:
    """What is untraced; empty: it may be shown. ledger: by default the document's own."""
    known = document.facts if ledger is None else ledger
    lines = list(document.lines)
    for section in document.sections:
        for table in section.tables:
            lines += [(f"section {section.name}, head", Line((Run(h, h),))) for h in table.heads]
        for picture in section.pictures:
            lines += [(f"section {section.name}, picture", line) for line in texts_in(picture.show)]
    wrong = [u for where, line in lines for u in check_line(line, known, where) if not _opens(u)]
    for section in document.sections:
        for picture in section.pictures:
            place = f"section {section.name}, picture"
            wrong += [Untraced(place, n, "is not in the ledger") for n in drawn_in(picture.show) if n not in known]
    return (*wrong, *(u for fact in known.values() for u in check_fact(fact)))


def _opens(untraced: Untraced) -> bool:
    """A capital at the beginning that is no name but a word of papers."""
    return untraced.why.startswith("not a known opening word") and untraced.what.lower() in OPENS
