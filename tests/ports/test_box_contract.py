"""What every mailbox promises, run over every make: a Maildir, an mbox file, and a real IMAP server (R6)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.services.imap import server
from vitalreel.delivery.returned import MOST_BYTES
from vitalreel.edges.boxes.files import Maildir, Mbox
from vitalreel.edges.boxes.imap import Folder, Imap, read_folder
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.ports import Box, Found

ONE, TWO = b"Subject: one\n\n>From here on\n\nFrom the start\n", b"Subject: two\n\nbody\n"


@dataclass
class Peer:
    box: Box
    deliver: Callable[[bytes], object]
    whole: Callable[[], Any]  # all that is there, to see that reading changes nothing


@pytest.fixture(params=["maildir", "mbox", "imap"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    if request.param == "maildir":
        for part in ("new", "cur", "tmp"):
            (tmp_path / part).mkdir()
        files = lambda: {f.name: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}  # noqa: E731
        put = lambda data: (tmp_path / "new" / f"{len(files())}.host").write_bytes(data)  # noqa: E731
        yield Peer(Maildir(tmp_path), put, files)
    elif request.param == "mbox":
        file = tmp_path / "box"
        file.touch()
        yield Peer(Mbox(file), lambda data: _append(file, data), file.read_bytes)
    else:
        with server() as imap:
            folder = Folder("127.0.0.1", imap.port, "me", imap.password, security="none")
            yield Peer(Imap(folder, 5), imap.deliver, lambda: dict(imap.messages))


def _append(file: Path, data: bytes) -> None:
    """As a mail server does (mboxrd): lines that could be taken for the next message's first are quoted."""
    lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in data.splitlines(keepends=True)]
    with file.open("ab") as box:
        box.write(b"From MAILER-DAEMON Mon Mar  2 10:00:00 2026\n" + b"".join(lines) + b"\n")


def _read(peer: Peer, mark: str = "", seen: tuple[str, ...] = ()) -> list[Found]:
    return list(peer.box.read(mark, lambda place: place in seen))


def test_messages_are_read_as_they_lie_there_and_stay(peer: Peer):
    """R6: nothing is lost by reading: the mailbox is as it was, and the next reading brings what is new."""
    assert [] == _read(peer)
    peer.deliver(ONE)
    before = peer.whole()
    first = _read(peer)
    peer.deliver(TWO)
    again = _read(peer, first[0].mark, (first[0].place,))
    news = [f for f in again if f.data != ONE]  # an mbox is read whole

    kept = peer.whole()

    assert [ONE] == [f.data for f in first]
    assert (before.items() <= kept.items()) if isinstance(before, dict) else kept.startswith(before)
    assert ([TWO], "") == ([f.data for f in news], "".join(f.problem for f in again))
    assert first[0].place not in {f.place for f in news}


def test_a_message_that_is_too_large_is_told_of_and_not_fetched(peer: Peer):
    """P8: one message cannot fill the memory; a person finds it where it lies."""
    peer.deliver(b"Subject: x\n\n" + b"x" * 79 + b"\n" * (MOST_BYTES - 80))
    peer.deliver(TWO)
    large, small = _read(peer)

    assert ("it is larger than 4 MB", TWO) == (large.problem, small.data)


def test_a_maildir_knows_a_message_wherever_a_mail_program_moves_it(tmp_path: Path):
    """R6: read by somebody meanwhile it is not read twice."""
    for part in ("new", "cur"):
        (tmp_path / part).mkdir()
    (tmp_path / "new" / "1.host").write_bytes(ONE)
    box = Maildir(tmp_path)
    (first,) = box.read("", lambda _: False)
    (tmp_path / "new" / "1.host").rename(tmp_path / "cur" / "1.host:2,S")

    assert [] == list(box.read("", {first.place}.__contains__))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path):
    """Not to read is not to find nothing."""
    (tmp_path / "box").touch(mode=0)

    with pytest.raises(Unavailable, match="let this user read it"):
        list(Mbox(tmp_path / "box").read("", lambda _: False))


@pytest.mark.parametrize("make", [Maildir, Mbox])
def test_what_is_no_mailbox_is_named(make: type, tmp_path: Path):
    """A mistake in the setting is no empty mailbox."""
    (tmp_path / "text").write_text("hello\n")
    wrong = tmp_path if make is Maildir else tmp_path / "text"

    for place in (wrong, tmp_path / "nothing"):
        with pytest.raises(BadInput):
            list(make(place).read("", lambda _: False))


def test_an_imap_folder_that_was_made_anew_is_read_from_its_beginning():
    """RFC 3501 2.3.1.1: where UIDVALIDITY has changed, UIDs mean other messages; they are known by what they are."""
    with server() as imap:
        imap.deliver(ONE)
        box = Imap(Folder("127.0.0.1", imap.port, "me", imap.password, security="none"), 5)
        (first,) = box.read("", lambda _: False)
        same = list(box.read(first.mark, lambda _: False))
        imap.validity = 8
        (anew,) = box.read(first.mark, lambda _: False)

        assert ("7:1", [], "8:1", ONE) == (first.mark, same, anew.mark, anew.data)
        assert not [w for w in imap.heard if w.startswith(("SELECT", "STORE", "EXPUNGE", "UID STORE"))]


def test_an_imap_server_that_is_away_or_refuses_is_told_apart():
    """Away may pass, a wrong password does not; the password stands in no message."""
    with server() as imap:
        with pytest.raises(Refused, match="user and password") as refused:
            list(Imap(Folder("127.0.0.1", imap.port, "me", "wr0ng", security="none"), 5).read("", lambda _: False))
        with pytest.raises(BadInput, match="no such folder"):
            elsewhere = Folder("127.0.0.1", imap.port, "me", imap.password, "Lost", "none")
            list(Imap(elsewhere, 5).read("", lambda _: False))
    with pytest.raises(Unavailable):
        list(Imap(Folder("127.0.0.1", imap.port, "me", imap.password, security="none"), 5).read("", lambda _: False))
    assert "wr0ng" not in str(refused.value)


def test_the_url_of_a_folder_says_everything():
    """One variable holds the mailbox."""
    got = read_folder("imaps://me%40x:p%2Fw@mail.example/Bounces%20in", "VITALREEL_BOUNCE_BOX")

    assert Folder("mail.example", 993, "me@x", "p/w", "Bounces in", "tls") == got
    for url in ("imap://mail.example", "imaps://me@mail.example/x", 'imaps://a:b@h/"x', "imaps://a:b@h:port/x"):
        with pytest.raises(BadInput, match="VITALREEL_BOUNCE_BOX"):
            read_folder(url, "VITALREEL_BOUNCE_BOX")
