"""One person: who they are, what they allowed, all that is kept of them, and erasing it everywhere, films included (D10).

Export and erasure go over every table of the app database and of the lake, whatever it is called, so that none is forgotten
when one is added. Erasing may be cut off anywhere and run again: names and addresses go last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import Connection, LargeBinary, Table, select, update

from vitalreel.accounts.person import Person, about, rows_about
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import plain
from vitalreel.steps.doors import Doors, kept_secret
from vitalreel.steps.erased import SECRET, mark
from vitalreel.steps.wiping import wipe_database, wipe_lake, wipe_landing, wipe_mail, wipe_media
from vitalreel.store import tables as t
from vitalreel.store.database import compact, insert_new, reading, upsert
from vitalreel.store.kinds import meta
from vitalreel.store.parts import make_whole, stored
from vitalreel.triggers.matrix import CHANNELS

_NOT_TOLD = frozenset(("secret", "erased"))
"""Tables that hold nothing a person can be told."""


def find(doors: Doors, who: str) -> Person:
    """A contact by id or address, with everybody merged into it. Raises NotFound."""
    with reading(doors.engine).connect() as c:
        rows = {r["id"]: r for r in c.execute(select(t.contact)).mappings()}
    named = [i for i, r in rows.items() if i == who or (r["email"] or "").casefold() == who.strip().casefold()]
    firsts = {rows[i]["merged_into"] or i for i in named}
    ids = frozenset(named) | {i for i, r in rows.items() if i in firsts or r["merged_into"] in firsts}
    if not ids:
        raise NotFound("contact", who, "give the id or the address under which they are known")
    names, emails = _called(doors, ids)
    return Person(ids, names, emails)


def _called(doors: Doors, ids: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All names and addresses they ever had."""
    found: dict[str, set[str]] = {"name": set(), "email": set()}
    with reading(doors.engine).connect() as c:
        for r in c.execute(select(t.contact).where(t.contact.c.id.in_(ids))).mappings():
            for what in found:
                found[what] |= {r[what] or ""}
    with doors.lake.session() as session:
        if "contact" in session.names:
            rows = session.versions("contact")
            told = rows.filter(rows.contact_id.isin(sorted(ids))).select("name", "email").to_pyarrow().to_pylist()
            for row in told:
                for what in found:
                    found[what] |= {row[what] or ""}
    names = tuple(sorted(n for n in found["name"] if n and n != "Erased person"))
    return names, tuple(sorted(e for e in found["email"] if e))


# -- consent ------------------------------------------------------------------------------------------------------------


def consents(doors: Doors, person: Person) -> list[dict[str, Any]]:
    """What they allowed, by channel, and who says so."""
    query = (
        select(t.consent).where(t.consent.c.contact.in_(person.ids)).order_by(t.consent.c.channel, t.consent.c.contact)
    )
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def preferences(doors: Doors, person: Person) -> list[dict[str, Any]]:
    """Kinds of messages they chose or refused, by channel, and who says so."""
    row = t.preference.c
    query = select(t.preference).where(row.contact.in_(person.ids)).order_by(row.channel, row.kind, row.contact)
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def say(doors: Doors, person: Person, channel: str, allowed: bool, who: str, now: datetime, kind: str = "") -> None:
    """Keep what they told one of ours: it stands over what sources say. kind: of messages, by this channel; "": the whole channel.

    Raises Refused where they were erased, NotFound for a kind that vitalreel.yaml has not.
    """
    kinds = [k.name for k in doors.programme.kinds]
    if kind and kind not in kinds:
        raise NotFound("kind of messages", kind, f"there are: {', '.join(kinds) or 'none'}")
    with doors.engine.begin() as c:
        if allowed and c.execute(select(t.erased.c.mark).where(t.erased.c.contact.in_(person.ids))).first() is not None:
            raise Refused(f"{channel} to them", "their data was erased", "they have to be a new contact")
        said = {"channel": channel, "allowed": allowed, "source": f"told {who}"[:60], "at": now} | (
            {"kind": kind} if kind else {}
        )
        upsert(c, t.preference if kind else t.consent, [{"contact": i, **said} for i in sorted(person.ids)])


# -- export -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for them."""

    file: Path  # person.json
    rows: Mapping[str, int]  # table -> rows about them or mentioning them
    films: int


def export(doors: Doors, person: Person, out: Path, now: datetime) -> Exported:
    """All that is kept of a person, as person.json, and their films beside it. out: a new or empty folder."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(str(out), "is not an empty folder", "name a new folder")
    out.mkdir(parents=True, exist_ok=True)
    database = {name: rows for name, rows in _database_rows(doors, person) if rows}
    lake = {name: rows for name, rows in _lake_rows(doors, person) if rows}
    films = [r["id"] for r in database.get("video", ())]
    for film in films:
        _copy_film(doors.workspace.media / "videos" / film, out / "films" / film)
    document = {
        "exported": now, "ids": sorted(person.ids), "names": person.names, "emails": person.emails, "kept_about_you": database,
        "history": lake, "films": films,
    }  # fmt: skip
    file = out / "person.json"
    file.write_text(json.dumps(plain(document), ensure_ascii=False, indent=2), encoding="utf-8")
    counts = {n: len(r) for n, r in database.items()} | {f"lake: {n}": len(r) for n, r in lake.items()}
    return Exported(file, counts, len(films))


def _copy_film(folder: Path, into: Path) -> None:
    """A film's files as a person can open them."""
    names = ("film.mp4", "transcript.txt", "captions.vtt", "poster.jpg")
    there = [n for n in names if stored(folder, n) is not None] if folder.is_dir() else []
    if there:
        into.mkdir(parents=True, exist_ok=True)
        make_whole(folder, into, there)


