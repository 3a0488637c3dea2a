"""Reports as mail servers and mail providers write them, about a mail that was really sent: each in its own manner."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes
from email.policy import SMTP

LIMIT = "================="


def heads(mail: bytes) -> str:
    return mail.replace(b"\r\n", b"\n").decode().partition("\n\n")[0] + "\n"


def _report(
    to: str, kind: str, subject: str, words: str, told: str, told_as: str, back: str, back_as: str, more: str = ""
) -> bytes:
    return f"""Return-Path: <>
Received: by mx.nordwind.example; Mon, 2 Mar 2026 10:01:00 +0000
From: Mail Delivery System <MAILER-DAEMON@mx.nordwind.example>
To: {to}
Subject: {subject}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind};
\tboundary="{LIMIT}"

This is a MIME-encapsulated message.

--{LIMIT}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

{words}

--{LIMIT}
Content-Type: {told_as}
{more}
{told}
--{LIMIT}
Content-Description: Undelivered Message
Content-Type: {back_as}

{back}
--{LIMIT}--
""".replace("\n", "\r\n").encode()


def postfix(
    mail: bytes, to: str, status: str = "5.1.1", action: str = "failed", said: str = "550 5.1.1 <x>: no such user"
) -> bytes:
    """Postfix: three parts, the whole mail given back."""
    told = f"""Reporting-MTA: dns; mx.nordwind.example
X-Postfix-Queue-ID: 4F1A
Arrival-Date: Mon,  2 Mar 2026 10:00:58 +0000 (UTC)

Final-Recipient: rfc822; somebody.else@elsewhere.example
Original-Recipient: rfc822;somebody.else@elsewhere.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx2.nordwind.example
Diagnostic-Code: smtp; {said}
"""
    back = mail.replace(b"\r\n", b"\n").decode()
    return _report(to, "delivery-status", "Undelivered Mail Returned to Sender", "I'm sorry.", told, "message/delivery-status",
                   back, "message/rfc822")  # fmt: skip


def exchange(mail: bytes, to: str, status: str = "5.1.10") -> bytes:
    """Exchange: fields folded, only the heads given back, the status in base64."""
    told = f"""Reporting-MTA: dns;AM6.eurprd.example
Received-From-MTA: dns;AM6.eurprd.example

Final-recipient: RFC822;x@nordwind.example
Action: failed
Status: {status}
Diagnostic-Code: smtp;550 {status} RESOLVER.ADR.RecipientNotFound;
 Recipient not found by SMTP address lookup
"""
    encoded = b64encode(told.encode()).decode()
    return _report(to, "delivery-status", "Undeliverable", "Your message couldn't be delivered.", encoded,
                   "message/global-delivery-status", heads(mail), "text/rfc822-headers",
                   "Content-Transfer-Encoding: base64\n")  # fmt: skip


def gmail(mail: bytes, to: str) -> bytes:
    """Gmail: bare status, the reason in the diagnosis, a mailbox that is full."""
    said = "452-4.2.2 The recipient's inbox is out of storage space. 452 4.2.2"
    return postfix(mail, to, "4.2.2", "failed", said)


def complaint(mail: bytes, to: str, kind: str = "abuse") -> bytes:
    """ARF as feedback loops send it: the address taken out, the mail with it."""
    told = f"""Feedback-Type: {kind}
User-Agent: ExampleFBL/1.0
Version: 1
Original-Mail-From: <redacted@larkspur.example>
Arrival-Date: Mon, 2 Mar 2026 12:00:00 +0000
"""
    original = message_from_bytes(mail, policy=SMTP)
    del original["To"]
    original["To"] = "redacted@nordwind.example"
    return _report(to, "feedback-report", "FW: complaint", "This is an email abuse report.", told, "message/feedback-report",
                   original.as_bytes().replace(b"\r\n", b"\n").decode(), "message/rfc822")  # fmt: skip
