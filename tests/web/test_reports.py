"""The console's report: any quarter on the page, its files made when asked for, and those kept in the workspace."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from tests.steps.quarters import Opened, busy, programme
from vitalreel.edges.printers import weasy
from vitalreel.errors import Unavailable
from vitalreel.measurement.quarter import Period, Quarter
from vitalreel.steps.report import report, write_report
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_printer, read_faces

NOW = dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, assets: Path) -> Iterator[TestClient]:
    doors = busy(tmp_path_factory.mktemp("console") / "ws")
    kept = doors.workspace.var / "reports" / "2026Q2-as-of-2026-07-01"
    write_report(
        report(doors, Period(Quarter(2026, 2), dt.date(2026, 7, 1))), kept, NOW, read_faces(assets), open_printer()
    )
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as made:
        yield made


def test_the_page_shows_a_quarter_and_lists_all_with_their_files(client: TestClient):
    """C1 M12: the quarter that runs by itself, another by its address; every file is one click away."""
    running, third = client.get("/reports").text, client.get("/reports", params={"quarter": "2026Q3"}).text

    assert "Fourth quarter of 2026, as of 22 Nov 2026, not over yet" in running
    assert "Usage drop: +38.4 points" in third
    assert "All accounts so far" in third
    for name in ("2026Q4", "2026Q3", "2026Q2", "2026Q2-as-of-2026-07-01"):
        for kind in ("pdf", "html", "json"):
            assert f'href="/reports/{name}/report.{kind}"' in running


def test_every_file_listed_is_served_and_says_the_same(client: TestClient):
    """M12: paper, screen and machine carry one headline; the document runs nothing and asks for nothing."""
    for address in re.findall(r'href="(/reports/[^"]+)"', client.get("/reports").text):
        assert 200 == client.get(address).status_code
    pdf, page, machine = (client.get(f"/reports/2026Q3/report.{kind}") for kind in ("pdf", "html", "json"))
    headline = json.loads(machine.content)["headline"]

    assert headline in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert headline in page.text
    assert "application/pdf" == pdf.headers["content-type"]
    assert 'inline; filename="vitalreel-2026Q3-as-of-2026-11-22.pdf"' == pdf.headers["content-disposition"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert pdf.content == client.get("/reports/2026Q3/report.pdf").content


@pytest.mark.parametrize(
    ("address", "status"),
    [("/reports/2026Q9/report.pdf", 400), ("/reports/2027Q1/report.pdf", 400), ("/reports/2026Q3/report.exe", 404),
     ("/reports/..%2F..%2Fapp.db/report.pdf", 404), ("/reports/2020Q1-as-of-2020-02-02/report.pdf", 404), ("/reports?quarter=x", 400)],
)  # fmt: skip
def test_nothing_else_is_served(client: TestClient, address: str, status: int):
    """P8: a report is found by quarter or by the folder the command made, never by a path."""
    assert status == client.get(address).status_code


def test_without_a_printer_the_page_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assets: Path):
    """P6: the report is still on the screen; the PDF names the line to run."""

    def absent() -> None:
        raise Unavailable("the PDF", "Pango is not installed", f"run `sudo apt-get install -y {weasy.LIBRARIES}`")

    monkeypatch.setattr(weasy, "library", absent)
    doors = programme(tmp_path / "ws", [Opened("a", dt.date(2026, 11, 2))])
    with TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321")) as client:
        pdf = client.get("/reports/2026Q4/report.pdf", headers={"Accept": "text/html"})

        assert 503 == pdf.status_code
        assert weasy.LIBRARIES in pdf.text
        assert 200 == client.get("/reports/2026Q4/report.html").status_code