def _database_rows(doors: Doors, person: Person) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with reading(doors.engine).connect() as c:
        for table in meta.sorted_tables:
            if table.name not in _NOT_TOLD:
                yield table.name, list(rows_of(c, table, person))


def rows_of(c: Connection, table: Table, person: Person) -> Iterator[dict[str, Any]]:
    """A table's rows about them; columns of bytes are left out."""
    columns = [col for col in table.columns if not isinstance(col.type, LargeBinary)]
    for row in c.execute(select(*columns).execution_options(yield_per=1000)).mappings():
        if any(about(person, value) for value in row.values()):
            yield dict(row)


def _lake_rows(doors: Doors, person: Person) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, paths in doors.lake.files().items():
        found: list[dict[str, Any]] = []
        for path in paths:
            rows = pq.read_table(doors.workspace.lake / path)
            found += rows.filter(rows_about(person, rows)).to_pylist()
        yield name, found


# -- erasure ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, or would go."""

    ids: tuple[str, ...]
    lake_rows: Mapping[str, int] = field(default_factory=dict)  # table -> rows rewritten
    landing_rows: int = 0
    films: tuple[str, ...] = ()
    files: int = 0  # scenes, takes, mails, reports and papers removed beside films
    rows: Mapping[str, int] = field(default_factory=dict)  # app database: table -> rows rewritten or removed
    yours: tuple[str, ...] = ()  # files people write or bring that name them: not ours to change


def erase(doors: Doors, person: Person, who: str, now: datetime, dry: bool = False) -> Erased:
    """Erase a person everywhere. dry: only say what would go.

    What stays: that somebody was there (ids, roles in events without words), a no to every channel, and a keyed fingerprint by
    which they are known if a source sends them again. Raises what the app database raises; run again it goes on.
    """
    films = _films(doors, person)
    own_files = tuple(_yours(doors, person))
    if dry:
        lake = {name: len(rows) for name, rows in _lake_rows(doors, person) if rows}
        database = {name: len(rows) for name, rows in _database_rows(doors, person) if rows}
        return Erased(tuple(sorted(person.ids)), lake, 0, films, 0, database, own_files)
    _remember(doors, person, who, now)
    landing = wipe_landing(doors, person, now)
    lake = wipe_lake(doors, person, now)
    media = wipe_media(doors, person, films)
    mails = wipe_mail(doors, person)
    with doors.engine.begin() as c:
        database = wipe_database(c, person, films, now)
    compact(doors.engine)
    return Erased(tuple(sorted(person.ids)), lake, landing, films, media + mails, database, own_files)


def _remember(doors: Doors, person: Person, who: str, now: datetime) -> None:
    """First of all: from here on nothing reaches them, and nothing of theirs comes in again."""
    with doors.engine.begin() as c:
        key = kept_secret(c, SECRET, now)
        first = min(person.ids)
        words = sorted({*person.ids, *person.emails})
        insert_new(c, t.erased, [{"mark": mark(key, w), "contact": first, "who": who, "at": now} for w in words])
        channels = set(c.execute(select(t.consent.c.channel).distinct()).scalars()) | set(CHANNELS)
        upsert(c, t.consent, [
            {"contact": i, "channel": channel, "allowed": False, "source": "erased", "at": now}
            for i in sorted(person.ids) for channel in sorted(channels)
        ])  # fmt: skip
        waiting = t.touch.c.state.in_(("planned", "made", "in_review", "approved"))
        c.execute(update(t.touch).where(t.touch.c.contact.in_(person.ids), waiting).values(state="stopped"))


def _films(doors: Doors, person: Person) -> tuple[str, ...]:
    """Films made for them, and films for others that name them."""
    with reading(doors.engine).connect() as c:
        rows = c.execute(select(t.video.c.id, t.video.c.contact, t.video.c.title, t.video.c.scenes)).mappings().all()
    found = []
    for r in rows:
        document = doors.workspace.media / "videos" / r["id"] / "storyboard.json"
        told = json.loads(document.read_text(encoding="utf-8")) if document.is_file() else None
        if r["contact"] in person.ids or about(person, [r["title"], r["scenes"], told]):
            found.append(r["id"])
    return tuple(sorted(found))


_PEOPLES_FILES = ("*.yaml", "*.csv", "*.tsv", "*.jsonl", "*.json", "*.ics", "*.vtt", "*.srt", "*.txt")


def _yours(doors: Doors, person: Person) -> Iterator[str]:
    """Files of the workspace that people write or bring, and that name them."""
    root = doors.workspace.root
    for pattern in _PEOPLES_FILES:
        for file in sorted(root.rglob(pattern)):
            if doors.workspace.var in file.parents:
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
            if person.mentioned(text):
                yield file.relative_to(root).as_posix()
