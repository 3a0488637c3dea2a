"""Tickets and conversations are read at load: how each sounds and what it is about, once a text, by an annotator or its stand-in (D7).

A sentiment or topics that the source itself gives stand. What an annotator said of a text is kept by the text's fingerprint, in a
transaction of its own: a load that is killed, or run again, asks for nothing twice. Rows in quarantine are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from vitalreel.errors import Refused, Unavailable
from vitalreel.identity import fingerprint
from vitalreel.ports import Annotation, Annotator
from vitalreel.signals.passages import Passage, spoken, written
from vitalreel.sources.findings import Finding
from vitalreel.steps.doors import Doors
from vitalreel.steps.talks import people_of
from vitalreel.store.database import insert_new, reading
from vitalreel.store.tables import text_reading

ASKED = 400
"""Passages an annotator is given at a time; what it said of them is kept before it is asked for more."""
LOOKED_UP = 500
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of one passage, and who said so."""

    annotation: Annotation
    by: str


@dataclass(frozen=True, slots=True)
class Readings:
    """Of each passage, in order; None where nobody could read it."""

    found: tuple[Read | None, ...]
    trouble: str  # why the first annotator did not read all; "" where it did


def annotated(
    doors: Doors, accepted: Mapping[str, pa.Table], now: datetime
) -> tuple[Mapping[str, pa.Table], tuple[Finding, ...]]:
    """The tables with `sentiment`, `sentiment_by` and `topics` of tickets and conversations filled where they were empty.

    accepted: row-grain tables. Where the first annotator fails, the next one reads, and a finding says so.
    """
    tables, findings = dict(accepted), []
    for name, passages_of in (("ticket", _tickets), ("conversation", _conversations)):
        rows = accepted.get(name)
        if rows is None or not rows.num_rows:
            continue
        passages, places = passages_of(doors, accepted)
        if not passages:
            continue
        readers = doors.annotators()
        readings = read(doors, readers, passages, now)
        tables[name] = _filled(rows, places, readings.found)
        if readings.trouble:
            findings.append(_told(name, readers, readings))
    return tables, tuple(findings)


def read(doors: Doors, annotators: Sequence[Annotator], passages: Sequence[Passage], now: datetime) -> Readings:
    """Every passage by the first annotator that can, from what is kept where it has been read before."""
    marks = [fingerprint(p.text) for p in passages]
    found: list[Read | None] = [None] * len(passages)
    trouble = ""
    for annotator in annotators:
        open_ = [i for i, r in enumerate(found) if r is None]
        kept = _kept(doors, annotator.name, [marks[i] for i in open_])
        for i in open_:
            if marks[i] in kept:
                found[i] = Read(kept[marks[i]], annotator.by)
        new = sorted((i for i in open_ if found[i] is None), key=lambda i: passages[i].account)
        failed = _ask(doors, annotator, [(i, marks[i], passages[i]) for i in new], found, now)
        trouble = trouble or failed
    return Readings(tuple(found), trouble)


def _ask(
    doors: Doors, annotator: Annotator, new: Sequence[tuple[int, str, Passage]], found: list[Read | None], now: datetime
) -> str:
    """Ask for what is not known, keep it, and put it into `found`; answers what went wrong, if anything did."""
    unread = 0
    for at in range(0, len(new), ASKED):
        part = new[at : at + ASKED]
        try:
            said = annotator.annotate([p for _, _, p in part])
        except (Unavailable, Refused) as e:
            return str(e)
        known = [(i, mark, a) for (i, mark, _), a in zip(part, said, strict=True) if a is not None]
        unread += len(part) - len(known)
        with doors.engine.begin() as c:
            insert_new(c, text_reading, [
                {"text": mark, "by": annotator.name, "sentiment": a.sentiment, "topics": "|".join(a.topics), "at": now}
                for _, mark, a in known
            ])  # fmt: skip
        for i, _, a in known:
            found[i] = Read(a, annotator.by)
    return f"{annotator.by} gave no label of the form asked for to {unread} texts" if unread else ""


