"""The film's page and the reviewer's: the film with its words, every fact in them and its source, its checks, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.briefs.changes import Changes, changes
from vitalreel.briefs.correct import target_of
from vitalreel.briefs.reading import BUILT_IN
from vitalreel.errors import NotFound, VitalreelError
from vitalreel.identity import VideoId
from vitalreel.steps.doors import Doors
from vitalreel.steps.modules import module_of
from vitalreel.steps.review import items
from vitalreel.steps.screens.published import Row, stored
from vitalreel.steps.watching import module_attention
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.media import Media
from vitalreel.tracking.attention import Attention


@dataclass(frozen=True, slots=True)
class Cited:
    """A fact of the film's ledger with the number it carries on the page."""

    number: int
    fact: Row  # a row of ledger.json
    in_script: bool  # else it is only drawn


@dataclass(frozen=True, slots=True)
class Checked:
    """One check over all places it looked at."""

    name: str
    ok: bool
    of: int  # places
    said: Sequence[str]  # what was measured, each different value once
    failed: Sequence[Row]  # rows of the video's preflight
    warned: Sequence[Row]


@dataclass(frozen=True, slots=True)
class VideoPage:
    video: Row
    account_name: str
    zone: str  # of every time on the page
    contact_name: str
    ledger: Row
    script: Row
    cited: Mapping[str, Cited]  # fact name -> its number; in order of appearance, then those only drawn
    checks: Sequence[Checked]
    sizes: Sequence[Row]  # its renditions, widest first
    deliveries: Sequence[Row]
    views: Sequence[Row]
    review: Row | None  # the first that waits, else the newest
    events: Sequence[Row]
    editable: Sequence[Sequence[str]]  # by scene, each sentence as it is edited; empty where it is said in a recording
    attention: Attention  # that its module gets, in all its films
    correctable: Mapping[str, str]  # fact -> how it is written, of those a reviewer may correct

    @property
    def passed(self) -> bool:
        """Whether every check did."""
        return all(c.ok for c in self.checks)


