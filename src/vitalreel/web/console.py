"""The console's first pages: portfolio, account, reviews, film, deliveries and report, rendered on the server."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from vitalreel.errors import BadInput, NotFound, VitalreelError
from vitalreel.measurement.estimate import Refusal
from vitalreel.ports import FaceFinder, Now
from vitalreel.settings import read_settings
from vitalreel.steps import deliver, intro, introduced, queue, screens
from vitalreel.steps.doors import Doors
from vitalreel.steps.preview import MOST, Column, one_of_each
from vitalreel.steps.recall import recalled, replacements
from vitalreel.steps.shared import decisions
from vitalreel.steps.viewing import MEDIA_TYPES
from vitalreel.store.parts import stored
from vitalreel.triggers.window import zone_of
from vitalreel.web.asked import AskPages
from vitalreel.web.growth import GrowthPages
from vitalreel.web.intros import RECORDING, keep_upload, part_of
from vitalreel.web.pages import CSRF, Pages, check_form, wants_page
from vitalreel.web.papers import PaperPages
from vitalreel.web.playing import PlayPages
from vitalreel.web.preview import Previews
from vitalreel.web.problem import status_of
from vitalreel.web.ranges import served
from vitalreel.web.recalling import add_recall_forms
from vitalreel.web.reports import Reports
from vitalreel.web.retakes import Retakes
from vitalreel.web.reviewing import ReviewPages
from vitalreel.web.sponsoring import add_sponsor_form
from vitalreel.web.staff import COOKIE as STAFF
from vitalreel.web.tasking import TaskPages

FACES = ("Inter-400.ttf", "Inter-500.ttf", "Inter-600.ttf", "InterDisplay-600.ttf")
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_MODULE = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


def console_router(
    doors: Doors, now: Now, base_url: str, previews: Previews, retakes: Retakes, finder: FaceFinder | None
) -> APIRouter:
    """The console's routes. There is no sign-in yet: serve it where only our own people reach it."""
    console = _Console(doors, now, base_url, previews, finder)
    router = APIRouter(include_in_schema=False, route_class=console.route_class())
    for path, page in (("/", console.portfolio), ("/accounts/{account:path}", console.account),
                       ("/videos/{video}", console.video), ("/outbox", console.outbox),
                       ("/films", console.films), ("/preview", console.blank), ("/reports", console.reports)):  # fmt: skip
        router.add_api_route(path, page, methods=["GET"])
    router.add_api_route("/reports/{name}/report.{kind}", console.report_file, methods=["GET"])
    router.add_api_route("/console/media/{video}/{name}", console.media, methods=["GET", "HEAD"])
    router.add_api_route("/console/faces/{name}", console.face, methods=["GET", "HEAD"])
    router.add_api_route("/videos/{video}/intro", console.introduce, methods=["GET"])
    router.add_api_route("/videos/{video}/intro", console.keep_intro, methods=["POST"])
    router.add_api_route("/videos/{video}/introduce", console.put_in_front, methods=["POST"])
    router.add_api_route("/console/intros/{name}/{part}", console.intro_file, methods=["GET"])
    ReviewPages(doors, now, console.page, retakes).add_to(router)
    GrowthPages(doors, now, console.page).add_to(router)
    AskPages(doors, now, console.page).add_to(router)
    PlayPages(doors, now, console.today, console.page).add_to(router)
    TaskPages(doors, now, console.today, console.page).add_to(router)
    add_sponsor_form(router, doors, now, console.today)
    add_recall_forms(router, doors, now)
    router.add_api_route("/outbox/{key}", console.resolve, methods=["POST"])
    router.add_api_route("/films/{film}", console.film, methods=["POST"])
    router.add_api_route("/preview", console.draft, methods=["POST"])
    router.add_api_route("/staff", console.staff, methods=["POST"])
    PaperPages(doors, now, console.page, read_settings()).add_to(router)
    return router


