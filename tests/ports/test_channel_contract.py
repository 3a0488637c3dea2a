"""What every channel promises, run over every make: SMTP against a real server, and the mailbox folder."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.edges.channels.mailbox import MailboxChannel
from vitalreel.edges.channels.smtp import Server, SmtpChannel, read_server
from vitalreel.errors import BadInput
from vitalreel.ports import Channel

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PNG = bytes.fromhex("89504e470d0a1a0a") + bytes(range(256))

MESSAGE = Message(
    key="t1.email",
    sender="ingrid@larkspur.example",
    sender_name="Ingrid Sølheim, Larkspur",
    to="jonas@nordwind.example",
    to_name="Jonas “Jo” Brandt",
    subject="Where Nordwind stands, 1:34 – Überblick",
    text="Hello Jonas,\n\n.a line that starts with a dot\nGrüße\n",
    html='<p>Hello Jonas</p><a href="https://x.example/v/t"><img src="cid:poster"></a>',
    headers={"List-Unsubscribe": "<https://x.example/u/t>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    inline={"poster": ("image/png", PNG)},
)


@dataclass
class Peer:
    """A channel, and what its far end holds."""

    channel: Channel
    arrived: Callable[[], list[EmailMessage]]


class _Keep:
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):  # aiosmtpd's name for it
        self.mails.append(envelope.content)
        return "250 queued as 4711"


@pytest.fixture(params=["smtp", "mailbox"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    if request.param == "mailbox":
        folder = tmp_path / "mail"
        read = lambda: [_read(f.read_bytes()) for f in sorted(folder.glob("*.eml"))]  # noqa: E731
        yield Peer(MailboxChannel(folder, lambda: NOW), read)
        return
    keep = _Keep()
    with _serving(keep) as port:
        yield Peer(SmtpChannel(Server("127.0.0.1", port), lambda: NOW, 5), lambda: [_read(m) for m in keep.mails])


class _serving:
    def __init__(self, handler: object) -> None:
        self._controller = Controller(handler, hostname="127.0.0.1", port=_free_port())

    def __enter__(self) -> int:
        self._controller.start()
        return self._controller.port

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


def _unix(text: str) -> str:
    """Text with the line ends of its writer: the network's own are two characters (RFC 5322)."""
    return text.replace("\r\n", "\n")


def test_a_message_arrives_whole(peer: Peer):
    """Text, HTML, picture, names beyond ASCII and the one-click headers survive the way (R4)."""
    answer = peer.channel.send(MESSAGE)
    (mail,) = peer.arrived()
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")

    assert isinstance(answer, Sent)
    assert (MESSAGE.subject, MESSAGE.text) == (mail["Subject"], _unix(mail.get_body(("plain",)).get_content()))
    assert (MESSAGE.html, PNG) == (_unix(mail.get_body(("html",)).get_content()).strip(), picture.get_content())
    assert ("<poster>", "Ingrid Sølheim, Larkspur") == (picture["Content-ID"], mail["From"].addresses[0].display_name)
    assert "List-Unsubscribe=One-Click" == mail["List-Unsubscribe-Post"]
    assert NOW == mail["Date"].datetime


def test_the_message_id_comes_from_the_key_alone(peer: Peer):
    """A second attempt carries the same id, so that whoever receives both can tell (R6)."""
    peer.channel.send(MESSAGE)
    peer.channel.send(replace(MESSAGE, text="again"))

    assert {"<t1.email@larkspur.example>"} == {m["Message-ID"] for m in peer.arrived()}


def test_keys_that_cannot_stand_in_an_id_or_a_file_name_are_made_safe(peer: Peer):
    """A key is data: slashes, colons and dots lead nowhere (P8)."""
    peer.channel.send(replace(MESSAGE, key="../../t1:email/ä"))
    (mail,) = peer.arrived()

    assert "/" not in mail["Message-ID"]


