"""Files in parts over HTTP: whole, one range, or an honest refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from vitalreel.store.parts import Stored
from vitalreel.web.ranges import served

WHOLE = b"headpicturesound"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    path = tmp_path / "parts.bin"
    path.write_bytes(b"..sound..picture..head")
    file = Stored(((path, 18, 22), (path, 9, 16), (path, 2, 7)))
    app = FastAPI()

    @app.api_route("/film.mp4", methods=["GET", "HEAD"])
    def film(request: Request) -> Response:
        return served(request, file, "video/mp4", {"Cache-Control": "private"})

    return TestClient(app)


def test_the_whole_file_says_that_ranges_may_be_asked_for(client: TestClient) -> None:
    """Safari plays nothing from a server that does not."""
    answer = client.get("/film.mp4")

    assert (200, WHOLE, "bytes", "16", "video/mp4") == (
        answer.status_code, answer.content, answer.headers["accept-ranges"], answer.headers["content-length"],
        answer.headers["content-type"],
    )  # fmt: skip
    assert b"" == client.head("/film.mp4").content
    assert "16" == client.head("/film.mp4").headers["content-length"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("bytes=0-1", 0, 2), ("bytes=3-11", 3, 12), ("bytes=10-", 10, 16), ("bytes=-5", 11, 16),
                                 ("bytes=4-999", 4, 16), ("bytes=-99", 0, 16)]
)  # fmt: skip
def test_one_range_is_answered_alone(client: TestClient, asked: str, start: int, stop: int) -> None:
    """Across the joints of the parts too (RFC 9110, 14.2)."""
    answer = client.get("/film.mp4", headers={"Range": asked})

    assert (206, WHOLE[start:stop]) == (answer.status_code, answer.content)
    assert f"bytes {start}-{stop - 1}/16" == answer.headers["content-range"]


@pytest.mark.parametrize("asked", ["bytes=16-", "bytes=9-3", "bytes=-0", "bytes=-"])
def test_a_range_outside_the_file_is_refused(client: TestClient, asked: str) -> None:
    """With the length, so that the player can ask again."""
    answer = client.get("/film.mp4", headers={"Range": asked})

    assert (416, "bytes */16") == (answer.status_code, answer.headers["content-range"])


def test_what_is_no_single_range_gets_the_whole(client: TestClient) -> None:
    """Several ranges, another unit, or a file that has changed since the player began."""
    tag = client.get("/film.mp4").headers["etag"]
    odd = [{"Range": "bytes=0-1,4-5"}, {"Range": "lines=1-2"}, {"Range": "bytes=0-1", "If-Range": '"other"'}]
    answers = [client.get("/film.mp4", headers=headers) for headers in odd]
    kept = client.get("/film.mp4", headers={"Range": "bytes=0-1", "If-Range": tag})

    assert [(200, WHOLE)] * 3 == [(a.status_code, a.content) for a in answers]
    assert (206, b"he") == (kept.status_code, kept.content)
