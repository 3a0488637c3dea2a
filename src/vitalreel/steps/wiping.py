"""Takes one person out of what is kept, place by place: landing, lake, media, mails, app database (D10)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from datetime import datetime
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import JSON, Connection, LargeBinary, String, delete, select, update
from sqlalchemy import Table as Stored

from vitalreel.accounts.person import NOBODY, Person, erased_rows, erased_vendor_rows, rows_about, without, wordy
from vitalreel.sources.mapping import Field
from vitalreel.sources.mapping import Mapping as SourceMapping
from vitalreel.sources.model import TABLES, Table
from vitalreel.sources.versions import digests
from vitalreel.steps.doors import Doors
from vitalreel.steps.erased import stands_for
from vitalreel.steps.fetching import fetch, landing_of
from vitalreel.steps.sync import origins
from vitalreel.store import tables as t
from vitalreel.store.kinds import meta


def wipe_landing(doors: Doors, person: Person, now: datetime) -> int:
    """Rows of what was fetched as it came; answers how many. What was pushed and has not landed is landed first."""
    changed = 0
    for origin in origins(doors):
        mapping = origin.mapping
        if not mapping.asks:
            continue
        if mapping.system.kind == "push":
            for error in fetch(doors, mapping, now).values():
                raise error
        landing = landing_of(doors, mapping)
        local = Person(person.ids | _own_ids(mapping, person.ids), person.names, person.emails)
        with landing.lock(mapping.source):
            for ask in mapping.asks:
                changed += landing.rewrite(
                    ask, partial(rows_about, local), partial(_scrubbed, mapping, ask.table, local)
                )
    return changed


def _scrubbed(mapping: SourceMapping, table: str, person: Person, rows: pa.Table) -> pa.Table:
    own, keep = _own_columns(mapping, table)
    there, stands = set(rows.column_names), dict[str, str]()
    for block in mapping.blocks_of("contact"):
        stands |= stands_for(mapping, block) if block.file == table else {}
    return erased_vendor_rows(person, rows, own & there, keep & there, stands)


def _own_ids(mapping: SourceMapping, ids: Collection[str]) -> set[str]:
    """Ids as a source of its own ids writes them."""
    before = f"{mapping.source}:"
    return {i.removeprefix(before) for i in ids if i.startswith(before)} if mapping.own_ids else set()


def _own_columns(mapping: SourceMapping, table: str) -> tuple[set[str], set[str]]:
    """Vendor columns that hold a contact's id, and those that stay where a row is theirs: what names it, and what is no words."""
    own, keep = set[str](), set[str]()
    for block in mapping.blocks:
        if block.file == table:
            columns = {n: v.column for n, v in block.values.items() if isinstance(v, Field) and v.through is None}
            kind = TABLES[block.table]
            own |= {columns["contact_id"]} if "contact_id" in columns else set()
            if kind.name == "contact":
                keep |= {columns["account_id"]} if "account_id" in columns else set()
            else:
                keep |= {column for name, column in columns.items() if not wordy(kind, kind.column(name))}
    ask = mapping.files[table].ask
    return own, keep | ({*ask.key, ask.watermark} if ask else set())


def wipe_lake(doors: Doors, person: Person, now: datetime) -> dict[str, int]:
    """Rewrite the files that hold rows about them; answers rows by table. The new files count as one commit makes them."""
    changed: dict[str, int] = {}
    replaced: list[tuple[str, str]] = []
    fetched = [o.mapping.source for o in origins(doors) if o.mapping.asks]
    for name, paths in doors.lake.files().items():
        for path in paths:
            file = doors.workspace.lake / path
            rows = pq.read_table(file)
            found = rows_about(person, rows)
            count = int(pc.sum(found).as_py() or 0)
            if count:
                made = erased_rows(person, TABLES[name], rows) if name in TABLES else rows
                if made.equals(rows):
                    continue  # ids alone, which say nothing any more
                made = _as_it_will_come(TABLES[name], made, fetched)
                replaced.append((path, doors.lake.rewrite(path, made)))
                changed[name] = changed.get(name, 0) + count
    with doors.engine.begin() as c:
        for old, new in replaced:
            c.execute(update(t.lake_file).where(t.lake_file.c.path == old).values(path=new, written=now))
    for old, _ in replaced:
        (doors.workspace.lake / old).unlink(missing_ok=True)
    return changed


