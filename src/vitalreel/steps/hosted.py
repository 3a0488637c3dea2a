"""hosted: education videos shown elsewhere are registered, and each contact's plays of one are tracked by a link of their own (K7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from vitalreel.delivery.link import sign
from vitalreel.errors import BadInput, NotFound
from vitalreel.identity import ContactId, VideoId, fingerprint
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading, upsert
from vitalreel.tracking.hosted import Hosted, checked

STATE = "hosted"
"""Of a video whose pictures are not ours."""
NOBODY = ""
"""The account and contact of a video that is for everybody; a view takes both from its link."""


def register(doors: Doors, asset: Hosted, now: datetime) -> VideoId:
    """Register a video, or say something else of one that is. Raises BadInput where it makes no sense.

    Its length may not change once somebody watched it: what was seen is measured in its seconds.
    """
    row = _row(checked(asset), now)
    with doors.engine.begin() as c:
        known = c.execute(select(t.video.c.length_s).where(t.video.c.id == row["id"])).scalar_one_or_none()
        seen = c.execute(select(func.count()).select_from(t.view).where(t.view.c.video == row["id"])).scalar_one()
        if seen and known != asset.length_s:
            what = f"was watched {seen} times at a length of {known:g} seconds"
            raise BadInput(f"asset {asset.name}", what, "register the new cut under a name of its own")
        upsert(c, t.video, [row])
    return VideoId(row["id"])


def _row(asset: Hosted, now: datetime) -> dict[str, Any]:
    """The video's row; conditions know it by its kind."""
    config = {"asset": asset.name, "kind": asset.kind, "feature": asset.feature, "released": asset.released.isoformat()}
    return {
        "id": id_of(asset.name), "account": NOBODY, "contact": NOBODY, "module": asset.kind, "module_version": 1, "as_of": asset.released,
        "title": asset.title, "tier": 4, "state": STATE, "draft": False, "length_s": asset.length_s,
        "scenes": [{"name": asset.name, "start_s": 0.0, "end_s": asset.length_s}],  # how it is watched is told of it as one
        "files": {"url": asset.url}, "preflight": [], "cost": {}, "config": config, "at": now,
    }  # fmt: skip


def id_of(name: str) -> VideoId:
    """The id under which an asset of that name is kept."""
    return VideoId(fingerprint(STATE, name))


def registered(doors: Doors) -> Sequence[tuple[Hosted, int]]:
    """Every asset with how many views of it count, newest release first."""
    counted = select(t.view.c.video, func.count().label("n")).where(t.view.c.counts).group_by(t.view.c.video).subquery()
    query = (
        select(t.video, counted.c.n).outerjoin(counted, counted.c.video == t.video.c.id).where(t.video.c.state == STATE)
    )
    with reading(doors.engine).connect() as c:
        rows = c.execute(query.order_by(t.video.c.as_of.desc(), t.video.c.id)).mappings().all()
    return [(_asset(dict(r)), r["n"] or 0) for r in rows]


def asset_of(doors: Doors, video: str) -> Hosted | None:
    """The asset that a video is; None for a film of ours."""
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.video).where(t.video.c.id == video, t.video.c.state == STATE)).mappings().one_or_none()
    return None if row is None else _asset(dict(row))


def _asset(row: Mapping[str, Any]) -> Hosted:
    config = row["config"]
    released = date.fromisoformat(config["released"])
    return Hosted(
        config["asset"], row["title"], row["files"]["url"], config["kind"], row["length_s"], released, config["feature"]
    )


def link_id(name: str, contact: str) -> str:
    """The id of a contact's link to an asset; NOBODY's is the public one."""
    return fingerprint(STATE, name, contact)[:24]


def token_for(doors: Doors, name: str, contact: ContactId, now: datetime) -> str:
    """What the company's player sends with a contact's events of an asset: the same at every call. Raises NotFound.

    It is good for as long as a film's link (`sending.link_days`), from now on.
    """
    link = link_id(name, contact)
    expires = now + timedelta(days=doors.programme.sending.link_days)
    with doors.engine.begin() as c:
        video = c.execute(select(t.video.c.id).where(t.video.c.id == id_of(name))).scalar_one_or_none()
        if video is None:
            raise NotFound("asset", name, "register it with `vitalreel asset add`")
        account = c.execute(select(t.contact.c.account).where(t.contact.c.id == contact)).scalar_one_or_none()
        if account is None:
            raise NotFound("contact", contact, "load the CRM's contacts first")
        row = {
            "id": link,
            "video": video,
            "account": account,
            "contact": contact,
            "touch": None,
            "revoked": None,
            "created": now,
        }
        insert_new(c, t.link, [{**row, "expires": expires}])
        c.execute(t.link.update().where(t.link.c.id == link).values(expires=expires))
    return sign(link, secret_key(doors.engine, "links", now))
