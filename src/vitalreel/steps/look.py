"""What a load would do: what maps, what does not, and sample rows, with nothing written (D3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from vitalreel.briefs.talent import own_voice
from vitalreel.errors import BadConfiguration, BadInput, VitalreelError
from vitalreel.review.chain import OWNER
from vitalreel.sources import promises
from vitalreel.sources.check import Checked
from vitalreel.sources.findings import Finding, refusals
from vitalreel.sources.mapping import Mapping as TableMapping
from vitalreel.sources.mapping import missing_columns
from vitalreel.sources.model import TABLES
from vitalreel.sources.rows import Mapped
from vitalreel.steps.advocacy import rules_of
from vitalreel.steps.alerting import rows_of
from vitalreel.steps.answers.standing import rows_of as risks_of
from vitalreel.steps.arriving import read_files
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.modules import module_of, names_of
from vitalreel.steps.opportunity import terms_of
from vitalreel.steps.ours import alerting_of, ours
from vitalreel.steps.paperfiles import paper_of
from vitalreel.steps.plays import look_at_plays
from vitalreel.steps.sync import examine, origins
from vitalreel.steps.talent import REGISTRY, changes, people_of
from vitalreel.steps.translations import mistakes
from vitalreel.store.database import reading
from vitalreel.triggers.early import too_short


@dataclass(frozen=True, slots=True)
class Problem:
    where: str
    what: str
    hint: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What one canonical table would get."""

    table: str
    file: str
    maps: tuple[str, ...]  # canonical columns that are filled
    empty: tuple[str, ...]  # canonical columns that stay empty
    unread: tuple[str, ...]  # vendor columns of the file that nothing reads
    rows: tuple[Mapping[str, object], ...]  # the first accepted rows, filled columns only
    read: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Looked:
    """`check`: what maps, what does not, and sample rows; nothing is written (D3)."""

    problems: tuple[Problem, ...]
    samples: tuple[Sample, ...]


def look(doors: Doors, data: Path | None, now: datetime, sample_rows: int = 3, connect: bool = True) -> Looked:
    """Check every source's mapping and contract, and hold them against what a load would read.

    data: the folder of the sources that lie in one; None: those are not looked at. connect: ask the systems of the others
    what is new. Writes nothing. Every problem is collected; none stops the others.
    """
    problems = [
        *_people(doors, now.date()),
        *_leads(doors, now.date()),
        *_alerts(doors),
        *_growth(doors),
        *_reviewers(doors),
        *_modules(doors),
        *_papers(doors),
        *_risks(doors),
    ]
    samples: list[Sample] = []
    try:
        doors.workspace.dictionary()
    except VitalreelError as e:
        problems.append(_problem(e))
    try:
        found = origins(doors)
    except VitalreelError as e:
        return Looked((*problems, _problem(e)), ())
    for origin in found:
        if not (connect if origin.mapping.asks else data is not None):
            continue
        try:
            arriving = read_files(doors, origin.mapping, data or doors.workspace.root / "data", ahead_of=now)
            problems += [_problem(e) for e in arriving.unread.values()]
            origin, arrived = replace(origin, mapping=arriving.mapping), arriving.rows
            wrong = [
                m for f, rows in arrived.items() for m in missing_columns(origin.mapping, f, tuple(rows.column_names))
            ]
            if wrong:
                problems += [_problem(e) for e in wrong]
                continue
            promises.flagged(origin.mapping, origin.contract, arrived)
            mapped, checked = examine(doors, origin, arrived, now)
        except VitalreelError as e:
            problems.append(_problem(e))
            continue
        problems += [
            Problem(_place(origin.mapping, f), f.what, f.example) for f in refusals(origin.mapping, checked) if f.look
        ]
        samples += [
            _sample(origin.mapping, name, arrived, mapped, checked, sample_rows) for name in origin.mapping.tables
        ]
    return Looked(tuple(problems), tuple(samples))


def _people(doors: Doors, day: date) -> Iterator[Problem]:
    """What is wrong with the registry of talent: mistakes, consents that do not hold, segments whose talent has changed."""
    try:
        people = people_of(doors)
    except VitalreelError as e:
        yield _problem(e)
        return
    for person in people:
        if person.consent is None or not person.consent.given_on <= day <= person.consent.until:
            why = "no consent is recorded" if person.consent is None else f"the consent ended on {person.consent.until}"
            yield Problem(f"{person.where}: {person.key}", why, f"ask {person.name}; films with them are refused")
        elif person.voice is not None and own_voice(person, day) is None:
            what = f"the consent of {person.name} does not cover the voice {person.voice}"
            yield Problem(
                f"{person.where}: {person.key}", what, "the house voice tells their films; write `voice` into its scope"
            )
    for change in changes(doors):
        yield Problem(REGISTRY, f"talent has changed: {change.text}", "keep one person for a segment and role")


