"""No account sees a film of a module nobody signed: neither one that was changed nor one that was retired (R10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.services.mail import MailServer
from tests.trip.conftest import NOW, Company
from vitalreel.errors import BadInput
from vitalreel.steps.deliver import deliver
from vitalreel.steps.review import Queued, queue_reviews
from vitalreel.steps.signing import SHIPPED, Signed, live_now, modules, sign
from vitalreel.store import tables as t


def film(company: Company) -> tuple[str, str]:
    """The touch of the one film that is made and approved, and its module."""
    with company.doors.engine.connect() as c:
        touch, module = c.execute(select(t.touch.c.id, t.touch.c.module).where(t.touch.c.state == "approved")).one()
    return touch, module


def state_of(company: Company, touch: str) -> str:
    with company.doors.engine.connect() as c:
        return str(c.execute(select(t.touch.c.state).where(t.touch.c.id == touch)).scalar_one())


def stands(company: Company, name: str) -> Signed:
    return next(m for m in modules(company.doors) if m.module == name)


def edited(company: Company, name: str, old: str, new: str) -> Path:
    path = company.root / "modules" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_change_of_words_asks_again_and_a_comment_does_not(company: Company):
    """R10: what is signed is what is said, shown and asked; what ships is signed as it is shipped."""
    name = "usage_drop_recovery"
    before = stands(company, name)
    edited(company, name, "module: usage_drop_recovery\n", "module: usage_drop_recovery   # ours\n")
    remarked = stands(company, name)
    edited(company, name, "A change in your weekly use", "A turn in your weekly use")
    worded = stands(company, name)
    signed = sign(company.doors, name, "live", "Ingrid", NOW)
    edited(company, name, "urgent_open > 0", "urgent_open > 1")
    asked = stands(company, name)

    assert ("live", SHIPPED, before.content) == (remarked.state, remarked.who, remarked.content)
    assert ["draft", "live", "draft"] == [worded.state, signed.state, asked.state]
    assert 3 == len({before.content, worded.content, asked.content})
    with pytest.raises(BadInput, match="needs a name"):
        sign(company.doors, name, "live", " ", NOW)


def test_a_film_waits_before_review_until_its_module_is_signed(filmed: Company):
    """R10: no tier's rule lets it by; the reason is kept; signed, it goes on by itself."""
    doors, (touch, module) = filmed.doors, film(filmed)
    with doors.engine.begin() as c:
        c.execute(delete(t.review_event))
        c.execute(delete(t.review))
        c.execute(update(t.touch).where(t.touch.c.id == touch).values(state="made"))
    sign(doors, module, "retired", "Ingrid", NOW)
    held = [queue_reviews(doors, NOW), queue_reviews(doors, NOW)]
    waiting = state_of(filmed, touch)
    with doors.engine.connect() as c:
        reasons = list(
            c.execute(select(t.withheld.c.reason).where(t.withheld.c.reason == "module not signed off")).scalars()
        )
    sign(doors, module, "live", "Ingrid", NOW)
    gone_on = queue_reviews(doors, NOW)

    assert ([Queued(0, 0, 1)] * 2, "made", ["module not signed off"]) == (held, waiting, reasons)
    assert (1, 0) == (gone_on.waiting + gone_on.automatic, gone_on.unsigned)


def test_a_module_retired_after_the_approval_holds_its_films_at_the_door(filmed: Company, smtp: MailServer):
    """R10 R9: asked again when the mail is about to leave; signed again, it leaves within its window."""
    doors, (touch, module) = filmed.doors, film(filmed)
    post = filmed.post(doors, f"smtp://{smtp.host}:{smtp.port}")
    sign(doors, module, "retired", "Ingrid", NOW)
    held = deliver(doors, post, NOW)
    with doors.engine.connect() as c:
        seen = live_now(c, doors, module)
    sign(doors, module, "live", "Ingrid", NOW)
    sent = deliver(doors, post, NOW).sent

    assert (["module not signed off"], (), False) == ([h.reason for h in held.withheld], held.sent, seen)
    assert ((touch,), 1) == (sent, len(smtp.received))
