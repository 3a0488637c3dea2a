"""A workspace with films to watch, and a server over it: real files, real database, real HTTP."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp

from vitalreel.identity import plain
from vitalreel.steps.doors import Doors
from vitalreel.steps.viewing import Viewing
from vitalreel.store.database import migrate, open_database, sqlite_url
from vitalreel.store.lake import Lake
from vitalreel.store.tables import account, contact, csm, link, video
from vitalreel.store.workspace import LIBRARY, Workspace, read_programme, read_yaml
from vitalreel.video.kit import Kit, read_kit
from vitalreel.web.assets import Assets
from vitalreel.web.beacon import Beacon
from vitalreel.web.embed import embed_router
from vitalreel.web.origins import Origins
from vitalreel.web.passing import passing_router
from vitalreel.web.viewer import viewer_router

STATIC = Path(__file__).resolve().parents[2] / "src" / "vitalreel" / "web" / "static"
PLAYER = STATIC / "player.js"
LENGTH_S = 12
PAGE: Mapping[str, Any] = {
    "title": "Where Nordwind stands with Larkspur",
    "account_name": "Nordwind",
    "contact_name": "Jonas Brandt",
    "length_s": float(LENGTH_S),
    "as_of": "2026-11-17",
    "language": "en",
    "chapters": [{"at_s": 0.0, "text": "Good morning, Jonas"}, {"at_s": 4.0, "text": "Overtime across your 14 depots"},
                 {"at_s": 8.0, "text": "Two times for a first call"}],
    "transcript": [{"at_s": 0.0, "text": "Good morning Jonas, and welcome to Nordwind."},
                   {"at_s": 4.0, "text": "Across your 14 depots, overtime is down from 41.0 hours to 32.8: a fifth less."},
                   {"at_s": 8.0, "text": "Ingrid has two times for a first call. Pick one, or ask her anything."}],
    "disclosure": "Read by a synthetic voice.",
    "button_text": "Book twenty minutes",
    "button_url": "https://larkspur.example/book/ingrid",
    "human_name": "Ingrid Solheim",
    "human_role": "customer success",
    "human_email": "ingrid@larkspur.example",
}  # fmt: skip
VTT = """WEBVTT

00:00.000 --> 00:04.000
Good morning Jonas,
and welcome to Nordwind.

