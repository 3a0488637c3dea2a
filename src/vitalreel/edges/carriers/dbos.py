"""DBOS as the carrier: messages with priorities in the app's own database, each handed to one of many worker processes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

from dbos import DBOS, DBOSClient, DBOSConfig
from sqlalchemy import Connection

from vitalreel.ports import Letter

APPLICATION = "vitalreel"
VERSION = "films-1"
"""Of the workflow below. Ours, not DBOS's hash of the source: a worker of the next release takes over what waits."""
ON_THE_WAY = ("ENQUEUED", "DELAYED", "PENDING")
QUEUES: Mapping[str, float] = {"asked": 0.2, "films": 1.0}
"""Queue -> seconds between two looks for a message."""

_handler: list[Callable[[str], None]] = []
"""What this process does with a letter; DBOS's registry of workflows is as global as this."""


@DBOS.workflow(name="film")
def _film(job: str) -> None:
    """One letter. It may come twice after a crash: the job's row decides."""
    _handler[0](job)


class DbosCarrier:
    """Sends letters, and in a worker's process receives them. One receiver a process.

    url: the app database's, SQLite or PostgreSQL. DBOS's own tables are made beside ours where they are missing (on PostgreSQL
    in the schema `dbos`).
    """

    def __init__(self, url: str) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        self._url = url
        DBOS.migrate(url)  # now, for `send` is called in a transaction that holds SQLite's one write lock
        self._client = DBOSClient(system_database_url=url, application_name=APPLICATION)

    def send(self, connection: Connection, letter: Letter) -> None:
        """Send in the caller's transaction: committed, it goes; rolled back, it never was."""
        self._client.enqueue_in_transaction(
            connection,
            {"workflow_name": "film", "queue_name": letter.queue, "workflow_id": letter.name, "app_version": VERSION,
             "priority": letter.priority},
            letter.job,
        )  # fmt: skip

    def lost(self, names: Collection[str]) -> set[str]:
        """Which of these letters are neither waiting nor in anybody's hands."""
        if not names:
            return set()
        found = self._client.list_workflows(workflow_ids=list(names), load_input=False, load_output=False)
        return set(names) - {w.workflow_id for w in found if w.status in ON_THE_WAY}

    def withdraw(self, names: Collection[str]) -> None:
        """Take letters back; one that is being worked on is not stopped."""
        if names:
            self._client.cancel_workflows(list(names))

    def receive(self, executor: str, together: Mapping[str, int], handler: Callable[[str], None]) -> None:
        """Take letters from now on.

        executor: a name no other live process has, and that comes back after a crash. together: queue -> how many of its letters
        this process works on at once. handler: called with the job's id, in a thread of its own.
        """
        _handler[:] = [handler]
        config: DBOSConfig = {
            "name": APPLICATION, "system_database_url": self._url, "application_version": VERSION, "executor_id": executor,
            "log_level": "WARNING", "enable_otlp": False,
        }  # fmt: skip
        DBOS(config=config)
        DBOS.launch()
        for queue, seconds in QUEUES.items():
            DBOS.register_queue(
                queue, worker_concurrency=together[queue], polling_interval_sec=seconds, on_conflict="always_update"
            )

    def close(self, wait_s: int = 0) -> None:
        """Take no more letters; wait so long for what is in hand."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_s)
        self._client.destroy()
