"""The review screen in a real browser: a comment at a moment, a line in other words, the film made again, approved and sent as approved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from tests.trip.conftest import NOW, Company, settings
from tests.trip.copied import unreviewed
from tests.web.watching import serving
from vitalreel.briefs.edit import Edit
from vitalreel.delivery.message import Message, Sent
from vitalreel.errors import BadInput, Refused
from vitalreel.identity import fingerprint
from vitalreel.review.chain import read_review
from vitalreel.steps.corrections import listing
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.retake import Fix, base_of, correct, retake
from vitalreel.steps.review import approve, comment, queue_reviews
from vitalreel.steps.shelf import Shelf
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_workshop

BOTH = read_review({f"tier_{n}": {"needs": ["csm", "production"]} for n in (1, 2, 3, 4)}, "the test")


@pytest.fixture
def doors(filmed: Company) -> Iterator[Doors]:
    """The company with its film waiting for the CSM and for production."""
    opened = filmed.doors
    unreviewed(opened)
    opened = replace(opened, programme=replace(opened.programme, review=BOTH))
    queue_reviews(opened, NOW)
    yield opened
    opened.engine.dispose()


def waits(doors: Doors) -> tuple[str, str, str]:
    """(review, film, touch)."""
    with doors.engine.connect() as c:
        row = c.execute(select(t.review.c.id, t.review.c.video, t.review.c.touch)).one()
    return row.id, row.video, row.touch


class Peer:
    """A mail server that takes everything."""

    name = "email"

    def send(self, message: Message) -> Sent:
        return Sent("250 ok")


@pytest.mark.browser
def test_a_reviewer_comments_changes_a_line_and_approves_what_is_then_sent(
    doors: Doors, filmed: Company, browser: Browser
):
    """R2, issue 5 line 9: the comment stands at its second, the film with the new words plays before it is checked and can be approved
    only after that, both roles are asked anew, and the film that leaves has the fingerprint that was approved."""
    review, before, touch = waits(doors)
    approve(doors, review, "Pat", "production", NOW, before)
    app = make_app(
        doors,
        kit_of(doors),
        lambda: NOW,
        "http://localhost:8321",
        films=partial(open_workshop, doors, settings=settings()),
    )
    with serving(app) as site:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{site}/review/{review}")
        _comment(page)
        seen_s, took_s, waits_for_checks = _say_otherwise(page)
        page.locator(".decide [name=who]").fill("Ingrid")
        for role in ("CSM", "production"):
            page.locator(".decide").get_by_role("button", name=re.compile(role, re.I)).click()
            if role == "CSM":
                page.locator(".decide [name=who]").fill("Pat")
        page.wait_for_url(re.compile("/review$"))
        page.close()
    _, after, _ = waits(doors)
    gone = deliver(doors, replace(filmed.post(doors), channel=Peer()), NOW)
    with doors.engine.connect() as c:
        events = c.execute(select(t.review_event).order_by(t.review_event.c.id)).mappings().all()
        sent = list(c.execute(select(t.outbox.c.video).where(t.outbox.c.touch == touch)).scalars())
    said = next(e for e in events if e["what"] == "commented")

    assert ((touch,), [after]) == (gone.sent, sent)
    assert after != before
    assert (pytest.approx(4.0, abs=0.2), "Too fast here.", "Dana") == (said["at_s"], said["detail"], said["who"])
    assert ["queued", "approved", "commented", "edited", "approved", "approved"] == [
        e["what"] for e in events if e["what"] != "asked"
    ]
    assert [f"csm, film {after}", f"production, film {after}"] == [e["detail"] for e in events][-2:]
    assert 0 < seen_s < took_s
    assert waits_for_checks


def _comment(page: Page) -> None:
    """At the film's fourth second."""
    page.evaluate("document.querySelector('.mid video').currentTime = 4")
    expect(page.locator("#at")).to_have_text("0:04")
    page.locator("#comment [name=words]").fill("Too fast here.")
    page.locator("#comment [name=who]").fill("Dana")
    page.locator("#comment button").click()
    page.locator(".pin").wait_for()


EARLY = """() => { const film = document.querySelector(".mid video");
  return film.dataset.early && film.readyState >= 2 && !film.seeking; }"""


