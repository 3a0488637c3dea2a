"""A system that is told things: keeps what was posted to it and answers as it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Told:
    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # status and headers, one each; then 204
    slow_s: float = 0.0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)  # headers in lower case, body


@contextmanager
def hook_service() -> Iterator[Told]:
    told = Told()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(told.slow_s)
            status, more = told.answers.pop(0) if told.answers else (204, {})
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silence."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{running.server_port}/views"
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        running.shutdown()
        running.server_close()