@pytest.mark.parametrize("address", ["jonas", "jo nas@x.example", "jonas@", "a@x.example\r\nBcc: b@x.example"])
def test_an_address_that_is_none_is_refused_for_good(peer: Peer, address: str):
    """A wrong address does not become right by trying again, and injects no header (P8)."""
    answer = peer.channel.send(replace(MESSAGE, to=address))

    assert isinstance(answer, NotSent) and not answer.retry
    assert [] == peer.arrived()


def test_the_mailbox_stores_a_key_once(tmp_path: Path):
    """The folder remembers what came, also across processes (P1)."""
    for _ in range(3):
        MailboxChannel(tmp_path, lambda: NOW).send(MESSAGE)

    assert ["t1.email.eml"] == [f.name for f in tmp_path.glob("*.eml")]
    assert MailboxChannel(tmp_path, lambda: NOW).has(MESSAGE)
    assert [] == list(tmp_path.rglob(".*.part"))


def test_the_mailbox_page_lists_messages_and_opens_them(tmp_path: Path):
    """The demo's mail is read by clicking (R4)."""
    box = MailboxChannel(tmp_path, lambda: NOW)
    box.send(MESSAGE)
    box.send(replace(MESSAGE, key="t2.email", subject="<script>alert(1)</script>"))
    index = (tmp_path / "index.html").read_text()
    page = (tmp_path / "t1.email" / "message.html").read_text()

    assert "t1.email/message.html" in index and "t2.email/message.html" in index
    assert "<script>" not in index
    assert 'src="poster.png"' in page and 'href="https://x.example/v/t"' in page
    assert PNG == (tmp_path / "t1.email" / "poster.png").read_bytes()


def test_a_server_that_is_away_has_not_taken_it():
    """Nothing was given: trying later is safe (R6)."""
    answer = SmtpChannel(Server("127.0.0.1", _free_port()), lambda: NOW, 2).send(MESSAGE)

    assert isinstance(answer, NotSent) and answer.retry


@pytest.mark.parametrize(("reply", "retry"), [("451 greylisted, come back", True), ("550 no such user", False)])
def test_a_server_that_declines_is_believed(reply: str, retry: bool):
    """4xx may pass, 5xx stays (RFC 5321 4.2.1)."""

    class Declines:
        async def handle_RCPT(self, server, session, envelope, address, options):
            return reply

    with _serving(Declines()) as port:
        answer = SmtpChannel(Server("127.0.0.1", port), lambda: NOW, 5).send(MESSAGE)

    assert NotSent(reply, retry, address=True) == answer


@pytest.mark.parametrize(
    ("until", "answer"),
    [("MAIL", NotSent), ("DATA", NotSent), ("text", NotSent), ("end", Unknown)],
)
def test_a_broken_connection_says_how_far_the_message_came(until: str, answer: type):
    """Only a loss after the line that ends the message leaves doubt; then nobody may simply send again (P1 R6)."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_hang_up, args=(listening, until), daemon=True).start()
        message = replace(MESSAGE, text="x" * 8_000_000) if until == "text" else MESSAGE
        got = SmtpChannel(Server("127.0.0.1", listening.getsockname()[1]), lambda: NOW, 3).send(message)

    assert answer is type(got)


def _hang_up(listening: socket.socket, until: str) -> None:
    """A server that breaks the connection at a chosen moment."""
    connection, _ = listening.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 x\r\n")
        for line in lines:
            word = line.split(b" ")[0].strip().upper().decode()
            if word == until:
                break
            connection.sendall(b"354 go\r\n" if word == "DATA" else b"250 ok\r\n")
            if word == "DATA":
                if until == "end":
                    while lines.readline() != b".\r\n":
                        pass
                break
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def test_a_server_url_says_everything():
    """One variable holds the mail server."""
    got = read_server("smtp://me%40x:p%2Fw@mail.example?starttls")

    assert Server("mail.example", 587, "me@x", "p/w", "starttls") == got


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port"])
def test_a_url_of_no_mail_server_is_refused(url: str):
    """A mistake in the setting is told at start and by its name (P5)."""
    with pytest.raises(BadInput, match="VITALREEL_SMTP"):
        read_server(url)
