"""The company's own people among viewers: by their network, by the domain of their e-mail, by the mark of their browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.web.watching import house
from vitalreel.errors import BadConfiguration
from vitalreel.steps.receive import Batch
from vitalreel.steps.track import track
from vitalreel.store.tables import contact, view
from vitalreel.tracking.intake import Sender
from vitalreel.tracking.staff import OwnPeople, read_own_people
from vitalreel.web.staff import COOKIE, staff_by

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
OURS = read_own_people(
    {"networks": ["203.0.113.0/24", "2001:db8::/48", "198.51.100.7"], "domains": ["@Larkspur.example"]}, "x", ""
)


@pytest.mark.parametrize(
    ("address", "ours"),
    [("203.0.113.200", True), ("203.0.114.1", False), ("2001:db8::5", True), ("2001:db9::5", False), ("198.51.100.7", True),
     ("::ffff:203.0.113.9", True), ("", False), ("unix", False)],
)  # fmt: skip
def test_who_sits_in_a_network_of_ours_is_ours(address: str, ours: bool):
    """K9: ranges and single addresses, of both kinds, also where a server sees the one as the other."""
    assert ours == OURS.sit_at(address)
    assert ours == staff_by(OURS)(address, {})
    assert staff_by(OwnPeople())(address, {COOKIE: "yes"})


@pytest.mark.parametrize(
    ("email", "ours"),
    [("mia@larkspur.example", True), ("MIA@Larkspur.Example", True), ("a@emea.larkspur.example", True), ("a@notlarkspur.example", False),
     ("larkspur.example@nordwind.example", False), ("", False)],
)  # fmt: skip
def test_who_writes_as_one_of_us_is_ours(email: str, ours: bool):
    """K9: the domain and what lies under it, never a name that only ends like it."""
    assert ours == OURS.write_as(email)


def test_the_company_s_own_domain_counts_where_nothing_is_said():
    """K9: a default that needs no words; an empty list says nobody."""
    assert ("larkspur.example",) == read_own_people(None, "x", "larkspur.example").domains
    assert () == read_own_people({"domains": []}, "x", "larkspur.example").domains


@pytest.mark.parametrize(
    ("raw", "said"),
    [({"networks": ["203.0.113.1/24"]}, "own_people.networks"), ({"networks": ["office"]}, "203.0.113.0/24"),
     ({"networks": "203.0.113.0/24"}, "is no list"), ({"domains": ["*"]}, "is no domain"), ({"people": []}, "networks and domains"),
     ([], "cannot be read")],
)  # fmt: skip
def test_what_is_no_network_and_no_domain_is_refused_by_name(raw: object, said: str):
    """P5: the place and what to write."""
    with pytest.raises(BadConfiguration, match=said):
        read_own_people(raw, "vitalreel.yaml: own_people", "larkspur.example")


def test_a_link_sent_to_one_of_us_is_watched_by_staff(tmp_path: Path):
    """K9: films a colleague of ours had sent to herself; the customer's own view beside it counts."""
    with house(tmp_path, drawn=False) as home:
        with home.doors.engine.begin() as c:
            c.execute(update(contact).where(contact.c.id == "priya").values(email="priya@emea.larkspur.example"))
        for name, film in (("theirs", "film1"), ("ours", "film2")):
            home.link(name, film)
            events = [{"id": f"{name}{n}", "view": name, "type": kind, "position_s": at, "seq": n, "device": name,
                       "at": f"2026-11-20T10:00:{at:02d}Z"} for n, (kind, at) in enumerate((("play", 0), ("pause", 5)))]  # fmt: skip
            home.viewing.intake.store(name, Batch(events, None), Sender(CHROME))
        track(home.doors, datetime.now(UTC))
        with home.doors.engine.connect() as c:
            rows = c.execute(select(view.c.id, view.c.counts, view.c.why_not).order_by(view.c.id)).all()

    assert [("ours", False, "staff"), ("theirs", True, "")] == [tuple(r) for r in rows]
