"""What becomes of a film that waits, by what is known as it leaves (T6 R3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.triggers.plays import DAY, RAW, play
from vitalreel.identity import AccountId, PlayRunId
from vitalreel.triggers.decision import Answers, Run
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.occasion import Gone, Moved, Waiting, judge
from vitalreel.triggers.stopping import Ended

ACME = AccountId("acme")
PAPERS = play(
    ladder=[{**RAW["ladder"][0], "window": "5 to 10 days before qbr.next"}, RAW["ladder"][2]],
    stop_when=["success", "closed"],
)
QBR = DAY + timedelta(days=12)
RUN = Run(PlayRunId("r"), ACME, PAPERS.name, "1", "served", "running", 1, DAY, config="c")
OPEN = Episode(ACME, PAPERS.name, "open", DAY, DAY)
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def on(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


FILM = Waiting(RUN, PAPERS, "show", DAY, on(4), on(10), "UTC", "GB", OPEN, PAPERS)
KNOWN = Answers(when=True, dates={"qbr.next": QBR})


@pytest.mark.parametrize(
    ("film", "answer", "fate"),
    [
        (FILM, KNOWN, None),
        (FILM, replace(KNOWN, when=None), None),  # unknown ends nothing
        (FILM, replace(KNOWN, success=True), Ended("success")),
        (FILM, replace(KNOWN, closes=True), Ended("what it was about is over")),
        (replace(FILM, episode=replace(OPEN, state="cooling", closed_on=DAY)), KNOWN, Ended("what it was about is over")),
        (replace(FILM, episode=None), KNOWN, None),
        (
            FILM,
            replace(KNOWN, dates={"qbr.next": QBR + timedelta(days=7)}),
            Moved(on(11), on(17), "qbr.next is on 2026-03-21 now"),
        ),
        (FILM, replace(KNOWN, dates={"qbr.next": QBR - timedelta(days=1)}), Moved(on(3), on(9), "qbr.next is on 2026-03-13 now")),
        (FILM, replace(KNOWN, dates={}), Gone("qbr.next is not known for this account any more")),
        (FILM, Answers(when=None, outdated="no signal"), None),  # what cannot be asked says nothing of its date
        (replace(FILM, end=on(3)), replace(KNOWN, dates={"qbr.next": QBR + timedelta(days=90)}), None),  # the next one is another film's
        (replace(FILM, run=replace(RUN, state="done")), replace(KNOWN, success=True), None),
        (replace(FILM, step="gone"), replace(KNOWN, dates={}), None),
        (replace(FILM, play=play(), step="again"), Answers(when=True), None),
    ],
)  # fmt: skip
def test_a_film_that_waits_follows_what_is_known(film: Waiting, answer: Answers, fate: object):
    """T6 R3: it ends with its ladder, moves with its date, goes with it, and else stays as it was planned."""
    assert fate == judge(film, answer, answer, DAY + timedelta(days=1), NOW)
