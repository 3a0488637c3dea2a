"""Typed ids, and a fingerprint that is the same for equal records on any machine and in any process."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import NewType

AccountId = NewType("AccountId", str)
ContactId = NewType("ContactId", str)
PlayRunId = NewType("PlayRunId", str)
TouchId = NewType("TouchId", str)
VideoId = NewType("VideoId", str)
ViewId = NewType("ViewId", str)

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def plain(value: object) -> Plain:
    """`value` as JSON-ready data: records by field name, mappings sorted by key, dates in ISO form.

    Raises TypeError for anything without one obvious plain form, so that no input is ever left out by accident.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return plain(value.value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, Set):
        return sorted((plain(v) for v in value), key=str)
    if isinstance(value, Sequence):
        return [plain(v) for v in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def fingerprint(*values: object) -> str:
    """32 hex digits (128 bits of SHA-256) over the plain form of `values`: equal records, equal fingerprint."""
    text = json.dumps(plain(list(values)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
