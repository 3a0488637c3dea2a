"""Local servers that speak the documented protocols of the speech services, with Hibari's voice, and can be told to fail."""

from __future__ import annotations

import base64
import json
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree

import numpy as np
from scipy.signal import resample_poly

from vitalreel.edges.voices.hibari import Hibari
from vitalreel.ports import Samples, Speech

KEY = "a-key-of-the-test"
_SSML = "{http://www.w3.org/2001/10/synthesis}"
HIBARI = Hibari()

VOICES = {"openai": "nova", "elevenlabs": "rachel", "azure": "en-GB-SoniaNeural"}
"""The one each server is asked for."""
Spoil = Callable[[bytes], bytes]


@cache
def voiced(text: str, sounds: tuple[tuple[str, str], ...] = ()) -> Speech:
    """Hibari's take, made once."""
    return HIBARI.speak(text, dict(sounds))


@dataclass
class SpeechServer:
    """One server for all three services; `url` is its root.

    troubles: what the next answers are, one each: an HTTP status, "stall", "cut" (the connection), "hang up", or a function
    that spoils the body. asked: every request that was understood, as (path, headers, document).
    """

    url: str = ""
    troubles: list[Any] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    tries: int = 0
    asked_again: threading.Event = field(default_factory=threading.Event)
    retry_after: str | None = None
    open_length: bool = False  # a WAV that does not know its length, as streaming servers send
    alignment: bool = True  # ElevenLabs tells times
    rate_hz: int = 24_000


def environment(state: SpeechServer, key: str = KEY) -> dict[str, str]:
    """What points every adapter at the server."""
    made = {"OPENAI": f"{state.url}/v1", "ELEVENLABS": state.url, "AZURE_SPEECH": state.url}
    return {f"VITALREEL_{name}_URL": url for name, url in made.items()} | {
        f"VITALREEL_{name}_KEY": key for name in made
    }


