"""sponsors: a change of sponsor is found, a person says who left and who follows, and what they said is kept (H20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, select, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import ContactId, fingerprint
from vitalreel.signals.succession import Sign, asks, named_in
from vitalreel.sources.model import TABLES
from vitalreel.sources.versions import digests
from vitalreel.steps import sponsor_signs
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.owners import Owners, task_row
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.tasking import CSM

TASK = "sponsor"
"""The step under which a CSM is asked."""
_TIME = pa.timestamp("us", "UTC")
_PROVENANCE = (("known_on", pa.date32()), ("learnt", _TIME), ("source", pa.string()), ("location", pa.string()), ("line", pa.int64()),
               ("row_key", pa.string()), ("row_digest", pa.string()), ("load", pa.string()))  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a day brought."""

    signs: int  # new ones
    asked: int  # accounts whose CSM is asked


def find_changes(doors: Doors, day: date, now: datetime) -> Found:
    """Keep what speaks for another sponsor at the end of `day`, and ask the CSM where it is enough; asked again it changes nothing."""
    rules = doors.programme.sponsoring
    with doors.lake.session() as session, doors.engine.begin() as c:
        if "account" not in session.names:
            return Found(0, 0)
        signs = sponsor_signs.found(c, session, known_tables(session, doors.programme, day), rules, day)
        new = insert_new(c, t.sponsor_sign, [{"id": _name(s), **asdict(s), "at": now} for s in signs])
        by_account: dict[str, list[Sign]] = {}
        for s in signs:
            by_account.setdefault(s.account, []).append(s)
        asked = sum(_ask(c, doors, account, mine, day, now) for account, mine in sorted(by_account.items()))
    return Found(new, asked)


def _name(s: Sign) -> str:
    """A silence is one sign however long it lasts."""
    return fingerprint("sponsor", s.account, s.kind, s.source)


def _ask(c: Connection, doors: Doors, account: str, signs: Sequence[Sign], day: date, now: datetime) -> bool:
    last = c.execute(
        select(t.sponsor_case).where(t.sponsor_case.c.account == account).order_by(t.sponsor_case.c.at.desc()).limit(1)
    ).one_or_none()
    if last is not None and last.state == "open":
        return False
    rules = doors.programme.sponsoring
    because = asks(signs, rules, day, last.decided_on if last is not None else None)
    row = c.execute(select(t.account).where(t.account.c.id == account)).mappings().one_or_none()
    if not because or row is None:
        return False
    left, follows = named_in(because)
    name = fingerprint("sponsor case", account, day)
    opened = insert_new(c, t.sponsor_case, [
        {"id": name, "account": account, "state": "open", "opened_on": day, "departed": left, "successor": follows, "who": "", "why": "",
         "decided_on": None, "at": now},
    ])  # fmt: skip
    country = row["row"].get("country") or doors.programme.country
    owner, due = Owners(c, doors).of(CSM, row["csm"]), add_business_days(day, rules.due_days, country)
    title = f"Who is the executive sponsor at {row['name']} now? {because[0].words}. Say who left and who follows"
    insert_new(c, t.task, [task_row(fingerprint("task", name), None, TASK, account, owner, title, due, now)])
    return bool(opened)


# -- decided ----------------------------------------------------------------------------------------------------------------


def confirm(
    doors: Doors, account: str, departed: str, successor: str, who: str, why: str, day: date, now: datetime
) -> None:
    """A person says who left and who follows; the data says so too from now on, as a row of theirs.

    departed, successor: contacts of the account; successor "" where nobody follows yet: then no film goes. Raises NotFound, BadInput.
    """
    with doors.lake.session() as session, doors.engine.begin() as c:
        people = _contacts(c, account)
        for one in (departed, *([successor] if successor else [])):
            if one not in people:
                raise NotFound(
                    "contact", one, f"{account} has {', '.join(sorted(people)) or 'none'}; load the successor first"
                )
        if departed == successor:
            raise BadInput(
                f"the sponsor of {account}",
                "the same person cannot leave and follow",
                "name two, or say that nothing changed",
            )
        _decide(c, account, "confirmed", departed, successor, who, why, day, now)
        load = fingerprint("sponsor", account, departed, successor, now)[:16]
        tables = _rows(session, account, departed, successor, who, day, now, load)
        doors.lake.publish(c, doors.lake.stage(load, tables), now)
        _move(c, tables["contact"].to_pylist() if "contact" in tables else [], now)


def dismiss(doors: Doors, account: str, who: str, why: str, day: date, now: datetime) -> None:
    """A person says that the sponsor is who it was. Raises NotFound, or BadInput where nobody is asked or no reason is given."""
    if not why.strip():
        raise BadInput(f"the sponsor of {account}", "saying that nothing changed needs a reason", "say how you know")
    with doors.engine.begin() as c:
        _contacts(c, account)
        open_ = select(t.sponsor_case.c.id).where(t.sponsor_case.c.account == account, t.sponsor_case.c.state == "open")
        if c.execute(open_).first() is None:
            raise BadInput(f"the sponsor of {account}", "nobody is asked about it", "see `vitalreel sponsor list`")
        _decide(c, account, "dismissed", "", "", who, why, day, now)


def _contacts(c: Connection, account: str) -> dict[str, str]:
    if c.execute(select(t.account.c.id).where(t.account.c.id == account)).first() is None:
        raise NotFound("account", account, "see the portfolio")
    rows = select(t.contact.c.id, t.contact.c.name).where(
        t.contact.c.account == account, t.contact.c.merged_into.is_(None)
    )
    return {r.id: r.name for r in c.execute(rows)}


