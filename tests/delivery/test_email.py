"""The mail: same words in both parts, one-click headers, nothing loaded from anywhere, no shouting."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from vitalreel.delivery.email import MAX_HTML_BYTES, Film, Links, Recipient, Sender, Vendor, compose, spoken_length
from vitalreel.errors import Refused

FILM = Film(
    "Where Nordwind stands",
    "Overtime is down to 32.8 hours",
    94,
    date(2026, 11, 17),
    b"jpg",
    "image/jpeg",
    "Book a call",
)
TO = Recipient("Jonas Brandt", "Jonas", "jonas@nordwind.example", "Nordwind", "you are Nordwind’s sponsor")
FROM = Sender("Ingrid Solheim", "ingrid@larkspur.example", "Customer success")
VENDOR = Vendor("Larkspur", "1 Rota Row, London", "#4038D6", "#FFFFFF", "#98A2FF", "#0E1028")
LINKS = Links(*(f"https://x.example/{p}/t" for p in ("v", "q", "go", "u", "u")))


def test_the_mail_carries_its_links_and_loads_nothing():
    """Poster inline and linked to the viewer's own page; no pixel; one-click unsubscribe (R4 K10)."""
    mail = compose("k", FILM, TO, FROM, VENDOR, LINKS)

    assert ["cid:poster"] == re.findall(r'src="([^"]+)"', mail.html)
    assert [] == re.findall(r"<link|@import|url\(", mail.html)
    assert all(
        link in mail.html and link in mail.text
        for link in (LINKS.watch, LINKS.untracked, LINKS.button, LINKS.unsubscribe)
    )
    assert ("<https://x.example/u/t>", "List-Unsubscribe=One-Click") == (
        mail.headers["List-Unsubscribe"], mail.headers["List-Unsubscribe-Post"])  # fmt: skip
    assert "Where Nordwind stands, 1:34" == mail.subject and len(mail.html.encode()) < MAX_HTML_BYTES


def test_names_are_words_and_never_markup_or_headers():
    """Customers' names come from data (P8)."""
    mail = compose(
        "k",
        replace(FILM, title="A\r\nBcc: x@y"),
        replace(TO, first_name="<b>&", account_name="{{7*7}}"),
        FROM,
        VENDOR,
        LINKS,
    )

    assert "<b>&" not in mail.html and "{{7*7}}" in mail.html
    assert "\n" not in mail.subject and "\r" not in mail.subject


def test_a_subject_does_not_shout_unless_a_name_does():
    """No exclamation marks, but Yahoo! is called so."""
    with pytest.raises(Refused, match="shouts"):
        compose("k", replace(FILM, title="Look at this!"), TO, FROM, VENDOR, LINKS)
    named = compose(
        "k", replace(FILM, title="Where Yahoo! stands"), replace(TO, account_name="Yahoo!"), FROM, VENDOR, LINKS
    )

    assert "Where Yahoo! stands, 1:34" == named.subject


def test_a_mail_that_would_be_cut_off_is_refused():
    """The unsubscribe link stands at the end."""
    with pytest.raises(Refused, match="cut it off"):
        compose("k", replace(FILM, finding="x" * MAX_HTML_BYTES), TO, FROM, VENDOR, LINKS)


@pytest.mark.parametrize(
    ("seconds", "said"), [(12, "half a minute"), (62, "a minute"), (94, "a minute and a half"), (300, "five minutes")]
)
def test_lengths_are_said_as_people_say_them(seconds: float, said: str):
    assert said == spoken_length(seconds)
