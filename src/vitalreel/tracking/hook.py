"""A view, a score or a run told to another system: its row in; a CloudEvent, the headers that sign it and the time of the next try out.

Sources: CloudEvents 1.0 (JSON, structured mode); Standard Webhooks (specification: symmetric signatures, retries).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vitalreel.errors import BadInput
from vitalreel.identity import fingerprint

VIEW = "vitalreel.view.measured"
SCORE = "vitalreel.score.changed"
FIRED, ENDED = "vitalreel.play.fired", "vitalreel.play.ended"
TELLS = ("views", "scores", "plays")
"""What a hook may be told of; views unless it says otherwise."""
MEDIA_TYPE = "application/cloudevents+json"
SECRET_BYTES = range(24, 65)

RETRIES = tuple(
    timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # 5 s to a day: three and a half days in all, with the first try ten
"""How long after each try that failed the next one comes: the schedule Standard Webhooks recommends."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Who is told."""

    name: str  # letters, digits, "-" or "_"
    url: str
    tells: tuple[str, ...] = ("views",)  # of TELLS


@dataclass(frozen=True, slots=True)
class Message:
    """What one hook is told about one view, one account's score, or one run of a play, as it stood."""

    id: str  # the same view as it stood, told to the same hook, always has the same one
    hook: str
    view: str  # "" where it is about a run
    version: int  # events a view was measured from; 1 of a run that has ended: of two messages the higher one holds
    body: str
    run: str = ""  # "" where it is about a view

    @property
    def envelope(self) -> dict[str, Any]:
        """The CloudEvent again."""
        told: dict[str, Any] = json.loads(self.body)
        return told


def message(hook: Hook, row: Mapping[str, Any], module: str, play: str | None, source: str) -> Message:
    """The message about a view that was made or grew.

    row: of the view table. module: of its film. play: that sent the film, None where none did. source: a URI that names this
    workspace.
    """
    name = fingerprint("hook", hook.name, row["id"], row["events"])[:32]
    data = {
        "view": row["id"], "version": row["events"], "account": row["account"], "contact": row["contact"] or None,
        "video": row["video"], "module": module, "play": play, "started": row["started"].isoformat(),
        "watched_s": row["watched_s"], "completion": row["completion"], "ranges": row["ranges"], "replays": row["replays"],
        "last_position_s": row["last_position_s"], "clicked": row["clicked"], "asked_for_human": row["asked_for_human"],
        "rating": row["rating"], "shared": row["shared"],
    }  # fmt: skip
    body = _enveloped(name, source, VIEW, row["account"], row["updated"], data)
    return Message(name, hook.name, row["id"], row["events"], body)


def score_message(hook: Hook, data: Mapping[str, Any], source: str, now: datetime) -> Message:
    """The message about an account's score that is another than before. data: JSON-ready, with `account` and `day`.

    Of two messages about one account the later one holds: its version is the second it was made.
    """
    name = fingerprint("hook", hook.name, SCORE, data)[:32]
    about = f"score {fingerprint(data['account'])}"
    return Message(
        name, hook.name, about, int(now.timestamp()), _enveloped(name, source, SCORE, data["account"], now, data)
    )


def run_message(hook: Hook, run: Mapping[str, Any], ended: bool, source: str, now: datetime) -> Message:
    """The message that a play fired at an account, or about its end with what came of it. run: in plain data, as it stands."""
    kind = ENDED if ended else FIRED
    name = fingerprint("hook", hook.name, run["run"], kind)[:32]
    return Message(
        name, hook.name, "", int(ended), _enveloped(name, source, kind, run["account"], now, run), str(run["run"])
    )


def _enveloped(name: str, source: str, kind: str, account: str, at: datetime, data: Mapping[str, Any]) -> str:
    envelope = {
        "specversion": "1.0", "id": name, "source": source, "type": kind, "subject": account, "time": at.isoformat(),
        "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def headers(message_id: str, body: str, keys: Sequence[bytes], now: datetime) -> dict[str, str]:
    """The headers a message goes out with: id, time of this try, and a signature by each key.

    Signed is "id.seconds.body" by HMAC-SHA256. keys: two while one takes the other's place.
    """
    seconds = str(int(now.timestamp()))
    signed = f"{message_id}.{seconds}.{body}".encode()
    macs = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return {
        "Content-Type": MEDIA_TYPE,
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{mac}" for mac in macs),
    }


def read_keys(text: str, where: str) -> tuple[bytes, ...]:
    """The keys of one or more secrets with spaces between: `whsec_` and base64 of 24 to 64 bytes. Raises BadInput."""
    keys = []
    for secret in text.split():
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            key = b""
        if not secret.startswith("whsec_") or len(key) not in SECRET_BYTES:
            raise BadInput(where, "is not a webhook secret", "set it to whsec_ and the base64 of 24 to 64 random bytes")
        keys.append(key)
    if not keys:
        raise BadInput(where, "is not set", "set it to whsec_ and the base64 of 24 to 64 random bytes")
    return tuple(keys)


def next_try(attempts: int, now: datetime, asked_to_wait_s: float = 0.0) -> datetime | None:
    """When to try again after so many attempts that failed; None: not at all."""
    if attempts > len(RETRIES):
        return None
    return now + max(RETRIES[attempts - 1], timedelta(seconds=asked_to_wait_s))
