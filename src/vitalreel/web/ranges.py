"""A film's file as a response: whole, or the one range a player asks for (RFC 9110, section 14)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from vitalreel.store.parts import Stored

_ONE = re.compile(r"bytes=(\d*)-(\d*)")


def served(request: Request, file: Stored, media_type: str, headers: Mapping[str, str]) -> Response:
    """200, 206 or 416. Several ranges at once are answered with the whole file, as a server may."""
    if file.path is not None:
        return FileResponse(file.path, media_type=media_type, headers=dict(headers))
    tag = '"' + hashlib.sha256(repr(file.parts).encode()).hexdigest()[:24] + '"'
    return _answer(request, file.size, file.read, {**headers, "ETag": tag, "Content-Type": media_type})


def held(request: Request, data: bytes, name: str, media_type: str, headers: Mapping[str, str]) -> Response:
    """The same of a file that is in memory and nowhere else. name: under which it always holds these bytes."""

    def read(start: int, stop: int) -> Iterator[bytes]:
        yield data[start:stop]

    return _answer(request, len(data), read, {**headers, "ETag": f'"{name}"', "Content-Type": media_type})


def _answer(
    request: Request, size: int, read: Callable[[int, int], Iterator[bytes]], headers: Mapping[str, str]
) -> Response:
    tag, told = headers["ETag"], {**headers, "Accept-Ranges": "bytes"}
    asked = request.headers.get("range", "") if request.headers.get("if-range", tag) == tag else ""
    start, stop, status = 0, size, 200
    if one := _ONE.fullmatch(asked):
        reach = _range(one[1], one[2], size)
        if reach is None:
            return Response(status_code=416, headers={**told, "Content-Range": f"bytes */{size}"})
        start, stop = reach
        status, told["Content-Range"] = 206, f"bytes {start}-{stop - 1}/{size}"
    told["Content-Length"] = str(stop - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=told)
    return StreamingResponse(read(start, stop), status, told)


def _range(first: str, last: str, size: int) -> tuple[int, int] | None:
    """The half-open range of `bytes=first-last`; None where it lies outside the file or says nothing."""
    if not first:
        return (max(0, size - int(last)), size) if last and int(last) and size else None
    start, stop = int(first), min(size, int(last) + 1) if last else size
    return (start, stop) if start < stop else None
