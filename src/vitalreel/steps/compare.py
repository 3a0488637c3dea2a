"""compare: how much the films of one module differ between accounts, from the scripts that would be written today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from vitalreel.briefs.differ import Difference, differ
from vitalreel.briefs.script import Script
from vitalreel.errors import BadInput, VitalreelError
from vitalreel.identity import AccountId
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.orders import Order, write
from vitalreel.steps.viewers import viewer_for


@dataclass(frozen=True, slots=True)
class Pair:
    """Two films of one module; the difference that is smaller, whichever of the two is looked at from the other."""

    first: AccountId
    second: AccountId
    difference: Difference


@dataclass(frozen=True, slots=True)
class Compared:
    pairs: tuple[Pair, ...]  # least different first
    refused: tuple[tuple[AccountId, str], ...]  # accounts the module makes no film for, and why


def compare(doors: Doors, module: str, accounts: Sequence[AccountId], as_of: date) -> Compared:
    """Every pair of these accounts. Raises BadInput for fewer than two accounts, NotFound for an unknown module."""
    if len(set(accounts)) < 2:
        raise BadInput("accounts", "one film cannot differ from itself", "name two accounts or more with --account")
    scripts: dict[AccountId, Script] = {}
    refused: list[tuple[AccountId, str]] = []
    with doors.lake.session() as session:
        tables = known_tables(session, doors.programme, as_of)
        for account in dict.fromkeys(accounts):
            try:
                order = Order(account, viewer_for(doors, account, module), module)
                scripts[account] = write(doors, tables, order, as_of).script
            except VitalreelError as e:  # one account without a film keeps no other from being compared
                refused.append((account, str(e)))
    pairs = [Pair(a, b, _smaller(scripts[a], scripts[b])) for a, b in combinations(scripts, 2)]
    ordered = sorted(pairs, key=lambda p: (p.difference.words, p.first, p.second))
    return Compared(tuple(ordered), tuple(refused))


def _smaller(a: Script, b: Script) -> Difference:
    return min(differ(a, b), differ(b, a), key=lambda d: (d.words, d.seconds))
