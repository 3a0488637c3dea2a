"""A film passed on: a link for each colleague, taken back, and whose watching it then is; ratings on their way to signals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.web.watching import House, house
from vitalreel.errors import NotFound, Refused
from vitalreel.steps.passing import MOST, PassedOn, pass_on, passed_on, take_back
from vitalreel.steps.receive import Batch
from vitalreel.steps.track import track
from vitalreel.steps.viewing import OpenLink
from vitalreel.steps.watching import who_watches
from vitalreel.store import tables as t
from vitalreel.tracking.intake import Sender

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("passing"), drawn=False) as made:
        yield made


def own_link(home: House, name: str) -> str:
    home.link(name)
    return name


def found(home: House, link: PassedOn) -> OpenLink:
    opened = home.viewing.find(link.token)
    assert opened is not None
    return opened


def watch(home: House, link_id: str, view: str, device: str, rating: int | None = None) -> None:
    """Five seconds of the film by some browser, rated or not."""
    steps = [("play", 0.0), ("pause", 5.0), *([("rated", 5.0)] if rating else [])]
    events = [
        {"id": f"{view}.{n}", "view": view, "type": kind, "position_s": at, "seq": n, "device": device, "rating": rating,
         "at": (datetime.now(UTC) + timedelta(seconds=at)).isoformat()}
        for n, (kind, at) in enumerate(steps)
    ]  # fmt: skip
    taken = home.viewing.intake.store(link_id, Batch(events, None), Sender(CHROME))
    assert len(events) == taken.accepted
    track(home.doors, datetime.now(UTC))


def test_a_colleague_has_a_link_of_their_own_and_the_same_press_makes_no_other(home: House):
    """K1 K3 R7: another token than the contact's, to the same film; it expires as all links do."""
    own = own_link(home, "own")
    first, again, other = (pass_on(home.doors, own, key, home.now) for key in ("a", "a", "b"))
    opened = found(home, first)

    assert first == again and first.id != other.id and own not in (first.id, other.id)
    assert ("film1", "nordwind", "", "jonas") == (opened.video, opened.account, opened.contact, opened.passed_on_by)
    assert home.now + timedelta(days=home.doors.programme.sending.link_days) == first.expires
    assert {first.id, other.id} == {one.id for one in passed_on(home.doors, own, home.now)}


def test_it_is_taken_back_alone_or_with_the_link_it_came_from(home: House):
    """R7: one colleague's link ends, the others stand; the contact's own withdrawn ends them all, for events as for pages."""
    own = own_link(home, "withdrawn")
    one, two = (pass_on(home.doors, own, key, home.now) for key in ("a", "b"))
    take_back(home.doors, own, one.id, home.now)
    after_one = [found(home, link).state for link in (one, two)]
    with pytest.raises(NotFound):
        take_back(home.doors, own_link(home, "stranger"), two.id, home.now)
    with home.doors.engine.begin() as c:
        c.execute(update(t.link).where(t.link.c.id == own).values(revoked=home.now))
    event = {"id": "late", "view": "late", "type": "play", "position_s": 0, "at": home.now.isoformat()}
    taken = home.viewing.intake.store(two.id, Batch([event], None), Sender(CHROME))

    assert ["revoked", "open"] == after_one
    assert "revoked" == found(home, two).state
    assert (0, {"link revoked": 1}) == (taken.accepted, taken.dropped)


def test_a_colleague_makes_no_further_links_and_nobody_makes_them_without_end(home: House):
    """P6: the chain is one link long; so many stand at once, and one taken back makes room."""
    own = own_link(home, "many")
    links = [pass_on(home.doors, own, str(n), home.now) for n in range(MOST)]
    with pytest.raises(Refused, match="stand already"):
        pass_on(home.doors, own, "one more", home.now)
    with pytest.raises(Refused, match="a colleague's link makes no others"):
        pass_on(home.doors, links[0].id, "x", home.now)

    assert links[0] == pass_on(home.doors, own, "0", home.now)
    take_back(home.doors, own, links[0].id, home.now)
    assert pass_on(home.doors, own, "one more", home.now).id


def test_what_a_colleague_watches_is_the_account_s_and_forwarding_is_counted_once_a_film(home: House):
    """K2 K9: an unknown viewer tied to the account, never the contact; nothing more was sent; the contact who tries it is no colleague."""
    own = own_link(home, "counted")
    before = {w.account: w for w in who_watches(home.doors, home.now + HOUR)}["nordwind"]
    watch(home, own, "mine", "phone-of-jonas", rating=5)
    link = pass_on(home.doors, own, "a", home.now)
    watch(home, link.id, "theirs", "laptop-of-somebody", rating=2)
    watch(home, link.id, "tried", "phone-of-jonas")
    with home.doors.engine.connect() as c:
        query = select(t.view.c.id, t.view.c.contact, t.view.c.account, t.view.c.link, t.view.c.rating)
        views = {r.id: tuple(r)[1:] for r in c.execute(query.where(t.view.c.id.in_(("mine", "theirs", "tried"))))}
    after = {w.account: w for w in who_watches(home.doors, home.now + HOUR)}["nordwind"]
    (jonas,) = after.people

    assert {
        "mine": ("jonas", "nordwind", own, 5),
        "theirs": ("", "nordwind", own, 2),
        "tried": ("jonas", "nordwind", own, None),
    } == views
    assert (before.sent, before.colleagues + 1) == (after.sent, after.colleagues)
    assert (1, 5.0) == (jonas.passed_on, jonas.rating)


def test_a_rating_given_twice_is_one_and_reaches_the_lake_beside_its_view(home: House):
    """K3 K5: the same event again changes nothing; the row that signals read says what was said last."""
    own = own_link(home, "again")
    watch(home, own, "rated", "phone-of-jonas", rating=4)
    with home.doors.engine.connect() as c:
        body = c.execute(select(t.event.c.body).where(t.event.c.id == "rated.2")).scalar_one()
    again = home.viewing.intake.store(own, Batch([body], None), Sender(CHROME))
    with home.doors.engine.connect() as c:
        events = c.execute(select(func.count()).where(t.event.c.view == "rated")).scalar_one()
    with home.doors.lake.session() as session:
        rows = session.versions("content_view").to_pyarrow().to_pylist()

    assert (0, 3) == (again.accepted, events)
    assert [(4.0, False)] == [(r["rating"], r["shared"]) for r in rows if r["view_id"] == "rated"]


def test_a_wish_to_talk_reaches_the_lake_though_no_player_told_it(home: House):
    """K3 T6: the page's own form; by the contact, without a second of film; a program's is left out."""
    for name, agent in (("wished", CHROME), ("scanned", "curl/8.5.0")):
        opened = home.viewing.find(home.link(name))
        assert opened is not None
        home.viewing.ask(opened, "", Sender(agent))
    track(home.doors, datetime.now(UTC))
    with home.doors.lake.session() as session:
        rows = session.versions("content_view").to_pyarrow().to_pylist()

    assert [("human.wished", "jonas", True, 0.0)] == [
        (r["view_id"], r["contact_id"], r["asked_for_human"], r["seconds"])
        for r in rows
        if r["view_id"].startswith("human.")
    ]
