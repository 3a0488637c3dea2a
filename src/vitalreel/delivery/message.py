"""A message on its way, and what became of it: the words that delivery, the channels and the outbox share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A touch made ready for one channel."""

    key: str  # the outbox row's unique key; also the Message-ID's left part, where it has no name
    sender: str
    sender_name: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    inline: Mapping[str, tuple[str, bytes]]  # content id -> (MIME type, bytes)
    about: Mapping[str, str] = field(
        default_factory=dict
    )  # account, contact, play, film, link: for systems that send it themselves
    name: str = ""  # which nobody can guess and its reader alone is told: what comes back is known by it


@dataclass(frozen=True, slots=True)
class Sent:
    receipt: str  # the peer's own word: queue id, status line


@dataclass(frozen=True, slots=True)
class NotSent:
    """The peer certainly did not take it."""

    reason: str
    retry: bool  # a later attempt may succeed
    address: bool = False  # what was not taken is the address


@dataclass(frozen=True, slots=True)
class Unknown:
    """The connection broke after the data was given: it may have been taken. A person decides."""

    reason: str
