"""The writer chooses by the data and the seed, and refuses what it cannot tell honestly (V1 V3 V4)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from tests.briefs.dossiers import (
    AS_OF,
    RAVENSTACK,
    dossier,
    falling,
    known,
    line_from,
    module,
    renamed,
    rising,
    series,
    write,
)
from vitalreel.briefs.brief import make_brief
from vitalreel.briefs.differ import differ
from vitalreel.briefs.dossier import Dossier, Peer
from vitalreel.briefs.editorial import check, length_s
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.module import Module
from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace
from vitalreel.briefs.write import write_script
from vitalreel.errors import Refused

DROP, RENEWAL = module("usage_drop_recovery"), module("renewal_window_opener")


def uses(about: Dossier) -> Dossier:
    """The same account as RavenStack's data would have it: uses by week, a booking page, no notice date."""
    booking = known("https://ravenstack.example/meet/daniel", "csm")
    fields = {**about.fields, "csm.booking_url": booking, "contract.subscriptions": known(3, "contract")}
    del fields["contract.notice_date"], fields["account.outcome"]
    weekly = about.series["weekly_users"]
    peers = tuple(Peer({"uses": peer.series["weekly_users"]}) for peer in about.peers)
    return replace(about, fields=fields, series={"uses": replace(weekly, metric="uses")}, peers=peers)


STOPPED = dossier(line_from(690, 702, 52) + line_from(400, 20, 13))
SMALL = dossier(line_from(20, 19, 52) + line_from(12, 8, 13), peers=0)
YOUNG = dossier(
    [None] * 30 + line_from(30, 12, 35),
    without=("contract.notice_date", "account.outcome", "contract.seats", "tickets.opened"),
)
OPEN_END = rising(extra={"contract.auto_renew": known(False, "contract")})
ACCOUNTS: list[tuple[str, Module, Dossier]] = [
    ("drop", DROP, falling()),
    ("drop without peers", DROP, falling(peers=0)),
    ("drop, large", DROP, dossier(line_from(690, 702, 52) + line_from(400, 120, 13))),
    ("drop, stopped", DROP, STOPPED),
    ("drop, small", DROP, SMALL),
    ("renewal, rising", RENEWAL, rising()),
    ("renewal, falling", RENEWAL, dossier(line_from(700, 300))),
    ("renewal, over its seats", RENEWAL, rising(extra={"contract.seats": known(500, "contract")})),
    ("renewal, young", RENEWAL, YOUNG),
    ("renewal, unknown terms", RENEWAL, rising(without=("contract.auto_renew",))),
    ("renewal, ends", RENEWAL, OPEN_END),
    ("ravenstack drop", module("usage_drop_recovery", RAVENSTACK), uses(falling())),
    (
        "ravenstack small drop",
        module("usage_drop_recovery", RAVENSTACK),
        uses(dossier([1.0] * 52 + [0.0, 1.0] * 6 + [1.0])),
    ),
    ("ravenstack renewal", module("renewal_window_opener", RAVENSTACK), uses(rising())),
]


@pytest.mark.parametrize(("name", "made", "about"), ACCOUNTS, ids=[a[0] for a in ACCOUNTS])
def test_every_wording_keeps_the_standard_and_traces(name: str, made: Module, about: Dossier) -> None:
    """Happy, bad, small and half-known accounts, twelve seeds each: nothing untraced, nothing against the standard (V2 V4)."""
    for touch in range(12):
        script = write(made, about, f"touch {touch}")

        assert () == trace(script).untraced
        assert () == check(script, made.grade)


def test_the_same_seed_writes_the_same_script() -> None:
    """Reproducible on any machine (V12)."""
    assert write(DROP, falling(), "t1") == write(DROP, falling(), "t1")


def test_neighbouring_scenes_never_share_a_shape() -> None:
    """Two scenes built alike sound like a form letter (editorial.md, Variation)."""
    for touch in range(40):
        shapes = [shape for shape in write(DROP, falling(), str(touch)).variants.values() if shape != "exactly"]
        shared = {s.name for s in DROP.scenes if s.shared}
        free = [(n, s) for n, s in write(DROP, falling(), str(touch)).variants.items() if n not in shared]
        pairs = [(a, b) for (_, a), (_, b) in itertools.pairwise(free) if a == b != "exactly"]

        assert shapes
        assert [] == pairs


