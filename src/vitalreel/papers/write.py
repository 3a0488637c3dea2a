"""A paper told for one account: of each line the first wording whose facts are known, pictures and tables with their facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vitalreel.briefs.cases import Question, holds
from vitalreel.briefs.dossier import Dossier
from vitalreel.briefs.fact import Ledger, Value
from vitalreel.briefs.facts import Resolved
from vitalreel.briefs.module import FactSpec, Module
from vitalreel.briefs.pictures import facts_in, fill_show
from vitalreel.briefs.script import Line, Run
from vitalreel.briefs.template import fill
from vitalreel.errors import Refused
from vitalreel.identity import Plain
from vitalreel.papers.paper import Document, Paper, Picture, Say, Section, SectionSpec, Table, TableSpec

NOTHING = Line(())


def with_facts(paper: Paper, module: Module) -> Module:
    """The module with the paper's own facts behind its own: what the one `resolve` of films makes the ledger of both from."""
    return replace(module, facts={**module.facts, **paper.facts})


def write(paper: Paper, whole: Module, dossier: Dossier, resolved: Resolved) -> Document:
    """The document.

    whole: `with_facts`; resolved: its facts. Raises Refused where the title cannot be told or nothing else can.
    """
    told = _Telling(resolved.ledger, {**whole.facts}, _values(dossier, resolved.ledger))
    what = f"the paper {paper.name} for {dossier.account}"
    for template in (paper.title, paper.under):
        if lacking := [f for f in template.facts if f not in resolved.ledger]:
            raise Refused(what, f"{lacking[0]} is missing: {resolved.missing.get(lacking[0], 'it is not in the data')}")
    sections = tuple(s for spec in paper.sections if (s := told.section(spec)) is not None)
    if not sections:
        raise Refused(what, "nothing of it is known", "load data of the account")
    document = Document(
        paper.name, paper.version, paper.audience, dossier.account, dossier.as_of, fill(paper.title, resolved.ledger),
        fill(paper.under, resolved.ledger), sections, {},
    )  # fmt: skip
    told_in = [fact for _, line in document.lines for fact in line.facts]
    listed = [table.of for section in sections for table in section.tables]
    used = dict.fromkeys([*told_in, *listed, *_drawn(sections, resolved.ledger)])
    wanted = {f for spec in paper.sections for f in _asked(spec)}
    meant = {name: spec.means for name, spec in whole.facts.items()}
    missing = {name: f"{meant.get(name, name)} ({why})" for name, why in resolved.missing.items() if name in wanted}
    return replace(document, facts={name: resolved.ledger[name] for name in used}, missing=missing)


def _values(dossier: Dossier, ledger: Ledger) -> dict[str, Value]:
    return {n: f.value for n, f in ledger.items()} | {"segment": dossier.segment, "tier": dossier.tier}


def _asked(spec: SectionSpec) -> Iterator[str]:
    """Every fact a section would tell."""
    yield from spec.title.facts
    for say in (say for line in spec.lines for say in line):
        for sentence in say.sentences:
            yield from sentence.facts
    for show in (show for choices in spec.shows for show in choices):
        yield from facts_in(dict(show))
    for table in spec.tables:
        yield table.rows


def _drawn(sections: tuple[Section, ...], ledger: Ledger) -> Iterator[str]:
    """Facts that pictures draw, with those of a family that are drawn with it."""
    for picture in (p for s in sections for p in s.pictures):
        for name in drawn_in(picture.show):
            yield name
            if ledger[name].unit in ("series", "rows"):
                yield from (n for n in ledger if n.startswith(f"{name}."))


def drawn_in(show: object) -> Iterator[str]:
    """Names of the facts in a picture that `fill_show` made, in its shapes and its texts."""
    if isinstance(show, Mapping):
        if set(show) == {"fact"}:
            yield str(show["fact"])
        elif set(show) == {"text"}:
            yield from (str(fact) for _, fact in show["text"] if fact is not None)
        else:
            for value in show.values():
                yield from drawn_in(value)
    elif isinstance(show, list):
        for value in show:
            yield from drawn_in(value)


class _Telling:
    """One account's ledger while sections are told from it."""

    def __init__(self, ledger: Ledger, specs: Mapping[str, FactSpec], values: Mapping[str, Value]) -> None:
        self._ledger, self._values = ledger, values
        self._lookups = {name: spec.lookup for name, spec in specs.items()}

    def section(self, spec: SectionSpec) -> Section | None:
        """The section, or None where it is not to be told or nothing of it can be."""
        if not self._holds(spec.when) or not self._has(spec.title.facts):
            return None
        lines = tuple(line for say in spec.lines for line in self._first(say))
        shows = [show for choices in spec.shows if (show := self._drawable(choices)) is not None]
        pictures = tuple(Picture(next(iter(s)), fill_show(s, self._ledger, self._lookups)) for s in shows)
        tables = tuple(table for t in spec.tables if (table := self._table(t)) is not None)
        if not (lines or pictures or tables):
            if spec.otherwise is None or not self._has(spec.otherwise.facts):
                return None
            lines = (fill(spec.otherwise, self._ledger),)
        sourced = spec.source is not None and self._has(spec.source.facts) and (lines or pictures or tables)
        source = fill(spec.source, self._ledger) if spec.source is not None and sourced else NOTHING
        return Section(spec.name, fill(spec.title, self._ledger), lines, pictures, tables, source)

    def _first(self, choices: tuple[Say, ...]) -> tuple[Line, ...]:
        for say in choices:
            if self._holds(say.when) and all(self._has(s.facts) for s in say.sentences):
                return (_joined([fill(s, self._ledger, opens=False) for s in say.sentences]),)
        return ()

    def _drawable(self, choices: tuple[Mapping[str, Plain], ...]) -> Mapping[str, Plain] | None:
        return next((show for show in choices if self._has(tuple(facts_in(dict(show))))), None)

    def _table(self, spec: TableSpec) -> Table | None:
        if spec.rows not in self._ledger:
            return None
        count = int(str(self._ledger[spec.rows].value))
        cells = [[self._cell(f"{spec.rows}.{n}.{c}") for _, c in spec.columns] for n in range(1, count + 1)]
        told = [
            i for i in range(len(spec.columns)) if any(row[i].runs for row in cells)
        ]  # a column nobody filled is left out
        return Table(
            spec.rows, tuple(spec.columns[i][0] for i in told), tuple(tuple(row[i] for i in told) for row in cells)
        )

    def _cell(self, name: str) -> Line:
        fact = self._ledger.get(name)
        return NOTHING if fact is None else Line((Run(fact.shown, fact.said, fact.name),))

    def _holds(self, question: Question | None) -> bool:
        return question is None or holds(question, self._values)

    def _has(self, names: tuple[str, ...]) -> bool:
        return all(name in self._ledger for name in names)


def _joined(lines: list[Line]) -> Line:
    """Sentences as one paragraph."""
    runs: list[Run] = []
    for line in lines:
        runs += ([Run(" ", " ")] if runs else []) + list(line.runs)
    return Line(tuple(runs))
