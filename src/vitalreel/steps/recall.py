"""recall: a film that was sent is taken back at once, and its links show a corrected one as soon as somebody says which (R9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import fingerprint
from vitalreel.steps.clearance import queue_up
from vitalreel.steps.doors import Doors
from vitalreel.steps.owners import Owners, task_row
from vitalreel.steps.refresh import WAITING, plan_again
from vitalreel.steps.signing import made_from_live
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.tasking import CSM

RECALLED = "recalled"
"""State of a film that was taken back; its links say so until another takes its place."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A film that was taken back."""

    video: str
    account: str
    title: str
    who: str
    why: str
    at: datetime
    links: int  # that led to it when it was taken back
    replaced_by: str | None
    replaced_who: str
    replaced_at: datetime | None


def recall(doors: Doors, video: str, who: str, why: str, now: datetime) -> tuple[Recalled, int]:
    """Take a film back: what was sent shows nothing from now on, what has not left is made again. Answers how many of those there are.

    Where somebody had watched it, the account's CSM has a task that names them.

    Saying it again changes nothing. Raises NotFound, and BadInput without a name or a reason or for a film that cannot be shown.
    """
    name, reason = _words(who, "nobody takes it back", "give --by NAME"), _words(why, "needs a reason", "give --why")
    with doors.engine.begin() as c:
        row = _film(c, video)
        if row["state"] not in ("made", RECALLED):
            raise BadInput(
                f"film {video}", f"it is {row['state']}: nobody can see it", "only films that were made are sent"
            )
        queue_up(c, row["account"], row["contact"])
        links = len(c.execute(select(t.link.c.id).where(t.link.c.video == video)).all())
        told = {"video": video, "who": name, "why": reason, "at": now, "links": links, "replaced_by": None, "replaced_who": "",
                "replaced_at": None}  # fmt: skip
        if not insert_new(c, t.recall, [told]):
            return _recalled(c, video), 0
        c.execute(update(t.video).where(t.video.c.id == video).values(state=RECALLED))
        again = _unsent(c, video)
        for touch, as_of in again:
            plan_again(c, touch, as_of, f"{name} took its film back: {reason}", now)
        _tell(c, doors, row, reason, now)
        return _recalled(c, video), len(again)


def replace(doors: Doors, video: str, by: str, who: str, now: datetime) -> tuple[Recalled, int]:
    """From now on the links of a film that was taken back show another; nothing is sent again. Answers how many links moved.

    who: whoever looked at the other one. Raises NotFound, and BadInput for a film that was not taken back and for one that must not
    stand in its place.
    """
    name = _words(who, "nobody has looked at the other one", "give --by NAME")
    with doors.engine.begin() as c:
        old, new = _film(c, video), _film(c, by)
        queue_up(c, old["account"], old["contact"])
        if old["state"] != RECALLED:
            raise BadInput(f"film {video}", "it was not taken back", "take it back first: `vitalreel recall film`")
        _refuse_other(c, old, new)
        links = (
            c.execute(update(t.link).where(t.link.c.video == video).values(video=by).returning(t.link.c.id))
            .scalars()
            .all()
        )
        c.execute(update(t.inbox).where(t.inbox.c.link.in_(links)).values(title=new["title"]))
        values = {"replaced_by": by, "replaced_who": name, "replaced_at": now}
        c.execute(update(t.recall).where(t.recall.c.video == video).values(**values))
        return _recalled(c, video), len(links)


def revoke(doors: Doors, link: str, now: datetime) -> str:
    """One person's link opens nothing from now on; one that was withdrawn stays so. Answers whose it is. Raises NotFound."""
    with doors.engine.begin() as c:
        mine = t.link.c.id == link.partition(".")[0]
        contact: str | None = c.execute(select(t.link.c.contact).where(mine)).scalar_one_or_none()
        if contact is None:
            raise NotFound("link", link, "give what stands behind /v/ in its address")
        c.execute(update(t.link).where(mine, t.link.c.revoked.is_(None)).values(revoked=now))
    return contact


def recalls(doors: Doors) -> Sequence[Recalled]:
    """Every film that was taken back, the last first."""
    with reading(doors.engine).connect() as c:
        names = c.execute(select(t.recall.c.video).order_by(t.recall.c.at.desc(), t.recall.c.video)).scalars().all()
        return [_recalled(c, name) for name in names]