def _as_it_will_come(table: Table, rows: pa.Table, fetched: list[str]) -> pa.Table:
    """Rows of fetched sources with the digests they will have when they are read from the landing again, where they changed too.

    Those of folders keep the digest of what still stands in the file, which so stays known and is not taken in again.
    """
    place = rows.column_names.index("row_digest")
    again = pc.is_in(rows["source"].cast(pa.string()), value_set=pa.array(fetched, pa.string()))
    return rows.set_column(place, "row_digest", pc.if_else(again, digests(table, rows), rows["row_digest"]))


def wipe_media(doors: Doors, person: Person, films: Collection[str]) -> int:
    """Films, their scenes and sentences, and kept reports and papers that name them; answers the files removed beside films."""
    media, removed = doors.workspace.media, 0
    wipe_films(doors, films)
    words = _spoken(person)
    for path in _holding(media / "scenes", ".scene", lambda head: [x[0] for x in head["texts"]], words):
        path.unlink(missing_ok=True)
        removed += 1
    for path in _holding(media / "takes", ".take", lambda head: [w[0] for w in head["words"]], words):
        path.unlink(missing_ok=True)
        path.with_suffix(".heard").unlink(missing_ok=True)
        removed += 1
    kept = (f for place in ("reports", "papers") for f in (doors.workspace.var / place).glob("*/*.json"))
    for folder in {f.parent for f in kept if person.mentioned(f.read_text("utf-8"))}:
        shutil.rmtree(folder)
        removed += 1
    return removed


def wipe_films(doors: Doors, films: Collection[str]) -> None:
    """The folders of films and of their other sizes, and the introductions recorded for them."""
    for film in films:
        for folder in (doors.workspace.media / "videos" / film, *_renditions(doors, film)):
            shutil.rmtree(folder, ignore_errors=True)
    intros = {path: json.loads(path.read_text("utf-8")) for path in (doors.workspace.media / "intros").glob("*.json")}
    gone = [path for path, told in intros.items() if told["video"] in films]
    kept = {told["clip"] for path, told in intros.items() if path not in gone}
    for path in gone:
        path.unlink(missing_ok=True)
        if intros[path]["clip"] not in kept:
            shutil.rmtree(doors.workspace.media / "clips" / intros[path]["clip"], ignore_errors=True)


def _renditions(doors: Doors, film: str) -> Iterator[Path]:
    with doors.engine.connect() as c:
        for other in c.execute(select(t.rendition.c.id).where(t.rendition.c.video == film)).scalars():
            yield doors.workspace.media / "videos" / other


def _spoken(person: Person) -> frozenset[str]:
    """Every word of their names, as drawn or spoken alone: greetings say the first name."""
    return frozenset(w.casefold() for name in person.names for w in name.split()) | {
        e.casefold() for e in person.emails
    }


def _holding(folder: Path, suffix: str, texts: Any, words: frozenset[str]) -> Iterator[Path]:
    """Files whose head tells that one of the words is drawn or spoken. A head that cannot be read is no scene and no take."""
    for path in folder.rglob(f"*{suffix}"):
        data = path.read_bytes()
        at = data.find(b"\n") + 1 + 32
        size = int.from_bytes(data[at : at + 4], "little")
        try:
            told = texts(json.loads(data[at + 4 : at + 4 + size]))
        except (ValueError, KeyError, IndexError, TypeError):
            continue  # damaged: whoever looks for it makes it anew
        if words & {w.strip(".,;:!?'’()\"").casefold() for text in told for w in str(text).split()}:
            yield path


