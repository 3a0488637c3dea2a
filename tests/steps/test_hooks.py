"""Views are told to other systems: queued with the view, signed, tried again, given up, and sent anew when asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from tests.services.hook import hook_service
from tests.web.watching import House, house
from vitalreel.edges.callers.https import HttpsCaller
from vitalreel.errors import NotFound, Unavailable
from vitalreel.ports import Called
from vitalreel.steps import hooks
from vitalreel.steps.doors import Doors
from vitalreel.steps.hooks import Mouth, Told, messages, queue, replay, send_due
from vitalreel.steps.receive import Batch
from vitalreel.steps.track import track
from vitalreel.store.tables import hook_message
from vitalreel.tracking.hook import Hook, Message, headers
from vitalreel.tracking.intake import Sender

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
KEY = b"k" * 32
HOOKS = (Hook("crm", "https://crm.example/hook"), Hook("lake", "https://lake.example/hook"))


@dataclass
class Systems:
    """Both systems at once: what each was posted, and how each answers."""

    answer: Callable[[str], Called] = lambda _url: Called(204)
    heard: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    now: datetime = NOW

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        self.heard.append((url, headers, body))
        return self.answer(url)

    def mouth(self) -> Mouth:
        return Mouth(self, {hook.name: (KEY,) for hook in HOOKS}, lambda: self.now)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("hooks"), drawn=False) as made:
        yield made


@pytest.fixture
def doors(home: House) -> Doors:
    with home.doors.engine.begin() as connection:
        connection.execute(delete(hook_message))
    return replace(home.doors, programme=replace(home.doors.programme, webhooks=HOOKS))


def queued(doors: Doors, *names: str, hook: str = "crm", version: int = 1) -> None:
    with doors.engine.begin() as connection:
        queue(connection, [Message(f"{n}.{version}", hook, n, version, f'{{"n":"{n}"}}') for n in names], NOW)


def states(doors: Doors) -> dict[str, tuple[str, int]]:
    return {row["id"]: (row["state"], row["attempts"]) for row in messages(doors)}


def test_a_view_that_counts_is_told_with_its_account_within_the_same_transaction(home: House, doors: Doors):
    """From events to a signed message; plays of scanners are nobody's business (K5 K9)."""
    for name, agent in (("told", "Mozilla/5.0"), ("scanned", "Barracuda/1.0")):
        home.link(name)
        events = [{"id": f"{name}.{n}", "view": name, "type": kind, "position_s": at, "at": (NOW + timedelta(seconds=at)).isoformat()}
                  for n, (kind, at) in enumerate((("play", 0), ("pause", 9)))]  # fmt: skip
        home.viewing.intake.store(name, Batch(events, None), Sender(agent))
    track(doors, NOW)
    track(doors, NOW)  # nothing new: nothing is told again
    systems = Systems()
    told = send_due(doors, systems.mouth())
    _, sent, body = systems.heard[0]
    data = json.loads(body)["data"]

    assert (Told(sent=2), {h.url for h in HOOKS}) == (told, {url for url, _, _ in systems.heard})
    assert ("told", "nordwind", "jonas", 9.0, [[0.0, 9.0]]) == tuple(
        data[k] for k in ("view", "account", "contact", "watched_s", "ranges")
    )
    assert headers(sent["webhook-id"], body.decode(), (KEY,), NOW) == sent


def test_a_newer_message_about_a_view_takes_the_place_of_one_nobody_tried(doors: Doors):
    """A view grows every ten seconds; a system that comes back is told how it stands, not how it came about (K5)."""
    queued(doors, "a")
    queued(doors, "a", version=2)
    queued(doors, "a", hook="lake")

    assert {"a.2": ("waiting", 0)} == {i: s for i, s in states(doors).items() if i == "a.2"}
    assert {"a.2", "a.1"} == set(states(doors)) and 2 == len(messages(doors))


