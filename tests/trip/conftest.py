"""One simulated company, loaded, scored and decided once for all workers of a run; every trip starts from its own copy."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

from vitalreel.errors import BadConfiguration
from vitalreel.settings import Settings
from vitalreel.simulator.plan import Plan
from vitalreel.steps import demo
from vitalreel.steps.assess import assess_days
from vitalreel.steps.deliver import Post
from vitalreel.steps.doors import Doors, set_secret
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.signing import sign
from vitalreel.steps.simulate import simulate_company
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.wiring import open_doors, open_post, open_workshop

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
SETTING = demo.Setting(accounts=70, seed=11, videos=1, day=DAY)
ASSETS = Path(__file__).resolve().parents[2] / "var" / "assets"


def settings(smtp: str | None = None, base_url: str = "http://localhost:8321", database: str | None = None) -> Settings:
    return Settings(database=database, assets=ASSETS, smtp=smtp, base_url=base_url, workers=1)


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace folder and how to open it."""

    root: Path
    database: str | None = None  # None: SQLite in the workspace

    @property
    def doors(self) -> Doors:
        return open_doors(self.root, settings(database=self.database))

    def at(self, database: str) -> Doors:
        """The workspace with its rows in another database; "" is its own."""
        return open_doors(self.root, settings(database=database or None))

    def sized(self, size: str) -> None:
        """Films of so many pixels."""
        programme = self.root / "vitalreel.yaml"
        text, found = re.subn(r"size: \d+x\d+", f"size: {size}", programme.read_text(encoding="utf-8"))
        assert 1 == found
        programme.write_text(text, encoding="utf-8")

    def short(self) -> None:
        """Films with only the scenes every film has."""
        for path in (self.root / "modules").glob("*.yaml"):
            yaml = YAML(typ="rt")
            module = yaml.load(path.read_text(encoding="utf-8"))
            left, kept = {"greet", "signal", "figures", "unknown", "next_step", "person"}, []
            for scene in module["scenes"]:
                if left & set(scene.get("does", ())):
                    kept.append(scene)
                    left -= set(scene.get("does", ()))
            module["scenes"] = kept
            module["for"]["length"] = ["10 s", "100 s"]
            yaml.dump(module, path)
            with suppress(BadConfiguration):  # a film in parts cannot be shortened so
                sign(self.doors, path.stem, "live", "the tests", NOW)

    @contextmanager
    def workshop(self, doors: Doors) -> Iterator[Workshop]:
        with open_workshop(doors, draft=True, settings=settings()) as shop:
            yield shop

    def post(self, doors: Doors, smtp: str | None = None, base_url: str = "http://localhost:8321") -> Post:
        return open_post(doors, NOW, settings(smtp, base_url))

    def decide(self) -> None:
        """Load the folder's data, score it and plan its touches."""
        doors = self.doors
        set_secret(doors.engine, "arms", b"a" * 32, NOW)
        set_secret(doors.engine, "sample", b"s" * 32, NOW)
        demo.load_company(doors, SETTING)
        assess_days(doors, [DAY - timedelta(weeks=4), DAY - timedelta(weeks=1), DAY], NOW)
        demo.open_plays(doors, SETTING)
        doors.engine.dispose()

    def film(self) -> None:
        """Make one film and pass it by rule."""
        doors = self.doors
        with self.workshop(doors) as shop:
            made = demo.make_films(doors, shop, SETTING)
        with doors.engine.connect() as c:
            jobs = c.execute(select(t.film_job.c.state, t.film_job.c.reason, t.film_job.c.detail)).all()
        assert SETTING.videos == len(made), jobs
        queue_reviews(doors, NOW)
        doors.engine.dispose()


def once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker to ask for it makes, and every worker of the run shares. Never to be changed."""
    base = temporary.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, draft = base / name, base / f"{name}.part"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(draft, ignore_errors=True)  # of a worker that died, or of an attempt that failed
            make(draft)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory, assets: Path) -> Path:
    """The company with its touches planned. Its films have a sixteenth of full pixels: they are drawn often."""
    assert assets == ASSETS.resolve()

    def make(root: Path) -> None:
        simulate_company(root, Plan(SETTING.accounts, 240, SETTING.seed, DAY), lambda _: None)
        Company(root).sized("480x270")
        Company(root).decide()

    return once(tmp_path_factory, "decided", make)


@pytest.fixture(scope="session")
def shortened(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with its touches planned and short films."""

    def make(root: Path) -> None:
        Company(Path(shutil.copytree(decided, root))).short()

    return once(tmp_path_factory, "shortened", make)


@pytest.fixture(scope="session")
def sent_once(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with one film made and approved, not yet sent."""

    def make(root: Path) -> None:
        Company(Path(shutil.copytree(decided, root))).film()

    return once(tmp_path_factory, "filmed", make)


@pytest.fixture
def company(decided: Path, tmp_path: Path) -> Company:
    """A copy of the company with its touches planned."""
    return Company(Path(shutil.copytree(decided, tmp_path / "company")))


@pytest.fixture
def short(shortened: Path, tmp_path: Path) -> Company:
    """A copy of the company with its touches planned and films with only the scenes every film has."""
    return Company(Path(shutil.copytree(shortened, tmp_path / "company")))


@pytest.fixture
def filmed(sent_once: Path, tmp_path: Path) -> Company:
    """A copy of the company with one film made and approved."""
    return Company(Path(shutil.copytree(sent_once, tmp_path / "company")))
