"""A folder of an IMAP server (RFC 3501), looked at and never changed: no message is marked as read or moved."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from vitalreel.delivery.returned import MOST_BYTES
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.ports import Found

TIMEOUT_S = 30.0
AT_ONCE = 500
"""Messages whose sizes are asked for in one question."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where it is and what opens it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    security: str = "tls"  # none | starttls | tls


def read_folder(url: str, where: str) -> Folder:
    """The folder of `imaps://user:password@host[:port][/FOLDER]` or `imap://...[?starttls]`.

    Raises BadInput where the URL is neither; the password is never part of the message.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as e:
        raise BadInput(where, str(e), "write imaps://user:password@host/INBOX") from e
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or parts.password is None:
        raise BadInput(where, "is not the URL of an IMAP folder", "write imaps://user:password@host/INBOX")
    starttls = "starttls" in parse_qs(parts.query, keep_blank_values=True)
    security = "tls" if parts.scheme == "imaps" else "starttls" if starttls else "none"
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if any(c in folder for c in '"\\\r\n') or not folder.isascii():
        raise BadInput(
            where, f"the folder {folder!r} has letters that cannot be asked for", "make one with a plain name"
        )
    return Folder(
        parts.hostname, port or (993 if security == "tls" else 143), unquote(parts.username), unquote(parts.password), folder,
        security,
    )  # fmt: skip


class Imap:
    """Reads by mark: the folder's UIDVALIDITY and the last message's UID, which never comes twice (RFC 3501 2.3.1.1)."""

    def __init__(self, folder: Folder, timeout_s: float = TIMEOUT_S) -> None:
        self._folder, self._timeout_s = folder, timeout_s

    @property
    def name(self) -> str:
        return f"imap:{self._folder.user}@{self._folder.host}/{self._folder.folder}"

    def read(self, mark: str, known: Callable[[str], bool]) -> Iterator[Found]:
        """Beyond `mark`; from the beginning where the server has numbered its messages anew."""
        try:
            client = self._connect()
            try:
                validity = self._open(client)
                before, _, last = mark.partition(":")
                first = int(last) + 1 if before == validity and last.isdigit() else 1
                for uid, size in self._new(client, first):
                    yield self._one(client, validity, uid, size)
            finally:
                client.shutdown()
        except imaplib.IMAP4.error as e:
            raise Unavailable(self.name, _told(e)) from e
        except OSError as e:
            raise Unavailable(self.name, e.strerror or str(e) or type(e).__name__, "check its address") from e

    def _connect(self) -> imaplib.IMAP4:
        f, context = self._folder, ssl.create_default_context()
        client = (
            imaplib.IMAP4_SSL(f.host, f.port, ssl_context=context, timeout=self._timeout_s)
            if f.security == "tls"
            else imaplib.IMAP4(f.host, f.port, timeout=self._timeout_s)
        )
        try:
            if f.security == "starttls":
                client.starttls(context)
            try:
                client.login(f.user, f.password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as e:
                raise Refused(self.name, "the server does not accept user and password", "check its URL") from e
        except BaseException:
            client.shutdown()
            raise
        return client

    def _open(self, client: imaplib.IMAP4) -> str:
        """The folder's UIDVALIDITY, opened for looking only (EXAMINE)."""
        status, told = client.select(f'"{self._folder.folder}"', readonly=True)
        if status != "OK":
            raise BadInput(self.name, f"the server opens no such folder: {_text(told)}", "name one that is there")
        validity = client.response("UIDVALIDITY")[1]
        return _text(validity) or "0"

    def _new(self, client: imaplib.IMAP4, first: int) -> Iterator[tuple[int, int]]:
        """UIDs from `first` on in order, with sizes in bytes."""
        found = _text(client.uid("SEARCH", f"UID {first}:*")[1]).split()
        uids = sorted(
            {int(u) for u in found if u.isdigit() and int(u) >= first}
        )  # `n:*` names the last one whatever n is
        for start in range(0, len(uids), AT_ONCE):
            some = uids[start : start + AT_ONCE]
            lines = client.uid("FETCH", ",".join(map(str, some)), "(UID RFC822.SIZE)")[1]
            sizes: dict[int, int] = {}
            for line in lines:
                text = line.decode("ascii", "replace") if isinstance(line, bytes) else ""
                uid, size = re.search(r"UID (\d+)", text), re.search(r"RFC822\.SIZE (\d+)", text)
                if uid and size:
                    sizes[int(uid[1])] = int(size[1])
            yield from ((uid, sizes[uid]) for uid in some if uid in sizes)  # the others were taken away meanwhile

    def _one(self, client: imaplib.IMAP4, validity: str, uid: int, size: int) -> Found:
        place, mark = f"{self.name}, UID {uid}", f"{validity}:{uid}"
        if size > MOST_BYTES:
            return Found(place, b"", mark, f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
        got = client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1]
        data = next((part[1] for part in got if isinstance(part, tuple)), b"")
        return Found(place, data, mark, "" if data else "the server did not give it")


def _text(told: object) -> str:
    parts = told if isinstance(told, list) else []
    return b" ".join(p for p in parts if isinstance(p, bytes)).decode("ascii", "replace").strip()


def _told(error: Exception) -> str:
    return str(error)[:300] or type(error).__name__
