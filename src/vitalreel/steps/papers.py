"""papers: QBR pack (H14), renewal brief (H13) and customer's view (H12), of the facts films tell, traced before they are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vitalreel.briefs.asked import asked_by
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.gather import Subject, gather
from vitalreel.briefs.module import Module
from vitalreel.briefs.trace import untraced_in
from vitalreel.errors import NotFound, Refused
from vitalreel.identity import AccountId, ContactId, Plain, plain
from vitalreel.papers.page import page
from vitalreel.papers.paper import Document
from vitalreel.papers.trace import trace
from vitalreel.papers.write import with_facts, write
from vitalreel.ports import Printer
from vitalreel.steps.doors import Doors
from vitalreel.steps.inside import with_inside
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.orders import vendor_of
from vitalreel.steps.paperfiles import paper_of
from vitalreel.steps.printed import Printed, printed
from vitalreel.store.database import reading
from vitalreel.video.kit import Kit

QBR, RENEWAL, STANDING = "qbr", "renewal_brief", "how_things_stand"


def paper(doors: Doors, name: str, account: str, day: date) -> Document:
    """One account's paper, from what was known at the end of `day`, every figure traced.

    `words` are its sentences, `facts` its ledger with the source rows. Raises NotFound for an unknown account or paper,
    BadInput where nothing was known by then, Refused where nothing can be told or a figure cannot be traced.
    """
    with reading(doors.engine).connect() as connection, doors.lake.session() as session:
        tables = known_tables(session, doors.programme, day)
        spec, module = paper_of(doors, name)
        whole = with_facts(spec, module)
        subject = _subject(tables, account, module)
        dossier = gather(tables, subject, vendor_of(doors), day, asked_by(whole))
        if spec.audience == "inside":
            dossier = with_inside(doors, connection, session, dossier)
    document = write(spec, whole, dossier, resolve(whole, dossier))
    if untraced := trace(document):
        raise Refused(f"the paper {name} for {account}", f"untraced: {untraced_in(untraced)}")
    return document


def qbr_pack(doors: Doors, account: str, day: date) -> Document:
    """The account's pack for its business review."""
    return paper(doors, QBR, account, day)


def renewal_brief(doors: Doors, account: str, day: date) -> Document:
    """The account's renewal brief, for our own people."""
    return paper(doors, RENEWAL, account, day)


def _subject(tables: Mapping[str, Any], account: str, module: Module) -> Subject:
    """The account, and the person its film would be for; nobody where there is none."""
    known = tables["account"]
    rows = known.filter(known.account_id == account).select("segment", "tier").to_pyarrow().to_pylist()
    if not rows:
        raise NotFound("account", account, "see the portfolio, or `vitalreel score`")
    return Subject(
        AccountId(account), _viewer(tables, account, module), rows[0]["segment"] or "long_tail", rows[0]["tier"]
    )


def _viewer(tables: Mapping[str, Any], account: str, module: Module) -> ContactId | None:
    if "contact" not in tables:
        return None
    people = tables["contact"]
    rows = people.filter(people.account_id == account).select("contact_id", "role", "active").to_pyarrow().to_pylist()
    there = {
        r["contact_id"]: r["role"] for r in sorted(rows, key=lambda r: r["contact_id"]) if r["active"] is not False
    }
    for role in module.viewer.split(" else "):
        for contact, his in there.items():
            if his == role:
                return ContactId(contact)
    return None


# -- the files ----------------------------------------------------------------------------------------------------------


def folder_of(doors: Doors, account: str) -> Path:
    """Where an account's papers are written unless told otherwise: a folder of var/papers, whatever letters its id has."""
    return doors.workspace.var / "papers" / quote(account, safe="").replace(".", "%2E")


def facts_told(document: Document) -> list[dict[str, Plain]]:
    """Every fact of a document with its source rows, in order of first use."""
    return [
        {"fact": f.name, "text": f.shown, "value": plain(f.value), "unit": f.unit, "means": f.means, "as_of": plain(f.as_of),
         "source": plain(f.origin)}
        for f in document.facts.values()
    ]  # fmt: skip


def as_json(document: Document, now: datetime) -> str:
    """The document for machines: words, pictures, facts with their source rows, and what is not known."""
    return json.dumps(
        plain({
            "paper": document.paper, "version": document.version, "account": document.account, "as_of": document.as_of,
            "made": now, "title": document.title.shown, "under": document.under.shown, "sections": document.sections,
            "facts": facts_told(document), "not_known": document.missing,
        }),
        ensure_ascii=False, indent=2,
    )  # fmt: skip


def write_paper(
    document: Document, out: Path, now: datetime, kit: Kit, faces: Mapping[str, bytes], printer: Printer
) -> Printed:
    """The paper's three files in a folder."""
    return printed(out, document.paper, as_json(document, now), page(document, kit, faces, now), printer)
