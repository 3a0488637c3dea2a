"""Email through any SMTP server, saying of each message whether the server took it, did not, or may have."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, unquote, urlsplit

from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.delivery.mime import mime, return_path
from vitalreel.errors import BadInput
from vitalreel.ports import Now, Seal, unsealed

TIMEOUT_S = 30.0
_GO_AHEAD = 354
_TAKEN = 250
_PASSING = range(400, 500)  # RFC 5321 4.2.1: transient, the same message may be taken later


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = "none"  # none | starttls | tls


def read_server(url: str) -> Server:
    """The server of `smtp://[user:password@]host[:port][?starttls]` or `smtps://...`.

    Raises BadInput where the URL is neither; the password is never part of the message.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as e:
        raise BadInput("VITALREEL_SMTP", str(e), "write smtp://host:587?starttls") from e
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadInput(
            "VITALREEL_SMTP", "is not the URL of a mail server", "write smtp://user:password@host:587?starttls"
        )
    starttls = "starttls" in parse_qs(parts.query, keep_blank_values=True)
    security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else "none"
    default = {"tls": 465, "starttls": 587, "none": 25}[security]
    return Server(
        parts.hostname, port or default, unquote(parts.username or ""), unquote(parts.password or ""), security
    )


class SmtpChannel:
    """One connection a message: a broken one then says exactly how far that message came."""

    name = "email"

    def __init__(
        self, server: Server, now: Now, timeout_s: float = TIMEOUT_S, seal: Seal = unsealed, returns: str = ""
    ) -> None:
        """returns: the address mails come back to; "": whoever each is from."""
        self._server, self._now, self._timeout_s, self._seal, self._returns = server, now, timeout_s, seal, returns

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        try:
            mail = self._seal(mime(message, self._now()).as_bytes())
        except ValueError as e:
            return NotSent(f"the message cannot be sent as it is: {e}", retry=False)
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as e:
            return NotSent(f"{self._server.host}:{self._server.port}: {_told(e)}", retry=True)
        try:
            return self._hand_over(client, message, mail)
        finally:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        """A greeted, secured and signed-in connection."""
        server = self._server
        context = ssl.create_default_context()
        client = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout_s, context=context)
            if server.security == "tls"
            else smtplib.SMTP(server.host, server.port, timeout=self._timeout_s)
        )
        try:
            if server.security == "starttls":
                client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
            if server.user:
                client.login(server.user, server.password)
        except BaseException:
            client.close()
            raise
        return client

    def _hand_over(self, client: smtplib.SMTP, message: Message, mail: bytes) -> Sent | NotSent | Unknown:
        """Envelope, then text, then the line that ends it: only from that line on can the server have taken it."""
        body = smtplib._quote_periods(mail)  # type: ignore[attr-defined]  # RFC 5321 4.5.2
        try:
            code, reply = client.mail(return_path(message, self._returns))
            if code != _TAKEN:
                return _refusal(code, reply)
            code, reply = client.rcpt(message.to)
            if code not in (_TAKEN, 251):
                return replace(_refusal(code, reply), address=True)
            code, reply = client.docmd("DATA")
            if code != _GO_AHEAD:
                return _refusal(code, reply)
            client.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        except (OSError, smtplib.SMTPException) as e:
            return NotSent(f"the connection broke before the message was complete: {_told(e)}", retry=True)
        try:
            client.send(b".\r\n")
            code, reply = client.getreply()
        except (OSError, smtplib.SMTPException) as e:
            return Unknown(f"the connection broke after the message was complete: {_told(e)}")
        if code != _TAKEN:
            return _refusal(code, reply)
        return Sent(f"{code} {_text(reply)}")


def _refusal(code: int, reply: bytes) -> NotSent:
    return NotSent(f"{code} {_text(reply)}", retry=code in _PASSING)


def _text(reply: bytes) -> str:
    return reply.decode("utf-8", "replace").strip()[:500]


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {_text(reply if isinstance(reply, bytes) else str(reply).encode())}"
    return str(error)[:500] or type(error).__name__
