"""Which viewers are the company's own people (K9): the networks they sit in, and the domains of their e-mail."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from vitalreel.errors import BadConfiguration

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_KEYS = ("networks", "domains")


@dataclass(frozen=True, slots=True)
class OwnPeople:
    """How they are known, beside the mark that a browser was given in the console."""

    networks: tuple[Network, ...] = ()
    domains: tuple[str, ...] = ()  # lower case; what ends in one after a dot belongs to it too

    def sit_at(self, address: str) -> bool:
        """Whether a client's address lies in one of the networks; what is no address lies in none."""
        return bool(self.networks) and _within(address, self.networks)

    def write_as(self, email: str) -> bool:
        """Whether an e-mail address is one of theirs."""
        domain = email.rpartition("@")[2].strip().lower()
        return any(domain == own or domain.endswith(f".{own}") for own in self.domains)


@lru_cache(maxsize=4096)
def _within(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return False  # a socket of the machine's own has no address
    mapped = getattr(place, "ipv4_mapped", None)
    return any((mapped or place) in network for network in networks)


def read_own_people(raw: object, where: str, domain: str) -> OwnPeople:
    """`own_people:` of vitalreel.yaml. domain: the company's own, of which they are where nothing is said of `domains`.

    Raises BadConfiguration naming what is no network or no domain.
    """
    if raw is not None and (not isinstance(raw, Mapping) or set(raw) - set(_KEYS)):
        raise BadConfiguration(where, "cannot be read", f"it may say {' and '.join(_KEYS)}, each as a list")
    said = raw if isinstance(raw, Mapping) else {}
    domains = said.get("domains", [domain] if domain else [])
    networks = said.get("networks", [])
    for name, value in (("domains", domains), ("networks", networks)):
        if not isinstance(value, list):
            raise BadConfiguration(f"{where}.{name}", "is no list", "write it as [one, another]")
    return OwnPeople(
        tuple(_network(text, f"{where}.networks") for text in networks),
        tuple(_domain(text, f"{where}.domains") for text in domains),
    )


def _network(text: object, where: str) -> Network:
    try:
        return ipaddress.ip_network(str(text))
    except ValueError as e:
        raise BadConfiguration(where, str(e), "write it as 203.0.113.0/24 or 2001:db8::/48") from e


def _domain(text: object, where: str) -> str:
    name = str(text).strip().lower().removeprefix("@")
    if not _DOMAIN.fullmatch(name):
        raise BadConfiguration(where, f"{text!r} is no domain", "write it as example.com")
    return name
