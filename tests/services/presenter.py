"""A local server that speaks the documented protocol of HeyGen, with a drawn person and a humming voice."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.edges.clips.recordings import record

KEY = "a-key-of-the-test"


@dataclass
class PresenterServer:
    """statuses: what the next questions after the film are answered with; then it is completed."""

    url: str = ""
    statuses: list[Any] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)  # method, path, headers, document


@cache
def film() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return record(Path(folder) / "film.mp4", length_s=2.0, size=(426, 240), quiet_s=0.3).read_bytes()


@contextmanager
def server() -> Iterator[PresenterServer]:
    state = PresenterServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(("POST", self.path, dict(self.headers), document))
            if self.headers.get("X-Api-Key") != KEY:
                return self.answer(401, {"code": 400112, "message": "Unauthorized"})
            voice = document["video_inputs"][0]["voice"]
            if self.path != "/v2/video/generate" or voice["type"] != "text" or not voice["voice_id"]:
                return self.answer(400, {"data": None, "error": {"code": "invalid_parameter", "message": "voice"}})
            return self.answer(200, {"error": None, "data": {"video_id": "v1"}})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            state.asked.append(("GET", self.path, dict(self.headers), None))
            if parts.path == "/files/v1.mp4":
                return self.answer(200, film(), "video/mp4")
            if parts.path != "/v1/video_status.get" or parse_qs(parts.query) != {"video_id": ["v1"]}:
                return self.answer(404, {"code": 404, "message": "no such film"})
            told = (
                state.statuses.pop(0)
                if state.statuses
                else {"status": "completed", "video_url": f"{state.url}/files/v1.mp4"}
            )
            return self.answer(200, {"code": 100, "message": "Success", "data": told})

        def answer(self, status: int, body: Any, kind: str = "application/json") -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        running.shutdown()
        running.server_close()
