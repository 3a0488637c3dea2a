"""Messages to other systems: their form, their signature, and when they are tried again."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from vitalreel.errors import BadConfiguration, BadInput
from vitalreel.store.hooks import read_hooks
from vitalreel.tracking.hook import Hook, headers, message, next_try, read_keys

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ROW = {
    "id": "v1", "events": 7, "account": "nordwind", "contact": "", "video": "film1", "started": NOW, "watched_s": 9.0,
    "completion": 0.75, "ranges": [[0, 9]], "replays": [], "last_position_s": 9.0, "clicked": True, "asked_for_human": False,
    "rating": 4, "shared": False,
    "updated": NOW,
}  # fmt: skip


def test_the_signature_is_that_of_standard_webhooks():
    """The example published with the libraries of Standard Webhooks: any of them must accept what we send (K5)."""
    keys = read_keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "VITALREEL_WEBHOOK_X")
    at = datetime.fromtimestamp(1614265330, UTC)
    got = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', keys, at)

    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == got["webhook-signature"]
    assert ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330") == (got["webhook-id"], got["webhook-timestamp"])


def test_two_secrets_sign_beside_each_other_while_one_takes_the_other_s_place():
    """A secret can be changed without a message lost (P3)."""
    secrets = " ".join("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    got = headers("m", "{}", read_keys(secrets, "X"), NOW)["webhook-signature"].split(" ")

    assert 2 == len(set(got)) and all(one.startswith("v1,") for one in got)


@pytest.mark.parametrize(
    "secret", ["", "abc", "whsec_abc", "whsec_" + base64.b64encode(b"short").decode(), "whsec_%%%"]
)
def test_what_is_no_secret_is_refused_by_its_variable(secret: str):
    """A weak secret is no signature (P3)."""
    with pytest.raises(BadInput, match="VITALREEL_WEBHOOK_CRM"):
        read_keys(secret, "VITALREEL_WEBHOOK_CRM")


def test_a_message_is_a_cloud_event_and_says_which_of_two_holds():
    """The envelope's required attributes; the same view as it stood has the same id, and the version grows with it (K3 K5)."""
    hook = Hook("crm", "https://crm.example/hook")
    first, again = (message(hook, ROW, "usage_drop_recovery", None, "urn:vitalreel:ws") for _ in range(2))
    later = message(hook, {**ROW, "events": 9}, "usage_drop_recovery", None, "urn:vitalreel:ws")
    told = json.loads(first.body)

    assert {
        "specversion": "1.0",
        "type": "vitalreel.view.measured",
        "source": "urn:vitalreel:ws",
        "subject": "nordwind",
    }.items() <= told.items()
    assert (first.id, first) == (told["id"], again)
    assert first.id != later.id and first.version < later.version
    assert (None, "usage_drop_recovery", True) == tuple(told["data"][k] for k in ("contact", "module", "clicked"))


def test_tries_are_spread_over_three_days_and_end():
    """A system that is down over a weekend misses nothing; one that is gone is not called for ever (K5 P6)."""
    at, tries = NOW, 1
    while (following := next_try(tries, at)) is not None:
        at, tries = following, tries + 1

    assert 10 == tries and timedelta(days=3) < at - NOW < timedelta(days=4)
    assert NOW + timedelta(seconds=900) == next_try(1, NOW, 900)


@pytest.mark.parametrize(
    "raw",
    ["crm", [{"name": "crm"}], [{"name": "crm", "url": "http://crm.example"}], [{"name": "c m", "url": "https://x"}],
     [{"name": "a-b", "url": "https://x"}, {"name": "A_B", "url": "https://y"}], [{"name": "crm", "url": "https://x", "key": "k"}]],
)  # fmt: skip
def test_hooks_that_make_no_sense_are_refused_by_name(raw: object):
    """Views of named people leave encrypted only, and a secret is never written into the file (P3 P5)."""
    with pytest.raises(BadConfiguration, match="webhooks"):
        read_hooks(raw, "vitalreel.yaml: webhooks")


def test_this_machine_may_be_told_without_encryption():
    """For trying out."""
    assert (Hook("crm", "http://127.0.0.1:8000/x"),) == read_hooks(
        [{"name": "crm", "url": "http://127.0.0.1:8000/x"}], "w"
    )
    assert () == read_hooks(None, "w") == read_hooks([], "w")
