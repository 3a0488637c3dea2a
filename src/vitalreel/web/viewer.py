"""The viewer's side of the web: the page of a film, its files, its events, the button, the person, and the way out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect

from vitalreel.delivery.email import clock, spoken_length
from vitalreel.errors import NotFound, Unavailable
from vitalreel.steps.on_request import Making
from vitalreel.steps.viewing import MEDIA_TYPES, Choice, OpenLink, Shown
from vitalreel.store.parts import Stored
from vitalreel.tracking.intake import Sender
from vitalreel.video.kit import Kit
from vitalreel.web.beacon import PER_LINK
from vitalreel.web.limits import Limit
from vitalreel.web.ranges import served

MAX_BODY_BYTES = 64 * 1024  # a form; more is none of ours
MAX_WORDS = 2_000  # characters a viewer may write to a person
RETRY_AFTER_S = 5
LOOK_AGAIN_S = 1


class ViewerDoors(Protocol):
    """All that these pages ask of the rest; `steps.viewing.Viewing` is the make over a workspace."""

    def find(self, token: str) -> OpenLink | None: ...
    def film(self, opened: OpenLink) -> Shown: ...
    def making(self, opened: OpenLink) -> Making: ...
    def want(self, opened: OpenLink) -> None: ...
    def media(self, opened: OpenLink, name: str) -> Stored | None: ...
    def choices(self, opened: OpenLink) -> Mapping[str, bool]: ...
    def kinds(self, opened: OpenLink) -> Sequence[Choice]: ...
    def prefer(self, opened: OpenLink, wanted: Collection[tuple[str, str]]) -> None: ...
    def choose(self, opened: OpenLink, channels: Collection[str], allowed: bool) -> None: ...
    def ask(self, opened: OpenLink, words: str, sender: Sender) -> None: ...
    def click(self, opened: OpenLink, sender: Sender) -> str: ...
    def is_staff(self, address: str, cookies: Mapping[str, str]) -> bool: ...


PAGES = Environment(
    loader=PackageLoader("vitalreel.web", "templates/viewer"), autoescape=True, undefined=StrictUndefined
)
PAGES.filters |= {"clock": clock, "spoken": spoken_length}

CLOSED: Mapping[str, tuple[int, str, str]] = {
    "unknown": (404, "This link opens nothing", "Part of it may be missing. Open it again from the mail it came in."),
    "expired": (410, "This link has expired", "Personal links end after a while. Whoever sent it can send a new one."),
    "revoked": (410, "This link was withdrawn", "Whoever sent it can send a new one."),
    "recalled": (410, "This video was taken back", "It is being corrected. A new one follows."),
    "gone": (404, "This video is not here any more", "Whoever sent it can send a new one."),
    "colleague": (403, "This link was passed on to you", "Ask whoever sent it for another one."),
    "enough": (409, "Enough links stand", "Take back some that are not needed, then make another."),
    "busy": (503, "A moment", "Many people are here at once. Try again in a few seconds."),
}

_HEADERS = {
    # Inline styles are allowed because media-chrome styles its shadow roots with them; they can load from here only.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors {ancestors}"
    ),
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cache-Control": "private, no-store",
}


def headers_for(embed_hosts: Collection[str]) -> dict[str, str]:
    """Headers of every page for customers' people. embed_hosts: origins that may frame it."""
    ancestors = " ".join(sorted(embed_hosts)) or "'none'"
    return {name: value.format(ancestors=ancestors) for name, value in _HEADERS.items()}


def viewer_router(
    doors: ViewerDoors, kit: Kit, embed_hosts: Collection[str] = (), clock: Callable[[], float] = time.monotonic
) -> APIRouter:
    """Routes /v /media /u /h /go; events arrive at `web.beacon`. kit: the brand the pages wear; embed_hosts: origins that may
    frame them; clock: monotonic seconds, by which callers are slowed down.

    The application mounts web/static at /static.
    """
    viewer = _Viewer(doors, kit, embed_hosts, clock)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/v/{token}", viewer.watch, methods=["GET"])
    router.add_api_route("/v/{token}", viewer.want, methods=["POST"])
    router.add_api_route("/media/{token}/{name:path}", viewer.media, methods=["GET", "HEAD"])
    router.add_api_route("/u/{token}", viewer.choices, methods=["GET"])
    router.add_api_route("/u/{token}", viewer.choose, methods=["POST"])
    router.add_api_route("/h/{token}", viewer.ask, methods=["POST"])
    router.add_api_route("/go/{token}", viewer.go, methods=["GET"])
    return router


