"""What came back of our mails: a message as it arrived in; a bounce or a complaint with the mails it may be about out.

Anybody may write to the mailbox where mails come back. A report is therefore believed in one thing only: that it has seen a name
which we gave to one mail and told nobody but its reader. Whose mail that was, and to which address, is ours to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as Mail
from email.parser import HeaderParser
from fnmatch import fnmatchcase
from typing import Literal

from vitalreel.errors import BadConfiguration

Kind = Literal["bounce", "complaint", "news"]
"""news: it is on its way, was delivered, or somebody says that it is no spam."""
Weight = Literal["hard", "soft", ""]
"""hard: the address is dead. soft: it may live. "": what came back says nothing about the address."""
MOST_BYTES = 4 * 1024 * 1024
"""A report with our whole mail in it is below 200 kB."""
NAME = re.compile(r"[0-9a-f]{24}|[0-9a-f]{32}")
"""A mail's name: 96 bits nobody can guess; 32 digits in mails of a version before."""
_TO = (
    "To",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "Original-Mail-From",
    "Return-Path",
)
_TAGGED = re.compile(r"\+([0-9a-z]{24,32})@", re.IGNORECASE)
_ID = re.compile(r"<\s*([0-9a-z]{24,32})@", re.IGNORECASE)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")  # RFC 3463
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])")  # RFC 5321 4.2
_COMPLAINTS = (
    "abuse",
    "fraud",
    "opt-out",
    "opt-out-list",
    "other",
)  # RFC 5965 7.3, RFC 6650; "virus" and "not-spam" are none
_STATUS, _FEEDBACK = ("message/delivery-status", "message/global-delivery-status"), "message/feedback-report"
_ORIGINAL = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


@dataclass(frozen=True, slots=True)
class Returning:
    """`bounces:` of vitalreel.yaml."""

    hard: tuple[str, ...] = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1")
    refusals: tuple[str, ...] = ("550", "551", "553")  # replies to an address, where they name no status
    ours: tuple[str, ...] = ("?.5.*", "?.6.*", "?.7.*")  # protocol, content and policy: about the message or about us
    soft: int = 3  # so many mails that came back softly
    soft_days: int = 30  # of those sent within so many days: the address is dead

    def weigh(self, status: str, to_address: bool = False) -> Weight:
        """What a failure says about the address. status: as `status_of`. to_address: it is a mail server's reply to the address."""
        if any(fnmatchcase(status, pattern) for pattern in self.hard) or (to_address and status in self.refusals):
            return "hard"
        return "" if any(fnmatchcase(status, pattern) for pattern in self.ours) else "soft"


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server or a mail provider wrote to us."""

    kind: Kind
    names: frozenset[str]  # that it has seen; whether one is a mail of ours it cannot know
    status: str  # RFC 3463 ("5.1.1"), else a reply's code ("550"); "" where there is none
    detail: str  # one line, its writer's words


class NoReport(Exception):
    """A message that is no report, or none that can be read: `reason` says why, for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_returning(raw: object, where: str) -> Returning:
    """`{hard: [5.1.1], refusals: [550], ours: ["?.7.*"], soft: 3 in 30 days}`; None and what is left out: as shipped.

    Raises BadConfiguration naming place and remedy.
    """
    usual = Returning()
    if raw is None:
        return usual
    if not isinstance(raw, Mapping) or not set(raw) <= {"hard", "refusals", "ours", "soft"}:
        raise BadConfiguration(where, f"cannot read {raw!r}", "it may hold hard, refusals, ours and soft")
    codes = {key: _codes(raw.get(key, getattr(usual, key)), f"{where}.{key}") for key in ("hard", "refusals", "ours")}
    words = str(raw.get("soft", f"{usual.soft} in {usual.soft_days} days")).split()
    if (
        len(words) != 4
        or words[1] != "in"
        or not words[0].isdigit()
        or not words[2].isdigit()
        or "0" in (words[0], words[2])
    ):
        raise BadConfiguration(f"{where}.soft", f"cannot read {' '.join(words)!r}", "write it as `3 in 30 days`")
    return Returning(codes["hard"], codes["refusals"], codes["ours"], int(words[0]), int(words[2]))


def _codes(raw: object, where: str) -> tuple[str, ...]:
    codes = tuple(map(str, raw)) if isinstance(raw, list | tuple) else ()
    if not isinstance(raw, list | tuple) or not all(re.fullmatch(r"[\d?*]+(\.[\d?*]+){0,2}", code) for code in codes):
        raise BadConfiguration(where, f"cannot read {raw!r}", 'list codes, as [5.1.1, "5.2.*", 550]')
    return codes


