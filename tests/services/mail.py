"""A real SMTP server on a free local port that keeps what it is given, and can be told to fail in the known ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Received:
    """One message taken in whole, whether or not the sender was told so."""

    sender: str  # envelope, not header
    recipients: tuple[str, ...]  # envelope
    content: bytes
    at: datetime  # aware UTC, when the last byte was in
    acknowledged: bool  # False: the connection was dropped in place of the reply

    @property
    def message(self) -> EmailMessage:
        return cast(EmailMessage, message_from_bytes(self.content, policy=modern))


@dataclass(slots=True)
class MailServer:
    """Where to connect, what came in, and how to fail. Starts out taking everything."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    drops: bool = False

    def refuse(self, command: str, reply: str) -> None:
        """Answers every "MAIL", "RCPT" or "DATA" with this reply: "450 4.2.0 Try later", "550 5.1.1 No such user"."""
        if command not in ("MAIL", "RCPT", "DATA"):
            raise ValueError(f"cannot refuse {command!r}")
        self.refusals[command] = reply

    def drop_after_data(self) -> None:
        """Takes each message, then breaks the connection without a reply: the sender cannot know."""
        self.drops = True

    def accept(self) -> None:
        """Takes everything again."""
        self.refusals.clear()
        self.drops = False

    # What aiosmtpd calls

    async def handle_MAIL(self, _: SMTP, __: Session, envelope: Envelope, sender: str, options: list[str]) -> str:
        if reply := self.refusals.get("MAIL"):
            return reply
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, recipient: str, options: list[str]) -> str:
        if reply := self.refusals.get("RCPT"):
            return reply
        envelope.rcpt_tos.append(recipient)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, connection: SMTP, _: Session, envelope: Envelope) -> str:
        if reply := self.refusals.get("DATA"):
            return reply
        self.received.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=cast(bytes, envelope.content),
                at=datetime.now(UTC),
                acknowledged=not self.drops,
            )
        )
        if self.drops:
            assert connection.transport is not None
            connection.transport.abort()
        return f"250 2.0.0 OK queued as {len(self.received)}"


class _OnAnyPort(Controller):
    """aiosmtpd's controller, given the port the system chose before it makes its first trial connection."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def server() -> Iterator[MailServer]:
    """A mail server in its own thread, closed afterwards."""
    mail = MailServer()
    controller = _OnAnyPort(mail, hostname=mail.host, port=0)
    controller.start()
    mail.port = controller.port
    try:
        yield mail
    finally:
        controller.stop()
