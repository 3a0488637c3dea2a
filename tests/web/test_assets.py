"""Scripts and styles go out packed to who takes them so, and whole to who does not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.watching import PLAYER
from vitalreel.web.assets import Assets

SCRIPT = b"let watched = 0;\n" * 400
MOST_BYTES = 250_000


@pytest.fixture
def web(tmp_path: Path) -> TestClient:
    (tmp_path / "a.js").write_bytes(SCRIPT)
    (tmp_path / "a.jpg").write_bytes(SCRIPT)
    app = FastAPI()
    app.mount("/static", Assets(directory=tmp_path))
    return TestClient(app)


def test_a_script_is_packed_for_who_takes_it(web: TestClient):
    """The player is most of what a viewer waits for (issue 6, line 9)."""
    answer = web.get("/static/a.js")

    assert ("gzip", "Accept-Encoding", SCRIPT) == (
        answer.headers["content-encoding"],
        answer.headers["vary"],
        answer.content,
    )
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br"])
def test_who_takes_no_gzip_gets_it_whole(web: TestClient, accepted: str):
    """HTTP's own rules (RFC 9110, 12.5.3)."""
    answer = web.get("/static/a.js", headers={"Accept-Encoding": accepted})

    assert (SCRIPT, None, "Accept-Encoding") == (
        answer.content,
        answer.headers.get("content-encoding"),
        answer.headers["vary"],
    )


def test_who_has_it_already_is_told_so_and_pictures_stay_as_they_are(web: TestClient):
    """Packed and whole are different bodies under different names; what is packed already is not packed again."""
    packed, whole = web.get("/static/a.js"), web.get("/static/a.js", headers={"Accept-Encoding": "identity"})
    again = web.get("/static/a.js", headers={"If-None-Match": packed.headers["etag"]})

    assert packed.headers["etag"] != whole.headers["etag"]
    assert (304, b"") == (again.status_code, again.content)
    assert "content-encoding" not in web.get("/static/a.jpg").headers


def test_the_player_weighs_at_most_250_kilobytes(web: TestClient):
    """Packed, with all it needs (issue 6, line 9)."""
    if not PLAYER.is_file():
        pytest.skip("the player is not built: run `make setup`")

    assert len(gzip.compress(PLAYER.read_bytes(), 9)) <= MOST_BYTES