def recalled(doors: Doors, video: str) -> Recalled | None:
    """How a film was taken back; None where it was not."""
    with reading(doors.engine).connect() as c:
        there = c.execute(select(t.recall.c.video).where(t.recall.c.video == video)).first() is not None
        return _recalled(c, video) if there else None


def replacements(doors: Doors, video: str) -> list[Row]:
    """Films that may take the place of one that was taken back, the newest first: id, title, at."""
    with reading(doors.engine).connect() as c:
        old = c.execute(select(t.video).where(t.video.c.id == video)).mappings().one_or_none()
        if old is None or old["state"] != RECALLED:
            return []
        near = (t.video.c.account == old["account"], t.video.c.contact == old["contact"], t.video.c.state == "made")
        found = c.execute(select(t.video).where(*near).order_by(t.video.c.at.desc(), t.video.c.id)).mappings()
        return [r for r in map(dict, found) if _asked(r) == _asked(dict(old)) and (old["draft"] or not r["draft"])]


def _asked(film: Row) -> str:
    """The module a film was asked for: a translation's is that of the other language."""
    return str(film["config"].get("of", film["module"]))


def _tell(c: Connection, doors: Doors, film: Row, why: str, now: datetime) -> None:
    """A task for the account's CSM, naming who had watched the film; none where nobody had."""
    seen = select(t.contact.c.name).join(t.view, t.view.c.contact == t.contact.c.id)
    names = sorted(set(c.execute(seen.where(t.view.c.video == film["id"], t.view.c.counts)).scalars()))
    if not names:
        return
    account = c.execute(select(t.account).where(t.account.c.id == film["account"])).mappings().one()
    told = f"{', '.join(names)} at {account['name']} watched “{film['title']}”, which was taken back ({why}): tell them"
    due = add_business_days(now.date(), 1, account["row"].get("country") or doors.programme.country)
    owner = Owners(c, doors).of(CSM, account["csm"])
    insert_new(
        c,
        t.task,
        [task_row(fingerprint("recall", film["id"]), None, "recalled", film["account"], owner, told, due, now)],
    )


def _film(c: Connection, video: str) -> Row:
    row = c.execute(select(t.video).where(t.video.c.id == video).with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound("film", video, "`vitalreel outbox list --json` and the account's page name films")
    return dict(row)


def _unsent(c: Connection, video: str) -> list[tuple[str, Any]]:
    """Touches whose film this is and that have not left, taken out of the outbox where no server has them."""
    mine = select(t.touch.c.id, t.touch.c.as_of).where(t.touch.c.video == video, t.touch.c.state.in_(WAITING))
    found = []
    for touch, as_of in c.execute(mine.order_by(t.touch.c.id)).all():
        sending = (t.outbox.c.touch == touch) | (t.outbox.c.beside == touch)
        states = set(c.execute(select(t.outbox.c.state).where(sending).with_for_update()).scalars())
        if states <= {"ready"}:
            c.execute(delete(t.outbox).where(sending))
            c.execute(delete(t.link).where(t.link.c.touch == touch))
            found.append((touch, as_of))
    return found


def _refuse_other(c: Connection, old: Row, new: Row) -> None:
    what = f"film {new['id']}"
    if (old["account"], old["contact"], _asked(old)) != (new["account"], new["contact"], _asked(new)):
        raise BadInput(
            what, "it is for somebody else or of another module", "make one of the same module for the same person"
        )
    if new["id"] == old["id"] or new["state"] != "made":
        raise BadInput(what, f"it is {new['state']}", "make another with `vitalreel produce`")
    if new["draft"] and not old["draft"]:
        raise BadInput(what, "it is a draft", "make it in full quality")
    if not made_from_live(c, new["module"], new["config"]):
        raise BadInput(what, "its module is not signed off as it was made", "see `vitalreel module list`")


def _recalled(c: Connection, video: str) -> Recalled:
    query = select(t.recall, t.video.c.account, t.video.c.title).join(t.video, t.video.c.id == t.recall.c.video)
    return Recalled(**c.execute(query.where(t.recall.c.video == video)).mappings().one())


def _words(text: str, what: str, hint: str) -> str:
    found = " ".join(text.split())[:400]
    if not found:
        raise BadInput("recall", what, hint)
    return found
