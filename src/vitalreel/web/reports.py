"""The reports of the console: one quarter on the page, every quarter as files, made when asked for, and those kept in the workspace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from fastapi.responses import FileResponse, Response

from vitalreel.errors import NotFound
from vitalreel.measurement.quarter import Period, Quarter, quarter_of, read_quarter
from vitalreel.measurement.report.page import page
from vitalreel.ports import Printer
from vitalreel.settings import Settings
from vitalreel.steps import screens
from vitalreel.steps.doors import Doors
from vitalreel.steps.report import document
from vitalreel.wiring import open_printer, read_faces

KINDS = {"pdf": "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json"}
KEPT = re.compile(r"(\d{4}Q[1-4])-as-of-(\d{4}-\d{2}-\d{2})")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
"""For the document itself: it brings its own styles and faces, runs nothing and asks for nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder that `vitalreel report` wrote."""

    folder: str
    quarter: str
    as_of: date
    kinds: tuple[str, ...]  # of the files that are there


@dataclass(frozen=True, slots=True)
class _Made:
    """A quarter's document, so that screen and paper say the same, made at the same instant."""

    evidence: screens.Evidence
    at: datetime
    html: str


class Reports:
    """The reports of one workspace, each made again only when something it stands on has changed."""

    def __init__(self, doors: Doors, settings: Settings) -> None:
        self._doors, self._settings = doors, settings
        self._printer: Printer = open_printer()
        self._seen: dict[Quarter, screens.Evidence] = {}
        self._made: dict[Quarter, _Made] = {}
        self._folder = doors.workspace.var / "reports"

    def of(self, quarter: str, today: date) -> screens.Evidence:
        """A quarter's report as of today; the one that holds today where none is named. Raises BadInput."""
        chosen = read_quarter(quarter) if quarter else quarter_of(today)
        found = screens.evidence(self._doors, Period(chosen, today), self._seen.get(chosen))
        self._seen[chosen] = found
        return found

    def quarters(self, today: date) -> tuple[Quarter, ...]:
        """The quarters there is something to say about, newest first."""
        return screens.quarters(self._doors, quarter_of(today))

    def kept(self) -> tuple[Kept, ...]:
        """What `vitalreel report` left in the workspace, newest first."""
        folders = self._folder.iterdir() if self._folder.is_dir() else ()
        named = ((f, KEPT.fullmatch(f.name)) for f in folders)
        found = [
            Kept(f.name, m[1], date.fromisoformat(m[2]), tuple(k for k in KINDS if (f / f"report.{k}").is_file()))
            for f, m in named
            if m
        ]
        return tuple(sorted((k for k in found if k.kinds), key=lambda k: (k.quarter, k.as_of), reverse=True))

    def file(self, name: str, kind: str, now: datetime, today: date) -> Response:
        """One file: of a folder that was kept, or of a quarter as of today. Raises NotFound, BadInput, Unavailable."""
        if kind not in KINDS:
            raise NotFound("report", f"{name}.{kind}", f"there are: {', '.join(KINDS)}")
        if KEPT.fullmatch(name):
            return self._kept(self._folder / name / f"report.{kind}", f"{name}.{kind}", kind)
        made = self._document(name, now, today)
        if kind == "json":
            body: str | bytes = document(made.evidence.report, made.at)
        else:
            body = made.html if kind == "html" else self._printer.pdf(made.html)
        return Response(body, headers=_headers(f"{name}-as-of-{today}.{kind}", kind))

    def _document(self, name: str, now: datetime, today: date) -> _Made:
        evidence = self.of(name, today)
        quarter = evidence.report.period.quarter
        made = self._made.get(quarter)
        if made is None or made.evidence is not evidence:
            made = _Made(evidence, now, page(evidence.report, read_faces(self._settings.assets), now))
            self._made[quarter] = made
        return made

    @staticmethod
    def _kept(path: Path, called: str, kind: str) -> Response:
        if not path.is_file():
            raise NotFound("report", called)
        return FileResponse(path, headers=_headers(called, kind))


def _headers(called: str, kind: str) -> dict[str, str]:
    return {
        "Content-Type": KINDS[kind], "Content-Disposition": f'inline; filename="vitalreel-{called}"',
        "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store",
    }  # fmt: skip
