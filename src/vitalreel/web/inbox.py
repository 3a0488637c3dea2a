"""The inbox in the company's own product, and the portal with all of a person's films: pages to put into a frame (R4 C2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from vitalreel.errors import NotFound
from vitalreel.identity import ContactId
from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.hosted import token_for
from vitalreel.steps.inbox import Item, come_in, enter_film, items
from vitalreel.video.kit import Kit
from vitalreel.web.viewer import CLOSED, PAGES, headers_for


def inbox_router(doors: Doors, kit: Kit, now: Now, embed_hosts: Collection[str] = ()) -> APIRouter:
    """Routes /in (what is new for a person), /portal (all they were sent) and /asset (a video hosted elsewhere).

    kit: the brand the pages wear; embed_hosts: origins that may frame them.
    """
    headers = headers_for(embed_hosts) | {"Vary": "Accept"}

    def shown(request: Request, token: str, whole: bool) -> Response:
        who = come_in(doors, token, now())
        if who is None:
            status, title, text = CLOSED["unknown"]
            if _wants_json(request):
                return _problem(status, title, text, headers)
            html = PAGES.get_template("closed.html").render(kit=kit, title=title, text=text)
            return HTMLResponse(html, status, headers)
        found = items(doors, who, now(), whole)
        if _wants_json(request):
            return JSONResponse({"items": [item_document(item, token) for item in found]}, 200, headers)
        html = PAGES.get_template("inbox.html").render(kit=kit, who=who, items=found, whole=whole, token=token)
        return HTMLResponse(html, 200, headers)

    def inbox(request: Request, token: str) -> Response:
        """What lies in a person's inbox; looking at it counts as no view. A page, or JSON for who takes that."""
        return shown(request, token, False)

    def portal(request: Request, token: str) -> Response:
        """Every film a person was sent, to revisit."""
        return shown(request, token, True)

    def film(request: Request, token: str, video: str) -> Response:
        """A colleague's film, by a link of one's own: its page, or what a player needs for who takes JSON."""
        who = come_in(doors, token, now())
        if who is None:
            return shown(request, token, True)
        kind = "film" if _wants_json(request) else "v"
        return RedirectResponse(f"/{kind}/{enter_film(doors, who, video, now())}", 303, headers)

    def asset(token: str, name: str) -> Response:
        """A video hosted elsewhere, by a link of this person's own: what a player needs (`/film`)."""
        who = come_in(doors, token, now())
        try:
            own = token_for(doors, name, ContactId(who.contact), now()) if who else None
        except NotFound:
            own = None
        if own is None:
            status, title, text = CLOSED["unknown"]
            return _problem(status, title, text, headers)
        return RedirectResponse(f"/film/{own}", 303, headers)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/asset/{token}/{name}", asset, methods=["GET"])
    router.add_api_route("/portal/{token}/{video}", film, methods=["GET"])
    router.add_api_route("/in/{token}", inbox, methods=["GET"])
    router.add_api_route("/portal/{token}", portal, methods=["GET"])
    return router


def item_document(item: Item, entrance: str) -> dict[str, Any]:
    """A film of the inbox, JSON-ready; addresses are paths of this server. entrance: the token of the person's way in."""
    by_portal = f"/portal/{entrance}/{item.video}"  # they have no link to it yet: it is made when they open it
    return {
        "video": item.video, "title": item.title, "length_s": item.length_s, "as_of": item.as_of.isoformat(),
        "at": item.at.isoformat(), "shown": item.shown, "seen": item.seen, "promised": item.promised,
        "film": f"/film/{item.token}" if item.token else by_portal,
        "page": f"/v/{item.token}" if item.token else by_portal,
        "poster": f"/media/{item.token}/{item.poster}" if item.token and item.poster else None,
    }  # fmt: skip


def _problem(status: int, title: str, detail: str, headers: Mapping[str, str]) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
