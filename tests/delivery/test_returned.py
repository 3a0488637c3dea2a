"""A message that arrived where mails come back, read for what it says of our mail, and for nothing else (R6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ports.test_channel_contract import MESSAGE, NOW
from tests.services.reports import complaint, exchange, gmail, postfix
from vitalreel.delivery.message import Message
from vitalreel.delivery.mime import mime, return_path
from vitalreel.delivery.returned import NoReport, Returning, read_report, read_returning, status_of
from vitalreel.errors import BadConfiguration

NAME = "0123456789abcdef01234567"
SENT: Message = replace(MESSAGE, name=NAME)
MAIL = mime(SENT, NOW).as_bytes()
BACK = return_path(SENT, "bounces@mail.larkspur.example")


@pytest.mark.parametrize(
    ("data", "kind", "status", "weight"),
    [
        (postfix(MAIL, BACK), "bounce", "5.1.1", "hard"),
        (exchange(MAIL, BACK), "bounce", "5.1.10", "hard"),
        (gmail(MAIL, BACK), "bounce", "4.2.2", "soft"),
        (postfix(MAIL, BACK, "5.0.0", said="550 5.2.1 mailbox disabled"), "bounce", "5.2.1", "hard"),
        (postfix(MAIL, BACK, "5.0.0", said="554 no thanks"), "bounce", "554", "soft"),
        (postfix(MAIL, BACK, "5.7.1", said="550 5.7.1 listed by a block list"), "bounce", "5.7.1", ""),
        (postfix(MAIL, BACK, "4.4.1", "delayed", "connection timed out"), "news", "4.4.1", ""),
        (postfix(MAIL, BACK, "2.0.0", "delivered", "250 ok"), "news", "2.0.0", ""),
        (complaint(MAIL, "abuse@larkspur.example"), "complaint", "", ""),
        (complaint(MAIL, "abuse@larkspur.example", "not-spam"), "news", "", ""),
    ],
)  # fmt: skip
def test_reports_of_every_manner_say_what_became_of_the_mail(data: bytes, kind: str, status: str, weight: str):
    """R6: RFC 3464 and RFC 5965 as Postfix, Exchange, Gmail and feedback loops write them; the mail is known by its name."""
    report = read_report(data)

    assert (kind, status, {NAME}) == (report.kind, report.status, set(report.names))
    assert weight == (Returning().weigh(report.status) if report.kind == "bounce" else "")


def test_the_name_is_found_in_the_address_alone_or_in_the_mail_alone():
    """Some give nothing of the mail back, others write to the mail's sender: one of both is enough."""
    bare = postfix(b"Subject: taken out\r\n\r\n", BACK)
    to_sender = exchange(MAIL, "ingrid@larkspur.example")
    nobody = postfix(b"Subject: taken out\r\n\r\n", "bounces@mail.larkspur.example")

    assert [{NAME}, {NAME}, set()] == [set(read_report(data).names) for data in (bare, to_sender, nobody)]


def test_a_name_in_a_message_that_only_mentions_it_is_none():
    """What a report says in its own words, and its own Message-ID, name no mail of ours."""
    data = postfix(b"Subject: x\r\n\r\n", "bounces@x.example")
    said = data.replace(b"I'm sorry.", f"about <{NAME}@larkspur.example>".encode())
    own = b"Message-ID: <" + NAME.encode() + b"@x.example>\r\n" + said

    assert frozenset() == read_report(own).names


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no report"),
        (b"Subject: lunch?\r\n\r\nOn Friday", "no report"),
        (b"Auto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nBack in May", "automatic reply"),
        (postfix(MAIL, BACK).replace(b"Action: failed", b"X-Action: failed"), "says nothing"),
        (complaint(MAIL, BACK).replace(b"Feedback-Type", b"X-Type"), "names no type"),
        (b"x" * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: message/rfc822\r\n\r\n" * 3000, "apart|no report"),
    ],
)  # fmt: skip
def test_what_is_no_report_says_so(data: bytes, why: str):
    """R6: a person is told why it was set aside; depth and size break nothing (P8)."""
    with pytest.raises(NoReport, match=why):
        read_report(data)


@given(st.data())
def test_no_bytes_whatever_raise_anything_else(data: st.DataObject):
    """P8: anybody may write to that mailbox: reports with pieces cut out, doubled and overwritten are read or set aside."""
    whole = data.draw(
        st.sampled_from([postfix(MAIL[:900], BACK), exchange(MAIL[:900], BACK), complaint(MAIL[:900], BACK)])
    )
    at, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 200))
    broken = whole[:at] + data.draw(st.binary(max_size=60)) * data.draw(st.integers(0, 3)) + whole[at + length :]
    try:
        report = read_report(broken)
    except NoReport as e:
        assert e.reason
    else:
        assert report.kind in ("bounce", "complaint", "news") and len(report.detail) <= 300


def test_a_status_is_the_first_that_says_more_than_its_class():
    """RFC 3463: `5.0.0` says no more than a reply's first digit; addresses of machines are no status."""
    texts = (
        "550 5.1.1 no",
        "smtp; 550 5.0.0 then 5.2.2 full",
        "452 try later",
        "550-5.1.1\n550 5.1.1",
        "at 10.5.1.1 port 25",
        "",
    )

    assert ["5.1.1", "5.2.2", "452", "5.1.1", "", ""] == [status_of(text) for text in texts]


def test_what_says_an_address_is_dead_is_yours_to_write():
    """R6: hard and soft are configured; a reply's code counts only where the address itself was refused."""
    rules = read_returning(
        {"hard": ["5.1.*"], "refusals": [550], "ours": ["5.1.8", "?.7.*"], "soft": "2 in 7 days"}, "bounces"
    )

    assert ["hard", "soft", "hard", "", "soft"] == [
        rules.weigh("5.1.3"), rules.weigh("550"), rules.weigh("550", to_address=True), rules.weigh("4.7.1"), rules.weigh("4.2.2"),
    ]  # fmt: skip
    assert (2, 7) == (rules.soft, rules.soft_days)
    assert Returning() == read_returning(None, "bounces")


@pytest.mark.parametrize(
    "raw",
    [[], {"sft": "1 in 2 days"}, {"soft": "3 within 5"}, {"soft": "0 in 5 days"}, {"hard": "5.1.1"}, {"hard": ["x"]}],
)
def test_rules_that_make_no_sense_are_refused(raw: object):
    """The mistake is named with its place."""
    with pytest.raises(BadConfiguration, match=r"vitalreel.yaml: bounces"):
        read_returning(raw, "vitalreel.yaml: bounces")


def test_mails_come_back_to_an_address_of_their_own():
    """VERP: a server that gives nothing of the mail back still says which it was; a message without a name comes to all in one."""
    assert f"bounces+{NAME}@mail.larkspur.example" == BACK
    assert ("b@x.example", MESSAGE.sender) == (return_path(MESSAGE, "b@x.example"), return_path(SENT, ""))
    assert f"<{NAME}@larkspur.example>" == mime(SENT, NOW)["Message-ID"]
