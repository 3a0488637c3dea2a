"""The films of the plays, for accounts of every kind: nothing untraced, nothing against the standard, and no film where none should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.briefs.dossiers import AS_OF, dossier, known, line_from, module, origin, write
from vitalreel.briefs.dossier import Dossier, Known, Ticket
from vitalreel.briefs.editorial import check
from vitalreel.briefs.module import Module
from vitalreel.briefs.trace import trace
from vitalreel.errors import Refused
from vitalreel.identity import fingerprint

FRICTION, SEATS, SPONSOR = module("support_friction"), module("expansion_seats"), module("sponsor_change")
CHECK_IN = module("onboarding_check_in")
RECOVERY, OFFER = module("account_recovery"), module("recovery_offer")
SAID = (
    "You have had more work with us than you should. I answer for that here, and I have asked for it to be put right."
)
CLIP = {
    "clips.recovery": known("recovery"), "clips.recovery.words": known(SAID), "clips.recovery.speaker": known("Marit Lindqvist"),
    "clips.recovery.role": known("Chief Customer Officer"), "clips.recovery.focus": known("50 40"),
    "talent.full_name": known("Marit Lindqvist"), "talent.title": known("Chief Customer Officer"),
}  # fmt: skip
LATE = {
    "milestones.late": known("first report", "milestone"),
    "milestones.late_due": known(date(2026, 11, 17), "milestone"),
}
STEPS = {**LATE, "milestones.planned": known(6, "milestone"), "milestones.done": known(4, "milestone")}
UNKNOWN = ("account.outcome", "contract.notice_date", "tickets.opened")
SINCE = {"account.since": known(date(2024, 3, 3))}
STEADY, GROWING = line_from(600, 610), line_from(428, 612)
QUOTE = {
    "quote.seat_price": known(1040, "quote", currency="USD"), "quote.seats_more": known(40, "quote"),
    "quote.valid_until": known(date(2027, 1, 31), "quote"), "quote.days_valid": known(70, "quote"),
}  # fmt: skip


def tickets(answered: float) -> tuple[Ticket, ...]:
    """Thirty requests over the last five months, each answered after so many minutes."""
    return tuple(
        Ticket(AS_OF - timedelta(days=5 * n), answered, 3.0, f"ticket.csv:{n + 2}", fingerprint("ticket", n))
        for n in range(30)
    )


def support(opened: int, before: int, still: int | None, answered: float = 300.0, **said: str) -> Dossier:
    found: dict[str, Known] = {
        "tickets.opened": known(opened, "ticket"), "tickets.opened_before": known(before, "ticket"),
        **({} if still is None else {"tickets.open": known(still, "ticket")}),
        **{f"statement.{topic}": Known(text, AS_OF, origin("statement", 2)) for topic, text in said.items()},
    }  # fmt: skip
    return replace(dossier(STEADY, found), tickets=tickets(answered))


FAULT, AFTER = "The payroll export failed twice in November", "It was repaired on 16 November"
ACCOUNTS: list[tuple[str, Module, Dossier]] = [
    ("friction, some open", FRICTION, support(41, 14, 5, 2_000.0)),
    ("friction, none open", FRICTION, support(41, 14, 0)),
    ("friction, open not known", FRICTION, support(12, 5, None)),
    ("friction, repaired", FRICTION, support(41, 14, 5, support_fault=FAULT, support_after=AFTER)),
    ("friction, not repaired", FRICTION, support(41, 14, 1, support_fault=FAULT)),
    ("friction, no months", FRICTION, replace(support(9, 0, 1), tickets=())),
    ("seats, growing", SEATS, dossier(GROWING)),
    ("seats, growing, quoted", SEATS, dossier(GROWING, QUOTE)),
    ("seats, level", SEATS, dossier(line_from(601, 600))),
    ("check-in, most done", CHECK_IN, dossier(STEADY, STEPS)),
    ("check-in, none done", CHECK_IN, dossier(STEADY, {**STEPS, "milestones.done": known(0, "milestone")})),
    ("sponsor, growing", SPONSOR, dossier(GROWING, SINCE)),
    (
        "sponsor, falling",
        SPONSOR,
        dossier(line_from(700, 300), {**SINCE, "contract.auto_renew": known(False, "contract")}),
    ),
    (
        "sponsor, little known",
        SPONSOR,
        dossier([None] * 60 + [61.0] * 5, without=UNKNOWN),
    ),
    ("sponsor, no contract", SPONSOR, dossier(GROWING, SINCE, without=("contract.renewal",))),
    ("recovery, falling, with the executive's word", RECOVERY, dossier(line_from(700, 412), CLIP)),
    ("recovery, falling, no clip", RECOVERY, dossier(line_from(700, 412))),
    ("recovery, more requests", RECOVERY, support(41, 14, 5)),
    (
        "recovery, fewer requests, level",
        RECOVERY,
        replace(support(14, 41, 5), fields={**support(14, 41, 5).fields, **CLIP}),
    ),
    ("recovery, rising", RECOVERY, dossier(GROWING)),
    ("recovery, little known", RECOVERY, dossier([None] * 50 + [61.0] * 15, without=UNKNOWN)),
    ("offer, falling", OFFER, dossier(line_from(700, 412))),
    ("offer, level", OFFER, dossier(STEADY)),
    ("offer, little known", OFFER, dossier([None] * 50 + [61.0] * 15, without=UNKNOWN)),
    ("seats, no quarter before", SEATS, dossier([None] * 60 + [612.0] * 5)),
]


@pytest.mark.parametrize(("name", "made", "about"), ACCOUNTS, ids=[a[0] for a in ACCOUNTS])
def test_every_wording_keeps_the_standard_and_traces(name: str, made: Module, about: Dossier) -> None:
    """V2 V4 V7: two seeds for each of three segments."""
    for segment in ("enterprise", "mid_market", "long_tail"):
        for touch in range(2):
            script = write(made, replace(about, segment=segment), f"touch {touch}")

            assert () == trace(script).untraced
            assert () == check(script, made.grade)


def test_the_executive_speaks_where_a_clip_is_registered_and_else_the_film_says_who_acts() -> None:
    """T1: the clip's own words, within the first minute; without one no computer speaks in their name."""
    told, silent = (write(RECOVERY, dossier(line_from(700, 412), extra)) for extra in (CLIP, {}))
    one, other = ({s.name: s for s in script.scenes}["executive"] for script in (told, silent))

    assert ("talent", "statement", "executive") == (one.kind, other.kind, told.scenes[1].name)
    assert "I answer for that here" in one.say[0].shown and "Marit Lindqvist" in one.headline.shown
    assert "has this as a task today" in " ".join(line.shown for line in other.say)


@pytest.mark.parametrize(
    ("about", "why"),
    [(support(41, 14, 5), "urgent"), (support(14, 41, 5), "passed")],
)
def test_where_a_person_should_telephone_no_film_is_made(about: Dossier, why: str) -> None:
    """T1: with something urgent open a film would be an insult; a spike that has passed needs none."""
    if why == "urgent":
        about = replace(about, fields={**about.fields, "tickets.urgent_open": known(1, "ticket")})
    with pytest.raises(Refused):
        write(FRICTION, about)
