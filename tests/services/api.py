"""A paginated JSON API of the test's own: it knows every way of paging, asks for a key, and can be told to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

KEY = "a-key-of-the-test"
SIZE = 2


@dataclass
class Api:
    """tables: path -> rows, those changed since `updated_after` (by `updated`) where it is asked. troubles: what the next
    answers are, one each: a status, (status, headers), or "cut". asked: every request that was answered with rows."""

    url: str = ""
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    troubles: list[Any] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tries: int = 0
    circle: bool = False  # every page names the first as the next
    elsewhere: str = ""  # where the next page is said to lie, if not here

    def page(self, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], int | None]:
        """The rows of a page, and where the next begins."""
        since = query.get("updated_after", "")
        rows = [r for r in self.tables[path] if not since or r["updated"] >= since]
        at = int(query.get("after", query.get("skip", 0)))
        if "page" in query:
            at = (int(query["page"]) - 1) * SIZE
        following = 0 if self.circle else at + SIZE if at + SIZE < len(rows) else None
        return rows[at : at + SIZE], following


@contextmanager
def server() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            api.tries += 1
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            if api.troubles:
                return self._fail(api.troubles.pop(0))
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                return self._say(401, {"error": "who are you?"}, {})
            if parts.path not in api.tables:
                return self._say(404, {"error": "nothing here"}, {})
            api.asked.append((self.path, query))
            rows, after = api.page(parts.path, query)
            here = api.elsewhere or api.url
            following = f"{here}{parts.path}?{urlencode({**query, 'after': after})}" if after is not None else None
            links = {"Link": f'<{here}/first>; rel="first", <{following}>; rel="next"'} if following else {}
            document = {
                "data": {"items": rows},
                "meta": {"next": None if after is None else str(after), "url": following},
            }
            return self._say(200, rows if query.get("shape") == "list" else document, links)

        def _fail(self, trouble: Any) -> None:
            if trouble == "cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"data"')
                self.close_connection = True
                return
            status, headers = trouble if isinstance(trouble, tuple) else (trouble, {})
            self._say(status, {"error": "as told"}, headers)

        def _say(self, status: int, document: Any, headers: dict[str, str]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    api.url = f"http://127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        running.shutdown()
        running.server_close()