class _Console:
    """The pages, over one workspace."""

    def __init__(self, doors: Doors, now: Now, base_url: str, previews: Previews, finder: FaceFinder | None) -> None:
        self._finder = finder
        self._doors, self._now, self._base_url, self._previews = doors, now, base_url, previews
        self._pages = Pages(doors.programme.currency)
        self._zone = doors.programme.zone
        self._seen: screens.Overview | None = None
        self._faces = read_settings().assets / "faces"
        self._reports = Reports(doors, read_settings())

    def today(self) -> date:
        """The programme's own day."""
        return self._now().astimezone(zone_of(self._zone)).date()

    def page(self, request: Request, section: str, template: str, status: int = 200, **values: Any) -> Response:
        token = request.cookies.get(CSRF) or secrets.token_urlsafe(24)
        response = self._pages.answer(
            template, status, vendor=self._doors.programme.vendor["name"], workspace=self._doors.workspace.root.name,
            section=section, csrf=token, today=self.today(), now=self._now(), zone=self._zone, counts=screens.tally(self._doors),
            staff=request.cookies.get(STAFF) == "yes", **values,
        )  # fmt: skip
        response.set_cookie(CSRF, token, httponly=True, samesite="strict")
        return response

    def route_class(self) -> type[APIRoute]:
        """Routes whose errors answer a browser with a page; anything else gets the application's problem document."""
        console = self

        class Route(APIRoute):
            def get_route_handler(self) -> Callable[..., Any]:
                handle = super().get_route_handler()

                @wraps(handle)
                async def answer(request: Request) -> Response:
                    try:
                        found: Response = await handle(request)
                    except VitalreelError as e:
                        if not wants_page(request):
                            raise
                        title = "It is not there" if isinstance(e, NotFound) else "That did not work"
                        return console.page(request, "", "error.html", status_of(e), title=title, detail=f"{e}.")
                    return found

                return answer

        return Route

    # -- pages ----------------------------------------------------------------------------------------------------------

    def portfolio(
        self, request: Request, band: str = "", segment: str = "", q: str = "", page: int = 1, sort: str = "score"
    ) -> Response:
        filters = screens.Filters(band, segment, q[:100], max(page, 1), sort)
        self._seen = screens.overview(self._doors, self.today(), self._seen)
        shown = screens.portfolio(self._doors, filters, self.today(), self._seen)

        def link(**changes: Any) -> str:
            wanted = {"band": band, "segment": segment, "q": q, "sort": sort, "page": 1, **changes}
            plain = {"page": 1, "sort": "score"}
            kept = {k: v for k, v in wanted.items() if v and v != plain.get(k)}
            return "/?" + urlencode(kept) if kept else "/"

        return self.page(
            request, "/", "portfolio.html", p=shown, filters=filters, pages=max(1, -(-shown.found // screens.PAGE)), link=link,
            segments=("enterprise", "mid_market", "long_tail"), worse=shown.worse, better=shown.better, stayed=shown.stayed,
        )  # fmt: skip

    def account(self, request: Request, account: str, since: str = "", until: str = "") -> Response:
        shown = screens.account_page(self._doors, account, self.today(), _day(since), _day(until))
        opened = decisions(self._doors, self._now(), account)
        return self.page(request, "/", "account.html", p=shown, opened=opened, base_url=self._base_url)

    def video(self, request: Request, video: str) -> Response:
        shown = screens.video_page(self._doors, video)
        touch = next((d["touch"] for d in shown.deliveries if d["touch"]), None)
        watch = deliver.watch_url(self._doors, self._base_url, touch, self._now()) if touch else ""
        return self.page(
            request,
            "",
            "video.html",
            p=shown,
            watch=watch,
            back=recalled(self._doors, video),
            others=replacements(self._doors, video),
        )

    def introduce(self, request: Request, video: str) -> Response:
        """Where whoever answers records an introduction to a film."""
        day = intro.until(self._doors, self.today())
        agreement = intro.AGREEMENT.format(until=f"{day.day} {day:%B %Y}")
        shown = screens.video_page(self._doors, video)
        front = introduced.front_of(self._doors, video)
        return self.page(request, "", "intro.html", headers=RECORDING, p=shown, agreement=agreement, front=front)

    def keep_intro(
        self, request: Request, video: str, recording: UploadFile, csrf: Annotated[str, Form()] = "",
        words: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "", agreed: Annotated[str, Form()] = "",
        as_it_is: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """Keep what was recorded, once its speaker has agreed."""
        check_form(request, csrf)
        by = who[:80] if agreed == "yes" else ""
        kept = keep_upload(
            self._doors, video, recording, words[:1200], by, self._now(), self._finder, as_it_is == "yes"
        )
        return JSONResponse(kept)

    def put_in_front(
        self, request: Request, video: str, csrf: Annotated[str, Form()] = "", touch: Annotated[str, Form()] = "",
        intro: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """A kept introduction in front of the film that is sent, or none any more: the film is made and looked at again."""
        check_form(request, csrf)
        introduced.introduce(self._doors, touch, intro, self._now())
        return RedirectResponse("/films", 303)

    def intro_file(self, request: Request, name: str, part: str) -> Response:
        """A recorded introduction, for our own people."""
        data, kind = part_of(self._doors, name, part)
        return Response(
            data, media_type=kind, headers={"Cache-Control": "private", "X-Content-Type-Options": "nosniff"}
        )

    def outbox(self, request: Request) -> Response:
        return self.page(request, "/outbox", "outbox.html", rows=deliver.outbox(self._doors))

    def films(self, request: Request) -> Response:
        engine = self._doors.engine
        return self.page(
            request, "/films", "films.html", rows=queue.listing(engine), ended=queue.listing(engine, queue.ENDED, 50),
            counts_by_state=queue.tallied(engine), workers=queue.working(engine, self._now()), tries=queue.TRIES,
        )  # fmt: skip

    def blank(self, request: Request) -> Response:
        return self._preview(request)

    def _preview(
        self, request: Request, columns: Sequence[Column] = (), module: str = "", accounts: Sequence[str] = ()
    ) -> Response:
        modules = sorted(p.stem for p in (self._doors.workspace.root / "modules").glob("*.yaml"))
        return self.page(
            request, "/preview", "preview.html", modules=modules, module=module, accounts=accounts, columns=columns,
            offered=one_of_each(self._doors), most=MOST,
        )  # fmt: skip

    def reports(self, request: Request, quarter: str = "") -> Response:
        today = self.today()
        return self.page(
            request, "/reports", "reports.html", r=self._reports.of(quarter, today).report, refused=lambda a: isinstance(a, Refusal),
            quarters=self._reports.quarters(today), kept=self._reports.kept(),
        )  # fmt: skip

    def report_file(self, name: str, kind: str) -> Response:
        """The report itself, on paper, on screen or for machines."""
        return self._reports.file(name, kind, self._now(), self.today())

    def media(self, request: Request, video: str, name: str) -> Response:
        """A film's picture and sound for our own people: played here, it is never tracked."""
        if not _ID.fullmatch(video) or not _FILE.fullmatch(name):
            raise NotFound("file", name)
        kind, file = MEDIA_TYPES.get(Path(name).suffix), stored(self._doors.workspace.media / "videos" / video, name)
        if kind is None or file is None:
            raise NotFound("file", name)
        kept = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return served(request, file, kind, kept)

    def face(self, name: str) -> Response:
        """A typeface of the console; a page without it is set in the system's."""
        if name not in FACES:
            raise NotFound("typeface", name)
        return _file(self._faces / name, "public, max-age=31536000, immutable")

    # -- decisions --------------------------------------------------------------------------------------------------------

    def resolve(
        self, request: Request, key: str, csrf: Annotated[str, Form()] = "", arrived: Annotated[str, Form()] = ""
    ) -> Response:
        check_form(request, csrf)
        if arrived not in ("yes", "no"):
            raise BadInput(f"delivery {key}", "nobody said whether it arrived", "choose one of the two buttons")
        deliver.resolve(self._doors, key, arrived == "yes", self._now())
        return RedirectResponse("/outbox", 303)

    def draft(
        self, request: Request, csrf: Annotated[str, Form()] = "", module: Annotated[str, Form()] = "",
        accounts: Annotated[str, Form()] = "", pick: Annotated[Sequence[str], Form()] = (),
    ) -> Response:  # fmt: skip
        """Drafts, made while the browser waits: a changed line takes seconds. pick: accounts that were ticked."""
        check_form(request, csrf)
        named = [a for a in dict.fromkeys((*pick, *re.split(r"[\s,]+", accounts))) if a][:MOST]
        if not named or not _MODULE.fullmatch(module):
            raise BadInput(
                "the preview", "names no module or no account", "choose a module, and tick accounts or write their ids"
            )
        columns = self._previews.make(module, named, self.today(), self._now())
        return self._preview(request, columns, module, named)

    def film(
        self, request: Request, film: str, csrf: Annotated[str, Form()] = "", what: Annotated[str, Form()] = ""
    ) -> Response:
        check_form(request, csrf)
        if what == "retry":
            queue.retry(self._doors.engine, film, self._now())
        elif what == "drop":
            queue.drop(self._doors.engine, film, "dropped at the console", self._now())
        else:
            raise BadInput(f"film {film}", "nobody said what to do with it", "choose one of the two buttons")
        return RedirectResponse("/films", 303)

    def staff(self, request: Request, csrf: Annotated[str, Form()] = "", ours: Annotated[str, Form()] = "") -> Response:
        """Mark this browser as one of ours, or take the mark back (K9)."""
        check_form(request, csrf)
        response = RedirectResponse("/", 303)
        if ours == "yes":
            response.set_cookie(STAFF, "yes", max_age=365 * 86_400, httponly=True, samesite="lax")
        else:
            response.delete_cookie(STAFF)
        return response


def _day(text: str) -> date | None:
    """A day of a query string; None where it is none, so that the page shows what it shows by itself."""
    with suppress(ValueError):
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    return None


def _file(path: Path, keep: str) -> Response:
    """A file of a folder that was checked by the caller. Raises NotFound, also for kinds a browser may not fetch."""
    kind = "font/ttf" if path.suffix == ".ttf" else MEDIA_TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise NotFound("file", path.name)
    return FileResponse(path, media_type=kind, headers={"Cache-Control": keep, "X-Content-Type-Options": "nosniff"})
