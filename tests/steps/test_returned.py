"""Mails leave by a real SMTP server, come back as real reports, and dead addresses get none any more (R6 R8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.services.mail import MailServer
from tests.services.reports import complaint, exchange, gmail, postfix
from tests.steps.touched import NOW, late
from vitalreel.cli import main
from vitalreel.delivery.message import Message
from vitalreel.edges.boxes.files import Maildir
from vitalreel.edges.channels.smtp import Server, SmtpChannel
from vitalreel.errors import BadInput, NotFound
from vitalreel.settings import read_settings
from vitalreel.steps import deliver as step
from vitalreel.steps.deliver import Delivered, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import Inbox
from vitalreel.steps.people import people_of
from vitalreel.steps.returned import Returned, read_boxes, set_aside, try_boxes
from vitalreel.steps.screens import account_page
from vitalreel.steps.suppressed import lift, suppress_by_hand, suppressions
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.video.kit import Kit
from vitalreel.wiring import open_doors, open_post

OPEN = {"window_from": NOW - timedelta(days=1), "window_to": NOW + timedelta(days=20)}
BACK = "bounces@mail.larkspur.example"


ON_BOTH = pytest.mark.parametrize("doors", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def doors(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """A workspace with no films made: mails have words only."""
    url = request.getfixturevalue("fresh_pg") if getattr(request, "param", "") == "postgresql" else None
    opened = open_doors(create(tmp_path / "ws").root, replace(read_settings(), database=url))
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    monkeypatch.setattr(step, "compose", _composed)
    yield opened
    opened.engine.dispose()


def _composed(doors: Doors, kit: Kit, base_url: str, key: str, now: Any) -> Message:
    with doors.engine.connect() as c:
        row = c.execute(select(t.outbox.c.to, t.outbox.c.mail).where(t.outbox.c.key == key)).one()
    sent = Message(
        key, "success@larkspur.example", "Larkspur", row.to, "Ana", "A film", "Watch it\n", "<p>Watch it", {}, {}
    )
    return replace(sent, name=row.mail)


def send(doors: Doors, smtp: MailServer, name: str = "acme", days: int = 0, email: str = "", **touch: Any) -> Delivered:
    """One film of one account leaves by mail."""
    now = NOW + timedelta(days=days)
    late(doors, name, "approved", touch=OPEN | touch, contact={"email": email or f"ana@{name}.example"})
    channel = SmtpChannel(Server("127.0.0.1", smtp.port), lambda: now, 5, returns=BACK)
    post = replace(open_post(doors, now), channel=channel, others={"in_app": Inbox(doors.engine, lambda: now)})
    return deliver(doors, post, now)


def came(doors: Doors, *reports: bytes) -> Returned:
    """What is read once these lie in the mailbox, together with all that lay there before."""
    folder = doors.workspace.root / "box"
    for part in ("new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for report in reports:
        (folder / "new" / f"{len(list((folder / 'new').iterdir()))}.host").write_bytes(report)
    return read_boxes(doors, [Maildir(folder)], NOW + timedelta(hours=1))


def ended(doors: Doors) -> dict[str, str]:
    with doors.engine.connect() as c:
        return {r.key: r.state for r in c.execute(select(t.outbox))}


def reason(doors: Doors, name: str) -> str:
    with doors.engine.connect() as c:
        return people_of(c, [name], ())[name][0].suppressed


@ON_BOTH
def test_a_mail_to_a_dead_address_comes_back_and_none_follows(doors: Doors, smtp: MailServer):
    """R6: sent, reported, suppressed: the next film to the address is withheld, whichever account it is for, and says why."""
    send(doors, smtp)
    (mail,) = smtp.received
    assert mail.sender.startswith("bounces+") and mail.sender.endswith("@mail.larkspur.example")
    first = came(doors, postfix(mail.content, mail.sender))
    again = came(doors)
    done = send(doors, smtp, "bolt", email="Ana@Acme.Example")

    assert Returned(counted=1, suppressed=("ana@acme.example",)) == first
    assert Returned() == again
    assert (1, "failed") == (len(smtp.received), ended(doors)["acme-touch:email"])
    assert [("bolt", "address suppressed")] == [(h.account, h.reason) for h in done.withheld]
    assert "hard bounce, 2026-03-06" == reason(doors, "acme") == reason(doors, "bolt")


def test_a_film_whose_mail_came_back_is_shown_in_the_product_and_a_person_asked(doors: Doors, smtp: MailServer):
    """R4 R6: the next channel takes its place at once, and somebody finds the right address; each once."""
    send(doors, smtp, channels=["email", "in_app"])
    (mail,) = smtp.received
    for report in (exchange(mail.content, mail.sender), postfix(mail.content, mail.sender, "5.2.1")):
        came(doors, report)
    with doors.engine.connect() as c:
        shown = c.execute(select(t.inbox.c.shown)).scalars().all()
        tasks = c.execute(select(t.task.c.role, t.task.c.title)).all()

    assert ([NOW + timedelta(hours=1)], 1) == (shown, len(tasks))
    assert "csm" == tasks[0].role and "(ana@acme.example) came back, 5.1.10" in tasks[0].title


@ON_BOTH
def test_soft_bounces_count_by_mail_within_days(doors: Doors, smtp: MailServer):
    """R6: a full mailbox is written to again, until three mails within 30 days came back; one mail told of twice counts once."""
    suppressed = []
    for n, day in enumerate((0, 25, 50, 54)):
        send(doors, smtp, f"a{n}", day, "ana@full.example", window_to=NOW + timedelta(days=90))
        mail = smtp.received[-1]
        twice = (gmail(mail.content, mail.sender), gmail(mail.content + b"\r\n", mail.sender))
        suppressed.append(came(doors, *twice).suppressed)

    assert [(), (), (), ("ana@full.example",)] == suppressed
    assert ["soft bounces"] == [r["reason"] for r in suppressions(doors)]


def test_a_refusal_for_policy_says_nothing_about_the_address(doors: Doors, smtp: MailServer):
    """R6: where our own server is on a block list, its mails come back from everywhere, and nobody is suppressed for it."""
    for n in range(4):
        send(doors, smtp, f"a{n}", email="ana@x.example")
        mail = smtp.received[-1]
        came(doors, postfix(mail.content, mail.sender, "5.7.1", said="550 5.7.1 blocked"))

    assert ([], {"failed"}) == (suppressions(doors), set(ended(doors).values()))


@pytest.mark.parametrize(
    ("command", "reply", "held"),
    [("RCPT", "550 5.1.1 No such user", True), ("RCPT", "550 unknown", True), ("RCPT", "450 4.2.0 later", False),
     ("RCPT", "554 5.7.1 relay denied", False), ("DATA", "550 no", False), ("MAIL", "550 5.1.8 bad sender", False)],
)  # fmt: skip
def test_an_address_refused_as_the_mail_is_handed_over_gets_none_either(
    doors: Doors, smtp: MailServer, command: str, reply: str, held: bool
):
    """R6: a 5xx to the address itself; one to us or to the message says nothing about it."""
    smtp.refuse(command, reply)
    send(doors, smtp)

    assert ["hard bounce"] * held == [r["reason"] for r in suppressions(doors)]


def test_a_complaint_is_an_opt_out(doors: Doors, smtp: MailServer):
    """R6 R8: whoever marks our mail as spam is sent none, also where the address is let off again; the film stays delivered."""
    send(doors, smtp)
    (mail,) = smtp.received
    came(doors, complaint(mail.content, "abuse@larkspur.example"))
    refuses = lift(doors, "ana@acme.example", "Ingrid", "she says it was a mistake", NOW)
    with doors.engine.connect() as c:
        said = c.execute(select(t.consent.c.channel, t.consent.c.allowed, t.consent.c.source)).all()

    assert (True, [("email", False, "complaint")], "sent") == (
        refuses,
        [tuple(r) for r in said],
        ended(doors)["acme-touch:email"],
    )
    assert ["unsubscribed"] == [h.reason for h in send(doors, smtp, id="acme-2", step="again").withheld]


def test_nothing_in_a_report_is_believed_but_the_name_it_has_seen(doors: Doors, smtp: MailServer):
    """R6: forged reports, reports of nobody's mail, letters and automatic replies are set aside with a copy, and change nothing."""
    send(doors, smtp)
    (mail,) = smtp.received
    forged = mail.content.replace(mail.sender[8:32].encode(), b"0" * 24)
    before = ended(doors)
    done = came(doors, postfix(forged, "bounces+" + "0" * 24 + "@mail.larkspur.example"), b"Subject: lunch?\r\n\r\nOn Friday",
                b"Auto-Submitted: auto-replied\r\n\r\nAway", b"\xff\x00 not even a mail")  # fmt: skip
    rows = set_aside(doors)
    copies = {f.stem: f.read_bytes() for f in doors.workspace.returned.glob("*.eml")}

    assert (Returned(set_aside=4), before, []) == (done, ended(doors), suppressions(doors))
    assert {r["id"] for r in rows} == set(copies) and b"\xff\x00 not even a mail" in copies.values()
    assert {
        "it names no mail of ours",
        "it is an automatic reply",
        "it is no report: neither RFC 3464 nor RFC 5965",
    } == {r["detail"] for r in rows}
    assert Returned() == came(doors)