def _say_otherwise(page: Page) -> tuple[float, float, bool]:
    """The second scene's first sentence: the seconds until the film with it plays and until it is in the review, as the page says
    them, and whether nobody could approve in between."""
    first = page.locator(".script > li").nth(1)
    first.locator("summary").first.click()
    form = first.locator("form.say").first
    form.locator("textarea").fill("Small numbers move quickly, so read this with care.")
    form.locator("[name=who]").fill("Ingrid")
    with page.expect_navigation(url=re.compile("took="), timeout=120_000):
        form.locator("button").click()
        page.wait_for_function(EARLY, timeout=120_000)
        length_s, starts_s, closed = page.evaluate(
            """() => { const film = document.querySelector(".mid video");
            return [film.duration, film.currentTime, [...document.querySelectorAll(".decide button")].every(b => b.disabled)]; }"""
        )
        assert 0 < starts_s < length_s
    told = page.locator(".took").first.inner_text()
    assert "Small numbers move quickly, so read this with care." in page.locator(".script").inner_text()
    found = re.search(r"Made again in ([\d.]+) s, to be seen after ([\d.]+) s", told)
    assert found is not None
    return float(found[2]), float(found[1]), closed


def test_an_approval_is_of_the_film_that_was_seen(doors: Doors, filmed: Company):
    """R2: whoever looked at another film is told so; a film that was changed after its approval does not leave."""
    review, seen, touch = waits(doors)
    with pytest.raises(BadInput, match="was changed since it was looked at"):
        approve(doors, review, "Ingrid", "csm", NOW, fingerprint("another"))
    for who, role in (("Ingrid", "csm"), ("Pat", "production")):
        approve(doors, review, who, role, NOW, seen)
    with doors.engine.begin() as c:
        other = dict(c.execute(select(t.video)).mappings().first() or {}) | {"id": "other"}
        c.execute(t.video.insert().values(other))
        c.execute(update(t.touch).where(t.touch.c.id == touch).values(video="other"))
    held = deliver(doors, replace(filmed.post(doors), channel=Peer()), NOW)

    assert ((), ["changed since approval"]) == (held.sent, [h.reason for h in held.withheld])


def test_a_comment_needs_words_and_a_moment_of_the_film(doors: Doors):
    """R2 P5."""
    review, _, _ = waits(doors)
    for words, at, said in (
        ("  ", None, "needs words"),
        ("Here", 9999.0, "second 9999 is not in the film"),
        ("x", -1.0, "is not in"),
    ):
        with pytest.raises(BadInput, match=said):
            comment(doors, review, "Dana", words, at, NOW)


def test_words_that_break_a_rule_leave_the_film_as_it_was(doors: Doors):
    """R2 P3: a typed figure, and a film whose review is decided."""
    review, before, _ = waits(doors)
    with Shelf(doors) as shelf, open_workshop(doors, draft=True, settings=settings()) as shop:
        base = base_of(doors, shelf, review)
        with pytest.raises(Refused, match="untraced"):
            retake(doors, shop, shelf, base, review, Edit("usage_line", 0, "It was 500 people."), "Ingrid", NOW)
        assert before == waits(doors)[1]
        for who, role in (("Ingrid", "csm"), ("Pat", "production")):
            approve(doors, review, who, role, NOW, before)
        with pytest.raises(BadInput, match="approved already"):
            retake(doors, shop, shelf, base, review, Edit("usage_line", 0, "It is small."), "Ingrid", NOW)


@pytest.mark.browser
def test_a_reviewer_corrects_a_fact_and_the_film_says_so_with_their_name_as_its_source(
    doors: Doors, filmed: Company, browser: Browser
):
    """R2 V2: a figure is corrected on the screen with who and why; the film, its ledger and the next film of the account have it, the
    earlier approval is void, and the film that leaves is the one approved with it."""
    review, before, touch = waits(doors)
    approve(doors, review, "Pat", "production", NOW, before)
    films = partial(open_workshop, doors, settings=settings())
    with serving(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321", films=films)) as site:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{site}/review/{review}")
        assert "It is the first film of usage drop recovery" in page.locator("#differs").inner_text()
        fix = page.locator("tr.fix", has=page.locator("input[name=fact][value=wau_now]"))
        fix.locator("summary").click()
        assert "5" == fix.locator("[name=text]").input_value()
        fix.locator("[name=text]").fill("7")
        fix.locator("[name=why]").fill("two teams report by phone")
        fix.locator("[name=who]").fill("Ingrid")
        fix.locator("button").click(no_wait_after=True)
        page.wait_for_url(re.compile("took="), timeout=120_000)
        assert "7 people last week" in re.sub(
            r"7\d*\s+people", "7 people", page.locator(".script").inner_text().replace("\n", " ")
        )
        assert "said by Ingrid on 2026-11-23: two teams report by phone" in page.locator(".ledger").first.inner_text()
        page.close()
    _, after, _ = waits(doors)
    ledger = json.loads((doors.workspace.media / "videos" / after / "ledger.json").read_text(encoding="utf-8"))
    fact = next(f for f in ledger["facts"] if f["fact"] == "wau_now")
    with pytest.raises(BadInput, match="changed since it was looked at"):
        approve(doors, review, "Ingrid", "csm", NOW, before)
    for who, role in (("Ingrid", "csm"), ("Pat", "production")):
        approve(doors, review, who, role, NOW, after)
    gone = deliver(doors, replace(filmed.post(doors), channel=Peer()), NOW)
    (kept,) = listing(doors)
    with doors.engine.connect() as c:
        events = [(e.who, e.what, e.detail) for e in c.execute(select(t.review_event).order_by(t.review_event.c.id))]
        sent = c.execute(select(t.outbox.c.video).where(t.outbox.c.touch == touch)).scalar_one()

    assert ([after], (touch,)) == ([sent], gone.sent)
    assert ("7", 7.0, "correction, usage") == (fact["text"], fact["value"], fact["source"]["table"])
    assert f"correction/{kept['id']}" == fact["source"]["rows"][0]
    assert ("Ingrid", "two teams report by phone", 5.0, 7.0, "stands") == tuple(
        kept[k] for k in ("who", "why", "was", "now", "state")
    )
    assert ("Ingrid", "corrected") == next((who, what) for who, what, _ in events if what == "corrected")
    assert any("“5” is now “7”, because two teams report by phone" in d for _, w, d in events if w == "corrected")


