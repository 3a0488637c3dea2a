"""What every printer promises: paper from a document that holds all it needs, and a clear word where it cannot."""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from vitalreel.edges.printers import weasy
from vitalreel.errors import Refused, Unavailable
from vitalreel.measurement.report.faces import font_faces
from vitalreel.ports import Printer

PRINTERS = {"weasyprint": weasy.WeasyPrinter}


@pytest.fixture(params=PRINTERS)
def printer(request: pytest.FixtureRequest) -> Printer:
    return PRINTERS[request.param]()


@pytest.fixture(scope="module")
def document(assets: Path) -> str:
    faces = {p.name: p.read_bytes() for p in (assets / "faces").glob("*.ttf")}
    words = "Depots in Köln: 14 of 20"
    return (
        f'<html lang="en"><head><title>Depots</title><meta name="dcterms.created" content="2026-11-23T09:00:00Z">'
        f"<style>{font_faces(words, faces)}body{{font-family:Inter}}@page{{size:A4}}</style></head><body><p>{words}</p>"
        '<svg width="20" height="20" viewBox="0 0 20 20"><rect width="20" height="20"/></svg></body></html>'
    )


def test_equal_documents_make_equal_bytes(printer: Printer, document: str):
    """M12: a report can be compared and kept by its hash."""
    assert printer.pdf(document) == printer.pdf(document)


def test_the_words_can_be_found_and_their_faces_are_inside(printer: Printer, document: str):
    """M12: searchable, tagged, dated, on A4, and the same on a machine without our faces."""
    read = PdfReader(io.BytesIO(printer.pdf(document)))
    fonts = [f.get_object() for f in read.pages[0]["/Resources"]["/Font"].values()]
    inner = [f["/DescendantFonts"][0].get_object() if "/DescendantFonts" in f else f for f in fonts]

    assert "Depots in Köln: 14 of 20" in read.pages[0].extract_text()
    assert (595, 842) == (round(read.pages[0].mediabox.width), round(read.pages[0].mediabox.height))
    assert "Depots" == read.metadata.title
    assert 2026 == read.metadata.creation_date.year
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert inner
    assert all({"/FontFile2", "/FontFile3", "/FontFile"} & set(f["/FontDescriptor"].get_object()) for f in inner)
    assert all("Inter" in f["/BaseFont"] for f in inner)


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="http://127.0.0.1:9/a.png">', '<link rel="stylesheet" href="https://a.example/a.css">', '<img src="file:///etc/passwd">',
        '<img src="beside.png">', "<style>@font-face{font-family:A;src:url(http://a.example/a.ttf)}</style><p style='font-family:A'>a",
        "<style>@import 'http://a.example/b.css';</style>", "<p style='background:url(//a.example/c.png)'>a",
        '<svg width="9" height="9"><image href="http://a.example/d.png" width="9" height="9"/></svg>',
    ],
)  # fmt: skip
def test_a_document_that_asks_for_anything_outside_itself_is_refused(printer: Printer, document: str, asks: str):
    """P3 P8: no third party is told who is reported on, and no file of the machine gets into a report."""
    with pytest.raises(Refused, match="asks for"):
        printer.pdf(document.replace("</body>", f"{asks}</body>"))


def test_letters_that_no_face_of_the_document_has_do_no_harm(printer: Printer, document: str):
    """P8: a name in another script costs a sign on paper, not the process that prints."""
    assert 1 == len(PdfReader(io.BytesIO(printer.pdf(document.replace("Depots", "倉庫 ድርጅት 🎬")))).pages)


def test_a_document_without_a_face_is_refused(printer: Printer):
    """P8: the machine's own faces are not used, so there would be nothing to print with."""
    with pytest.raises(Refused, match="no typeface"):
        printer.pdf("<p>a</p>")


@pytest.mark.parametrize(
    ("says", "remedy"),
    [
        ("raise OSError('cannot load library')", "apt-get install -y libpango"),
        ("raise ImportError('no weasyprint')", "make setup"),
    ],
)
def test_without_its_library_weasyprint_names_the_line_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], says: str, remedy: str
):
    """P6 C4: what is missing and how to get it, in one sentence, and not a word on stdout."""
    (tmp_path / "weasyprint.py").write_text(f"print('a page of advice')\n{says}\n")
    for name in [n for n in sys.modules if n.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    weasy.library.cache_clear()

    with pytest.raises(Unavailable, match=remedy):
        weasy.WeasyPrinter().pdf("<p>a")
    assert "" == capsys.readouterr().out


def test_set_up_installs_what_the_error_names():
    """P6: one list of libraries, in set-up and in the sentence that says what is missing."""
    script = Path(__file__).resolve().parents[2] / "tools" / "system.sh"

    assert f'pdf_libraries="{weasy.LIBRARIES}"' in script.read_text()
