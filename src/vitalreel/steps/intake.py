"""The door players' events come in by: a token and a batch in, an answer once it is on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future

from sqlalchemy import Engine

from vitalreel.delivery.link import verify
from vitalreel.ports import Now
from vitalreel.steps.journal import Journal
from vitalreel.steps.receive import Batch, Letter, Taken, read
from vitalreel.tracking.intake import Sender
from vitalreel.tracking.viewer import subject


class Intake:
    """Thread-safe; `close` stores what waits."""

    def __init__(
        self, engine: Engine, keys: Sequence[bytes], now: Now, is_staff: Callable[[str, Mapping[str, str]], bool],
        viewer_keys: Sequence[bytes] = (),
    ) -> None:  # fmt: skip
        """keys: of links, newest first. is_staff: (client address, cookies) -> whether this is one of our own people (K9).

        viewer_keys: of applications that say who is signed in where a video is shown (K2).
        """
        self._journal, self._keys, self._now, self._viewer_keys = Journal(engine), keys, now, viewer_keys
        self.is_staff = is_staff

    def known(self, token: str) -> str | None:
        """The id that a token was signed for; None where the signature is wrong. Whether the link is there is not asked."""
        return verify(token, self._keys)

    def take(self, link_id: str, batch: Batch, sender: Sender) -> Future[Taken]:
        """Hand a batch to the store; committed once the answer is there.

        Raises Unavailable when the store is full; what the answer raises is said at `Journal.append`.
        """
        return self._journal.append(self._read(link_id, batch, sender))

    def signed_in(self, batch: Batch) -> str:
        """Who is signed in where a batch was played, by its token; empty where it has none, or none that is good."""
        return (subject(batch.user, self._viewer_keys, self._now()) or "") if batch.user else ""

    def _read(self, link_id: str, batch: Batch, sender: Sender) -> Letter:
        return read(link_id, batch, sender, self._now(), self.signed_in(batch))

    def store(self, link_id: str, batch: Batch, sender: Sender) -> Taken:
        """The same for a caller that can wait."""
        return self._journal.store(self._read(link_id, batch, sender))

    def close(self) -> None:
        self._journal.close()
