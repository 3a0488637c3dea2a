"""Every mail of a run, read as its receiver's mail program and mail server read it (issue 5, line 8)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.services import mail as mail_service
from tests.services.dkim import SELECTOR, private_key, verifies
from tests.services.mail import MailServer, Received
from tests.trip.conftest import NOW, Company, settings
from tests.trip.copied import copies
from vitalreel.delivery.link import verify
from vitalreel.settings import Dkim
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_post

BASE = "https://videos.larkspur.example"
LIMIT_BYTES = 90_000
LONG = "Żółć & Söhne <Internationale Beteiligungsgesellschaft für Feinmechanik>"
DIFFER = (
    {"account": {"name": LONG}, "contact": {"name": "Øyvind “Øy” Ngô, PhD"}},
    {"account": {"name": "株式会社山田製作所", "csm": None}, "contact": {"name": "山田 太郎"}},
    {"video": {"state": "on_request"}},
    {"account": {"csm": None}, "video": {"state": "on_request", "length_s": 384.0}},
)
"""Names that are not plain, accounts without a CSM, films that are promised: each mail the run can write."""


@dataclass(frozen=True)
class Run:
    """A run that is over: what the mail server took, and the workspace as it stands."""

    doors: Doors
    post: Post
    server: MailServer
    mails: tuple[Received, ...]


@pytest.fixture(scope="module")
def run(sent_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    company = Company(Path(shutil.copytree(sent_once, tmp_path_factory.mktemp("mails") / "company")))
    doors = company.doors
    copies(doors, len(DIFFER), DIFFER)
    with mail_service.server() as server:
        deployed = replace(settings(f"smtp://{server.host}:{server.port}", BASE), dkim=Dkim(SELECTOR, private_key()))
        post = open_post(doors, NOW, deployed)
        sent = deliver(doors, post, NOW).sent
        assert 1 + len(DIFFER) == len(sent) == len(server.received)
        yield Run(doors, post, server, tuple(server.received))


class _Page(HTMLParser):
    """The addresses and pictures of a mail's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a":
            self.links.append(said.get("href") or "")
        elif tag == "img":
            self.pictures.append(said)
        elif tag in ("link", "script", "iframe", "object", "embed", "video", "audio", "source", "form"):
            self.loads.append(tag)
        self.loads += re.findall(r"url\(([^)]*)\)", said.get("style") or "")
        self.loads += [said[name] or "" for name in ("background", "srcset", "poster") if name in said]


def page(mail: Received) -> _Page:
    return _Page(mail.message.get_body(("html",)).get_content())


def plain(mail: Received) -> str:
    return mail.message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_every_mail_is_under_90_kb_and_parses(run: Run):
    """R4: no client cuts it off: HTML within the budget, and the whole mail with its poster; nothing in it is malformed."""
    for mail in run.mails:
        parts = list(mail.message.walk())

        assert len(mail.content) < LIMIT_BYTES
        assert [] == [
            d for part in parts for d in (*part.defects, *(x for h in part.values() for x in getattr(h, "defects", ())))
        ]
        assert ["text/plain", "text/html", "image/jpeg"] == [
            p.get_content_type() for p in parts if not p.is_multipart()
        ]
        assert all(len(line) <= 998 for line in mail.content.splitlines())


def test_every_mail_s_signature_verifies_and_holds_the_one_click_headers(run: Run):
    """R4 R8: DKIM by the From's own domain; RFC 8058 wants both unsubscribe headers under it. One changed byte breaks it."""
    for mail in run.mails:
        domain = mail.message["From"].addresses[0].domain
        signed = re.sub(r"\s", "", str(mail.message["DKIM-Signature"])).lower().split(";h=")[1].split(";")[0].split(":")
        forged = mail.content.replace(b"One-Click", b"One-Clock", 1)

        assert verifies(mail.content, domain)
        assert not verifies(forged, domain)
        assert not verifies(mail.content, "elsewhere.example")
        assert {"from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"} <= set(
            signed
        )


