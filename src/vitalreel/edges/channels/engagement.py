"""A structured engagement asked of the CS platform: a signed webhook with all it needs, and a file of what was asked (R4 R5)."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.errors import Unavailable
from vitalreel.identity import fingerprint
from vitalreel.ports import Caller, Now
from vitalreel.tracking.hook import headers

TYPE = "vitalreel.engagement.requested"
_PASSING = (408, 425, 429)


class EngagementChannel:
    """Posts each message once as a CloudEvent and keeps it as a file when it was taken; `has` tells whether it was.

    Whoever died between the two asks again with the same `webhook-id`, by which the platform knows a repeat.
    """

    name = "engagement"

    def __init__(self, url: str, keys: Sequence[bytes], folder: Path, caller: Caller, now: Now) -> None:
        self._url, self._keys, self._folder, self._caller, self._now = url, keys, folder, caller, now

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        name, now = _name(message), self._now()
        told = {
            "specversion": "1.0", "id": name, "source": "vitalreel", "type": TYPE, "subject": message.about.get("account", ""),
            "time": now.isoformat(), "datacontenttype": "application/json",
            "data": {**message.about, "to": message.to, "to_name": message.to_name, "from": message.sender,
                     "from_name": message.sender_name, "subject": message.subject, "text": message.text},
        }  # fmt: skip
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        try:
            called = self._caller.post(self._url, headers(name, body, self._keys, now), body.encode())
        except Unavailable as e:
            return NotSent(f"{self._url.split('?')[0]}: {e.reason}", retry=True)  # a repeat is known by its id
        if not 200 <= called.status < 300:
            return NotSent(f"HTTP {called.status}", retry=called.status >= 500 or called.status in _PASSING)
        self._keep(name, body)
        return Sent(f"HTTP {called.status}, {name}")

    def has(self, message: Message) -> bool:
        """Whether a message with this key was taken."""
        return (self._folder / f"{_name(message)}.json").exists()

    def _keep(self, name: str, body: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{name}.{os.getpid()}.part"
        draft.write_text(body, encoding="utf-8")
        draft.replace(self._folder / f"{name}.json")


def _name(message: Message) -> str:
    return fingerprint("engagement", message.key)
