"""What the viewer's page asks of the workspace: a token in; the film, its files, the viewer's choices and wishes out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from vitalreel.delivery.link import State, sign, state, verify
from vitalreel.delivery.page import FilmPage, read_page
from vitalreel.errors import NotFound
from vitalreel.identity import fingerprint
from vitalreel.ports import Carrier, Now
from vitalreel.steps.carrying import send
from vitalreel.steps.clearance import queue_up
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.hosted import asset_of
from vitalreel.steps.intake import Intake
from vitalreel.steps.on_request import Making, ask, stand
from vitalreel.steps.passing import PassedOn, pass_on, passed_on, take_back
from vitalreel.steps.receive import Batch
from vitalreel.store.database import insert_new, reading, upsert
from vitalreel.store.parts import Stored, stored
from vitalreel.store.tables import account, consent, link, preference, task, touch, video
from vitalreel.tracking.hosted import Hosted
from vitalreel.tracking.intake import Sender
from vitalreel.triggers.calendar import add_business_days

CHANNELS = ("email", "in_app", "tracking")
"""What a viewer can switch off by the link alone."""
BY_KIND = ("email", "in_app")
"""Channels whose messages a viewer chooses by kind; an engagement of a CS platform is a mail."""

MEDIA_TYPES: Mapping[str, str] = {
    ".mp4": "video/mp4", ".m4s": "video/iso.segment", ".m4a": "audio/mp4", ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt; charset=utf-8", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
}  # fmt: skip
"""What a browser may fetch of a film. Ledger, script and page stay inside: they name source rows."""

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link whose signature is right."""

    id: str
    video: str
    account: str
    contact: str
    touch: str | None
    state: State
    promised: bool = False  # leads to no film yet: its viewer has to ask for it
    passed_on_by: str = ""  # the contact who passed the film on by this link; `contact` is "" then


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of messages on the page of choices."""

    name: str
    title: str
    wanted: Mapping[str, bool]  # channel of BY_KIND -> whether they want it


@dataclass(frozen=True, slots=True)
class Shown:
    """A film's page and the names of its files under /media/TOKEN/; an empty name: there is none."""

    page: FilmPage
    hls: str
    mp4: str
    captions: str
    poster: str


