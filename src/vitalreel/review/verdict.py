"""Who must look at a film before it leaves: by tier, and by a fair random sample (R1)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vitalreel.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class Rule:
    """What one tier needs: reviewers' roles, and the share of films they see (1.0: all)."""

    needs: tuple[str, ...]
    sample: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`needs` is empty when the film may go by itself."""

    needs: tuple[str, ...]
    why: str  # "tier 1" | "sampled" | "automatic"


ROLES = ("csm", "production")


def read_rules(raw: Mapping[str, Mapping[str, Any]], where: str) -> dict[int, Rule]:
    """The `review:` part of vitalreel.yaml by tier. Raises BadConfiguration."""
    rules = {}
    for tier in (1, 2, 3, 4):
        part = raw.get(f"tier_{tier}")
        if part is None:
            raise BadConfiguration(where, f"tier_{tier} is missing", "say what each of the four tiers needs")
        needs = tuple(str(n) for n in part.get("needs", ()))
        if not set(needs) <= set(ROLES):
            raise BadConfiguration(f"{where}.tier_{tier}.needs", f"{needs} is not known", f"use {', '.join(ROLES)}")
        sample = str(part.get("sample", "100%"))
        if not sample.endswith("%") or not sample[:-1].isdigit() or int(sample[:-1]) > 100:
            raise BadConfiguration(f"{where}.tier_{tier}.sample", f"cannot read {sample!r}", "write it as `5%`")
        rules[tier] = Rule(needs, int(sample[:-1]) / 100)
    return rules


def verdict(tier: int, touch: str, rules: Mapping[int, Rule], key: bytes) -> Verdict:
    """Who must look at the film of one touch.

    The sample is drawn by a keyed hash of the touch, so that making a film again never re-draws it.
    """
    rule = rules[tier]
    if not rule.needs or rule.sample == 0:
        return Verdict((), "automatic")
    if rule.sample == 1:
        return Verdict(rule.needs, f"tier {tier}")
    draw = int.from_bytes(hmac.new(key, f"sample\x1f{touch}".encode(), hashlib.sha256).digest()[:8], "big") / 2**64
    return Verdict(rule.needs, "sampled") if draw < rule.sample else Verdict((), "automatic")
