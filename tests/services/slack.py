"""A server that speaks the part of Slack's Web API that is used: `chat.postMessage` with a bot's token, its answers and its refusals."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "xoxb-of-the-tests"


@dataclass
class Slack:
    """`members` may be written to; what was posted is kept in `posted`."""

    url: str = ""
    members: set[str] = field(default_factory=lambda: {"U0G9QF9C6", "C024BE91L", "#cs-alerts"})
    posted: list[dict[str, Any]] = field(default_factory=list)
    next: list[int | str] = field(
        default_factory=list
    )  # HTTP statuses, errors of the API, or "break": one each, before it works
    moved_to: str = ""  # where an answer of 307 says the API lies
    calls: int = 0


@contextmanager
def slack_service() -> Iterator[Slack]:
    slack = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            slack.calls += 1
            wanted = slack.next.pop(0) if slack.next else ""
            if wanted == "break":
                self.close_connection = True
                self.connection.close()
                return
            if isinstance(wanted, int):
                self._answer(wanted, {"ok": False})
                return
            self._answer(200, {"ok": False, "error": wanted} if wanted else self._post(body))

        def do_GET(self) -> None:
            """No method of the API is asked so: only somebody who follows a redirect comes here."""
            slack.calls += 1
            self._answer(405, {"ok": False})

        def _post(self, body: dict[str, Any]) -> dict[str, Any]:
            """What the method checks, in its order."""
            if self.path != "/api/chat.postMessage":
                return {"ok": False, "error": "unknown_method"}
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return {"ok": False, "error": "invalid_auth"}
            if body.get("channel") not in slack.members:
                return {"ok": False, "error": "channel_not_found"}
            sections = [b["text"]["text"] for b in body.get("blocks", ()) if b["type"] == "section"]
            if not body.get("text") and not sections:
                return {"ok": False, "error": "no_text"}
            if any(len(one) > 3000 or not one for one in sections):
                return {"ok": False, "error": "invalid_blocks"}
            slack.posted.append(body)
            return {"ok": True, "channel": body["channel"], "ts": f"{len(slack.posted)}.000100"}

        def _answer(self, status: int, answer: dict[str, Any]) -> None:
            data = json.dumps(answer).encode()
            self.send_response(status)
            if slack.moved_to:
                self.send_header("Location", slack.moved_to)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Silence."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    slack.url = f"http://127.0.0.1:{running.server_port}/api"
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        running.shutdown()
        running.server_close()
