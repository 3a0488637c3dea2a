"""What endangers an account and what to do about it: risks.yaml as frozen rows (H11). Conditions are kept as text; the step proves them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.matrix import Span

_SPAN = re.compile(r"(\d{1,3}) (business )?days?")
CSM = "csm"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody of ours should do."""

    who: str  # "csm", or words for somebody else
    step: str  # a clause: "ask {people.admin} which teams stopped"
    within: Span


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that endangers an account."""

    name: str
    when: str  # a condition
    say: str  # a clause: "use has fallen to {usage.weekly_users}"
    do: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Risks:
    """risks.yaml: most serious first."""

    new_within: timedelta
    rows: tuple[Risk, ...]
    weak: Mapping[str, str]  # group of a scorecard -> what to do where it gives least


def read_risks(raw: object, where: str) -> Risks:
    """Raises BadConfiguration naming place and remedy."""
    if not isinstance(raw, Mapping) or raw.get("risks") != 1:
        raise BadConfiguration(where, "is not a risks.yaml of version 1", "begin it with `risks: 1`")
    rows, weak = raw.get("rows"), raw.get("weak") or {}
    if not isinstance(rows, list) or not isinstance(weak, Mapping):
        raise BadConfiguration(where, "`rows` is no list, or `weak` no mapping", "see the shipped risks.yaml")
    found = tuple(_risk(row, f"{where}: row {n}") for n, row in enumerate(rows, 1))
    names = [r.name for r in found]
    if twice := next((n for n in names if names.count(n) > 1), None):
        raise BadConfiguration(where, f"risk {twice!r} is there twice", "give each row a name of its own")
    days = _span(raw.get("new_within", "7 days"), f"{where}: new_within")
    return Risks(timedelta(days=days.days), found, {str(k): str(v) for k, v in weak.items()})


def _risk(row: object, where: str) -> Risk:
    if not isinstance(row, Mapping) or not {"risk", "when", "say"} <= set(row) <= {"risk", "when", "say", "do"}:
        raise BadConfiguration(
            where, "needs a risk, a when and a say", "write {risk: silent, when: ..., say: ..., do: [...]}"
        )
    name = str(row["risk"])
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise BadConfiguration(where, f"{name!r} is no name", "use small letters, digits and _, a letter first")
    deeds = row.get("do") or []
    if not isinstance(deeds, list):
        raise BadConfiguration(
            f"{where} ({name}): do", "is no list", "write `do: [{who: csm, step: ..., within: 2 business days}]`"
        )
    return Risk(name, str(row["when"]), str(row["say"]), tuple(_deed(d, f"{where} ({name}): do") for d in deeds))


def _deed(raw: object, where: str) -> Deed:
    if not isinstance(raw, Mapping) or set(raw) != {"who", "step", "within"}:
        raise BadConfiguration(where, f"cannot read {raw!r}", "write {who: csm, step: ..., within: 2 business days}")
    return Deed(str(raw["who"]), str(raw["step"]), _span(raw["within"], f"{where}: within"))


def _span(value: object, where: str) -> Span:
    found = _SPAN.fullmatch(str(value))
    if not found:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `2 business days` or `14 days`")
    return Span(int(found[1]), bool(found[2]))
