"""The console's review pages: what waits and for whom, one film with its script and facts, and what reviewers decide and change."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Protocol

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from vitalreel.briefs.edit import Edit
from vitalreel.errors import BadInput, NotFound
from vitalreel.ports import Now
from vitalreel.steps import review as reviews
from vitalreel.steps import screens
from vitalreel.steps.doors import Doors
from vitalreel.steps.retake import Fix
from vitalreel.steps.reviewers import everybody, reassign
from vitalreel.web.pages import check_form, wants_page
from vitalreel.web.ranges import held
from vitalreel.web.retakes import REVIEWING, Making, Retakes, Work

PRIVATE = {"Cache-Control": "private", "X-Content-Type-Options": "nosniff"}


class Page(Protocol):
    """A console page: request, section, template and values in, response out."""

    def __call__(
        self, request: Request, section: str, template: str, status: int = 200, **values: object
    ) -> Response: ...


class ReviewPages:
    """The review pages, over one workspace."""

    def __init__(self, doors: Doors, now: Now, page: Page, retakes: Retakes) -> None:
        self._doors, self._now, self._page, self._retakes = doors, now, page, retakes

    def add_to(self, router: APIRouter) -> None:
        """Their routes."""
        router.add_api_route("/review", self.queue, methods=["GET"])
        router.add_api_route("/review/{review}", self.review, methods=["GET"])
        router.add_api_route("/review/{review}/making/{name}", self.how_far, methods=["GET"])
        router.add_api_route("/review/{review}/making/{name}/film.mp4", self.early, methods=["GET", "HEAD"])
        for path, form in (("", self.decide), ("/comment", self.comment), ("/ask", self.ask), ("/line", self.line),
                           ("/fact", self.fact)):  # fmt: skip
            router.add_api_route(f"/review/{{review}}{path}", form, methods=["POST"])

    def queue(self, request: Request, person: Annotated[str, Query(alias="for")] = "") -> Response:
        """person: only what waits for them; with what was decided."""
        found, names = reviews.items(self._doors, None), everybody(self._doors)
        open_ = Counter(a["person"] for i in found for a in i["asked"] if a["role"] in i["needs"])
        people = [(key, name, open_[key]) for key, name in names.items() if open_[key]]
        mine = [i for i in found if not person or any(a["person"] == person for a in i["asked"])]
        return self._page(request, "/review", "queue.html", items=mine, people=people, person=person)

    def review(self, request: Request, review: str, took: float | None = None, seen: float | None = None) -> Response:
        """took: seconds that the film now shown took to make again; seen: after which it could be looked at."""
        shown = screens.review_page(self._doors, review)
        if shown.item["state"] == "waiting":
            self._retakes.get_ready(review)
        names = everybody(self._doors)
        return self._page(request, "/review", "review.html", headers=REVIEWING, r=shown, took=took, seen=seen,
                          everybody=names)  # fmt: skip

    def decide(
        self, request: Request, review: str, csrf: Annotated[str, Form()] = "", role: Annotated[str, Form()] = "",
        who: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "", video: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """video: the film that was on the page: the approval is of that one."""
        check_form(request, csrf)
        name = _reviewer(who)
        if role == "reject":
            reviews.reject(self._doors, review, name, reason, self._now())
        elif reviews.approve(self._doors, review, name, reviews.check_role(role), self._now(), video) == "waiting":
            return RedirectResponse(f"/review/{review}", 303)
        return RedirectResponse("/review", 303)

    def comment(
        self, request: Request, review: str, csrf: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "",
        words: Annotated[str, Form()] = "", at_s: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """A remark at a moment of the film. at_s: seconds; empty: on the whole."""
        check_form(request, csrf)
        reviews.comment(self._doors, review, _reviewer(who), words, _seconds(at_s), self._now())
        return RedirectResponse(f"/review/{review}#comments", 303)

    def ask(
        self, request: Request, review: str, csrf: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "",
        role: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """Somebody else is asked to look at a film."""
        check_form(request, csrf)
        reassign(self._doors, review, reviews.check_role(role), to, _reviewer(who), reason, self._now())
        return RedirectResponse(f"/review/{review}", 303)

    def fact(
        self, request: Request, review: str, csrf: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "",
        fact: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "", why: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """A fact corrected: the film is made again."""
        check_form(request, csrf)
        fix, name, now = Fix(fact[:80], text[:400], why[:800]), _reviewer(who), self._now()
        return self._made(request, review, lambda making: self._retakes.correct(review, fix, name, now, making))

    def line(
        self, request: Request, review: str, csrf: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "",
        scene: Annotated[str, Form()] = "", line: Annotated[int, Form()] = 0, text: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """A sentence in other words: the film is made again."""
        check_form(request, csrf)
        edit, name, now = Edit(scene[:80], line, text[:2000]), _reviewer(who), self._now()
        return self._made(request, review, lambda making: self._retakes.make(review, edit, name, now, making))

    def _made(self, request: Request, review: str, work: Work) -> Response:
        """A browser without scripts waits for the whole film; a script gets an address that tells how far it has come."""
        if wants_page(request):
            return RedirectResponse(f"/review/{review}?took={work(Making()).wall_s:.1f}", 303)
        return JSONResponse({"making": f"/review/{review}/making/{self._retakes.begin(work)}"}, 202)

    def how_far(self, review: str, name: str) -> Response:
        """A film in the making: what is being done, where it can be seen before it is checked, what it took or what went wrong."""
        making = self._retakes.making(name)
        seen = making.early is not None
        told = {
            "doing": making.doing, "early": f"/review/{review}/making/{name}/film.mp4" if seen else None,
            "starts_s": making.early.starts_s if making.early else None, "seen_s": making.seen_s, "took_s": making.took_s or None,
            "error": making.error,
        }  # fmt: skip
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    def early(self, request: Request, review: str, name: str) -> Response:
        """The film in the making, whole, before it is checked. Raises NotFound where it is not to be seen yet."""
        found = self._retakes.making(name).early
        if found is None:
            raise NotFound("film in the making", name, "wait until it is drawn")
        return held(request, found.mp4, name, "video/mp4", PRIVATE)


def _reviewer(who: str) -> str:
    return " ".join(who.split())[:80] or "a reviewer at the console"


def _seconds(text: str) -> float | None:
    """Raises BadInput where it is no number of seconds."""
    if not text.strip():
        return None
    if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", text.strip()):
        raise BadInput("the comment", f"{text[:20]!r} is no moment of a film", "write seconds as 12.5, or leave it out")
    return float(text)
