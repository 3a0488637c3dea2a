"""The application as a server loads it: the workspace is named by VITALREEL_WORKSPACE."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import ibis.backends.duckdb  # noqa: F401 - this and the next would else be loaded in the first page's time
import pandas as pd  # type: ignore[import-untyped]  # noqa: F401 - pyarrow looks for it when rows first become a table
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from starlette.types import ASGIApp

from vitalreel.errors import BadInput
from vitalreel.settings import read_settings
from vitalreel.web.app import make_app
from vitalreel.web.pulse import PulseBeside
from vitalreel.wiring import kit_of, open_carrier, open_doors, open_finder, open_workshop, push_keys, utc_now


def application() -> ASGIApp:
    """The application over the workspace of VITALREEL_WORKSPACE. Raises BadInput where it is not set."""
    root = os.environ.get("VITALREEL_WORKSPACE")
    if not root:
        raise BadInput(
            "VITALREEL_WORKSPACE", "is not set", "name the workspace folder, or use `vitalreel serve -w DIR`"
        )
    settings = read_settings()
    doors = open_doors(Path(root))
    app: ASGIApp = make_app(
        doors, kit_of(doors), utc_now, settings.base_url, settings.frames, carrier=open_carrier(doors),
        drafts=partial(open_workshop, doors, draft=True), films=partial(open_workshop, doors),
        start_pulse=partial(PulseBeside, Path(root)), finder=open_finder(settings), push_keys=partial(push_keys, settings),
        ask_keys=settings.ask_keys, origins=settings.origins, viewer_keys=settings.viewer_keys,
    )  # fmt: skip
    if settings.proxies:
        app = wrap_asgi_with_proxy_headers(app, list(settings.proxies))
    return app