def status_of(text: str) -> str:
    """The status a reply or a diagnosis names: the first enhanced one that says more than its class, else the reply's code, else ""."""
    enhanced = [code for code in _ENHANCED.findall(text) if not code.endswith(".0.0")]
    reply = _REPLY.search(text)
    return enhanced[0] if enhanced else reply.group(1) if reply else ""


def read_report(data: bytes) -> Report:
    """The report in a message. Raises NoReport where it holds none; nothing else, whatever the bytes are."""
    if len(data) > MOST_BYTES:
        raise NoReport(f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
    try:
        mail = message_from_bytes(data, policy=policy.compat32)
        return _read(mail)
    except NoReport:
        raise
    except Exception as e:  # whatever hostile bytes trip it over, a person is told of the message
        raise NoReport(f"it cannot be taken apart: {type(e).__name__}") from e


def _read(mail: Mail) -> Report:
    parts = [part for part in mail.walk() if part is not mail]
    names = frozenset(_names(mail, parts))
    for part in parts:
        kind = part.get_content_type()
        if kind == _FEEDBACK:
            return _complaint(next(_blocks(part)), names)
        if kind in _STATUS:
            return _bounce(list(_blocks(part)), names)
    if _head(mail, "Auto-Submitted").lower().startswith("auto-replied"):
        raise NoReport("it is an automatic reply")
    raise NoReport("it is no report: neither RFC 3464 nor RFC 5965")


def _complaint(fields: Mail, names: frozenset[str]) -> Report:
    said = _head(fields, "Feedback-Type").lower()
    if not said:
        raise NoReport("its feedback names no type")
    by = _head(fields, "User-Agent")
    return Report(
        "complaint" if said in _COMPLAINTS else "news", names, "", f"{said}, says {by or 'nobody by name'}"[:300]
    )


def _bounce(blocks: list[Mail], names: frozenset[str]) -> Report:
    """Of several recipients' the worst counts: a mail of ours has one."""
    told = [b for b in blocks if b["Action"] is not None]
    if not told:
        raise NoReport("its delivery status says nothing about any recipient")
    failed = [b for b in told if _head(b, "Action").lower() == "failed"]
    one = (failed or told)[0]
    said, diagnosis = _head(one, "Status"), _head(one, "Diagnostic-Code")
    status = (
        status_of(said)
        if _ENHANCED.fullmatch(said) and not said.endswith(".0.0")
        else status_of(diagnosis) or said[:20]
    )
    detail = f"{said} {diagnosis.partition(';')[2].strip() or diagnosis}".strip()
    return Report("bounce" if failed else "news", names, status, detail[:300] or _head(one, "Action")[:40])


def _blocks(part: Mail) -> Iterator[Mail]:
    """The groups of fields of a status or a feedback part, empty lines between; one that came encoded is decoded."""
    payload, coded = (
        part.get_payload(),
        _head(part, "Content-Transfer-Encoding").lower() in ("base64", "quoted-printable"),
    )
    if isinstance(payload, list) and part.get_content_type() == "message/delivery-status" and not coded:
        yield from (block for block in payload if isinstance(block, Mail))
        return
    inner = part
    if isinstance(payload, list):  # taken for a message within the message
        inner = Mail()
        inner["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"] or "8bit"
        inner.set_payload("\n".join(block.as_string() for block in payload if isinstance(block, Mail)))
    decoded = inner.get_payload(decode=True)
    text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""
    groups = [group for group in re.split(r"\r?\n[ \t]*\r?\n", text) if group.strip()]
    yield from (HeaderParser().parsestr(group.lstrip()) for group in groups or [""])


def _names(mail: Mail, parts: list[Mail]) -> Iterator[str]:
    """All names of mails that are told: in the address a report came to, and in what it gives back of the mail itself."""
    heads = [mail]
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global"):
            payload = part.get_payload()
            heads += [one for one in payload if isinstance(one, Mail)] if isinstance(payload, list) else []
        elif kind in _ORIGINAL or kind == _FEEDBACK:
            heads += _blocks(part)
    for head in heads:
        for field in _TO:
            for value in head.get_all(field, []):
                yield from (name.lower() for name in _TAGGED.findall(str(value)))
        if head is not mail:
            for value in head.get_all("Message-ID", []):
                yield from (name.lower() for name in _ID.findall(str(value)))


def _head(mail: Mail, field: str) -> str:
    return " ".join(str(mail[field] or "").split())