class Viewing:
    """The viewer's doors over one workspace. Thread-safe; `close` stores what waits."""

    def __init__(
        self, doors: Doors, now: Now, is_staff: Callable[[str, Mapping[str, str]], bool],
        carrier: Carrier | None = None, viewer_keys: Sequence[bytes] = (),
    ) -> None:  # fmt: skip
        """is_staff: (client address, cookies) -> whether this is one of the company's own people (K9).

        carrier: takes what viewers ask for to the workers at once; None: they find it when they next look over the rows.
        viewer_keys: of applications that say who is signed in where a video is shown.
        """
        self._carrier = carrier
        self._doors, self._now, self.is_staff = doors, now, is_staff
        self._keys = (secret_key(doors.engine, "links", now()),)
        self.intake = Intake(doors.engine, self._keys, now, is_staff, viewer_keys)

    def close(self) -> None:
        self.intake.close()

    def token(self, link_id: str) -> str:
        """The token of a link of this workspace."""
        return sign(link_id, self._keys[0])

    def find(self, token: str) -> OpenLink | None:
        """The link of a token, in whatever state; None where the signature is wrong or the link is gone."""
        link_id = verify(token, self._keys)
        if link_id is None:
            return None
        sent = link.alias("sent")  # the contact's own, of a link for a colleague: what withdraws it withdraws both
        query = (
            select(
                link.c.id, link.c.video, link.c.account, link.c.contact, link.c.expires, video.c.state.label("film"),
                func.coalesce(link.c.touch, sent.c.touch).label("touch"), sent.c.contact.label("by"),
                func.coalesce(link.c.revoked, sent.c.revoked).label("revoked"),
            )
            .join(video, video.c.id == link.c.video)
            .outerjoin(sent, sent.c.id == link.c.passed_on_from)
            .where(link.c.id == link_id)
        )  # fmt: skip
        with reading(self._doors.engine).connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        worth = state(row["expires"], row["revoked"], row["film"] == "recalled", self._now())
        return OpenLink(
            row["id"], row["video"], row["account"], row["contact"], row["touch"], worth, row["film"] == "on_request",
            row["by"] or "",
        )  # fmt: skip

    def film(self, opened: OpenLink) -> Shown:
        """What the page shows. Raises NotFound where the film's files are gone."""
        with reading(self._doors.engine).connect() as connection:
            files = connection.execute(select(video.c.files).where(video.c.id == opened.video)).scalar_one()
        folder = self._folder(opened)
        try:
            page = json.loads((self._doors.workspace.media / files["page"]).read_text(encoding="utf-8"))
        except (OSError, KeyError) as e:
            raise NotFound("film", opened.video, "make it again with `vitalreel produce`") from e
        names = {kind: _inside(self._doors.workspace.media / key, folder) for kind, key in files.items()}
        return Shown(
            read_page(page, f"film {opened.video}"), *(names.get(k, "") for k in ("hls", "mp4", "captions", "poster"))
        )

    def asset(self, opened: OpenLink) -> Hosted | None:
        """The video hosted elsewhere that a link leads to; None where it leads to a film of ours."""
        return asset_of(self._doors, opened.video)

    def making(self, opened: OpenLink) -> Making:
        """How it stands with the film of a link that leads to a promise."""
        return stand(self._doors, opened.id, opened.touch or "", self._now())

    def want(self, opened: OpenLink) -> None:
        """The viewer asks for the film: it is made from what is known now. Asking again changes nothing."""
        if opened.touch is None or not opened.promised:
            return
        with self._doors.engine.begin() as connection:
            row = ask(connection, self._doors, opened.id, opened.touch, self._now())
            if row is not None and self._carrier is not None:
                send(connection, self._carrier, row, self._now())

    def media(self, opened: OpenLink, name: str) -> Stored | None:
        """The file of this film under that name; None for any other name, film or kind of file (P3 P8)."""
        parts = name.split("/")
        if not all(_PART.fullmatch(p) for p in parts) or Path(name).suffix not in MEDIA_TYPES:
            return None
        folder = self._folder(opened).resolve()
        path = folder.joinpath(*parts).resolve()
        return stored(folder, path.relative_to(folder).as_posix()) if path.is_relative_to(folder) else None

    def choices(self, opened: OpenLink) -> dict[str, bool]:
        """Per channel of CHANNELS, whether the contact allows it; what was never asked counts as allowed here."""
        query = select(consent.c.channel, consent.c.allowed).where(consent.c.contact == opened.contact)
        with reading(self._doors.engine).connect() as connection:
            said = {row.channel: row.allowed for row in connection.execute(query)}
        return {channel: said.get(channel, True) for channel in CHANNELS}

    def kinds(self, opened: OpenLink) -> tuple[Choice, ...]:
        """Kinds of messages the contact may choose among, and what they want of each by mail and in the product."""
        query = select(preference).where(preference.c.contact == opened.contact)
        with reading(self._doors.engine).connect() as connection:
            said = {(r.channel, r.kind): r.allowed for r in connection.execute(query)}
        return tuple(
            Choice(kind.name, kind.title, {c: said.get((c, kind.name), True) for c in BY_KIND})
            for kind in self._doors.programme.kinds
        )

    def prefer(self, opened: OpenLink, wanted: Collection[tuple[str, str]]) -> None:
        """Write down which kinds the contact wants by which channel, (channel, kind) each; of those not named they want none.

        It holds whatever state the link is in, and says nothing about a whole channel.
        """
        rows = [
            {"contact": opened.contact, "channel": c, "kind": kind.name, "allowed": (c, kind.name) in wanted, "source": "preferences",
             "at": self._now()}
            for kind in self._doors.programme.kinds
            for c in BY_KIND
        ]  # fmt: skip
        with self._doors.engine.begin() as connection:
            queue_up(connection, opened.account, opened.contact)
            upsert(connection, preference, rows)

    def choose(self, opened: OpenLink, channels: Collection[str], allowed: bool) -> None:
        """Write the contact's will down; saying it again changes nothing. It holds whatever state the link is in."""
        rows = [
            {"contact": opened.contact, "channel": c, "allowed": allowed, "source": "unsubscribe", "at": self._now()}
            for c in CHANNELS
            if c in channels
        ]
        with self._doors.engine.begin() as connection:
            queue_up(connection, opened.account, opened.contact)
            upsert(connection, consent, rows)

    def ask(self, opened: OpenLink, words: str, sender: Sender) -> None:
        """The viewer wants a person: an event for the score, and a task for whoever looks after the account."""
        self._told(opened, "human", sender)
        if opened.touch is None:
            return
        now = self._now()
        with self._doors.engine.begin() as connection:
            run = connection.execute(select(touch.c.run).where(touch.c.id == opened.touch)).scalar_one()
            owner = connection.execute(select(account.c.csm).where(account.c.id == opened.account)).scalar_one_or_none()
            step = f"human:{opened.id}"[:80]
            who = f"A colleague of {opened.passed_on_by}" if opened.passed_on_by else opened.contact
            row: dict[str, Any] = {
                "id": fingerprint("task", run, step), "run": run, "step": step, "account": opened.account,
                "owner": owner or "pooled", "title": f"{who} asked to talk: {words}" if words else
                f"{who} asked to talk", "due": add_business_days(now.date(), 1, None), "state": "open", "at": now,
            }  # fmt: skip
            insert_new(connection, task, [row])

    def pass_on(self, opened: OpenLink, key: str) -> PassedOn:
        """A link for a colleague. Raises as `passing.pass_on`."""
        return pass_on(self._doors, opened.id, key, self._now())

    def passed_on(self, opened: OpenLink) -> Sequence[PassedOn]:
        """The links made from this one, newest first."""
        return passed_on(self._doors, opened.id, self._now())

    def take_back(self, opened: OpenLink, name: str) -> None:
        """End one of them. Raises NotFound where it was not made from this one."""
        take_back(self._doors, opened.id, name, self._now())

    def click(self, opened: OpenLink, sender: Sender) -> str:
        """Where the film's button leads, written down as a click first."""
        url = self.film(opened).page.button_url
        self._told(opened, "click", sender)
        return url

    def _told(self, opened: OpenLink, kind: str, sender: Sender) -> None:
        """An event told by the server itself, in a view of the link's own: mails have no player."""
        now = self._now()
        name = f"{kind}.{opened.id}"
        said = {"id": fingerprint(name, now)[:32], "view": name[:80], "type": kind, "at": now.isoformat()}
        self.intake.store(opened.id, Batch([said], None), sender)

    def _folder(self, opened: OpenLink) -> Path:
        return self._doors.workspace.media / "videos" / opened.video


def _inside(path: Path, folder: Path) -> str:
    """The name of a file inside the film's folder, empty where it lies elsewhere or may not be fetched."""
    if path.suffix not in MEDIA_TYPES or not path.is_relative_to(folder):
        return ""
    return path.relative_to(folder).as_posix()
