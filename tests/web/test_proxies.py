"""Whose word on a viewer's address counts."""

from __future__ import annotations

import pytest

from vitalreel.errors import BadInput
from vitalreel.settings import read_settings


def test_proxies_are_addresses_and_networks():
    """Behind a proxy the limits must hold for the viewer and not for the proxy (K8 P6)."""
    got = read_settings({"VITALREEL_PROXIES": "127.0.0.1, 10.0.0.0/8"}).proxies

    assert ("127.0.0.1", "10.0.0.0/8") == got


@pytest.mark.parametrize("text", ["*", "proxy.local", "10.0.0.1/8"])
def test_whom_everybody_could_be_is_not_trusted(text: str):
    """A name or a star would let any caller say where he calls from (P3)."""
    with pytest.raises(BadInput, match="VITALREEL_PROXIES"):
        read_settings({"VITALREEL_PROXIES": text})
