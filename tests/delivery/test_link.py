"""Personal links: only the signed token opens, and only while it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.delivery.link import sign, state, verify
from vitalreel.errors import BadConfiguration

OLD, NEW = b"o" * 32, b"n" * 32
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)


@given(IDS)
def test_what_was_signed_is_known_again_under_old_keys_too(link_id: str):
    """Keys change under living links (R7)."""
    assert link_id == verify(sign(link_id, OLD), (NEW, OLD))
    assert verify(sign(link_id, OLD), (NEW,)) is None


@given(IDS, st.text(max_size=90))
def test_no_other_text_is_a_token(link_id: str, text: str):
    """Nobody makes a token without the key (P3)."""
    assert text == sign(link_id, NEW) or verify(text, (NEW,)) is None
    assert verify(f"{link_id}.{text}", (NEW,)) in (None, link_id if f"{link_id}.{text}" == sign(link_id, NEW) else None)


def test_a_short_key_is_refused():
    """A key that can be guessed protects nothing."""
    with pytest.raises(BadConfiguration, match="32"):
        sign("a", b"short")


@pytest.mark.parametrize(
    ("expires", "revoked", "recalled", "worth"),
    [(1, None, False, "open"), (0, None, False, "expired"), (1, 0, False, "revoked"), (1, 1, False, "open"),
     (0, None, True, "recalled"), (0, 0, True, "revoked")],
)  # fmt: skip
def test_a_link_is_worth_what_its_row_says(expires: int, revoked: int | None, recalled: bool, worth: str):
    """Ends are half-open: at the instant of its end a link is over (R7 R9)."""
    ended = None if revoked is None else NOW + timedelta(hours=revoked)

    assert worth == state(NOW + timedelta(hours=expires), ended, recalled, NOW)
