"""From an account and a module to a script that may be filmed: dossier, facts, brief, words, and the tracing of every figure."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vitalreel.briefs.asked import asked_by
from vitalreel.briefs.brief import make_brief
from vitalreel.briefs.correct import Correction, Standing, Target, corrected, target_of
from vitalreel.briefs.dossier import Dossier
from vitalreel.briefs.editorial import check
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.gather import Subject, Vendor, gather
from vitalreel.briefs.module import Module
from vitalreel.briefs.reading import BUILT_IN
from vitalreel.briefs.script import Script
from vitalreel.briefs.talent import Cast
from vitalreel.briefs.trace import trace, untraced_in
from vitalreel.briefs.write import write_script
from vitalreel.errors import NotFound, Refused
from vitalreel.identity import AccountId, ContactId
from vitalreel.steps import intro
from vitalreel.steps.corrections import standing
from vitalreel.steps.doors import Doors
from vitalreel.steps.intro import in_front
from vitalreel.steps.talent import csm_of, with_people
from vitalreel.steps.translations import module_for, refuse_mute, wanted_by
from vitalreel.store.database import reading


@dataclass(frozen=True, slots=True)
class Order:
    """One film to be made."""

    account: AccountId
    contact: ContactId
    module: str
    play: str | None = None
    step: str | None = None
    touch: str = ""  # what it is sent for; part of the wording's seed
    intro: str = ""  # id of a recorded introduction to put in front of it


@dataclass(frozen=True, slots=True)
class Written:
    """An order with its words, traced."""

    order: Order
    module: Module
    script: Script
    cast: Cast | None = None  # who speaks in it; None: the house voice
    wall_s: float = 0.0  # what writing it took
    cpu_s: float = 0.0
    note: str = ""  # why it is not in the viewer's language; empty where it is
    dossier: Dossier | None = None  # what it was written from, with corrections in it
    standings: Mapping[str, Standing] = field(default_factory=dict)  # correction -> how it stands against the source


def vendor_of(doors: Doors) -> Vendor:
    """Our side of every film, from vitalreel.yaml."""
    vendor = doors.programme.vendor
    return Vendor(vendor["name"], vendor["links"], doors.programme.currency, vendor["pooled_csm"])


def write(
    doors: Doors, tables: Mapping[str, Any], order: Order, as_of: date, heard: Mapping[str, str] | None = None,
    corrections: Sequence[Correction] | None = None,
) -> Written:  # fmt: skip
    """The script of an order, from what was known at the end of `as_of`.

    tables: canonical tables of that day (`knowing.known_tables`). heard: scene -> wording the contact had last time.
    corrections: what people of ours said instead of the source; None: those that stand.
    Raises Refused where a fact is missing that the film cannot do without, or where a figure or name is not in the ledger.
    """
    began, began_cpu = time.perf_counter(), time.thread_time()
    subject, wanted = _subject(tables, order)
    chosen = module_for(doors, order.module, wanted)
    module = chosen.module
    refuse_mute(doors, module, subject.segment, f"a film of {module.name} for {order.account}")
    dossier = gather(tables, subject, vendor_of(doors), as_of, asked_by(module))
    if corrections is None:
        with reading(doors.engine).connect() as c:
            corrections = standing(c, order.account, order.contact)
    put = corrected(dossier, [one for one in corrections if one.target in targets(module, as_of)])
    dossier, speaks = with_people(doors, module, put.dossier, csm_of(tables, order.account))
    resolved = resolve(module, dossier)
    brief = make_brief(module, dossier, resolved, order.play, order.step)
    script = write_script(module, brief, resolved.missing, order.touch, heard)
    found = trace(script)
    if found.untraced:
        raise Refused(f"a film of {module.name} for {order.account}", f"untraced: {untraced_in(found.untraced)}")
    faults = [f for f in check(script, module.grade) if f.level == "error"]
    if faults:
        raise Refused(f"a film of {module.name} for {order.account}", f"editorial standard: {faults[0]}")
    if order.intro:
        script = in_front(intro.read(doors, order.intro), script)
    spent = time.perf_counter() - began, time.thread_time() - began_cpu
    return Written(order, module, script, speaks, *spent, chosen.note, dossier, put.standings)


def targets(module: Module, as_of: date) -> frozenset[Target]:
    """What a film of this module reads that a person can correct."""
    own = (target_of(spec.name, spec.lookup, as_of) for spec in module.facts.values())
    any_film = (target_of(name, None, as_of) for name in BUILT_IN)
    return frozenset(found for found in (*own, *any_film) if found is not None)


def _subject(tables: Mapping[str, Any], order: Order) -> tuple[Subject, str]:
    """Whom the film is about and for, and the language they want; "" where none is recorded."""
    account = tables["account"]
    rows = account.filter(account.account_id == order.account).select("segment", "tier", "language")
    found = rows.to_pyarrow().to_pylist()
    if not found:
        raise NotFound("account", order.account, "see `vitalreel plan` for accounts that are due")
    known: list[dict[str, Any]] = []
    if (people := tables.get("contact")) is not None:
        known = people.filter(people.contact_id == order.contact).select("language").to_pyarrow().to_pylist()
    subject = Subject(order.account, order.contact, found[0]["segment"] or "long_tail", found[0]["tier"])
    return subject, wanted_by(known[0] if known else None, found[0])
