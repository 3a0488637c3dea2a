"""A local server that speaks the chat completions protocol with structured outputs, judges texts by two words, and can be told to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "a-key-of-the-test"
MODEL = "small-model"
Spoil = Callable[[list[dict[str, Any]]], object]


@dataclass
class Llm:
    """troubles: what the next answers are, one each: an HTTP status, or a function that spoils the labels. asked: every document."""

    url: str = ""
    troubles: list[int | Spoil] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passages(self) -> list[list[str]]:
        """The texts of each request that was understood."""
        return [[p["text"] for p in json.loads(d["messages"][1]["content"])["passages"]] for d in self.asked]


def environment(state: Llm, key: str = KEY) -> dict[str, str]:
    """What points Vitalreel at the server."""
    return {"VITALREEL_LLM_URL": f"{state.url}/v1", "VITALREEL_LLM_KEY": key}


def label(n: int, text: str, topics: list[str]) -> dict[str, Any]:
    """Good is good, bad is bad, and a topic is what is named."""
    lower = text.lower()
    mood = 0.8 if "good" in lower else -0.8 if "bad" in lower else 0.0
    return {"n": n, "sentiment": mood, "topics": [t for t in topics if t in lower][:3]}


def answered(state: Llm, asked: dict[str, Any], trouble: Spoil | None) -> bytes:
    """platform.openai.com, Create chat completion: model, messages, response_format with a strict JSON schema."""
    schema = asked["response_format"]["json_schema"]
    allowed = schema["schema"]["properties"]["labels"]["items"]["properties"]["topics"]["items"]["enum"]
    if not schema["strict"] or [m["role"] for m in asked["messages"]] != ["system", "user"] or asked["model"] != MODEL:
        raise ValueError("not what the documentation asks for")
    data = json.loads(asked["messages"][1]["content"])
    state.asked.append(asked)
    labels = [label(p["n"], p["text"], allowed) for p in data["passages"]]
    content = json.dumps({"labels": trouble(labels) if trouble else labels})
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]}).encode()


@contextmanager
def server() -> Iterator[Llm]:
    state = Llm()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            trouble = state.troubles.pop(0) if state.troubles else None
            if isinstance(trouble, int):
                return self.say(trouble, json.dumps({"error": {"message": f"told to say {trouble}"}}).encode())
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                return self.say(401, b'{"error": {"message": "Incorrect API key provided"}}')
            if self.path != "/v1/chat/completions":
                return self.say(404, b'{"error": {"message": "nothing here"}}')
            return self.say(200, answered(state, json.loads(body), trouble))

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        state.url = f"http://127.0.0.1:{running.server_address[1]}"
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        running.shutdown()
