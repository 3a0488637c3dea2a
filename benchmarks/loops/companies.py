"""Companies run one by one, in processes of their own, each judged against its truth and written down at once."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from benchmarks.loops import truth
from benchmarks.loops.programme import ASSETS, Programme, Trial, begun, prepared
from benchmarks.loops.tables import Ran
from benchmarks.loops.truth import Held
from vitalreel.simulator.films import Planted
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plays import read_plays
from vitalreel.store import tables as t
from vitalreel.triggers.holdout import PROGRAMME

KEPT = ASSETS.parent / "loops"
SCALES = {"placebo": 0.0, "planted": 1.0, "strong": 6.0}
"""What films do: nothing; what is believed of them; six times that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One company of one world."""

    world: str
    seed: int
    accounts: int
    after_weeks: int

    @property
    def trial(self) -> Trial:
        planted = Planted(scale=SCALES[self.world])
        return Trial(self.accounts, self.seed, planted, after_weeks=self.after_weeks)

    @property
    def file(self) -> Path:
        return KEPT / f"{self.world}-{self.accounts}-{self.after_weeks}-{self.seed:04d}.json"


def ran(asked: Asked) -> Ran:
    """Run one company's programme to its end, and judge what its report says."""
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


def _kept(asked: Asked) -> Ran:
    """Run, and written down at once."""
    made = ran(asked)
    KEPT.mkdir(parents=True, exist_ok=True)
    draft = asked.file.with_suffix(".part")
    draft.write_text(json.dumps(asdict(made)), encoding="utf-8")
    draft.rename(asked.file)
    return made


def _found(file: Path) -> Ran:
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw["held"] = [_held(h) for h in raw["held"]]
    raw["added"] = _held(raw["added"]) if raw["added"] else None
    return Ran(**raw)


def _held(raw: dict[str, object]) -> Held:
    served, held_out = raw.pop("n")  # type: ignore[misc]
    return Held(**raw, n=(served, held_out))  # type: ignore[arg-type]


def every(wanted: Sequence[Asked], again: bool, processes: int) -> list[Ran]:
    """Those wanted, found again where they were run before, else run."""
    done = [] if again else [_found(a.file) for a in wanted if a.file.is_file()]
    missing = [a for a in wanted if again or not a.file.is_file()]
    print(f"{len(done)} of {len(wanted)} companies were run before", flush=True)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_kept, a) for a in missing]):
            one = future.result()
            done.append(one)
            print(one.line(), flush=True)
    return done