class Wrong(Exception):
    """The request is not what the documentation asks for."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@contextmanager
def server() -> Iterator[SpeechServer]:
    state = SpeechServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.tries += 1
            if state.tries > 1:
                state.asked_again.set()
            trouble = state.troubles.pop(0) if state.troubles else None
            if isinstance(trouble, int):
                return self.answer(
                    trouble, "application/json", json.dumps({"error": {"message": f"told to say {trouble}"}}).encode()
                )
            if trouble == "stall":
                state.asked_again.wait(10)
            if trouble in ("stall", "hang up"):
                self.close_connection = True
                return None
            try:
                kind, told = answered(state, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            except Wrong as wrong:
                return self.answer(
                    wrong.status, "application/json", json.dumps({"detail": {"message": str(wrong)}}).encode()
                )
            return self.answer(200, kind, trouble(told) if callable(trouble) else told, cut=trouble == "cut")

        def answer(self, status: int, kind: str, body: bytes, cut: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 307:
                self.send_header("Location", state.url + "/elsewhere")
            if state.retry_after and status == 429:
                self.send_header("Retry-After", state.retry_after)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        state.url = f"http://127.0.0.1:{running.server_address[1]}"
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        running.shutdown()


def answered(state: SpeechServer, path: str, headers: dict[str, str], body: bytes) -> tuple[str, bytes]:
    if path == "/v1/audio/speech":
        return openai(state, path, headers, json.loads(body))
    if path.startswith("/v1/text-to-speech/"):
        return elevenlabs(state, path, headers, json.loads(body))
    if path == "/cognitiveservices/v1":
        return azure(state, path, headers, body)
    raise Wrong(404, f"nothing at {path}")


def openai(state: SpeechServer, path: str, headers: dict[str, str], asked: dict[str, Any]) -> tuple[str, bytes]:
    """platform.openai.com, Create speech: model, input (4096 characters), voice, response_format, speed."""
    if headers.get("authorization") != f"Bearer {KEY}":
        raise Wrong(401, "Incorrect API key provided")
    if not asked["model"] or asked["voice"] not in ("alloy", "nova") or not 0 < len(asked["input"]) <= 4096:
        raise Wrong(400, f"Invalid value for 'voice': {asked['voice']!r}")
    state.asked.append((path, headers, asked))
    return "audio/wav", wav(state, voiced(asked["input"]).samples)


def elevenlabs(state: SpeechServer, path: str, headers: dict[str, str], asked: dict[str, Any]) -> tuple[str, bytes]:
    """elevenlabs.io, Create speech with timing: audio_base64, alignment, normalized_alignment."""
    if headers.get("xi-api-key") != KEY:
        raise Wrong(401, "Invalid API key")
    voice, _, query = path.removeprefix("/v1/text-to-speech/").partition("/with-timestamps?")
    if voice != "rachel" or query != "output_format=pcm_24000" or not asked["model_id"]:
        raise Wrong(404, f"A voice with the voice_id {voice} was not found.")
    state.asked.append((path, headers, asked))
    speech = voiced(asked["text"])
    silence = np.zeros(12_000, np.float32)  # half a second the adapter has to take off again
    sound = base64.b64encode(pcm(np.concatenate([silence, speech.samples, silence]))).decode()
    told = {"audio_base64": sound, "alignment": letters(asked["text"], speech, 0.5) if state.alignment else None}
    return "application/json", json.dumps(told | {"normalized_alignment": None}).encode()


def letters(text: str, speech: Speech, late_s: float) -> dict[str, Any]:
    """Every character with its start and end; a blank lasts until the next word."""
    starts, ends, clock = [], [], 0.0
    for at in range(len(text)):
        word = next((w for w in speech.words if w.at <= at < w.at + len(w.text)), None)
        if word is None:
            starts.append(clock + late_s)
        else:
            step = (word.end_s - word.start_s) / len(word.text)
            starts.append(word.start_s + step * (at - word.at) + late_s)
            clock = word.start_s + step * (at - word.at + 1)
        ends.append(clock + late_s)
    return {"characters": list(text), "character_start_times_seconds": starts, "character_end_times_seconds": ends}


def azure(state: SpeechServer, path: str, headers: dict[str, str], body: bytes) -> tuple[str, bytes]:
    """learn.microsoft.com, Text to speech REST API: SSML in, the format of X-Microsoft-OutputFormat out."""
    if headers.get("ocp-apim-subscription-key") != KEY:
        raise Wrong(401, "")
    if headers.get("content-type") != "application/ssml+xml":
        raise Wrong(415, "It's possible that the wrong Content-Type was provided.")
    speak = ElementTree.fromstring(body)
    voice = speak.find(f"{_SSML}voice")
    if (
        speak.tag != f"{_SSML}speak"
        or speak.get("version") != "1.0"
        or voice is None
        or voice.get("name") != "en-GB-SoniaNeural"
    ):
        raise Wrong(400, "Unsupported voice")
    state.asked.append((path, headers, body.decode()))
    text, sounds = voice.text or "", {}
    for element in voice:
        said = element.text or ""
        sounds[said] = f"/{element.get('ph')}/" if element.tag == f"{_SSML}phoneme" else str(element.get("alias"))
        text += said + (element.tail or "")
    return "audio/x-wav", wav(state, voiced(text, tuple(sounds.items())).samples)


def pcm(samples: Samples) -> bytes:
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def wav(state: SpeechServer, samples: Samples) -> bytes:
    """16-bit mono, with a chunk nobody asked for, as tools write it."""
    if state.rate_hz != 24_000:
        samples = resample_poly(samples, state.rate_hz, 24_000).astype(np.float32)
    body, rate = pcm(samples), state.rate_hz
    length = 0xFFFFFFFF if state.open_length else len(body)
    head = struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    chunks = b"fmt " + head + b"LIST" + struct.pack("<I", 4) + b"INFO" + b"data" + struct.pack("<I", length) + body
    return b"RIFF" + struct.pack("<I", min(36 + length, 0xFFFFFFFF)) + b"WAVE" + chunks
