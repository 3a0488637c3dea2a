"""A mail as its receiver's mail program and mail server read it: everything that may not be so, each named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from fastapi.testclient import TestClient

from tests.services.dkim import verifies
from tests.services.mail import Received
from vitalreel.delivery.link import verify

LIMIT_BYTES = 90_000
LINE_BYTES = 998  # RFC 5322, 2.1.1
UNDER_THE_SEAL = {"from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"}
LOADING = ("link", "script", "iframe", "object", "embed", "video", "audio", "source", "form", "input", "base")
UNSEEN = ("style", "title", "script")
VOID = ("img", "br", "meta", "link", "input", "hr", "source", "base")
WAYS = ("v", "go", "u")
SAYS = ("Play the video", "Watch without tracking:", "Unsubscribe", "You get this because")


@dataclass(frozen=True)
class Sending:
    """What the receiver's side may know of the sender's: where its links lead, who signed them, whose each one is."""

    base: str
    keys: Sequence[bytes]
    owners: Mapping[str, str]  # link id -> address


class Page(HTMLParser):
    """The addresses, pictures and visible words of a mail's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.loads: list[str] = []
        self.words: list[str] = []
        self._unseen = 0
        self._open: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        style = re.sub(r"\s", "", said.get("style") or "")
        hidden = tag in UNSEEN or "display:none" in style
        if tag not in VOID:
            self._open.append(hidden)
            self._unseen += hidden
        if tag == "a":
            self.links.append(said.get("href") or "")
        elif tag == "img":
            self.pictures.append(said)
        elif tag in LOADING:
            self.loads.append(tag)
        self.loads += re.findall(r"url\(([^)]*)\)", style)
        self.loads += [said[name] or "" for name in ("background", "srcset", "poster") if name in said]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._open:
            self._unseen -= self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words += re.findall(r"\w+", data)


def page(mail: Received) -> Page:
    return Page(mail.message.get_body(("html",)).get_content())


def plain(mail: Received) -> str:
    return mail.message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def recipient(mail: Received) -> str:
    return mail.message["To"].addresses[0].addr_spec


def faults(mail: Received, sending: Sending) -> list[str]:
    """What is wrong with a mail; empty where nothing is (issue 5, line 8)."""
    form = list(_form(mail))
    if any(mail.message.get_body((kind,)) is None for kind in ("plain", "html")):
        return form
    return [*_size(mail), *form, *_seal(mail), *_links(mail, sending), *_pictures(mail), *_plain(mail)]


def _size(mail: Received) -> Iterator[str]:
    html = mail.message.get_body(("html",)).get_content().encode()
    if len(mail.content) >= LIMIT_BYTES or len(html) >= LIMIT_BYTES:
        yield f"too large: {len(mail.content)} bytes, {len(html)} of HTML"


def _form(mail: Received) -> Iterator[str]:
    parts = list(mail.message.walk())
    yield from (f"malformed: {d!r}" for part in parts for d in part.defects)
    yield from (f"malformed: {d!r}" for part in parts for h in part.values() for d in getattr(h, "defects", ()))
    kinds = [p.get_content_type() for p in parts if not p.is_multipart()]
    if kinds != ["text/plain", "text/html", "image/jpeg"]:
        yield f"made of {kinds}"
    if any(len(line) > LINE_BYTES for line in mail.content.splitlines()):
        yield "a line is too long"
    addresses = (*mail.message["From"].addresses, *mail.message["To"].addresses)
    if len(addresses) != 2 or not all(a.display_name for a in addresses):
        yield "is not from one named person to one named person"
    if (recipient(mail),) != mail.recipients:
        yield f"addressed to {recipient(mail)}, handed over for {mail.recipients}"


def _seal(mail: Received) -> Iterator[str]:
    domain = mail.message["From"].addresses[0].domain
    if not verifies(mail.content, domain):
        yield "the signature is not right by the sender's domain"
        return
    tags = dict(
        tag.split("=", 1) for tag in re.sub(r"\s", "", str(mail.message["DKIM-Signature"])).split(";") if "=" in tag
    )
    if missing := UNDER_THE_SEAL - set(tags["h"].lower().split(":")):
        yield f"not under the signature: {', '.join(sorted(missing))}"
    if "l" in tags:
        yield "the signature leaves the end of the body open"  # RFC 6376, 8.2


