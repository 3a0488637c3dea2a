"""The console's first pages: portfolio, account, review, film, deliveries and report, rendered on the server."""

from __future__ import annotations

import hmac
import secrets
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from vitalreel.errors import BadInput, NotFound
from vitalreel.measurement.estimate import Refusal
from vitalreel.ports import Now
from vitalreel.steps import deliver, screens
from vitalreel.steps import review as reviews
from vitalreel.steps.doors import Doors
from vitalreel.steps.report import report
from vitalreel.steps.viewing import MEDIA_TYPES
from vitalreel.web import charts
from vitalreel.web.staff import COOKIE as STAFF

CSRF = "vitalreel_csrf"
_PAGES = Environment(
    loader=PackageLoader("vitalreel.web", "templates/console"), autoescape=True, undefined=StrictUndefined
)
_PAGES.filters |= {"money": charts.money, "day": charts.day, "clock": charts.clock, "signed": charts.signed}
_PAGES.globals |= {
    "spark": charts.spark, "history": charts.history, "waterfall": charts.waterfall, "strip": charts.strip, "days_to": screens.days_to,
}  # fmt: skip
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def console_router(doors: Doors, now: Now, base_url: str) -> APIRouter:
    """The console's routes. There is no sign-in yet: serve it where only our own people reach it."""
    console = _Console(doors, now, base_url)
    router = APIRouter(include_in_schema=False)
    for path, page in (("/", console.portfolio), ("/accounts/{account}", console.account), ("/review", console.queue),
                       ("/videos/{video}", console.video), ("/outbox", console.outbox), ("/reports", console.reports)):  # fmt: skip
        router.add_api_route(path, page, methods=["GET"])
    router.add_api_route("/console/media/{video}/{name}", console.media, methods=["GET", "HEAD"])
    router.add_api_route("/review/{review}", console.decide, methods=["POST"])
    router.add_api_route("/outbox/{key}", console.resolve, methods=["POST"])
    router.add_api_route("/staff", console.staff, methods=["POST"])
    return router


class _Console:
    """The pages, over one workspace."""

    def __init__(self, doors: Doors, now: Now, base_url: str) -> None:
        self._doors, self._now, self._base_url = doors, now, base_url

    def _page(self, request: Request, template: str, **values: Any) -> Response:
        token = request.cookies.get(CSRF) or secrets.token_urlsafe(24)
        html = _PAGES.get_template(template).render(
            vendor=self._doors.programme.vendor["name"], here=request.url.path, csrf=token, today=self._today(),
            staff=request.cookies.get(STAFF) == "yes", **values,
        )  # fmt: skip
        response = HTMLResponse(html, headers=_HEADERS)
        response.set_cookie(CSRF, token, httponly=True, samesite="strict")
        return response

    def _today(self) -> date:
        return self._now().date()

    # -- pages ----------------------------------------------------------------------------------------------------------

    def portfolio(self, request: Request, band: str = "", segment: str = "", q: str = "", page: int = 1) -> Response:
        filters = screens.Filters(band, segment, q, page)
        shown = screens.portfolio(self._doors, filters, self._today())
        pages = max(1, -(-shown.found // screens.PAGE))

        def link(**changes: Any) -> str:
            wanted = {"band": band, "segment": segment, "q": q, "page": 1, **changes}
            kept = {k: v for k, v in wanted.items() if v and not (k == "page" and v == 1)}
            return "/?" + urlencode(kept) if kept else "/"

        return self._page(request, "portfolio.html", p=shown, filters=filters, pages=pages, link=link)

    def account(self, request: Request, account: str) -> Response:
        shown = screens.account_page(self._doors, account, self._today())
        return self._page(request, "account.html", p=shown)

    def queue(self, request: Request) -> Response:
        return self._page(request, "review.html", items=reviews.items(self._doors, None))

    def video(self, request: Request, video: str) -> Response:
        shown = screens.video_page(self._doors, video)
        touch = next((d["touch"] for d in shown.deliveries), None)
        watch = deliver.watch_url(self._doors, self._base_url, touch, self._now()) if touch else ""
        return self._page(
            request, "video.html", p=shown, watch=watch, facts={f["fact"]: f for f in shown.ledger["facts"]}
        )

    def outbox(self, request: Request) -> Response:
        return self._page(request, "outbox.html", rows=deliver.outbox(self._doors))

    def reports(self, request: Request) -> Response:
        found = report(self._doors, self._today())
        return self._page(request, "reports.html", r=found, refused=lambda a: isinstance(a, Refusal))

    def media(self, video: str, name: str) -> Response:
        """A film's picture and sound for our own people: played here, it is never tracked."""
        folder = (self._doors.workspace.media / "videos" / video).resolve()
        path = (folder / name).resolve()
        inside = folder.parent == (self._doors.workspace.media / "videos").resolve() and path.parent == folder
        if not inside or path.suffix not in MEDIA_TYPES or not path.is_file():
            raise NotFound("file", name)
        return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], headers={"X-Content-Type-Options": "nosniff"})

    # -- decisions --------------------------------------------------------------------------------------------------------

    def decide(
        self, request: Request, review: str, csrf: Annotated[str, Form()], role: Annotated[str, Form()] = "",
        who: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        self._check(request, csrf)
        name = who.strip() or "a reviewer at the console"
        if role == "reject":
            reviews.reject(self._doors, review, name, reason, self._now())
        else:
            reviews.approve(self._doors, review, name, reviews.check_role(role), self._now())
        return RedirectResponse("/review", 303)

    def resolve(
        self, request: Request, key: str, csrf: Annotated[str, Form()], arrived: Annotated[str, Form()]
    ) -> Response:
        self._check(request, csrf)
        deliver.resolve(self._doors, key, arrived == "yes", self._now())
        return RedirectResponse("/outbox", 303)

    def staff(self, request: Request, csrf: Annotated[str, Form()], ours: Annotated[str, Form()]) -> Response:
        """Mark this browser as one of ours, or take the mark back (K9)."""
        self._check(request, csrf)
        response = RedirectResponse("/", 303)
        if ours == "yes":
            response.set_cookie(STAFF, "yes", max_age=365 * 86_400, httponly=True, samesite="lax")
        else:
            response.delete_cookie(STAFF)
        return response

    @staticmethod
    def _check(request: Request, token: str) -> None:
        """Double-submit cookie: another site can make a browser post, but cannot read or set our cookie."""
        if not hmac.compare_digest(request.cookies.get(CSRF, "").encode() or b"-", token.encode()):
            raise BadInput("the form", "it is not from this page", "open the page again and repeat")
