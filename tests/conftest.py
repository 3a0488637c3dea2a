"""What every test may ask for: an empty workspace, real servers, a browser, the voice and faces, the public data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from vitalreel.edges import gl

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.services.engines import Engine
    from tests.services.mail import MailServer
    from tests.services.postgres import Server
    from tests.services.storage import Storage

gl.ensure()  # before any test module imports skia

ROOT = Path(__file__).resolve().parents[1]

os.environ["HF_HUB_OFFLINE"] = "1"  # the recogniser's weights come from a package, never from a hub

# A loaded machine is slow, not wrong: no deadline. In CI the examples are the same on every run.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="Keep what is drawn now as the golden frames.")


FIRST = ("test_killed.py", "test_ravenstack.py", "test_voice_contract.py")
"""The longest file, and beside it two that do not wait for the company that the first makes for all trips."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that all workers end at about the same time: FIRST, then the trips, then all else."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        name = item.path.name
        return FIRST.index(name) if name in FIRST else len(FIRST), "trip" not in item.path.parts

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def plans_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Workspaces of all workers share what SQL was built."""
    from tests.services.plans import sharing
    from vitalreel import wiring
    from vitalreel.store import plans

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "plans"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "KEPT_PLANS", 10_000)
        patch.setattr(wiring, "Lake", sharing(folder))
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Workspaces of this worker's tests begin with a copy of tables that were made once."""
    from tests.services.tables import from_a_copy
    from vitalreel import wiring

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "migrate", from_a_copy(tmp_path_factory.mktemp("tables") / "model.db", wiring.migrate))
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty folder to be a workspace."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def assets() -> Path:
    """The folder tools/assets.py fills: voice/ and faces/."""
    folder = Path(os.environ.get("VITALREEL_ASSETS") or ROOT / "var" / "assets").resolve()
    if not (folder / "assets.json").is_file():
        pytest.fail(f"no voice and faces in {folder}: run `make setup`", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def ravenstack() -> Path:
    """The public RavenStack data set, which is not part of this repository."""
    folder = ROOT.parent / "shared" / "data" / "ravenstack"
    if not folder.is_dir():
        pytest.skip(f"the RavenStack data set is not in {folder}")
    return folder


NO_LALONDE = "NOT PROVED: LaLonde's data are missing"


def lalonde_folder() -> Path:
    """Where LaLonde's CSVs lie: LALONDE, else beside this repository."""
    return Path(os.environ.get("LALONDE") or ROOT.parent / "shared" / "data" / "lalonde")


@pytest.fixture(scope="session")
def lalonde() -> Path:
    """LaLonde's job training and earnings: a folder of CSVs that is not part of this repository."""
    folder = lalonde_folder()
    if not folder.is_dir():
        pytest.skip(f"{NO_LALONDE} (looked in {folder})")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not proved for want of data is said at the end, in red, however quiet the run."""
    without = [r for r in terminalreporter.stats.get("skipped", ()) if NO_LALONDE in str(r.longrepr)]
    if without:
        terminalreporter.section(NO_LALONDE, red=True, bold=True)
        for r in without:
            terminalreporter.line(f"  {r.nodeid}", red=True)
        looked = lalonde_folder()
        terminalreporter.line(
            f"{len(without)} tests hold the matched and the randomised estimators to published figures. Their CSVs were looked for in "
            f"{looked}; name their folder in LALONDE.", red=True,
        )  # fmt: skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one for each test worker, started when first asked for."""
    from tests.services import postgres as service

    with service.server() as started:
        yield started


@pytest.fixture(scope="session")
def pg_url(postgres: Server) -> Iterator[str]:
    """The SQLAlchemy URL of a database shared by this worker's tests."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def fresh_pg(postgres: Server) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty database, dropped after the test."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="module", params=["postgresql", "pyspark"])
def engine(request: pytest.FixtureRequest, pg_url: str) -> Iterator[Engine]:
    """An engine other than DuckDB that must answer the same; PySpark is skipped, loudly, where it is not set up."""
    from tests.services import engines

    with engines.pyspark() if request.param == "pyspark" else engines.postgresql(pg_url) as started:
        yield started


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    """An S3-compatible object storage, one for each test worker, started when first asked for."""
    from tests.services import storage as service

    with service.server() as started:
        yield started


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server of the test's own; see tests/services/mail.py for its ways to fail."""
    from tests.services import mail

    with mail.server() as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one module's tests.

    Not for the session: while Playwright runs, its event loop counts as this thread's, and asyncio.run() in any other
    test would be refused.
    """
    from tests.services import chromium

    with chromium.browser() as running:
        yield running
