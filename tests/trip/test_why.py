"""Why an account got something, or did not: every account and play has an answer, and it is the one that was given."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from tests.services.mail import MailServer
from tests.trip.conftest import DAY, NOW, Company
from vitalreel.cli import main
from vitalreel.errors import NotFound
from vitalreel.steps import why as step
from vitalreel.steps.deliver import deliver
from vitalreel.store import tables as t
from vitalreel.store.database import upsert


def test_every_account_and_play_has_an_answer_that_its_condition_bears_out(company: Company):
    """T7 T12: what opened or was held says yes today, what said no says no, in the words of the play and the figures of the day."""
    doors = company.doors
    with doors.engine.connect() as c:
        kept = {(r.account, r.play): r.outcome for r in c.execute(select(t.said))}
    one_of_each = {outcome: account for (account, _), outcome in sorted(kept.items())}
    got = {a: step.why(doors, a, DAY, NOW) for a in set(one_of_each.values())}

    plays = {path.stem for path in (company.root / "plays").glob("*.yaml")}
    outcomes: Counter[str] = Counter()
    for account, found in got.items():
        assert plays == {p.play for p in found.plays}
        for play in found.plays:
            assert kept.get((account, play.play), "no") == play.outcome
            answers = [part.answer for part in play.parts]
            joined = all(answers) if play.joined == "and" else any(answers)
            assert joined is (play.outcome in ("opened", "withheld", "held out", "answered", "not for it"))
            assert all(part.text for part in play.parts)
            outcomes[play.outcome] += 1
    assert {*one_of_each, "no"} == set(outcomes)
    opened = [p for f in got.values() for p in f.plays if p.outcome == "opened"]
    assert opened and all(any(v is not None for part in p.parts for v in part.values.values()) for p in opened)


def test_a_film_tells_what_holds_it_and_the_past_tells_what_was(filmed: Company, smtp: MailServer):
    """R8 T7: somebody who opts out while a mail waits for its retry gets nothing, and support reads why."""
    doors = filmed.doors
    post = filmed.post(doors, f"smtp://{smtp.host}:{smtp.port}")
    smtp.refuse("RCPT", "450 4.2.0 Try later")
    deliver(doors, post, NOW)
    with doors.engine.connect() as c:
        waiting = c.execute(select(t.outbox).where(t.outbox.c.state == "ready")).mappings().one()
    smtp.accept()
    no = {"contact": waiting["contact"], "channel": "email", "allowed": False, "source": "unsubscribe", "at": NOW}
    with doors.engine.begin() as c:
        upsert(c, t.consent, [no])
    deliver(doors, post, NOW + timedelta(minutes=30))
    found = step.why(doors, waiting["account"], DAY, NOW)
    later = step.why(doors, waiting["account"], NOW.date(), NOW)

    assert [] == smtp.received
    assert ["stopped"] == [f.state for f in found.films]
    assert ["unsubscribed"] == [s["reason"] for p in later.plays for s in p.silences]


def test_a_film_in_another_language_than_its_viewer_s_says_so(filmed: Company):
    """V10 T12: the film's module has no French translation: the film is English, labelled so, and `why` tells it."""
    doors = filmed.doors
    with doors.engine.begin() as c:
        touch = c.execute(select(t.touch).where(t.touch.c.video.is_not(None))).mappings().first()
        assert touch is not None
        c.execute(update(t.contact).where(t.contact.c.id == touch["contact"]).values(row={"language": "fr"}))
    [film] = [f for f in step.why(doors, touch["account"], DAY, NOW).films if f.note]
    told = CliRunner().invoke(main, ["why", touch["account"], "-w", str(filmed.root), "--as-of", DAY.isoformat()])

    assert f"told in en, not fr: {touch['module']} has no translation into it" == film.note
    assert f"to {film.contact}, {film.module} is {film.note}" in told.stdout


def test_an_account_nobody_knows_and_a_play_nobody_decided_are_named(company: Company):
    """P5: never an empty answer."""
    with pytest.raises(NotFound, match="no account 'Nobody'"):
        step.why(company.doors, "Nobody", DAY, NOW)
    with pytest.raises(NotFound, match="no decided play 'other'"):
        step.why(company.doors, "acc-000001", DAY, NOW, "other")
