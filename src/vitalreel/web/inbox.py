"""The inbox in the company's own product, and the portal with all of a person's films: pages to put into a frame (R4 C2)."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import come_in, enter_film, items
from vitalreel.video.kit import Kit
from vitalreel.web.viewer import CLOSED, PAGES, headers_for


def inbox_router(doors: Doors, kit: Kit, now: Now, embed_hosts: Collection[str] = ()) -> APIRouter:
    """Routes /in (what is new for a person) and /portal (all they were sent). kit: the brand they wear; embed_hosts: origins that
    may frame them."""
    headers = headers_for(embed_hosts)

    def shown(token: str, whole: bool) -> Response:
        who = come_in(doors, token, now())
        if who is None:
            status, title, text = CLOSED["unknown"]
            html = PAGES.get_template("closed.html").render(kit=kit, title=title, text=text)
            return HTMLResponse(html, status, headers)
        found = items(doors, who, now(), whole)
        html = PAGES.get_template("inbox.html").render(kit=kit, who=who, items=found, whole=whole, token=token)
        return HTMLResponse(html, 200, headers)

    def inbox(token: str) -> Response:
        """What lies in a person's inbox; looking at it counts as no view."""
        return shown(token, False)

    def portal(token: str) -> Response:
        """Every film a person was sent, to revisit."""
        return shown(token, True)

    def film(token: str, video: str) -> Response:
        """A colleague's film, by a link of one's own."""
        who = come_in(doors, token, now())
        if who is None:
            return shown(token, True)
        return RedirectResponse(f"/v/{enter_film(doors, who, video, now())}", 303, headers)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/portal/{token}/{video}", film, methods=["GET"])
    router.add_api_route("/in/{token}", inbox, methods=["GET"])
    router.add_api_route("/portal/{token}", portal, methods=["GET"])
    return router