def _links(mail: Received, sending: Sending) -> Iterator[str]:
    links, written = page(mail).links, re.findall(r"https?://\S+", plain(mail))
    one_click = re.fullmatch(r"<(\S+)>", str(mail.message["List-Unsubscribe"] or ""))
    if one_click is None or str(mail.message["List-Unsubscribe-Post"]) != "List-Unsubscribe=One-Click":
        yield "no one-click unsubscription"
    elif not one_click[1].startswith("https://"):
        yield f"one-click by {one_click[1]}, which is not HTTPS"  # RFC 8058, 3.1
    if len(links) < 4 or set(links) != set(written):
        yield f"the parts have other links: {sorted(set(links) ^ set(written))}"
    for link in {*links, *written, *([one_click[1]] if one_click else [])}:
        yield from _link(link, recipient(mail), sending)


def _link(link: str, to: str, sending: Sending) -> Iterator[str]:
    parts = urlsplit(link)
    if f"{parts.scheme}://{parts.netloc}" != sending.base:
        yield f"leads elsewhere: {link}"
        return
    _, way, token = f"{parts.path}//".split("/")[:3]
    owner = sending.owners.get(verify(token, sending.keys) or "")
    if way not in WAYS or owner is None:
        yield f"not signed: {link}"
    elif owner != to:
        yield f"is {owner}'s link: {link}"


def _pictures(mail: Received) -> Iterator[str]:
    """Nothing may tell that the mail was opened: every picture is inside, nothing else is loaded."""
    read = page(mail)
    inside = {str(p["Content-ID"]).strip("<>"): len(p.get_content()) for p in mail.message.walk() if p["Content-ID"]}
    sheet = re.findall(r"@import|url\(", mail.message.get_body(("html",)).get_content())
    if read.loads or sheet:
        yield f"loads {[*read.loads, *sheet]}"
    if len(read.pictures) != 1:
        yield f"{len(read.pictures)} pictures"
    for picture in read.pictures:
        source, alt = picture.get("src") or "", picture.get("alt") or ""
        if not source.startswith("cid:") or inside.get(source.removeprefix("cid:"), 0) < 2_000:
            yield f"a picture from {source}"
        if not (picture.get("width") or "").isdigit() or int(picture["width"] or 0) < 100:
            yield f"a picture of {picture.get('width')} px"
        if not alt.startswith("Play the video") or len(alt) <= 30:
            yield f"a picture called {alt!r}"


def _plain(mail: Received) -> Iterator[str]:
    """The plain part can be read by itself: it greets, says all the HTML says, without markup, and leads on."""
    text = plain(mail)
    if not re.search(r"^Hello.*,$", text, re.M) or not all(words in text for words in SAYS):
        yield "the plain part lacks a greeting or a way on"
    if markup := re.search(r"</|<(?:a|b|br|div|img|p|span|t[dr])\b|&(?:[a-z]+|#\d+);|\{\{|\bNone\b", text):
        yield f"the plain part has {markup[0]!r}"
    if strange := {c for c in text if not c.isprintable()} - {"\n"}:
        yield f"the plain part has {sorted(strange)!r}"
    if unsaid := sorted(set(page(mail).words) - set(re.findall(r"\w+", text))):
        yield f"only the HTML says {unsaid}"


def one_click(web: TestClient, mail: Received, kind: str = "urlencoded") -> int:
    """What RFC 8058 makes a mail program post, without cookies; answers the status."""
    address = str(mail.message["List-Unsubscribe"]).strip("<>")
    body = {"List-Unsubscribe": "One-Click"}
    sent = {"data": body} if kind == "urlencoded" else {"files": {k: (None, v) for k, v in body.items()}}
    return int(web.post(urlsplit(address).path, **sent).status_code)