def _leads(doors: Doors, day: date) -> Iterator[Problem]:
    """Plays that cannot be read or name films there are not, those whose briefs open too late for their window (T3 T14), and those
    that are of no kind people may choose (R8)."""
    plays = []
    try:
        for one in look_at_plays(doors, catalogue_of(doors)):
            if isinstance(one, BadConfiguration):
                yield _problem(one)
            else:
                plays.append(one)
    except VitalreelError as e:
        yield _problem(e)
    for asked in plays:
        short = too_short(asked.play, asked.trees["when"], doors.programme.lead, doors.programme.country, day.year)
        yield from (Problem(asked.play.where, *what) for what in short)
        kinds = doors.programme.kinds
        if kinds and asked.play.category not in {category for kind in kinds for category in kind.plays}:
            what = f"nobody can choose whether they want its messages: {asked.play.category!r} is in no kind"
            yield Problem(
                asked.play.where, what, f"name it under `kinds:` in vitalreel.yaml: {', '.join(k.name for k in kinds)}"
            )


def _alerts(doors: Doors) -> Iterator[Problem]:
    """What is wrong with alerts.yaml."""
    try:
        rows_of(doors, catalogue_of(doors))
    except VitalreelError as e:
        yield _problem(e)


def _growth(doors: Doors) -> Iterator[Problem]:
    """What is wrong with expansion.yaml and advocacy.yaml; signals this workspace has not got are left out of them, which is no mistake."""
    for read in (lambda: terms_of(doors, catalogue_of(doors)), lambda: rules_of(doors)):
        try:
            read()
        except VitalreelError as e:
            yield _problem(e)


def _reviewers(doors: Doors) -> Iterator[Problem]:
    """Reviewers and deputies whom nobody knows, or who would be their own (R1)."""
    chain, where = doors.programme.review.chain, "vitalreel.yaml: review"
    try:
        with reading(doors.engine).connect() as c:
            known = {OWNER, *ours(c, alerting_of(doors))}
    except VitalreelError:
        return  # alerts.yaml cannot be read: that is said already
    for part, named in (("reviewers", chain.reviewers), ("deputies", chain.deputies)):
        for key, person in named.items():
            if person not in known:
                hint = f"there are {', '.join(sorted(known))}; add a CSM to the data, or a person with a `name` to alerts.yaml"
                yield Problem(f"{where}.{part}.{key}", f"{person!r} is nobody of ours", hint)
    for key, person in chain.deputies.items():
        if person in (key, chain.reviewers.get(key)):
            yield Problem(f"{where}.deputies.{key}", f"{person} would take their own place", "name somebody else")
        elif key not in {*known, *chain.reviewers}:
            yield Problem(
                f"{where}.deputies", f"{key!r} is no role and nobody of ours", f"use {', '.join(sorted(known))}"
            )


def _modules(doors: Doors) -> Iterator[Problem]:
    """Modules that cannot be read, told in their language, or that translate nothing there is."""
    names = names_of(doors)
    for name in names:
        try:
            module = module_of(doors, name)
            yield from (Problem(module.where, f"{name} {what}", hint) for what, hint in mistakes(doors, module))
        except VitalreelError as e:
            yield _problem(e)
            continue
        if module.translates and module.translates not in names:
            hint = f"there are: {', '.join(names)}"
            yield Problem(module.where, f"{name} translates {module.translates!r}, which is no module", hint)


def _papers(doors: Doors) -> Iterator[Problem]:
    """Papers that cannot be read."""
    for path in sorted((doors.workspace.root / "papers").glob("*.yaml")):
        try:
            paper_of(doors, path.stem)
        except VitalreelError as e:
            yield _problem(e)


def _risks(doors: Doors) -> Iterator[Problem]:
    """What is wrong with risks.yaml."""
    try:
        risks_of(doors, catalogue_of(doors))
    except VitalreelError as e:
        yield _problem(e)


def _place(mapping: TableMapping, finding: Finding) -> str:
    return f"{mapping.source}: {finding.table}, {finding.count:,} rows"


def _problem(error: VitalreelError) -> Problem:
    if isinstance(error, BadConfiguration | BadInput):
        return Problem(error.where, error.what, error.hint)
    return Problem("", str(error), "")


def _sample(
    mapping: TableMapping, name: str, arrived: Mapping[str, pa.Table], mapped: Mapped, checked: Checked, count: int
) -> Sample:
    block = mapping.blocks_of(name)[0]
    accepted = checked.accepted[name]
    named = (c.name for c in TABLES[name].columns if any(c.name in b.values for b in mapping.blocks_of(name)))
    maps = tuple(c for c in named if not accepted.num_rows or accepted[c].null_count < accepted.num_rows)
    empty = tuple(c.name for c in TABLES[name].columns if c.name not in maps)
    needed = mapping.columns_read(block.file)
    unread = tuple(c for c in arrived[block.file].column_names if c not in needed and not c.startswith("_"))
    rows = accepted.slice(0, count).select(list(maps)).to_pylist()
    quarantined = sum(1 for t in checked.refused["table"].to_pylist() if t == name)
    return Sample(
        name, mapping.files[block.file].path, maps, empty, unread, tuple(rows), mapped.read[name], quarantined
    )
