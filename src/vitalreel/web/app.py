"""The web application of one workspace: viewer pages for customers' people, the console for ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp

from vitalreel import __version__
from vitalreel.errors import VitalreelError
from vitalreel.ports import Carrier, FaceFinder, Now
from vitalreel.settings import read_settings
from vitalreel.steps.doors import Doors
from vitalreel.steps.viewing import Viewing
from vitalreel.video.kit import Kit
from vitalreel.web.answers import answers_router
from vitalreel.web.assets import Assets
from vitalreel.web.beacon import Beacon
from vitalreel.web.console import console_router
from vitalreel.web.embed import embed_router
from vitalreel.web.inbox import inbox_router
from vitalreel.web.origins import Origins
from vitalreel.web.passing import passing_router
from vitalreel.web.preview import OpenWorkshop, Previews
from vitalreel.web.problem import status_of
from vitalreel.web.pulse import Beating, Pulse
from vitalreel.web.push import KeysOf, no_keys, push_router
from vitalreel.web.retakes import OpenWorkshop as OpenFilms
from vitalreel.web.retakes import Retakes
from vitalreel.web.shown import shown_router
from vitalreel.web.staff import staff_by
from vitalreel.web.viewer import viewer_router


def make_app(
    doors: Doors,
    kit: Kit,
    now: Now,
    base_url: str,
    embed_hosts: Collection[str] = (),
    carrier: Carrier | None = None,
    drafts: OpenWorkshop | None = None,
    films: OpenFilms | None = None,
    start_pulse: Callable[[], Beating] | None = None,
    finder: FaceFinder | None = None,
    push_keys: KeysOf = no_keys,
    ask_keys: tuple[str, ...] = (),
    origins: Collection[str] = (),
    viewer_keys: Sequence[bytes] = (),
) -> ASGIApp:
    """The whole application over opened doors, players' events first. Errors answer as problem+json (RFC 9457).

    carrier: takes the films viewers ask for to the workers at once. drafts: opens what previews are made with.
    films: opens what a film in review is made again with.
    start_pulse: starts what turns watching into scores; None: a thread of this process. finder: looks for faces in what is
    recorded; None: nobody does. push_keys: who may push rows to a source. ask_keys: who may ask questions by the API.
    origins: whose pages may hold the player. viewer_keys: of applications that say who is signed in where a video is shown.
    """
    viewing = Viewing(doors, now, staff_by(doors.programme.own_people), carrier, viewer_keys)

    previews, retakes = Previews(doors, drafts), Retakes(doors, films)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        pulse = start_pulse() if start_pulse else Pulse(doors, now)
        yield
        pulse.close()
        viewing.close()
        previews.close()
        retakes.close()

    app = FastAPI(title="Vitalreel", version=__version__, lifespan=life, docs_url=None, redoc_url=None)
    app.mount("/static", Assets(directory=Path(__file__).parent / "static"), name="static")
    app.include_router(viewer_router(viewing, kit, embed_hosts))
    app.include_router(embed_router(viewing))
    app.include_router(passing_router(viewing, kit, embed_hosts))
    app.include_router(shown_router(doors, kit, now, read_settings()))
    app.include_router(push_router(doors, now, push_keys))
    app.include_router(answers_router(doors, now, ask_keys))
    app.include_router(inbox_router(doors, kit, now, embed_hosts))
    app.include_router(console_router(doors, now, base_url, previews, retakes, finder))
    app.add_exception_handler(VitalreelError, _problem)
    inside = Beacon(viewing.intake, app)
    return Origins(origins, inside) if origins else inside


async def _problem(_: Request, error: Exception) -> Response:
    status = status_of(error)
    body = {"type": "about:blank", "title": type(error).__name__, "status": status, "detail": str(error)}
    headers = {"Retry-After": "5"} if status == 503 else {}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