def wipe_mail(doors: Doors, person: Person) -> int:
    """Mails of the workspace's own mailbox to them or about them, and copies of what came back of others."""
    removed = 0
    for file in (*doors.workspace.mail.glob("*.eml"), *doors.workspace.returned.glob("*.eml")):
        text = _written(file.read_bytes())
        if person.mentioned(text) or any(e.casefold() in text.casefold() for e in person.emails):
            shutil.rmtree(file.with_suffix(""), ignore_errors=True)
            file.unlink()
            removed += 1
    return removed


def _written(mail: bytes) -> str:
    """All that can be read of a mail: as it stands, and its parts decoded."""
    decoded = [part.get_payload(decode=True) for part in message_from_bytes(mail).walk()]
    return b"\n".join([mail, *(d for d in decoded if isinstance(d, bytes))]).decode("utf-8", "replace")


def wipe_database(c: Connection, person: Person, films: Collection[str], now: datetime) -> dict[str, int]:
    """Every table's texts without them; their films' rows empty, their links closed, what waits to be told about them gone."""
    changed: dict[str, int] = {}
    ids = sorted(person.ids)
    if films:
        empty = {"title": NOBODY, "scenes": [], "files": {}, "state": "refused"}
        c.execute(update(t.video).where(t.video.c.id.in_(films)).values(**empty))
        c.execute(delete(t.rendition).where(t.rendition.c.video.in_(films)))
        c.execute(update(t.link).where(t.link.c.video.in_(films), t.link.c.revoked.is_(None)).values(revoked=now))
    c.execute(update(t.link).where(t.link.c.contact.in_(ids), t.link.c.revoked.is_(None)).values(revoked=now))
    c.execute(update(t.outbox).where(t.outbox.c.contact.in_(ids)).values(to="", receipt=""))
    waiting = t.outbox.c.contact.in_(ids) & t.outbox.c.state.in_(("ready", "unknown"))
    c.execute(update(t.outbox).where(waiting).values(state="stopped", changed=now))
    for table in (t.inbox, t.entrance, t.viewer_device):
        c.execute(delete(table).where(table.c.contact.in_(ids)))
    views = select(t.view.c.id).where(t.view.c.contact.in_(ids))
    c.execute(delete(t.hook_message).where(t.hook_message.c.view.in_(views)))
    blank = {"name": NOBODY, "email": None, "active": False, "updated": now}
    for one in ids:
        account = c.execute(select(t.contact.c.account).where(t.contact.c.id == one)).scalar_one_or_none()
        row = {"contact_id": one, "account_id": account, "name": NOBODY, "active": False}
        c.execute(update(t.contact).where(t.contact.c.id == one).values(row=row, **blank))
    changed["quarantine"] = _release(c, person)
    for table in meta.sorted_tables:
        if table.name not in ("secret", "erased"):
            count = _scrub(c, table, person)
            if count:
                changed[table.name] = changed.get(table.name, 0) + count
    return {name: count for name, count in changed.items() if count}


def _release(c: Connection, person: Person) -> int:
    """Their own rows in quarantine: nothing of them would be left, so they go."""
    q = t.quarantine.c
    own = {*person.ids, *(i.partition(":")[2] for i in person.ids)}
    mine = [r.id for r in c.execute(select(q.id, q.row)) if own & {v for v in r.row.values() if v}]
    c.execute(delete(t.quarantine).where(q.id.in_(mine)))
    return len(mine)


def _scrub(c: Connection, table: Stored, person: Person) -> int:
    """Take mentions out of a table's texts and documents; answers rows changed."""
    keys = list(table.primary_key.columns)
    texts = [
        col for col in table.columns
        if isinstance(col.type, String | JSON) and not isinstance(col.type, LargeBinary) and not col.primary_key and not col.foreign_keys
    ]  # fmt: skip
    if not texts:
        return 0
    changed = []
    for row in c.execute(select(*keys, *texts)).mappings():
        found = {col.name: row[col.name] for col in texts if row[col.name] is not None}
        clean = {name: without(person, value) for name, value in found.items()}
        if clean != found:
            changed.append(([k == row[k.name] for k in keys], {n: v for n, v in clean.items() if v != found[n]}))
    for where, values in changed:
        c.execute(update(table).where(*where).values(**values))
    return len(changed)
