"""A corrected value stands in every figure computed from it, is named as their source, and answers one reading of the source (R2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefs.dossiers import AS_OF, falling, known, module, write
from vitalreel.briefs.correct import Correction, Target, corrected, read_target, read_value, target_of
from vitalreel.briefs.dossier import Dossier
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.lookup import Measured, Window
from vitalreel.briefs.trace import trace
from vitalreel.briefs.windows import read_values
from vitalreel.errors import BadInput

DROP, RENEWAL = module("usage_drop_recovery"), module("renewal_window_opener")
LAST_WEEK = Target("week", "weekly_users", "last", AS_OF)


def said(target: Target, was: object, now: object, id_: str = "5d0c") -> Correction:
    return Correction(id_, target, was, now, "Ingrid Roth", "two teams came back by phone", AS_OF + timedelta(days=1))  # type: ignore[arg-type]


def test_a_corrected_week_moves_all_that_is_computed_from_it_and_its_chart():
    """R2 V2: the figure, the change, and the end of the line agree, and each names the correction before the source's rows."""
    got = corrected(falling(), [said(LAST_WEEK, 412.0, 500.0)])
    ledger = resolve(DROP, got.dossier).ledger

    assert {"5d0c": "holds"} == got.standings
    assert ("500", pytest.approx((500 - 702) / 702)) == (ledger["wau_now"].shown, ledger["fall"].value)
    assert 500.0 == read_values(str(ledger["weekly"].value))[-1]
    for name in ("wau_now", "fall", "weekly"):
        origin = ledger[name].origin
        assert origin.table.startswith("correction") and "correction/5d0c" == origin.rows[0]
    assert "said by Ingrid Roth on 2026-11-23: two teams came back by phone" in ledger["wau_now"].origin.query
    assert "usage" == ledger["wau_before"].origin.table


def test_a_corrected_field_names_who_said_so_and_what_hangs_on_it_follows():
    """R2: a renewal that is a month later is 31 days further off, and so is the last day for notice."""
    target = Target("field", "contract.renewal")
    got = corrected(falling(), [said(target, "2027-02-21", "2027-03-24")]).dossier.fields

    assert (date(2027, 3, 24), 122, date(2027, 2, 22)) == tuple(
        got[f"contract.{n}"].value for n in ("renewal", "days_left", "notice_date")
    )
    assert "correction" == got["contract.renewal"].origin.table == got["contract.days_left"].origin.table
    assert ("correction/5d0c", "contract.csv:2") == got["contract.renewal"].origin.rows
    assert got["contract.renewal"].origin.query.endswith("; contract: the row")


@pytest.mark.parametrize(
    ("source", "standing", "value"), [(640, "holds", 660), (660, "confirmed", 660), (655, "overtaken", 655)]
)
def test_a_correction_answers_one_reading_of_the_source(source: int, standing: str, value: int):
    """R2: the next load neither undoes it while the source says the same, nor leaves it standing once the source has moved."""
    now = falling(extra={"contract.seats": known(source, "contract", 9)})
    got = corrected(now, [said(Target("field", "contract.seats"), 640, 660)])

    assert ({"5d0c": standing}, value) == (got.standings, got.dossier.fields["contract.seats"].value)


def test_a_count_of_one_day_and_a_week_of_another_are_left_alone():
    """R2: what is counted anew for each day was corrected for that day; a value nobody has is no place for a correction."""
    tomorrow = replace(falling(), as_of=AS_OF + timedelta(days=1))
    those = [
        said(Target("field", "tickets.opened", day=AS_OF), 14, 15, "a"),
        said(replace(LAST_WEEK, day=AS_OF + timedelta(days=3)), 412.0, 500.0, "b"),
        said(Target("week", "no_metric", "last", AS_OF), 1.0, 2.0, "c"),
        said(Target("field", "qbr.next"), "2026-12-01", "2026-12-02", "d"),
    ]

    assert (tomorrow, {}) == ((got := corrected(tomorrow, those)).dossier, got.standings)
    assert {"a": "holds"} == corrected(falling(), those).standings


def test_what_is_computed_from_other_figures_is_corrected_by_correcting_those():
    """R2: a change, a mean over weeks and a shape are no single value of a source."""
    facts = {name: target_of(name, spec.lookup, AS_OF) for name, spec in DROP.facts.items()}

    assert LAST_WEEK == facts["wau_now"]
    assert replace(LAST_WEEK, day=AS_OF - timedelta(weeks=13)) == facts["wau_before"]
    assert facts["fall"] is None and facts["weekly"] is None
    assert target_of("x", Measured("weekly_users", "mean", Window(1, 0)), AS_OF) is None
    assert target_of("x", Measured("weekly_users", "total", Window(4, 0)), AS_OF) is None
    assert Target("week", "weekly_users", "total", AS_OF) == target_of(
        "x", Measured("weekly_users", "total", Window(1, 0)), AS_OF
    )
    assert Target("field", "contact.first_name") == target_of("contact.first_name", None, AS_OF)
    assert target_of("asks.minutes", None, AS_OF) is None


@given(st.sampled_from(["last", "peak", "total"]), st.dates(), st.sampled_from(["contract.seats", "statement.why_now"]))
def test_a_target_is_read_back_from_its_key(how: str, day: date, field: str):
    """R2: what is kept is what was meant."""
    for target in (
        Target("week", "weekly_users", how, day),
        Target("field", field),
        Target("field", "tickets.open", day=day),
    ):
        assert target == read_target(target.key)


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("wau_now", "1,204", 1204.0),
        ("end", "2027-03-24", "2027-03-24"),
        ("contact.first_name", "  Priya  R. ", "Priya R."),
    ],
)
def test_values_are_read_in_the_kind_of_their_fact(fact: str, text: str, value: object):
    """R2: and money in cents, flags as yes or no."""
    ledger = {**resolve(DROP, falling()).ledger, **resolve(RENEWAL, falling()).ledger}
    money, flag = (
        replace(ledger["wau_now"], unit="money:USD", value=1),
        replace(ledger["wau_now"], unit="flag", value=True),
    )

    assert value == read_value(text, ledger[fact])
    assert (4_850_050, False) == (read_value("48,500.50", money), read_value("No", flag))


@pytest.mark.parametrize(
    ("fact", "text", "said_"),
    [("wau_now", "about 400", "is no number"), ("wau_now", "-3", "is no count"), ("wau_now", "4.5", "is no count"),
     ("end", "soon", "is no date"), ("contact.first_name", " ", "has 0 characters"), ("contact.first_name", "x" * 201, "has 201")],
)  # fmt: skip
def test_what_is_no_value_is_refused_with_what_to_write(fact: str, text: str, said_: str):
    """R2 P5."""
    ledger = {**resolve(DROP, falling()).ledger, **resolve(RENEWAL, falling()).ledger}
    with pytest.raises(BadInput, match=said_):
        read_value(text, ledger[fact])


def test_a_film_with_a_correction_traces():
    """R2 V2: every figure of the script is still found in the ledger, which agrees with itself."""
    got: Dossier = corrected(falling(), [said(LAST_WEEK, 412.0, 500.0)]).dossier

    assert () == trace(write(DROP, got)).untraced
