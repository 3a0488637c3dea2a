"""The console's pages as text: templates with the figures' own spelling, and the headers every page leaves with."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from vitalreel.errors import BadInput
from vitalreel.measurement.report.page import sentence
from vitalreel.steps.screens import days_to
from vitalreel.web import charts, figures
from vitalreel.web.renewal_chart import by_month

CSRF = "vitalreel_csrf"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "private, no-store",
}
SIGNS = {
    "play": "M3.500 14V2.500h8.500l-2 3 2 3H3.500",
    "film": "M3 3h10v10H3zM6 3v10M10 3v10",
    "mail": "M2 4h12v8H2zM2.500 4.500 8 8.800l5.500-4.300",
    "view": "M5 3.500v9l7-4.500z",
    "withheld": "M8 2.300a5.700 5.700 0 1 0 0 11.400A5.700 5.700 0 0 0 8 2.300zM4.500 8h7",
    "task": "m3.500 8.500 3 3 6-6.500",
    "ticket": "M2 5h12v2a1 1 0 0 0 0 2v2H2V9a1 1 0 0 0 0-2z",
    "survey": "M2.500 3h11v8H7l-3 2.500V11H2.500z",
    "sponsor": "M8 8a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM3 13.500c0-2.500 2.200-4 5-4s5 1.500 5 4",
}
"""What stands before a line of the timeline, as paths of 16 by 16."""


class Pages:
    """The templates of one workspace's console."""

    def __init__(self, currency: str) -> None:
        """currency: ISO code of every amount shown."""
        self._env = Environment(
            loader=PackageLoader("vitalreel.web", "templates/console"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._env.filters |= {
            "money": partial(figures.money, currency=currency), "day": figures.day, "isoday": figures.isoday,
            "weekday": figures.weekday, "clock": figures.clock, "hour": figures.hour, "signed": figures.signed,
            "percent": figures.percent, "words": figures.words, "initials": figures.initials, "local": figures.local,
            "money_in": figures.money, "place": figures.place, "left": figures.left, "roles": figures.roles, "sentence": sentence,
        }  # fmt: skip
        self._env.globals |= {
            "glyph": charts.glyph, "spark": charts.spark, "shares": charts.shares, "flows": charts.flows, "history": charts.history,
            "waterfall": charts.waterfall, "moves_table": charts.moves_table, "strip": charts.strip, "reel": charts.reel,
            "attention": charts.attention, "by_month": by_month,
            "days_to": days_to, "signs": SIGNS,
        }  # fmt: skip

    def answer(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response:
        """A page with its headers."""
        return HTMLResponse(self._env.get_template(template).render(**values), status, dict(headers or HEADERS))


def wants_page(request: Request) -> bool:
    """Whether whoever asks is a browser that would show a page."""
    return "text/html" in request.headers.get("accept", "")


def check_form(request: Request, token: str) -> None:
    """Double-submit cookie: another site can make a browser post, but cannot read or set our cookie. Raises BadInput."""
    if not hmac.compare_digest(request.cookies.get(CSRF, "").encode() or b"-", token.encode()):
        raise BadInput("the form", "it is not from this page", "open the page again and repeat")
