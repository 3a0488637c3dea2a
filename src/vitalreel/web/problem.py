"""Which HTTP status each kind of error answers with."""

from __future__ import annotations

from vitalreel.errors import BadConfiguration, BadInput, NotFound, Refused, Unavailable, VitalreelError

STATUS: dict[type[VitalreelError], int] = {
    BadInput: 400,
    BadConfiguration: 500,
    NotFound: 404,
    Refused: 409,
    Unavailable: 503,
}


def status_of(error: Exception) -> int:
    """500 for what has no status of its own."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
