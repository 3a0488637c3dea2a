"""A paginated JSON API as a Feed: asked politely, page after page, and from where the watermark stands.

The secret goes to one address only: redirects are told, not followed, and a next page elsewhere is refused.
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from vitalreel.edges.connectors.marks import OVERLAP_S, before, furthest
from vitalreel.edges.connectors.records import read_json, table_of
from vitalreel.edges.outgoing import OPENER, reason, retry_after_s
from vitalreel.errors import BadConfiguration, BadInput, Refused, Unavailable
from vitalreel.ports import Ask, Landed, Piece, System
from vitalreel.sources.connection import MOST_PAGES, Pages

TRIES = 6
PAUSE_S = 1.0
"""Before the second try; twice as long before each one after."""
LONGEST_PAUSE_S = 120.0
"""A system that asks for more patience than this is asked again by the next fetch."""
TIMEOUT_S = 60.0
MOST_BYTES = 64 << 20
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))

wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    link: str  # the Link header


class Rest:
    """One API."""

    def __init__(self, source: str, system: System, key: str | None, variable: str) -> None:
        """key: what {key} in the connection's headers stands for. Raises BadInput where they ask for one and none is set."""
        if key is None and any("{key}" in text for text in system.headers.values()):
            raise BadInput(variable, "is not set", f"set it to the key that {source} is asked with")
        self._source, self._variable, self._system = source, variable, system
        self._headers = {n: t.replace("{key}", key or "") for n, t in system.headers.items()}
        self._asked_at = float("-inf")

    def fetch(self, ask: Ask, landed: Landed, now: datetime) -> Iterator[Piece]:
        """One piece a page. The watermark moves with the last page only: nobody knows in which order rows come."""
        mark, since = landed.mark, {}
        if ask.watermark and mark is not None:
            since = {ask.since: before(mark, OVERLAP_S if ask.overlap_s is None else ask.overlap_s)}
        url: str | None = self._url(ask, {**ask.params, **since, **_first(ask.pages)})
        asked = set[str]()
        while url is not None:
            if url in asked or len(asked) >= MOST_PAGES:
                raise BadInput(self._told(url), "the pages go round in a circle", f"check `pages` at {ask.where}")
            asked.add(url)
            answer = self._ask(url)
            document = read_json(answer.body, self._told(url))
            records = _rows(document, ask, self._told(url))
            rows = table_of(records, self._told(url))
            if ask.watermark and ask.watermark in rows.column_names:
                mark = furthest(rows[ask.watermark], mark, now, ask.where)
            url = self._next(ask, url, document, answer.link, len(records))
            yield Piece("", rows, None if url else mark)

    def _url(self, ask: Ask, params: Mapping[str, str]) -> str:
        path, _, query = ask.what.partition("?")
        together = urlencode([*parse_qsl(query), *params.items()])
        return f"{self._system.address}/{path.lstrip('/')}" + (f"?{together}" if together else "")

    def _next(self, ask: Ask, url: str, document: object, link: str, rows: int) -> str | None:
        pages = ask.pages
        if pages.kind in ("link", "next"):
            target = _linked(link) if pages.kind == "link" else _at(document, pages.at)
            return self._same_system(urljoin(url, str(target)), ask) if target else None
        if pages.kind == "cursor":
            cursor = _at(document, pages.at)
            return _with(url, pages.send, str(cursor)) if cursor else None
        if pages.kind in ("page", "offset") and rows and rows >= pages.size:
            step = 1 if pages.kind == "page" else pages.size
            now_at = dict(parse_qsl(urlsplit(url).query))[pages.send]
            return _with(url, pages.send, str(int(now_at) + step))
        return None

    def _same_system(self, url: str, ask: Ask) -> str:
        base, other = urlsplit(self._system.address), urlsplit(url)
        if (base.scheme, base.netloc) != (other.scheme, other.netloc):
            raise Refused(
                f"the next page of {ask.table}", f"it lies at {other.netloc}, not at {base.netloc}",
                "the key is given to one system only; name the other in a mapping of its own",
            )  # fmt: skip
        return url

    def _told(self, url: str) -> str:
        """The address without what may be secret in its query."""
        return url.partition("?")[0]

    def _ask(self, url: str) -> _Answer:
        for number in range(1, TRIES + 1):
            pause = self._asked_at + self._system.pause_s - time.monotonic()
            if pause > 0:
                wait(pause)
            self._asked_at = time.monotonic()
            try:
                return self._once(url)
            except _Passing as trouble:
                if number == TRIES or trouble.after_s > LONGEST_PAUSE_S:
                    raise Unavailable(
                        f"the source {self._source}", f"{self._told(url)}: {trouble} ({number} tries)", "try later"
                    ) from trouble
                wait(max(trouble.after_s, PAUSE_S * 2 ** (number - 1)))
        raise AssertionError("a loop over at least one try ends in it")

    def _once(self, url: str) -> _Answer:
        headers = {"Accept": "application/json", "User-Agent": "vitalreel", **self._headers}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 (read_connection looked at the scheme)
        try:
            with OPENER.open(request, timeout=TIMEOUT_S) as answer:
                body: bytes = answer.read(MOST_BYTES + 1)
                left = answer.length
                link = ", ".join(answer.headers.get_all("Link", []))
        except urllib.error.HTTPError as error:
            raise self._trouble(url, error) from error
        except (http.client.HTTPException, OSError) as error:  # URLError and time-outs are OSErrors
            raise _Passing(reason(error)) from error
        if len(body) > MOST_BYTES:
            raise BadInput(self._told(url), f"a page of more than {MOST_BYTES >> 20} MB", "ask for fewer rows a page")
        if left:
            raise _Passing("its answer was cut short")
        return _Answer(body, link)

    def _trouble(self, url: str, error: urllib.error.HTTPError) -> Exception:
        with error:
            said = re.sub(r"\s+", " ", error.read(2000).decode("utf-8", "replace"))[:200]
        told = f"HTTP {error.code}" + (f": {said}" if said else "")
        if error.code in _PASSING:
            return _Passing(told, retry_after_s(error.headers.get("Retry-After")))
        if error.code in (401, 403):
            return Refused(self._told(url), f"the key is not accepted ({told})", f"set {self._variable}")
        return BadConfiguration(
            self._told(url), f"the request is not accepted ({told})", "check the path in the mapping"
        )


