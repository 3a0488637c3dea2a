"""Email into a folder: one file a message, and a page that lists and opens them, for demos and for trying things out."""

from __future__ import annotations

import html
import os
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile

from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.delivery.mime import message_id, mime
from vitalreel.ports import Now, Seal, unsealed

_STYLE = """
:root{color-scheme:light dark}body{margin:0 auto;max-width:44rem;padding:2rem 1.25rem;background:light-dark(#fbfbfe,#100f1d);
color:light-dark(#17162b,#ececf8);font:400 16px/25px Inter,ui-sans-serif,system-ui,sans-serif}h1{font-size:1.4rem}
ol{list-style:none;padding:0}li{border-top:1px solid light-dark(#e5e4f0,#2c2a42);padding:.8rem 0}
a{color:light-dark(#3b36a3,#a9a6ff)}li a:first-child{font-weight:600}span{color:light-dark(#4d4b66,#b3b1cb);display:block}
"""


class MailboxChannel:
    """A folder that takes messages: `<name>.eml`, `<name>/message.html` to look at, and `index.html`.

    Unlike a mail server it remembers keys: the same key is never stored twice, and `has` tells whether it came.
    """

    name = "email"

    def __init__(self, folder: Path, now: Now, seal: Seal = unsealed) -> None:
        self._folder, self._now, self._seal = folder, now, seal

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        try:
            mail = mime(message, self._now())
            data = self._seal(mail.as_bytes())
        except ValueError as e:
            return NotSent(f"the message cannot be stored as it is: {e}", retry=False)
        name = _name(message)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self.has(message):
                return Sent(f"stored before as {name}.eml")
            self._write_page(name, message)
            _write_once(self._folder / f"{name}.eml", data)
            self._write_index()
        except OSError as e:
            return NotSent(f"mailbox {self._folder}: {e.strerror or e}", retry=True)
        return Sent(f"stored as {name}.eml")

    def has(self, message: Message) -> bool:
        """Whether a message with this key was stored: the answer a started-again sender needs."""
        return (self._folder / f"{_name(message)}.eml").exists()

    def _write_page(self, name: str, message: Message) -> None:
        """The HTML part as a page, its inline pictures beside it."""
        page = message.html
        for content_id, (kind, data) in message.inline.items():
            file = f"{_plain(content_id)}.{_plain(kind.rpartition('/')[2])}"
            _replace(self._folder / name / file, data)
            page = page.replace(f"cid:{content_id}", file)
        _replace(self._folder / name / "message.html", page.encode("utf-8"))

    def _write_index(self) -> None:
        mails = [(file.stem, _headers(file)) for file in self._folder.glob("*.eml")]
        mails.sort(key=lambda m: (_moment(m[1]), m[0]), reverse=True)
        rows = "\n".join(_row(name, mail) for name, mail in mails)
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Mailbox</title><style>{_STYLE}</style><h1>Mailbox, {len(mails)} messages</h1><ol>\n{rows}\n</ol></html>\n"
        )
        _replace(self._folder / "index.html", page.encode("utf-8"))


def _row(name: str, mail: EmailMessage) -> str:
    subject, sender, to = (html.escape(str(mail[h] or "")) for h in ("Subject", "From", "To"))
    when = html.escape(f"{_moment(mail):%d %b %Y, %H:%M} UTC")
    return (
        f'<li><a href="{name}/message.html">{subject}</a><span>{sender} to {to}, {when}, '
        f'<a href="{name}.eml">source</a></span></li>'
    )


def _headers(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)


def _moment(mail: EmailMessage) -> datetime:
    moment: datetime = mail["Date"].datetime
    return moment


def _name(message: Message) -> str:
    return message_id(message)[1:].partition("@")[0]


def _plain(text: str) -> str:
    """Text as part of a file name: letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text) or "part"


def _draft(path: Path, data: bytes) -> Path:
    """The data on disk under a passing name beside `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as draft:
        draft.write(data)
        draft.flush()
        os.fsync(draft.fileno())
    return Path(draft.name)


def _write_once(path: Path, data: bytes) -> None:
    """Whole or not at all, and never over a file that is there."""
    draft = _draft(path, data)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another sender with the same key was first: stored once, as promised
    finally:
        draft.unlink()


def _replace(path: Path, data: bytes) -> None:
    """Whole or not at all, over what was there."""
    draft = _draft(path, data)
    draft.chmod(0o644)
    draft.replace(path)
