"""Every mail of a run, read as its receiver's mail program and mail server read it (issue 5, line 8)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from tests.services import mail as mail_service
from tests.services.dkim import SELECTOR, private_key, verifies
from tests.services.mail import MailServer, Received
from tests.trip.conftest import DAY, NOW, Company, settings
from tests.trip.copied import copies
from tests.trip.inbox import Sending, faults, one_click, plain, recipient
from tests.trip.worded import worded
from vitalreel.settings import Dkim
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_post

BASE = "https://videos.larkspur.example"
LONG = "Żółć & Söhne <Internationale Beteiligungsgesellschaft für Feinmechanik>"
DIFFER = (
    {"account": {"name": LONG}, "contact": {"name": "Øyvind “Øy” Ngô, PhD"}},
    {"account": {"name": "株式会社山田製作所", "csm": None}, "contact": {"name": "山田 太郎"}},
    {"video": {"state": "on_request"}},
    {"account": {"csm": None}, "video": {"state": "on_request", "length_s": 384.0}},
)
"""Names that are not plain, accounts without a CSM, films that are promised: mails the company of the run has none of."""
HOURS = (0, 8, 16, 24, 32, 48, 72, 96)
"""After NOW: office hours everywhere from Auckland to Honolulu, and the days until every window has closed."""


@dataclass(frozen=True)
class Run:
    """A run that is over: what the mail server took, and the workspace as it stands."""

    doors: Doors
    post: Post
    server: MailServer
    mails: tuple[Received, ...]
    sending: Sending
    modules: frozenset[str]  # whose films the mails carry

    @contextmanager
    def web(self) -> Iterator[TestClient]:
        with TestClient(make_app(self.doors, kit_of(self.doors), lambda: NOW, BASE), follow_redirects=False) as client:
            yield client


@pytest.fixture(scope="module")
def run(sent_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Every touch the company planned, as its windows and sending hours let it go, and DIFFER's."""
    company = Company(Path(shutil.copytree(sent_once, tmp_path_factory.mktemp("mails") / "company")))
    doors = company.doors
    copies(doors, len(DIFFER), DIFFER)
    planned = worded(doors, DAY, NOW)
    with mail_service.server() as server:
        deployed = replace(settings(f"smtp://{server.host}:{server.port}", BASE), dkim=Dkim(SELECTOR, private_key()))
        post = open_post(doors, NOW, deployed)
        gone = [deliver(doors, post, NOW + timedelta(hours=h)) for h in HOURS]
        sent = {touch for g in gone for touch in g.sent}
        held = {h.touch: h.reason for g in gone for h in g.withheld if h.touch not in sent}
        assert {*planned} - sent == {touch for touch in held if touch in planned}
        yield Run(
            doors, post, server, tuple(server.received), _sending(doors),
            _modules(doors, sent),
        )  # fmt: skip


def _sending(doors: Doors) -> Sending:
    query = select(t.link.c.id, t.contact.c.email).join(t.contact, t.contact.c.id == t.link.c.contact)
    with doors.engine.connect() as c:
        owners = {row.id: row.email for row in c.execute(query)}
    return Sending(BASE, (secret_key(doors.engine, "links", NOW),), owners)


def _modules(doors: Doors, sent: set[str]) -> frozenset[str]:
    with doors.engine.connect() as c:
        return frozenset(c.execute(select(t.touch.c.module).where(t.touch.c.id.in_(sent))).scalars())


def test_every_mail_of_the_run_is_as_its_receiver_wants_it(run: Run):
    """R4 R7 R8 K10: below 90 kB, well formed, signed, one-click over HTTPS, no way to see it opened, every link personal and our own,
    the picture named, the plain part whole."""
    assert [] == [f"{mail.message['Subject']}: {fault}" for mail in run.mails for fault in faults(mail, run.sending)]


def test_the_run_has_mails_of_every_kind(run: Run):
    """So that silence about them means something: the plays' films, other scripts, pooled senders, promised films."""
    subjects = [str(mail.message["Subject"]) for mail in run.mails]
    senders = {mail.message["From"].addresses[0].display_name for mail in run.mails}

    assert len(run.mails) == len({mail.message["Message-ID"] for mail in run.mails}) >= 1 + len(DIFFER) + 6
    assert {"usage_drop_recovery", "expansion_opportunity", "support_friction"} <= run.modules
    assert any("株式会社" in plain(mail) for mail in run.mails) and any(LONG in plain(mail) for mail in run.mails)
    assert "The Larkspur team" in senders and len(senders) > 3
    assert any(re.search(r", \d:\d\d$", s) for s in subjects) and any(not re.search(r"\d:\d\d$", s) for s in subjects)


def broken(mail: Received, old: str, new: str, count: int = 1) -> Received:
    """The mail with words of its source replaced."""
    text = mail.content.decode("utf-8", "surrogateescape")
    assert old in text
    return replace(mail, content=text.replace(old, new, count).encode("utf-8", "surrogateescape"))