def _kept(doors: Doors, by: str, marks: Sequence[str]) -> dict[str, Annotation]:
    found: dict[str, Annotation] = {}
    wanted = list(dict.fromkeys(marks))
    t = text_reading.c
    with reading(doors.engine).connect() as c:
        for at in range(0, len(wanted), LOOKED_UP):
            asked = select(t.text, t.sentiment, t.topics).where(t.by == by, t.text.in_(wanted[at : at + LOOKED_UP]))
            for r in c.execute(asked):
                found[r.text] = Annotation(r.sentiment, tuple(filter(None, r.topics.split("|"))))
    return found


# -- what is read of a row ---------------------------------------------------------------------------------------------

Places = Sequence[int | None]
"""Of each row: which passage is its own; None where it has no words."""


def _tickets(_: Doors, accepted: Mapping[str, pa.Table]) -> tuple[list[Passage], Places]:
    """Subject and body, as far as they are the customer's own words; alike in many rows, they are read once."""
    rows = accepted["ticket"]
    empty = pa.scalar("")
    subject, body = (pc.fill_null(rows[n].cast(pa.string()), empty) for n in ("subject", "body"))
    alike = pc.binary_join_element_wise(subject, body, _BETWEEN).combine_chunks().dictionary_encode()
    texts = [written(*raw.split(_BETWEEN, 1)) for raw in alike.dictionary.to_pylist()]
    return _once(rows["account_id"].to_pylist(), [texts[n] for n in alike.indices.to_pylist()])


def _conversations(doors: Doors, accepted: Mapping[str, pa.Table]) -> tuple[list[Passage], Places]:
    """What the customer's people said; where nothing was written down word for word, the summary."""
    rows = accepted["conversation"]
    accounts = rows["account_id"].to_pylist()
    names = _names(doors, accepted.get("contact")) if rows["transcript"].null_count < rows.num_rows else {}
    said = zip(accounts, rows["transcript"].to_pylist(), rows["summary"].to_pylist(), strict=True)
    return _once(accounts, [spoken(t, names.get(a, ())) if t else written(None, s) for a, t, s in said])


def _names(doors: Doors, arriving: pa.Table | None) -> dict[str, set[str]]:
    """Account -> names of its people in lower case, those who arrive with this load among them."""
    named = list(people_of(doors).by_name)
    if arriving is not None:
        named += zip(
            arriving["account_id"].to_pylist(), (n.casefold() for n in arriving["name"].to_pylist()), strict=True
        )
    names: dict[str, set[str]] = {}
    for account, name in named:
        names.setdefault(account, set()).add(name)
    return names


def _once(accounts: Sequence[str], texts: Sequence[str]) -> tuple[list[Passage], Places]:
    places: dict[str, int] = {}
    passages: list[Passage] = []
    for account, text in zip(accounts, texts, strict=True):
        if text and text not in places:
            places[text] = len(passages)
            passages.append(Passage(account, text))
    return passages, [places.get(text) for text in texts]


def _filled(rows: pa.Table, places: Places, found: Sequence[Read | None]) -> pa.Table:
    mine = [None if p is None else found[p] for p in places]
    given = rows["sentiment"].to_pylist()
    sentiments = [r.annotation.sentiment if r else None for r in mine]
    by = [
        r.by if r and own is None and s is not None else None for r, own, s in zip(mine, given, sentiments, strict=True)
    ]
    topics = ["|".join(r.annotation.topics) or None if r else None for r in mine]
    for name, values in (("sentiment", sentiments), ("sentiment_by", by), ("topics", topics)):
        new = pa.array(values, pa.float64() if name == "sentiment" else pa.string())
        old = rows[name].cast(new.type)
        rows = rows.set_column(rows.column_names.index(name), name, pc.coalesce(old, new))
    return rows


def _told(table: str, readers: Sequence[Annotator], readings: Readings) -> Finding:
    first = readers[0].by
    others = [r.by for r in _read(readings) if r.by != first]
    stand_in = next(iter(others), "")
    did = (
        f"read by {stand_in}; {first} is asked again at the next load"
        if stand_in
        else "left unread until the next load"
    )
    count = len(readings.found) - sum(r.by == first for r in _read(readings))
    return Finding("read_by_stand_in", table, count, f"{first} did not read all texts", readings.trouble, did, True)


def _read(readings: Readings) -> Iterator[Read]:
    return (r for r in readings.found if r is not None)