@dataclass(frozen=True, slots=True)
class Before:
    """The last film of the same module for the same account, and what differs since."""

    id: str
    title: str
    at: datetime
    contact: str
    sent: bool  # else it was made and has not left
    changes: Changes


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One item of the queue with its film."""

    item: Row  # of `steps.review.items`
    queue: Sequence[Row]  # what else waits
    film: VideoPage
    before: Before | None  # what differs from the last film of this module for the account; None: it is the first


def video_page(doors: Doors, video: str) -> VideoPage:
    """One film with its ledger, its script and what became of it. Raises NotFound."""
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.video).where(t.video.c.id == video)).mappings().one_or_none()
        if row is None:
            raise NotFound("video", video, "see the account's page")
        account = c.execute(select(t.account.c.name, t.account.c.zone).where(t.account.c.id == row["account"])).one()
        contact = c.execute(select(t.contact.c.name).where(t.contact.c.id == row["contact"])).scalar_one_or_none()
        sizes = stored(
            c,
            select(t.rendition)
            .where(t.rendition.c.video == video)
            .order_by(t.rendition.c.width_px.desc(), t.rendition.c.height_px),
        )
        deliveries = stored(c, select(t.outbox).where(t.outbox.c.video == video))
        views = stored(
            c, select(t.view).where(t.view.c.video == video, t.view.c.watched_s > 0).order_by(t.view.c.started)
        )
        review, events = _looked(c, video)
    ledger, script = (_document(doors, video, name) for name in ("ledger", "script"))
    return VideoPage(
        video=dict(row),
        account_name=account.name,
        zone=account.zone or doors.programme.zone,
        contact_name=contact or "",
        ledger=ledger,
        script=script,
        cited=_cited(script, ledger["facts"]),
        checks=_checked(row["preflight"]),
        sizes=sizes,
        deliveries=deliveries,
        views=views,
        review=review,
        events=events,
        editable=[[] if s["kind"] == "talent" else [_as_edited(line) for line in s["say"]] for s in script["scenes"]],
        attention=module_attention(doors, row["module"]),
        correctable=_correctable(doors, dict(row), script),
    )


def review_page(doors: Doors, review: str) -> Reviewed:
    """One review with its film and what else waits. Raises NotFound."""
    item = next((i for i in items(doors, None) if i["id"] == review), None)
    if item is None:
        raise NotFound("review", review, "see the queue")
    film = video_page(doors, item["video"])
    return Reviewed(item, items(doors), film, _before(doors, item, film))


def _before(doors: Doors, item: Row, film: VideoPage) -> Before | None:
    """The last film of this module that left for this account, else the last that was made for it, beside this one."""
    query = (
        select(t.video.c.id, t.video.c.title, t.video.c.at, t.video.c.as_of, t.contact.c.name, t.outbox.c.state)
        .join(t.touch, t.touch.c.video == t.video.c.id)
        .outerjoin(t.contact, t.contact.c.id == t.video.c.contact)
        .outerjoin(t.outbox, (t.outbox.c.touch == t.touch.c.id) & (t.outbox.c.state == "sent"))
        .where(t.video.c.account == film.video["account"], t.video.c.module == film.video["module"], t.video.c.state == "made",
               t.touch.c.id != item["touch"], t.video.c.id != film.video["id"], t.video.c.at <= film.video["at"])
        .order_by(t.outbox.c.state.is_(None), t.video.c.at.desc())
        .limit(1)
    )  # fmt: skip
    with reading(doors.engine).connect() as c:
        row = c.execute(query).one_or_none()
    if row is None:
        return None
    try:
        script = _document(doors, row.id, "script")
    except NotFound:
        return None  # its files were let go
    return Before(row.id, row.title, row.at, row.name or "", row.state == "sent", changes(script, film.script))


def _correctable(doors: Doors, video: Row, script: Row) -> dict[str, str]:
    """Facts of the film that a reviewer may correct, each as it is written in a form."""
    try:
        specs = module_of(doors, video["module"]).facts
    except VitalreelError:
        return {}  # the module is gone or wrong: nothing of it can be made again
    found = {}
    for name, fact in script["brief"]["facts"].items():
        spec = specs.get(name)
        known = spec is not None or name in BUILT_IN
        if known and target_of(name, spec.lookup if spec else None, video["as_of"]) is not None:
            found[name] = _as_written(fact)
    return found


def _as_written(fact: Row) -> str:
    value = fact["value"]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if str(fact["unit"]).startswith(("money", "price")) and isinstance(value, int | float):
        return f"{value / 100:,.2f}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _looked(c: Connection, video: str) -> tuple[Row | None, list[dict[str, Any]]]:
    """The film's review and its events, oldest first. One film can serve several touches: what waits counts first."""
    found = stored(c, select(t.review).where(t.review.c.video == video).order_by(t.review.c.at.desc()))
    if not found:
        return None, []
    review = next((r for r in found if r["state"] == "waiting"), found[0])
    events = stored(
        c, select(t.review_event).where(t.review_event.c.review == review["id"]).order_by(t.review_event.c.id)
    )
    return review, events


def _as_edited(line: Row) -> str:
    """A sentence with its facts as {name}: `briefs.edit.written`, of a kept script."""
    return "".join(r["shown"] if r["fact"] is None else f"{{{r['fact']}}}" for r in line["runs"])


def _document(doors: Doors, video: str, name: str) -> Any:
    path = Media(doors.workspace.media).video(VideoId(video)) / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise NotFound(name, video, "make the film again with `vitalreel produce`") from e


def _cited(script: Row, facts: Iterable[Row]) -> dict[str, Cited]:
    by_name = {f["fact"]: f for f in facts}
    spoken = (
        run["fact"] for scene in script["scenes"] for line in (scene["headline"], *scene["say"]) for run in line["runs"]
    )
    named = list(dict.fromkeys(n for n in spoken if n in by_name))
    order = [*named, *(n for n in by_name if n not in set(named))]
    return {name: Cited(i, by_name[name], name in named) for i, name in enumerate(order, start=1)}


def _checked(checks: Sequence[Row]) -> list[Checked]:
    """Checks by name, in the order they were made; failed ones first, then warnings."""
    names = list(dict.fromkeys(c["check"] for c in checks))
    found = []
    for name in names:
        mine = [c for c in checks if c["check"] == name]
        said = list(dict.fromkeys(str(c["value"]) for c in mine))
        failed = [c for c in mine if not c["ok"]]
        warned = [c for c in mine if c["ok"] and c.get("warns")]
        found.append(Checked(name, not failed, len(mine), said, failed, warned))
    return sorted(found, key=lambda c: (c.ok, not c.warned))
