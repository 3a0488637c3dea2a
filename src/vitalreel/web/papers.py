"""The console's renewals and papers, and the decisions on what customers are shown: documents made when asked for, none kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vitalreel.errors import NotFound
from vitalreel.papers.page import page
from vitalreel.papers.paper import Document
from vitalreel.ports import Now, Printer
from vitalreel.settings import Settings
from vitalreel.steps import shared
from vitalreel.steps.doors import Doors
from vitalreel.steps.papers import QBR, RENEWAL, STANDING, as_json, paper
from vitalreel.steps.renewals import ahead
from vitalreel.triggers.window import zone_of
from vitalreel.video.kit import Kit
from vitalreel.web.pages import check_form
from vitalreel.web.reports import KINDS, POLICY
from vitalreel.web.reviewing import Page
from vitalreel.wiring import kit_of, open_printer, read_faces

NAMES = {QBR: "qbr", RENEWAL: "renewal-brief", STANDING: "how-things-stand"}
"""Paper -> what it is called in an address."""


class PaperPages:
    """Routes of the console: /renewals, /papers/NAME.KIND?account=ID, and the decisions on what customers are shown."""

    def __init__(self, doors: Doors, now: Now, page: Page, settings: Settings) -> None:
        self._doors, self._now, self._page = doors, now, page
        self._maker = Maker(doors, settings)

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/renewals", self.renewals, methods=["GET"])
        router.add_api_route("/papers/{name}.{kind}", self.file, methods=["GET"])
        router.add_api_route("/shared", self.open, methods=["POST"])
        router.add_api_route("/shared/{key}", self.withdraw, methods=["POST"])

    def _today(self) -> date:
        """The programme's own day."""
        return self._now().astimezone(zone_of(self._doors.programme.zone)).date()

    def renewals(self, request: Request, months: int | None = None) -> Response:
        """What comes up, and what is expected of it."""
        today = self._today()
        found = ahead(self._doors, today, months)
        shown = months or self._doors.programme.renewals.months
        return self._page(request, "/renewals", "renewals.html", found=found, months=shown, day_=today)

    def file(self, name: str, kind: str, account: str) -> Response:
        """One account's paper as a page, on paper or for machines. Raises NotFound for a paper or a kind there is none of."""
        wanted = next((p for p, called in NAMES.items() if called == name), None)
        if wanted is None or kind not in KINDS:
            raise NotFound(
                "paper", f"{name}.{kind}", f"there are: {', '.join(NAMES.values())}, each as {', '.join(KINDS)}"
            )
        today = self._today()
        document = paper(self._doors, wanted, account, today)
        body = self._maker.body(document, kind, self._now)
        return Response(body, headers=headers(kind, f"{name}-{today}.{kind}"))

    def open(
        self, request: Request, csrf: Annotated[str, Form()] = "", account: Annotated[str, Form()] = "",
        who: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """Show the customer its page as it is today."""
        check_form(request, csrf)
        shared.open_to_customer(self._doors, account, who, self._today(), self._now())
        return RedirectResponse(f"/accounts/{quote(account)}#shared", 303)

    def withdraw(
        self, request: Request, key: str, csrf: Annotated[str, Form()] = "", who: Annotated[str, Form()] = ""
    ) -> Response:
        check_form(request, csrf)
        found = shared.withdraw(self._doors, key, who, self._now())
        return RedirectResponse(f"/accounts/{quote(found.account)}#shared", 303)


class Maker:
    """Documents as bytes, in the workspace's brand."""

    def __init__(self, doors: Doors, settings: Settings) -> None:
        self._doors, self._settings = doors, settings
        self._printer: Printer = open_printer()

    def kit(self) -> Kit:
        return kit_of(self._doors)

    def body(self, document: Document, kind: str, now: Now) -> str | bytes:
        if kind == "json":
            return as_json(document, now())
        html = page(document, self.kit(), read_faces(self._settings.assets), now())
        return html if kind == "html" else self._printer.pdf(html)


def headers(kind: str, called: str) -> dict[str, str]:
    """Of a document of one account: shown, never kept by anything between."""
    return {
        "Content-Type": KINDS[kind], "Content-Disposition": f'inline; filename="{called}"', "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cache-Control": "private, no-store",
    }  # fmt: skip
