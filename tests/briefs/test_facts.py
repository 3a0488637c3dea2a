"""Every fact is computed from named rows, aged and floored; nothing is guessed (V1 V2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefs.dossiers import AS_OF, RAVENSTACK, dossier, falling, known, line_from, module, rising, series
from vitalreel.briefs.dossier import Dossier, Peer, Series
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.lookup import ByWeek, Measured, Window
from vitalreel.briefs.windows import measure, measured_series, read_values

DROP, RENEWAL = module("usage_drop_recovery"), module("renewal_window_opener")


def test_a_reading_is_the_weeks_own_and_names_its_row() -> None:
    """Change the row and the film changes: the ledger says which row that is (V2)."""
    ledger = resolve(DROP, falling()).ledger

    assert (412, 702) == (ledger["wau_now"].value, ledger["wau_before"].value)
    assert ("usage.csv:66",) == ledger["wau_now"].origin.rows
    assert ("412", "702") == (ledger["wau_now"].shown, ledger["wau_before"].shown)


def test_a_change_comes_from_exact_values_and_keeps_its_sign() -> None:
    """The size is shown, the sign stays in the value so that "lower" can be checked against it."""
    fall = resolve(DROP, falling()).ledger["fall"]

    assert pytest.approx((412 - 702) / 702) == fall.value
    assert ("41%", "forty-one per cent") == (fall.shown, fall.said)


def test_a_stale_reading_is_missing_and_says_so() -> None:
    """A figure past its freshness is not quoted (V14)."""
    later = replace(falling(), as_of=AS_OF + timedelta(days=9))

    assert "9 days ago; quoted for 8 at most" in resolve(DROP, later).missing["wau_now"]


def test_a_count_below_its_floor_is_missing() -> None:
    """A floor is kept by the fact, so that no wording can forget it (form-notes.md)."""
    small = dossier(line_from(20, 1))

    assert "1 is below the floor of 2" == resolve(DROP, small).missing["wau_now"]


def test_small_numbers_get_no_percentage() -> None:
    """Of under twenty cases the counts are said (editorial.md, Numbers)."""
    small = dossier(line_from(19, 9))

    assert "too few for a percentage" in resolve(DROP, small).missing["fall"]


def test_silence_is_missing_not_zero() -> None:
    """A week without a row is unknown."""
    silent = dossier([*line_from(50, 50, 64), None])

    assert "no weekly_users between" in resolve(DROP, silent).missing["wau_now"]


def test_peers_are_counted_only_with_both_readings() -> None:
    """A median over accounts that began last week would be a median of something else."""
    about = falling()
    young = series([None] * 60 + [10.0] * 5)
    mixed = replace(about, peers=(*about.peers, Peer({"weekly_users": young})))
    ledger = resolve(DROP, mixed).ledger

    assert (38, pytest.approx(-0.03)) == (ledger["peers_all"].value, ledger["peers_change"].value)


def test_rows_for_bars_come_with_a_fact_for_each_figure() -> None:
    """What is drawn is in the ledger too: each name and each sum, with its rows (V2)."""
    ledger = resolve(DROP, falling()).ledger

    assert 4 == ledger["by_feature"].value
    assert "Shift swaps" == ledger["most"].value
    assert ledger["by_feature.1.now"].origin.count == 26


def test_a_quarter_total_ends_where_the_quarters_sum_is() -> None:
    """The chart of a sparse metric and the figure beside it are the same sum."""
    sparse = series([3.0 if n % 4 == 0 else None for n in range(65)])
    chart = measured_series(sparse, ByWeek("uses", 26, "quarter"), AS_OF)
    now = measure(sparse, Measured("uses", "total", Window(13, 0)), AS_OF)
    before = measure(sparse, Measured("uses", "total", Window(13, 13)), AS_OF)
    assert not isinstance(chart, str) and not isinstance(now, str) and not isinstance(before, str)
    values = read_values(chart.value)

    assert (before.value, now.value) == (values[-14], values[-1])


@given(st.lists(st.none() | st.integers(0, 10**9).map(float), min_size=65, max_size=65))
def test_a_sum_over_two_windows_is_the_sum_of_their_sums(values: list[float | None]) -> None:
    """Windows neither overlap nor leave a week out."""
    whole, late, early = (
        measure(series(values), Measured("m", "total", w), AS_OF)
        for w in (Window(26, 0), Window(13, 0), Window(13, 13))
    )
    parts = [p.value for p in (late, early) if not isinstance(p, str)]

    assert (sum(parts) if parts else None) == (None if isinstance(whole, str) else whole.value)


@given(st.lists(st.none() | st.floats(0, 1e9, allow_nan=False).map(lambda v: round(v, 2)), min_size=65, max_size=65))
def test_a_charts_values_survive_the_ledger(values: list[float | None]) -> None:
    """The ledger holds a chart as text; what is drawn from it must be what was read."""
    made = measured_series(series(values), ByWeek("m", 26, "last"), AS_OF)
    if not isinstance(made, str):
        assert tuple(values[-26:]) == read_values(made.value)


def test_the_year_before_needs_a_year() -> None:
    """An account of nine months has no same week last year, and the film must know."""
    young: Dossier = dossier([None] * 26 + line_from(200, 300, 39))

    assert "wau_year" in resolve(RENEWAL, young).missing
    assert "wau_year" not in resolve(RENEWAL, rising()).missing


def test_a_different_row_gives_a_different_digest() -> None:
    """Two ledgers with equal digests were made from equal rows (V12)."""
    one, other = falling(), falling()
    changed: Series = series([*[w.last for w in other.series["weekly_users"].weeks[:-1]], 411.0])
    other = replace(other, series={"weekly_users": changed})

    assert resolve(DROP, one).ledger["wau_now"].origin.digest != resolve(DROP, other).ledger["wau_now"].origin.digest


def test_money_is_shown_in_the_datas_currency() -> None:
    """Cents and currency come from the contract, not from the module."""
    ravenstack = module("renewal_window_opener", RAVENSTACK)
    about = rising(extra={"contract.arr": known(4_850_000, "contract", currency="EUR")})

    assert "€48,500" == resolve(ravenstack, about).ledger["arr"].shown
