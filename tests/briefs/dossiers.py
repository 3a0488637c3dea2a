"""Dossiers and modules for tests: an invented account with a year of weeks, in good times, in bad, and with holes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from vitalreel.briefs.brief import make_brief
from vitalreel.briefs.dossier import Dossier, Known, Peer, Series, Week
from vitalreel.briefs.fact import Origin, Value
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.module import Module
from vitalreel.briefs.reading import read_module
from vitalreel.briefs.script import Script
from vitalreel.briefs.write import write_script
from vitalreel.identity import AccountId, ContactId, fingerprint

AS_OF = date(2026, 11, 22)
ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "src/vitalreel/library/modules"
RAVENSTACK = ROOT / "examples/ravenstack/modules"


def origin(table: str, line: int) -> Origin:
    return Origin(table, "the row", (f"{table}.csv:{line}",), 1, fingerprint(table, line))


def known(value: Value, table: str = "account", line: int = 2, currency: str = "") -> Known:
    return Known(value, AS_OF, origin(table, line), currency)


def series(values: Sequence[float | None], metric: str = "weekly_users", table: str = "usage") -> Series:
    """One reading a week, oldest first, the last on AS_OF; None is a week without one."""
    weeks = []
    for number, value in enumerate(values):
        day = AS_OF - timedelta(weeks=len(values) - 1 - number)
        row = (f"{table}.csv:{number + 2}",)
        weeks.append(
            Week() if value is None else Week(value, value, day, value, row, (fingerprint(metric, number, value),))
        )
    return Series(table, metric, AS_OF, tuple(weeks))


def line_from(first: float, last: float, weeks: int = 65) -> list[float | None]:
    """Whole numbers on a straight line."""
    return [float(round(first + (last - first) * n / (weeks - 1))) for n in range(weeks)]


def fields(name: str = "Halden Health", **others: Known) -> dict[str, Known]:
    base = {
        "account.name": known(name),
        "account.outcome": known("overtime under six per cent of hours"),
        "contact.first_name": known("Priya", "contact"),
        "contact.full_name": known("Priya Raman", "contact"),
        "csm.first_name": known("Daniel", "csm"),
        "csm.full_name": known("Daniel Osei", "csm"),
        "csm.title": known("Customer success manager", "csm"),
        "csm.email": known("daniel@larkspur.example", "csm"),
        "vendor.name": known("Larkspur", "configuration"),
        "links.book_csm": known("https://larkspur.example/c/daniel", "configuration"),
        "contract.renewal": known(date(2027, 2, 21), "contract"),
        "contract.start": known(date(2026, 2, 22), "contract"),
        "contract.notice_date": known(date(2027, 1, 22), "contract"),
        "contract.auto_renew": known(True, "contract"),
        "contract.days_left": known(91, "contract"),
        "contract.seats": known(640, "contract"),
        "contract.arr": known(4_850_000, "contract", currency="USD"),
        "tickets.opened": known(14, "ticket"),
        "tickets.urgent_open": known(0, "ticket"),
    }
    return {**base, **{key.replace("__", "."): value for key, value in others.items()}}


def dossier(
    weekly: Sequence[float | None],
    extra: Mapping[str, Known] | None = None,
    without: Sequence[str] = (),
    peers: int = 38,
) -> Dossier:
    """An account whose weekly use is `weekly`; each of the `peers` went from 100 to 97 over the last quarter."""
    kept = {**fields(), **(extra or {})}
    for name in without:
        del kept[name]
    features = {
        "Shift swaps": series(line_from(120, 30), "Shift swaps", "feature_usage"),
        "Rota templates": series(line_from(80, 79), "Rota templates", "feature_usage"),
        "Leave planning": series(line_from(60, 61), "Leave planning", "feature_usage"),
        "Open shifts": series(line_from(50, 20), "Open shifts", "feature_usage"),
        "Payroll export": series(line_from(4, 4), "Payroll export", "feature_usage"),
    }
    return Dossier(
        account=AccountId("halden"),
        contact=ContactId("priya"),
        as_of=AS_OF,
        segment="mid_market",
        tier=2,
        language="en",
        fields=kept,
        series={"weekly_users": series(weekly)},
        features=features,
        peers=(Peer({"weekly_users": series([100.0] * 52 + [97.0] * 13)}),) * peers,
        fed={"usage": AS_OF, "feature_usage": AS_OF},
    )


def falling(**more: object) -> Dossier:
    """702 people a week a quarter ago, 412 now."""
    weekly = line_from(690, 702, 52) + line_from(690, 412, 13)
    return dossier(weekly, **more)  # type: ignore[arg-type]


def rising(**more: object) -> Dossier:
    """440 people a week a year ago, 612 now."""
    return dossier(line_from(428, 612), **more)  # type: ignore[arg-type]


@cache
def module(name: str, folder: Path = LIBRARY) -> Module:
    """One of the library's, read once a process."""
    path = folder / f"{name}.yaml"
    return read_module(path.read_text(encoding="utf-8"), path.name)


def write(made: Module, about: Dossier, touch: str = "") -> Script:
    resolved = resolve(made, about)
    return write_script(made, make_brief(made, about, resolved), resolved.missing, touch)


def renamed(about: Dossier, account: str, name: str) -> Dossier:
    """The same data under another customer's name."""
    return replace(about, account=AccountId(account), fields={**about.fields, "account.name": known(name)})