BREAKS: dict[str, Callable[[Received], Received]] = {
    "too large": lambda m: replace(m, content=m.content + b"x" * 90_000),
    "malformed": lambda m: broken(m, "Content-Type: multipart/alternative", "Content-Type: multipart/alternative; boundary"),
    "a line is too long": lambda m: broken(m, "Subject: ", f"X-Long: {'x' * 998}\r\nSubject: "),
    "not to": lambda m: replace(m, recipients=("somebody@else.example",)),
    "the signature is not right": lambda m: broken(m, "One-Click", "One-Clock"),
    "no one-click": lambda m: broken(m, "List-Unsubscribe-Post", "X-List-Unsubscribe-Post"),
    "not HTTPS": lambda m: broken(m, "List-Unsubscribe: <https", "List-Unsubscribe: <http"),
    "leads elsewhere": lambda m: broken(m, "https://videos.larkspur.example/v/", "https://tracker.example/v/", 9),
    "not signed": lambda m: broken(m, "/v/", "/v/x", 9),
    "loads": lambda m: broken(m, "<img", "<link rel=3D\"x\"><img"),
    "a picture from": lambda m: broken(m, "cid:poster", "https:poster"),
    "a picture called": lambda m: broken(m, 'alt=3D"Play', 'alt=3D"Ploy'),
    "lacks a greeting": lambda m: broken(m, "You get this because", "You got this as"),
    "only the HTML says": lambda m: broken(m, "reply, this", "answer, this"),
    "the plain part has": lambda m: broken(m, "Hello ", "Hello <b>"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BREAKS)
def test_the_reader_of_mails_names_what_is_wrong(run: Run, fault: str):
    """Proof that silence means something: each fault, made in a mail that has none, is told."""
    mail = run.mails[0]

    assert [] == faults(mail, run.sending)
    assert any(
        fault in told or (fault == "not to" and "addressed to" in told)
        for told in faults(BREAKS[fault](mail), run.sending)
    )


def test_a_link_of_somebody_else_is_told(run: Run):
    """R7: a link is its receiver's alone: one that opens another person's film is a fault, however well signed."""
    owners = dict.fromkeys(run.sending.owners, "somebody@else.example")

    assert any("somebody@else.example's link" in f for f in faults(run.mails[0], replace(run.sending, owners=owners)))


def test_a_mail_is_signed_by_the_domain_it_says_it_is_from(run: Run):
    """R4: what DMARC looks for."""
    for mail in run.mails:
        assert verifies(mail.content, mail.message["From"].addresses[0].domain)
        assert not verifies(mail.content, "elsewhere.example")


def again(doors: Doors, people: set[str], step: str, later: datetime) -> None:
    """The touches that reached these people once more, approved and due, of ladders that no condition has ended since."""
    window = {"window_from": later - timedelta(days=1), "window_to": later + timedelta(days=2)}
    with doors.engine.begin() as c:
        touches = select(t.outbox.c.touch).where(t.outbox.c.to.in_(people))
        rows = [dict(r) for r in c.execute(select(t.touch).where(t.touch.c.id.in_(touches))).mappings()]
        for version in c.execute(select(t.play_version)).mappings().all():
            endless = {**version["definition"], "stop_when": []}
            c.execute(
                update(t.play_version).where(t.play_version.c.config == version["config"]).values(definition=endless)
            )
        for touch in rows:
            new = {**touch, **window, "id": f"{step}{touch['id']}"[:40], "step": step, "state": "approved"}
            c.execute(t.touch.insert().values(new))
    assert len(rows) >= len(people)


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_one_click_takes_effect_before_the_next_send(run: Run, kind: str):
    """R8: what RFC 8058 makes a mail program post, without cookies; who did gets nothing more, whoever did not still does."""
    leaver, stayer = (run.mails[0], run.mails[3]) if kind == "urlencoded" else (run.mails[1], run.mails[4])
    with run.web() as web:
        status = one_click(web, leaver, kind)
    later, before = NOW + timedelta(days=50), len(run.server.received)
    again(run.doors, {recipient(leaver), recipient(stayer)}, kind[:5], later)
    gone = deliver(run.doors, run.post, later)

    assert 200 == status
    assert [recipient(stayer)] == [recipient(mail) for mail in run.server.received[before:]]
    assert ["unsubscribed"] == [h.reason for h in gone.withheld]


def test_one_click_stops_a_mail_that_waits_for_its_next_attempt(run: Run):
    """R8 P1: queued, tried and put off by the mail server: who unsubscribes meanwhile does not get it at the next attempt."""
    leaver, later = run.mails[2], NOW + timedelta(days=100)
    again(run.doors, {recipient(leaver)}, "queue", later)
    before = len(run.server.received)
    run.server.refuse("RCPT", "450 4.2.0 Try later")
    put_off = deliver(run.doors, run.post, later)
    run.server.accept()
    with run.web() as web:
        status = one_click(web, leaver)
    gone = deliver(run.doors, run.post, later + timedelta(hours=1))

    assert (200, (), ()) == (status, put_off.sent, gone.sent)
    assert ["unsubscribed"] == [h.reason for h in gone.withheld]
    assert before == len(run.server.received)