def test_every_link_is_signed_and_the_company_s_own(run: Run):
    """R7: each address is on the company's host and carries a token whose signature is right; the plain part has the same."""
    keys = (secret_key(run.doors.engine, "links", NOW),)
    for mail in run.mails:
        links = page(mail).links
        written = re.findall(r"https?://\S+", plain(mail))

        assert len(links) >= 4
        assert set(links) == set(written)
        for link in links:
            parts = urlsplit(link)
            assert BASE == f"{parts.scheme}://{parts.netloc}"
            assert verify(parts.path.split("/")[2], keys) is not None, link
            assert parts.path.split("/")[1] in ("v", "go", "u")


def test_no_mail_tells_that_it_was_opened_and_every_picture_says_what_it_is(run: Run):
    """R4: every picture is inside the mail, none is one pixel, nothing else is loaded; alt text names what is behind it."""
    for mail in run.mails:
        read = page(mail)
        inside = {
            str(p["Content-ID"]).strip("<>"): len(p.get_content()) for p in mail.message.walk() if p["Content-ID"]
        }

        assert [] == read.loads
        assert not re.search(r"@import|url\(", mail.message.get_body(("html",)).get_content())
        assert [1] == [len(read.pictures)]
        for picture in read.pictures:
            source, alt = picture["src"] or "", picture.get("alt") or ""
            assert inside[source.removeprefix("cid:")] > 2_000
            assert int(picture.get("width") or 0) > 100
            assert alt.startswith("Play the video") and len(alt) > 30


def test_every_plain_part_can_be_read_by_itself(run: Run):
    """R4: whole sentences in lines a screen holds, no markup, no entities, and the same ways on as the HTML."""
    for mail in run.mails:
        text = plain(mail)

        assert re.search(r"^Hello .+,$", text, re.M)
        assert not re.search(r"<(?!Int)[a-z/]|&[a-z]+;|&#\d|\{\{|None\b", text)
        assert all(
            words in text
            for words in ("Play the video", "Watch without tracking:", "Unsubscribe", "You get this because")
        )
        assert mail.message["To"].addresses[0].display_name != ""
        assert {c for c in text if not c.isprintable()} <= {"\n"}


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_one_click_takes_effect_before_the_next_send(run: Run, kind: str):
    """R8: what RFC 8058 makes a mail program post, without cookies; who did gets nothing more, whoever did not still does."""
    doors = run.doors
    leaver, stayer = (run.mails[0], run.mails[3]) if kind == "urlencoded" else (run.mails[1], run.mails[4])
    address = re.fullmatch(r"<(.+)>", str(leaver.message["List-Unsubscribe"]))
    assert address is not None
    assert "List-Unsubscribe=One-Click" == str(leaver.message["List-Unsubscribe-Post"])
    body = {"List-Unsubscribe": "One-Click"}
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, BASE), follow_redirects=False) as web:
        sent = {"data": body} if kind == "urlencoded" else {"files": {k: (None, v) for k, v in body.items()}}
        answer = web.post(urlsplit(address[1]).path, **sent)
    later, before = NOW + timedelta(days=50), len(run.server.received)
    people = {m.message["To"].addresses[0].addr_spec for m in (leaver, stayer)}
    with doors.engine.begin() as c:
        touches = select(t.outbox.c.touch).where(t.outbox.c.to.in_(people))
        again = [dict(r) for r in c.execute(select(t.touch).where(t.touch.c.id.in_(touches))).mappings()]
        for touch in again:
            window = {"window_from": later - timedelta(days=1), "window_to": later + timedelta(days=2)}
            c.execute(
                t.touch.insert().values(
                    {**touch, **window, "id": f"again{touch['id']}"[:40], "step": "again", "state": "approved"}
                )
            )
    gone = deliver(doors, run.post, later)
    got = [m.message["To"].addresses[0].addr_spec for m in run.server.received[before:]]

    assert (200, 2) == (answer.status_code, len(again))
    assert [stayer.message["To"].addresses[0].addr_spec] == got
    assert ["unsubscribed"] == [h.reason for h in gone.withheld]
