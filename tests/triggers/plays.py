"""Builders: a usage-drop play and accounts around it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from vitalreel.identity import AccountId, ContactId
from vitalreel.triggers.decision import Answers, Known
from vitalreel.triggers.guards import Caps, Person, Rules, Standing
from vitalreel.triggers.matrix import Play, read_play

DAY = date(2026, 3, 2)

RAW: dict[str, Any] = {
    "play": "usage_drop",
    "category": "usage_drop",
    "when": "usage.active_users down 40% over 1 quarter",
    "segments": ["mid_market"],
    "already_true": "fire",
    "episode": {"closes_when": "usage.active_users >= 90% of before", "cool_down": "60 days"},
    "success": {"metric": "usage.active_users", "moves": "up 15%", "within": "45 days"},
    "holdout": "0%",
    "ladder": [
        {"step": "show", "module": "m1", "to": "champion else admin", "channels": ["email"], "window": "within 3 business days"},
        {"step": "again", "after": "14 days", "module": "m2", "to": "champion else admin", "channels": ["email"],
         "window": "within 3 business days"},
        {"step": "person", "after": "21 days", "task": {"owner": "csm", "title": "Call {account.name}", "due": "2 business days"}},
    ],
    "stop_when": ["success", "viewer.asked_for_human"],
}  # fmt: skip


def play(**changes: Any) -> Play:
    return read_play({**deepcopy(RAW), **changes}, "plays/usage_drop.yaml")


def person(name: str = "ana", role: str = "champion", **changes: Any) -> Person:
    plain = {"email": f"{name}@a.example", "active": True, "consent": {"email": True}}
    return Person(ContactId(name), name.title(), role, **{**plain, **changes})


def standing(account: str = "acme", **changes: Any) -> Standing:
    usual: dict[str, Any] = {
        "name": account.title(), "segment": "mid_market", "tier": 3, "scored": True, "people": (person(f"{account}-ana"),),
    }  # fmt: skip
    return Standing(AccountId(account), **{**usual, **changes})


def standings(*them: Standing) -> dict[AccountId, Standing]:
    return {s.account: s for s in them}


def yes(*accounts: str, play_name: str = "usage_drop") -> dict[str, dict[AccountId, Answers]]:
    return {play_name: {AccountId(a): Answers(when=True, values={"usage.active_users": 10.0}) for a in accounts}}


def known(**changes: Any) -> Known:
    usual: dict[str, Any] = {
        "episodes": {}, "runs": (), "assignments": {}, "taken": {}, "switched_on": frozenset({"usage_drop"}), "key": b"k" * 32,
    }  # fmt: skip
    return Known(**{**usual, **changes})


RULES = Rules(Caps(), holdout=0.0)