def test_the_next_film_neither_forgets_a_correction_nor_keeps_one_the_source_has_overtaken(doors: Doors):
    """R2: while the source says what was corrected the correction holds, at every film; once it says a third thing, that is used, a person
    must look at it whatever the tier, and then the correction ends; once it says the same, it ends by itself."""
    review, before, touch = waits(doors)
    with Shelf(doors) as shelf, open_workshop(doors, draft=True, settings=settings()) as shop:
        base = base_of(doors, shelf, review)
        wrong = (
            ("weekly", "10", "so", "computed from other figures"),
            ("wau_now", "7", " ", "needs a reason"),
            ("wau_now", "5", "so", "says 5 already"),
        )
        for fact, text, why, said in wrong:
            with pytest.raises(BadInput, match=said):
                correct(doors, shop, shelf, base, review, Fix(fact, text, why), "Ingrid", NOW)
        assert before == waits(doors)[1]
        correct(doors, shop, shelf, base, review, Fix("wau_now", "7", "two teams report by phone"), "Ingrid", NOW)
        again = base_of(doors, shelf, review)
        (kept,) = listing(doors)
        mine = t.fact_correction.c.id == kept["id"]
        seen = [(again.script.brief.facts["wau_now"].shown, again.standings[kept["id"]])]
        for was, now in (
            (4.0, 7.0),
            (4.0, 5.0),
        ):  # the source says 5: what neither was nor is meant, then what was meant
            with doors.engine.begin() as c:
                c.execute(update(t.fact_correction).where(mine).values(was=was, now=now))
            moved = base_of(doors, shelf, review)
            seen.append((moved.script.brief.facts["wau_now"].shown, moved.standings[kept["id"]]))
    assert [("7", "holds"), ("5", "overtaken"), ("5", "confirmed")] == seen

    unseen = replace(
        doors,
        programme=replace(doors.programme, review=read_review({f"tier_{n}": {} for n in (1, 2, 3, 4)}, "the test")),
    )
    ends = []
    for how in ("overtaken", "confirmed"):
        unreviewed_again(doors, touch, {kept["id"]: how})
        queue_reviews(unseen, NOW)
        with doors.engine.connect() as c:
            row = c.execute(select(t.review.c.why, t.review.c.needs)).one()
        if row.needs:
            approve(doors, review, "Ingrid", "csm", NOW)
        ends.append((row.why, row.needs, listing(doors, every=True)[0]["state"]))
        with doors.engine.begin() as c:
            c.execute(update(t.fact_correction).values(state="stands", ended=None))

    assert [("a correction was overtaken", ["csm"], "overtaken"), ("automatic", [], "confirmed")] == ends


def unreviewed_again(doors: Doors, touch: str, standings: dict[str, str]) -> None:
    """The touch's film as if it had been made with corrections that stand so, and nobody had been asked."""
    with doors.engine.begin() as c:
        c.execute(update(t.touch).where(t.touch.c.id == touch).values(state="made"))
        video = c.execute(select(t.touch.c.video).where(t.touch.c.id == touch)).scalar_one()
        config = c.execute(select(t.video.c.config).where(t.video.c.id == video)).scalar_one()
        c.execute(update(t.video).where(t.video.c.id == video).values(config={**config, "corrections": standings}))