def test_a_viewer_does_not_hear_the_same_wording_again() -> None:
    """heard: what the last film of the module used (editorial.md, Variation)."""
    about = falling()
    resolved = resolve(DROP, about)
    brief = make_brief(DROP, about, resolved)
    first = write_script(DROP, brief, resolved.missing, "t")
    second = write_script(DROP, brief, resolved.missing, "t", heard=first.variants)

    assert first.variants["title"] != second.variants["title"]


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        (falling(without=("contact.full_name",)), "nobody is known to send it to"),
        (falling(without=("csm.email",)), "has no address"),
        (falling(without=("links.book_csm",)), "links.book_csm is not set"),
        (dossier([None] * 65), "weekly is missing"),
        (rising(), "not made when wau_now >= wau_before"),
        (falling(extra={"tickets.urgent_open": known(1, "ticket")}), "not made when urgent_open > 0"),
    ],
)
def test_a_film_that_cannot_be_honest_is_refused(about: Dossier, reason: str) -> None:
    """No film, with the reason, rather than one with a guess in it (V2)."""
    with pytest.raises(Refused) as raised:
        write(DROP, about)

    assert reason in raised.value.reason


def test_the_usage_film_says_how_far_and_the_renewal_film_when() -> None:
    """The data chooses the case: stopped use is told as such, small numbers get no percentage."""
    stopped, small = write(DROP, STOPPED), write(DROP, SMALL)

    assert "Weekly use has almost stopped" == stopped.scenes[1].headline.shown
    assert not any("per cent" in line.said for scene in small.scenes for line in scene.say)
    assert "Ends on 21 February 2027, unless you renew it" in [
        s.headline.shown for s in write(RENEWAL, OPEN_END).scenes
    ]


def test_shared_scenes_are_the_same_for_two_accounts() -> None:
    """Or they would be drawn and spoken again (V10)."""
    one = write(DROP, falling(), "a")
    two = write(DROP, renamed(falling(), "other", "Tarn Valley"), "b")
    shared = [[s for s in script.scenes if s.shared] for script in (one, two)]

    assert shared[0] == shared[1] != []


def test_another_name_on_the_same_data_is_theatre() -> None:
    """A greeting alone is no personalisation, and the measure says so (V3)."""
    one = write(DROP, falling(), "t")
    copy = Script(replace(one.brief, account_name="Tarn Valley"), one.title, one.scenes, one.writer, one.variants)

    assert differ(one, copy).theatre
    assert 0.0 == differ(one, copy).words


def test_other_data_makes_another_film() -> None:
    """Where two accounts' data differ, so do words and seconds of picture (V3)."""
    found = differ(write(RENEWAL, rising(), "a"), write(RENEWAL, YOUNG, "b"))

    assert not found.theatre
    assert found.seconds > 0.4


def test_the_length_is_inside_the_modules_window() -> None:
    """At 150 words a minute with the pauses (editorial.md)."""
    script = write(DROP, falling())
    low, high = script.brief.length_s

    assert low <= length_s(script) <= high


def test_the_brief_names_who_it_is_for_and_who_answers() -> None:
    """Machine-made, readable, complete (V1)."""
    about = falling()
    brief = make_brief(DROP, about, resolve(DROP, about), play="usage_drop", step="show_the_way_back")

    assert ("Halden Health", "Priya Raman", "Daniel Osei") == (brief.account_name, brief.contact_name, brief.human_name)
    assert ("https://larkspur.example/c/daniel", AS_OF) == (brief.button_url, brief.as_of)


def test_a_week_without_a_reading_is_drawn_as_a_gap() -> None:
    """A hole in the data is no zero and no line across it."""
    weekly = line_from(690, 702, 52) + line_from(690, 412, 13)
    weekly[-4] = None
    script = write(DROP, replace(falling(), series={"weekly_users": series(weekly)}))

    assert "-" == str(script.brief.facts["weekly"].value).split()[-4]