class _Passing(Exception):
    """Trouble that may pass. after_s: how long the system asks to be left alone; 0 where it does not say."""

    def __init__(self, reason: str, after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.after_s = after_s


def _first(pages: Pages) -> dict[str, str]:
    return {pages.send: str(pages.first)} if pages.kind in ("page", "offset") else {}


def _with(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    others = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n != name]
    return urlunsplit(parts._replace(query=urlencode([*others, (name, value)])))


def _rows(document: object, ask: Ask, where: str) -> list[object]:
    found = _at(document, ask.rows) if ask.rows else document
    if found is None and ask.rows:
        found = []  # many systems leave an empty list out
        if not isinstance(document, Mapping):
            raise BadInput(where, f"the answer has no {ask.rows!r}", f"check `rows` at {ask.where}")
    if not isinstance(found, list):
        what = f"{ask.rows!r} is no list" if ask.rows else "the answer is no list"
        raise BadInput(where, what, f"say with `rows` at {ask.where} where the rows stand")
    return found


def _at(document: object, path: str) -> object:
    """What stands at "meta.next" of a document; None where nothing does."""
    for name in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def _linked(header: str) -> str | None:
    """The target of rel="next" (RFC 8288)."""
    for target, params in re.findall(r"<([^>]*)>((?:\s*;[^,<]*)*)", header):
        if re.search(r';\s*rel\s*=\s*(?:next\b|"[^"]*\bnext\b[^"]*")', params, re.IGNORECASE):
            return str(target)
    return None
