"""A key pair of the tests' own and the DNS that tells of it: what a receiving mail server needs to check a signature."""

from __future__ import annotations

import random
from base64 import b64encode
from functools import cache

import dkim

SELECTOR = "test"
E_ = 65537


@cache
def _numbers() -> tuple[int, int, int]:
    """p, q, d of an RSA key of 1,024 bits: the shortest a verifier takes. The same in every run."""
    draw = random.Random(20261128)
    primes: list[int] = []
    while len(primes) < 2:
        candidate = draw.getrandbits(512) | 3 << 510 | 1
        bases = [draw.randrange(2, candidate - 1) for _ in range(8)]
        if (candidate - 1) % E_ and all(
            pow(b, candidate - 1, candidate) == 1 for b in bases
        ):  # Fermat: good enough here
            primes.append(candidate)
    p, q = primes
    return p, q, pow(E_, -1, (p - 1) * (q - 1))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = length.to_bytes((length.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (bytes([length]) if length < 128 else bytes([128 + len(size)]) + size) + content


def _sequence(*numbers: int) -> bytes:
    return _der(0x30, b"".join(_der(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))


@cache
def private_key() -> str:
    """PKCS #1, as PEM."""
    p, q, d = _numbers()
    text = b64encode(_sequence(0, p * q, E_, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))).decode()
    return f"-----BEGIN RSA PRIVATE KEY-----\n{text}\n-----END RSA PRIVATE KEY-----\n"


def dns(domain: str):
    """Answers for the key's record of one domain, and of no other name."""
    p, q, _ = _numbers()
    record = b"v=DKIM1; k=rsa; p=" + b64encode(_sequence(p * q, E_))

    def answer(name: bytes, timeout: int = 5) -> bytes | None:
        return record if name.decode().rstrip(".") == f"{SELECTOR}._domainkey.{domain}" else None

    return answer


def verifies(mail: bytes, domain: str) -> bool:
    """Whether the mail's signature is right by the key of that domain."""
    return bool(dkim.verify(mail, dnsfunc=dns(domain)))
