"""What the rows say of watching: the attention a module gets, and who watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from vitalreel.errors import NotFound
from vitalreel.steps.doors import Doors
from vitalreel.store.database import reading
from vitalreel.store.tables import account, link, outbox, video, view
from vitalreel.tracking.attention import Attention, Scene, Viewer, attend, spans_of
from vitalreel.tracking.people import SeenFilm, SentFilm, Watching, watching

TOGETHER = 500  # films asked for in one statement


def module_attention(doors: Doors, module: str, segment: str = "", account_id: str = "", film: str = "") -> Attention:
    """How the films of a module are watched, by the views that count; of one segment, account or film where asked.

    A contact's views of one film are one viewer's, each view by a colleague is a viewer's. Raises NotFound where the module has no film.
    """
    views = select(view).join(video, video.c.id == view.c.video).where(video.c.module == module, view.c.counts)
    if segment:
        views = views.join(account, account.c.id == view.c.account).where(account.c.segment == segment)
    if account_id:
        views = views.where(view.c.account == account_id)
    there = select(video.c.id).where(video.c.module == module)
    if film:
        there, views = there.where(video.c.id == film), views.where(view.c.video == film)
    films = select(video.c.id, video.c.scenes, video.c.length_s)
    with reading(doors.engine).connect() as connection:
        if connection.execute(there.limit(1)).first() is None:
            raise NotFound("film of module", film or module, "make one with `vitalreel produce`")
        rows = [dict(row) for row in connection.execute(views.order_by(view.c.id)).mappings()]
        watched = sorted({row["video"] for row in rows})
        known = {
            row.id: row
            for n in range(0, len(watched), TOGETHER)
            for row in connection.execute(films.where(video.c.id.in_(watched[n : n + TOGETHER])))
        }
    return attend([_viewer(known[of], group) for of, group in _grouped(rows)])


def _grouped(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """(film, views of one viewer of it)."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["video"], row["contact"] or f"view {row['id']}"), []).append(row)
    return [(of, group) for (of, _), group in groups.items()]


def _viewer(film: Any, group: Sequence[Mapping[str, Any]]) -> Viewer:
    scenes = (Scene(s["name"], round(s["start_s"] * 1000), round(s["end_s"] * 1000)) for s in film.scenes)
    spans = [span for row in group for span in spans_of(row["ranges"], row["replays"])]
    return Viewer(tuple(s for s in scenes if s.start < s.end), round(film.length_s * 1000), tuple(spans))


def who_watches(doors: Doors, now: datetime, account_id: str = "") -> tuple[Watching, ...]:
    """Accounts and their contacts, by all films sent and all views of them; only one account's where asked."""
    with reading(doors.engine).connect() as connection:
        return watching(_sent(connection, account_id), _seen(connection, account_id), now)


def _sent(connection: Connection, account_id: str) -> list[SentFilm]:
    """Films on their way: when the mail left, or the link was made where no mail of it is known."""
    mailed = outbox.c.touch == link.c.touch
    query: Select[Any] = select(link, outbox.c.state, outbox.c.changed).outerjoin(outbox, mailed)
    query = query.where(link.c.account != "", link.c.passed_on_from.is_(None))  # the contact passed that one on, not we
    rows = connection.execute(query.where(link.c.account == account_id) if account_id else query).mappings()
    return [
        SentFilm(r["account"], r["contact"], r["video"], r["changed"] if r["state"] == "sent" else r["created"])
        for r in rows
        if r["state"] in (None, "sent")
    ]


def _seen(connection: Connection, account_id: str) -> list[SeenFilm]:
    query: Select[Any] = select(view, link.c.contact.label("owner")).join(link, link.c.id == view.c.link)
    known = query.where(view.c.account == account_id) if account_id else query.where(view.c.account != "")
    rows = connection.execute(known).mappings()  # of nobody known: `vitalreel views anonymous`
    return [
        SeenFilm(
            account=r["account"], contact=r["owner"], colleague=not r["contact"], video=r["video"], at=r["started"],
            watched_s=r["watched_s"], completion=r["completion"], replays=sum(x["times"] for x in r["replays"]),
            clicked=r["clicked"], asked_for_human=r["asked_for_human"], counts=r["counts"], why_not=r["why_not"],
            rating=r["rating"],
        )
        for r in rows
    ]  # fmt: skip
