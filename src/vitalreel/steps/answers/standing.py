"""Which risks of risks.yaml stand at which accounts on a day, with the values they are told by: all accounts in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vitalreel.briefs.answer import Notes
from vitalreel.briefs.fact import Value
from vitalreel.briefs.plainwords import strange_words
from vitalreel.briefs.template import Template, read_template
from vitalreel.conditions import Tree, compile_conditions, older_values, parse, write
from vitalreel.conditions.tree import named
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import Catalogue, Signal
from vitalreel.signals.features import Features
from vitalreel.signals.tables import day_of
from vitalreel.steps.answers.behind import behind, set_down
from vitalreel.steps.asking import sound
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import Signals, catalogue_of, signals_of
from vitalreel.store.lake import LakeSession
from vitalreel.triggers.risks import Risk, Risks, read_risks

FILE = "risks.yaml"
ALWAYS = ("contract.arr", "renewal")
"""Told of every account, where they are known."""
BEFORE, PEOPLE = ".before", "people."
ROLES = ("sponsor", "champion", "admin", "user")
_ONE = {"people": "person"}
_TOLD = ("number", "percent", "money", "date", "enum", "text", "bool")


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that is asked for: of a signal so many days ago, or its mean over days before then."""

    signal: str
    lag_days: int = 0
    mean_days: int | None = None

    @property
    def key(self) -> str:
        return f"told:{self.signal}:{self.lag_days}:{self.mean_days or ''}"


@dataclass(frozen=True, slots=True)
class Rows:
    """risks.yaml, every condition and every word checked."""

    risks: Risks
    trees: Mapping[str, Tree]  # risk -> condition
    says: Mapping[str, Template]  # risk -> its clause
    readings: Mapping[str, Mapping[str, Reading]]  # risk -> slot of its clause -> what is told there
    left_out: tuple[str, ...]  # risks that name signals the workspace has not

    def row(self, name: str) -> Risk:
        return next(r for r in self.risks.rows if r.name == name)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one account on the day."""

    account: str
    name: str
    csm: str  # id; "" for the pooled team
    country: str | None
    answers: Mapping[str, bool | None]  # risk -> whether it stands; None: unknown
    values: Mapping[str, Any]  # Reading.key -> value; None: unknown


def rows_of(doors: Doors, catalogue: Catalogue) -> Rows:
    """risks.yaml of the workspace, else the shipped one; a row that names a signal the workspace has not is left out.

    Raises BadConfiguration with place and remedy.
    """
    risks = read_risks(doors.workspace.own_or_shipped(FILE), FILE)
    trees: dict[str, Tree] = {}
    for risk in risks.rows:
        if {m.code for m in parse(risk.when, catalogue).errors} != {"E_NAME"}:
            trees[risk.name] = sound(risk.when, catalogue, (), f"{FILE}: {risk.name}: when")
    kept = tuple(r for r in risks.rows if r.name in trees)
    says = {r.name: _template(r.say, f"{FILE}: {r.name}: say") for r in kept}
    for where, text in _steps(risks):
        _template(text, where)
    readings = {r.name: dict(_readings(r, says[r.name], trees[r.name], catalogue)) for r in kept}
    return Rows(
        Risks(risks.new_within, kept, risks.weak),
        trees,
        says,
        readings,
        tuple(r.name for r in risks.rows if r.name not in trees),
    )


def _steps(risks: Risks) -> Iterator[tuple[str, str]]:
    for risk in risks.rows:
        for deed in risk.do:
            yield f"{FILE}: {risk.name}: do", deed.step
    for group, step in risks.weak.items():
        yield f"{FILE}: weak.{group}", step


def _template(text: str, where: str) -> Template:
    """A clause whose own words hold no figure and no name."""
    try:
        template = read_template(text)
    except ValueError as e:
        raise BadConfiguration(where, str(e)) from e
    for part in template.parts:
        if isinstance(part, str) and (wrong := next(strange_words(part, "x"), None)):
            raise BadConfiguration(
                where, f"{wrong[0]!r} is {wrong[1]}, which no fact stands behind", "write {SIGNAL} in its place"
            )
    return template


def _readings(risk: Risk, says: Template, tree: Tree, catalogue: Catalogue) -> Iterator[tuple[str, Reading]]:
    before = older_values(tree)
    for slot in says.facts:
        name = slot.removesuffix(BEFORE) if slot.endswith(BEFORE) else slot
        spec = catalogue.find(name)
        if spec is None or spec.grain != "account" or spec.type not in _TOLD:
            close = catalogue.closest(name)
            hint = f"write {{{close}}}" if close else "name a signal with a value"
            raise BadConfiguration(f"{FILE}: {risk.name}: say", f"{{{slot}}} cannot be told", hint)
        if slot != name and name not in before:
            raise BadConfiguration(
                f"{FILE}: {risk.name}: say", f"`when` compares {name} with no older value", f"write {{{name}}}"
            )
        yield slot, Reading(name, *before[name]) if slot != name else Reading(name)


def standing(
    doors: Doors, session: LakeSession, rows: Rows, day: date, more: Sequence[str] = ()
) -> tuple[dict[str, Standing], Catalogue]:
    """Every account on a day. more: signals whose values are wanted besides. Raises as `signals_of`."""
    catalogue = catalogue_of(doors)
    always = [Reading(n) for n in dict.fromkeys((*ALWAYS, *more)) if catalogue.find(n)]
    told = list(dict.fromkeys([*always, *(r for mine in rows.readings.values() for r in mine.values())]))
    names = named(dict(rows.trees)) | {r.signal for r in told}
    signals = signals_of(doors, session, catalogue, day, names)
    _ask(signals, rows, told)
    accounts = {
        r["account_id"]: r for r in session.rows("account", ("account_id", "name", "csm", "country")).to_pylist()
    }
    found = {}
    for r in session.rows("risks").to_pylist():
        account = accounts[r["account_id"]]
        found[r["account_id"]] = Standing(
            r["account_id"], account["name"], account["csm"] or "", account["country"], {n: r[f"yes:{n}"] for n in rows.trees},
            {t.key: r[t.key] for t in told},
        )  # fmt: skip
    return found, catalogue


def _ask(signals: Signals, rows: Rows, told: Sequence[Reading]) -> None:
    session, fresh = signals.session, signals.fresh()
    texts = {name: write(tree) for name, tree in rows.trees.items()}
    reach = business_days(dict(rows.trees), signals.moment.number)

    def make() -> None:
        features = Features(signals.catalogue, signals.moment, fresh)
        columns = {f"yes:{name}": c for name, c in compile_conditions(rows.trees, features).items()}
        for t in told:
            columns[t.key] = (
                features.at(t.signal, t.lag_days)
                if t.mean_days is None
                else features.mean(t.signal, t.lag_days, t.mean_days)
            )
        session.keep("risks", features.wide(signals.tables).select("account_id", **columns).order_by("account_id"))

    session.planned((*signals.question, "risks", texts, [t.key for t in told], fresh, reach), make)


# -- in words -----------------------------------------------------------------------------------------------------------


def figure(spec: Signal, value: Any) -> tuple[Value, str]:
    """A signal's value as facts have it: (value, unit)."""
    if spec.type in ("enum", "text"):
        return str(value).replace("_", " "), "name"
    match spec.type:
        case "bool":
            return "yes" if value in (True, "true") else "no", "name"
        case "date":
            return day_of(int(value)), "date"
        case "percent":
            return float(value), "percent"
        case "money":
            return round(float(value) * 100), f"money:{spec.currency}"
    if spec.unit == "points":
        return float(value), "points"
    if spec.whole:
        return int(
            value
        ), f"count:{_ONE.get(spec.unit, spec.unit.removesuffix('s'))}|{spec.unit}" if spec.unit else "count"
    return float(value), "number"


