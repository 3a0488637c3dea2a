"""The pages' own scripts and styles, packed where the browser takes it: a third of the bytes before the first frame."""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from pathlib import Path, PurePath

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

PACKED = (".js", ".css", ".svg")


class Assets(StaticFiles):
    """Files of a folder; those that pack well go out as gzip, packed once for each state of the file."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        plain = super().file_response(full_path, stat_result, scope, status_code)
        if PurePath(full_path).suffix not in PACKED:
            return plain
        asked = Headers(scope=scope)
        plain.headers["Vary"] = "Accept-Encoding"
        if not isinstance(plain, FileResponse) or not _takes_gzip(asked.get("accept-encoding", "")):
            return plain
        etag = f'{plain.headers["etag"][:-1]}-gzip"'  # another body, another name
        headers = {
            "Content-Encoding": "gzip", "Vary": "Accept-Encoding", "ETag": etag, "Last-Modified": plain.headers["last-modified"],
            "Content-Type": plain.headers["content-type"],
        }  # fmt: skip
        if etag in asked.get("if-none-match", ""):
            return NotModifiedResponse(Headers(headers))
        body = b"" if scope["method"] == "HEAD" else _packed(str(full_path), stat_result.st_mtime_ns)
        return Response(body, status_code, headers)


def _takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding names gzip without weighing it 0."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@lru_cache(maxsize=64)
def _packed(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
