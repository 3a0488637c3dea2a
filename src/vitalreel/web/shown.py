"""The page a customer is shown by a link: how things stand, as a CSM decided it, for as long as that decision stands (H12)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from vitalreel.errors import NotFound
from vitalreel.papers.page import page
from vitalreel.ports import Now
from vitalreel.settings import Settings
from vitalreel.steps.doors import Doors
from vitalreel.steps.screens.overview import published
from vitalreel.steps.shared import Shared, as_decided, shown_by
from vitalreel.video.kit import Kit
from vitalreel.web.limits import Limit
from vitalreel.web.papers import headers
from vitalreel.web.viewer import PAGES, headers_for
from vitalreel.wiring import read_faces

PER_LINK = (0.5, 10.0)  # visits a second, at once
KEPT = 50  # pages at hand
WHY = {
    "unknown": (404, "This link opens nothing", "Part of it may be missing. Open it again from the mail it came in."),
    "expired": (410, "This link has expired", "Whoever sent it can send a new one."),
    "revoked": (410, "This page was withdrawn", "Whoever sent it can send a new one."),
    "recalled": (
        410,
        "This page is being looked over",
        "What it says has changed. Whoever sent it can send a new one.",
    ),
    "busy": (503, "A moment", "Many people are here at once. Try again in a few seconds."),
}


def shown_router(
    doors: Doors, kit: Kit, now: Now, settings: Settings, clock: Callable[[], float] = time.monotonic
) -> APIRouter:
    """Route /q/TOKEN. clock: monotonic seconds, by which callers are slowed down."""
    shown = _Shown(doors, kit, now, settings, clock)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/q/{token}", shown.page, methods=["GET"])
    return router


class _Shown:
    def __init__(self, doors: Doors, kit: Kit, now: Now, settings: Settings, clock: Callable[[], float]) -> None:
        self._doors, self._kit, self._now, self._settings = doors, kit, now, settings
        self._per_link = Limit(*PER_LINK, clock=clock)
        self._made: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self._turn = Lock()

    def page(self, token: str) -> Response:
        """The document decided on. Whether it still stands is asked every time; only its text is kept at hand."""
        found = shown_by(self._doors, token, self._now())
        if found is None:
            return self._closed("unknown")
        worth = found.state(self._now())
        if worth != "open":
            return self._closed(worth)
        if self._per_link.wait_s(found.id):
            return self._closed("busy")
        text = self._text(found)
        return (
            self._closed("recalled")
            if text is None
            else HTMLResponse(text, 200, headers("html", "how-things-stand.html"))
        )

    def _text(self, found: Shared) -> str | None:
        key = (found.id, *published(self._doors))
        with self._turn:
            if key in self._made:
                return self._made[key]
        try:
            document = as_decided(self._doors, found)
        except NotFound:  # the account is gone
            document = None
        if document is None:
            return None
        text = page(document, self._kit, read_faces(self._settings.assets), found.opened)
        with self._turn:
            self._made[key] = text
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return text

    def _closed(self, why: str) -> Response:
        status, title, text = WHY[why]
        html = PAGES.get_template("closed.html").render(kit=self._kit, title=title, text=text)
        return HTMLResponse(html, status, headers_for(()) | ({"Retry-After": "5"} if status == 503 else {}))