def _decide(
    c: Connection, account: str, state: str, departed: str, successor: str, who: str, why: str, day: date, now: datetime
) -> None:
    said = {"state": state, "departed": departed, "successor": successor, "who": who, "why": " ".join(why.split())[:400],
            "decided_on": day, "at": now}  # fmt: skip
    open_ = (t.sponsor_case.c.account == account) & (t.sponsor_case.c.state == "open")
    if not c.execute(update(t.sponsor_case).where(open_).values(**said)).rowcount:
        name = fingerprint("sponsor case", account, day, now)
        insert_new(c, t.sponsor_case, [{"id": name, "account": account, "opened_on": day, **said}])
    asked = (t.task.c.account == account) & (t.task.c.step == TASK) & (t.task.c.state == "open")
    c.execute(update(t.task).where(asked).values(state="done", done_by=who, done_at=now, note=said["why"]))


def _rows(
    session: Any, account: str, departed: str, successor: str, who: str, day: date, now: datetime, load: str
) -> dict[str, pa.Table]:
    """The change as a row, and the newest rows of both contacts with what was said of them."""
    own = {
        "known_on": day,
        "learnt": now,
        "source": sponsor_signs.OURS,
        "location": f"confirmed by {who}",
        "line": 0,
        "load": load,
    }
    change = {"account_id": account, "day": day, "left_contact": departed, "new_contact": successor or None}
    columns = [
        ("account_id", pa.string()),
        ("day", pa.date32()),
        ("left_contact", pa.string()),
        ("new_contact", pa.string()),
    ]
    kept = {**change, **own, "row_key": f"{account}|{day}", "row_digest": fingerprint(change, who, now)}
    found = {"sponsor_change": pa.Table.from_pylist([kept], schema=pa.schema([*columns, *_PROVENANCE]))}
    said = {departed: {"active": False, "left_on": day}} | (
        {successor: {"role": sponsor_signs.SPONSOR, "active": True}} if successor else {}
    )
    if "contact" in session.names:
        rows = session.versions("contact")
        mine = rows.filter(rows.contact_id.isin(sorted(said))).to_pyarrow().sort_by("learnt")
        newest = {r["contact_id"]: r for r in mine.to_pylist()}
        made = pa.Table.from_pylist([{**r, **said[i], **own} for i, r in sorted(newest.items())], schema=mine.schema)
        place = made.column_names.index("row_digest")
        found["contact"] = made.set_column(
            place, "row_digest", digests(TABLES["contact"], made).cast(mine.schema.field("row_digest").type)
        )
    return found


def _move(c: Connection, contacts: Sequence[Row], now: datetime) -> None:
    """The people as they are from now on, for screens and sending."""
    for r in contacts:
        row = c.execute(select(t.contact.c.row).where(t.contact.c.id == r["contact_id"])).scalar_one()
        changed = {
            "role": r["role"],
            "active": r["active"],
            "left_on": r["left_on"].isoformat() if r["left_on"] else None,
        }
        values = {"role": r["role"], "active": r["active"] is not False, "row": {**row, **changed}, "updated": now}
        c.execute(update(t.contact).where(t.contact.c.id == r["contact_id"]).values(**values))


def confirmed(c: Connection, accounts: Sequence[str] | None = None) -> dict[str, ContactId]:
    """account -> the contact who follows, where the last word of a person is that and nothing is open. accounts: None: all."""
    query = select(t.sponsor_case).order_by(t.sponsor_case.c.at)
    query = query if accounts is None else query.where(t.sponsor_case.c.account.in_(accounts))
    last = {r.account: (r.state, r.successor) for r in c.execute(query)}
    return {
        account: ContactId(successor)
        for account, (state, successor) in last.items()
        if state == "confirmed" and successor
    }


# -- to look at -------------------------------------------------------------------------------------------------------------


def cases(doors: Doors, account: str = "", every: bool = False) -> list[dict[str, Any]]:
    """Accounts whose sponsor may have changed, or all that ever were asked about, the newest first, each with its signs."""
    query = (
        select(t.sponsor_case, t.account.c.name.label("account_name"), t.account.c.csm)
        .join(t.account, t.account.c.id == t.sponsor_case.c.account)
        .order_by(t.sponsor_case.c.at.desc(), t.sponsor_case.c.id)
    )
    query = query.where(t.sponsor_case.c.account == account) if account else query
    query = query if every else query.where(t.sponsor_case.c.state == "open")
    with reading(doors.engine).connect() as c:
        found = [dict(r) for r in c.execute(query).mappings()]
        names = {r.id: r.name for r in c.execute(select(t.contact.c.id, t.contact.c.name).where(
            t.contact.c.id.in_([x for f in found for x in (f["departed"], f["successor"]) if x])))}  # fmt: skip
        signs = [dict(r) for r in c.execute(select(t.sponsor_sign).where(
            t.sponsor_sign.c.account.in_([f["account"] for f in found])).order_by(t.sponsor_sign.c.day.desc())).mappings()]  # fmt: skip
    for f in found:
        f["departed_name"], f["successor_name"] = names.get(f["departed"], ""), names.get(f["successor"], "")
        f["signs"] = [s for s in signs if s["account"] == f["account"]]
    return found