def test_a_refused_message_is_tried_again_at_its_time_with_the_same_id(doors: Doors):
    """5 s at first, or as long as the system asks (K5)."""
    queued(doors, "a")
    systems = Systems(answer=lambda _url: Called(503, wait_s=60))
    first = send_due(doors, systems.mouth())
    systems.now += timedelta(seconds=59)
    early = send_due(doors, systems.mouth())
    systems.now, systems.answer = NOW + timedelta(seconds=61), lambda _url: Called(200)
    last = send_due(doors, systems.mouth())

    assert [Told(again=1), Told(), Told(sent=1)] == [first, early, last]
    assert 1 == len({sent["webhook-id"] for _, sent, _ in systems.heard}) and {"a.1": ("sent", 2)} == states(doors)


def test_a_message_nobody_takes_is_given_up_after_ten_tries_and_told_anew_when_asked(doors: Doors):
    """Dead letters are listed and can be replayed (K5)."""
    queued(doors, "a", "b")
    systems = Systems(answer=lambda _url: Called(500))
    for _ in range(12):
        send_due(doors, systems.mouth())
        systems.now += timedelta(days=1)
    given_up, tries = states(doors), len(systems.heard)
    count = replay(doors, "crm", NOW - timedelta(days=1), systems.now, failed_only=True)
    systems.answer = lambda _url: Called(204)
    told = send_due(doors, systems.mouth())

    assert ({"a.1": ("failed", 10), "b.1": ("failed", 10)}, 20) == (given_up, tries)
    assert (2, Told(sent=2)) == (count, told)


def test_who_says_gone_is_not_asked_again(doors: Doors):
    """410 is an answer (Standard Webhooks)."""
    queued(doors, "a")
    told = send_due(doors, Systems(answer=lambda _url: Called(410)).mouth())

    assert (Told(failed=1), {"a.1": ("failed", 1)}) == (told, states(doors))


def test_a_system_that_does_not_answer_holds_up_no_other(doors: Doors):
    """Its own messages wait, without one call after another running into the same silence (P6)."""
    queued(doors, "a", "b", "c")
    queued(doors, "x", "y", hook="lake")

    def answer(url: str) -> Called:
        if "crm" in url:
            raise Unavailable(url, "timed out")
        return Called(204)

    systems = Systems(answer=answer)
    told = send_due(doors, systems.mouth())

    assert Told(sent=2, again=1) == told
    assert 1 == sum("crm" in url for url, _, _ in systems.heard)


def test_a_message_in_hand_is_not_sent_by_another_server_and_is_taken_up_when_its_sender_died(doors: Doors):
    """At least once, and not twice at a time (P2)."""
    queued(doors, "a")
    systems = Systems()
    row = hooks._due(doors, "crm", NOW)[0]
    taken = [hooks._claimed(doors, row, NOW) for _ in range(2)]
    meanwhile = send_due(doors, systems.mouth())
    systems.now += hooks.CLAIM
    later = send_due(doors, systems.mouth())

    assert ([True, False], Told(), Told(sent=1)) == (taken, meanwhile, later)


def test_a_hook_nobody_named_is_refused(doors: Doors):
    """A typing mistake must not look like an empty list (P5)."""
    with pytest.raises(NotFound, match="crm, lake"):
        replay(doors, "crn", NOW, NOW)


def test_a_real_system_hears_it(doors: Doors):
    """Over HTTP, as `vitalreel serve` does it (K5)."""
    queued(doors, "a")
    with hook_service() as other:
        named = replace(doors, programme=replace(doors.programme, webhooks=(Hook("crm", other.url),)))
        told = send_due(named, Mouth(HttpsCaller(), {"crm": (KEY,)}, lambda: NOW))
        sent, body = other.heard[0]

    assert (Told(sent=1), b'{"n":"a"}') == (told, body)
    assert headers("a.1", body.decode(), (KEY,), NOW)["webhook-signature"] == sent["webhook-signature"]
