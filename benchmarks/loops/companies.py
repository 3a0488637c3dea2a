"""Companies run one by one, in processes of their own, each judged against its truth and written down at once."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from benchmarks.loops import rooms, truth
from benchmarks.loops.programme import ASSETS, Programme, Trial, begun, prepared
from benchmarks.loops.tables import Ran
from benchmarks.loops.truth import Held
from vitalreel.simulator.films import Planted
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plays import read_plays
from vitalreel.store import tables as t
from vitalreel.triggers.holdout import PROGRAMME

KEPT = ASSETS.parent / "loops"
SCALES = {"placebo": 0.0, "planted": 1.0, "strong": 60.0}
"""What films do: nothing; what is believed of them; sixty times that, since two of three films are watched by nobody."""
WIDE = {"placebo": 2, "planted": 2, "strong": 4}
"""By rooms a company of each world is so many times as large: figures are told of more plays, and a strong effect is to be found."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One company of one world."""

    world: str
    seed: int
    accounts: int
    after_weeks: int
    by_rooms: bool = False

    @property
    def trial(self) -> Trial:
        planted = Planted(scale=SCALES[self.world])
        return Trial(self.accounts, self.seed, planted, after_weeks=self.after_weeks)

    @property
    def file(self) -> Path:
        how = "rooms-" if self.by_rooms else ""
        return KEPT / f"{how}{self.world}-{self.accounts}-{self.after_weeks}-{self.seed:04d}.json"


def ran(asked: Asked) -> Ran:
    """Run one company's programme to its end, and judge what its report says."""
    if asked.by_rooms:
        return rooms.ran(asked.world, asked.trial)
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        doors = prepared(Path(folder) / "ws", asked.trial)
        programme = begun(doors, asked.trial)
        with programme.workshop:
            found = programme.run()
            plays = [a.play for a in read_plays(doors, catalogue_of(doors))]
            held = truth.judged(asked.trial, plays, found, programme.log)
            claims = [f.play for f in found.claims if f.answer.direction is not None]
            ranked = [r.name for r in found.ranking.judged if r.claimed] if found.ranking else []
            added = _added(asked, programme)
        doors.engine.dispose()
    return Ran(
        asked.world,
        asked.seed,
        held,
        added,
        claims,
        ranked,
        asdict(programme.counts),
        round(time.process_time() - began, 1),
    )


def _added(asked: Asked, programme: Programme) -> Held | None:
    """NRR added, read when six months are over for every account drawn."""
    if not asked.after_weeks:
        return None
    later = programme.later()
    with programme.doors.engine.connect() as c:
        drawn: dict[str, date] = {
            r.account: r.day for r in c.execute(select(t.assignment).where(t.assignment.c.play == PROGRAMME))
        }
    return truth.revenue(asked.trial, later, programme.log, drawn)


def kept(worlds: Sequence[Asked]) -> list[Ran]:
    """The worlds of one seed run after another, each written down at once."""
    done = []
    for asked in worlds:
        done.append(made := ran(asked))
        KEPT.mkdir(parents=True, exist_ok=True)
        draft = asked.file.with_suffix(".part")
        draft.write_text(json.dumps(asdict(made)), encoding="utf-8")
        draft.rename(asked.file)
    return done


def found(file: Path) -> Ran:
    """A company that was run before."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw["held"] = [_held(h) for h in raw["held"]]
    raw["added"] = _held(raw["added"]) if raw["added"] else None
    return Ran(**raw)


def _held(raw: dict[str, object]) -> Held:
    served, held_out = raw.pop("n")  # type: ignore[misc]
    return Held(**raw, n=(served, held_out))  # type: ignore[arg-type]


def every(wanted: Sequence[Asked], again: bool, processes: int) -> list[Ran]:
    """Those wanted, found again where they were run before, else run, the worlds of one seed in one process."""
    done = [] if again else [found(a.file) for a in wanted if a.file.is_file()]
    missing = [a for a in wanted if again or not a.file.is_file()]
    print(f"{len(done)} of {len(wanted)} companies were run before", flush=True)
    by_seed = [list(worlds) for _seed, worlds in groupby(missing, key=lambda a: (a.seed, a.accounts))]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(kept, worlds) for worlds in by_seed]):
            done += future.result()
            print("\n".join(one.line() for one in future.result()), flush=True)
    return done