class _Viewer:
    """The routes, over their doors."""

    def __init__(self, doors: ViewerDoors, kit: Kit, embed_hosts: Collection[str], clock: Callable[[], float]) -> None:
        self._doors, self._kit = doors, kit
        self._headers = headers_for(embed_hosts)
        self._per_link = Limit(*PER_LINK, clock=clock)

    def watch(self, request: Request, token: str) -> Response:
        """The film's page."""
        opened = self._doors.find(token)
        if opened is None or opened.state != "open":
            return self._closed(opened.state if opened else "unknown")
        try:
            shown = self._doors.film(opened)
        except NotFound:
            return self._closed("gone")
        untracked = "untracked" in request.query_params or not self._doors.choices(opened)["tracking"]
        if opened.promised:
            return self._promised(token, opened, shown, untracked)
        play = "play" in request.query_params
        return self._page(
            "watch.html", token=token, shown=shown, page=shown.page, untracked=untracked, play=play,
            colleague=bool(opened.passed_on_by),
        )  # fmt: skip

    def _promised(self, token: str, opened: OpenLink, shown: Shown, untracked: bool) -> Response:
        """A film that is not made yet. Opening its page makes nothing: mail scanners open links."""
        making = self._doors.making(opened)
        response = self._page(
            "promised.html", token=token, shown=shown, page=shown.page, untracked=untracked, making=making
        )
        if making.state == "making":
            response.headers["Refresh"] = f"{LOOK_AGAIN_S}; url=/v/{token}?play{'&untracked' if untracked else ''}"
        return response

    async def want(self, request: Request, token: str) -> Response:
        """The viewer presses play on a film that is made when it is asked for."""
        opened = await run_in_threadpool(self._doors.find, token)
        if opened is None or opened.state != "open":
            return self._closed(opened.state if opened else "unknown")
        if self._per_link.wait_s(token):
            return self._closed("busy")
        await run_in_threadpool(self._doors.want, opened)
        untracked = "&untracked" if "untracked" in request.query_params else ""
        return RedirectResponse(f"/v/{token}?play{untracked}", 303, self._headers)

    def media(self, request: Request, token: str, name: str) -> Response:
        """One file of the link's own film, in ranges where the browser asks for them."""
        opened = self._doors.find(token)
        file = self._doors.media(opened, name) if opened and opened.state == "open" else None
        if file is None:
            return Response(status_code=404, headers={"X-Robots-Tag": "noindex"})
        headers = {
            "Cache-Control": "private, max-age=3600",
            "X-Robots-Tag": "noindex",
            "X-Content-Type-Options": "nosniff",
        }
        return served(request, file, MEDIA_TYPES[Path(name).suffix], headers)

    def choices(self, token: str) -> Response:
        """What the contact gets, and the way to change it; opening the page changes nothing (scanners open links)."""
        opened = self._doors.find(token)
        if (
            opened is None or opened.passed_on_by
        ):  # whoever it was passed on to is nobody we know: there is nothing to choose
            return self._closed("unknown")
        return self._chosen(token, opened, "")

    async def choose(self, request: Request, token: str) -> Response:
        """One-click unsubscribe by a mail client (RFC 8058), or a choice made on the page."""
        form = await form_of(request)
        opened = await run_in_threadpool(self._doors.find, token)
        if opened is None or opened.passed_on_by:
            return self._closed("unknown")
        if form.get("what") == "kinds" and form.get("List-Unsubscribe") is None:
            wanted = {(channel, kind) for channel, _, kind in (name.partition(".") for name in form) if kind}
            await run_in_threadpool(self._doors.prefer, opened, wanted)
            return await run_in_threadpool(self._chosen, token, opened, "kinds")
        channel, allowed = form.get("channel", "email"), form.get("allowed") == "yes"
        if form.get("List-Unsubscribe") == "One-Click":
            channel, allowed = "email", False
        await run_in_threadpool(self._doors.choose, opened, {channel}, allowed)
        return await run_in_threadpool(self._chosen, token, opened, channel)

    def _chosen(self, token: str, opened: OpenLink, done: str) -> Response:
        choices, kinds = self._doors.choices(opened), self._doors.kinds(opened)
        return self._page("choices.html", token=token, choices=choices, kinds=kinds, done=done)

    async def ask(self, request: Request, token: str) -> Response:
        """The viewer wants to talk to a person."""
        form = await form_of(request)
        opened = await run_in_threadpool(self._doors.find, token)
        if opened is None or opened.state in ("revoked", "expired"):
            return self._closed(opened.state if opened else "unknown")
        if self._per_link.wait_s(token):
            return self._closed("busy")
        words = " ".join(form.get("words", "").split())[:MAX_WORDS]
        await run_in_threadpool(self._doors.ask, opened, words, self._sender(request))
        shown = await run_in_threadpool(self._doors.film, opened)
        return self._page("asked.html", token=token, page=shown.page)

    def go(self, request: Request, token: str) -> Response:
        """Where the film's button leads, written down as a click."""
        opened = self._doors.find(token)
        if opened is None or opened.state != "open":
            return self._closed(opened.state if opened else "unknown")
        try:
            return RedirectResponse(self._doors.click(opened, self._sender(request)), 303, self._headers)
        except NotFound:
            return self._closed("gone")
        except Unavailable:
            return self._closed("busy")

    def _sender(self, request: Request) -> Sender:
        declined = "untracked" in request.query_params
        staff = self._doors.is_staff(_address(request), request.cookies)
        return Sender(request.headers.get("user-agent", ""), staff=staff, declined=declined)

    def _closed(self, why: str) -> Response:
        status, title, text = CLOSED[why]
        return self._page("closed.html", status, title=title, text=text)

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        html = PAGES.get_template(template).render(kit=self._kit, **values)
        headers = self._headers | ({"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {})
        return HTMLResponse(html, status, headers)


async def _body(request: Request) -> bytes | None:
    """The request's body, None as soon as it grows beyond the limit."""
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY_BYTES:
                return None
    except ClientDisconnect:
        return None
    return body


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of a form, urlencoded or multipart (RFC 8058 allows a mail client both); empty where unreadable."""
    body = await _body(request) or b""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20)) if body.count(b"&") < 20 else {}
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    parts = message_from_bytes(head + body, policy=policy.HTTP).iter_parts()
    named = [(part.get_param("name", header="content-disposition"), part) for part in parts]
    return {str(name): str(part.get_content()).strip() for name, part in named if name and not part.is_multipart()}


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