00:04.000 --> 00:12.000
Across your 14 depots.
"""


@dataclass
class House:
    """One workspace with two accounts, a film each, and its doors."""

    doors: Doors
    viewing: Viewing
    kit: Kit
    now: datetime

    def app(self, clock: Callable[[], float] = time.monotonic, origins: Collection[str] = ()) -> ASGIApp:
        app = FastAPI()
        app.mount("/static", Assets(directory=STATIC))
        app.include_router(viewer_router(self.viewing, self.kit, clock=clock))
        app.include_router(embed_router(self.viewing))
        app.include_router(passing_router(self.viewing, self.kit, clock=clock))
        return Origins(origins, Beacon(self.viewing.intake, app, clock))

    def link(self, name: str, film: str = "film1", days: int = 90, **more: Any) -> str:
        """A new link to a film, as its token."""
        whose = ("halden", "priya") if film == "film2" else ("nordwind", "jonas")
        row = {"id": name, "video": film, "account": whose[0], "contact": whose[1], "expires": self.now + timedelta(days=days),
               "created": self.now, **more}  # fmt: skip
        with self.doors.engine.begin() as connection:
            connection.execute(link.insert(), [row])
        return self.viewing.token(name)


@contextmanager
def house(folder: Path, drawn: bool = True) -> Iterator[House]:
    """A new workspace in `folder`. drawn: its films have pictures and sound; else only their rows are there."""
    workspace = Workspace(folder)
    programme = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml")
    engine = open_database(sqlite_url(folder / "app.db"))
    migrate(engine)
    doors = Doors(workspace, programme, engine, Lake(workspace.lake, engine))
    kit = read_kit(read_yaml(LIBRARY / "brands" / "larkspur.yaml", "larkspur.yaml"), "larkspur.yaml")
    now = datetime.now(UTC)
    _people(doors, now)
    for name, whose in (("film1", "nordwind"), ("film2", "halden")):
        add_film(doors, name, whose, now, drawn=drawn)
    viewing = Viewing(doors, lambda: datetime.now(UTC), lambda address, cookies: "staff" in cookies)
    try:
        yield House(doors, viewing, kit, now)
    finally:
        viewing.close()
        engine.dispose()


def _people(doors: Doors, now: datetime) -> None:
    with doors.engine.begin() as connection:
        connection.execute(csm.insert(), [{"id": "ingrid", "name": "Ingrid Solheim", "row": {}, "updated": now}])
        connection.execute(account.insert(), [
            {"id": i, "name": n, "zone": "Europe/Berlin", "csm": "ingrid", "row": {}, "updated": now}
            for i, n in (("nordwind", "Nordwind"), ("halden", "Halden Health"))
        ])  # fmt: skip
        connection.execute(contact.insert(), [
            {"id": i, "account": a, "name": n, "email": f"{i}@{a}.example", "active": True, "row": {}, "updated": now}
            for i, a, n in (("jonas", "nordwind", "Jonas Brandt"), ("priya", "halden", "Priya Raman"))
        ])  # fmt: skip


def add_film(doors: Doors, name: str, whose: str, now: datetime, length_s: int = LENGTH_S, drawn: bool = True) -> None:
    """The files and the row of one film."""
    folder = doors.workspace.media / "videos" / name
    folder.mkdir(parents=True)
    if drawn:
        write_film(folder, length_s)
    (folder / "captions.vtt").write_text(VTT, "utf-8")
    (folder / "page.json").write_text(json.dumps(plain({**PAGE, "length_s": float(length_s)})), "utf-8")
    (folder / "ledger.json").write_text('{"secret": "source rows"}', "utf-8")
    kinds = {
        "mp4": "film.mp4",
        "hls": "index.m3u8",
        "captions": "captions.vtt",
        "poster": "poster.jpg",
        "page": "page.json",
    }
    row = {
        "id": name, "account": whose, "contact": "", "module": "usage_drop_recovery", "module_version": 1,
        "as_of": date(2026, 11, 17), "title": PAGE["title"], "tier": 3, "state": "made", "draft": False,
        "length_s": float(length_s), "scenes": [], "files": {k: f"videos/{name}/{f}" for k, f in kinds.items()},
        "preflight": [], "cost": {}, "config": {}, "at": now,
    }  # fmt: skip
    with doors.engine.begin() as connection:
        connection.execute(video.insert(), [row])


def write_film(folder: Path, length_s: int = LENGTH_S) -> None:
    """A bar that walks across and a quiet tone: film.mp4, the same as HLS in 2 s pieces, and a poster. Drawn once in a process."""
    shutil.copytree(_drawn_once(length_s).name, folder, dirs_exist_ok=True)


@cache
def _drawn_once(length_s: int) -> tempfile.TemporaryDirectory[str]:
    kept = tempfile.TemporaryDirectory(prefix="vitalreel-film-")
    _draw_film(Path(kept.name), length_s)
    return kept


def _draw_film(folder: Path, length_s: int) -> None:
    for target, options in (("film.mp4", {"movflags": "faststart"}),
                            ("index.m3u8", {"hls_time": "2", "hls_segment_type": "fmp4", "hls_playlist_type": "vod"})):  # fmt: skip
        with av.open(str(folder / target), "w", options=options) as out:
            picture = out.add_stream("libx264", rate=10, options={"g": "20", "preset": "ultrafast"})
            picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
            sound = out.add_stream("aac", rate=44100)
            for n in range(length_s * 10):
                out.mux(picture.encode(av.VideoFrame.from_ndarray(_drawn(n % (LENGTH_S * 10)), format="rgb24")))
            out.mux(picture.encode(None))
            for start in range(0, length_s * 44100, 1024):
                wave = 0.01 * np.sin(np.arange(start, start + 1024) * 2 * np.pi * 440 / 44100)
                frame = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), format="fltp", layout="mono")
                frame.sample_rate, frame.pts = 44100, start
                out.mux(sound.encode(frame))
            out.mux(sound.encode(None))
    av.VideoFrame.from_ndarray(_drawn(60), format="rgb24").to_image().save(folder / "poster.jpg")


def _drawn(n: int) -> np.ndarray:
    picture = np.full((180, 320, 3), (34, 31, 94), np.uint8)
    left = n * 300 // (LENGTH_S * 10)
    picture[40:100, left : left + 20] = (169, 166, 255)
    return picture


@contextmanager
def pages(told: Mapping[str, str]) -> Iterator[int]:
    """A site of somebody else's: path -> HTML, on a free local port. It is another origin by any of this machine's names."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = told.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The application on a free local port; answers its address."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)
