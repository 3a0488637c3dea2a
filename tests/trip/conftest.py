"""One simulated company, loaded, scored and decided once; every trip starts from its own copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vitalreel.settings import Settings
from vitalreel.simulator.plan import Plan
from vitalreel.steps import demo
from vitalreel.steps.deliver import Post
from vitalreel.steps.doors import Doors, set_secret
from vitalreel.steps.simulate import simulate_company
from vitalreel.steps.workshop import Workshop
from vitalreel.wiring import open_doors, open_post, open_workshop

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
SETTING = demo.Setting(accounts=70, seed=11, videos=1, day=DAY)
ASSETS = Path(__file__).resolve().parents[2] / "var" / "assets"


def settings(smtp: str | None = None, base_url: str = "http://localhost:8321", database: str | None = None) -> Settings:
    return Settings(database=database, assets=ASSETS, smtp=smtp, base_url=base_url, workers=2)


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace folder and how to open it."""

    root: Path

    @property
    def doors(self) -> Doors:
        return open_doors(self.root, settings())

    @contextmanager
    def workshop(self, doors: Doors) -> Iterator[Workshop]:
        with open_workshop(doors, draft=True, settings=settings()) as shop:
            yield shop

    def post(self, doors: Doors, smtp: str | None = None, base_url: str = "http://localhost:8321") -> Post:
        return open_post(doors, NOW, settings(smtp, base_url))


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory, assets: Path) -> Path:
    """The company with its touches planned, never to be changed."""
    assert assets == ASSETS.resolve()
    root = tmp_path_factory.mktemp("trip") / "company"
    simulate_company(root, Plan(SETTING.accounts, 240, SETTING.seed, DAY), lambda _: None)
    doors = open_doors(root, settings())
    set_secret(doors.engine, "arms", b"a" * 32, NOW)
    set_secret(doors.engine, "sample", b"s" * 32, NOW)
    demo.load_company(doors, SETTING)
    demo.score_company(doors, SETTING, lambda _: None)
    demo.open_plays(doors, SETTING)
    doors.engine.dispose()
    return root


@pytest.fixture(scope="session")
def sent_once(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with one film made and approved, not yet sent."""
    from vitalreel.steps.review import queue_reviews

    root = tmp_path_factory.mktemp("trip") / "filmed"
    shutil.copytree(decided, root)
    company = Company(root)
    doors = company.doors
    with company.workshop(doors) as shop:
        assert demo.make_films(doors, shop, SETTING)
    queue_reviews(doors, NOW)
    doors.engine.dispose()
    return root


@pytest.fixture
def company(decided: Path, tmp_path: Path) -> Company:
    """A copy of the company with its touches planned."""
    return Company(Path(shutil.copytree(decided, tmp_path / "company")))


@pytest.fixture
def filmed(sent_once: Path, tmp_path: Path) -> Company:
    """A copy of the company with one film made and approved."""
    return Company(Path(shutil.copytree(sent_once, tmp_path / "company")))
