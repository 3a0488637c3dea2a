"""What mails are signed with: read from the environment, and refused where it could sign nothing."""

from __future__ import annotations

import pytest

from tests.services.dkim import SELECTOR, private_key, verifies
from vitalreel.edges.seals.dkim import DkimSeal
from vitalreel.errors import BadInput
from vitalreel.settings import read_settings

MAIL = b"From: Ingrid <ingrid@larkspur.example>\r\nSubject: hi\r\nList-Unsubscribe: <https://x.example/u/t>\r\n\r\nHello\r\n"


def test_a_key_on_one_line_signs_for_the_sender_s_domain():
    """R4: environments of one line write \\n; the signature is right by the published key, and for nobody else's domain."""
    one_line = private_key().replace("\n", "\\n")
    read = read_settings({"VITALREEL_DKIM_SELECTOR": SELECTOR, "VITALREEL_DKIM_KEY": one_line}).dkim
    assert read is not None
    signed = DkimSeal(read.selector, read.key)(MAIL)

    assert [True, False] == [verifies(signed, domain) for domain in ("larkspur.example", "copy.example")]
    assert private_key() not in repr(read)


@pytest.mark.parametrize(
    "env",
    [{"_SELECTOR": "mail"}, {"_KEY": "k"}, {"_SELECTOR": "a b", "_KEY": "k"}, {"_SELECTOR": "mail.", "_KEY": "k"}],
)
def test_half_a_setting_is_refused(env: dict[str, str]):
    """R4: a run that meant to sign never sends unsigned."""
    with pytest.raises(BadInput, match="VITALREEL_DKIM_SELECTOR"):
        read_settings({f"VITALREEL_DKIM{name}": value for name, value in env.items()})


@pytest.mark.parametrize("key", ["k", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_before_anything_is_sent(key: str):
    """R4: told at the start, by the variable's name."""
    with pytest.raises(BadInput, match="VITALREEL_DKIM_KEY"):
        DkimSeal("mail", key)


def test_a_mail_from_nobody_is_not_signed():
    """R4: there is no domain to answer for it."""
    with pytest.raises(ValueError, match="From"):
        DkimSeal("mail", private_key())(b"Subject: hi\r\n\r\nHello\r\n")
