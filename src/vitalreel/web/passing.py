"""A film passed on to colleagues: `/s/TOKEN` makes a link for one, lists them, and takes one back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from vitalreel.errors import NotFound, Refused
from vitalreel.steps.passing import PassedOn
from vitalreel.steps.viewing import OpenLink
from vitalreel.video.kit import Kit
from vitalreel.web.limits import Limit
from vitalreel.web.viewer import CLOSED, PAGES, form_of, headers_for

A_LINK = (0.2, 10)
"""Presses a second from one link, at once."""
LONGEST_KEY = 80


class PassingDoors(Protocol):
    """All that these pages ask of the rest; `steps.viewing.Viewing` is the make over a workspace."""

    def find(self, token: str) -> OpenLink | None: ...
    def pass_on(self, opened: OpenLink, key: str) -> PassedOn: ...
    def passed_on(self, opened: OpenLink) -> Sequence[PassedOn]: ...
    def take_back(self, opened: OpenLink, name: str) -> None: ...


def passing_router(
    doors: PassingDoors, kit: Kit, embed_hosts: Collection[str] = (), clock: Callable[[], float] = time.monotonic
) -> APIRouter:
    """Routes /s. kit: the brand the page wears; embed_hosts: origins that may frame it; clock: monotonic seconds."""
    passing = _Passing(doors, kit, embed_hosts, clock)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/s/{token}", passing.listed, methods=["GET"])
    router.add_api_route("/s/{token}", passing.made, methods=["POST"])
    return router


class _Passing:
    """The routes, over their doors."""

    def __init__(self, doors: PassingDoors, kit: Kit, embed_hosts: Collection[str], clock: Callable[[], float]) -> None:
        self._doors, self._kit, self._headers = doors, kit, headers_for(embed_hosts)
        self._per_link = Limit(*A_LINK, clock=clock)

    def listed(self, token: str) -> Response:
        """The links a contact made; opening the page makes none (scanners open links)."""
        opened = self._doors.find(token)
        if opened is None or opened.state != "open" or opened.passed_on_by:
            return self._closed(_why(opened))
        return self._shown(token, opened)

    async def made(self, request: Request, token: str) -> Response:
        """`key`: a link for a colleague, the same for the same key; `take_back`: the id of one that is to end.

        Who takes JSON is told the link, `{"href": "/v/..."}`, or why there is none; else the page shows it.
        """
        form = await form_of(request)
        opened = await run_in_threadpool(self._doors.find, token)
        as_json = "application/json" in request.headers.get("accept", "")
        why = _why(opened) if opened is None or opened.state != "open" or opened.passed_on_by else ""
        if not why and self._per_link.wait_s(token):
            why = "busy"
        if why or opened is None:
            return self._closed(why, as_json)
        try:
            if form.get("take_back"):
                await run_in_threadpool(self._doors.take_back, opened, form["take_back"])
                return RedirectResponse(f"/s/{token}", 303, self._headers)
            key = form.get("key", "")[:LONGEST_KEY] or secrets.token_hex(8)
            new = await run_in_threadpool(self._doors.pass_on, opened, key)
        except NotFound:
            return self._closed("unknown", as_json)
        except Refused:
            return self._closed("enough", as_json)
        if as_json:
            return JSONResponse({"href": f"/v/{new.token}", "expires": new.expires.isoformat()}, 201, self._headers)
        return await run_in_threadpool(self._shown, token, opened, new)

    def _shown(self, token: str, opened: OpenLink, new: PassedOn | None = None) -> Response:
        links = [one for one in self._doors.passed_on(opened) if one.state == "open"]
        return self._page("passed_on.html", 200, token=token, links=links, new=new, key=secrets.token_hex(8))

    def _closed(self, why: str, as_json: bool = False) -> Response:
        status, title, text = CLOSED[why]
        if as_json:
            body = {"type": "about:blank", "title": title, "status": status, "detail": text}
            return JSONResponse(body, status, self._headers, media_type="application/problem+json")
        return self._page("closed.html", status, title=title, text=text)

    def _page(self, template: str, status: int, **values: Any) -> Response:
        return HTMLResponse(PAGES.get_template(template).render(kit=self._kit, **values), status, self._headers)


def _why(opened: OpenLink | None) -> str:
    """Why nothing can be passed on by a link; a colleague's opens its film and makes no others."""
    if opened is None:
        return "unknown"
    return opened.state if opened.state != "open" else "colleague"
