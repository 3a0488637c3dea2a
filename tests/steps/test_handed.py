"""A film given to the account's CSM: a mail ready to send, a word by Slack, a task; by a step's channel, or after unopened mail (R4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from tests.services.slack import TOKEN, slack_service
from tests.steps.touched import NOW, late, touches
from vitalreel.delivery.message import Message
from vitalreel.edges.channels.mailbox import MailboxChannel
from vitalreel.edges.channels.slack import SlackChannel
from vitalreel.errors import NotFound
from vitalreel.steps import deliver as step
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.handed import Handed, draft_of
from vitalreel.steps.notices import Reach, tell
from vitalreel.steps.owed import tell_owners
from vitalreel.steps.tasks import tasks
from vitalreel.steps.unopened import Unopened, follow_up
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_doors, open_post

OPEN = {"window_from": NOW - dt.timedelta(days=1), "window_to": NOW + dt.timedelta(days=20)}
WATCH = "http://localhost:8321/v/token"


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """acme is Dana's, whom Slack reaches; messages are as the mail's, with a poster and the reader's link."""
    root = create(tmp_path / "ws").root
    alerts = root / "alerts.yaml"
    text = alerts.read_text(encoding="utf-8").split("people:")
    alerts.write_text(f"{text[0]}people: {{d1: {{slack: U0G9QF9C6}}}}\nrows: []\n", encoding="utf-8")
    opened = open_doors(root)
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)

    def words(doors: Doors, kit: object, base_url: str, key: str, now: dt.datetime) -> Message:
        headers = {"List-Unsubscribe": "<http://x>", "Auto-Submitted": "auto-generated", "Content-Language": "en"}
        html = f'<p>Hello Ana</p><a href="{WATCH}"><img src="cid:poster"></a>'
        about = {"title": "Your year", "watch": WATCH}
        return Message(key, "dana@v.example", "Dana Fox", "ana@acme.example", "Ana", "Your year, 1:30", f"Hello Ana {WATCH}", html,
                       headers, {"poster": ("image/jpeg", b"jpeg")}, about)  # fmt: skip

    monkeypatch.setattr(step, "compose", words)
    with opened.engine.begin() as c:
        c.execute(insert(t.csm), [{"id": "d1", "name": "Dana Fox", "row": {"email": "dana@v.example"}, "updated": NOW}])
    return opened


def given(doors: Doors, *channels: str, **contact: object) -> str:
    changed = {"touch": {**OPEN, "channels": list(channels)}, "account": {"csm": "d1"}}
    return late(doors, "acme", "approved", **changed, **({"contact": contact} if contact else {}))


def post(doors: Doors, now: dt.datetime = NOW) -> Post:
    return open_post(doors, now)


def test_a_film_is_given_to_its_csm_once_with_a_mail_ready_and_a_word_by_slack(doors: Doors):
    """R4 R5: the draft opens unsent, from Dana to Ana, poster inside, Ana's link; the task is Dana's; Slack says so at once, once."""
    touch = given(doors, "csm", "email")
    first, second = deliver(doors, post(doors), NOW), deliver(doors, post(doors), NOW)
    tell_owners(doors, NOW)
    (task,) = tasks(doors)
    mail = message_from_bytes(draft_of(doors, task.id), policy=policy.default)
    with slack_service() as slack:
        reach = Reach({"slack": SlackChannel(slack.url, TOKEN, 3)}, kit_of(doors), "http://localhost:8321")
        told = [tell(doors, reach, NOW).sent for _ in range(2)]
        said = str(slack.posted)

    assert ((touch,), (), "sent") == (first.sent, second.sent, touches(doors)[touch].state)
    assert ("d1", "Send Ana at Acme the film “Your year” yourself: the mail is ready") == (task.owner, task.title)
    assert ("1", "Dana Fox <dana@v.example>", "Ana <ana@acme.example>", "Your year, 1:30") == tuple(
        mail[h] for h in ("X-Unsent", "From", "To", "Subject")
    )
    assert [None] * 3 == [mail[h] for h in ("List-Unsubscribe", "Auto-Submitted", "Message-ID")]
    assert WATCH in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert ["image/jpeg"] == [p.get_content_type() for p in mail.walk() if p.get_content_maintype() == "image"]
    assert [1, 0] == told
    for words in ("U0G9QF9C6", "the mail is ready", f"{WATCH}?untracked", f"/tasks?owner=d1#task-{task.id}"):
        assert words in said


def test_who_wants_no_mail_is_shown_the_film_in_person(doors: Doors):
    """R8: no draft is written to somebody who refused mail, or has no address that takes it; the CSM is told to show it."""
    given(doors, "csm", row={"consent_email": False})
    deliver(doors, post(doors), NOW)
    (task,) = tasks(doors)

    assert "Show Ana at Acme the film “Your year” in person: they get no mail" == task.title
    with pytest.raises(NotFound, match="wants no mail"):
        draft_of(doors, task.id)


def test_a_mail_that_stays_unopened_is_followed_by_the_csm_where_the_step_names_them(doors: Doors):
    """R4 T6: after the days of `unopened`, once, with the draft; a sender that died in between finds that it was given."""
    touch = given(doors, "email", "csm")
    mailbox = replace(post(doors), channel=MailboxChannel(doors.workspace.mail, lambda: NOW))
    deliver(doors, mailbox, NOW)
    assert () == tasks(doors)
    later = NOW + dt.timedelta(days=7)
    asked = [follow_up(doors, later) for _ in range(2)]
    done = deliver(doors, post(doors, later), later)
    with doors.engine.connect() as c:
        rows = [
            tuple(r)
            for r in c.execute(select(t.outbox.c.channel, t.outbox.c.state, t.outbox.c.beside).order_by(t.outbox.c.key))
        ]

    assert [Unopened(to_people=1), Unopened()] == asked
    assert ([("csm", "sent", touch), ("email", "sent", None)], 1) == (rows, done.beside)
    assert ["Send Ana at Acme the film “Your year” yourself: the mail is ready"] == [x.title for x in tasks(doors)]
    message = step.compose(doors, mailbox.kit, mailbox.base_url, f"{touch}:csm", later)
    assert Handed(doors, lambda: later).has(message)


def test_the_page_of_tasks_hands_out_the_draft(doors: Doors):
    """R4: as a file that a mail program opens; there is none for other tasks, and no other file is to be had."""
    given(doors, "csm")
    deliver(doors, post(doors), NOW)
    (task,) = tasks(doors)
    with doors.engine.begin() as c:
        insert_new(c, t.task, [{"id": "plain", "run": None, "step": "x", "account": "acme", "owner": "d1", "title": "x", "due": NOW.date(),
                                "state": "open", "at": NOW}])  # fmt: skip
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://cs.example")) as client:
        page, mail = client.get("/tasks").text, client.get(f"/tasks/{task.id}/draft.eml")

        assert (1, "message/rfc822") == (page.count("draft.eml"), mail.headers["content-type"])
        assert b"X-Unsent: 1" in mail.content
        assert [404, 404] == [client.get(f"/tasks/{name}/draft.eml").status_code for name in ("plain", "..%2Fapp")]
