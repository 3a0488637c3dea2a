"""DKIM (RFC 6376): a mail in, the same mail with its sender's domain answering for it out."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import parseaddr

import dkim
from dkim.crypto import parse_pem_private_key

from vitalreel.errors import BadInput

HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted", "Content-Language",
    "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip
"""Signed where they are there. RFC 8058: mail clients believe the one-click headers only under a signature."""
_RELAXED = (b"relaxed", b"relaxed")  # a server on the way may fold a header anew


class DkimSeal:
    """Signs for the domain of the mail's own From, which is what DMARC asks for."""

    def __init__(self, selector: str, key: str) -> None:
        """selector: names the public key's DNS record, SELECTOR._domainkey.DOMAIN. key: an RSA private key, PEM.

        Raises BadInput where the key is none.
        """
        self._selector, self._key = selector.encode("ascii"), key.encode("ascii", "replace")
        try:
            parse_pem_private_key(self._key)
        except Exception as e:  # the parser raises what it happens upon
            raise BadInput("VITALREEL_DKIM_KEY", "is no RSA private key", "give it as PEM text") from e

    def __call__(self, mail: bytes) -> bytes:
        """The mail with its signature before it. Raises ValueError where it has no sender to sign for."""
        headers = message_from_bytes(mail, policy=policy.SMTP)
        domain = parseaddr(str(headers["From"] or ""))[1].rpartition("@")[2]
        if not domain:
            raise ValueError("it has no From to sign for")
        signed = [name.encode() for name in HEADERS if name in headers]
        signature: bytes = dkim.sign(
            mail, self._selector, domain.encode("idna"), self._key, canonicalize=_RELAXED, include_headers=signed
        )
        return signature + mail
