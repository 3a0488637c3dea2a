"""alerting: the rows of alerts.yaml checked, and put to all accounts at once (T13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitalreel.conditions import Tree, compile_conditions, write
from vitalreel.conditions.tree import named
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import Catalogue, Signal
from vitalreel.signals.features import Features
from vitalreel.signals.tables import day_of
from vitalreel.steps.asking import sound
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import Signals
from vitalreel.steps.ours import FILE, alerting_of
from vitalreel.triggers.alerts import PLACE, Alert, Alerting

OF_ACCOUNT = ("account.name", "account.segment", "account.tier")
_TOLD = ("number", "percent", "money", "date", "enum", "text", "bool")


@dataclass(frozen=True, slots=True)
class Rows:
    """alerts.yaml, every condition and place checked."""

    alerting: Alerting
    trees: Mapping[str, Tree]  # alert -> condition
    told: tuple[str, ...]  # signals that are named in what is said

    @property
    def signals(self) -> frozenset[str]:
        """Every signal that asking and telling need."""
        return named(dict(self.trees)) | set(self.told)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row's condition says of all accounts."""

    yes: Mapping[str, Mapping[str, str]]  # account -> what is said of it, by place
    unknown: frozenset[str]


def rows_of(doors: Doors, catalogue: Catalogue) -> Rows | None:
    """alerts.yaml of the workspace; None where it has none. Raises BadConfiguration with place and remedy."""
    alerting = alerting_of(doors)
    if alerting is None:
        return None
    asked = [a for a in alerting.rows if a.when]
    trees = {a.name: sound(a.when, catalogue, (), f"{FILE}: {a.name}: when") for a in asked}
    told = {place: None for a in asked for place in _places(a, catalogue) if place not in OF_ACCOUNT}
    return Rows(alerting, trees, tuple(told))


def _places(alert: Alert, catalogue: Catalogue) -> tuple[str, ...]:
    """What the row's words name. Raises BadConfiguration for a place that cannot be filled in."""
    words = alert.say + (alert.task.title if alert.task else "")
    for place in PLACE.findall(words):
        spec = catalogue.find(place)
        if place not in OF_ACCOUNT and (spec is None or spec.grain != "account" or spec.type not in _TOLD):
            close = catalogue.closest(place)
            hint = f"write {{{close}}}" if close else f"name a signal with a value, or {', '.join(OF_ACCOUNT)}"
            raise BadConfiguration(f"{FILE}: {alert.name}: say", f"{{{place}}} cannot be told", hint)
    return tuple(PLACE.findall(words))


def put_to_all(rows: Rows, signals: Signals) -> dict[str, Said]:
    """alert -> what its condition says of every account on the signals' day."""
    if not rows.trees:
        return {}
    session, fresh = signals.session, signals.fresh()
    texts = {name: write(tree) for name, tree in rows.trees.items()}
    reach = business_days(dict(rows.trees), signals.moment.number)
    question = (*signals.question, "alerts", texts, rows.told, fresh, reach)
    session.planned(question, lambda: _keep(rows, signals, fresh))
    found: dict[str, Said] = {}
    answers = session.rows("alerts").to_pylist()
    accounts = {
        r["account_id"]: r
        for r in session.rows("account").select(["account_id", "name", "segment", "tier"]).to_pylist()
    }
    for name in rows.trees:
        yes = {
            r["account_id"]: _told(rows, r, accounts[r["account_id"]], signals.catalogue) for r in answers if r[name]
        }
        found[name] = Said(yes, frozenset(r["account_id"] for r in answers if r[name] is None))
    return found


def _keep(rows: Rows, signals: Signals, fresh: Mapping[str, bool]) -> None:
    features = Features(signals.catalogue, signals.moment, fresh)
    columns = dict(compile_conditions(rows.trees, features))
    columns |= {f"told:{name}": features.at(name) for name in rows.told}
    wide = features.wide(signals.tables)
    signals.session.keep("alerts", wide.select("account_id", **columns).order_by("account_id"))


def _told(rows: Rows, row: Mapping[str, Any], account: Mapping[str, Any], catalogue: Catalogue) -> dict[str, str]:
    own = {
        "account.name": account["name"],
        "account.segment": account["segment"] or "unknown",
        "account.tier": account["tier"],
    }
    signals = {name: shown(row[f"told:{name}"], catalogue.find(name)) for name in rows.told}
    return {**{k: str(v) for k, v in own.items()}, **signals}


def shown(value: object, spec: Signal | None) -> str:
    """A signal's value for people: "41", "36%", "USD 48,500", "2 March 2026"."""
    if value is None or spec is None:
        return "unknown"
    if isinstance(value, str):
        return value.replace("_", " ")
    number = float(str(value))
    match spec.type:
        case "date":
            day: date = day_of(int(number))
            return f"{day.day} {day:%B %Y}"
        case "percent":
            return f"{number:.0%}"
        case "money":
            return f"{spec.currency} {number:,.0f}"
        case "bool":
            return "yes" if number else "no"
        case _:
            return f"{number:,.0f}" if spec.whole or number.is_integer() else f"{number:,.1f}"


def filled(words: str, said: Mapping[str, str]) -> str:
    """The words with every place filled in."""
    return PLACE.sub(lambda place: said[place[1]], words)
