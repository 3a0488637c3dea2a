"""A small IMAP server on a free local port: one folder, and as much of RFC 3501 as whoever only looks needs."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class ImapServer:
    """Messages by UID; what clients asked for stands in `heard`."""

    port: int = 0
    password: str = "open sesame"
    validity: int = 7
    messages: dict[int, bytes] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def deliver(self, data: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = data
        return uid


def _answer(server: ImapServer, words: str) -> list[bytes] | None:
    """Untagged lines; None: refused."""
    upper = words.upper()
    if upper.startswith("CAPABILITY"):
        return [b"* CAPABILITY IMAP4rev1"]
    if upper.startswith("LOGIN"):
        return [] if words.endswith(f'"{server.password}"') else None
    if upper.startswith("EXAMINE"):
        if '"INBOX"' not in upper:
            return None
        return [b"* %d EXISTS" % len(server.messages), b"* OK [UIDVALIDITY %d] valid" % server.validity]
    if upper.startswith("UID SEARCH"):
        first = int(re.findall(r"UID (\d+):\*", upper)[0])
        uids = [u for u in server.messages if u >= first] or list(server.messages)[-1:]
        return [b"* SEARCH " + " ".join(map(str, uids)).encode()]
    named = re.match(r"UID FETCH ([\d,]+) \((.*)\)$", words)
    if named is None:
        return []
    lines = []
    for number, uid in enumerate(map(int, named[1].split(",")), 1):
        data = server.messages.get(uid)
        if data is None:
            continue
        if "SIZE" in named[2]:
            lines.append(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (number, uid, len(data)))
        else:
            lines.append(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (number, uid, len(data)) + data + b")")
    return lines


@contextmanager
def server() -> Iterator[ImapServer]:
    """An IMAP server in its own thread, closed afterwards."""
    told = ImapServer()

    class Speaks(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, words = line.decode().strip().partition(" ")
                told.heard.append(words)
                lines = _answer(told, words)
                for one in lines or ():
                    self.wfile.write(one + b"\r\n")
                self.wfile.write(f"{tag} {'NO no' if lines is None else 'OK done'}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Speaks) as tcp:
        told.port = tcp.server_address[1]
        thread = threading.Thread(target=tcp.serve_forever, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            tcp.shutdown()
            thread.join()