def known(
    notes: Notes, session: LakeSession, catalogue: Catalogue, of: Standing, reading: Reading, stem: str
) -> str | None:
    """The reading as a fact of the notes, with its rows; answers its name, None where it is unknown."""
    value, spec = of.values.get(reading.key), catalogue.find(reading.signal)
    if value is None or spec is None:
        return None
    on = notes.as_of - timedelta(days=reading.lag_days)
    how = f"mean of {reading.mean_days} days" if reading.mean_days else "value"
    rows = behind(session, catalogue, reading.signal, of.account, notes.as_of, on)
    return notes.fact(stem, *figure(spec, value), f"{how} of the signal {reading.signal} at {of.name}, {on}", rows, on)


def clause(
    notes: Notes, session: LakeSession, catalogue: Catalogue, rows: Rows, risk: str, of: Standing, stem: str
) -> tuple[str, Mapping[str, str]] | None:
    """(the risk's clause, slot -> fact) for `Notes.say`; None where a value it tells is unknown."""
    slots = {}
    for number, (slot, reading) in enumerate(rows.readings[risk].items()):
        name = known(notes, session, catalogue, of, reading, f"{stem}.{number}")
        if name is None:
            return None
        slots[slot] = name
    return rows.row(risk).say, slots


def left_out(notes: Notes, rows: Rows) -> None:
    """Say how many risks could not be asked here, if any."""
    if rows.left_out:
        here = set_down(FILE, ", ".join(rows.left_out))
        notes.fact(
            "left_out", len(rows.left_out), "count:risk|risks", "risks that name signals the workspace has not", here
        )
        notes.say("Not asked: {left_out with unit} of the list, since signals they name are not there.")
