"""What pages of other origins may ask for: the player, films and inboxes by their links, and where events go (CORS, Fetch Standard, 3.2).

A browser keeps the rest to itself: the console, the viewers' pages, the API. No cookie is asked for or taken, since a link's token
says whose it is; `Access-Control-Allow-Credentials` is therefore never sent.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = (
    "/static/player.js",
    "/static/events.js",
    "/film/",
    "/media/",
    "/e/",
    "/h/",
    "/s/",
    "/in/",
    "/portal/",
    "/asset/",
)
"""The paths a player on another page asks for, by their beginnings."""
PREFLIGHT_S = 7200
"""How long a browser may remember what it was allowed; none keeps it longer."""
_METHODS = b"GET, HEAD, POST"
_SENT = b"Content-Type, Range"
_TOLD = b"Retry-After, Accept-Ranges, Content-Range, Content-Length"


class Origins:
    """An ASGI application before another one: pages of the origins named may read what OPEN names, others nothing."""

    def __init__(self, allowed: Collection[str], behind: ASGIApp) -> None:
        """allowed: origins as browsers write them, `https://app.example.com`."""
        self._allowed = frozenset(origin.encode("latin-1") for origin in allowed)
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(OPEN):
            await self._behind(scope, receive, send)
            return
        asked = dict(scope["headers"])
        origin = asked.get(b"origin", b"")
        told = [(b"vary", b"Origin")]  # for a cache, an answer to one origin is none to another
        if origin in self._allowed:
            told += [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", _TOLD)]
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            await _preflight(send, told)
            return

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        await self._behind(scope, receive, tell)


async def _preflight(send: Send, told: list[tuple[bytes, bytes]]) -> None:
    """What a browser may do from there; an origin that is not named hears of nothing, and its browser then asks for nothing."""
    if len(told) > 1:
        told = [
            *told, (b"access-control-allow-methods", _METHODS), (b"access-control-allow-headers", _SENT),
            (b"access-control-max-age", str(PREFLIGHT_S).encode()),
        ]  # fmt: skip
    await send({"type": "http.response.start", "status": 204, "headers": told})
    await send({"type": "http.response.body", "body": b""})