def test_news_of_a_mail_is_noted_and_changes_nothing(doors: Doors, smtp: MailServer):
    """R6: a delay is no bounce."""
    send(doors, smtp)
    (mail,) = smtp.received
    done = came(doors, postfix(mail.content, mail.sender, "4.4.1", "delayed", "connection timed out"))

    assert (Returned(noted=1), "sent", []) == (done, ended(doors)["acme-touch:email"], suppressions(doors))


@ON_BOTH
def test_a_person_lets_an_address_off_and_the_old_report_does_not_bring_it_back(doors: Doors, smtp: MailServer):
    """R8: by name and with a reason, which stay; the same message read from another place counts nothing."""
    send(doors, smtp)
    (mail,) = smtp.received
    report = postfix(mail.content, mail.sender)
    came(doors, report)
    with pytest.raises(BadInput, match="who says so"):
        lift(doors, "ana@acme.example", " ", "because", NOW)
    assert lift(doors, "ANA@acme.example", "Ingrid Moe", "her mailbox is back", NOW) is False
    moved = came(doors, report)

    assert (Returned(known=1), "") == (moved, reason(doors, "acme"))
    (row,) = suppressions(doors, "acme", every=True)
    assert ("Ingrid Moe", "her mailbox is back", "hard bounce") == (row["lifted_by"], row["lifted_why"], row["reason"])
    with pytest.raises(NotFound, match="bounces list"):
        lift(doors, "ana@acme.example", "Ingrid Moe", "again", NOW)
    suppress_by_hand(doors, "ana@acme.example", "Ingrid Moe", "dead after all", NOW)
    assert "by hand, 2026-03-06" == reason(doors, "acme")


