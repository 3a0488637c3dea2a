"""Contacts and accounts by what was sent to them and what they watched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vitalreel.tracking.people import SeenFilm, SentFilm, watching

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)


def days_ago(n: float) -> datetime:
    return NOW - timedelta(days=n)


def sent(contact: str, video: str, ago: float, account: str = "nordwind") -> SentFilm:
    return SentFilm(account, contact, video, days_ago(ago))


VIEW = SeenFilm("nordwind", "jonas", False, "f1", days_ago(9), 30.0, 0.5, 0, False, False, True, "")


def test_a_contact_is_known_by_the_best_view_of_each_film():
    """Completion, first view delay, replays and clicks, film by film (K4)."""
    views = [
        VIEW,
        replace(VIEW, at=days_ago(8), completion=0.9, replays=2, clicked=True),
        replace(VIEW, video="f2", at=days_ago(1), completion=0.3),
    ]
    (account,) = watching([sent("jonas", "f1", 10), sent("jonas", "f2", 4)], views, NOW)
    (jonas,) = account.people

    assert (2, 2, 90.0, 2, 1) == (jonas.sent, jonas.watched, jonas.watched_s, jonas.replays, jonas.clicked)
    assert (0.6, 2 * 86_400.0) == (jonas.completion, jonas.first_view_delay_s)
    assert (days_ago(1), 1, 0) == (jonas.last, jonas.quiet_days, jonas.quiet)


def test_a_contact_s_rating_is_the_last_of_each_film():
    """K3: changed their mind about one film, rated another; one that was watched without a rating says nothing."""
    views = [
        replace(VIEW, rating=1, at=days_ago(9)),
        replace(VIEW, rating=4, at=days_ago(8)),
        replace(VIEW, video="f2", rating=5),
        replace(VIEW, video="f3"),
    ]
    (account,) = watching([], views, NOW)
    (silent,) = watching([], [VIEW], NOW)

    assert (4.5, None) == (account.people[0].rating, silent.people[0].rating)


def test_who_was_sent_films_and_watches_none_is_quiet_from_thirty_and_from_forty_five_days():
    """Inactivity per contact (K4): counted from the last view, or from the first film where there was none."""
    films = [sent("never", "f1", 50), sent("lately", "f1", 60), sent("month", "f1", 60), sent("new", "f1", 3)]
    views = [replace(VIEW, contact="lately", at=days_ago(2)), replace(VIEW, contact="month", at=days_ago(30))]
    (account,) = watching(films, views, NOW)

    assert {"never": (50, 45), "lately": (2, 0), "month": (30, 30), "new": (3, 0)} == {
        p.contact: (p.quiet_days, p.quiet) for p in account.people
    }


def test_a_film_that_was_passed_on_is_the_account_s_and_not_the_contact_s():
    """A colleague's view is never credited to the contact (K9), and forwarding is seen."""
    (account,) = watching([sent("jonas", "f1", 10)], [replace(VIEW, colleague=True)], NOW)
    (jonas,) = account.people

    assert (0, None, 1) == (jonas.watched, jonas.last, jonas.passed_on)
    assert (1, 30.0, 1) == (account.colleagues, account.watched_s, account.watched)


def test_views_of_scanners_and_staff_are_counted_apart_by_their_reason():
    """Kept apart and named (K9)."""
    apart = [replace(VIEW, counts=False, why_not=why) for why in ("scanner", "staff", "scanner")]
    (account,) = watching([], apart, NOW)

    assert ({"scanner": 2, "staff": 1}, (), 0.0) == (account.apart, account.people, account.watched_s)


def test_accounts_are_apart_and_a_clock_behind_makes_no_delay_below_zero():
    """A viewer's clock may be behind the server's (K3)."""
    views = [replace(VIEW, at=days_ago(11)), replace(VIEW, account="halden", contact="priya")]
    halden, nordwind = watching([sent("jonas", "f1", 10), sent("priya", "f1", 10, "halden")], views, NOW)

    assert ("halden", "nordwind") == (halden.account, nordwind.account)
    assert 0.0 == nordwind.people[0].first_view_delay_s
