"""A film for a player on any page: `GET /film/TOKEN` answers what it needs, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from vitalreel.errors import NotFound
from vitalreel.steps.viewing import OpenLink, Shown
from vitalreel.tracking.hosted import Hosted
from vitalreel.web.viewer import CLOSED, ViewerDoors

_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
}


class EmbedDoors(ViewerDoors, Protocol):
    """All that this route asks of the rest; `steps.viewing.Viewing` is the make over a workspace."""

    def asset(self, opened: OpenLink) -> Hosted | None: ...


def embed_router(doors: EmbedDoors) -> APIRouter:
    """The route /film. Addresses in its answers are paths of this server; a player takes them from where it asked."""

    def film(request: Request, token: str) -> Response:
        """The film of a link; why there is none, as problem+json (RFC 9457) in words for the viewer."""
        opened = doors.find(token)
        if opened is None or opened.state != "open":
            return _closed(opened.state if opened else "unknown")
        if opened.promised:
            return _promised(token)
        measured = "untracked" not in request.query_params and doors.choices(opened)["tracking"]
        if (asset := doors.asset(opened)) is not None:
            return JSONResponse(asset_document(token, opened, asset, measured), 200, _HEADERS)
        try:
            shown = doors.film(opened)
        except NotFound:
            return _closed("gone")
        return JSONResponse(film_document(token, opened, shown, measured), 200, _HEADERS)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/film/{token}", film, methods=["GET"])
    return router


def film_document(token: str, opened: OpenLink, shown: Shown, measured: bool) -> dict[str, Any]:
    """What a player needs of a film, JSON-ready. measured: whether this viewer's watching may be; `events` is None where not."""
    page, query = shown.page, "" if measured else "?untracked"
    names = {"hls": shown.hls, "mp4": shown.mp4, "captions": shown.captions, "poster": shown.poster}
    button = {"text": page.button_text, "href": f"/go/{token}{query}"} if page.button_text else None
    return {
        "id": opened.video, "title": page.title, "language": page.language, "length_s": page.length_s,
        "as_of": page.as_of.isoformat(), "account": page.account_name, "contact": page.contact_name,
        "files": {kind: f"/media/{token}/{name}" if name else None for kind, name in names.items()},
        "chapters": [asdict(line) for line in page.chapters],
        "transcript": [asdict(line) for line in page.transcript],
        "disclosure": page.disclosure, "button": button,
        "human": {"name": page.human_name, "role": page.human_role, "email": page.human_email, "href": f"/h/{token}{query}"},
        "events": f"/e/{token}" if measured else None,
        "share": None if opened.passed_on_by else f"/s/{token}",
    }  # fmt: skip


def asset_document(token: str, opened: OpenLink, asset: Hosted, measured: bool) -> dict[str, Any]:
    """The same of a video hosted elsewhere: it has a file or a playlist where its address is one, else its page."""
    files = {"hls": asset.url if asset.is_list else None, "mp4": asset.url if asset.is_file else None}
    return {
        "id": opened.video, "title": asset.title, "language": "", "length_s": asset.length_s,
        "files": {**files, "captions": None, "poster": None}, "chapters": [], "transcript": [], "disclosure": "",
        "button": None, "human": None, "events": f"/e/{token}" if measured else None, "share": None, "page": asset.url,
    }  # fmt: skip


def _closed(why: str) -> Response:
    status, title, detail = CLOSED[why]
    return _problem(status, title, detail)


def _promised(token: str) -> Response:
    """A film that is made when its viewer asks: asking for it is done on its page."""
    return _problem(
        409, "This video is made when you ask for it", "Its page makes it from today’s figures.", page=f"/v/{token}"
    )


def _problem(status: int, title: str, detail: str, **more: str) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, _HEADERS, media_type="application/problem+json")