def test_planning_prefers_somebody_whose_mail_arrives(doors: Doors):
    """R6 R8: planned and sent are asked of one reading of people: zone, consent and dead addresses are in both."""
    late(doors, "acme", "planned", contact={"row": {"consent_email": True, "zone": "Asia/Tokyo"}})
    with doors.engine.begin() as c:
        bo = {"id": "acme-bo", "account": "acme", "name": "Bo", "email": "bo@acme.example", "role": "champion", "active": True,
              "row": {}, "updated": NOW}  # fmt: skip
        insert_new(c, t.contact, [bo])
    suppress_by_hand(doors, "ana@acme.example", "Ingrid", "dead", NOW)
    with doors.engine.connect() as c:
        ana, bo = people_of(c, ["acme"], ())["acme"]

    assert ("Asia/Tokyo", "by hand, 2026-03-06", {"email": True}) == (ana.zone, ana.suppressed, dict(ana.consent))
    assert (None, "", {}) == (bo.zone, bo.suppressed, dict(bo.consent))


def test_the_account_s_page_and_the_command_line_say_why(
    tmp_path: Path, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
):
    """R6: read, list and lift by command; a mailbox that does not answer holds nobody up but is an error where it was named."""
    opened = open_doors(create(tmp_path / "ws").root)
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    monkeypatch.setattr(step, "compose", _composed)
    send(opened, smtp)
    (mail,) = smtp.received
    box = tmp_path / "box"
    box.write_bytes(
        b"From x\n" + postfix(mail.content, mail.sender).replace(b"\r\n", b"\n") + b"\nFrom y\nSubject: hm\n\nhm\n"
    )
    run = lambda *args, code=0: _ran(opened, code, *args)  # noqa: E731
    read = run("bounces", "read", str(box), code=1)
    (row,) = run("bounces", "list")["rows"]
    people = account_page(opened, "acme", NOW.date()).contacts

    assert (1, 1, ["ana@acme.example"]) == (read["counted"], read["set_aside"], read["suppressed"])
    assert ("hard bounce", "5.1.1 550 5.1.1 <x>: no such user") == (row["reason"], row["detail"])
    assert "hard bounce" == people[0]["silent"]["reason"]
    assert "names" not in run("bounces", "list", "--aside")["rows"][0]["detail"]
    assert run("bounces", "lift", "ana@acme.example", "--by", "Ingrid", "--reason", "back")["lifted"]
    assert [] == run("bounces", "list")["rows"]
    run("bounces", "read", str(tmp_path / "nothing"), code=2)
    assert Returned() == try_boxes(opened, [Maildir(tmp_path / "nothing")], NOW)


def _ran(doors: Doors, code: int, *args: str) -> Any:
    done = CliRunner().invoke(main, [*args, "-w", str(doors.workspace.root), "--json"])
    assert code == done.exit_code, done.output
    return json.loads(done.stdout) if done.exit_code < 2 else None
