"""What is spoken for the measurement: ten sentences of business, and whole films of a company made up for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vitalreel.briefs.script import Script
from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId
from vitalreel.simulator.plan import Plan
from vitalreel.sound.narration import spoken, spoken_line
from vitalreel.steps import demo
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.orders import Order, write
from vitalreel.steps.simulate import simulate_company
from vitalreel.steps.viewers import viewer_for
from vitalreel.wiring import open_doors

DAY = date(2026, 11, 22)
SENTENCES = Path(__file__).with_name("sentences.txt")
NAMES = ("Halden", "Priya Raman", "Siobhan O'Connor", "Jorge Alvarez")


@dataclass(frozen=True, slots=True)
class Narration:
    """The lines of one film, spelt for the ear, and the names in them, which a recogniser spells as it likes."""

    title: str
    lines: tuple[str, ...]
    names: tuple[str, ...]


def sentences() -> Narration:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return Narration("ten sentences", tuple(spoken(line) for line in lines), NAMES)


def films(modules: list[str], folder: Path) -> list[Narration]:
    """One film of each module, about the first account of the company that can have one."""
    if not (folder / "vitalreel.yaml").is_file():
        simulate_company(folder, Plan(70, 240, 11, DAY), lambda _: None)
        demo.load_company(open_doors(folder), demo.Setting(70, 11, 1, DAY))
    return [_film(folder, module) for module in modules]


def _film(folder: Path, module: str) -> Narration:
    doors = open_doors(folder)
    with doors.lake.session() as session:
        tables = known_tables(session, doors.programme, DAY)
        accounts = sorted(tables["account"].select("account_id").to_pyarrow()["account_id"].to_pylist())
        refusals = []
        for account in map(AccountId, accounts):
            try:
                order = Order(account, viewer_for(doors, account, module), module)
                return _narration(module, write(doors, tables, order, DAY).script)
            except VitalreelError as error:
                refusals.append(str(error))
    raise SystemExit(f"no account can have a film of {module}: {refusals[0]}")


def _narration(module: str, script: Script) -> Narration:
    as_of = script.brief.as_of
    lines = tuple(spoken_line(line, as_of).said for scene in script.scenes for line in scene.say)
    names = {f.said for f in script.brief.facts.values() if f.unit == "name"}
    return Narration(module, lines, tuple(n for n in names if re.search(r"[A-Z]", n)))
